//! What is said of a run, and of all that the ledger keeps.

use std::time::Duration;

use serde::Serialize;
use tokio_postgres::Client;

use crate::commands::{FORMAT_VERSION, milliseconds};
use crate::error::{Failure, Outcome};
use crate::ledger::{self, Ledger, RunOutcome};
use crate::maintain::{self, Asked, Report};
use crate::printer::{Printer, count, duration};
use crate::project::{Project, Task};

/// A run, in JSON: one line each.
#[derive(Serialize)]
struct RunDocument<'a> {
    format_version: u32,
    task: &'a str,
    module: Option<&'a str>,
    kind: &'static str,
    scheduled_for: Option<String>,
    missed: usize,
    attempts: u32,
    outcome: &'static str,
    rows: Option<u64>,
    batches: u64,
    reason: Option<&'a str>,
    sqlstate: Option<&'a str>,
    duration_ms: f64,
}

/// Says how a run went: a line of JSON, and for people a note, or what is wrong. An interrupted one
/// is left to the caller.
pub(super) fn tell(task: &Task, asked: Asked, report: &Report, printer: &mut Printer) -> Outcome {
    let missed = asked.slot.map_or(0, |slot| slot.missed);
    printer.json_line(&RunDocument {
        format_version: FORMAT_VERSION,
        task: &task.name,
        module: task.module.as_deref(),
        kind: task.work.kind(),
        scheduled_for: report.scheduled_for.map(|at| at.to_string()),
        missed,
        attempts: report.attempts,
        outcome: report.outcome.word(),
        rows: report.tally.rows,
        batches: report.tally.batches,
        reason: report.reason.as_deref(),
        sqlstate: report
            .failure
            .as_ref()
            .and_then(|it| it.sqlstate.as_deref()),
        duration_ms: milliseconds(report.took),
    });
    if report.is_interrupted {
        return Outcome::Clean;
    }
    if report.is_trouble() {
        printer.failure(&trouble(task, report).into());
        return Outcome::Findings;
    }
    let word = report.outcome.word();
    let mut line = format!("{word:<9}  {:<40}  {}", task.name, done(report));
    if missed > 0 {
        line += &format!(", for {} that were missed too", count(missed, "run"));
    }
    printer.note(&line);
    Outcome::Clean
}

/// Reads how all tasks of the project stand, as metrics.
///
/// # Errors
///
/// When the ledger cannot be read.
pub(super) async fn metrics(
    client: &Client,
    ledger: &Ledger,
    project: &Project,
) -> anyhow::Result<String> {
    let figures = ledger::task_figures(client, ledger).await?;
    let standings = ledger::standings(client, ledger).await?;
    let now = ledger::clock(client).await?;
    let tasks: Vec<&Task> = project.tasks.iter().collect();
    Ok(maintain::metrics(&tasks, &figures, &standings, now))
}

/// What a run has done, in a few words.
pub(super) fn done(report: &Report) -> String {
    let mut parts = Vec::new();
    if let Some(rows) = report.tally.rows {
        parts.push(count(usize::try_from(rows).unwrap_or(usize::MAX), "row"));
    }
    if report.tally.batches > 1 {
        let batches = usize::try_from(report.tally.batches).unwrap_or(usize::MAX);
        parts.push(format!("{batches} batches"));
    }
    if let Some(reason) = &report.reason {
        parts.push(reason.clone());
    }
    if report.took > Duration::ZERO {
        parts.push(duration(report.took));
    }
    parts.join(", ")
}

fn trouble(task: &Task, report: &Report) -> Failure {
    let verb = match report.outcome {
        RunOutcome::Failed if report.attempts > 1 => format!("failed {} times", report.attempts),
        RunOutcome::TimedOut | RunOutcome::Failed | RunOutcome::Lost => {
            report.outcome.word().to_owned()
        }
        _ => format!("was {}", report.outcome.word()),
    };
    let reason = report.reason.as_deref().unwrap_or_default();
    let failure = report.failure.clone().unwrap_or_default();
    Failure {
        message: format!(
            "task `{}` {verb}: {}",
            task.name,
            match &report.failure {
                Some(failure) => failure.message.as_str(),
                None => reason,
            }
        ),
        ..failure
    }
}
