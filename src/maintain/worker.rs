//! What the kinds of tasks work with: the connection, the limits, and when to give way.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde_json::Value;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use super::limits::{FAREWELL, Limits, Yield};
use super::trouble::{Stop, Trouble};
use crate::apply::{Interrupt, refuse_pooler};
use crate::connect::{Endpoint, Session};
use crate::error::Failure;
use crate::ledger::{CONNECTION_CHECK, Ledger, TaskLock, remember_statement};
use crate::project::Task;
use crate::sql::{quote_ident, quote_literal};

/// Hears what a run does.
pub type Listener<'a> = &'a mut dyn FnMut(&str);

/// What a run has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that it changed, where that is known.
    pub rows: Option<u64>,
    /// Batches, tables, indexes, views or partitions.
    pub batches: u64,
}

impl Tally {
    /// Counts a batch, with the rows that it changed.
    pub fn add(&mut self, rows: u64) {
        self.rows = Some(self.rows.unwrap_or(0) + rows);
        self.batches += 1;
    }
}

/// What the server answered.
#[derive(Debug, Default)]
pub struct Answer {
    /// The rows of all statements.
    pub rows: Vec<SimpleQueryRow>,
    /// The count of each statement.
    pub counts: Vec<u64>,
}

/// What the kinds of tasks work with.
pub struct Worker<'a> {
    pub(super) task: &'a Task,
    pub(super) endpoint: &'a Endpoint,
    pub(super) ledger: &'a Ledger,
    pub(super) lock: &'a TaskLock,
    pub(super) session: Session,
    /// For the ledger: the role of the work may not write there.
    pub(super) record: Option<&'a Session>,
    pub(super) interrupt: Interrupt,
    pub(super) listen: Listener<'a>,
    pub(super) search_path: &'a [String],
    pub(super) lock_timeout: Duration,
    pub(super) deadline: Option<Instant>,
    /// The task may work at any time of day.
    pub(super) is_forced: bool,
    /// Somebody reads what it tells.
    pub(super) is_watched: bool,
    /// How much the server's clock is ahead of this machine's.
    pub(super) ahead: SignedDuration,
    pub(super) memory: Value,
    pub(super) tally: Tally,
}

impl<'a> Worker<'a> {
    /// Runs statements in one transaction, as the task's role, and returns their answer.
    ///
    /// # Errors
    ///
    /// What kept it from its end; then nothing of it is left.
    pub async fn transaction(&mut self, sql: &str, yields: Yield) -> Result<Answer, Trouble> {
        self.transaction_to(sql, yields, "COMMIT").await
    }

    /// Runs statements as [`Worker::transaction`] does, and undoes them.
    ///
    /// # Errors
    ///
    /// What kept it from its end.
    pub async fn rehearse(&mut self, sql: &str) -> Result<Answer, Trouble> {
        self.transaction_to(sql, Yield::Interrupt, "ROLLBACK").await
    }

    async fn transaction_to(
        &mut self,
        sql: &str,
        yields: Yield,
        end: &str,
    ) -> Result<Answer, Trouble> {
        let role = match &self.task.role {
            Some(role) => format!("SET LOCAL ROLE {};\n", quote_ident(role)),
            None => String::new(),
        };
        let begin = format!(
            "BEGIN;\n{}{};\n{role}",
            self.settings("SET LOCAL"),
            self.lock.share()
        );
        let session = &self.session;
        let work = async {
            session.client().simple_query(&begin).await?;
            let answer = session.client().simple_query(sql).await?;
            session.client().batch_execute(end).await?;
            Ok(answer)
        };
        let result = self.limits(yields).keep(session, work).await;
        if result.is_err() && !self.session.is_closed() {
            // A server that did not hear the request to cancel does not hear this either; then the
            // end of the connection ends the transaction.
            let rollback = self.session.client().batch_execute("ROLLBACK");
            tokio::time::timeout(FAREWELL, rollback).await.ok();
        }
        result.map(answer)
    }

    /// Makes the session ready for statements that cannot run in a transaction. To be called once.
    ///
    /// # Errors
    ///
    /// When there is a transaction pooler, or the server refuses.
    pub async fn outside_transactions(&mut self) -> Result<(), Trouble> {
        let what = format!("the task `{}` is not one transaction", self.task.name);
        refuse_pooler(self.endpoint, self.session.client(), &what)
            .await
            .map_err(refused)?;
        let sql = self.session_start();
        let result = self.session.client().batch_execute(&sql).await;
        result.map_err(|error| Trouble::of(&error))
    }

    /// What makes a session ready for statements outside transactions.
    fn session_start(&self) -> String {
        let role = match &self.task.role {
            Some(role) => format!("SET ROLE {};\n", quote_ident(role)),
            None => String::new(),
        };
        format!(
            "{}{};\n{role}",
            self.settings("SET"),
            self.lock.share_for_session()
        )
    }

    /// Runs one statement by itself, after [`Worker::outside_transactions`].
    ///
    /// # Errors
    ///
    /// What kept it from its end.
    pub async fn alone(&mut self, sql: &str, yields: Yield) -> Result<Answer, Trouble> {
        let session = &self.session;
        let work = async { session.client().simple_query(sql).await };
        self.limits(yields).keep(session, work).await.map(answer)
    }

    /// Asks the server something that changes nothing; names are to be qualified.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn ask(&self, sql: &str) -> Result<Vec<SimpleQueryRow>, Trouble> {
        let result = self.session.client().simple_query(sql).await;
        result
            .map(|messages| answer(messages).rows)
            .map_err(|error| Trouble::of(&error))
    }

    /// To be called between two batches.
    ///
    /// # Errors
    ///
    /// What the run gives way to.
    pub async fn pause_point(&self) -> Result<(), Trouble> {
        self.limits(Yield::Migration).pause_point().await
    }

    /// Rests between two batches.
    ///
    /// # Errors
    ///
    /// The interrupt that came.
    pub async fn rest(&self, pause: Duration) -> Result<(), Trouble> {
        let until_deadline = self.deadline.map_or(pause, |deadline| {
            deadline.saturating_duration_since(Instant::now())
        });
        let mut interrupt = self.interrupt.clone();
        let slept = interrupt
            .or(tokio::time::sleep(pause.min(until_deadline)))
            .await;
        slept.map_err(|_| Trouble::Stopped(Stop::Interrupted))
    }

    /// Keeps in the ledger what the next run goes on from, under a key of its own.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn remember(&mut self, key: &str, value: Value) -> Result<(), Trouble> {
        let sql = remember_statement(self.ledger, &self.task.name, key, &value);
        self.memory[key] = value;
        let Some(record) = self.record else {
            return Ok(());
        };
        let result = record.client().batch_execute(&sql).await;
        result.map_err(|error| Trouble::of(&error))
    }

    /// Opens a second connection for work beside the first, ready for statements outside
    /// transactions.
    ///
    /// # Errors
    ///
    /// When there is no connection.
    pub async fn helper(&self) -> Result<Session, Trouble> {
        let session = self.endpoint.open().await.map_err(refused)?;
        let result = session.client().batch_execute(&self.session_start()).await;
        result.map_err(|error| Trouble::of(&error))?;
        Ok(session)
    }

    /// The settings of a transaction, or a session.
    fn settings(&self, set: &str) -> String {
        // The runner keeps the time limit; this one holds where the runner has died.
        let left = self.deadline.map_or(0, |deadline| {
            let left = deadline.saturating_duration_since(Instant::now()) + FAREWELL;
            left.as_millis().min(i32::MAX as u128)
        });
        let path: Vec<String> = self
            .search_path
            .iter()
            .map(|name| quote_ident(name))
            .collect();
        let path = if path.is_empty() {
            "''".to_owned()
        } else {
            path.join(", ")
        };
        format!(
            "{set} lock_timeout = {}; {set} statement_timeout = {left}; \
             {set} idle_in_transaction_session_timeout = 0; {set} row_security = off; \
             {set} client_connection_check_interval = {}; {set} search_path = {path}; \
             {set} DateStyle = 'ISO, MDY';\n",
            self.lock_timeout.as_millis(),
            quote_literal(CONNECTION_CHECK)
        )
    }

    /// What ends its statements before their end.
    pub(super) fn limits(&self, yields: Yield) -> Limits<'a> {
        Limits {
            task: self.task,
            lock: self.lock,
            interrupt: self.interrupt.clone(),
            deadline: self.deadline,
            is_forced: self.is_forced,
            ahead: self.ahead,
            yields,
        }
    }
}

/// What crmdb itself refuses.
fn refused(error: anyhow::Error) -> Trouble {
    Trouble::Failed(match error.downcast::<Failure>() {
        Ok(failure) => failure,
        Err(error) => Failure::new(format!("{error:#}")),
    })
}

fn answer(messages: Vec<SimpleQueryMessage>) -> Answer {
    let mut answer = Answer::default();
    for message in messages {
        match message {
            SimpleQueryMessage::Row(row) => answer.rows.push(row),
            SimpleQueryMessage::CommandComplete(count) => answer.counts.push(count),
            _ => {}
        }
    }
    answer
}

/// Runs one statement on a client of its own, and returns its rows.
pub(super) async fn ask(client: &Client, sql: &str) -> Result<Vec<SimpleQueryRow>, Trouble> {
    let result = client.simple_query(sql).await;
    result
        .map(|messages| answer(messages).rows)
        .map_err(|error| Trouble::of(&error))
}
