//! How a run ended.

use std::time::Duration;

use jiff::Timestamp;

use super::run::Asked;
use super::trouble::{Stop, Trouble};
use super::worker::Tally;
use crate::error::Failure;
use crate::ledger::RunOutcome;

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its number in the ledger, where it began.
    pub id: Option<i64>,
    /// The time of the schedule that it was for.
    pub scheduled_for: Option<Timestamp>,
    /// How often it was begun, this time.
    pub attempts: u32,
    /// How it ended.
    pub outcome: RunOutcome,
    /// What it has done.
    pub tally: Tally,
    /// Why it failed, was stopped or skipped.
    pub reason: Option<String>,
    /// The error, where there was one.
    pub failure: Option<Failure>,
    /// Another run of the task is at work, or was: nothing is wrong.
    pub is_elsewhere: bool,
    /// The connection was lost, or its locks were.
    pub is_lost: bool,
    /// An interrupt ended it.
    pub is_interrupted: bool,
    /// How long it took.
    pub took: Duration,
}

impl Report {
    /// A run that did not begin.
    #[must_use]
    pub fn skipped(asked: Asked, reason: String) -> Self {
        Self {
            id: None,
            scheduled_for: asked.slot.map(|slot| slot.at),
            attempts: 0,
            outcome: RunOutcome::Skipped,
            tally: Tally::default(),
            reason: Some(reason),
            failure: None,
            is_elsewhere: false,
            is_lost: false,
            is_interrupted: false,
            took: Duration::ZERO,
        }
    }

    /// Whether somebody has to know: it failed, or gave way.
    #[must_use]
    pub fn is_trouble(&self) -> bool {
        self.outcome != RunOutcome::Done && !self.is_elsewhere
    }

    /// Whether what went wrong may be over the next time: not what crmdb refuses, and not what the
    /// server will refuse again (data, syntax, rights, features: SQLSTATE classes of PostgreSQL's
    /// appendix A).
    #[must_use]
    pub(super) fn may_pass(&self) -> bool {
        const LASTING: [&str; 6] = ["0A", "22", "28", "3D", "3F", "42"];
        let Some(failure) = &self.failure else {
            return true;
        };
        match failure.sqlstate.as_deref() {
            Some(state) => !LASTING.iter().any(|class| state.starts_with(class)),
            None => self.is_lost,
        }
    }

    /// Takes over how an attempt ended.
    pub(super) fn note(&mut self, tally: Tally, result: Result<(), Trouble>) {
        self.tally = tally;
        self.failure = None;
        self.is_lost = false;
        let (outcome, reason) = match result {
            Ok(()) => (RunOutcome::Done, None),
            Err(Trouble::Stopped(stop)) => {
                self.is_interrupted = stop == Stop::Interrupted;
                (RunOutcome::Stopped, Some(stop.to_string()))
            }
            Err(Trouble::TimedOut) => {
                let reason = "it took longer than its `timeout`".to_owned();
                (RunOutcome::TimedOut, Some(reason))
            }
            Err(Trouble::Lost(cause)) => {
                let failure = Failure::new("the connection was lost").detail(cause);
                let reason = failure.to_string();
                self.failure = Some(failure);
                self.is_lost = true;
                (RunOutcome::Failed, Some(reason))
            }
            Err(Trouble::Failed(failure)) => {
                let reason = match &failure.sqlstate {
                    Some(state) => format!("{state}: {failure}"),
                    None => failure.to_string(),
                };
                self.failure = Some(failure);
                (RunOutcome::Failed, Some(reason))
            }
        };
        self.outcome = outcome;
        self.reason = reason;
    }
}
