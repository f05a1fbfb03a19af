//! Decides which seeds are to be run. Pure: no I/O, no clock.

use crate::error::Failure;
use crate::ledger::State;
use crate::plan::{Action, Plan, Reason, Scope, Standing, Step, standing};
use crate::project::{Migration, MigrationId, Project, Seed};
use crate::sql;

/// Which seeds are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeding {
    /// The set.
    pub set: &'static str,
    /// Of which modules.
    pub scope: Scope,
}

/// Decides which seeds are to be run, in the order of the modules.
///
/// A seed is run once. It is run again when its statements have changed, and when a version of its
/// module was taken back since, as its rows may have gone with it. Else a row that somebody has
/// deleted would come back each time.
///
/// `extensions` are those that the server has, of those that [`Project::extension_names`] names.
///
/// # Errors
///
/// When a module with a seed to run is not applied as its files are.
pub fn plan(
    project: &Project,
    state: &State,
    extensions: &[String],
    seeding: &Seeding,
) -> Result<Plan, Failure> {
    let wanted = |seed: &&Seed| seed.set == seeding.set && seeding.scope.holds(&seed.module);
    let steps: Vec<Step> = project
        .seeds
        .iter()
        .filter(wanted)
        .filter_map(|seed| Some(step(seed, reason(seed, state)?)))
        .collect();
    let pending: Vec<&Migration> = project
        .migrations
        .iter()
        .filter(|migration| steps.iter().any(|step| step.module == migration.module))
        .filter(|migration| is_pending(migration, state, extensions))
        .collect();
    if !pending.is_empty() {
        return Err(refuse(&pending));
    }
    Ok(Plan {
        head: state.head().clone(),
        steps,
        ..Plan::default()
    })
}

/// Why a seed is to be run, when it is.
fn reason(seed: &Seed, state: &State) -> Option<Reason> {
    match state.seeded(&seed.id()) {
        None => Some(Reason::Pending),
        Some(event) => {
            let same = event.up_code_hash.as_deref() == Some(&*sql::code_hash(&seed.script.text));
            (!same).then_some(Reason::Changed)
        }
    }
}

/// Whether `up` would run a migration: what waits for an extension does not count.
fn is_pending(migration: &Migration, state: &State, extensions: &[String]) -> bool {
    let would_run = match standing(migration, state) {
        Standing::Pending | Standing::Failed => true,
        Standing::Changed(_) => migration.version().is_none(),
        Standing::Applied => false,
    };
    would_run && migration.missing_extensions(extensions).is_empty()
}

fn refuse(pending: &[&Migration]) -> Failure {
    let place = |migration: &Migration| format!("`{}/{}`", migration.module, migration.label);
    let message = match pending {
        [one] => format!("migration {} is pending", place(one)),
        [first, ..] => format!(
            "{} migrations are pending, the first one {}",
            pending.len(),
            place(first)
        ),
        [] => "no migration is pending".to_owned(),
    };
    Failure::new(message)
        .detail("Seeds are written for modules as their files are now.")
        .hint("Run `crmdb migrate up` first.")
}

fn step(seed: &Seed, reason: Reason) -> Step {
    Step {
        action: Action::Seed,
        reason,
        id: seed.id(),
        module: seed.module.clone(),
        name: seed.set.clone(),
        label: seed.label.clone(),
        source: seed.script.path.clone(),
        script: seed.script.text.clone(),
        directives: seed.script.directives.clone(),
        up: seed.script.text.clone(),
        down: None,
        out_of_order: false,
    }
}

impl Seed {
    /// Its name in the ledger.
    #[must_use]
    pub fn id(&self) -> MigrationId {
        MigrationId::Seed {
            module: self.module.clone(),
            set: self.set.clone(),
        }
    }
}
