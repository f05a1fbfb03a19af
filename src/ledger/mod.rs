//! What the database says: the history of events, the state derived from it, and the run lock.
//!
//! The ledger lives in a PostgreSQL schema of its own and is append-only. Its statements go as
//! simple queries, so that they work through a transaction pooler and cost one round trip.

mod append;
mod audit;
mod event;
mod journal;
mod lock;
mod read;
mod schema;
mod seeded;
mod snapshots;
mod state;
mod tasks;

pub use append::{Entry, RunFacts, append_statement, journal_statement};
pub use audit::findings;
pub use event::{Event, EventKind, Head, Texts};
pub use journal::{JournalRow, Phase};
pub use lock::{CONNECTION_CHECK, Holder, RunLock};
pub use read::{Reading, Written, half_done, journal, read, row_at, texts};
pub use schema::{VERSION, create};
pub use seeded::{
    KEY_SETTINGS, Keys, RowOrigin, SEEDED_ROWS_SINCE, SeededRows, finished_statements,
    forget_rows_statement, forget_statement, loaded_statements, plan_rows_statement,
    reference_rows_statement, seeded_rows,
};
pub use snapshots::{Remembered, SNAPSHOTS_SINCE, remember, remembered, snapshot_text};
pub use state::{Applied, State};
pub use tasks::{
    Begin, End, Locking, RunOutcome, ServeLock, Standing, TASKS_SINCE, TaskFigures, TaskLock,
    TaskRun, begin_run, clock, end_run, meet, remember_statement, skip_run, standings,
    task_figures, task_runs,
};

use crate::sql::quote_ident;

/// Where the ledger lives: the quoted name of its schema, and the keys of its advisory locks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The schema's name, quoted for SQL.
    schema: String,
    /// Held by the run, on a connection of its own, from its first decision to its end.
    run_key: i64,
    /// Held by each transaction that changes the database, until it has ended.
    work_key: i64,
}

impl Ledger {
    /// Returns the ledger in the schema of this (unquoted) name.
    ///
    /// Advisory locks belong to a database and a number: the numbers come from the name, so that
    /// two ledgers in one database do not wait for each other.
    #[must_use]
    pub fn new(schema: &str) -> Self {
        Self {
            schema: quote_ident(schema),
            run_key: key(schema, "run"),
            work_key: key(schema, "work"),
        }
    }

    /// The schema's name, quoted for SQL.
    #[must_use]
    pub fn schema(&self) -> &str {
        &self.schema
    }
}

/// Returns the number of an advisory lock: the first eight bytes of a digest.
fn key(schema: &str, purpose: &str) -> i64 {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(format!("crmdb:{purpose}:{schema}"));
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(bytes)
}
