//! Which migrations may not come after which.

use std::collections::{BTreeSet, HashMap};

use super::label;
use crate::ledger::State;
use crate::project::{Migration, MigrationId, Project};

/// The highest applied version of each module.
///
/// A file that waited for its extension may come late, and does not count: its directive says so.
pub(super) struct Highest<'a>(HashMap<&'a str, (i64, &'a str)>);

impl<'a> Highest<'a> {
    /// Returns the highest versions of a state.
    pub fn of(project: &Project, state: &'a State) -> Self {
        let mut highest = HashMap::new();
        for event in state.in_order().into_iter().map(|applied| applied.event) {
            let MigrationId::Versioned(version) = event.id else {
                continue;
            };
            let deferrable = project
                .migration(&event.id)
                .is_some_and(|file| !file.up.directives.extensions.is_empty());
            let entry = highest.entry(event.module.as_str()).or_insert((0, ""));
            if !deferrable && version > entry.0 {
                *entry = (version, event.name.as_str());
            }
        }
        Self(highest)
    }

    /// Returns the label of an applied version above a pending file, among modules that it may
    /// depend on or that may depend on it.
    ///
    /// Migrations of modules that have nothing to do with each other may come in any order: a
    /// module uses only what it requires.
    pub fn above(&self, project: &Project, migration: &Migration) -> Option<String> {
        let version = migration.version()?;
        if self.0.is_empty() || !migration.up.directives.extensions.is_empty() {
            return None;
        }
        related(project, &migration.module)
            .into_iter()
            .filter_map(|module| self.0.get(module))
            .filter(|(other, _)| *other > version)
            .max()
            .map(|(other, name)| {
                let id = MigrationId::Versioned(*other);
                let file = project.migration(&id);
                file.map_or_else(|| label(&id, name), |file| file.label.clone())
            })
    }
}

/// Returns the modules that `module` requires, and those that require it, itself included.
fn related<'p>(project: &'p Project, module: &'p str) -> BTreeSet<&'p str> {
    let mut related = BTreeSet::from([module]);
    related.extend(project.closure(&[module]).unwrap_or_default());
    related.extend(project.dependents(module).unwrap_or_default());
    related
}
