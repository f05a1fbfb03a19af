//! A connection lost in a transaction: was it committed?
//!
//! The ledger alone knows. The transaction's number does not: after a crash of the server it is
//! used again.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::connect::{Endpoint, Session};
use crate::ledger::{Head, Ledger, row_of_run};

/// How long to try to reach the server again, and to wait for its transaction to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Pauses between two attempts: they grow from the first to the second.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// Connects again and says whether row `seq` was written by this run.
///
/// Returns the new connection, and the row as the head of the history where it was.
pub(super) async fn settle(
    endpoint: &Endpoint,
    ledger: &Ledger,
    run_id: &str,
    seq: i64,
) -> anyhow::Result<(Session, Option<Head>)> {
    let started = Instant::now();
    let mut pause = PAUSES.0;
    loop {
        match ask(endpoint, ledger, seq).await {
            Ok((session, row)) => {
                let ours = row.filter(|(writer, _)| writer == run_id);
                return Ok((session, ours.map(|(_, head)| head)));
            }
            Err(error) if started.elapsed() >= PATIENCE => return Err(error),
            Err(_) => {}
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

async fn ask(
    endpoint: &Endpoint,
    ledger: &Ledger,
    seq: i64,
) -> anyhow::Result<(Session, Option<(String, Head)>)> {
    let session = endpoint.open().await?;
    anyhow::ensure!(
        !is_in_progress(session.client(), ledger).await?,
        "the transaction still runs"
    );
    let row = row_of_run(session.client(), ledger, seq)
        .await
        .context("could not read the ledger")?;
    Ok((session, row))
}

async fn is_in_progress(client: &Client, ledger: &Ledger) -> anyhow::Result<bool> {
    let messages = client.simple_query(&ledger.work_in_progress()).await?;
    Ok(messages
        .iter()
        .any(|message| matches!(message, SimpleQueryMessage::Row(_))))
}
