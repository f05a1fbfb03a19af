//! `crmdb migrate baseline`: versions that the database has already.

use clap::Args;
use serde::Serialize;

use super::document::MigrationDocument;
use super::goal::scope_up;
use super::record::{Recording, check_reason};
use crate::catalog::{self, Class};
use crate::commands::Opened;
use crate::commands::{Context, Database, FORMAT_VERSION};
use crate::error::{Failure, Outcome};
use crate::ledger::{Entry, EventKind};
use crate::plan::Scope;
use crate::printer::count;
use crate::project::{Migration, MigrationId};
use crate::rehearse::rebuild;
use crate::sql::{code_hash, text_hash};

/// Arguments of `migrate baseline`.
#[derive(Args, Debug)]
pub struct BaselineArgs {
    /// The last version that the database has
    #[arg(long, value_name = "VERSION")]
    to: i64,
    /// Only this module and what it requires; may be given several times
    #[arg(long = "module", value_name = "NAME")]
    modules: Vec<String>,
    /// Why, for the ledger
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Server to make the files' catalog on, to compare with, instead of a server of its own
    #[arg(long, value_name = "URL", conflicts_with = "unverified")]
    on: Option<String>,
    /// Do not compare the database with the files
    #[arg(long)]
    unverified: bool,
    /// Show what would be marked, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct BaselineDocument {
    format_version: u32,
    database: Database,
    baselined: Vec<MigrationDocument>,
}

/// Marks versions as applied without running them, when the database has what they make.
///
/// Repeatables are left to the next `up`, and so is what needs an extension that the server does
/// not have: the database cannot hold it.
///
/// # Errors
///
/// When the version is unknown, when versions are applied already, or when the database lacks
/// something that they make.
pub async fn baseline(args: &BaselineArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    check_reason(&args.reason)?;
    let project = context.project()?;
    let scope = scope_up(&project, context.target(&project)?, &args.modules)?;
    if project
        .migration(&MigrationId::Versioned(args.to))
        .is_none()
    {
        return Err(Failure::new(format!("there is no version {}", args.to))
            .hint("`crmdb migrate status` lists them.")
            .into());
    }
    let mut opened = Opened::open(project, context, !args.dry_run).await?;
    check_unapplied(&selected(&opened, &scope, args.to), &opened)?;
    if !args.unverified {
        verify(&selected(&opened, &scope, args.to), &opened, args, context).await?;
    }
    if !args.dry_run {
        let recording = Recording::begin(&mut opened, context).await?;
        let selected = selected(&opened, &scope, args.to);
        check_unapplied(&selected, &opened)?;
        let entries: Vec<Entry<'_>> = selected
            .iter()
            .map(|migration| entry(migration, &args.reason))
            .collect();
        recording.append(&opened, &entries).await?;
    }
    let selected = selected(&opened, &scope, args.to);
    for migration in &selected {
        let line = format!("baselined    {}/{}", migration.module, migration.label);
        context.printer.line(&line);
    }
    let number = count(selected.len(), "migration");
    context.printer.note(&if args.dry_run {
        format!("{number} would be marked as applied")
    } else {
        format!("{number} marked as applied")
    });
    context.printer.json(&BaselineDocument {
        format_version: FORMAT_VERSION,
        database: Database::of(&opened.endpoint),
        baselined: selected.into_iter().map(identity).collect(),
    });
    Ok(Outcome::Clean)
}

/// Returns the versions to mark.
fn selected<'o>(opened: &'o Opened, scope: &Scope, to: i64) -> Vec<&'o Migration> {
    let extensions = &opened.reading.extensions;
    opened
        .project
        .versioned()
        .iter()
        .filter(|migration| migration.version().is_some_and(|version| version <= to))
        .filter(|migration| scope.holds(&migration.module))
        .filter(|migration| migration.missing_extensions(extensions).is_empty())
        .collect()
}

/// Refuses where one of them is applied.
fn check_unapplied(selected: &[&Migration], opened: &Opened) -> Result<(), Failure> {
    let state = &opened.reading.state;
    match selected
        .iter()
        .find(|migration| state.applied(&migration.id).is_some())
    {
        Some(applied) => Err(Failure::new(format!(
            "migration `{}` is applied already",
            applied.label
        ))
        .hint("A baseline is for a database that crmdb has not worked on; use `migrate up`.")),
        None => Ok(()),
    }
}

/// Refuses where the database lacks something that the versions make, or has it in another form.
/// What it has besides is none of theirs.
async fn verify(
    selected: &[&Migration],
    opened: &Opened,
    args: &BaselineArgs,
    context: &mut Context,
) -> anyhow::Result<()> {
    let versions = selected.iter().map(|one| one.id.clone()).collect();
    let scratch = context.scratch(args.on.as_deref()).await?;
    let (expected, left) = rebuild(&opened.project, scratch, &versions).await?;
    if !left.is_empty() {
        return Err(
            Failure::new("the scratch server lacks an extension that the database has")
                .hint("Name a server that has it with `--on URL`, or mark them `--unverified`.")
                .into(),
        );
    }
    let found = catalog::read(opened.session.client(), &opened.project.ledger_schema).await?;
    let wrong: Vec<Failure> = catalog::compare(&expected, &found)
        .into_iter()
        .filter(|one| one.class == Class::Structural && one.change() != "added")
        .map(|one| Failure::new(format!("{} is {}", one.subject(), one.change())))
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let number = count(wrong.len(), "difference");
    Err(Failure {
        items: wrong,
        ..Failure::new(format!(
            "the database is not at version {}: {number}",
            args.to
        ))
    }
    .hint(
        "Mend the database, name another version, or say `--unverified` if that is how it \
         should be.",
    )
    .into())
}

fn entry<'a>(migration: &'a Migration, reason: &'a str) -> Entry<'a> {
    let up = &migration.up.text;
    Entry {
        event: EventKind::Baselined,
        id: &migration.id,
        module: &migration.module,
        name: &migration.name,
        up: Some((up, text_hash(up), code_hash(up))),
        down: migration
            .down
            .as_ref()
            .map(|down| (&*down.text, text_hash(&down.text))),
        out_of_order: false,
        reason: Some(reason),
    }
}

fn identity(migration: &Migration) -> MigrationDocument {
    MigrationDocument::of(
        &migration.id,
        &migration.label,
        &migration.module,
        &migration.name,
    )
}
