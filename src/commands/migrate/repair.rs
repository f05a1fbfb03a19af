//! `crmdb migrate repair`: corrects the ledger, one entry at a time, and keeps the reason.

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::document::MigrationDocument;
use super::record::{Recording, check_reason};
use crate::commands::Opened;
use crate::commands::{Context, Database, FORMAT_VERSION};
use crate::error::{Failure, Outcome};
use crate::ledger::{self, Entry, EventKind, State};
use crate::plan::{Standing, label, standing};
use crate::project::{Migration, MigrationId, Project};
use crate::sql::{code_hash, text_hash};

/// Arguments of `migrate repair`.
#[derive(Args, Debug)]
pub struct RepairArgs {
    /// The migration: its version, or its label such as `R__views` or `users/R__views`
    #[arg(value_name = "MIGRATION")]
    migration: String,
    /// Accept the file as it is now in place of the text that was applied
    #[arg(long, required_unless_present = "mark", conflicts_with = "mark")]
    accept: bool,
    /// Close a failed entry: say what the database holds
    #[arg(long, value_name = "AS")]
    mark: Option<Mark>,
    /// Why, for the ledger
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// What the database holds of a failed migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mark {
    /// All of it: it was completed by hand
    Applied,
    /// Nothing of it: it was cleared away by hand
    Pending,
}

#[derive(Serialize)]
struct RepairDocument {
    format_version: u32,
    database: Database,
    #[serde(flatten)]
    migration: MigrationDocument,
    repair: &'static str,
    reason: String,
}

/// Accepts one changed file, or closes one failed entry.
///
/// # Errors
///
/// When there is no such migration, or nothing to repair about it.
pub async fn repair(args: &RepairArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    check_reason(&args.reason)?;
    let project = context.project()?;
    let id = find(&project, &args.migration)?.id.clone();
    let mut opened = Opened::open(project, context, true).await?;
    check(args, &opened, &id).await?;
    let recording = Recording::begin(&mut opened, context).await?;
    check(args, &opened, &id).await?;
    let migration = migration(&opened.project, &id)?;
    recording.append(&opened, &[entry(args, migration)]).await?;

    let (repair, said) = match args.mark {
        None => ("accepted", "accepted the file"),
        Some(Mark::Applied) => ("marked_as_applied", "marked as applied"),
        Some(Mark::Pending) => ("marked_as_pending", "marked as pending"),
    };
    context
        .printer
        .line(&format!("{said}: {}/{}", migration.module, migration.label));
    context.printer.json(&RepairDocument {
        format_version: FORMAT_VERSION,
        database: Database::of(&opened.endpoint),
        migration: MigrationDocument::of(
            &migration.id,
            &migration.label,
            &migration.module,
            &migration.name,
        ),
        repair,
        reason: args.reason.clone(),
    });
    Ok(Outcome::Clean)
}

fn migration<'p>(project: &'p Project, id: &MigrationId) -> Result<&'p Migration, Failure> {
    project
        .migration(id)
        .ok_or_else(|| Failure::new("the migration has no file"))
}

/// Finds a migration by its version, its label, or its module and label.
fn find<'p>(project: &'p Project, text: &str) -> Result<&'p Migration, Failure> {
    let (module, name) = match text.split_once('/') {
        Some((module, name)) => (Some(module), name),
        None => (None, text),
    };
    let version = name.strip_prefix('V').unwrap_or(name).parse::<i64>().ok();
    let found: Vec<&Migration> = project
        .migrations
        .iter()
        .filter(|migration| module.is_none_or(|module| migration.module == module))
        .filter(|migration| {
            version.is_some_and(|version| migration.id == MigrationId::Versioned(version))
                || migration.label == name
                // As `down` and missing files are told: from the ledger, which has no label.
                || label(&migration.id, &migration.name) == name
        })
        .collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(Failure::new(format!("there is no migration `{text}`"))
            .hint("`crmdb migrate status` lists them.")),
        several => Err(
            Failure::new(format!("several migrations are called `{text}`")).hint(format!(
                "Name the module too: {}.",
                several
                    .iter()
                    .map(|migration| format!("`{}/{}`", migration.module, migration.label))
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
        ),
    }
}

/// Refuses what is no repair.
async fn check(args: &RepairArgs, opened: &Opened, id: &MigrationId) -> anyhow::Result<()> {
    let migration = migration(&opened.project, id)?;
    let state = &opened.reading.state;
    let stopped = state.failed(id).is_some() || is_half_done(opened, id).await?;
    Ok(check_standing(args, migration, state, stopped)?)
}

/// Whether the journal has statements of an attempt that did not come to its end: one that was
/// killed leaves no failed entry.
async fn is_half_done(opened: &Opened, id: &MigrationId) -> anyhow::Result<bool> {
    if opened.reading.version == 0 {
        return Ok(false);
    }
    let client = opened.session.client();
    for direction in ["up", "down"] {
        let rows = ledger::journal(client, &opened.ledger, id, direction).await?;
        if !rows.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn check_standing(
    args: &RepairArgs,
    migration: &Migration,
    state: &State,
    stopped: bool,
) -> Result<(), Failure> {
    let label = &migration.label;
    let now = standing(migration, state);
    match (args.mark, now) {
        (None, Standing::Changed(_)) => Ok(()),
        (None, Standing::Applied) => Err(Failure::new(format!(
            "`{label}` is as it was applied: there is nothing to accept"
        ))),
        (None, Standing::Pending | Standing::Failed) => Err(Failure::new(format!(
            "`{label}` is not applied: there is nothing to accept"
        ))
        .hint("`crmdb migrate up` applies the file as it is.")),
        (Some(_), _) if stopped => Ok(()),
        (Some(_), _) => Err(
            Failure::new(format!("the last run of `{label}` did not fail"))
                .hint("`--mark` closes failed entries; `crmdb migrate status` shows them."),
        ),
    }
}

fn entry<'a>(args: &'a RepairArgs, migration: &'a Migration) -> Entry<'a> {
    let up = &migration.up.text;
    let is_applied = args.mark != Some(Mark::Pending);
    Entry {
        event: EventKind::Repaired,
        id: &migration.id,
        module: &migration.module,
        name: &migration.name,
        up: is_applied.then(|| (&**up, text_hash(up), code_hash(up))),
        down: migration
            .down
            .as_ref()
            .filter(|_| is_applied)
            .map(|down| (&*down.text, text_hash(&down.text))),
        out_of_order: false,
        reason: Some(&args.reason),
    }
}
