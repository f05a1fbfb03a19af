//! One row of the history, as it is read.

use crate::project::MigrationId;

/// What happened to a migration, or to a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Its up text ran.
    Applied,
    /// Its down text ran.
    RolledBack,
    /// The text of a seed ran.
    Seeded,
    /// A person accepted a changed file, or closed a failed entry.
    Repaired,
    /// It was marked as applied on a database that had it already.
    Baselined,
    /// Its text failed. What was done in a transaction is undone.
    Failed,
}

impl EventKind {
    /// The word in the column `event`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::RolledBack => "rolled back",
            Self::Seeded => "seeded",
            Self::Repaired => "repaired",
            Self::Baselined => "baselined",
            Self::Failed => "failed",
        }
    }

    /// Reads the word of the column `event`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Applied,
            Self::RolledBack,
            Self::Seeded,
            Self::Repaired,
            Self::Baselined,
            Self::Failed,
        ]
        .into_iter()
        .find(|kind| kind.word() == word)
    }
}

/// The last row of the history: what a plan is made for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Its `seq`; 0 for an empty history.
    pub seq: i64,
    /// Its `hash`; empty for an empty history.
    pub hash: String,
}

/// One event, without the texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Counts from 1 without gaps.
    pub seq: i64,
    /// What happened.
    pub kind: EventKind,
    /// To which migration.
    pub id: MigrationId,
    /// The module that owned it.
    pub module: String,
    /// What stands after `V0101__` or `R__`.
    pub name: String,
    /// Hash of the up text.
    pub up_hash: Option<String>,
    /// Hash of the up text's tokens.
    pub up_code_hash: Option<String>,
    /// Hash of the down text.
    pub down_hash: Option<String>,
    /// It was applied below a version that was there already.
    pub out_of_order: bool,
    /// Why, or which error.
    pub reason: Option<String>,
    /// How long the text ran, in milliseconds.
    pub duration_ms: Option<f64>,
    /// When, RFC 3339 in UTC, by the server's clock.
    pub recorded_at: String,
    /// `session_user`.
    pub db_user: String,
    /// The git commit of the project's folder.
    pub git_commit: Option<String>,
    /// It is the first row of its run.
    pub begins_run: bool,
}

/// The texts of one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// The up text as applied.
    pub up: Option<String>,
    /// The down text as applied.
    pub down: Option<String>,
}
