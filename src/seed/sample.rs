//! Lets the server judge a few rows of each table before any is written.
//!
//! What a CHECK constraint says is understood here as far as it goes; what it calls is the server's
//! own. So some rows of each table go into a temporary table, and every constraint is asked there.
//! A recipe that does not fit is found before the database has changed.

use anyhow::Context as _;
use tokio_postgres::Client;

use super::copy;
use super::design::Source;
use super::existing::select;
use super::rows::Generator;
use crate::error::Failure;
use crate::sql::quote_ident;

/// How many rows of each table are judged.
const SAMPLE: u64 = 100;

/// Asks every CHECK constraint of the tables to be filled about some of their rows.
///
/// # Errors
///
/// Which constraint does not let which rows pass.
pub async fn judge(client: &Client, generator: &Generator, tables: &[usize]) -> anyhow::Result<()> {
    client
        .batch_execute("BEGIN; SET LOCAL search_path = ''; SET LOCAL client_min_messages = warning")
        .await
        .context("could not begin to try rows")?;
    let mut result = Ok(());
    for table in tables {
        result = judge_table(client, generator, *table).await;
        if result.is_err() {
            break;
        }
    }
    // Nothing of it stays.
    if !client.is_closed() {
        client.batch_execute("ROLLBACK").await.ok();
    }
    result
}

async fn judge_table(client: &Client, generator: &Generator, table: usize) -> anyhow::Result<()> {
    let design = &generator.designs[table];
    let rows = generator.layout.rows[table].generated;
    let title = design.table.title();
    let sample: Vec<u64> = (0..rows.min(SAMPLE))
        .map(|at| at * rows / rows.min(SAMPLE))
        .collect();
    let bytes = copy::rows(generator, table, sample.iter().copied())?;
    let name = format!("pg_temp.crmdb_sample_{table}");
    client
        .batch_execute(&format!(
            "CREATE TEMPORARY TABLE crmdb_sample_{table} (LIKE {} INCLUDING DEFAULTS INCLUDING GENERATED) \
             ON COMMIT DROP",
            design.table.relation
        ))
        .await
        .with_context(|| format!("could not try rows of `{title}`"))?;
    // What is left to the server may come from a trigger, and the copy has none.
    let columns = design.table.columns.iter().zip(&design.sources);
    for (column, source) in columns {
        if matches!(source, Source::Omitted)
            && column.not_null
            && !column.generated
            && !column.identity
        {
            let column = quote_ident(&column.name);
            client
                .batch_execute(&format!(
                    "ALTER TABLE {name} ALTER COLUMN {column} DROP NOT NULL"
                ))
                .await
                .with_context(|| format!("could not try rows of `{title}`"))?;
        }
    }
    copy::send(client, &copy::statement(design, &name), bytes)
        .await
        .map_err(|error| copy::failure(&title, &error))?;
    if design.table.checks.is_empty() {
        return Ok(());
    }
    let counts: Vec<String> = design
        .table
        .checks
        .iter()
        .map(|check| {
            format!(
                "pg_catalog.count(*) FILTER (WHERE ({}) IS FALSE)",
                check.text
            )
        })
        .collect();
    let sql = format!("SELECT {} FROM {name}", counts.join(", "));
    let found = select(client, &sql)
        .await
        .with_context(|| format!("could not judge rows of `{title}`"))?;
    for (at, check) in design.table.checks.iter().enumerate() {
        let failed = found.first().and_then(|row| row.get(at)).unwrap_or("0");
        if failed != "0" {
            return Err(Failure::new(format!(
                "the constraint `{}` does not let the rows generated for `{title}` pass",
                check.name
            ))
            .detail(format!("{failed} of {} fail: CHECK ({}).", sample.len(), check.text))
            .hint("Say in `seeds/dev.toml` of its module what the columns in it hold, or give the table `rows = 0`.")
            .into());
        }
    }
    Ok(())
}
