//! What vacuum has to do, and what keeps it from it.

use serde::{Deserialize, Serialize};

use super::reader::Reader;

/// How a table stands.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct TableVacuum {
    /// Its qualified name.
    pub name: String,
    /// Rows, by the statistics.
    pub live_rows: i64,
    /// Rows that are to be removed.
    pub dead_rows: i64,
    /// From how many on autovacuum comes, by the table's own settings.
    pub dead_threshold: i64,
    /// Autovacuum may come.
    pub autovacuum: bool,
    /// When somebody vacuumed it, in UTC.
    pub last_vacuum: Option<String>,
    /// When autovacuum did.
    pub last_autovacuum: Option<String>,
    /// When somebody analysed it.
    pub last_analyze: Option<String>,
    /// When autovacuum did.
    pub last_autoanalyze: Option<String>,
    /// Transactions since its oldest row that is not frozen, TOAST too.
    pub xid_age: i64,
    /// The same of multixacts.
    pub multixact_age: i64,
    /// From where on autovacuum freezes.
    pub freeze_max_age: i64,
    /// The same of multixacts.
    pub multixact_freeze_max_age: i64,
}

/// What keeps rows from being removed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Holder {
    /// Session, replication slot or prepared transaction.
    pub kind: String,
    /// Process, slot, or name.
    pub name: String,
    /// The process of a session.
    pub pid: Option<i32>,
    /// Transactions since then.
    pub age: Option<i64>,
    /// What it does.
    pub state: Option<String>,
    /// For how long.
    pub open_ms: Option<f64>,
    /// Whose.
    pub role: Option<String>,
}

/// A vacuum at work.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Progress {
    /// The server's process.
    pub pid: i32,
    /// The table, or its number in another database.
    pub table: Option<String>,
    /// Its database.
    pub database: Option<String>,
    /// What it does.
    pub phase: Option<String>,
    /// Blocks of the table.
    pub blocks_total: Option<i64>,
    /// Those that were read.
    pub blocks_scanned: Option<i64>,
    /// Those that were cleaned.
    pub blocks_vacuumed: Option<i64>,
    /// How often the indexes were gone through.
    pub index_rounds: Option<i64>,
}

/// What vacuum has to do.
#[derive(Clone, Debug)]
pub struct Vacuum {
    /// The most in need first.
    pub tables: Vec<TableVacuum>,
    /// The oldest first.
    pub holders: Vec<Holder>,
    /// At work.
    pub running: Vec<Progress>,
}

/// The statement for tables, which the checks use too.
pub(super) const TABLES: &str = include_str!("queries/vacuum.sql");

/// The statement for what holds back vacuum.
pub(super) const HOLDERS: &str = include_str!("queries/holders.sql");

impl Vacuum {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn read(reader: &mut Reader<'_>) -> anyhow::Result<Self> {
        if !reader.facts().track_counts {
            reader.skip("dead rows", "track_counts is off");
        }
        let running = include_str!("queries/progress.sql");
        let found = Self {
            tables: reader.read("tables", TABLES).await?,
            holders: reader.read("what holds back vacuum", HOLDERS).await?,
            running: reader.read("running vacuums", running).await?,
        };
        reader.note_hidden_sessions("what holds back vacuum");
        Ok(found)
    }
}
