//! Brings generated rows into their tables, over several connections.
//!
//! A table is one transaction: it is there as a whole, or not at all. It begins when its parents
//! are there. A thread for each connection makes the rows, and the connection sends them.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::stream::FuturesUnordered;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::sync::mpsc;
use tokio_postgres::error::SqlState;

use super::copy::{self, CHUNK, Writer};
use super::encode;
use super::existing::select;
use super::owners::Link;
use super::rows::Generator;
use super::run::keys;
use super::shortcuts;
use super::tables::Table;
use crate::connect::Session;
use crate::error::Failure;
use crate::ledger::{Ledger, loaded_statements};

/// How many pieces wait for the connection.
const PIECES: usize = 4;

/// How often a table is tried that met another one's locks.
const ATTEMPTS: u32 = 5;

/// What a load tells while it works.
#[derive(Debug)]
pub enum Loading<'a> {
    /// So many rows of all tables were sent by now, the last of this table.
    Sent(u64, &'a str),
    /// A table is there: its name, its rows, and how long it took.
    Loaded(&'a str, u64, Duration),
}

/// What every table is loaded with.
#[derive(Debug)]
pub struct Load {
    /// The rows.
    pub generator: Arc<Generator>,
    /// Where they are noted.
    pub ledger: Ledger,
    /// What they are made from, as in the ledger.
    pub run: String,
    /// Statements for each transaction, such as time-outs.
    pub settings: Vec<String>,
    sent: AtomicU64,
}

impl Load {
    /// Prepares a load.
    #[must_use]
    pub fn new(
        generator: Arc<Generator>,
        ledger: Ledger,
        run: String,
        settings: Vec<String>,
    ) -> Self {
        Self {
            generator,
            ledger,
            run,
            settings,
            sent: AtomicU64::new(0),
        }
    }

    /// Loads these tables; the parents of each are among them, or there already.
    ///
    /// # Errors
    ///
    /// When a table cannot be loaded; those that were told of as loaded are there.
    pub async fn tables(
        &self,
        sessions: &[Session],
        tables: &[usize],
        listen: &mut dyn FnMut(Loading<'_>),
    ) -> Result<(), Failure> {
        let mut waiting: Vec<usize> = tables.to_vec();
        let mut missing: BTreeSet<usize> = tables.iter().copied().collect();
        let mut idle: Vec<&Session> = sessions.iter().collect();
        let mut work = FuturesUnordered::new();
        let mut tick = tokio::time::interval(Duration::from_millis(100));
        let mut last = String::new();
        loop {
            while let Some(session) = idle.pop() {
                let Some(next) = self.next(&waiting, &missing) else {
                    idle.push(session);
                    break;
                };
                let table = waiting.remove(next);
                last = self.generator.designs[table].table.title();
                work.push(self.table(session, table));
            }
            tokio::select! {
                done = work.next() => {
                    let Some(done) = done else { return self.all(&waiting) };
                    let (session, table, rows, took) = done?;
                    idle.push(session);
                    missing.remove(&table);
                    listen(Loading::Loaded(&self.generator.designs[table].table.title(), rows, took));
                }
                _ = tick.tick() => listen(Loading::Sent(self.sent.load(Ordering::Relaxed), &last)),
            }
        }
    }

    /// Whether no table is left.
    fn all(&self, waiting: &[usize]) -> Result<(), Failure> {
        let Some(first) = waiting.first() else {
            return Ok(());
        };
        let title = self.generator.designs[*first].table.title();
        Err(Failure::new(format!(
            "table `{title}` waits for tables that wait for it"
        )))
    }

    /// The largest of the tables that can begin.
    fn next(&self, waiting: &[usize], missing: &BTreeSet<usize>) -> Option<usize> {
        let ready = |table: usize| {
            // A key that stays NULL, as one of a circle does, waits for nothing.
            let links = &self.generator.designs[table].ties.links;
            let mut parents = self.generator.parents[table].iter().zip(links);
            parents.all(|(parent, link)| match parent {
                Some(parent) if *parent != table && *link != Link::Null => {
                    !missing.contains(parent)
                }
                _ => true,
            })
        };
        let ready = waiting
            .iter()
            .enumerate()
            .filter(|(_, table)| ready(**table));
        ready
            .max_by_key(|(_, table)| self.generator.layout.rows[**table].generated)
            .map(|(place, _)| place)
    }

    /// Loads one table.
    async fn table<'s>(
        &self,
        session: &'s Session,
        table: usize,
    ) -> Result<(&'s Session, usize, u64, Duration), Failure> {
        let started = Instant::now();
        let title = self.generator.designs[table].table.title();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut sent = 0;
            match self.attempt(session, table, &mut sent).await {
                Ok(rows) => return Ok((session, table, rows, started.elapsed())),
                Err(Trouble::Server(error)) => {
                    if !session.is_closed() {
                        session.client().batch_execute("ROLLBACK").await.ok();
                    }
                    let again = matches!(
                        error.code(),
                        Some(&SqlState::T_R_DEADLOCK_DETECTED | &SqlState::LOCK_NOT_AVAILABLE)
                    );
                    if !again || attempts >= ATTEMPTS {
                        return Err(session
                            .lost()
                            .unwrap_or_else(|| copy::failure(&title, &error)));
                    }
                    self.sent.fetch_sub(sent, Ordering::Relaxed);
                }
                Err(Trouble::Rows(failure)) => {
                    session.client().batch_execute("ROLLBACK").await.ok();
                    return Err(*failure);
                }
            }
        }
    }

    async fn attempt(
        &self,
        session: &Session,
        table: usize,
        sent: &mut u64,
    ) -> Result<u64, Trouble> {
        let client = session.client();
        let design = &self.generator.designs[table];
        let relation = &design.table.relation;
        let mut begin = "BEGIN".to_owned();
        for statement in &self.settings {
            begin += "; ";
            begin += statement;
        }
        client.batch_execute(&begin).await?;
        let parents = self.generator.parents[table].iter();
        let parents: Vec<Option<(&Table, u64)>> = parents
            .map(|parent| {
                let rows = &self.generator.layout.rows;
                parent.map(|at| (&self.generator.designs[at].table, rows[at].all()))
            })
            .collect();
        let expected = self.generator.layout.rows[table].generated;
        let is_superuser = session.parameter("is_superuser") == Some("on");
        let shortcuts =
            shortcuts::of(client, &design.table, &parents, expected, is_superuser).await?;
        client.batch_execute(&shortcuts.before.join("; ")).await?;
        let sink = client.copy_in(&copy::statement(design, relation)).await?;
        let mut sink = std::pin::pin!(sink);
        let mut pieces = self.pieces(table);
        while let Some(piece) = pieces.recv().await {
            let (bytes, rows) = piece.map_err(|failure| Trouble::Rows(Box::new(failure)))?;
            sink.send(Cursor::new(bytes)).await?;
            self.sent.fetch_add(rows, Ordering::Relaxed);
            *sent += rows;
        }
        let rows = sink.finish().await?;
        for check in &shortcuts.checks {
            client.batch_execute(&check.lock).await?;
            if !select(client, &check.orphan).await?.is_empty() {
                return Err(Trouble::Rows(Box::new(orphan(&design.table, &check.name))));
            }
        }
        client.batch_execute(&shortcuts.after.join("; ")).await?;
        // Triggers of the tables to come look into this one.
        client.batch_execute(&format!("ANALYZE {relation}")).await?;
        let end = loaded_statements(
            &self.ledger,
            relation,
            &keys(&self.generator, table),
            &self.run,
        );
        client.batch_execute(&format!("{end}; COMMIT")).await?;
        Ok(rows)
    }

    /// Makes the rows of a table in a thread of its own.
    fn pieces(&self, table: usize) -> mpsc::Receiver<Result<(Vec<u8>, u64), Failure>> {
        let (sender, receiver) = mpsc::channel(PIECES);
        let generator = Arc::clone(&self.generator);
        std::thread::spawn(move || {
            // Nobody listens any more once the connection has failed.
            let _ = make(&generator, table, &sender);
        });
        receiver
    }
}

type Piece = Result<(Vec<u8>, u64), Failure>;

/// Sends the pieces of a COPY, until nobody takes them.
fn make(
    generator: &Generator,
    table: usize,
    sender: &mpsc::Sender<Piece>,
) -> Result<(), mpsc::error::SendError<Piece>> {
    let mut writer = Writer::new(generator, table);
    let mut bytes = Vec::with_capacity(CHUNK + CHUNK / 8);
    let mut rows = 0;
    encode::header(&mut bytes);
    for number in 0..generator.layout.rows[table].generated {
        if let Err(failure) = writer.write(number, &mut bytes) {
            return sender.blocking_send(Err(failure));
        }
        rows += 1;
        if bytes.len() >= CHUNK {
            let full = std::mem::replace(&mut bytes, Vec::with_capacity(CHUNK + CHUNK / 8));
            sender.blocking_send(Ok((full, std::mem::take(&mut rows))))?;
        }
    }
    encode::trailer(&mut bytes);
    sender.blocking_send(Ok((bytes, rows)))
}

/// Says that a parent is not there: somebody else has deleted it.
fn orphan(table: &Table, key: &str) -> Failure {
    Failure::new(format!(
        "rows of `{}` refer to rows that are not there",
        table.title()
    ))
    .detail(format!("The foreign key `{key}` does not hold."))
    .hint("Somebody has deleted them meanwhile. `crmdb seed clear`, then generate again.")
}

/// Why an attempt failed.
enum Trouble {
    /// The server, or the way to it.
    Server(tokio_postgres::Error),
    /// A row that cannot be made.
    Rows(Box<Failure>),
}

impl From<tokio_postgres::Error> for Trouble {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}
