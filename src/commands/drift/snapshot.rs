//! `crmdb drift snapshot`: the catalog as a file.

use std::path::{Path, PathBuf};

use clap::Args;

use super::ignore::is_ignored;
use super::side;
use crate::catalog::{self, Class};
use crate::commands::{Context, folder_of};
use crate::error::{Failure, Outcome};
use crate::printer::count;
use crate::project::Project;

/// Arguments of `drift snapshot`.
#[derive(Args, Debug)]
pub struct SnapshotArgs {
    /// File to write, `-` for stdout; schema/snapshot.sql of the project when not given
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Write nothing; exit 1 when the file differs from what would be written
    #[arg(long)]
    check: bool,
}

/// Writes a snapshot of the database.
///
/// # Errors
///
/// When the database cannot be read, or the file cannot be written.
pub async fn snapshot(args: &SnapshotArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.draft_project()?;
    let file = match &args.file {
        Some(file) => file.clone(),
        None => golden(&project)?,
    };
    let endpoint = context.endpoint(&project)?;
    let session = context.open(&endpoint, false).await?;
    let snapshot = catalog::read(session.client(), &project.ledger_schema).await?;
    let text = catalog::write(&snapshot);
    if file.as_os_str() == "-" {
        context.printer.raw(&text);
        return Ok(Outcome::Clean);
    }
    let shown = file.display().to_string();
    if args.check {
        let kept = side::from_file(&file)?;
        let ignores = &project.drift_ignores;
        // Owners and versions are those of the place where it is checked.
        let differences = catalog::compare(&kept, &snapshot);
        let is_same = differences
            .iter()
            .all(|one| one.class == Class::Environment || is_ignored(ignores, one));
        context.printer.note(&if is_same {
            format!("{shown} is up to date")
        } else {
            format!("{shown} is stale: write it anew with `crmdb drift snapshot`")
        });
        return Ok(if is_same {
            Outcome::Clean
        } else {
            Outcome::Findings
        });
    }
    write(&file, &text)?;
    let objects = count(snapshot.objects.len(), "object");
    context
        .printer
        .note(&format!("{objects} written to {shown}"));
    Ok(Outcome::Clean)
}

/// Returns the file of the golden snapshot.
fn golden(project: &Project) -> anyhow::Result<PathBuf> {
    match folder_of(project) {
        Some(folder) => Ok(folder.join(side::GOLDEN)),
        None => Err(
            Failure::new("the snapshot inside the binary cannot be written")
                .hint("Give the file to write, or `-` for stdout.")
                .into(),
        ),
    }
}

/// Writes a file whole, or leaves the old one.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = |error: std::io::Error| {
        Failure::new(format!("could not write {}", path.display())).detail(error.to_string())
    };
    let new = path.with_extension("sql.new");
    std::fs::write(&new, text).map_err(failed)?;
    std::fs::rename(&new, path).map_err(failed)?;
    Ok(())
}
