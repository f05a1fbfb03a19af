//! `[[task]]` of `migrations.toml`: what is done again and again, and when.

mod schedule;
mod span;
mod window;

pub use schedule::Schedule;
pub use span::{Span, Unit};
pub use window::Window;

use std::time::Duration;

use jiff::tz::TimeZone;
use serde::Deserialize;

/// A `[[task]]`: a maintenance job.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Its name, unique in the project: runs in the ledger go by it.
    pub name: String,
    /// The module whose objects it works on; `None` is the whole database.
    pub module: Option<String>,
    /// One line for people.
    pub description: String,
    /// What it does.
    pub work: Work,
    /// When it is due; `None`: it runs by name only.
    pub schedule: Option<Schedule>,
    /// The time zone of schedule and window.
    pub time_zone: TimeZone,
    /// The role that the work runs as; `None` is the role that connects.
    pub role: Option<String>,
    /// How long one run may take; zero is no limit.
    pub timeout: Duration,
    /// How often a run that failed is tried again.
    pub retries: u32,
    /// The time of day in which it may work; `None` is any.
    pub window: Option<Window>,
    /// What becomes of runs that were missed.
    pub catch_up: CatchUp,
    /// Runs that were due longer ago than this are missed for good.
    pub catch_up_within: Duration,
}

/// What becomes of runs that were missed.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum CatchUp {
    /// The latest one is run, once.
    #[default]
    Latest,
    /// Each one is run, in order.
    All,
    /// They are left out.
    None,
}

/// What a task does.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Calls a function or a procedure: `users.cleanup_expired_sessions()`.
    Call(String),
    /// Runs statements in one transaction.
    Sql(String),
    /// Deletes old rows, batch by batch.
    Delete(Delete),
    /// Vacuums the tables that need it.
    Vacuum(Tables),
    /// Analyzes the tables that need it.
    Analyze(Tables),
    /// Builds bloated indexes anew.
    Reindex(Reindex),
    /// Refreshes materialized views.
    Refresh(Refresh),
    /// Makes partitions ahead of time, and takes old ones away.
    Partitions(Partitions),
}

impl Work {
    /// The kind, as it is typed.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Sql(_) => "sql",
            Self::Delete(_) => "delete",
            Self::Vacuum(_) => "vacuum",
            Self::Analyze(_) => "analyze",
            Self::Reindex(_) => "reindex",
            Self::Refresh(_) => "refresh",
            Self::Partitions(_) => "partitions",
        }
    }
}

/// A batched delete by age.
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    /// The table, as SQL names it.
    pub table: String,
    /// The column that says how old a row is; an index leads with it.
    pub column: String,
    /// Rows older than this go.
    pub older_than: Span,
    /// Only rows for which this holds, as SQL; `None` is all.
    pub filter: Option<String>,
    /// How long one batch is to take: batches grow and shrink towards it.
    pub batch_time: Duration,
    /// The part of the time in which it works, above 0 and up to 1; it rests for the other part.
    pub duty: f64,
    /// It rests while a standby lags behind by more than this.
    pub replication_lag: Duration,
    /// How long it waits for others before it gives up.
    pub patience: Duration,
}

/// Tables to vacuum or to analyze.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    /// Names, `*` for any characters; empty is all of the module.
    pub tables: Vec<String>,
    /// How many tables at once.
    pub jobs: u32,
    /// All tables, whether they need it or not.
    pub always: bool,
}

/// Indexes to build anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reindex {
    /// Names of indexes, `*` for any characters; empty is all of the module.
    pub indexes: Vec<String>,
    /// How much of an index is wasted, in percent, before it is built anew.
    pub bloat_over: u32,
    /// Indexes smaller than this stay as they are, in megabytes.
    pub larger_than_mb: u32,
}

/// Materialized views to refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// Names, `*` for any characters; empty is all of the module.
    pub views: Vec<String>,
    /// Views whose tables nobody has written since the last time, too.
    pub always: bool,
}

/// Partitions by time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partitions {
    /// The partitioned table, as SQL names it.
    pub table: String,
    /// How long a partition is.
    pub every: Span,
    /// How many there are beyond the one of now.
    pub ahead: u32,
    /// How long partitions are kept; `None` is for ever.
    pub keep: Option<Span>,
    /// What becomes of older ones.
    pub expiry: Expiry,
}

/// What becomes of partitions that are too old.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Expiry {
    /// They become tables of their own, with their rows.
    #[default]
    Detach,
    /// They are dropped, with their rows.
    Drop,
}
