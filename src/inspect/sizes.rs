//! How large the tables are.

use serde::{Deserialize, Serialize};

use super::reader::Reader;

/// What the report reads, where it is not checked.
pub const SIZES: &str = "the sizes of tables";

/// A table with its partitions.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct TableSize {
    /// Its qualified name.
    pub name: String,
    /// Its schema.
    pub schema: String,
    /// Table, partitioned table, materialized view.
    pub kind: String,
    /// Partitions that hold rows; 1 for a table.
    pub parts: i64,
    /// An estimate.
    pub rows: Option<i64>,
    /// The rows alone.
    pub table_bytes: i64,
    /// All indexes.
    pub index_bytes: i64,
    /// Long values, with their index.
    pub toast_bytes: i64,
    /// All of it.
    pub total_bytes: i64,
    /// Rows that came since the statistics began.
    pub rows_inserted: i64,
    /// Rows that went since the statistics began.
    pub rows_deleted: i64,
}

/// The tables, the largest first, and the whole.
#[derive(Clone, Debug)]
pub struct Sizes {
    /// Each table that nobody has locked; `None` where they could not be read.
    pub tables: Option<Vec<TableSize>>,
    /// All that is in the database, the catalogs too; `None` where the role may not ask.
    pub database_bytes: Option<i64>,
}

#[derive(Deserialize)]
struct Whole {
    bytes: i64,
}

impl Sizes {
    /// Reads the sizes.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn read(reader: &mut Reader<'_>) -> anyhow::Result<Self> {
        let whole: Vec<Whole> = reader
            .read(
                "the size of the database",
                "SELECT pg_catalog.pg_database_size(pg_catalog.current_database()) AS bytes",
            )
            .await?;
        Ok(Self {
            tables: reader
                .read_if(SIZES, include_str!("queries/sizes.sql"))
                .await?,
            database_bytes: whole.first().map(|whole| whole.bytes),
        })
    }
}
