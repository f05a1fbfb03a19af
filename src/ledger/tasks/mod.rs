//! Maintenance tasks in the ledger: how each stands, its runs, and its locks.

mod figures;
mod history;
mod lock;
mod run;
mod serve_lock;

pub use figures::{TaskFigures, task_figures};
pub use history::{RunOutcome, TaskRun, task_runs};
pub use lock::{Locking, TaskLock};
pub use run::{Begin, End, begin_run, end_run, skip_run};
pub use serve_lock::ServeLock;

use std::collections::BTreeMap;

use anyhow::Context as _;
use jiff::Timestamp;
use tokio_postgres::{Client, SimpleQueryRow};

use super::Ledger;
use super::read::rows;
use crate::sql::quote_literal;

/// The version of the ledger that has tasks.
pub const TASKS_SINCE: i32 = 5;

/// A task that is met for the first time is due if its time was no longer ago than this: who calls
/// it by its schedule comes a little later.
const FIRST_SIGHT: &str = "2 minutes";

/// How a task stands, by the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Since when its schedule counts; `None`: the ledger has not met it.
    pub known_since: Option<Timestamp>,
    /// Up to here, each time of the schedule was run, or is missed for good.
    pub settled_until: Option<Timestamp>,
    /// Attempts at times after that, and how they ended.
    pub attempts: Vec<(Timestamp, RunOutcome)>,
    /// What the next run goes on from.
    pub memory: serde_json::Value,
}

const UTC: &str = "YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"";

/// An expression for a moment, as [`moment`] reads it.
fn utc(column: &str) -> String {
    format!("pg_catalog.to_char({column} AT TIME ZONE 'UTC', '{UTC}')")
}

fn moment(row: &SimpleQueryRow, column: usize) -> anyhow::Result<Option<Timestamp>> {
    row.get(column)
        .map(|text| {
            text.parse()
                .with_context(|| format!("`{text}` is no moment"))
        })
        .transpose()
}

/// Returns the server's clock.
///
/// # Errors
///
/// When the server refuses.
pub async fn clock(client: &Client) -> anyhow::Result<Timestamp> {
    let sql = format!("SELECT {}", utc("pg_catalog.clock_timestamp()"));
    let rows = rows(client, &sql)
        .await
        .context("could not read the server's clock")?;
    let row = rows.first().context("the server has no clock")?;
    moment(row, 0)?.context("the server has no clock")
}

/// Reads how the tasks stand that the ledger knows.
///
/// # Errors
///
/// When the server refuses.
pub async fn standings(
    client: &Client,
    ledger: &Ledger,
) -> anyhow::Result<BTreeMap<String, Standing>> {
    let schema = ledger.schema();
    let sql = format!(
        "SELECT t.name, {}, {}, t.memory, {}, r.outcome FROM {schema}.tasks AS t \
         LEFT JOIN {schema}.task_runs AS r ON r.task = t.name \
         AND r.scheduled_for > coalesce(t.settled_until, t.known_since) ORDER BY t.name, r.id",
        utc("t.known_since"),
        utc("t.settled_until"),
        utc("r.scheduled_for")
    );
    let rows = rows(client, &sql)
        .await
        .context("could not read the tasks in the ledger")?;
    let mut found: BTreeMap<String, Standing> = BTreeMap::new();
    for row in rows {
        let standing = found
            .entry(row.get(0).unwrap_or_default().to_owned())
            .or_default();
        standing.known_since = moment(&row, 1)?;
        standing.settled_until = moment(&row, 2)?;
        standing.memory = serde_json::from_str(row.get(3).unwrap_or("{}"))?;
        if let (Some(slot), Some(outcome)) =
            (moment(&row, 4)?, row.get(5).and_then(RunOutcome::from_word))
        {
            standing.attempts.push((slot, outcome));
        }
    }
    Ok(found)
}

/// Notes tasks that the ledger has not met: their schedules count from now, and from a little before
/// where that is the question.
///
/// # Errors
///
/// When the server refuses.
pub async fn meet(
    client: &Client,
    ledger: &Ledger,
    names: &[&str],
    is_asked_for_due: bool,
) -> anyhow::Result<()> {
    let names: Vec<String> = names.iter().map(|name| quote_literal(name)).collect();
    if names.is_empty() {
        return Ok(());
    }
    let before = if is_asked_for_due { FIRST_SIGHT } else { "0" };
    let sql = format!(
        "INSERT INTO {}.tasks (name, known_since) \
         SELECT n, pg_catalog.now() - interval '{before}' \
         FROM pg_catalog.unnest(ARRAY[{}]) AS n ON CONFLICT (name) DO NOTHING",
        ledger.schema(),
        names.join(", ")
    );
    client
        .batch_execute(&sql)
        .await
        .context("could not note the tasks in the ledger")
}

/// Returns the statement that keeps what the next run of a task goes on from, under a key of its
/// own.
#[must_use]
pub fn remember_statement(
    ledger: &Ledger,
    task: &str,
    key: &str,
    value: &serde_json::Value,
) -> String {
    let entry = serde_json::json!({ key: value }).to_string();
    format!(
        "UPDATE {}.tasks SET memory = memory || {}::pg_catalog.jsonb WHERE name = {}",
        ledger.schema(),
        quote_literal(&entry),
        quote_literal(task)
    )
}
