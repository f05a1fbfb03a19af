//! The indexes: how large they are, and how often they were used.

use serde::{Deserialize, Serialize};

use super::reader::Reader;

/// An index with its parts.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Index {
    /// Its qualified name.
    pub name: String,
    /// Its table.
    pub table: String,
    /// `btree` and so on.
    pub method: String,
    /// It keeps a key.
    pub is_unique: bool,
    /// The primary key.
    pub is_primary: bool,
    /// It can be used.
    pub is_valid: bool,
    /// As PostgreSQL writes it.
    pub definition: String,
    /// Indexes of partitions; 1 for a plain one.
    pub parts: i64,
    /// Its size.
    pub bytes: i64,
    /// Scans since the statistics began.
    pub scans: i64,
    /// Entries that these scans read.
    pub entries_read: i64,
}

impl Index {
    /// Reads those of tables that nobody has locked, the largest first; `None` where that cannot be done.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn read(reader: &mut Reader<'_>) -> anyhow::Result<Option<Vec<Self>>> {
        if !reader.facts().track_counts {
            reader.skip("scans of indexes", "track_counts is off");
        }
        let sql = include_str!("queries/indexes.sql");
        reader.read_if("indexes", sql).await
    }
}
