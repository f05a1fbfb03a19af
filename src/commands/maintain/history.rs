//! `crmdb maintain history`: the last runs.

use clap::Args;
use serde::Serialize;

use super::selection::tasks;
use crate::commands::{Context, Database, FORMAT_VERSION, Opened};
use crate::error::Outcome;
use crate::ledger::{self, TASKS_SINCE, TaskRun};
use crate::printer::{Align, duration};

/// Arguments of `maintain history`.
#[derive(Args, Debug)]
pub struct HistoryArgs {
    /// Only the runs of these tasks
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// How many runs of each task
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: u32,
}

#[derive(Serialize)]
struct HistoryDocument {
    format_version: u32,
    database: Database,
    runs: Vec<RunRow>,
}

#[derive(Serialize)]
struct RunRow {
    id: i64,
    task: String,
    kind: String,
    scheduled_for: Option<String>,
    attempt: u32,
    outcome: &'static str,
    started_at: String,
    ended_at: Option<String>,
    duration_ms: Option<f64>,
    rows: Option<i64>,
    batches: Option<i64>,
    reason: Option<String>,
    db_user: String,
    host: Option<String>,
}

impl RunRow {
    fn of(run: TaskRun) -> Self {
        Self {
            id: run.id,
            scheduled_for: run.scheduled_for.map(|at| at.to_string()),
            attempt: run.attempt,
            outcome: run.outcome.word(),
            started_at: run.started_at.to_string(),
            ended_at: run.ended_at.map(|at| at.to_string()),
            duration_ms: run.took().map(crate::commands::milliseconds),
            rows: run.rows,
            batches: run.batches,
            task: run.task,
            kind: run.kind,
            reason: run.reason,
            db_user: run.db_user,
            host: run.host,
        }
    }
}

/// Shows the last runs, the newest first.
///
/// # Errors
///
/// When there is no such task, no connection, or the ledger cannot be read.
pub(super) async fn history(args: &HistoryArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.project()?;
    tasks(&project, &args.names, &[])?;
    let opened = Opened::open(project, context, false).await?;
    let names: Vec<&str> = args.names.iter().map(String::as_str).collect();
    let runs = if opened.reading.version < TASKS_SINCE {
        Vec::new()
    } else {
        ledger::task_runs(opened.session.client(), &opened.ledger, &names, args.limit).await?
    };
    if runs.is_empty() {
        context.printer.note("no task was run yet");
    } else {
        let columns = [
            ("started (UTC)", Align::Left),
            ("task", Align::Left),
            ("outcome", Align::Left),
            ("rows", Align::Right),
            ("took", Align::Right),
            ("why", Align::Left),
        ];
        let row = |run: &TaskRun| {
            vec![
                run.started_at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
                run.task.clone(),
                run.outcome.word().to_owned(),
                run.rows.map(|rows| rows.to_string()).unwrap_or_default(),
                run.took().map(duration).unwrap_or_default(),
                run.reason.clone().unwrap_or_default(),
            ]
        };
        let rows: Vec<Vec<String>> = runs.iter().map(row).collect();
        context.printer.table(&columns, &rows);
    }
    context.printer.json(&HistoryDocument {
        format_version: FORMAT_VERSION,
        database: Database::of(&opened.endpoint),
        runs: runs.into_iter().map(RunRow::of).collect(),
    });
    Ok(Outcome::Clean)
}
