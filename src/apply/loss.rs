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

use super::failure::DATA_LOSS;
use crate::error::Failure;
use crate::ledger::Ledger;
use crate::plan::{Action, Plan, Settings, Step};
use crate::sql::quote_literal;
use targets::{Target, Targets};

/// What to do about it, in every message.
const HINT: &str = "Save what is needed, or add `--allow-data-loss` if it may go.";

/// What a step's transaction checks before and after its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// Nothing can be lost, or may be.
    None,
    /// These.
    Named(Vec<Target>),
    /// Everything but the ledger, whose quoted schema this is.
    Whole(String),
}

impl Guard {
    /// Returns the guard of a step.
    pub fn of(step: &Step, ledger: &Ledger, allow_data_loss: bool) -> Self {
        if allow_data_loss || step.action == Action::Apply {
            return Self::None;
        }
        let targets = Targets::of(step);
        if targets.more {
            Self::Whole(ledger.schema().to_owned())
        } else if targets.named.is_empty() {
            Self::None
        } else {
            Self::Named(targets.named)
        }
    }

    /// Statements before the step's text.
    pub fn before(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Named(targets) => Some(named(targets)),
            Self::Whole(ledger) => Some(format!(
                include_str!("loss_before.sql"),
                ledger = quote_literal(ledger)
            )),
        }
    }

    /// Statements after the step's text.
    pub fn after(&self) -> Option<String> {
        match self {
            Self::None | Self::Named(_) => None,
            Self::Whole(_) => Some(format!(include_str!("loss_after.sql"), state = DATA_LOSS)),
        }
    }
}

/// Returns the targets as rows of a VALUES list: number, table, column, with referrers.
fn values(targets: &[Target]) -> String {
    let rows = targets.iter().enumerate().map(|(index, target)| {
        let column = target.column.as_deref().map(quote_literal);
        format!(
            "({index}, {}, {}, {})",
            quote_literal(&target.table),
            column.as_deref().unwrap_or("NULL::text"),
            target.with_referrers
        )
    });
    rows.collect::<Vec<_>>().join(", ")
}

/// Returns the block that locks each table and fails if it would lose something.
fn named(targets: &[Target]) -> String {
    format!(
        include_str!("loss_named.sql"),
        values = values(targets),
        state = DATA_LOSS
    )
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
    if there.is_empty() {
        return Ok(());
    }
    let filled = rows(client, settings, &with_values(&there)).await?;
    let mut items: Vec<Failure> = filled.iter().map(|row| Failure::new(&row[0])).collect();
    if items.is_empty() {
        return Ok(());
    }
    items.dedup();
    let mut failure = Failure::new("rolling back would lose data, and nothing was done").hint(HINT);
    failure.items = items;
    Err(failure.into())
}

/// Returns the query for those targets that exist: table and column, quoted.
fn present(targets: &Targets) -> String {
    let schemas = targets.schemas.iter().map(|name| quote_literal(name));
    let named = if targets.named.is_empty() {
        "(0, NULL, NULL, false)".to_owned()
    } else {
        values(&targets.named)
    };
    format!(
        include_str!("loss_present.sql"),
        values = named,
        schemas = schemas.collect::<Vec<_>>().join(", ")
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
