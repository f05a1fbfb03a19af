//! Tells a transaction pooler, for what cannot work through one.
//!
//! Statements outside a transaction need a session of their own: settings and locks that last
//! longer than one transaction. A transaction pooler gives each transaction to whichever server
//! process is free, so a second connection that asks right after the first gets the same process,
//! with what the first one left in it.

use anyhow::Context as _;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use crate::connect::Endpoint;
use crate::error::Failure;

/// How often to ask: other clients of the pooler may come between.
const ATTEMPTS: u32 = 3;

/// Refuses to go on when the connection goes through a transaction pooler; `what` needs a session.
///
/// # Errors
///
/// The refusal; or when the server cannot be asked.
pub async fn refuse_pooler(endpoint: &Endpoint, client: &Client, what: &str) -> anyhow::Result<()> {
    if is_pooled(endpoint, client).await? {
        return Err(Failure::new(format!(
            "the connection goes through a transaction pooler, and {what}"
        ))
        .detail("Nothing was done. Statements outside a transaction need a session.")
        .hint("Connect to the server itself, or to a pool in session mode.")
        .into());
    }
    Ok(())
}

/// Whether the connection goes through a transaction pooler. To be asked outside a transaction.
///
/// # Errors
///
/// When the server cannot be asked.
pub async fn is_pooled(endpoint: &Endpoint, client: &Client) -> anyhow::Result<bool> {
    for _ in 0..ATTEMPTS {
        let other = endpoint.open().await?;
        let pooled = is_shared(client, other.client())
            .await
            .context("could not tell whether there is a pooler")?;
        if pooled {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the two connections share server processes.
async fn is_shared(client: &Client, other: &Client) -> Result<bool, tokio_postgres::Error> {
    let before = row(client, "SELECT pg_catalog.pg_backend_pid()").await?;
    // While this transaction is open, its server process belongs to it.
    let held = row(other, "BEGIN; SELECT pg_catalog.pg_backend_pid()").await?;
    let after = row(client, "SELECT pg_catalog.pg_backend_pid()").await?;
    other.batch_execute("ROLLBACK").await?;
    let pid =
        |row: &Option<SimpleQueryRow>| row.as_ref().and_then(|row| row.get(0)).map(str::to_owned);
    Ok(pid(&before) == pid(&held) || pid(&before) != pid(&after))
}

async fn row(client: &Client, sql: &str) -> Result<Option<SimpleQueryRow>, tokio_postgres::Error> {
    let messages = client.simple_query(sql).await?;
    Ok(messages.into_iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    }))
}
