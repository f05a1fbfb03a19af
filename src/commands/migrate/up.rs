//! `crmdb migrate up`: apply what is pending.

use clap::Args;

use super::goal::{Goal, scope_up};
use super::work::{Manner, carry_out};
use crate::commands::Context;
use crate::error::Outcome;
use crate::plan::Up;

/// Arguments of `migrate up`.
#[derive(Args, Debug)]
pub struct UpArgs {
    /// Stop after this version; repeatables then stay as they are
    #[arg(long, value_name = "VERSION")]
    to: Option<i64>,
    /// Only this module and what it requires; may be given several times
    #[arg(long = "module", value_name = "NAME")]
    modules: Vec<String>,
    /// Print the statements, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Apply files whose version is below one that is applied; the ledger keeps that
    #[arg(long)]
    allow_out_of_order: bool,
    /// Go on although the file of an applied migration is missing
    #[arg(long)]
    allow_missing: bool,
}

/// Applies what is pending.
///
/// # Errors
///
/// What could not be applied, and what was applied before it.
pub async fn up(args: &UpArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.project()?;
    let goal = Goal::Up(Up {
        scope: scope_up(&project, context.target(&project)?, &args.modules)?,
        to: args.to,
        allow_out_of_order: args.allow_out_of_order,
        allow_missing: args.allow_missing,
    });
    let manner = Manner {
        dry_run: args.dry_run,
        ..Manner::default()
    };
    carry_out(&goal, manner, project, context).await
}
