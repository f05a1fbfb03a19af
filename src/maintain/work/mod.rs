//! The kinds of tasks, a file for each: what it does, and what it would do.

mod analyze;
mod bloat;
mod broken;
mod call;
mod crew;
mod delete;
mod need;
mod partitions;
mod progress;
mod refresh;
mod reindex;
mod scope;
mod several;
mod sql;
mod vacuum;

use super::trouble::Trouble;
use super::worker::Worker;
use crate::project::task::Work;

/// Something that a task would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The object.
    pub object: String,
    /// What would be done with it.
    pub action: String,
    /// How many rows it is about, where that is known.
    pub rows: Option<u64>,
}

/// Does the work of a task.
///
/// # Errors
///
/// What kept it from its end.
pub async fn carry_out(worker: &mut Worker<'_>) -> Result<(), Trouble> {
    match &worker.task.work {
        Work::Call(call) => call::run(worker, call).await,
        Work::Sql(text) => sql::run(worker, text).await,
        Work::Delete(work) => delete::run(worker, work).await,
        Work::Vacuum(work) => vacuum::run(worker, work).await,
        Work::Analyze(work) => analyze::run(worker, work).await,
        Work::Reindex(work) => reindex::run(worker, work).await,
        Work::Refresh(work) => refresh::run(worker, work).await,
        Work::Partitions(work) => partitions::run(worker, work).await,
    }
}

/// Says what the work of a task would be. Nothing of it is left.
///
/// # Errors
///
/// What kept it from its end.
pub async fn preview(worker: &mut Worker<'_>) -> Result<Vec<Item>, Trouble> {
    match &worker.task.work {
        Work::Call(call) => call::preview(worker, call).await,
        Work::Sql(text) => sql::preview(worker, text).await,
        Work::Delete(work) => delete::preview(worker, work).await,
        Work::Vacuum(work) => vacuum::preview(worker, work).await,
        Work::Analyze(work) => analyze::preview(worker, work).await,
        Work::Reindex(work) => reindex::preview(worker, work).await,
        Work::Refresh(work) => refresh::preview(worker, work).await,
        Work::Partitions(work) => partitions::preview(worker, work).await,
    }
}

/// A size, for people.
fn bytes(size: f64) -> String {
    let mut size = size / 1024.0;
    let mut unit = "kB";
    for larger in ["MB", "GB", "TB"] {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = larger;
    }
    format!("{size:.0} {unit}")
}
