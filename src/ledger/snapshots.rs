//! The snapshots of the catalog that runs leave behind.

use anyhow::Context as _;
use tokio_postgres::Client;

use super::Ledger;
use super::read::rows;
use crate::sql::{dollar_quote, quote_literal};

/// The version of the ledger since which it has snapshots.
pub const SNAPSHOTS_SINCE: i32 = 2;

/// How many are kept.
const KEPT: i64 = 10;

/// A snapshot in the ledger, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The last row of the history when it was taken.
    pub seq: i64,
    /// When, in UTC.
    pub taken_at: String,
    /// The change token of the catalog then.
    pub token: String,
}

/// Keeps a snapshot for the row `seq` of the history, in place of an older one of that row.
///
/// # Errors
///
/// When the server refuses.
pub async fn remember(
    client: &Client,
    ledger: &Ledger,
    seq: i64,
    token: &str,
    snapshot: &str,
) -> anyhow::Result<()> {
    let schema = ledger.schema();
    let sql = format!(
        "BEGIN; SET LOCAL lock_timeout = '5s';
         DELETE FROM {schema}.snapshots WHERE seq = {seq} OR seq <= {seq} - {KEPT} AND seq NOT IN (
             SELECT s.seq FROM {schema}.snapshots AS s ORDER BY s.seq DESC LIMIT {KEPT});
         INSERT INTO {schema}.snapshots (seq, token, snapshot) VALUES ({seq}, {}, {}); COMMIT",
        quote_literal(token),
        dollar_quote(snapshot)
    );
    let result = client.batch_execute(&sql).await;
    if result.is_err() && !client.is_closed() {
        client.batch_execute("ROLLBACK").await.ok();
    }
    result.context("could not keep the snapshot of the catalog in the ledger")
}

/// Returns the last snapshot; none where no run has left one.
///
/// # Errors
///
/// When the server refuses.
pub async fn remembered(client: &Client, ledger: &Ledger) -> anyhow::Result<Option<Remembered>> {
    let sql = format!(
        "SELECT seq, pg_catalog.to_char(taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), token
         FROM {}.snapshots ORDER BY seq DESC LIMIT 1",
        ledger.schema()
    );
    let rows = rows(client, &sql)
        .await
        .context("could not read the snapshots in the ledger")?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let text = |index| row.get(index).unwrap_or_default().to_owned();
    Ok(Some(Remembered {
        seq: text(0).parse().context("a snapshot without a number")?,
        taken_at: text(1),
        token: text(2),
    }))
}

/// Returns the text of a snapshot.
///
/// # Errors
///
/// When the server refuses, or the snapshot has gone.
pub async fn snapshot_text(client: &Client, ledger: &Ledger, seq: i64) -> anyhow::Result<String> {
    let sql = format!(
        "SELECT snapshot FROM {}.snapshots WHERE seq = {seq}",
        ledger.schema()
    );
    let rows = rows(client, &sql)
        .await
        .context("could not read the snapshots in the ledger")?;
    let text = rows.first().and_then(|row| row.get(0));
    Ok(text
        .context("the snapshot has gone from the ledger")?
        .to_owned())
}
