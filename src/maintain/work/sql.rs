//! Runs statements in one transaction.

use super::super::limits::Yield;
use super::super::trouble::Trouble;
use super::super::worker::Worker;
use super::Item;

/// Runs them; the rows that they changed or returned count.
pub(super) async fn run(worker: &mut Worker<'_>, sql: &str) -> Result<(), Trouble> {
    let answer = worker.transaction(sql, Yield::Interrupt).await?;
    worker.tally.rows = Some(answer.counts.iter().sum());
    worker.tally.batches += 1;
    Ok(())
}

/// Runs them, and undoes what they did.
pub(super) async fn preview(worker: &mut Worker<'_>, sql: &str) -> Result<Vec<Item>, Trouble> {
    let answer = worker.rehearse(sql).await?;
    Ok(vec![Item {
        object: sql.lines().next().unwrap_or_default().to_owned(),
        action: "was run, and undone".to_owned(),
        rows: Some(answer.counts.iter().sum()),
    }])
}
