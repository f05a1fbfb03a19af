//! `crmdb seed reference`: the rows that every database has.

use super::SeedArgs;
use crate::commands::Context;
use crate::commands::migrate::goal::{Goal, scope_up};
use crate::commands::migrate::work::{Manner, carry_out};
use crate::error::Outcome;
use crate::project::REFERENCE;
use crate::seed::Seeding;

/// Runs the seeds that have not run, or have changed since.
///
/// # Errors
///
/// When migrations are pending; what could not be done, and what was done before it.
pub(super) async fn reference(args: &SeedArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.project()?;
    let goal = Goal::Seed(Seeding {
        set: REFERENCE,
        scope: scope_up(&project, context.target(&project)?, &args.modules)?,
    });
    if !args.dry_run {
        context.confirm(&project, args.yes)?;
    }
    let manner = Manner {
        dry_run: args.dry_run,
        ..Manner::default()
    };
    carry_out(&goal, manner, project, context).await
}
