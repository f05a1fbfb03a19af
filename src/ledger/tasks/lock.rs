//! The locks of maintenance tasks: one run of a task at a time, and none beside a migration of the
//! same module.
//!
//! A task holds its own lock, and shares that of each module that it works on; a migration announces
//! the modules that it is about to change, and begins when nobody shares them. Whoever comes second
//! sees the first: a task takes its share and then looks for announcements, a migration announces and
//! then looks for shares. As with the run lock, a connection of its own holds them in an open, idle
//! transaction; each transaction that works holds a share too, for its last statement may outlive
//! the runner.

use std::time::Duration;

use anyhow::Context as _;
use tokio_postgres::SimpleQueryMessage;

use super::super::lock::{Holder, is_lock, read_holder};
use super::super::{Ledger, key};
use crate::connect::{Endpoint, Session};

/// How long a server may take to hear that the locks are given back.
const FAREWELL: Duration = Duration::from_secs(5);

/// The locks of a task, held.
pub struct TaskLock {
    session: Session,
    is_wanted: String,
    shares: String,
}

/// What came of asking for the locks.
pub enum Locking {
    /// They are held.
    Taken(Box<TaskLock>),
    /// Another run of the task is at work.
    Busy(Holder),
    /// A migration is at work on one of the modules.
    Migrating(Holder),
}

impl Ledger {
    pub(super) fn lock_key(&self, purpose: &str, name: &str) -> i64 {
        key(self.schema(), &format!("{purpose}:{name}"))
    }

    /// Returns a query with a row, word first, for each run that announces to change `modules`.
    fn wanted(&self, modules: &[String]) -> String {
        let wanted = modules.iter().map(|module| self.lock_key("wanted", module));
        self.holders("wanted", wanted)
    }

    /// Returns the statements with which a migration announces the modules that it will change, and
    /// a query for a task that is still at work on one of them.
    pub(in crate::ledger) fn announce(&self, modules: &[String]) -> String {
        let keys: Vec<String> = modules
            .iter()
            .map(|module| {
                let key = self.lock_key("wanted", module);
                format!("pg_catalog.pg_try_advisory_xact_lock({key})")
            })
            .collect();
        if keys.is_empty() {
            return String::new();
        }
        let shares = modules.iter().map(|module| self.lock_key("module", module));
        format!(
            "SELECT 'announced', {};\n{}",
            keys.join(", "),
            self.holders("task", shares)
        )
    }

    /// In a transaction that stays open, pg_stat_activity stays as it was when it was first read.
    fn holders(&self, word: &str, keys: impl Iterator<Item = i64>) -> String {
        let any: Vec<String> = keys.map(|key| format!("({})", is_lock(key))).collect();
        let any = if any.is_empty() {
            "false".to_owned()
        } else {
            any.join(" OR ")
        };
        format!(
            "SELECT pg_catalog.pg_stat_clear_snapshot();\n\
             SELECT '{word}', l.pid, a.usename, coalesce(host(a.client_addr), 'local'), \
             pg_catalog.to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS \"UTC\"'), \
             false FROM pg_catalog.pg_locks AS l \
             LEFT JOIN pg_catalog.pg_stat_activity AS a USING (pid) \
             WHERE ({any}) AND l.pid <> pg_catalog.pg_backend_pid() LIMIT 1"
        )
    }
}

impl TaskLock {
    /// Asks for the locks of a task that works on these modules, without waiting.
    ///
    /// # Errors
    ///
    /// When there is no connection, or the server refuses.
    pub async fn acquire(
        endpoint: &Endpoint,
        ledger: &Ledger,
        task: &str,
        modules: &[String],
    ) -> anyhow::Result<Locking> {
        let session = endpoint.open().await?;
        let own = ledger.lock_key("task", task);
        let work = ledger.lock_key("task-work", task);
        let shares = std::iter::once(work).chain(
            modules
                .iter()
                .map(|module| ledger.lock_key("module", module)),
        );
        let shares: Vec<String> = shares
            .map(|key| format!("pg_catalog.pg_try_advisory_xact_lock_shared({key})"))
            .collect();
        let shares = format!("SELECT {}", shares.join(", "));
        let is_wanted = ledger.wanted(modules);
        let sql = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED;\n\
             SELECT 'settings', pg_catalog.set_config(name, '0', true) \
               FROM pg_catalog.pg_settings WHERE name IN ('idle_in_transaction_session_timeout', \
               'transaction_timeout', 'statement_timeout');\n\
             SELECT 'lock', pg_catalog.pg_try_advisory_xact_lock({own});\n\
             {busy};\n{is_wanted};\n{shares}",
            busy = ledger.holders("busy", [own, work].into_iter()),
        );
        let messages = session
            .client()
            .simple_query(&sql)
            .await
            .context("could not ask for the task's lock")?;
        let mut granted = false;
        let mut busy = None;
        for message in messages {
            let SimpleQueryMessage::Row(row) = message else {
                continue;
            };
            match row.get(0) {
                Some("lock") => granted = row.get(1) == Some("t"),
                Some("busy") => busy = Some(read_holder(&row)),
                _ => {}
            }
        }
        let lock = Self {
            session,
            is_wanted,
            shares,
        };
        if !granted || busy.is_some() {
            lock.release().await;
            return Ok(Locking::Busy(busy.unwrap_or_default()));
        }
        // Looked for after the shares are held: a migration looks the other way round.
        match lock.wanted().await? {
            Some(holder) => {
                lock.release().await;
                Ok(Locking::Migrating(holder))
            }
            None => Ok(Locking::Taken(Box::new(lock))),
        }
    }

    /// Returns a lock that holds nothing, for who only looks: what it undoes is in nobody's way for
    /// longer than PostgreSQL itself says.
    ///
    /// # Errors
    ///
    /// When there is no connection.
    pub async fn nothing(
        endpoint: &Endpoint,
        ledger: &Ledger,
        modules: &[String],
    ) -> anyhow::Result<Self> {
        Ok(Self {
            session: endpoint.open().await?,
            is_wanted: ledger.wanted(modules),
            shares: "SELECT true".to_owned(),
        })
    }

    /// Returns who is about to change one of the modules.
    ///
    /// # Errors
    ///
    /// When the connection is lost.
    pub async fn wanted(&self) -> anyhow::Result<Option<Holder>> {
        let messages = self
            .session
            .client()
            .simple_query(&self.is_wanted)
            .await
            .context("could not look for migrations")?;
        Ok(messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) if row.get(0) == Some("wanted") => Some(read_holder(row)),
            _ => None,
        }))
    }

    /// Returns the statement with which a transaction that works shares the locks.
    #[must_use]
    pub fn share(&self) -> &str {
        &self.shares
    }

    /// Returns the statement with which a session that works outside transactions shares the locks.
    #[must_use]
    pub fn share_for_session(&self) -> String {
        self.shares.replace("_xact_lock_", "_lock_")
    }

    /// Whether the connection that holds the locks is gone.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.session.client().is_closed()
    }

    /// Gives the locks back.
    pub async fn release(self) {
        // Its end frees the locks in any case: there is nothing to do about an error here.
        let rollback = self.session.client().batch_execute("ROLLBACK");
        tokio::time::timeout(FAREWELL, rollback).await.ok();
        self.session.close().await;
    }
}
