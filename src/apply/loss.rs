//! `down` does not drop rows or values unless it was told to.
//!
//! What a down text drops is read from its statements, and checked twice: for all steps before
//! anything is done, so that one answer names everything; and again inside each transaction, under
//! the table's lock, where nobody can add a row any more. A text that can drop anything (DO, a
//! function, CASCADE) is compared by what it did: tables with rows before that are gone after.

mod targets;

use anyhow::Context as _;
use tokio_postgres::error::DbError;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::error::Failure;
use crate::ledger::Ledger;
use crate::plan::{Action, Plan, Settings, Step};
use crate::sql::quote_literal;
use targets::{Target, Targets};

/// What to do about it, in every message.
const HINT: &str = "Save what is needed, or add `--allow-data-loss` if it may go.";

/// How many tables one query looks at.
const TABLES_A_QUERY: usize = 100;

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
        if allow_data_loss || step.action != Action::RollBack {
            return Self::default();
        }
        let schema = ledger.schema();
        let targets = Targets::of(step);
        if targets.more {
            Self {
                before: Some(format!("SELECT {schema}.note_rows()")),
                after: Some(format!("SELECT {schema}.refuse_lost_rows()")),
            }
        } else if targets.named.is_empty() {
            Self::default()
        } else {
            let (tables, columns) = arrays(&targets.named);
            Self {
                before: Some(format!("SELECT {schema}.refuse_loss({tables}, {columns})")),
                after: None,
            }
        }
    }
}

/// Returns the tables of targets, and their columns or NULL, as SQL arrays.
fn arrays(targets: &[Target]) -> (String, String) {
    let tables = targets.iter().map(|target| quote_literal(&target.table));
    let columns = targets.iter().map(|target| match &target.column {
        Some(column) => quote_literal(column),
        None => "NULL".to_owned(),
    });
    (array("text", tables), array("text", columns))
}

/// Returns literals as a SQL array.
fn array(of: &str, literals: impl Iterator<Item = String>) -> String {
    let literals: Vec<String> = literals.collect();
    format!("ARRAY[{}]::pg_catalog.{of}[]", literals.join(", "))
}

/// Returns the failure of a step whose guard spoke.
pub(super) fn refused(step: &Step, error: &DbError) -> Failure {
    let mut failure = Failure::new(error.message()).at(&step.label).hint(HINT);
    failure.sqlstate = None;
    failure
}

/// Refuses a plan whose steps would drop rows or values that they name, all of them at once.
///
/// What they do not name shows only when they run.
///
/// # Errors
///
/// The refusal; or when the server cannot be asked.
pub async fn refuse_loss(client: &Client, plan: &Plan, settings: &Settings) -> anyhow::Result<()> {
    let mut targets = Targets::default();
    for step in &plan.steps {
        if step.action == Action::RollBack {
            let of_step = Targets::of(step);
            targets.named.extend(of_step.named);
            targets.schemas.extend(of_step.schemas);
        }
    }
    if targets.named.is_empty() && targets.schemas.is_empty() {
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

/// Returns the query for those targets that have something stored: table and column, quoted.
fn present(targets: &Targets) -> String {
    let (tables, columns) = arrays(&targets.named);
    let referrers = targets.named.iter().map(|t| t.with_referrers.to_string());
    let schemas = targets.schemas.iter().map(|name| quote_literal(name));
    format!(
        include_str!("loss/present.sql"),
        tables = tables,
        columns = columns,
        referrers = array("bool", referrers),
        schemas = array("text", schemas)
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
