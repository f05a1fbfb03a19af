//! The run lock: one runner at a time.
//!
//! A connection of its own holds `pg_try_advisory_xact_lock` in a READ COMMITTED transaction that
//! stays open and idle to the end of the run. It is polled, never waited for inside the server: a
//! waiter there holds a snapshot, and CREATE INDEX CONCURRENTLY of the holder would wait for it.
//! Idle between statements, the transaction has no snapshot either. It works through a transaction
//! pooler, where session locks are lost or left behind.
//!
//! A second number, the work lock, is held by each transaction that changes the database. When a
//! runner dies, its run lock is free at once, but its last statement may still run for a while: the
//! next runner waits until the work lock is free as well.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use super::Ledger;
use super::event::Head;
use crate::connect::{Endpoint, Session};
use crate::error::Failure;

/// Pauses between two attempts: they grow from the first to the second.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

/// How soon the server notices, while a statement runs, that its client has gone.
pub const CONNECTION_CHECK: &str = "500ms";

/// How long a server may take to hear that the lock is given back.
const FAREWELL: Duration = Duration::from_secs(5);

/// Who holds a lock that a run waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// Process id of its server process; as the pooler's, behind a pooler.
    pub pid: String,
    /// Its database user.
    pub user: String,
    /// Its address, or `local`.
    pub from: String,
    /// When its transaction began, by the server's clock.
    pub since: String,
    /// It is a run that has died, whose last statement still runs.
    pub orphan: bool,
    /// It is a maintenance task.
    pub is_task: bool,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = if self.is_task {
            "a maintenance task"
        } else if self.orphan {
            "the last statement of a run that has died"
        } else {
            "another crmdb run"
        };
        write!(
            f,
            "{what} (server process {}, user {}, from {}, since {})",
            self.pid, self.user, self.from, self.since
        )
    }
}

/// The run lock, held.
pub struct RunLock {
    session: Session,
    run_id: String,
    head: Option<Head>,
}

impl RunLock {
    /// Takes the run lock, waiting up to `patience` for another run to end, and for tasks that work
    /// on one of `modules`.
    ///
    /// `on_wait` hears once who is waited for.
    ///
    /// # Errors
    ///
    /// When the lock is not to be had in time, naming who holds it; when the server refuses.
    pub async fn acquire(
        endpoint: &Endpoint,
        ledger: &Ledger,
        ledger_exists: bool,
        modules: &[String],
        patience: Duration,
        on_wait: &mut dyn FnMut(&Holder),
    ) -> anyhow::Result<Self> {
        let session = endpoint.open().await?;
        let started = Instant::now();
        let mut pause = PAUSES.0;
        let mut told = false;
        loop {
            let attempt = attempt(session.client(), ledger, ledger_exists, modules)
                .await
                .context("could not ask for the run lock")?;
            let holder = match attempt {
                Attempt::Taken(taken) => {
                    let mut lock = Self {
                        session,
                        run_id: taken.run_id,
                        head: taken.head,
                    };
                    if taken.task.is_some() {
                        let left = patience.saturating_sub(started.elapsed());
                        lock.claim(ledger, modules, left, on_wait).await?;
                    }
                    return Ok(lock);
                }
                Attempt::Held(holder) => holder,
            };
            if started.elapsed() >= patience {
                return Err(Failure::new(format!(
                    "the run lock is held, and {} s did not free it",
                    patience.as_secs()
                ))
                .detail(format!("It is held by {holder}."))
                .hint(
                    "Let that run finish, or end it; `[timeouts] run_lock` in migrations.toml \
                     says how long to wait.",
                )
                .into());
            }
            if !std::mem::replace(&mut told, true) {
                on_wait(&holder);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    /// Announces the modules that the run will change, and waits up to `patience` for the tasks
    /// that work on them: they give way.
    ///
    /// # Errors
    ///
    /// When a task does not end in time, naming it; when the server refuses.
    pub async fn claim(
        &mut self,
        ledger: &Ledger,
        modules: &[String],
        patience: Duration,
        on_wait: &mut dyn FnMut(&Holder),
    ) -> anyhow::Result<()> {
        let started = Instant::now();
        let sql = ledger.announce(modules);
        let mut told = false;
        loop {
            let rows = super::read::rows(self.session.client(), &sql)
                .await
                .context("could not ask for the modules' locks")?;
            let Some(row) = rows.iter().find(|row| row.get(0) == Some("task")) else {
                return Ok(());
            };
            let holder = read_holder(row);
            if started.elapsed() >= patience {
                return Err(Failure::new(
                    "a maintenance task works on what is to be changed, and did not end in time",
                )
                .detail(format!("It is {holder}."))
                .hint("Let it finish, or end it; `crmdb maintain history` says which task it is.")
                .into());
            }
            if !std::mem::replace(&mut told, true) {
                on_wait(&holder);
            }
            tokio::time::sleep(PAUSES.0).await;
        }
    }

    /// The run's identity, a UUID made by the server.
    #[must_use]
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// The last row of the history when the lock was taken; `None` where there is no ledger.
    #[must_use]
    pub fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// Whether the connection that holds the lock still stands.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.session.client().is_closed()
    }

    /// Gives the lock back.
    pub async fn release(self) {
        // Its end frees the lock in any case: there is nothing to do about an error here.
        let rollback = self.session.client().batch_execute("ROLLBACK");
        tokio::time::timeout(FAREWELL, rollback).await.ok();
    }
}

struct Taken {
    run_id: String,
    head: Option<Head>,
    /// A task is at work on what the run will change.
    task: Option<Holder>,
}

enum Attempt {
    Taken(Taken),
    Held(Holder),
}

/// Returns a condition on `pg_locks AS l` that is true for the advisory lock `key`.
pub(super) fn is_lock(key: i64) -> String {
    let high = (key >> 32) & 0xffff_ffff;
    let low = key & 0xffff_ffff;
    format!(
        "l.locktype = 'advisory' AND l.granted AND l.classid = {high} AND l.objid = {low} \
         AND l.objsubid = 1 AND l.database = \
         (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())"
    )
}

async fn attempt(
    client: &Client,
    ledger: &Ledger,
    ledger_exists: bool,
    modules: &[String],
) -> Result<Attempt, tokio_postgres::Error> {
    // The savepoint gives back the lock on the table: the ledger may have to be upgraded.
    let head = if ledger_exists {
        format!(
            "SAVEPOINT head; SELECT 'head', seq, hash FROM {}.history ORDER BY seq DESC LIMIT 1; \
             ROLLBACK TO head",
            ledger.schema()
        )
    } else {
        format!(
            "SELECT 'absent' WHERE pg_catalog.to_regclass('{}.history') IS NULL",
            ledger.schema().replace('\'', "''")
        )
    };
    let messages = client
        .simple_query(&format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED;\n\
             SELECT 'settings', pg_catalog.set_config(name, '0', true) \
               FROM pg_catalog.pg_settings WHERE name IN ('idle_in_transaction_session_timeout', \
               'transaction_timeout', 'statement_timeout');\n\
             SELECT 'lock', pg_catalog.pg_try_advisory_xact_lock({key}), \
               pg_catalog.gen_random_uuid();\n\
             SELECT 'holder', a.pid, a.usename, coalesce(host(a.client_addr), 'local'), \
               pg_catalog.to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS \"UTC\"'), \
               {is_work} \
               FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a USING (pid) \
               WHERE ({is_run} OR {is_work}) AND l.pid <> pg_catalog.pg_backend_pid() \
               ORDER BY 6 LIMIT 1;\n\
             {announce};
{head}",
            announce = ledger.announce(modules),
            key = ledger.run_key,
            is_run = is_lock(ledger.run_key),
            is_work = is_lock(ledger.work_key),
        ))
        .await?;

    let mut taken = Taken {
        run_id: String::new(),
        head: ledger_exists.then(Head::default),
        task: None,
    };
    let mut granted = false;
    let mut absent = false;
    let mut holder = None;
    for message in messages {
        let SimpleQueryMessage::Row(row) = message else {
            continue;
        };
        let word = |column: usize| row.get(column).unwrap_or_default().to_owned();
        match row.get(0) {
            Some("lock") => {
                granted = row.get(1) == Some("t");
                taken.run_id = word(2);
            }
            Some("holder") => holder = Some(read_holder(&row)),
            Some("head") => {
                taken.head = Some(Head {
                    seq: word(1).parse().unwrap_or(0),
                    hash: word(2),
                });
            }
            Some("task") => taken.task = Some(read_holder(&row)),
            Some("absent") => absent = true,
            _ => {}
        }
    }
    if !ledger_exists && !absent {
        // Somebody made a ledger meanwhile: an empty head differs from "none", and is read anew.
        taken.head = Some(Head::default());
    }
    if granted && holder.is_none() {
        return Ok(Attempt::Taken(taken));
    }
    client.batch_execute("ROLLBACK").await?;
    Ok(Attempt::Held(holder.unwrap_or_default()))
}

pub(super) fn read_holder(row: &SimpleQueryRow) -> Holder {
    let word = |column: usize| row.get(column).unwrap_or_default().to_owned();
    Holder {
        pid: word(1),
        user: word(2),
        from: word(3),
        since: word(4),
        orphan: row.get(5) == Some("t"),
        is_task: row.get(0) == Some("task"),
    }
}

impl Ledger {
    /// Returns the statement with which a transaction takes the work lock, if it is free.
    ///
    /// It is free whenever the run lock is held, but for a runner whose run lock was lost without
    /// its knowing: then two may meet, and the key of the history lets one of them commit.
    #[must_use]
    pub fn take_work_lock(&self) -> String {
        format!(
            "SELECT pg_catalog.pg_try_advisory_xact_lock({})",
            self.work_key
        )
    }

    /// Returns the statements that take and give back the work lock for a session, for statements
    /// that cannot run in a transaction. The first one says `f` where it is not free.
    #[must_use]
    pub fn session_work_lock(&self) -> (String, String) {
        (
            format!("SELECT pg_catalog.pg_try_advisory_lock({})", self.work_key),
            format!("SELECT pg_catalog.pg_advisory_unlock({})", self.work_key),
        )
    }

    /// Returns a query with a row while some transaction holds the work lock.
    #[must_use]
    pub fn work_in_progress(&self) -> String {
        format!(
            "SELECT l.pid FROM pg_catalog.pg_locks AS l WHERE {}",
            is_lock(self.work_key)
        )
    }
}
