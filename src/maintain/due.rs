//! Which times of a schedule are to be run now. Pure: the clock and the ledger come in.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::ledger::{RunOutcome, Standing};
use crate::project::Task;
use crate::project::task::CatchUp;

/// A task without catch-up is run this long after its time at most: whoever asks may be late.
const GRACE: Duration = Duration::from_secs(600);

/// As many missed times are counted, or made up for, at most.
const MOST: usize = 1000;

/// A run that dies again and again is left alone after so many attempts beyond its retries.
const LOST_ATTEMPTS: usize = 2;

/// How a task stands with its schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// What is to be run now, in order.
    pub slots: Vec<Slot>,
    /// What waits for the task's time of day.
    pub waiting: Vec<Slot>,
    /// The next time of the schedule after now.
    pub next: Option<Timestamp>,
}

/// A time of the schedule that is to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The time.
    pub at: Timestamp,
    /// Earlier times that will not be run, for this one stands for them.
    pub missed: usize,
}

/// Says what is due of a task at `now`.
#[must_use]
pub fn due(task: &Task, standing: &Standing, now: Timestamp) -> Due {
    let Some(schedule) = &task.schedule else {
        return Due::default();
    };
    let mut due = Due {
        next: schedule.after(now),
        ..Due::default()
    };
    let Some(known_since) = standing.known_since else {
        return due;
    };
    let settled = standing.settled_until.unwrap_or(known_since);
    let from = settled.max(known_since);
    let within = match task.catch_up {
        CatchUp::None => GRACE.min(task.catch_up_within),
        CatchUp::Latest | CatchUp::All => task.catch_up_within,
    };
    let earliest = back(now, within);
    let mut missed = 0;
    for at in times(task, from, now) {
        if at < earliest || given_up(task, standing, at) {
            missed += 1;
            continue;
        }
        if task.catch_up != CatchUp::All {
            missed += due
                .slots
                .drain(..)
                .map(|slot: Slot| slot.missed + 1)
                .sum::<usize>();
        }
        due.slots.push(Slot {
            at,
            missed: std::mem::take(&mut missed),
        });
    }
    if !may_work(task, now) && !due.slots.is_empty() {
        due.waiting = std::mem::take(&mut due.slots);
    }
    due
}

/// Whether it is the time of day for a task.
#[must_use]
pub fn may_work(task: &Task, now: Timestamp) -> bool {
    let Some(window) = &task.window else {
        return true;
    };
    window.holds(&now.to_zoned(task.time_zone.clone()))
}

/// The times of a schedule after `from`, up to `now`: the latest of them, if there are many.
fn times(task: &Task, from: Timestamp, now: Timestamp) -> Vec<Timestamp> {
    let Some(schedule) = &task.schedule else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut until = now;
    while let Some(at) = schedule.before(until).filter(|at| *at > from) {
        found.push(at);
        if found.len() == MOST {
            break;
        }
        until = back(at, Duration::from_secs(1));
    }
    found.reverse();
    found
}

/// Whether there were too many attempts at a time already.
fn given_up(task: &Task, standing: &Standing, at: Timestamp) -> bool {
    let retries = usize::try_from(task.retries).unwrap_or(usize::MAX);
    let count = |wanted: &dyn Fn(RunOutcome) -> bool| {
        let of_slot = standing.attempts.iter().filter(|(slot, _)| *slot == at);
        of_slot.filter(|(_, outcome)| wanted(*outcome)).count()
    };
    let failed = count(&|outcome| matches!(outcome, RunOutcome::Failed | RunOutcome::TimedOut));
    let died = count(&|outcome| matches!(outcome, RunOutcome::Running | RunOutcome::Lost));
    failed > retries || failed + died > retries.saturating_add(LOST_ATTEMPTS)
}

fn back(from: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    from.checked_sub(by).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests;
