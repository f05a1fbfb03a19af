//! Statements that took time, and those that take it now.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::reader::Reader;
use super::texts::statement;

/// What statements are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// All the time they took.
    Total,
    /// The time of one call.
    Mean,
    /// How often they were called.
    Calls,
}

impl By {
    fn column(self) -> &'static str {
        match self {
            Self::Total => "total_ms",
            Self::Mean => "mean_ms",
            Self::Calls => "s.calls",
        }
    }
}

/// A statement, its values left out, as `pg_stat_statements` has it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Statement {
    /// The server's number for it.
    pub query_id: Option<String>,
    /// Who ran it.
    pub role: String,
    /// Its text; `None` where the role may not see it.
    #[serde(default, deserialize_with = "statement")]
    pub query: Option<String>,
    /// How often.
    pub calls: i64,
    /// Rows that were read or changed.
    pub rows: i64,
    /// All calls.
    pub total_ms: f64,
    /// One call.
    pub mean_ms: f64,
    /// The slowest call.
    pub max_ms: f64,
    /// Blocks that were in memory, of all.
    pub hit_ratio: Option<f64>,
    /// Its part of the time of all statements in this database.
    pub part_of_total: Option<f64>,
}

/// A statement at work.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Running {
    /// The server's process.
    pub pid: i32,
    /// Whose.
    pub role: Option<String>,
    /// What the client calls itself.
    pub application: Option<String>,
    /// `active`.
    pub state: Option<String>,
    /// Its text; `None` where the role may not see it.
    #[serde(default, deserialize_with = "statement")]
    pub query: Option<String>,
    /// For how long.
    pub running_ms: f64,
    /// What it waits for.
    pub wait_event_type: Option<String>,
    /// The same, exactly.
    pub wait_event: Option<String>,
}

/// What took time.
#[derive(Clone, Debug)]
pub struct Queries {
    /// Since the statistics began.
    pub statements: Vec<Statement>,
    /// Now, the longest first.
    pub running: Vec<Running>,
}

impl Queries {
    /// Reads both; `running` is from how many seconds on.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn read(
        reader: &mut Reader<'_>,
        by: By,
        limit: u32,
        running: u32,
    ) -> anyhow::Result<Self> {
        let statements = match reader.facts().statements_schema.clone() {
            None => {
                reader.skip(
                    STATEMENTS,
                    "the extension pg_stat_statements is not in this database",
                );
                Vec::new()
            }
            Some(schema) => {
                let limit = match limit {
                    0 => "ALL".to_owned(),
                    limit => limit.to_string(),
                };
                let sql = include_str!("queries/statements.sql")
                    .replace("{schema}", &schema)
                    .replace("{order}", by.column())
                    .replace("{limit}", &limit);
                reader.read(STATEMENTS, &sql).await?
            }
        };
        let sql = include_str!("queries/running.sql").replace("{seconds}", &running.to_string());
        let found = Self {
            statements,
            running: reader.read("running statements", &sql).await?,
        };
        let hidden = found
            .statements
            .iter()
            .any(|one: &Statement| one.query.is_none());
        if hidden {
            reader.skip(
                "texts of statements",
                "those of other roles are hidden: needs pg_read_all_stats",
            );
        }
        reader.note_hidden_sessions("running statements");
        Ok(found)
    }
}

const STATEMENTS: &str = "statements since the statistics began";
