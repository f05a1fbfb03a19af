//! One run: the connection that works, the lock, and the steps.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::{StreamExt as _, pin_mut};
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::failure::{self, DATA_LOSS, Place};
use super::interrupt::{Interrupt, interrupted};
use super::loss::Guard;
use super::message::{self, Message};
use super::settle::settle;
use super::{Listener, Progress, statements};
use crate::connect::{Endpoint, Session};
use crate::error::Failure;
use crate::ledger::{Entry, EventKind, Head, Ledger, RunFacts, RunLock, append_statement};
use crate::plan::{Plan, Settings, Step, wait_for_disk};
use crate::sql;

/// How long to wait for an answer that changes nothing any more.
const ANSWER: Duration = Duration::from_secs(5);

/// What a run works under.
#[derive(Clone, Debug)]
pub struct Conditions {
    /// Time-outs and search path of each step.
    pub settings: Settings,
    /// How often a step that met a lock time-out is tried again.
    pub lock_retries: u32,
    /// Roll back although rows or values would be lost.
    pub allow_data_loss: bool,
}

/// A run under the run lock.
pub struct Run<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) ledger: &'a Ledger,
    pub(super) session: Session,
    pub(super) facts: RunFacts,
    pub(super) conditions: Conditions,
    pub(super) head: Head,
    lock: RunLock,
    interrupt: Interrupt,
}

/// How an attempt at a step ended, when it did not succeed.
pub(super) enum Trouble {
    /// The server refused; nothing of the transaction is left.
    Refused(Box<DbError>, Failure),
    /// The connection is gone, and with it the answer.
    Lost(anyhow::Error),
    /// Ctrl-C or SIGTERM; the server has rolled back.
    Interrupted,
    /// Refused by crmdb itself.
    Failed(Failure),
}

impl<'a> Run<'a> {
    /// Begins a run under a lock that is held.
    #[must_use]
    pub fn new(
        endpoint: &'a Endpoint,
        ledger: &'a Ledger,
        session: Session,
        lock: RunLock,
        facts: RunFacts,
        conditions: Conditions,
        interrupt: Interrupt,
    ) -> Self {
        Self {
            endpoint,
            ledger,
            session,
            facts,
            conditions,
            head: Head::default(),
            lock,
            interrupt,
        }
    }

    /// Carries out a plan. What was done before a failure stays done, as the ledger says.
    ///
    /// # Errors
    ///
    /// The failure of the step that could not be done; exit code 130 after an interrupt.
    pub async fn carry_out(&mut self, plan: &Plan, listen: Listener<'_>) -> anyhow::Result<()> {
        self.head.clone_from(&plan.head);
        for (index, step) in plan.steps.iter().enumerate() {
            let is_last = index + 1 == plan.steps.len();
            listen(Progress::Started(step));
            let started = Instant::now();
            let result = self.step(step, is_last, listen).await;
            for notice in self.session.take_notices() {
                listen(Progress::Noticed(&notice));
            }
            let trouble = match result {
                Ok(head) => {
                    self.head = head;
                    listen(Progress::Done(step, started.elapsed()));
                    if self.interrupt.happened() && !is_last {
                        self.flush().await;
                        return Err(self.stopped(plan, index + 1, interrupted()));
                    }
                    continue;
                }
                Err(trouble) => trouble,
            };
            let failure = match trouble {
                Trouble::Refused(_, failure) | Trouble::Failed(failure) => failure,
                Trouble::Interrupted => interrupted(),
                Trouble::Lost(error) => Failure::new(format!("{error:#}")),
            };
            self.record_failure(step, &failure, started.elapsed()).await;
            return Err(self.stopped(plan, index, failure));
        }
        Ok(())
    }

    /// Ends the run and gives the lock back.
    pub async fn finish(self) {
        self.lock.release().await;
    }

    /// Does a step, again after a lock time-out, and returns the new head of the history.
    async fn step(
        &mut self,
        step: &Step,
        is_last: bool,
        listen: Listener<'_>,
    ) -> Result<Head, Trouble> {
        let mut attempt = 1;
        loop {
            if self.lock.is_lost() {
                return Err(Trouble::Failed(
                    Failure::new("the connection that holds the run lock was lost")
                        .hint("Run the command again: it goes on where this one stopped."),
                ));
            }
            let result = if step.directives.no_transaction {
                statements::step(self, step, is_last, listen).await
            } else {
                self.transaction(step, is_last, listen).await
            };
            let attempts = self.conditions.lock_retries + 1;
            match result {
                Err(Trouble::Refused(error, failure))
                    if *error.code() == SqlState::LOCK_NOT_AVAILABLE =>
                {
                    if attempt == attempts {
                        return Err(Trouble::Refused(error, gave_way(failure, attempts)));
                    }
                    let pause = self.pause(attempt);
                    listen(Progress::Retrying {
                        step,
                        attempt,
                        attempts,
                        pause,
                        message: error.message(),
                    });
                    let slept = self.interrupt.or(tokio::time::sleep(pause)).await;
                    slept.map_err(|_| Trouble::Interrupted)?;
                    attempt += 1;
                }
                other => return other,
            }
        }
    }

    /// Pauses grow by half from a quarter of a second to at most 30 s, less a part that differs
    /// from run to run, so that two runs do not meet again and again.
    fn pause(&self, attempt: u32) -> Duration {
        let full = 0.25 * 1.5_f64.powi(i32::try_from(attempt).unwrap_or(30));
        let digits = self.facts.run_id.bytes().map(u32::from).sum::<u32>();
        let part = f64::from((digits + attempt * 37) % 50) / 100.0;
        Duration::from_secs_f64(full.min(30.0) * (1.0 - part))
    }

    async fn transaction(
        &mut self,
        step: &Step,
        is_last: bool,
        listen: Listener<'_>,
    ) -> Result<Head, Trouble> {
        let guard = Guard::of(step, self.ledger, self.conditions.allow_data_loss);
        let settings = message::set_statements(step, &self.conditions.settings, is_last);
        let seq = self.head.seq + 1;
        let message = Message::of(step, &settings, &guard, self.ledger, &self.facts, seq);
        let sent = self.send(&message.sql).await;
        let (error, completed) = match sent {
            Sent::Done(last) => {
                let hash = last.unwrap_or_default();
                return Ok(Head { seq, hash });
            }
            Sent::Refused(error, completed) => (error, completed),
            Sent::Lost(error) => return self.settle(step, seq, error, listen).await,
            Sent::Interrupted => {
                self.roll_back().await;
                return Err(Trouble::Interrupted);
            }
        };
        self.roll_back().await;
        let place = Place {
            sql: &message.sql,
            script: message.script.clone(),
            offset: 0,
            fallback: completed
                .checked_sub(message.statements_before)
                .and_then(|turn| sql::split(&step.script).ok()?.get(turn).cloned())
                .map(|statement| statement.range),
        };
        let failure = self.explain(step, &error, &place).await;
        Err(Trouble::Refused(error, failure))
    }

    async fn explain(&self, step: &Step, error: &DbError, place: &Place<'_>) -> Failure {
        if error.code().code() == DATA_LOSS {
            return super::loss::refused(step, error);
        }
        if *error.code() == SqlState::UNIQUE_VIOLATION && error.constraint() == Some("history_pkey")
        {
            return Failure::new("another run wrote to the ledger at the same time")
                .at(&step.label)
                .hint("Run the command again: it goes on from what the ledger says.");
        }
        failure::of_step(step, error, place)
    }

    /// Finds out whether a transaction whose answer was lost was committed.
    async fn settle(
        &mut self,
        step: &Step,
        seq: i64,
        error: tokio_postgres::Error,
        listen: Listener<'_>,
    ) -> Result<Head, Trouble> {
        listen(Progress::Reconnecting(step));
        let settled = self
            .interrupt
            .clone()
            .or(settle(self.endpoint, self.ledger, &self.facts.run_id, seq))
            .await;
        let lost = anyhow::Error::new(error).context("the connection to the server was lost");
        match settled {
            Ok(Ok((session, Some(head)))) => {
                self.session = session;
                Ok(head)
            }
            Ok(Ok((session, None))) => {
                self.session = session;
                Err(Trouble::Lost(lost.context(format!(
                    "`{}` was not committed, and nothing of it is left",
                    step.label
                ))))
            }
            Ok(Err(again)) => Err(Trouble::Lost(lost.context(format!(
                "whether `{}` was committed could not be found out ({again:#}); the ledger will \
                 tell",
                step.label
            )))),
            Err(_) => Err(Trouble::Interrupted),
        }
    }

    /// Sends one message and waits for its end; an interrupt cancels it on the server.
    pub(super) async fn send(&mut self, sql: &str) -> Sent {
        let session = &self.session;
        let interrupt = &mut self.interrupt;
        let work = receive(session.client(), sql);
        pin_mut!(work);
        tokio::select! {
            biased;
            sent = &mut work => return sent,
            () = interrupt.wait() => {}
        }
        session.cancel().await.ok();
        // A second interrupt does not wait for the server's answer.
        let sent = tokio::select! {
            biased;
            sent = &mut work => sent,
            () = interrupt.wait() => return Sent::Interrupted,
        };
        match sent {
            Sent::Done(last) => Sent::Done(last),
            Sent::Refused(..) | Sent::Lost(_) | Sent::Interrupted => Sent::Interrupted,
        }
    }

    pub(super) async fn roll_back(&self) {
        // Without a transaction this is a warning; without a connection the server does it.
        let rollback = self.session.client().batch_execute("ROLLBACK");
        tokio::time::timeout(ANSWER, rollback).await.ok();
        drop(self.session.take_notices());
    }

    /// Appends a failed event. It says what happened to the next one who looks, and its commit
    /// takes the earlier ones of the run to the disk.
    async fn record_failure(&mut self, step: &Step, failure: &Failure, elapsed: Duration) {
        let mut reason = failure.to_string();
        if let Some(state) = &failure.sqlstate {
            reason = format!("{state}: {reason}");
        }
        let entry = Entry {
            event: EventKind::Failed,
            reason: Some(&reason),
            ..message::entry(step)
        };
        let ms = elapsed.as_secs_f64() * 1000.0;
        let sql = append_statement(
            self.ledger,
            &self.facts,
            self.head.seq + 1,
            &entry,
            Some(ms),
        );
        // The failure itself is what the user must see, not that it could not be noted.
        let sql = format!("BEGIN; {}; {sql}; COMMIT", wait_for_disk(true));
        let append = self.session.client().batch_execute(&sql);
        tokio::time::timeout(ANSWER, append).await.ok();
    }

    /// Waits until what was committed so far is on the disk.
    async fn flush(&self) {
        // A commit that waits takes all before it along; it must have written something.
        let sql = format!(
            "BEGIN; {}; SELECT pg_catalog.pg_current_xact_id(); COMMIT",
            wait_for_disk(true)
        );
        self.session.client().batch_execute(&sql).await.ok();
    }

    /// Adds to a failure what was done before it, and what comes next.
    fn stopped(&self, plan: &Plan, done: usize, mut failure: Failure) -> anyhow::Error {
        let mut next = Vec::new();
        next.extend(failure.hint.take());
        if let Some(step) = plan.steps.get(done) {
            let kept = if step.directives.no_transaction {
                "may be half done: its statements are in the journal"
            } else {
                "was rolled back whole"
            };
            failure.detail = Some(match failure.detail.take() {
                Some(detail) => format!("{detail}\n`{}` {kept}.", step.label),
                None => format!("`{}` {kept}.", step.label),
            });
        }
        let before = match done {
            0 => "Nothing was done before it.".to_owned(),
            1 => format!("1 step before it is done: `{}`.", plan.steps[0].label),
            n => format!(
                "{n} steps before it are done, the last one `{}`.",
                plan.steps[n - 1].label
            ),
        };
        failure.detail = failure.detail.map(|detail| format!("{detail}\n{before}"));
        next.push("Run the command again when that is mended: it goes on from there.".to_owned());
        failure.hint(next.join("\n")).into()
    }
}

fn gave_way(failure: Failure, attempts: u32) -> Failure {
    let tried = format!("It was tried {attempts} times, each within `lock_timeout`.");
    let detail = match &failure.detail {
        Some(detail) => format!("{detail}\n{tried}"),
        None => tried,
    };
    failure.detail(detail).hint(
        "Another session holds a lock on the same table: `SELECT * FROM pg_stat_activity` shows \
         it. `[timeouts] lock` and `lock_retries` in migrations.toml say how long to try.",
    )
}

/// How a message ended.
pub(super) enum Sent {
    /// With the first column of its last row.
    Done(Option<String>),
    /// The server refused, after this many statements.
    Refused(Box<DbError>, usize),
    /// The connection is gone.
    Lost(tokio_postgres::Error),
    /// Cancelled.
    Interrupted,
}

/// Sends a message and reads its results; rows are dropped but the last one.
async fn receive(client: &Client, sql: &str) -> Sent {
    let mut completed = 0;
    let mut last = None;
    let stream = match client.simple_query_raw(sql).await {
        Ok(stream) => stream,
        Err(error) => return Sent::Lost(error),
    };
    pin_mut!(stream);
    while let Some(message) = stream.next().await {
        match message {
            Ok(SimpleQueryMessage::CommandComplete(_)) => completed += 1,
            Ok(SimpleQueryMessage::Row(row)) => {
                last = row.try_get(0).ok().flatten().map(str::to_owned)
            }
            Ok(_) => {}
            Err(error) => {
                return match error.as_db_error() {
                    Some(db) if !is_end(db) => Sent::Refused(Box::new(db.clone()), completed),
                    _ => Sent::Lost(error),
                };
            }
        }
    }
    Sent::Done(last)
}

/// Whether the error ends the connection: the server shuts down, or ends this session.
fn is_end(error: &DbError) -> bool {
    matches!(
        *error.code(),
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::DATABASE_DROPPED
    ) || error.code().code().starts_with("08")
}

/// Runs a statement of crmdb's own.
pub(super) async fn execute(session: &Session, sql: &str) -> anyhow::Result<()> {
    session
        .client()
        .batch_execute(sql)
        .await
        .context("could not write to the ledger")
}
