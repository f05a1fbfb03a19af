//! `down` does not drop rows or values unless it was told to.
//!
//! What a down text drops is read from its statements, and checked twice: for all steps before
//! anything is done, so that one answer names everything; and again inside each transaction, under
//! the table's lock, where nobody can add a row any more. A text that can drop anything (DO, a
//! function, CASCADE) is compared by what it did: tables with rows before that are gone after.

use anyhow::Context as _;
use tokio_postgres::error::DbError;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::error::Failure;
use crate::ledger::Ledger;
use crate::plan::{Action, Plan, Settings, Step};
use crate::sql::{self, Kind, quote_literal};

/// What to do about it, in every message.
const HINT: &str = "Save what is needed, or add `--allow-data-loss` if it may go.";

/// How many tables one query looks at.
const TABLES_A_QUERY: usize = 100;

/// A table, or a column of it, that a text drops or empties.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Target {
    /// The table's name as SQL.
    table: String,
    column: Option<String>,
}

/// What a step's transaction checks before and after its text, as statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Guard {
    /// Before the step's text.
    pub before: Option<String>,
    /// After it.
    pub after: Option<String>,
}

impl Guard {
    /// Returns the guard of a step; the functions that it calls are the ledger's.
    pub fn of(step: &Step, ledger: &Ledger, allow_data_loss: bool) -> Self {
        if allow_data_loss || step.action == Action::Apply {
            return Self::default();
        }
        let schema = ledger.schema();
        match targets(step) {
            None => Self {
                before: Some(format!("SELECT {schema}.note_rows()")),
                after: Some(format!("SELECT {schema}.refuse_lost_rows()")),
            },
            Some(targets) if targets.is_empty() => Self::default(),
            Some(targets) => Self {
                before: Some(format!(
                    "SELECT {schema}.refuse_loss({}, {})",
                    array(targets.iter().map(|target| Some(target.table.as_str()))),
                    array(targets.iter().map(|target| target.column.as_deref())),
                )),
                after: None,
            },
        }
    }
}

/// Returns what a step's text drops; `None` when it could be anything.
fn targets(step: &Step) -> Option<Vec<Target>> {
    let mut targets = Vec::new();
    for statement in sql::split(&step.script).ok()? {
        match statement.kind {
            Kind::DropTables {
                tables,
                cascade: false,
            }
            | Kind::Truncate {
                tables,
                cascade: false,
            } => {
                targets.extend(tables.iter().map(|table| Target {
                    table: table.sql(),
                    column: None,
                }));
            }
            Kind::DropColumns {
                table,
                columns,
                cascade: false,
            } => {
                targets.extend(columns.into_iter().map(|column| Target {
                    table: table.sql(),
                    column: Some(column),
                }));
            }
            Kind::DetachPartitionConcurrently { .. }
            | Kind::Plain
            | Kind::TransactionControl(_)
            | Kind::CreateIndexConcurrently { .. }
            | Kind::DropIndexConcurrently { .. }
            | Kind::ReindexConcurrently { .. }
            | Kind::Standalone(_) => {}
            Kind::Opaque
            | Kind::DropTables { .. }
            | Kind::DropColumns { .. }
            | Kind::Truncate { .. }
            | Kind::DropSchemasCascade { .. } => return None,
        }
    }
    Some(targets)
}

/// Returns texts as a SQL array.
fn array<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> String {
    let literals = texts.map(|text| text.map_or_else(|| "NULL".to_owned(), quote_literal));
    format!("ARRAY[{}]::text[]", literals.collect::<Vec<_>>().join(", "))
}

/// Returns the failure of a step whose guard spoke.
pub(super) fn refused(step: &Step, error: &DbError) -> Failure {
    let mut failure = Failure::new(error.message()).at(&step.label).hint(HINT);
    failure.sqlstate = None;
    failure
}

/// Refuses a plan whose steps would drop rows or values, naming all of them at once.
///
/// # Errors
///
/// The refusal; or when the server cannot be asked.
pub async fn refuse_loss(client: &Client, plan: &Plan, settings: &Settings) -> anyhow::Result<()> {
    let steps = plan
        .steps
        .iter()
        .filter(|step| step.action == Action::RollBack);
    let targets: Vec<Target> = steps.filter_map(targets).flatten().collect();
    if targets.is_empty() {
        return Ok(());
    }
    let there = rows(client, settings, &present(&targets)).await?;
    let mut filled = Vec::new();
    // Each table looked at is locked to the end of its transaction, and locks are few.
    for some in there.chunks(TABLES_A_QUERY) {
        filled.extend(rows(client, settings, &with_values(some)).await?);
    }
    let items: Vec<Failure> = filled.iter().map(|row| Failure::new(&row[0])).collect();
    if items.is_empty() {
        return Ok(());
    }
    let mut failure = Failure::new("rolling back would lose data, and nothing was done").hint(HINT);
    failure.items = items;
    Err(failure.into())
}

/// Returns the query for those targets that exist and have something stored: table and column.
fn present(targets: &[Target]) -> String {
    format!(
        "SELECT DISTINCT c.oid::pg_catalog.regclass::text, pg_catalog.quote_ident(a.attname) \
         FROM ROWS FROM (pg_catalog.unnest({tables}), pg_catalog.unnest({columns})) \
           AS v (table_name, column_name) \
         JOIN pg_catalog.pg_class AS c \
           ON c.oid = pg_catalog.to_regclass(v.table_name) AND c.relkind IN ('r', 'p') \
         LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid \
           AND a.attname = v.column_name AND NOT a.attisdropped AND a.attgenerated = '' \
         WHERE (v.column_name IS NULL OR a.attname IS NOT NULL) \
           AND (c.relkind = 'p' OR pg_catalog.pg_relation_size(c.oid) > 0) ORDER BY 1, 2",
        tables = array(targets.iter().map(|target| Some(target.table.as_str()))),
        columns = array(targets.iter().map(|target| target.column.as_deref())),
    )
}

/// Returns the query for those tables that have rows, and those columns that have values.
fn with_values(there: &[Vec<String>]) -> String {
    let queries = there.iter().map(|row| {
        let (table, column) = (&row[0], &row[1]);
        if column.is_empty() {
            let text = quote_literal(&format!("table `{table}` has rows"));
            format!("SELECT {text} WHERE EXISTS (SELECT FROM {table})")
        } else {
            let text = quote_literal(&format!("column `{column}` of table `{table}` has values"));
            format!("SELECT {text} WHERE EXISTS (SELECT FROM {table} WHERE {column} IS NOT NULL)")
        }
    });
    queries.collect::<Vec<_>>().join(" UNION ALL ")
}

async fn rows(
    client: &Client,
    settings: &Settings,
    query: &str,
) -> anyhow::Result<Vec<Vec<String>>> {
    let path = settings.search_path_sql();
    let messages = client
        .simple_query(&format!(
            "BEGIN READ ONLY; SET LOCAL search_path = {path}; SET LOCAL row_security = off; \
             SELECT 'row', q.* FROM ({query}) AS q; COMMIT"
        ))
        .await;
    if messages.is_err() {
        client.batch_execute("ROLLBACK").await.ok();
    }
    let messages = messages.context("could not look for rows that would be lost")?;
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) if row.get(0) == Some("row") => Some(
            (1..row.len())
                .map(|column| row.get(column).unwrap_or_default().to_owned())
                .collect(),
        ),
        _ => None,
    });
    Ok(rows.collect())
}
