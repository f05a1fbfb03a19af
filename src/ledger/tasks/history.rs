//! The runs that the ledger keeps.

use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use tokio_postgres::{Client, SimpleQueryRow};

use super::super::Ledger;
use super::super::lock::is_lock;
use super::super::read::rows;
use super::{moment, utc};
use crate::sql::quote_literal;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    /// It has not, or its runner died and nobody has noticed.
    Running,
    /// It did what there was to do.
    Done,
    /// It met an error.
    Failed,
    /// It took longer than it may.
    TimedOut,
    /// It gave way before its end; the next run goes on.
    Stopped,
    /// It did not begin.
    Skipped,
    /// Its runner died.
    Lost,
}

impl RunOutcome {
    const ALL: [Self; 7] = [
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::TimedOut,
        Self::Stopped,
        Self::Skipped,
        Self::Lost,
    ];

    /// The word in the ledger, and for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::TimedOut => "timed out",
            Self::Stopped => "stopped",
            Self::Skipped => "skipped",
            Self::Lost => "lost",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// A run, as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRun {
    /// Its number.
    pub id: i64,
    /// The task.
    pub task: String,
    /// Its kind at that time.
    pub kind: String,
    /// The time of the schedule that it was for.
    pub scheduled_for: Option<Timestamp>,
    /// The how-manieth attempt at that time, from 1.
    pub attempt: u32,
    /// How it ended.
    pub outcome: RunOutcome,
    /// When it began, by the server's clock.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Rows that it changed, where that is known.
    pub rows: Option<i64>,
    /// Its batches, tables, indexes, views or partitions.
    pub batches: Option<i64>,
    /// Why it failed, was stopped or skipped.
    pub reason: Option<String>,
    /// The database user.
    pub db_user: String,
    /// The machine.
    pub host: Option<String>,
}

impl TaskRun {
    /// How long it took; `None` while it runs.
    #[must_use]
    pub fn took(&self) -> Option<Duration> {
        let took = self.ended_at?.duration_since(self.started_at);
        Some(took.try_into().unwrap_or_default())
    }
}

/// Reads the last `limit` runs of each task, the newest first; of all tasks where `names` is empty.
///
/// A run that is not over and that nobody is at work on counts as lost, before its task is run again
/// and the ledger says so.
///
/// # Errors
///
/// When the server refuses.
pub async fn task_runs(
    client: &Client,
    ledger: &Ledger,
    names: &[&str],
    limit: u32,
) -> anyhow::Result<Vec<TaskRun>> {
    let schema = ledger.schema();
    let names: Vec<String> = names.iter().map(|name| quote_literal(name)).collect();
    let of_names = if names.is_empty() {
        String::new()
    } else {
        format!("WHERE t.name IN ({})", names.join(", "))
    };
    let sql = format!(
        "SELECT r.id, r.task, r.kind, {}, r.attempt, r.outcome, {}, {}, r.row_count, r.batches, \
             r.reason, r.db_user, r.host \
         FROM {schema}.tasks AS t CROSS JOIN LATERAL (SELECT * FROM {schema}.task_runs AS r \
             WHERE r.task = t.name ORDER BY r.started_at DESC, r.id DESC LIMIT {limit}) AS r \
         {of_names} ORDER BY r.started_at DESC, r.id DESC",
        utc("r.scheduled_for"),
        utc("r.started_at"),
        utc("r.ended_at")
    );
    let rows = rows(client, &sql)
        .await
        .context("could not read the runs in the ledger")?;
    let mut runs: Vec<TaskRun> = rows.iter().map(task_run).collect::<Result<_, _>>()?;
    let open = runs.iter().filter(|run| run.outcome == RunOutcome::Running);
    let open: Vec<(i64, &str)> = open.map(|run| (run.id, run.task.as_str())).collect();
    let lost = lost(client, ledger, &open).await?;
    for run in runs.iter_mut().filter(|run| lost.contains(&run.id)) {
        run.outcome = RunOutcome::Lost;
    }
    Ok(runs)
}

/// Returns those of the runs, each with its task, that nobody is at work on, and that are still not
/// over when that is known.
pub(super) async fn lost(
    client: &Client,
    ledger: &Ledger,
    open: &[(i64, &str)],
) -> anyhow::Result<Vec<i64>> {
    let open: Vec<String> = open
        .iter()
        .map(|(id, task)| {
            let key = ledger.lock_key("task", task);
            format!(
                "SELECT {id} WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_locks AS l WHERE {})",
                is_lock(key)
            )
        })
        .collect();
    if open.is_empty() {
        return Ok(Vec::new());
    }
    // Two statements: the second one sees how a run has ended that let go of its lock meanwhile.
    let free = rows(client, &open.join(" UNION ALL ")).await?;
    let free: Vec<&str> = free.iter().filter_map(|row| row.get(0)).collect();
    let sql = format!(
        "SELECT id FROM {}.task_runs WHERE outcome = 'running' \
         AND id = ANY ('{{{}}}'::pg_catalog.int8[])",
        ledger.schema(),
        free.join(",")
    );
    let rows = rows(client, &sql).await?;
    Ok(rows
        .iter()
        .filter_map(|row| row.get(0)?.parse().ok())
        .collect())
}

fn task_run(row: &SimpleQueryRow) -> anyhow::Result<TaskRun> {
    let text = |at| row.get(at).map(str::to_owned);
    let number = |at| row.get(at).and_then(|text: &str| text.parse().ok());
    Ok(TaskRun {
        id: number(0).context("a run has no number")?,
        task: text(1).unwrap_or_default(),
        kind: text(2).unwrap_or_default(),
        scheduled_for: moment(row, 3)?,
        attempt: row.get(4).and_then(|text| text.parse().ok()).unwrap_or(1),
        outcome: row
            .get(5)
            .and_then(RunOutcome::from_word)
            .context("a run has an outcome that is not known")?,
        started_at: moment(row, 6)?.context("a run has no beginning")?,
        ended_at: moment(row, 7)?,
        rows: number(8),
        batches: number(9),
        reason: text(10),
        db_user: text(11).unwrap_or_default(),
        host: text(12),
    })
}
