//! `crmdb migrate down`: roll back, from the texts in the ledger.

use clap::Args;

use super::goal::{Goal, scope_down};
use super::work::{Manner, carry_out};
use crate::commands::Context;
use crate::error::{Failure, Outcome};
use crate::plan::Down;

/// Arguments of `migrate down`.
#[derive(Args, Debug)]
pub struct DownArgs {
    /// How far back.
    #[command(flatten)]
    point: Point,
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

/// How far back: one of these, or a module whole.
#[derive(Args, Debug)]
#[group(multiple = false)]
struct Point {
    /// Roll back this many versions, the last ones applied first
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    steps: Option<u32>,
    /// Roll back all versions above this one
    #[arg(long, value_name = "VERSION")]
    to: Option<i64>,
    /// Roll back everything
    #[arg(long)]
    all: bool,
}

/// Rolls back.
///
/// # Errors
///
/// What could not be rolled back; when rows or values would be lost.
pub async fn down(args: &DownArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.project()?;
    let goal = Goal::Down {
        scope: scope_down(&project, &args.modules)?,
        down: args.point()?,
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

impl DownArgs {
    fn point(&self) -> anyhow::Result<Down> {
        match &self.point {
            Point { steps: Some(n), .. } => Ok(Down::Steps(*n as usize)),
            Point {
                to: Some(version), ..
            } => Ok(Down::To(*version)),
            Point { all: true, .. } => Ok(Down::All),
            // A module alone means all of it.
            Point { .. } if !self.modules.is_empty() => Ok(Down::All),
            Point { .. } => Err(Failure::new("`down` does not say how far")
                .hint(
                    "Add `--steps N`, `--to VERSION`, `--module NAME` or `--all`; `--dry-run` \
                     shows what would be done.",
                )
                .into()),
        }
    }
}
