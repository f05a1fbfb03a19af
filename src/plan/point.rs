//! The point of the history that `down` goes back to, and what that means for repeatables.

use std::collections::{BTreeSet, HashMap};

use super::Scope;
use crate::ledger::{Event, EventKind, State};
use crate::project::{MigrationId, Project};

/// Returns the last row after which none of the versions that `goes` tells was applied; 0 is before
/// the first row.
///
/// Not simply the row before the first of them: a version may have been there already, gone, and
/// come again, and what was built upon it then may not come back without it. Rows of runs that took
/// something back are no points: between two of their steps things are missing, and where they end
/// is as it was at the point that they went to, unless they were killed before.
pub(super) fn before(state: &State, goes: impl Fn(&Event) -> bool) -> i64 {
    let mut there: BTreeSet<&MigrationId> = BTreeSet::new();
    let mut point = 0;
    for run in state.events().chunk_by(|_, next| !next.begins_run) {
        let takes_back = run.iter().any(|event| event.kind == EventKind::RolledBack);
        for event in run {
            if goes(event) && event.kind != EventKind::Failed {
                if event.kind == EventKind::RolledBack || event.up_hash.is_none() {
                    there.remove(&event.id);
                } else {
                    there.insert(&event.id);
                }
            }
            if there.is_empty() && !takes_back {
                point = event.seq;
            }
        }
    }
    point
}

/// Returns the repeatables that go, last first, and those that come back as they were at `point`.
///
/// All that differ from then go, or came after a version that goes, and with them all that may depend on those: a view upon a
/// changed view is itself unchanged, and in the way. Repeatables run by module and name, so what
/// depends on one stands after it. One comes back, if it is there now or not, while the versions
/// are left that it may have used then.
pub(super) fn repeatables(
    project: &Project,
    state: &State,
    scope: &Scope,
    versions: &[Event],
    point: i64,
) -> (Vec<Event>, Vec<Event>) {
    let modules = modules(project, state);
    let in_place = |state: &State| {
        let mut all: Vec<(i64, Event)> = state
            .in_order()
            .into_iter()
            .filter(|applied| matches!(applied.event.id, MigrationId::Repeatable { .. }))
            .filter(|applied| scope.holds(&applied.event.module))
            .map(|applied| (applied.since, applied.event.clone()))
            .collect();
        all.sort_by_cached_key(|(_, event)| {
            (
                modules.get(event.module.as_str()).copied(),
                event.name.clone(),
            )
        });
        all
    };
    let now = in_place(state);
    let then = state.as_of(point);
    let since_of = |version: &Event| state.applied(&version.id).map(|applied| applied.since);
    let first_going = versions.iter().filter_map(since_of).min();
    let first = now.iter().position(|(since, event)| {
        let is_same = then.applied(&event.id).is_some_and(|then| {
            (&then.event.up_hash, &then.event.down_hash) == (&event.up_hash, &event.down_hash)
        });
        // Even the same text may be bound to what goes, as `SELECT *` is.
        !is_same || first_going.is_some_and(|first| *since > first)
    });
    let gone = first.map_or(&[][..], |first| &now[first..]);

    let is_left = |id: &MigrationId| {
        state.applied(id).is_some() && !versions.iter().any(|version| version.id == *id)
    };
    let has_ground = |module: &str| {
        let may_use = project.closure(&[module]).ok();
        then.in_order().iter().all(|applied| {
            may_use
                .as_ref()
                .is_some_and(|names| !names.contains(&applied.event.module.as_str()))
                || matches!(applied.event.id, MigrationId::Repeatable { .. })
                || is_left(&applied.event.id)
        })
    };
    let stays = |id: &MigrationId| {
        now.iter().any(|(_, event)| event.id == *id) && !gone.iter().any(|(_, e)| e.id == *id)
    };
    let restore = in_place(&then)
        .into_iter()
        .map(|(_, event)| event)
        .filter(|event| !stays(&event.id) && has_ground(&event.module))
        .collect();
    let gone = gone.iter().rev().map(|(_, event)| event.clone()).collect();
    (gone, restore)
}

/// Returns the places of the modules: those of the project, then those that it does not know, as they
/// came into the history.
fn modules<'a>(project: &'a Project, state: &'a State) -> HashMap<&'a str, usize> {
    let known = project.modules.iter().map(|module| module.name.as_str());
    let unknown = state.events().iter().map(|event| event.module.as_str());
    let mut modules = HashMap::new();
    for module in known.chain(unknown) {
        let next = modules.len();
        modules.entry(module).or_insert(next);
    }
    modules
}
