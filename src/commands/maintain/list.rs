//! `crmdb maintain list`: the tasks, when each is run next, and how it went the last time.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::ModuleArgs;
use super::selection::{missing, standings, tasks};
use crate::commands::{Context, Database, FORMAT_VERSION, Opened, milliseconds};
use crate::error::Outcome;
use crate::ledger::{self, RunOutcome, Standing, TASKS_SINCE, TaskRun};
use crate::maintain::{self, trend};
use crate::printer::{Align, duration};
use crate::project::Task;

/// How many runs of a task the trend is about.
const RUNS: u32 = 21;

#[derive(Serialize)]
struct ListDocument {
    format_version: u32,
    database: Database,
    tasks: Vec<TaskDocument>,
}

#[derive(Serialize)]
struct TaskDocument {
    name: String,
    module: Option<String>,
    kind: &'static str,
    description: String,
    schedule: Option<String>,
    time_zone: Option<String>,
    missing: Option<String>,
    is_due: bool,
    next: Option<String>,
    last_started_at: Option<String>,
    last_outcome: Option<&'static str>,
    last_duration_ms: Option<f64>,
    last_rows: Option<i64>,
    median_duration_ms: Option<f64>,
}

/// Shows the tasks, in the order of `migrations.toml`.
///
/// # Errors
///
/// When there is no connection, or the ledger cannot be read.
pub(super) async fn list(args: &ModuleArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.project()?;
    let opened = Opened::open(project, context, false).await?;
    let client = opened.session.client();
    let standings = standings(&opened).await?;
    let now = ledger::clock(client).await?;
    let runs = if opened.reading.version < TASKS_SINCE {
        Vec::new()
    } else {
        ledger::task_runs(client, &opened.ledger, &[], RUNS).await?
    };
    let mut rows = Vec::new();
    let mut documents = Vec::new();
    for task in tasks(&opened.project, &[], &args.modules)? {
        let seen = Seen {
            task,
            missing: missing(task, &opened.reading.state),
            due: maintain::due(
                task,
                standings.get(&task.name).unwrap_or(&Standing::default()),
                now,
            ),
            runs: runs.iter().filter(|run| run.task == task.name).collect(),
        };
        rows.push(seen.row(now));
        documents.push(seen.document());
    }
    if rows.is_empty() {
        context
            .printer
            .note("no tasks: migrations.toml has no `[[task]]`");
    } else {
        let columns = [
            ("task", Align::Left),
            ("schedule", Align::Left),
            ("next", Align::Left),
            ("last", Align::Left),
            ("took", Align::Right),
            ("trend", Align::Right),
        ];
        context.printer.table(&columns, &rows);
    }
    context.printer.json(&ListDocument {
        format_version: FORMAT_VERSION,
        database: Database::of(&opened.endpoint),
        tasks: documents,
    });
    Ok(Outcome::Clean)
}

/// A task, and what is known of it.
struct Seen<'a> {
    task: &'a Task,
    missing: Option<String>,
    due: maintain::Due,
    /// The newest first.
    runs: Vec<&'a TaskRun>,
}

impl Seen<'_> {
    fn last(&self) -> Option<&TaskRun> {
        // One that did not begin says nothing of how it goes, unless no other is known.
        let began = |run: &&TaskRun| run.outcome != RunOutcome::Skipped;
        let last = self.runs.iter().copied().find(began);
        last.or_else(|| self.runs.first().copied())
    }

    fn row(&self, now: Timestamp) -> Vec<String> {
        let next = match (&self.missing, self.due.next) {
            (Some(_), _) => "not applied".to_owned(),
            (None, _) if !self.due.slots.is_empty() => "due".to_owned(),
            (None, Some(next)) => format!("in {}", roughly(next.duration_since(now))),
            (None, None) => "by name".to_owned(),
        };
        let last = self.last().map_or_else(
            || "never".to_owned(),
            |run| {
                format!(
                    "{} {} ago",
                    run.outcome.word(),
                    roughly(now.duration_since(run.started_at))
                )
            },
        );
        let took = self.last().and_then(TaskRun::took);
        vec![
            self.task.name.clone(),
            self.task
                .schedule
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            next,
            last,
            took.map(duration).unwrap_or_default(),
            trend(&self.durations())
                .map(|trend| format!("{trend:+} %"))
                .unwrap_or_default(),
        ]
    }

    /// How long the runs took that came to their end, the newest first.
    fn durations(&self) -> Vec<Duration> {
        let done = self
            .runs
            .iter()
            .filter(|run| run.outcome == RunOutcome::Done);
        done.filter_map(|run| run.took()).collect()
    }

    fn document(&self) -> TaskDocument {
        let schedule = self.task.schedule.as_ref();
        let last = self.last();
        TaskDocument {
            name: self.task.name.clone(),
            module: self.task.module.clone(),
            kind: self.task.work.kind(),
            description: self.task.description.clone(),
            schedule: schedule.map(|it| it.text().to_owned()),
            time_zone: schedule.map(|it| it.zone().to_owned()),
            missing: self.missing.clone(),
            is_due: !self.due.slots.is_empty(),
            next: self.due.next.map(|at| at.to_string()),
            last_started_at: last.map(|run| run.started_at.to_string()),
            last_outcome: last.map(|run| run.outcome.word()),
            last_duration_ms: last.and_then(TaskRun::took).map(milliseconds),
            last_rows: last.and_then(|run| run.rows),
            median_duration_ms: maintain::median(&self.durations()).map(milliseconds),
        }
    }
}

/// A length of time in one unit.
fn roughly(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
