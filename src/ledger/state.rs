//! What is applied, derived from the events. Pure.

use std::collections::HashMap;

use super::event::{Event, EventKind, Head};
use crate::project::MigrationId;

/// A migration that is applied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Applied<'a> {
    /// The event that brought its text: the application, or a repair since.
    pub event: &'a Event,
    /// The row that applied it: where it stands in the order of work.
    pub since: i64,
}

/// The events, and what they come to.
#[derive(Clone, Debug, Default)]
pub struct State {
    events: Vec<Event>,
    head: Head,
    /// Index of the event, and `since`.
    applied: HashMap<MigrationId, (usize, i64)>,
    /// Index of the event.
    failed: HashMap<MigrationId, usize>,
    /// Index of the event.
    seeded: HashMap<MigrationId, usize>,
}

impl State {
    /// Derives the state from events in their order, of which `head` is the last.
    #[must_use]
    pub fn of(events: Vec<Event>, head: Head) -> Self {
        let mut state = Self {
            head,
            ..Self::default()
        };
        for (index, event) in events.iter().enumerate() {
            state.take(index, event);
        }
        state.events = events;
        state
    }

    fn take(&mut self, index: usize, event: &Event) {
        let id = event.id.clone();
        if let MigrationId::Seed { .. } = id {
            if event.kind == EventKind::Seeded {
                self.seeded.insert(id, index);
            }
            return;
        }
        if event.kind == EventKind::Failed {
            self.failed.insert(id, index);
            return;
        }
        self.failed.remove(&id);
        // A repair without a text closes a failed entry: the migration is not applied.
        if event.kind == EventKind::RolledBack || event.up_hash.is_none() {
            if self.applied.remove(&id).is_some() && matches!(id, MigrationId::Versioned(_)) {
                // The rows of its module may have gone with it.
                self.seeded
                    .retain(|seed, _| !matches!(seed, MigrationId::Seed { module, .. } if *module == event.module));
            }
            return;
        }
        let since = match self.applied.get(&id) {
            Some((_, since)) if event.kind == EventKind::Repaired => *since,
            _ => event.seq,
        };
        self.applied.insert(id, (index, since));
    }

    /// The last row of the history.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// All events, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The applied migration of this name.
    #[must_use]
    pub fn applied(&self, id: &MigrationId) -> Option<Applied<'_>> {
        let (index, since) = self.applied.get(id)?;
        Some(Applied {
            event: self.events.get(*index)?,
            since: *since,
        })
    }

    /// The failed event of this migration, when its last event failed.
    #[must_use]
    pub fn failed(&self, id: &MigrationId) -> Option<&Event> {
        self.events.get(*self.failed.get(id)?)
    }

    /// The event of this seed, when it ran and no version of its module was taken back since.
    #[must_use]
    pub fn seeded(&self, id: &MigrationId) -> Option<&Event> {
        self.events.get(*self.seeded.get(id)?)
    }

    /// All that is applied, in the order in which it came.
    #[must_use]
    pub fn in_order(&self) -> Vec<Applied<'_>> {
        let mut all: Vec<_> = self
            .applied
            .values()
            .filter_map(|(index, since)| {
                Some(Applied {
                    event: self.events.get(*index)?,
                    since: *since,
                })
            })
            .collect();
        all.sort_by_key(|applied| applied.since);
        all
    }

    /// The last event of each migration whose last event failed, oldest first.
    #[must_use]
    pub fn failures(&self) -> Vec<&Event> {
        let mut all: Vec<_> = self
            .failed
            .values()
            .filter_map(|index| self.events.get(*index))
            .collect();
        all.sort_by_key(|event| event.seq);
        all
    }

    /// Returns the state as it was after row `seq`.
    #[must_use]
    pub fn as_of(&self, seq: i64) -> Self {
        let events = self.events.iter().filter(|event| event.seq <= seq);
        Self::of(events.cloned().collect(), Head::default())
    }
}
