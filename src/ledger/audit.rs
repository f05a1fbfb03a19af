//! Checks the ledger against itself: what it says, and what guards it.

use anyhow::Context as _;
use tokio_postgres::{Client, SimpleQueryRow};

use super::Ledger;
use super::read::rows;
use crate::sql::quote_literal;

/// The triggers of the ledger, as `v1.sql` makes them.
const TRIGGERS: [(&str, &str); 4] = [
    ("history", "history_chain"),
    ("history", "history_refuse_change"),
    ("journal", "journal_refuse_change"),
    ("ledger_version", "ledger_version_refuse_change"),
];

/// Checks the chain of hashes, the texts against theirs, and that the triggers are on. Returns a
/// line for each finding.
///
/// # Errors
///
/// When the server refuses.
pub async fn findings(client: &Client, ledger: &Ledger) -> anyhow::Result<Vec<String>> {
    let mut findings = chain_findings(client, ledger).await?;
    findings.extend(trigger_findings(client, ledger).await?);
    Ok(findings)
}

/// Returns a line for each row that breaks the chain of hashes, or whose texts are not its own.
async fn chain_findings(client: &Client, ledger: &Ledger) -> anyhow::Result<Vec<String>> {
    let schema = ledger.schema();
    let digest = |column: &str| {
        format!(
            "'sha256-1:' || pg_catalog.encode(pg_catalog.sha256(\
             pg_catalog.convert_to({column}, 'UTF8')), 'hex')"
        )
    };
    let rows = rows(
        client,
        &format!(
            "SELECT seq, \
               hash IS DISTINCT FROM {schema}.history_hash(h), \
               previous IS DISTINCT FROM coalesce(before, '') \
                 OR seq IS DISTINCT FROM coalesce(before_seq, 0) + 1, \
               up_hash LIKE 'sha256-1:%' AND up_hash IS DISTINCT FROM {up} \
                 OR down_hash LIKE 'sha256-1:%' AND down_hash IS DISTINCT FROM {down} \
             FROM {schema}.history AS h \
             CROSS JOIN LATERAL (SELECT max(p.seq) AS before_seq FROM {schema}.history AS p \
               WHERE p.seq < h.seq) AS s \
             LEFT JOIN LATERAL (SELECT p.hash AS before FROM {schema}.history AS p \
               WHERE p.seq = s.before_seq) AS b ON true \
             ORDER BY seq",
            up = digest("up_text"),
            down = digest("down_text"),
        ),
    )
    .await
    .context("could not check the ledger's chain")?;
    let broken = |row: &SimpleQueryRow, column: usize| row.get(column) == Some("t");
    let mut findings = Vec::new();
    for row in &rows {
        let seq = row.get(0).unwrap_or_default();
        if broken(row, 1) {
            findings.push(format!("row {seq} of the history was changed"));
        }
        if broken(row, 2) {
            findings.push(format!(
                "row {seq} of the history does not follow the row before it"
            ));
        }
        if broken(row, 3) {
            findings.push(format!(
                "row {seq} of the history has a text that is not its hash's"
            ));
        }
    }
    Ok(findings)
}

/// Returns a line for each trigger that is not there, or does not fire.
async fn trigger_findings(client: &Client, ledger: &Ledger) -> anyhow::Result<Vec<String>> {
    let expected = TRIGGERS
        .map(|(table, name)| format!("('{table}', '{name}')"))
        .join(", ");
    let rows = rows(
        client,
        &format!(
            "SELECT e.table_name, e.name \
             FROM (VALUES {expected}) AS e (table_name, name) \
             WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger AS t \
               WHERE t.tgname = e.name AND t.tgenabled IN ('O', 'A') \
                 AND t.tgrelid = pg_catalog.to_regclass({} || '.' || e.table_name)) \
             ORDER BY 1, 2",
            quote_literal(ledger.schema()),
        ),
    )
    .await
    .context("could not check the ledger's triggers")?;
    let finding = |row: &SimpleQueryRow| {
        format!(
            "the trigger `{}` of the ledger's table `{}` is switched off, or gone",
            row.get(1).unwrap_or_default(),
            row.get(0).unwrap_or_default()
        )
    };
    Ok(rows.iter().map(finding).collect())
}
