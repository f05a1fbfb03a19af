//! `crmdb migrate new`: the two files of a new migration.

use std::time::SystemTime;

use clap::Args;
use serde::Serialize;

use crate::commands::{Context, FORMAT_VERSION, folder_of};
use crate::error::{Failure, Outcome};
use crate::project::Draft;

/// Arguments of `migrate new`.
#[derive(Args, Debug)]
pub struct NewArgs {
    /// The module that it belongs to
    module: String,
    /// What it does, in a few words
    name: String,
    /// A repeatable migration, run again whenever it changes
    #[arg(long)]
    repeatable: bool,
}

#[derive(Serialize)]
struct NewDocument {
    format_version: u32,
    files: Vec<String>,
}

/// Makes the up and the down file, under a version that is the time in UTC.
///
/// # Errors
///
/// When the project is the one inside the binary, has no such module, or a file exists.
pub fn new(args: &NewArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.draft_project()?;
    let Some(folder) = folder_of(&project) else {
        return Err(Failure::new("there is no migrations.toml here or above")
            .detail("The schema inside the binary cannot be added to.")
            .hint("Change to the folder of a project, or name it with `--project DIR`.")
            .into());
    };
    let draft = if args.repeatable {
        Draft::repeatable(&project, &args.module, &args.name)?
    } else {
        Draft::versioned(&project, &args.module, &args.name, SystemTime::now())?
    };
    draft.write(folder)?;
    let files = vec![draft.up.0, draft.down.0];
    for file in &files {
        context.printer.line(file);
    }
    context.printer.json(&NewDocument {
        format_version: FORMAT_VERSION,
        files,
    });
    Ok(Outcome::Clean)
}
