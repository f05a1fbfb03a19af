//! Analyzes the tables that need it, and partitioned tables, which autovacuum never does.
//!
//! A table needs it at half of the changes that autovacuum waits for, or where statistics are
//! missing. What was written to a partitioned table since its last time is known from the sum of
//! the writes to its partitions, which is kept in the ledger: their own counters begin anew
//! whenever autovacuum analyzes one of them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::super::trouble::Trouble;
use super::super::worker::Worker;
use super::Item;
use super::crew::{self, Order};
use super::need::{self, Need, Table, is_over};
use super::scope::{self, Named, is_true, number, text};
use crate::project::task::Tables;

/// The key under which the writes to partitioned tables are kept.
const WRITES: &str = "writes";

/// From this version on, a partitioned table can be analyzed without its partitions.
const ONLY_SINCE: u32 = 18;

/// Does it.
pub(super) async fn run(worker: &mut Worker<'_>, work: &Tables) -> Result<(), Trouble> {
    worker.outside_transactions().await?;
    let major = worker.session.server_version().0;
    let found = look(worker, work).await?;
    let mut refused = need::divide(worker, &found.tables);
    let wanted: Vec<&Table> = found.tables.iter().filter(|it| it.is_wanted()).collect();
    let orders = wanted.iter().map(|table| order(table, major)).collect();
    let mut outcome = crew::carry_out(worker, need::SETTINGS, work.jobs, orders).await;
    found.remember(worker, &outcome.done).await?;
    outcome.failed.append(&mut refused.failed);
    outcome.end("table", "analyzed")
}

/// Says what would be done.
pub(super) async fn preview(worker: &mut Worker<'_>, work: &Tables) -> Result<Vec<Item>, Trouble> {
    Ok(need::items(look(worker, work).await?.tables, "analyze"))
}

fn order(table: &Table, major: u32) -> Order {
    Order {
        command: "ANALYZE (SKIP_LOCKED)".to_owned(),
        each: need::only(major),
        objects: vec![table.name.clone()],
        is_small: false,
    }
}

/// The tables, and the writes to those that are partitioned.
struct Found {
    tables: Vec<Table>,
    writes: Map<String, Value>,
    /// Partitions that the server does along with a table, with the numbers of such tables.
    along: Vec<(Table, String)>,
}

impl Found {
    /// Keeps for the next run how much was written to the partitioned tables that are done.
    async fn remember(&self, worker: &mut Worker<'_>, done: &[Named]) -> Result<(), Trouble> {
        let known = worker.memory[WRITES].as_object().cloned();
        let mut kept = known.unwrap_or_default();
        let before = kept.clone();
        kept.retain(|name, _| self.writes.contains_key(name));
        let is_done = |table: &&Table| done.contains(&table.name);
        let numbers: BTreeSet<String> = self
            .tables
            .iter()
            .filter(is_done)
            .map(|table| table.oid.clone())
            .collect();
        let along = self.along.iter().filter(|it| is_any(&it.1, &numbers));
        for name in done.iter().chain(along.map(|it| &it.0.name)) {
            let name = name.to_string();
            if let Some(writes) = self.writes.get(&name) {
                kept.insert(name, writes.clone());
            }
        }
        if kept == before {
            return Ok(());
        }
        worker.remember(WRITES, Value::Object(kept)).await
    }
}

/// Reads what the server knows of the tables, largest first, with what they need.
async fn look(worker: &mut Worker<'_>, work: &Tables) -> Result<Found, Trouble> {
    let major = worker.session.server_version().0;
    let missing = if may_read_statistics(worker).await? {
        include_str!("missing.sql")
    } else {
        "false"
    };
    let sql = include_str!("analyze.sql")
        .replace("{missing}", missing)
        .replace("{permission}", scope::permission(major))
        .replace("{scope}", &scope::condition(worker));
    let rows = worker.rehearse(&sql).await?.rows;
    let mut found = Found {
        tables: Vec::new(),
        writes: Map::new(),
        along: Vec::new(),
    };
    let mut ancestors = Vec::new();
    for row in rows {
        let name = Named::read(&row, 1);
        let is_parent = is_true(&row, 6);
        let (figure, limit) = (number(&row, 7), number(&row, 8));
        let changed = if is_parent {
            let before = worker.memory[WRITES][name.to_string()].as_f64();
            if let Some(writes) = figure {
                found.writes.insert(name.to_string(), writes.into());
            }
            // Partitions that went away took their writes along.
            figure.map(|writes| before.map_or(writes, |before| (writes - before).abs()))
        } else {
            figure
        };
        let need = need(is_true(&row, 9), is_true(&row, 10), changed, limit);
        ancestors.push(text(&row, 11));
        found.tables.push(Table {
            name,
            oid: text(&row, 0),
            pages: number(&row, 3).unwrap_or_default(),
            may: is_true(&row, 4),
            is_busy: is_true(&row, 5),
            is_parent,
            rows: changed,
            need: need.or_else(|| work.always.then(|| Need::plain("all are analyzed"))),
        });
    }
    let tables = found.tables.into_iter().zip(ancestors).collect();
    let tables = scope::select(worker.task, "table", &work.tables, tables, |(table, _)| {
        &table.name
    })?;
    // Before that, the server does the partitions of a table along with it.
    let parents: BTreeSet<String> = tables
        .iter()
        .filter(|(table, _)| major < ONLY_SINCE && table.is_parent && table.is_wanted())
        .map(|(table, _)| table.oid.clone())
        .collect();
    let (along, tables): (Vec<_>, Vec<_>) = tables
        .into_iter()
        .partition(|(_, ancestors)| is_any(ancestors, &parents));
    found.along = along;
    found.tables = tables.into_iter().map(|(table, _)| table).collect();
    Ok(found)
}

/// Whether one of the numbers, with spaces between them, is among others.
fn is_any(numbers: &str, others: &BTreeSet<String>) -> bool {
    numbers.split(' ').any(|number| others.contains(number))
}

/// Says why a table needs it.
fn need(is_new: bool, misses: bool, changed: Option<f64>, limit: Option<f64>) -> Option<Need> {
    if is_new {
        return Some(Need::plain("never analyzed"));
    }
    if misses {
        return Some(Need::plain("statistics are missing"));
    }
    is_over(changed, limit).map(|(changed, limit)| {
        Need::plain(format!(
            "{changed:.0} changed rows, autovacuum waits for {limit:.0}"
        ))
    })
}

/// Whether the role may read which statistics there are; otherwise it is known only which tables
/// were never analyzed.
async fn may_read_statistics(worker: &mut Worker<'_>) -> Result<bool, Trouble> {
    let sql = "SELECT pg_catalog.has_table_privilege('pg_catalog.pg_statistic', 'SELECT') \
               AND pg_catalog.has_table_privilege('pg_catalog.pg_statistic_ext_data', 'SELECT')";
    let rows = worker.rehearse(sql).await?.rows;
    Ok(rows.first().is_some_and(|row| is_true(row, 0)))
}
