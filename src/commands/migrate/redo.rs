//! `crmdb migrate redo`: roll back and apply again, for work on a migration's file.

use clap::Args;

use super::goal::{Goal, scope_down};
use super::work::{Manner, carry_out};
use crate::commands::Context;
use crate::error::Outcome;
use crate::plan::Down;

/// Arguments of `migrate redo`.
#[derive(Args, Debug)]
pub struct RedoArgs {
    /// How many versions, the last ones applied first
    #[arg(
        long,
        value_name = "N",
        default_value = "1",
        conflicts_with = "to",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    steps: u32,
    /// All versions above this one
    #[arg(long, value_name = "VERSION")]
    to: Option<i64>,
    /// Only this module and those that require it; may be given several times
    #[arg(long = "module", value_name = "NAME")]
    modules: Vec<String>,
    /// Print the statements, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Drop tables that have rows, and columns that have values
    #[arg(long)]
    allow_data_loss: bool,
    /// Confirm for a protected target
    #[arg(long)]
    yes: bool,
}

/// Rolls back with the texts in the ledger, then applies the files as they are now.
///
/// # Errors
///
/// What could not be done, and what was done before it.
pub async fn redo(args: &RedoArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.project()?;
    let goal = Goal::Redo {
        scope: scope_down(&project, &args.modules)?,
        down: match args.to {
            Some(version) => Down::To(version),
            None => Down::Steps(args.steps as usize),
        },
    };
    if !args.dry_run {
        context.confirm(&project, args.yes)?;
    }
    let manner = Manner {
        dry_run: args.dry_run,
        allow_data_loss: args.allow_data_loss,
        ..Manner::default()
    };
    carry_out(&goal, manner, project, context).await
}
