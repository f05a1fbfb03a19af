//! `crmdb migrate status`: how each migration stands.

use clap::Args;
use serde::Serialize;

use super::document::MigrationDocument;
use super::goal::scope_up;
use crate::commands::Opened;
use crate::commands::{Context, Database, FORMAT_VERSION};
use crate::error::Outcome;
use crate::ledger::{Event, EventKind};
use crate::plan::{Scope, Standing, label, missing, standing};
use crate::printer::{Align, Column};
use crate::project::Migration;

/// Arguments of `migrate status`.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// Only this module and what it requires; may be given several times
    #[arg(long = "module", value_name = "NAME")]
    modules: Vec<String>,
    /// Exit with 1 unless everything is applied as the files are
    #[arg(long)]
    check: bool,
}

/// How a migration stands, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Applied,
    Pending,
    Deferred,
    Failed,
    Changed,
    Missing,
}

impl Status {
    const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Changed => "changed",
            Self::Missing => "missing",
        }
    }
}

#[derive(Serialize)]
struct StatusDocument {
    format_version: u32,
    database: Database,
    migrations: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    migration: MigrationDocument,
    status: Status,
    event: Option<&'static str>,
    out_of_order: bool,
    recorded_at: Option<String>,
    db_user: Option<String>,
    git_commit: Option<String>,
    duration_ms: Option<f64>,
    reason: Option<String>,
}

/// Shows how each migration stands.
///
/// # Errors
///
/// When the project or the ledger cannot be read.
pub async fn status(args: &StatusArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.project()?;
    let scope = scope_up(&project, context.target(&project)?, &args.modules)?;
    let opened = Opened::open(project, context, false).await?;
    let rows = rows(&opened, &scope);
    print(context, &rows);
    let clean = rows
        .iter()
        .all(|row| matches!(row.status, Status::Applied | Status::Deferred));
    context.printer.json(&StatusDocument {
        format_version: FORMAT_VERSION,
        database: Database::of(&opened.endpoint),
        migrations: rows,
    });
    Ok(if args.check && !clean {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

/// Returns a row for each file in the order of work, and for each applied migration without one.
fn rows(opened: &Opened, scope: &Scope) -> Vec<Row> {
    let state = &opened.reading.state;
    let mut rows: Vec<Row> = opened
        .project
        .migrations
        .iter()
        .filter(|migration| scope.holds(&migration.module))
        .map(|migration| of_file(opened, migration))
        .collect();
    for event in missing(&opened.project, state) {
        if scope.holds(&event.module) {
            let name = label(&event.id, &event.name);
            let migration = MigrationDocument::of(&event.id, &name, &event.module, &event.name);
            rows.push(Row::of(migration, Status::Missing, Some(event)));
        }
    }
    rows.sort_by_key(|row| row.migration.version.unwrap_or(i64::MAX));
    rows
}

fn of_file(opened: &Opened, migration: &Migration) -> Row {
    let state = &opened.reading.state;
    let is_deferred = !migration
        .missing_extensions(&opened.reading.extensions)
        .is_empty();
    let status = match standing(migration, state) {
        Standing::Applied => Status::Applied,
        Standing::Pending if is_deferred => Status::Deferred,
        Standing::Pending => Status::Pending,
        Standing::Failed => Status::Failed,
        Standing::Changed(_) => Status::Changed,
    };
    let event = state
        .failed(&migration.id)
        .or_else(|| state.applied(&migration.id).map(|applied| applied.event));
    Row::of(identity(migration), status, event)
}

fn identity(migration: &Migration) -> MigrationDocument {
    MigrationDocument::of(
        &migration.id,
        &migration.label,
        &migration.module,
        &migration.name,
    )
}

impl Row {
    fn of(migration: MigrationDocument, status: Status, event: Option<&Event>) -> Self {
        Self {
            migration,
            status,
            event: event.map(|event| match event.kind {
                EventKind::RolledBack => "rolled_back",
                other => other.word(),
            }),
            out_of_order: event.is_some_and(|event| event.out_of_order),
            recorded_at: event.map(|event| event.recorded_at.clone()),
            db_user: event.map(|event| event.db_user.clone()),
            git_commit: event.and_then(|event| event.git_commit.clone()),
            duration_ms: event.and_then(|event| event.duration_ms),
            reason: event.and_then(|event| event.reason.clone()),
        }
    }
}

const COLUMNS: [Column; 5] = [
    ("migration", Align::Left),
    ("module", Align::Left),
    ("status", Align::Left),
    ("when (UTC)", Align::Left),
    ("by", Align::Left),
];

fn print(context: &mut Context, rows: &[Row]) {
    if rows.is_empty() {
        context.printer.line("no migrations");
        return;
    }
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    context.printer.table(&COLUMNS, &cells);
    let mut counts = Vec::new();
    for status in [
        Status::Applied,
        Status::Pending,
        Status::Deferred,
        Status::Failed,
        Status::Changed,
        Status::Missing,
    ] {
        let number = rows.iter().filter(|row| row.status == status).count();
        if number > 0 {
            counts.push(format!("{number} {}", status.word()));
        }
    }
    context.printer.note(&counts.join(", "));
    for row in rows.iter().filter(|row| row.status == Status::Failed) {
        let reason = row.reason.as_deref().unwrap_or("for no recorded reason");
        context
            .printer
            .note(&format!("`{}` failed: {reason}", row.migration.migration));
    }
}

fn cells(row: &Row) -> Vec<String> {
    let when = row.recorded_at.as_deref().unwrap_or_default();
    // Seconds are enough for people: `2026-11-20T19:30:00.123Z` becomes `2026-11-20 19:30:00`.
    let when = when.get(..19).unwrap_or(when).replace('T', " ");
    vec![
        row.migration.migration.clone(),
        row.migration.module.clone(),
        row.status.word().to_owned(),
        when,
        row.db_user.clone().unwrap_or_default(),
    ]
}
