//! What a statement is, as far as running it, resuming it and undoing it needs to know.

use std::fmt;

use super::quote_ident;

/// What crmdb has to know about a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: it runs in a transaction, and takes no stored rows away.
    Plain,
    /// It can do anything, dropping included: DO, CALL, EXECUTE, SELECT, WITH, DROP … CASCADE.
    Opaque,
    /// Begins, ends or marks a transaction; the words, as `START TRANSACTION`.
    TransactionControl(&'static str),

    /// `CREATE INDEX CONCURRENTLY`.
    CreateIndexConcurrently {
        /// Its name, in the schema of the table; `None` leaves the choice to the server.
        index: Option<String>,
        /// The table.
        table: Name,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP INDEX CONCURRENTLY`.
    DropIndexConcurrently {
        /// The indexes.
        indexes: Vec<Name>,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `REINDEX … CONCURRENTLY`.
    ReindexConcurrently {
        /// What the name names.
        scope: ReindexScope,
        /// The name; absent for the current database.
        name: Option<Name>,
    },
    /// `ALTER TABLE … DETACH PARTITION … CONCURRENTLY`.
    DetachPartitionConcurrently {
        /// The partitioned table.
        table: Name,
        /// The partition.
        partition: Name,
    },
    /// Another statement that cannot run in a transaction; the words, as `VACUUM`.
    Standalone(&'static str),

    /// `DROP TABLE`.
    DropTables {
        /// The tables.
        tables: Vec<Name>,
        /// `CASCADE`: may take columns of the tables' types along.
        cascade: bool,
    },
    /// `ALTER TABLE` with at least one `DROP COLUMN`.
    DropColumns {
        /// The table.
        table: Name,
        /// The columns, in the statement's order.
        columns: Vec<String>,
        /// `CASCADE` on one of them.
        cascade: bool,
    },
    /// `TRUNCATE`.
    Truncate {
        /// The tables.
        tables: Vec<Name>,
        /// `CASCADE`: empties the tables that refer to these too.
        cascade: bool,
    },
    /// `DROP SCHEMA … CASCADE`.
    DropSchemasCascade {
        /// The schemas.
        schemas: Vec<String>,
    },
}

impl Kind {
    /// Names the statement when PostgreSQL refuses it in a transaction block.
    #[must_use]
    pub fn outside_transactions(&self) -> Option<&'static str> {
        match self {
            Self::CreateIndexConcurrently { .. } => Some("CREATE INDEX CONCURRENTLY"),
            Self::DropIndexConcurrently { .. } => Some("DROP INDEX CONCURRENTLY"),
            Self::ReindexConcurrently { .. } => Some("REINDEX CONCURRENTLY"),
            Self::DetachPartitionConcurrently { .. } => Some("DETACH PARTITION CONCURRENTLY"),
            Self::Standalone(words) => Some(words),
            Self::Plain
            | Self::Opaque
            | Self::TransactionControl(_)
            | Self::DropTables { .. }
            | Self::DropColumns { .. }
            | Self::Truncate { .. }
            | Self::DropSchemasCascade { .. } => None,
        }
    }
}

/// What `REINDEX` is told to rebuild.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReindexScope {
    /// One index.
    Index,
    /// The indexes of a table.
    Table,
    /// Those of a schema.
    Schema,
    /// Those of the current database.
    Database,
}

/// A name as the catalog has it: unquoted parts in lower case, quotes and escapes undone, cut to
/// 63 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// The schema, when the statement says it.
    pub schema: Option<String>,
    /// The name itself.
    pub name: String,
}

impl Name {
    /// Returns the name as SQL.
    #[must_use]
    pub fn sql(&self) -> String {
        let name = quote_ident(&self.name);
        match &self.schema {
            Some(schema) => format!("{}.{name}", quote_ident(schema)),
            None => name,
        }
    }
}

/// For people: quoted where it is no plain identifier. SQL text is built with `quote_ident`.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.schema.iter() {
            write!(f, "{}.", readable(part))?;
        }
        f.write_str(&readable(&self.name))
    }
}

fn readable(part: &str) -> std::borrow::Cow<'_, str> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if part.starts_with(|c: char| !c.is_ascii_digit()) && part.chars().all(plain) {
        part.into()
    } else {
        quote_ident(part).into()
    }
}
