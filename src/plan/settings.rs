//! The settings under which a step runs. They are part of the plan: it shows them.

use std::time::Duration;

use super::Step;
use crate::ledger::CONNECTION_CHECK;
use crate::project::Project;
use crate::sql::{quote_ident, quote_literal};

/// A statement that builds concurrently waits for older transactions, and a time-out there leaves
/// an invalid index behind. Its own lock holds up neither readers nor writers, so it may wait long.
const CONCURRENT_LOCK_TIMEOUT: Duration = Duration::from_secs(30 * 60);

const LOCK_TIMEOUT: &str = "lock_timeout";

/// What holds for all steps of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// One wait for a lock; a directive of the file wins.
    pub lock_timeout: Duration,
    /// One statement; zero is no limit.
    pub statement_timeout: Duration,
    /// Empty: every name is qualified.
    pub search_path: Vec<String>,
}

impl Settings {
    /// Returns the settings of the project.
    #[must_use]
    pub fn of(project: &Project) -> Self {
        Self {
            lock_timeout: project.timeouts.lock,
            statement_timeout: project.timeouts.statement,
            search_path: project.search_path.clone(),
        }
    }

    /// Returns names and values, as SQL, for a step.
    ///
    /// `is_last` is the last step of a run: only it waits for the disk, see [`wait_for_disk`]. A commit
    /// lost in a crash loses the migration and its history row together, and the last one takes all
    /// before it along.
    #[must_use]
    pub fn for_step(&self, step: &Step, is_last: bool) -> Vec<(&'static str, String)> {
        let lock = match step.directives.lock_timeout {
            Some(own) => own,
            None if step.directives.no_transaction => CONCURRENT_LOCK_TIMEOUT,
            None => self.lock_timeout,
        };
        let mut settings = vec![
            (LOCK_TIMEOUT, milliseconds(lock)),
            ("statement_timeout", milliseconds(self.statement_timeout)),
            ("idle_in_transaction_session_timeout", "0".to_owned()),
            (
                "client_connection_check_interval",
                quote_literal(CONNECTION_CHECK),
            ),
            ("row_security", "off".to_owned()),
            ("search_path", self.search_path_sql()),
        ];
        if !is_last && !step.directives.no_transaction {
            settings.push(("synchronous_commit", "off".to_owned()));
        }
        settings
    }

    /// Returns the lock time-out, name and value, of a statement that runs in a transaction within
    /// a no-transaction file: it may hold up others, so it waits as little as any other.
    #[must_use]
    pub fn for_statement(&self, step: &Step) -> (&'static str, String) {
        let lock = step.directives.lock_timeout.unwrap_or(self.lock_timeout);
        (LOCK_TIMEOUT, milliseconds(lock))
    }

    /// Returns the search path as the value of a `SET` statement.
    #[must_use]
    pub fn search_path_sql(&self) -> String {
        if self.search_path.is_empty() {
            return "''".to_owned();
        }
        let names: Vec<String> = self
            .search_path
            .iter()
            .map(|name| quote_ident(name))
            .collect();
        names.join(", ")
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("'{}ms'", duration.as_millis())
}

/// Returns the statement that makes commits wait for the disk where the server does not by itself;
/// a server that waits for more, as for its standbys, stays as it is.
///
/// It holds for the transaction, or for the session.
#[must_use]
pub fn wait_for_disk(in_transaction: bool) -> String {
    format!(
        "SELECT pg_catalog.set_config('synchronous_commit', 'on', {in_transaction}) \
         WHERE pg_catalog.current_setting('synchronous_commit') = 'off'"
    )
}
