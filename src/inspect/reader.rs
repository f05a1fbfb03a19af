//! One read-only transaction; each statement for itself.

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::sql::quote_literal;

/// Reading waits for nobody, and ends.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = ''; SET LOCAL statement_timeout = '30s'; SET LOCAL lock_timeout = '1s';
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL quote_all_identifiers = off; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY';
SET LOCAL standard_conforming_strings = on; SET LOCAL extra_float_digits = 1; SET LOCAL jit = off";

/// What was not looked at, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotChecked {
    /// The check or the part of a report.
    pub check: String,
    /// Why.
    pub reason: String,
}

/// What there is to be read from, and as whom.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Facts {
    /// The database.
    pub database: String,
    /// The role that reads.
    pub role: String,
    /// `server_version_num`.
    pub version: u32,
    /// Rows and scans are counted.
    pub track_counts: bool,
    /// What sessions do is kept.
    pub track_activities: bool,
    /// The role sees what sessions of others do.
    pub reads_all_stats: bool,
    /// The role sees every statistic of the planner.
    pub is_superuser: bool,
    /// Since when there are statistics, in UTC, where that is known.
    pub stats_since: Option<String>,
    /// The age of the statistics.
    pub stats_seconds: Option<f64>,
    /// The quoted schema of pg_stat_statements.
    pub statements_schema: Option<String>,
    /// The quoted schema of pgstattuple, where the role may use it.
    pub tuple_schema: Option<String>,
}

/// Which objects are looked at.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The schema of the ledger, which is left out.
    pub ledger: String,
    /// Only these schemas.
    pub schemas: Option<Vec<String>>,
}

/// The rows of a statement, and why some are not among them.
pub(super) struct Rows {
    /// Each as a JSON text.
    pub(super) texts: Vec<String>,
    /// Of each table that was left out.
    pub(super) left_out: Vec<String>,
}

/// A table that others may not read now.
#[derive(Deserialize)]
struct Locked {
    oid: i64,
    name: String,
    /// The table, or the part of it, that is locked.
    locked: String,
    holder: String,
    granted: bool,
}

impl Locked {
    fn reason(&self) -> String {
        let Self { name, locked, .. } = self;
        let part = if name == locked {
            String::new()
        } else {
            format!("{locked}, a part of ")
        };
        let does = if self.granted {
            "has locked"
        } else {
            "waits to lock"
        };
        format!("{} {does} {part}{name}", self.holder)
    }
}

/// Reads in one transaction.
pub struct Reader<'a> {
    client: &'a Client,
    ledger: String,
    ours: String,
    facts: Facts,
    not_checked: Vec<NotChecked>,
}

/// What an index wastes, where it can be measured.
const MEASURED: &str = "(SELECT CASE WHEN x.leaf_pages > 0
        THEN x.index_size - x.leaf_pages * e.page * x.avg_leaf_density / e.fill_factor
        ELSE x.index_size END FROM {schema}.pgstatindex(e.index::pg_catalog.regclass) AS x)";

impl<'a> Reader<'a> {
    /// Begins the transaction, and finds out what the role may see.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn begin(client: &'a Client, scope: &Scope) -> anyhow::Result<Self> {
        let schemas = match &scope.schemas {
            None => String::new(),
            Some(schemas) => {
                let names: Vec<String> = schemas.iter().map(|name| quote_literal(name)).collect();
                format!("AND n.nspname IN ({})", names.join(", "))
            }
        };
        let ours = include_str!("queries/ours.sql").replace("{schemas}", &schemas);
        client
            .batch_execute(BEGIN)
            .await
            .context("could not begin to read")?;
        let mut reader = Self {
            client,
            ledger: quote_literal(&scope.ledger),
            ours,
            facts: Facts::default(),
            not_checked: Vec::new(),
        };
        let facts = reader.rows(include_str!("queries/facts.sql"), &[]).await;
        let facts = facts.context("could not read the server's settings")?;
        let row = facts
            .first()
            .context("the server does not tell its settings")?;
        reader.facts = serde_json::from_str(row)?;
        Ok(reader)
    }

    /// What there is to be read from.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Notes that something was not looked at.
    pub fn skip(&mut self, check: &str, reason: impl Into<String>) {
        let reason = reason.into();
        let known = |one: &NotChecked| one.check == check && one.reason == reason;
        if !self.not_checked.iter().any(known) {
            self.not_checked.push(NotChecked {
                check: check.to_owned(),
                reason,
            });
        }
    }

    /// Reads rows; what the server refuses is noted as not checked, and has no rows.
    ///
    /// # Errors
    ///
    /// When the connection is gone, or a row is none that was expected.
    pub async fn read<T: DeserializeOwned>(
        &mut self,
        check: &str,
        sql: &str,
    ) -> anyhow::Result<Vec<T>> {
        Ok(self.read_if(check, sql).await?.unwrap_or_default())
    }

    /// The same; what the server refuses is `None`.
    ///
    /// # Errors
    ///
    /// As those of [`Self::read`].
    pub async fn read_if<T: DeserializeOwned>(
        &mut self,
        check: &str,
        sql: &str,
    ) -> anyhow::Result<Option<Vec<T>>> {
        let rows = match self.texts(sql).await? {
            Ok(rows) => rows,
            Err(reason) => {
                self.skip(check, reason);
                return Ok(None);
            }
        };
        for reason in rows.left_out {
            self.skip(check, reason);
        }
        let rows: anyhow::Result<Vec<T>> = rows
            .texts
            .iter()
            .map(|row| {
                serde_json::from_str(row).with_context(|| {
                    format!("could not understand what the server says of {check}")
                })
            })
            .collect();
        rows.map(Some)
    }

    /// Reads rows, each as a JSON text, or why the server refuses.
    ///
    /// A statement that reads from `free` waits for the locks of others. It does not see what is
    /// locked; what was locked in between is left out the second time.
    pub(super) async fn texts(&self, sql: &str) -> anyhow::Result<Result<Rows, String>> {
        let is_waiting = sql.contains("FROM free ");
        let mut tries = if is_waiting { 2 } else { 1 };
        loop {
            tries -= 1;
            let mut locked: Vec<Locked> = Vec::new();
            if is_waiting {
                let rows = self.rows(include_str!("queries/locked.sql"), &[]).await;
                let rows = rows.context("could not read what is locked")?;
                for row in &rows {
                    locked.push(serde_json::from_str(row)?);
                }
            }
            let error = match self.rows(sql, &locked).await {
                Ok(texts) => {
                    let left_out = locked.iter().map(Locked::reason).collect();
                    return Ok(Ok(Rows { texts, left_out }));
                }
                Err(error) => error,
            };
            let Some(server) = error.as_db_error().filter(|_| !self.client.is_closed()) else {
                return Err(error).context("could not inspect the database");
            };
            let reason = format!("{} ({})", server.message(), server.code().code());
            let back = self.client.batch_execute("ROLLBACK TO SAVEPOINT crmdb");
            back.await.context("could not go on inspecting")?;
            if tries == 0 || *server.code() != SqlState::LOCK_NOT_AVAILABLE {
                return Ok(Err(reason));
            }
        }
    }

    /// Runs a statement in `WITH ours`, which holds the relations that are looked at, and `free`,
    /// those that nobody has locked.
    async fn rows(
        &self,
        sql: &str,
        locked: &[Locked],
    ) -> Result<Vec<String>, tokio_postgres::Error> {
        let locked: Vec<String> = locked.iter().map(|one| one.oid.to_string()).collect();
        let message = format!(
            "SAVEPOINT crmdb; WITH ours AS (\n{}), free AS MATERIALIZED (SELECT * FROM ours AS c \
             WHERE c.oid <> ALL ('{{{}}}'::pg_catalog.oid[])) SELECT pg_catalog.to_json(r) FROM (\n{sql}\n) AS r; \
             RELEASE SAVEPOINT crmdb",
            self.ours,
            locked.join(",")
        )
        .replace("{ledger}", &self.ledger)
        .replace("{measured}", &self.measured());
        let messages = self.client.simple_query(&message).await?;
        Ok(messages
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            })
            .collect())
    }

    fn measured(&self) -> String {
        match &self.facts.tuple_schema {
            Some(schema) => MEASURED.replace("{schema}", schema),
            None => "NULL::float8".to_owned(),
        }
    }

    /// Ends the transaction, and returns what was not looked at.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn end(self) -> anyhow::Result<Vec<NotChecked>> {
        let end = self.client.batch_execute("COMMIT").await;
        end.context("could not end reading")?;
        Ok(self.not_checked)
    }
}

impl Reader<'_> {
    /// Notes where sessions of other roles cannot be seen.
    pub(super) fn note_hidden_sessions(&mut self, check: &str) {
        if !self.facts.track_activities {
            self.skip(check, "track_activities is off");
        } else if !self.facts.reads_all_stats {
            self.skip(
                check,
                "what sessions of other roles do is hidden: needs pg_read_all_stats",
            );
        }
    }
}
