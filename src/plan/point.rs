//! The point of the history that `down` goes back to, and what that means for repeatables.

use std::collections::{BTreeSet, HashMap};

use crate::ledger::{Applied, Event, EventKind, State};
use crate::project::MigrationId;

/// Returns the last row after which none of these versions was applied; 0 is before the first row.
///
/// Not simply the row before the first of them: a version may have been there already, gone, and
/// come again, and what was built upon it then may not come back without it.
pub(super) fn before(state: &State, versions: &[Event]) -> i64 {
    let going: BTreeSet<&MigrationId> = versions.iter().map(|event| &event.id).collect();
    let mut there: BTreeSet<&MigrationId> = BTreeSet::new();
    let mut point = 0;
    for event in state.events() {
        if going.contains(&event.id) && event.kind != EventKind::Failed {
            if event.kind == EventKind::RolledBack || event.up_hash.is_none() {
                there.remove(&event.id);
            } else {
                there.insert(&event.id);
            }
        }
        if there.is_empty() {
            point = event.seq;
        }
    }
    point
}

/// Returns the repeatables that go, last first, and those that come back as they were at `point`.
///
/// All that came after the point go, and with them all that may depend on those: a view upon a
/// changed view is itself unchanged, and in the way. Repeatables run by module and name, so what
/// depends on one stands after it.
pub(super) fn repeatables(
    state: &State,
    applied: &[Applied<'_>],
    point: i64,
) -> (Vec<Event>, Vec<Event>) {
    let modules = modules(state);
    let place = |event: &Event| {
        (
            modules.get(event.module.as_str()).copied(),
            event.name.clone(),
        )
    };
    let mut all: Vec<&Applied<'_>> = applied
        .iter()
        .filter(|applied| matches!(applied.event.id, MigrationId::Repeatable { .. }))
        .collect();
    all.sort_by_cached_key(|applied| place(applied.event));
    let first = all.iter().position(|applied| applied.since > point);
    let gone = first.map_or(&[][..], |first| &all[first..]);

    let ids: BTreeSet<&MigrationId> = gone.iter().map(|applied| &applied.event.id).collect();
    let then = state.as_of(point);
    let mut restore: Vec<Event> = then
        .in_order()
        .into_iter()
        .filter(|applied| ids.contains(&applied.event.id))
        .map(|applied| applied.event.clone())
        .collect();
    restore.sort_by_cached_key(place);
    let gone = gone.iter().rev().map(|applied| applied.event.clone());
    (gone.collect(), restore)
}

/// Returns the order in which modules came into the history: those that others require came first.
/// The files may not know a module any more.
fn modules(state: &State) -> HashMap<&str, usize> {
    let mut modules = HashMap::new();
    for event in state.events() {
        let next = modules.len();
        modules.entry(event.module.as_str()).or_insert(next);
    }
    modules
}
