//! Deletes old rows, batch by batch.
//!
//! The next boundary is read from the index of the column, and all rows up to it go in one statement:
//! rows of the same time stay together, so none is left between two batches. A run that ended early
//! left in the ledger how far it came. Batches grow and shrink towards the time that one may take
//! ([`Pace`]), and it rests while others would suffer ([`brakes`]).

mod brakes;
mod pace;
mod table;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use self::pace::Pace;
use self::table::Table;
use super::super::limits::Yield;
use super::super::trouble::Trouble;
use super::super::worker::Worker;
use super::Item;
use crate::error::Failure;
use crate::project::task::Delete;
use crate::sql::{quote_ident, quote_literal};

/// How far a run has come, in the ledger.
const REACHED: &str = "reached";

/// How often that is written there.
const REMEMBER_EVERY: Duration = Duration::from_secs(2);

/// Deletes all rows that are older than they may be.
pub(super) async fn run(worker: &mut Worker<'_>, work: &Delete) -> Result<(), Trouble> {
    let table = Table::look(worker, work).await?;
    let mut batches = Batches {
        work,
        cutoff: cutoff(worker, work, &table).await?,
        reached: worker.memory[REACHED].as_str().map(str::to_owned),
        table,
        pace: Pace::new(work.batch_time, work.duty),
        remembered: Instant::now(),
        skips_locked: false,
    };
    worker.tally.rows = Some(0);
    let result = batches.all(worker).await;
    // The next run looks at all rows again; one that ended early is gone on with.
    let reached = match (&result, &batches.reached) {
        (Err(_), Some(reached)) => json!(reached),
        _ => Value::Null,
    };
    let remembered = worker.remember(REACHED, reached).await;
    result.and(remembered)
}

/// Counts them.
pub(super) async fn preview(worker: &mut Worker<'_>, work: &Delete) -> Result<Vec<Item>, Trouble> {
    let table = Table::look(worker, work).await?;
    let cutoff = cutoff(worker, work, &table).await?;
    let sql = format!(
        "SELECT pg_catalog.count(*) FROM {} AS t WHERE t.{} <= {}{}",
        table.name,
        quote_ident(&work.column),
        table.literal(&cutoff),
        filter(work)
    );
    let answer = worker.rehearse(&sql).await?;
    let rows = answer.rows.first().and_then(|row| row.get(0)?.parse().ok());
    Ok(vec![Item {
        object: table.name,
        action: format!("rows with {} up to {cutoff} would be deleted", work.column),
        rows,
    }])
}

/// Returns the time up to which rows go, as a text of the column's type, by the server's clock.
async fn cutoff(worker: &mut Worker<'_>, work: &Delete, table: &Table) -> Result<String, Trouble> {
    let sql = format!(
        "SELECT (pg_catalog.now() - interval {})::{}",
        quote_literal(&work.older_than.to_string()),
        table.column_type
    );
    // In a transaction of the task: its DateStyle is the one in which batches read times.
    let answer = worker.rehearse(&sql).await?;
    let text = answer.rows.first().and_then(|row| row.get(0));
    text.map(str::to_owned)
        .ok_or_else(|| Failure::new("the server has no clock").into())
}

/// The further condition, on lines of its own: a comment in it ends with its line.
fn filter(work: &Delete) -> String {
    match &work.filter {
        Some(filter) => format!(" AND (\n{filter}\n)"),
        None => String::new(),
    }
}

struct Batches<'a> {
    work: &'a Delete,
    table: Table,
    cutoff: String,
    /// All rows up to this one have been looked at.
    reached: Option<String>,
    pace: Pace,
    remembered: Instant,
    /// Rows that others hold are left for the next run.
    skips_locked: bool,
}

impl Batches<'_> {
    async fn all(&mut self, worker: &mut Worker<'_>) -> Result<(), Trouble> {
        let mut next = self.first_boundary(worker).await?;
        while let Some(boundary) = next {
            self.wait(worker).await?;
            let started = Instant::now();
            let (deleted, following) = match self.batch(worker, &boundary).await {
                Ok(done) => done,
                Err(trouble) if is_conflict(&trouble) => {
                    self.give_way(worker, &trouble).await?;
                    next = self.first_boundary(worker).await?;
                    continue;
                }
                Err(trouble) => return Err(trouble),
            };
            let rest = self.pace.next(started.elapsed());
            self.skips_locked = false;
            worker.tally.add(deleted);
            self.reached = Some(boundary);
            next = following;
            if self.remembered.elapsed() >= REMEMBER_EVERY {
                self.tell(worker).await?;
            }
            if next.is_some() {
                worker.rest(rest).await?;
            }
        }
        Ok(())
    }

    /// Waits until the next batch may begin.
    async fn wait(&self, worker: &mut Worker<'_>) -> Result<(), Trouble> {
        worker.pause_point().await?;
        brakes::wait(worker, self.work, &self.table).await
    }

    /// Finds the first boundary after what is done.
    async fn first_boundary(&self, worker: &mut Worker<'_>) -> Result<Option<String>, Trouble> {
        self.wait(worker).await?;
        let sql = self.boundary_after(self.reached.as_deref());
        let answer = worker.transaction(&sql, Yield::Interrupt).await?;
        Ok(answer
            .rows
            .last()
            .and_then(|row| row.get(0))
            .map(str::to_owned))
    }

    fn boundary_after(&self, reached: Option<&str>) -> String {
        let column = quote_ident(&self.work.column);
        format!(
            "SELECT pg_catalog.max(s.k) FROM (SELECT t.{column} AS k FROM {} AS t \
             WHERE {} ORDER BY t.{column} LIMIT {}) AS s",
            self.table.name,
            self.range(reached, &self.cutoff),
            self.pace.size()
        )
    }

    fn range(&self, after: Option<&str>, until: &str) -> String {
        let column = quote_ident(&self.work.column);
        let until = format!("t.{column} <= {}", self.table.literal(until));
        match after {
            Some(after) => format!("t.{column} > {} AND {until}", self.table.literal(after)),
            None => until,
        }
    }

    /// Deletes up to a boundary, and finds the next one. Returns how many rows went.
    async fn batch(
        &self,
        worker: &mut Worker<'_>,
        boundary: &str,
    ) -> Result<(u64, Option<String>), Trouble> {
        let name = &self.table.name;
        let which = self.range(self.reached.as_deref(), boundary) + &filter(self.work);
        let delete = if self.skips_locked {
            format!(
                "DELETE FROM {name} AS t USING (SELECT t.tableoid, t.ctid FROM {name} AS t \
                 WHERE {which} FOR UPDATE SKIP LOCKED) AS s \
                 WHERE t.tableoid = s.tableoid AND t.ctid = s.ctid AND {which}"
            )
        } else {
            format!("DELETE FROM {name} AS t WHERE {which}")
        };
        let sql = format!("{delete};\n{}", self.boundary_after(Some(boundary)));
        let answer = worker.transaction(&sql, Yield::Nobody).await?;
        let deleted = answer.counts.first().copied().unwrap_or(0);
        let next = answer.rows.last().and_then(|row| row.get(0));
        Ok((deleted, next.map(str::to_owned)))
    }

    /// Somebody holds rows of the batch: a smaller one holds up fewer, and the smallest leaves them.
    async fn give_way(&mut self, worker: &mut Worker<'_>, why: &Trouble) -> Result<(), Trouble> {
        if self.skips_locked {
            return Err(
                Failure::new(format!("rows of {} cannot be deleted", self.table.name))
                    .detail(format!("{why:?}"))
                    .into(),
            );
        }
        let state = why.sqlstate().unwrap_or_default();
        let rest = if self.pace.halve() {
            (worker.listen)(&format!(
                "gave way ({state}); batches of {}",
                self.pace.size()
            ));
            self.work.batch_time
        } else {
            (worker.listen)(&format!(
                "rows that others hold ({state}) are left for the next run"
            ));
            self.skips_locked = true;
            Duration::ZERO
        };
        worker.rest(rest).await
    }

    async fn tell(&mut self, worker: &mut Worker<'_>) -> Result<(), Trouble> {
        self.remembered = Instant::now();
        let rows = worker.tally.rows.unwrap_or(0);
        let reached = self.reached.as_deref().unwrap_or_default();
        (worker.listen)(&format!("{rows} rows deleted, up to {reached}"));
        worker.remember(REACHED, json!(reached)).await
    }
}

/// Whether another session was in the way: a lock time-out, a deadlock, a serialization failure.
fn is_conflict(trouble: &Trouble) -> bool {
    matches!(trouble.sqlstate(), Some("55P03" | "40P01" | "40001"))
}
