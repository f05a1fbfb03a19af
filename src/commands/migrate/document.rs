//! The JSON documents of runs. Apart from the internal types: they are a promise.

use std::time::Duration;

use serde::Serialize;

use crate::commands::{Database, FORMAT_VERSION, milliseconds};
use crate::plan::{Action, Deferred, Plan, Step};
use crate::project::MigrationId;

/// What a run did.
#[derive(Debug, Serialize)]
pub(super) struct RunDocument {
    format_version: u32,
    database: Database,
    run_id: Option<String>,
    steps: Vec<StepDocument>,
    deferred: Vec<DeferredDocument>,
    warnings: Vec<String>,
    duration_ms: f64,
}

/// One step that was done.
#[derive(Debug, Serialize)]
pub(super) struct StepDocument {
    action: &'static str,
    #[serde(flatten)]
    migration: MigrationDocument,
    out_of_order: bool,
    duration_ms: f64,
}

/// Which migration.
#[derive(Debug, Serialize)]
pub(super) struct MigrationDocument {
    pub migration: String,
    pub kind: &'static str,
    pub version: Option<i64>,
    pub module: String,
    pub name: String,
}

/// A migration that waits for an extension.
#[derive(Debug, Serialize)]
pub(super) struct DeferredDocument {
    migration: String,
    module: String,
    missing_extensions: Vec<String>,
}

impl MigrationDocument {
    /// Returns what documents say of a migration.
    pub fn of(id: &MigrationId, label: &str, module: &str, name: &str) -> Self {
        let (kind, version) = match id {
            MigrationId::Versioned(version) => ("versioned", Some(*version)),
            MigrationId::Repeatable { .. } => ("repeatable", None),
            MigrationId::Seed { .. } => ("seed", None),
        };
        Self {
            migration: label.to_owned(),
            kind,
            version,
            module: module.to_owned(),
            name: name.to_owned(),
        }
    }

    /// Returns what documents say of a step's migration.
    pub fn of_step(step: &Step) -> Self {
        Self::of(&step.id, &step.label, &step.module, &step.name)
    }
}

/// The word for an action.
pub(super) const fn action(action: Action) -> &'static str {
    match action {
        Action::Apply => "apply",
        Action::RollBack => "roll_back",
        Action::Seed => "seed",
    }
}

impl StepDocument {
    /// Returns the document of a step that was done.
    pub fn done(step: &Step, took: Duration) -> Self {
        Self {
            action: action(step.action),
            migration: MigrationDocument::of_step(step),
            out_of_order: step.out_of_order,
            duration_ms: milliseconds(took),
        }
    }
}

impl DeferredDocument {
    /// Returns the documents of what is deferred.
    pub fn all(deferred: &[Deferred]) -> Vec<Self> {
        let document = |deferred: &Deferred| Self {
            migration: deferred.label.clone(),
            module: deferred.module.clone(),
            missing_extensions: deferred.missing.clone(),
        };
        deferred.iter().map(document).collect()
    }
}

impl RunDocument {
    /// Begins the document of a run.
    pub fn new(database: Database, run_id: Option<String>) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            database,
            run_id,
            steps: Vec::new(),
            deferred: Vec::new(),
            warnings: Vec::new(),
            duration_ms: 0.0,
        }
    }

    /// Adds how the run ended.
    pub fn close(&mut self, plan: &Plan, done: Vec<StepDocument>, took: Duration) {
        self.steps = done;
        self.deferred = DeferredDocument::all(&plan.deferred);
        self.warnings.clone_from(&plan.warnings);
        self.duration_ms = milliseconds(took);
    }
}
