//! What the tables hold, so that a way down and up again can be seen to keep it.

use std::collections::BTreeMap;

use anyhow::Context as _;
use tokio_postgres::{Client, SimpleQueryMessage};

/// The tables that have rows, each with their number and a digest that does not depend on order.
pub(super) type Rows = BTreeMap<String, String>;

/// Counts and digests the rows of all tables outside of a schema, which is the ledger's.
///
/// # Errors
///
/// When a table cannot be read.
pub(super) async fn read(client: &Client, ledger: &str) -> anyhow::Result<Rows> {
    let sql = format!(
        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
            AND n.nspname NOT IN ('information_schema', {})
            AND pg_catalog.pg_relation_size(c.oid) > 0",
        crate::sql::quote_literal(ledger)
    );
    let tables = first_cells(client, &sql).await?;
    if tables.is_empty() {
        return Ok(Rows::new());
    }
    let digests: Vec<String> = tables
        .iter()
        .map(|table| {
            format!(
                "SELECT pg_catalog.concat_ws(' ', pg_catalog.count(*), 'rows', pg_catalog.sum(
                    pg_catalog.hashtextextended(t::text, 0)::numeric)) FROM {table} AS t"
            )
        })
        .collect();
    let found = first_cells(client, &digests.join(";\n")).await?;
    Ok(tables
        .into_iter()
        .zip(found)
        .filter(|(_, digest)| digest != "0 rows")
        .collect())
}

async fn first_cells(client: &Client, sql: &str) -> anyhow::Result<Vec<String>> {
    let messages = client
        .simple_query(sql)
        .await
        .context("could not read the rows of the scratch database")?;
    Ok(messages
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
            _ => None,
        })
        .collect())
}
