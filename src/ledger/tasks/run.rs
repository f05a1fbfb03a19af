//! A run in the ledger: its beginning and its end.

use anyhow::Context as _;
use jiff::Timestamp;
use tokio_postgres::Client;

use super::super::read::rows;
use super::super::{Ledger, RunFacts};
use super::history::RunOutcome;
use crate::sql::quote_literal;

/// Runs are kept this long, and the last hundred of a task in any case.
const KEPT: &str = "90 days";

/// A run to begin.
#[derive(Clone, Copy, Debug)]
pub struct Begin<'a> {
    /// The task.
    pub task: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// The time of the schedule that it is for.
    pub scheduled_for: Option<Timestamp>,
    /// Who runs it.
    pub facts: &'a RunFacts,
}

/// How a run ended, for the ledger.
#[derive(Clone, Debug)]
pub struct End<'a> {
    /// Its number.
    pub id: i64,
    /// How.
    pub outcome: RunOutcome,
    /// Rows that it changed, where that is known.
    pub rows: Option<u64>,
    /// Its batches.
    pub batches: u64,
    /// Why it failed, was stopped or skipped.
    pub reason: Option<&'a str>,
    /// The time of the schedule is settled: there is no further attempt at it.
    pub settles: bool,
}

/// Begins a run, to be called under the task's lock: runs that are not over belong to the dead.
///
/// Returns its number, or `None` where this time of the schedule was settled meanwhile.
///
/// # Errors
///
/// When the server refuses.
pub async fn begin_run(
    client: &Client,
    ledger: &Ledger,
    begin: &Begin<'_>,
) -> anyhow::Result<Option<i64>> {
    let schema = ledger.schema();
    let task = quote_literal(begin.task);
    let slot = begin.scheduled_for.map_or_else(
        || "NULL::pg_catalog.timestamptz".to_owned(),
        |at| format!("{}::pg_catalog.timestamptz", quote_literal(&at.to_string())),
    );
    let sql = format!(
        "BEGIN; UPDATE {schema}.task_runs SET outcome = 'lost', \
             ended_at = pg_catalog.clock_timestamp(), reason = 'its runner died' \
             WHERE task = {task} AND outcome = 'running'; \
         INSERT INTO {schema}.task_runs (task, kind, scheduled_for, attempt, os_user, host, crmdb_version) \
         SELECT {task}, {kind}, {slot}, 1 + coalesce((SELECT pg_catalog.max(r.attempt) \
                 FROM {schema}.task_runs AS r WHERE r.task = {task} AND r.scheduled_for = {slot}), 0), \
             {os_user}, {host}, '{version}' \
         FROM {schema}.tasks AS t WHERE t.name = {task} \
             AND ({slot} > coalesce(t.settled_until, '-infinity')) IS NOT FALSE \
         RETURNING id; COMMIT",
        kind = quote_literal(begin.kind),
        os_user = optional(begin.facts.os_user.as_deref()),
        host = optional(begin.facts.host.as_deref()),
        version = env!("CARGO_PKG_VERSION"),
    );
    let result = rows(client, &sql).await;
    if result.is_err() && !client.is_closed() {
        client.batch_execute("ROLLBACK").await.ok();
    }
    let rows = result.context("could not begin the run in the ledger")?;
    rows.first()
        .and_then(|row| row.get(0))
        .map(|id| id.parse().context("the run has no number"))
        .transpose()
}

/// Notes that a run did not begin, and why.
///
/// # Errors
///
/// When the server refuses.
pub async fn skip_run(
    client: &Client,
    ledger: &Ledger,
    begin: &Begin<'_>,
    reason: &str,
) -> anyhow::Result<()> {
    let sql = format!(
        "INSERT INTO {}.task_runs (task, kind, attempt, outcome, ended_at, reason, os_user, host, \
             crmdb_version) \
         VALUES ({}, {}, 1, 'skipped', pg_catalog.clock_timestamp(), {}, {}, {}, '{}')",
        ledger.schema(),
        quote_literal(begin.task),
        quote_literal(begin.kind),
        quote_literal(reason),
        optional(begin.facts.os_user.as_deref()),
        optional(begin.facts.host.as_deref()),
        env!("CARGO_PKG_VERSION"),
    );
    client
        .batch_execute(&sql)
        .await
        .context("could not note the run in the ledger")
}

fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), quote_literal)
}

/// Ends a run, and forgets old ones.
///
/// # Errors
///
/// When the server refuses.
pub async fn end_run(client: &Client, ledger: &Ledger, end: &End<'_>) -> anyhow::Result<()> {
    let schema = ledger.schema();
    let settle = if end.settles {
        format!(
            "UPDATE {schema}.tasks AS t SET settled_until = r.scheduled_for \
             FROM {schema}.task_runs AS r WHERE r.id = {} AND t.name = r.task \
             AND r.scheduled_for > coalesce(t.settled_until, '-infinity'); ",
            end.id
        )
    } else {
        String::new()
    };
    let sql = format!(
        "BEGIN; UPDATE {schema}.task_runs SET outcome = '{outcome}', \
             ended_at = pg_catalog.clock_timestamp(), row_count = {rows}, batches = {batches}, \
             reason = {reason} WHERE id = {id} AND outcome = 'running'; {settle}\
         DELETE FROM {schema}.task_runs AS old USING {schema}.task_runs AS r \
             WHERE r.id = {id} AND old.task = r.task \
             AND old.started_at < pg_catalog.now() - interval '{KEPT}' \
             AND old.id < (SELECT kept.id FROM {schema}.task_runs AS kept \
                 WHERE kept.task = r.task ORDER BY kept.started_at DESC OFFSET 99 LIMIT 1); \
         COMMIT",
        outcome = end.outcome.word(),
        rows = end
            .rows
            .map_or_else(|| "NULL".to_owned(), |rows| rows.to_string()),
        batches = end.batches,
        reason = optional(end.reason),
        id = end.id,
    );
    let result = client.batch_execute(&sql).await;
    if result.is_err() && !client.is_closed() {
        client.batch_execute("ROLLBACK").await.ok();
    }
    result.context("could not end the run in the ledger")
}
