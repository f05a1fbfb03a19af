//! Tables, and what they need: common to vacuum and analyze.

use super::super::worker::Worker;
use super::Item;
use super::crew::Outcome;
use super::scope::Named;
use crate::error::Failure;

/// A task works at this part of what autovacuum waits for, and so comes before it.
const EARLIER: f64 = 0.5;

/// The settings of the sessions: what is skipped is told by warnings, and no statistics are worth
/// waiting for the disk.
pub(super) const SETTINGS: &str =
    "SET client_min_messages = 'warning'; SET synchronous_commit = 'off'";

/// What stands before each table: from 18 on, the server would do its children along with it.
pub(super) fn only(major: u32) -> &'static str {
    if major >= 18 { "ONLY " } else { "" }
}

/// A table, and what it needs.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: Named,
    /// The number by which the server names it.
    pub(super) oid: String,
    pub(super) pages: f64,
    /// The role of the task may work on it.
    pub(super) may: bool,
    /// Somebody else, mostly autovacuum, does the same already.
    pub(super) is_busy: bool,
    /// It is partitioned: its rows are those of its partitions.
    pub(super) is_parent: bool,
    /// Rows that were changed, or are dead.
    pub(super) rows: Option<f64>,
    pub(super) need: Option<Need>,
}

/// Why a table needs work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) reason: String,
    /// Old transactions are to be frozen.
    pub(super) is_freeze: bool,
}

impl Need {
    pub(super) fn plain(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_freeze: false,
        }
    }
}

impl Table {
    /// Whether it is to be worked on here.
    pub(super) fn is_wanted(&self) -> bool {
        self.may && !self.is_busy && self.need.is_some()
    }

    pub(super) fn is_freeze(&self) -> bool {
        self.need.as_ref().is_some_and(|need| need.is_freeze)
    }

    /// Adds what its TOAST table needs.
    pub(super) fn add(&mut self, need: Option<Need>) {
        let is_more = need.as_ref().is_some_and(|need| need.is_freeze) && !self.is_freeze();
        if self.need.is_none() || is_more {
            self.need = need;
        }
    }
}

/// Returns a figure and its limit, where it is over the part of it at which a task works.
pub(super) fn is_over(figure: Option<f64>, limit: Option<f64>) -> Option<(f64, f64)> {
    let (figure, limit) = (figure?, limit?);
    (figure > limit * EARLIER).then_some((figure, limit))
}

/// Says what is left to others, and returns what the role may not do.
pub(super) fn divide(worker: &mut Worker<'_>, tables: &[Table]) -> Outcome {
    let mut outcome = Outcome::default();
    for table in tables.iter().filter(|table| table.need.is_some()) {
        if table.is_busy {
            (worker.listen)(&format!("{}: {LEFT}", table.name));
        } else if !table.may {
            let mut failure = Failure::new(NOT_OURS);
            failure.sqlstate = Some("42501".to_owned());
            outcome.failed.push((table.name.clone(), failure));
        }
    }
    outcome
}

/// Says what would be done.
pub(super) fn items(tables: Vec<Table>, verb: &str) -> Vec<Item> {
    let needy = tables.into_iter().filter_map(|table| {
        let need = table.need.clone()?;
        let action = match () {
            () if table.is_busy => LEFT.to_owned(),
            () if !table.may => NOT_OURS.to_owned(),
            () if need.is_freeze => format!("{verb} and freeze: {}", need.reason),
            () => format!("{verb}: {}", need.reason),
        };
        Some(Item {
            object: table.name.to_string(),
            action,
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a count of rows"
            )]
            rows: table.rows.map(|rows| rows as u64),
        })
    });
    needy.collect()
}

const LEFT: &str = "left to the server, which is at work on it";

const NOT_OURS: &str = "the role may not: it does not own the table";
