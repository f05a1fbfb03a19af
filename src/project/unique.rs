//! What may be in the project only once: versions, and names of repeatables.

use std::collections::BTreeMap;

use super::violations::{Place, Violations};
use super::{Migration, MigrationId};
use crate::error::Failure;

/// Reports versions that two files have.
pub(super) fn versions(migrations: &[Migration], violations: &mut Violations) {
    let mut first: BTreeMap<i64, &Migration> = BTreeMap::new();
    for migration in migrations {
        let MigrationId::Versioned(version) = migration.id else {
            continue;
        };
        let other = first.entry(version).or_insert(migration);
        if !std::ptr::eq(*other, migration) {
            let failure = Failure::new(format!("version {version} is taken"))
                .detail(format!("`{}` has it too", other.up.path))
                .hint("Give one of them another version; versions are unique over all modules.");
            violations.add(Place::file(&migration.up.path), failure);
        }
    }
}

/// Reports repeatables of a module that are one file where case does not count.
pub(super) fn repeatables(migrations: &[Migration], violations: &mut Violations) {
    let mut first: BTreeMap<(&str, String), &Migration> = BTreeMap::new();
    for migration in migrations {
        if matches!(migration.id, MigrationId::Versioned(_)) {
            continue;
        }
        let key = (
            migration.module.as_str(),
            migration.name.to_ascii_lowercase(),
        );
        let other = first.entry(key).or_insert(migration);
        if !std::ptr::eq(*other, migration) {
            let failure = Failure::new(format!(
                "`{}` and `{}` differ only by case",
                migration.label, other.label
            ))
            .hint("Rename one of them: on many machines they are the same file.");
            violations.add(Place::file(&migration.up.path), failure);
        }
    }
}
