//! A connection lost in a step: is it done?
//!
//! The ledger alone knows. The transaction's number does not: after a crash of the server it is
//! used again. And what is not in the ledger may still come: the message may be on its way. So the
//! answer "not done" is written into the very row that the step would write: whichever comes
//! second fails on the key.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio_postgres::error::SqlState;

use super::run::Run;
use super::send::rows;
use super::trouble::Trouble;
use super::{Listener, Progress};
use crate::connect::{Endpoint, Session};
use crate::error::Failure;
use crate::ledger::{EventKind, Head, Ledger, row_at};
use crate::plan::Step;

/// How long to try to reach the server again, and to wait for its transaction to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Pauses between two attempts: they grow from the first to the second.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

impl Run<'_> {
    /// Finds out, on a new connection, whether a step is done whose answer was lost.
    pub(super) async fn settle(
        &mut self,
        step: &Step,
        error: anyhow::Error,
        elapsed: Duration,
        listen: Listener<'_>,
    ) -> Result<Head, Trouble> {
        listen(Progress::Reconnecting(step));
        let seq = self.head.seq + 1;
        let lost = Failure::new(format!(
            "the connection to the server was lost during `{}` ({error:#})",
            step.label
        ));
        let question = Question {
            endpoint: self.endpoint,
            ledger: self.ledger,
            run_id: &self.facts.run_id,
            seq,
            claim: self.failed_event(step, &lost, elapsed),
        };
        let answer = self.interrupt.clone().or(question.settle()).await;
        match answer {
            Ok(Ok((session, Some(head)))) => {
                self.session = session;
                Ok(head)
            }
            Ok(Ok((session, None))) => {
                self.session = session;
                Err(Trouble::NotDone(lost))
            }
            Ok(Err(again)) => Err(Trouble::Unknown(
                lost.detail(format!("The ledger could not be asked: {again:#}.")),
            )),
            Err(_) => Err(Trouble::Unknown(Failure {
                interrupted: true,
                ..lost.detail("The ledger was not asked any more.")
            })),
        }
        .map_err(|trouble| self.or_interrupted(trouble))
    }

    /// An interrupted run ends as such, also when the connection was lost meanwhile.
    fn or_interrupted(&self, trouble: Trouble) -> Trouble {
        match trouble {
            Trouble::NotDone(failure) if self.interrupt.happened() => Trouble::NotDone(Failure {
                interrupted: true,
                ..failure
            }),
            other => other,
        }
    }
}

/// Whether row `seq` was written by this run.
struct Question<'a> {
    endpoint: &'a Endpoint,
    ledger: &'a Ledger,
    run_id: &'a str,
    seq: i64,
    /// Takes the row for "not done".
    claim: String,
}

impl Question<'_> {
    /// Connects again and asks until there is an answer.
    ///
    /// Returns the new connection, and the row as the head of the history where it is this run's.
    async fn settle(&self) -> anyhow::Result<(Session, Option<Head>)> {
        let started = Instant::now();
        let mut pause = PAUSES.0;
        loop {
            match self.ask().await {
                Ok(answer) => return Ok(answer),
                Err(error) if started.elapsed() >= PATIENCE => return Err(error),
                Err(_) => {}
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    async fn ask(&self) -> anyhow::Result<(Session, Option<Head>)> {
        let session = self.endpoint.open().await?;
        let client = session.client();
        let at_work = rows(client, &self.ledger.work_in_progress()).await?;
        anyhow::ensure!(at_work.is_empty(), "the transaction still runs");
        loop {
            let row = row_at(client, self.ledger, self.seq)
                .await
                .context("could not read the ledger")?;
            if let Some(row) = row {
                let is_done = row.run_id == self.run_id && row.event != EventKind::Failed;
                return Ok((session, is_done.then_some(row.head)));
            }
            match client.batch_execute(&self.claim).await {
                Ok(()) => return Ok((session, None)),
                // It has come after all: look again.
                Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => {
                    client.batch_execute("ROLLBACK").await?;
                }
                Err(error) => return Err(error).context("could not write to the ledger"),
            }
        }
    }
}
