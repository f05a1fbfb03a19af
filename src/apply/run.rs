//! One run: the connection that works, the lock, and the steps.

use std::time::{Duration, Instant};

use tokio_postgres::error::SqlState;

use super::interrupt::{Interrupt, interrupted};
use super::message;
use super::trouble::{Left, Trouble, gave_way, stopped};
use super::{Listener, Progress, statements};
use crate::connect::{Endpoint, Session};
use crate::error::Failure;
use crate::ledger::{Entry, EventKind, Head, Ledger, RunFacts, RunLock, append_statement};
use crate::plan::{Plan, Settings, Step, wait_for_disk};

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
    pub(super) interrupt: Interrupt,
    lock: RunLock,
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
            interrupt,
            lock,
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
            if let Some(failure) = self.obstacle() {
                self.flush().await;
                return Err(stopped(plan, index, Left::NotBegun, failure).into());
            }
            let is_last = index + 1 == plan.steps.len();
            listen(Progress::Started(step));
            let started = Instant::now();
            let result = self.step(step, is_last, listen).await;
            for notice in self.session.take_notices() {
                listen(Progress::Noticed(&notice));
            }
            match result {
                Ok(head) => {
                    self.head = head;
                    listen(Progress::Done(step, started.elapsed()));
                }
                Err(trouble) => {
                    // The connection was lost: what can be written is written.
                    let to_record = !matches!(trouble, Trouble::NotDone(_) | Trouble::Unknown(_));
                    let (left, failure) = trouble.tell();
                    if to_record {
                        let event = self.failed_event(step, &failure, started.elapsed());
                        self.send_last(&event).await;
                    }
                    return Err(stopped(plan, index, left, failure).into());
                }
            }
        }
        Ok(())
    }

    /// Does something more on the connection that works, while the lock is held. Nothing is done
    /// where the connection is lost; an interrupt ends it, and one that is urgent keeps it from
    /// beginning.
    pub async fn afterwards<T>(
        &mut self,
        work: impl AsyncFnOnce(&Session, &Head) -> T,
    ) -> Option<T> {
        if self.interrupt.is_urgent() || self.session.client().is_closed() {
            return None;
        }
        let work = work(&self.session, &self.head);
        self.interrupt.or(work).await.ok()
    }

    /// The last row of the history, as far as this run has come.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Ends the run and gives the lock back.
    pub async fn finish(self) {
        if !self.interrupt.is_urgent() {
            self.lock.release().await;
        }
    }

    /// What keeps the next step from beginning.
    fn obstacle(&self) -> Option<Failure> {
        if self.interrupt.happened() {
            return Some(interrupted());
        }
        self.lock
            .is_lost()
            .then(|| Failure::new("the connection that holds the run lock was lost"))
    }

    /// Does a step, again after a lock time-out, and returns the new head of the history.
    async fn step(
        &mut self,
        step: &Step,
        is_last: bool,
        listen: Listener<'_>,
    ) -> Result<Head, Trouble> {
        let started = Instant::now();
        let attempts = self.conditions.lock_retries + 1;
        let mut attempt = 1;
        loop {
            let result = if step.directives.no_transaction {
                statements::step(self, step, is_last, listen).await
            } else {
                self.transaction(step, is_last).await
            };
            let (error, failure) = match result {
                Err(Trouble::Refused(error, failure)) if is_lock_timeout(&error) => {
                    (error, failure)
                }
                Err(Trouble::Lost(error)) => {
                    return self.settle(step, error, started.elapsed(), listen).await;
                }
                other => return other,
            };
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
            if let Some(failure) = self.obstacle() {
                return Err(Trouble::Failed(failure));
            }
            attempt += 1;
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

    /// Returns the message that appends a failed event. It says what happened to the next one who
    /// looks, and its commit takes the earlier ones of the run to the disk.
    pub(super) fn failed_event(&self, step: &Step, failure: &Failure, elapsed: Duration) -> String {
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
        let seq = self.head.seq + 1;
        let append = append_statement(self.ledger, &self.facts, seq, &entry, Some(ms));
        format!("BEGIN; {}; {append}; COMMIT", wait_for_disk(true))
    }

    /// Waits until what was committed so far is on the disk.
    async fn flush(&self) {
        // A commit that waits takes all before it along; it must have written something.
        let sql = format!(
            "BEGIN; {}; SELECT pg_catalog.pg_current_xact_id(); COMMIT",
            wait_for_disk(true)
        );
        self.send_last(&sql).await;
    }
}

fn is_lock_timeout(error: &tokio_postgres::error::DbError) -> bool {
    *error.code() == SqlState::LOCK_NOT_AVAILABLE
}
