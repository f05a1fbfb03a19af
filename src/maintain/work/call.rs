//! Calls a function, in a transaction, or a procedure, which may commit.

use super::super::limits::Yield;
use super::super::trouble::Trouble;
use super::super::worker::{Answer, Worker};
use super::Item;
use crate::error::Failure;
use crate::sql::quote_literal;

/// Calls it. What a function returns counts as rows, where it is one whole number.
pub(super) async fn run(worker: &mut Worker<'_>, call: &str) -> Result<(), Trouble> {
    if is_procedure(worker, call).await? {
        worker.outside_transactions().await?;
        worker
            .alone(&format!("CALL {call}"), Yield::Interrupt)
            .await?;
        worker.tally.batches += 1;
        return Ok(());
    }
    let answer = worker.transaction(&select(call), Yield::Interrupt).await?;
    worker.tally.rows = number(&answer);
    worker.tally.batches += 1;
    Ok(())
}

/// Calls a function and undoes what it did; a procedure cannot be undone, and is only named.
pub(super) async fn preview(worker: &mut Worker<'_>, call: &str) -> Result<Vec<Item>, Trouble> {
    let (action, rows) = if is_procedure(worker, call).await? {
        ("would be called", None)
    } else {
        let answer = worker.rehearse(&select(call)).await?;
        ("was called, and undone", number(&answer))
    };
    Ok(vec![Item {
        object: call.to_owned(),
        action: action.to_owned(),
        rows,
    }])
}

fn select(call: &str) -> String {
    // A comment at the end of the call may not take along what follows.
    format!("SELECT * FROM {call}\n")
}

fn number(answer: &Answer) -> Option<u64> {
    match &*answer.rows {
        [row] if row.len() == 1 => row.get(0)?.parse().ok(),
        _ => None,
    }
}

/// Asks the server what stands before the parenthesis.
async fn is_procedure(worker: &Worker<'_>, call: &str) -> Result<bool, Trouble> {
    let name = call.split_once('(').map_or(call, |(name, _)| name).trim();
    let sql = format!(
        "SELECT DISTINCT p.prokind FROM pg_catalog.pg_proc AS p \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace, \
         pg_catalog.parse_ident({}) AS name \
         WHERE p.proname = name[pg_catalog.cardinality(name)]::pg_catalog.name \
         AND CASE WHEN pg_catalog.cardinality(name) > 1 THEN n.nspname = name[1]::pg_catalog.name \
             ELSE true END",
        quote_literal(name)
    );
    let rows = worker.ask(&sql).await?;
    if rows.is_empty() {
        return Err(Failure::new(format!("there is no function `{name}`"))
            .hint("It comes with a migration: `crmdb migrate status` says what is applied.")
            .into());
    }
    Ok(rows.iter().all(|row| row.get(0) == Some("p")))
}
