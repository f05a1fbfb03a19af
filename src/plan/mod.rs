//! Decides what is to be done. Pure: no I/O, no clock.
//!
//! A [`Plan`] is what `migrate plan` shows, what `--dry-run` prints, and the very value that
//! `apply` carries out.

mod down;
mod order;
mod point;
mod rules;
mod settings;
#[cfg(test)]
mod tests;
mod up;

pub use down::{
    Down, Selection, build as build_down, select as select_down, state_after, way_back,
};
pub use rules::{Change, Standing, missing, standing};
pub use settings::{Settings, wait_for_disk};
pub use up::{Up, plan as plan_up};

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::ledger::Head;
use crate::project::{Directives, MigrationId, Project};

/// Which modules a command is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of the project.
    All,
    /// These only.
    Modules(BTreeSet<String>),
}

impl Scope {
    /// Returns the scope of these modules.
    #[must_use]
    pub fn modules(names: &[&str]) -> Self {
        Self::Modules(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Whether the scope holds the module.
    #[must_use]
    pub fn holds(&self, module: &str) -> bool {
        match self {
            Self::All => true,
            Self::Modules(modules) => modules.contains(module),
        }
    }
}

/// What is to be done, in order, from a stated head of the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The history that it was made for: it is done from there, or made anew.
    pub head: Head,
    /// The steps, each with an event of its own.
    pub steps: Vec<Step>,
    /// What waits for an optional extension.
    pub deferred: Vec<Deferred>,
    /// What the user should know before it is done.
    pub warnings: Vec<String>,
}

impl Plan {
    /// Returns the modules that the steps belong to, each once.
    #[must_use]
    pub fn modules(&self) -> Vec<String> {
        let mut modules: Vec<String> = self.steps.iter().map(|step| step.module.clone()).collect();
        modules.sort_unstable();
        modules.dedup();
        modules
    }

    /// Labels the steps as their files are called, where there are files: the ledger keeps the
    /// version, not how many zeros it was written with.
    pub fn label_as_in(&mut self, project: &Project) {
        for step in &mut self.steps {
            if let Some(migration) = project.migration(&step.id) {
                step.label.clone_from(&migration.label);
            }
        }
    }
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Runs the up text.
    Apply,
    /// Runs the down text.
    RollBack,
    /// Runs the text of a seed.
    Seed,
}

/// Why a step is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The migration is pending.
    Pending,
    /// The repeatable, or the seed, differs from what was run.
    Changed,
    /// It came at or after the point to go back to.
    AfterThePoint,
    /// The repeatable as it was at the point to go back to.
    Restored,
}

/// One migration, one way; or a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Up or down.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// Which migration.
    pub id: MigrationId,
    /// Its module.
    pub module: String,
    /// Its name.
    pub name: String,
    /// What people read: `V0101__schema`.
    pub label: String,
    /// Where the text to run comes from: a path, or the ledger.
    pub source: String,
    /// The text to run.
    pub script: Arc<str>,
    /// What the header of that text says.
    pub directives: Directives,
    /// The up text that the event keeps; the text to run, or the one that is taken back.
    pub up: Arc<str>,
    /// The down text that the event keeps.
    pub down: Option<Arc<str>>,
    /// A higher version that it may depend on, or that may depend on it, is applied already.
    pub out_of_order: bool,
}

/// A migration that waits for an extension that the server does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deferred {
    /// What people read.
    pub label: String,
    /// Its module.
    pub module: String,
    /// Which migration.
    pub id: MigrationId,
    /// The extensions that are not there.
    pub missing: Vec<String>,
}

/// Returns the label of a migration from what the ledger keeps.
#[must_use]
pub fn label(id: &MigrationId, name: &str) -> String {
    match id {
        MigrationId::Versioned(version) => format!("V{version:04}__{name}"),
        MigrationId::Repeatable { .. } => format!("R__{name}"),
        MigrationId::Seed { .. } => format!("seeds/{name}"),
    }
}
