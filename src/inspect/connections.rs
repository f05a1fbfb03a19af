//! Who is connected, and what is left.

use serde::{Deserialize, Serialize};

use super::reader::Reader;
use super::texts::statement;

/// Connections that have role, database, application and state in common.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Group {
    /// Whose.
    pub role: Option<String>,
    /// To which database of the server.
    pub database: Option<String>,
    /// What the client calls itself.
    pub application: Option<String>,
    /// `active`, `idle`, `idle in transaction`; `hidden` where the role may not see it.
    pub state: String,
    /// How many.
    pub connections: i64,
    /// Over a network, and not encrypted.
    pub without_tls: i64,
    /// Since when the oldest is there.
    pub oldest_ms: Option<f64>,
}

/// How many connections there may be.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Limits {
    /// Of the server.
    pub max_connections: i64,
    /// Kept for superusers and roles that are named.
    pub reserved_connections: i64,
    /// On the whole server, now.
    pub connections: i64,
    /// `CONNECTION LIMIT` of the database.
    pub database_limit: Option<i64>,
    /// To this database, now.
    pub database_connections: i64,
    /// Its name.
    pub database: String,
}

/// A transaction that is open.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct OpenTransaction {
    /// The server's process.
    pub pid: i32,
    /// Whose.
    pub role: Option<String>,
    /// What the client calls itself.
    pub application: Option<String>,
    /// What the session does.
    pub state: Option<String>,
    /// For how long.
    pub open_ms: f64,
    /// For how long nothing was done in it.
    pub idle_ms: Option<f64>,
    /// The last statement; `None` where the role may not see it.
    #[serde(default, deserialize_with = "statement")]
    pub query: Option<String>,
}

/// Who is connected.
#[derive(Clone, Debug)]
pub struct Connections {
    /// The most first.
    pub groups: Vec<Group>,
    /// What is left.
    pub limits: Option<Limits>,
    /// Of this database, the oldest first.
    pub transactions: Vec<OpenTransaction>,
}

/// The statement for the limits.
pub(super) const LIMITS: &str = include_str!("queries/limits.sql");

/// The statement for open transactions.
pub(super) const TRANSACTIONS: &str = include_str!("queries/transactions.sql");

impl Connections {
    /// Reads them.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn read(reader: &mut Reader<'_>) -> anyhow::Result<Self> {
        let groups = include_str!("queries/connections.sql");
        let found = Self {
            groups: reader.read("connections", groups).await?,
            limits: reader.read("limits", LIMITS).await?.pop(),
            transactions: reader.read("open transactions", TRANSACTIONS).await?,
        };
        reader.note_hidden_sessions("connections");
        Ok(found)
    }
}
