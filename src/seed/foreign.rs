//! What keeps rows from being generated: rights, row security, rows of others.

use std::collections::BTreeSet;

use anyhow::Context as _;
use tokio_postgres::Client;

use super::existing::select;
use super::rows::Generator;
use super::run::Before;
use crate::error::Failure;
use crate::ledger::{KEY_SETTINGS, Ledger, SeededRows};
use crate::printer::count;
use crate::sql::quote_literal;

/// Finds generated rows that the ledger has and the database has not, by their numbers in the ledger:
/// somebody has deleted them all, or rolled the table back.
///
/// # Errors
///
/// When the server refuses.
pub async fn vanished(
    client: &Client,
    ledger: &Ledger,
    seeded: &[SeededRows],
) -> anyhow::Result<BTreeSet<i64>> {
    let loaded = seeded
        .iter()
        .filter(|rows| rows.is_loaded && rows.count > 0);
    let loaded: Vec<(&SeededRows, String)> = loaded
        .filter_map(|rows| Some((rows, rows.condition(ledger)?)))
        .collect();
    if loaded.is_empty() {
        return Ok(BTreeSet::new());
    }
    let absent: Vec<String> = loaded
        .iter()
        .map(|(rows, _)| {
            format!(
                "SELECT {} WHERE pg_catalog.to_regclass({}) IS NULL",
                rows.id,
                quote_literal(&rows.relation)
            )
        })
        .collect();
    let mut gone = numbers(client, &absent).await?;
    let empty: Vec<String> = loaded
        .iter()
        .filter(|(rows, _)| !gone.contains(&rows.id))
        .map(|(rows, condition)| {
            format!(
                "SELECT {} WHERE NOT EXISTS (SELECT FROM {} WHERE {condition})",
                rows.id, rows.relation
            )
        })
        .collect();
    gone.extend(numbers(client, &empty).await?);
    Ok(gone)
}

/// The numbers that statements give.
async fn numbers(client: &Client, statements: &[String]) -> anyhow::Result<BTreeSet<i64>> {
    if statements.is_empty() {
        return Ok(BTreeSet::new());
    }
    let sql = format!(
        "BEGIN READ ONLY; {KEY_SETTINGS}; {}; COMMIT",
        statements.join(" UNION ALL ")
    );
    let rows = select(client, &sql).await;
    if rows.is_err() && !client.is_closed() {
        client.batch_execute("ROLLBACK").await.ok();
    }
    let rows = rows.context("could not look for the generated rows")?;
    Ok(rows
        .iter()
        .filter_map(|row| row.get(0)?.parse().ok())
        .collect())
}

/// Refuses tables that COPY cannot write to.
///
/// # Errors
///
/// The refusal, with each table.
pub fn refuse_unfit(generator: &Generator, wanted: &[usize]) -> Result<(), Failure> {
    let mut why = Vec::new();
    for table in wanted.iter().map(|table| &generator.designs[*table].table) {
        if !table.may_insert {
            why.push(format!("{}: no right to insert", table.title()));
        } else if table.row_security {
            why.push(format!(
                "{}: row security holds for this role, and COPY cannot go through it",
                table.title()
            ));
        }
    }
    if why.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{} cannot be filled by this role",
        count(why.len(), "table")
    ))
    .detail(why.join("\n"))
    .hint("Connect as the owner of the tables, as `crmdb migrate up` does."))
}

/// Refuses a database with rows in tables that are to be filled, and that crmdb did not bring.
///
/// # Errors
///
/// The refusal, with tables and numbers; when the server refuses.
pub async fn refuse_other_rows(
    client: &Client,
    generator: &Generator,
    wanted: &[usize],
    before: &Before,
) -> anyhow::Result<()> {
    let parts: Vec<String> = wanted
        .iter()
        .map(|at| {
            let relation = &generator.designs[*at].table.relation;
            let known = before.known.get(relation).copied().unwrap_or(0);
            // More than a few need not be counted.
            format!(
                "SELECT {at}, {known}, pg_catalog.count(*) FROM (SELECT FROM {relation} LIMIT {known} + 1000) AS t"
            )
        })
        .collect();
    if parts.is_empty() {
        return Ok(());
    }
    let mut found = Vec::new();
    for row in select(client, &parts.join(" UNION ALL ")).await? {
        let number = |at| {
            row.get(at)
                .and_then(|text| text.parse::<usize>().ok())
                .unwrap_or(0)
        };
        let others = number(2).saturating_sub(number(1));
        if others > 0 {
            let at_least = if others >= 1000 { "at least " } else { "" };
            found.push(format!(
                "{}: {at_least}{}",
                generator.designs[number(0)].table.title(),
                count(others, "row")
            ));
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    found.sort();
    Err(
        Failure::new("the database has rows that crmdb did not bring")
            .detail(found.join("\n"))
            .hint(
                "Generate into an empty database; or, if that is meant, add `--allow-other-rows`.",
            )
            .into(),
    )
}
