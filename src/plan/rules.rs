//! How a file stands to what was applied, and what may not go on.

use crate::error::Failure;
use crate::ledger::{Event, State};
use crate::plan::label;
use crate::project::{Migration, MigrationId, Project};

/// How a migration stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Applied as the file is.
    Applied,
    /// Not applied.
    Pending,
    /// Its last run failed, and it is not applied.
    Failed,
    /// Applied, and the file differs now.
    Changed(Change),
}

/// What differs between a file and what was applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The statements of the up text.
    pub code: bool,
    /// Only comments or white space of the up text.
    pub comments: bool,
    /// The down text.
    pub down: bool,
}

/// Returns how `migration` stands.
#[must_use]
pub fn standing(migration: &Migration, state: &State) -> Standing {
    let Some(applied) = state.applied(&migration.id) else {
        return if state.failed(&migration.id).is_some() {
            Standing::Failed
        } else {
            Standing::Pending
        };
    };
    let event = &applied.event;
    let same_up = event.up_hash.as_deref() == Some(migration.hash().as_str());
    let code = !same_up && event.up_code_hash.as_deref() != Some(migration.code_hash().as_str());
    let change = Change {
        code,
        comments: !same_up && !code,
        down: event.down_hash != migration.down_hash(),
    };
    if change == Change::default() {
        Standing::Applied
    } else {
        Standing::Changed(change)
    }
}

/// Returns the events of applied migrations that have no file.
#[must_use]
pub fn missing<'a>(project: &Project, state: &'a State) -> Vec<&'a Event> {
    state
        .in_order()
        .into_iter()
        .map(|applied| applied.event)
        .filter(|event| project.migration(&event.id).is_none())
        .collect()
}

/// Refuses to go on where versioned files changed, or are gone; returns warnings otherwise.
pub(super) fn check(
    project: &Project,
    state: &State,
    allow_missing: bool,
) -> Result<Vec<String>, Failure> {
    let mut refusals = Vec::new();
    let mut warnings = Vec::new();
    for migration in &project.migrations {
        let MigrationId::Versioned(_) = migration.id else {
            continue;
        };
        match standing(migration, state) {
            Standing::Changed(change) if change.code => refusals.push(changed(migration, state)),
            Standing::Changed(change) => warnings.push(format!(
                "`{}` has changed since it was applied, in {}; `crmdb migrate verify` shows it",
                migration.label,
                if change.down {
                    "its down file"
                } else {
                    "comments only"
                }
            )),
            _ => {}
        }
    }
    for event in missing(project, state) {
        let MigrationId::Versioned(_) = event.id else {
            continue;
        };
        let name = label(&event.id, &event.name);
        if allow_missing {
            warnings.push(format!("`{name}` is applied, and its file is missing"));
        } else {
            refusals.push(
                Failure::new(format!(
                    "migration `{name}` is applied, and its file is missing"
                ))
                .detail(format!(
                    "It was applied {} by {}.",
                    event.recorded_at, event.db_user
                )),
            );
        }
    }
    if refusals.is_empty() {
        return Ok(warnings);
    }
    Err(refuse(refusals))
}

fn changed(migration: &Migration, state: &State) -> Failure {
    let failure = Failure::new(format!(
        "migration `{}` has changed since it was applied",
        migration.label
    ))
    .at(&migration.up.path);
    match state.applied(&migration.id) {
        Some(applied) => failure.detail(format!(
            "applied {} as {}, on disk it is {}",
            applied.event.recorded_at,
            short(applied.event.up_hash.as_deref().unwrap_or("?")),
            short(&migration.hash()),
        )),
        None => failure,
    }
}

/// Shortens a hash for people: recipe and the first eight digits.
fn short(hash: &str) -> &str {
    let end = hash.find(':').map_or(8, |colon| colon + 9);
    hash.get(..end).unwrap_or(hash)
}

fn refuse(mut refusals: Vec<Failure>) -> Failure {
    let has_changed = refusals.iter().any(|refusal| refusal.location.is_some());
    let has_missing = refusals.iter().any(|refusal| refusal.location.is_none());
    let mut hints = Vec::new();
    if has_changed {
        hints.push(
            "Restore the file, or put the change into a new migration; \
             `crmdb migrate verify` shows the difference.",
        );
    }
    if has_missing {
        hints.push(
            "The database is newer than these files: use the newer ones, or take it back with \
             `crmdb migrate down --to VERSION` (the ledger has the texts). \
             `--allow-missing` goes on without them.",
        );
    }
    let hint = hints.join(" ");
    if refusals.len() == 1 {
        return refusals.remove(0).hint(hint);
    }
    let mut failure = Failure::new(format!(
        "{} migrations are not as they were applied",
        refusals.len()
    ))
    .hint(hint);
    failure.items = refusals;
    failure
}
