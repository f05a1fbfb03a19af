//! One message to the server, and how it ended.

use std::time::Duration;

use anyhow::Context as _;
use futures_util::{StreamExt as _, pin_mut};
use tokio_postgres::error::{DbError, Severity};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::run::Run;

/// How long to wait for an answer that changes nothing any more.
pub(super) const ANSWER: Duration = Duration::from_secs(5);

/// When to ask again to cancel: a request that comes before its statement began is lost.
const CANCEL_AGAIN: Duration = Duration::from_secs(1);

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
    /// A second interrupt came before the answer: how it ended is not known.
    Abandoned,
}

impl Run<'_> {
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
        let cancelled = async {
            loop {
                // Heard to its end, so that it does not meet the next message.
                session.cancel().await.ok();
                tokio::select! {
                    biased;
                    sent = &mut work => return sent,
                    () = tokio::time::sleep(CANCEL_AGAIN) => {}
                }
            }
        };
        let sent = tokio::select! {
            biased;
            sent = cancelled => sent,
            () = interrupt.wait() => return Sent::Abandoned,
        };
        match sent {
            Sent::Refused(..) => Sent::Interrupted,
            // It came too late, or what became of it is not known.
            other => other,
        }
    }

    /// Ends a transaction that failed.
    pub(super) async fn roll_back(&self) {
        // Without a transaction this is a warning; without a connection the server does it.
        self.send_last("ROLLBACK").await;
        drop(self.session.take_notices());
    }

    /// Sends what the run does not depend on; nobody waits for it long, or in a hurry.
    pub(super) async fn send_last(&self, sql: &str) {
        if !self.interrupt.is_urgent() {
            let sent = self.session.client().batch_execute(sql);
            let mut interrupt = self.interrupt.clone();
            drop(interrupt.or(tokio::time::timeout(ANSWER, sent)).await);
        }
    }
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
                return match refusal(&error) {
                    Some(refusal) => Sent::Refused(Box::new(refusal.clone()), completed),
                    None => Sent::Lost(error),
                };
            }
        }
    }
    Sent::Done(last)
}

/// What the server said, when the session goes on after it.
///
/// A FATAL error ends the session: a shutdown, a time-out of the session, somebody's
/// `pg_terminate_backend`. Then it says nothing about the statement that was running.
pub(crate) fn refusal(error: &tokio_postgres::Error) -> Option<&DbError> {
    let error = error.as_db_error()?;
    let ends_session = match error.parsed_severity() {
        Some(severity) => matches!(severity, Severity::Fatal | Severity::Panic),
        // Poolers say it in one field only.
        None => matches!(error.severity(), "FATAL" | "PANIC"),
    };
    (!ends_session).then_some(error)
}

/// Runs a query of crmdb's own and returns its rows.
pub(super) async fn rows(client: &Client, sql: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let messages = client
        .simple_query(sql)
        .await
        .context("could not look at the catalog")?;
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(
            (0..row.len())
                .map(|column| row.get(column).unwrap_or_default().to_owned())
                .collect(),
        ),
        _ => None,
    });
    Ok(rows.collect())
}
