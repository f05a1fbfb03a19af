//! `crmdb seed reference`: the rows that every database has.

use super::SeedArgs;
use crate::commands::migrate::goal::{Goal, scope_up};
use crate::commands::migrate::work::{Manner, carry_out, carry_out_on};
use crate::commands::{Context, Opened};
use crate::error::{Failure, Outcome};
use crate::plan::{Scope, Up};
use crate::project::REFERENCE;
use crate::seed::Seeding;

/// Runs the seeds that have not run, or have changed since.
///
/// # Errors
///
/// When migrations are pending; what could not be done, and what was done before it.
pub(super) async fn reference(args: &SeedArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.project()?;
    let goal = goal(scope_up(
        &project,
        context.target(&project)?,
        &args.modules,
    )?);
    if !args.dry_run {
        context.confirm(&project, args.yes)?;
    }
    let manner = Manner {
        dry_run: args.dry_run,
        ..Manner::default()
    };
    carry_out(&goal, manner, project, context).await
}

/// Runs the seeds that generated rows stand on, where they have not run.
///
/// # Errors
///
/// When migrations are pending; in a dry run, when seeds would have to run first.
pub(super) async fn reference_first(
    scope: &Scope,
    dry_run: bool,
    opened: Opened,
    context: &mut Context,
) -> anyhow::Result<Opened> {
    refuse_pending(scope, &opened).await?;
    let goal = goal(scope.clone());
    if goal.plan(&opened).await?.steps.is_empty() {
        return Ok(opened);
    }
    if dry_run {
        return Err(
            Failure::new("the rows that every database has are not there yet")
                .hint("Run `crmdb seed` first: generated rows refer to them.")
                .into(),
        );
    }
    let (project, endpoint) = (opened.project.clone(), opened.endpoint.clone());
    let manner = Manner {
        is_part: true,
        ..Manner::default()
    };
    carry_out_on(&goal, manner, opened, context).await?;
    Opened::on(project, endpoint, context, true).await
}

/// Refuses tables that are not as the files of the modules make them.
async fn refuse_pending(scope: &Scope, opened: &Opened) -> anyhow::Result<()> {
    let up = Goal::Up(Up {
        scope: scope.clone(),
        to: None,
        allow_out_of_order: true,
        allow_missing: true,
    });
    let plan = up.plan(opened).await?;
    let Some(first) = plan.steps.first() else {
        return Ok(());
    };
    let place = format!("`{}/{}`", first.module, first.label);
    let message = match plan.steps.len() {
        1 => format!("migration {place} is pending"),
        several => format!("{several} migrations are pending, the first one {place}"),
    };
    Err(Failure::new(message)
        .detail("Rows are generated for tables as the files of the modules make them.")
        .hint("Run `crmdb migrate up` first.")
        .into())
}

fn goal(scope: Scope) -> Goal {
    Goal::Seed(Seeding {
        set: REFERENCE,
        scope,
    })
}
