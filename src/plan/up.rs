//! What `up` does: pending versioned files in version order, then repeatables that are new or
//! changed, in module order.

use super::order::Highest;
use super::rules::{self, Standing, standing};
use super::{Action, Deferred, Plan, Reason, Scope, Step};
use crate::error::Failure;
use crate::ledger::State;
use crate::project::{Migration, MigrationId, Project};

/// What `up` was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Up {
    /// Which modules.
    pub scope: Scope,
    /// The last version to apply. Repeatables then stay as they are: they are written for the
    /// latest version.
    pub to: Option<i64>,
    /// Apply a file below an applied version of a related module.
    pub allow_out_of_order: bool,
    /// Go on although the file of an applied migration is gone.
    pub allow_missing: bool,
}

/// Decides what `up` does.
///
/// `extensions` are those that the server has, of those that [`Project::extension_names`] names.
///
/// # Errors
///
/// When a versioned file changed or is missing, when `to` is no version, or when a pending file
/// stands below an applied one.
pub fn plan(
    project: &Project,
    state: &State,
    extensions: &[String],
    up: &Up,
) -> Result<Plan, Failure> {
    let warnings = rules::check(project, state, up.allow_missing)?;
    check_version(project, up)?;
    let mut plan = Plan {
        head: state.head().clone(),
        warnings,
        ..Plan::default()
    };
    let highest = Highest::of(project, state);
    let mut refusals = Vec::new();
    for migration in &project.migrations {
        if !up.scope.holds(&migration.module) {
            continue;
        }
        let reason = match (&migration.id, standing(migration, state), up.to) {
            (MigrationId::Versioned(version), _, Some(to)) if *version > to => continue,
            (MigrationId::Repeatable { .. }, _, Some(_)) => continue,
            (_, Standing::Pending | Standing::Failed, _) => Reason::Pending,
            (MigrationId::Repeatable { .. }, Standing::Changed(_), _) => Reason::Changed,
            _ => continue,
        };
        let absent = migration.missing_extensions(extensions);
        if !absent.is_empty() {
            plan.deferred.push(Deferred {
                label: migration.label.clone(),
                module: migration.module.clone(),
                id: migration.id.clone(),
                missing: absent,
            });
            continue;
        }
        let above = highest.above(project, migration);
        if let Some(above) = &above
            && !up.allow_out_of_order
        {
            refusals.push(out_of_order(migration, above));
        }
        plan.steps.push(step(migration, reason, above.is_some()));
    }
    if refusals.is_empty() {
        Ok(plan)
    } else {
        Err(refuse(refusals))
    }
}

fn check_version(project: &Project, up: &Up) -> Result<(), Failure> {
    match up.to {
        Some(to) if project.migration(&MigrationId::Versioned(to)).is_none() => {
            let mut failure = Failure::new(format!("there is no version {to}"));
            let versions = project.migrations.iter().filter_map(|m| match m.id {
                MigrationId::Versioned(version) => Some(version),
                MigrationId::Repeatable { .. } | MigrationId::Seed { .. } => None,
            });
            if let Some(nearest) = versions.min_by_key(|version| version.abs_diff(to)) {
                failure = failure.hint(format!(
                    "The nearest one is {nearest}; `crmdb migrate status` lists them all."
                ));
            }
            Err(failure)
        }
        _ => Ok(()),
    }
}

fn out_of_order(migration: &Migration, above: &str) -> Failure {
    Failure::new(format!(
        "migration `{}` is pending below `{above}`, which is applied",
        migration.label
    ))
    .at(&migration.up.path)
}

fn refuse(mut refusals: Vec<Failure>) -> Failure {
    let hint = "Give the file a higher version (`crmdb migrate new` makes one), or allow it once \
                with `--allow-out-of-order`: the ledger keeps that.";
    if refusals.len() == 1 {
        return refusals.remove(0).hint(hint);
    }
    let mut failure =
        Failure::new(format!("{} migrations are out of order", refusals.len())).hint(hint);
    failure.items = refusals;
    failure
}

fn step(migration: &Migration, reason: Reason, out_of_order: bool) -> Step {
    Step {
        action: Action::Apply,
        reason,
        id: migration.id.clone(),
        module: migration.module.clone(),
        name: migration.name.clone(),
        label: migration.label.clone(),
        source: migration.up.path.clone(),
        script: migration.up.text.clone(),
        directives: migration.up.directives.clone(),
        up: migration.up.text.clone(),
        down: migration.down.as_ref().map(|down| down.text.clone()),
        out_of_order,
    }
}
