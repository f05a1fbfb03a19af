//! The ledger's own schema: a version, and the statements that lead to it.

use anyhow::Context as _;
use tokio_postgres::Client;

use super::Ledger;
use super::lock::CONNECTION_CHECK;

/// The version of the ledger that this binary reads and writes.
pub const VERSION: i32 = 5;

/// Statements that lead from version N to N + 1, in order; the first one creates the schema.
const UPGRADES: [&str; VERSION as usize] = [
    include_str!("v1.sql"),
    include_str!("v2.sql"),
    include_str!("v3.sql"),
    include_str!("v4.sql"),
    include_str!("v5.sql"),
];

/// Creates the ledger, or brings an older one to [`VERSION`]. To be called under the run lock.
///
/// `from` is the version found, 0 where there is no ledger.
///
/// # Errors
///
/// When the server refuses, most likely for want of the right to create a schema.
pub async fn create(client: &Client, ledger: &Ledger, from: i32) -> anyhow::Result<()> {
    let missing = usize::try_from(from).unwrap_or(0);
    if missing >= UPGRADES.len() {
        return Ok(());
    }
    let statements = UPGRADES[missing..]
        .concat()
        .replace("{schema}", ledger.schema());
    // Under the work lock: when this process dies, the next one waits for the transaction to end.
    let result = client
        .batch_execute(&format!(
            "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL search_path = ''; \
             SET LOCAL client_connection_check_interval = '{CONNECTION_CHECK}'; \
             {lock};\n{statements}\nCOMMIT",
            lock = ledger.take_work_lock()
        ))
        .await;
    if result.is_err() && !client.is_closed() {
        client.batch_execute("ROLLBACK").await.ok();
        // The transaction of a run that has died may have come first.
        if version(client, ledger).await == Some(VERSION) {
            return Ok(());
        }
    }
    result.with_context(|| {
        format!(
            "could not create the ledger in schema `{}`",
            ledger.schema()
        )
    })
}

/// Returns the version of the ledger that is there.
async fn version(client: &Client, ledger: &Ledger) -> Option<i32> {
    let sql = format!(
        "SELECT pg_catalog.max(version) FROM {}.ledger_version",
        ledger.schema()
    );
    let rows = super::read::rows(client, &sql).await.ok()?;
    rows.first()?.get(0)?.parse().ok()
}
