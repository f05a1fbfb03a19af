//! `crmdb seed clear`: removes generated rows.

use std::time::Instant;

use anyhow::Context as _;
use clap::Args;

use super::SeedArgs;
use super::document::{RowsDocument, TableDocument};
use crate::apply::Interrupt;
use crate::commands::migrate::work::lock;
use crate::commands::{Context, Database, Opened};
use crate::error::{Failure, Outcome};
use crate::ledger::{self, RowOrigin, forget_statement, seeded_rows};
use crate::printer::{count, duration};
use crate::seed::{clear, tables};

/// Arguments of `seed clear`.
#[derive(Args, Debug)]
pub struct ClearArgs {
    /// Remove rows, too, that belong to generated ones and were not generated
    #[arg(long)]
    with_dependents: bool,
}

/// Removes the generated rows of all modules, in one transaction.
///
/// # Errors
///
/// When rows of others belong to them; when rows cannot be removed. Nothing is removed then.
pub(super) async fn clear(
    args: &ClearArgs,
    common: &SeedArgs,
    context: &mut Context,
) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    if !common.modules.is_empty() {
        return Err(Failure::new("`seed clear` has no `--module`")
            .hint("It removes the generated rows of all modules: they refer to each other.")
            .into());
    }
    let project = context.project()?;
    if !common.dry_run {
        context.confirm(&project, common.yes)?;
    }
    let mut interrupt = Interrupt::listen()?;
    let mut opened = Opened::open(project, context, !common.dry_run).await?;
    let mut removed = Vec::new();
    if opened.reading.version >= ledger::SEEDED_ROWS_SINCE {
        let lock = lock(
            &opened,
            &opened.project.module_names(),
            &mut interrupt,
            &mut context.printer,
        )
        .await?;
        let work = remove(&mut opened, args, common.dry_run);
        let result = interrupt.or(work).await;
        if result.is_err() {
            opened.session.cancel().await.ok();
        }
        removed = result??;
        lock.release().await;
    }
    let rows: u64 = removed.iter().map(|(_, rows)| rows).sum();
    let documents: Vec<TableDocument> = removed
        .iter()
        .map(|(table, rows)| TableDocument::new(table, *rows))
        .collect();
    let printer = &mut context.printer;
    if documents.is_empty() {
        printer.note("nothing to do: there are no generated rows");
    } else {
        TableDocument::list(&documents, printer);
        let verb = if common.dry_run {
            "would be removed from"
        } else {
            "removed from"
        };
        printer.note(&format!(
            "{rows} rows {verb} {} in {}",
            count(documents.len(), "table"),
            duration(started.elapsed())
        ));
    }
    let database = Database::of(&opened.endpoint);
    printer.json(&if common.dry_run {
        RowsDocument::planned(database, documents, started.elapsed())
    } else {
        RowsDocument::new(database, documents, started.elapsed())
    });
    Ok(Outcome::Clean)
}

async fn remove(
    opened: &mut Opened,
    args: &ClearArgs,
    dry_run: bool,
) -> anyhow::Result<Vec<(String, u64)>> {
    let client = opened.session.client();
    let seeded = seeded_rows(client, &opened.ledger).await?;
    if seeded
        .iter()
        .all(|rows| rows.origin == RowOrigin::Reference)
    {
        return Ok(Vec::new());
    }
    let schemas: Vec<&str> = opened
        .project
        .modules
        .iter()
        .map(|module| &*module.name)
        .collect();
    let tables = tables::read(client, &schemas).await?;
    let mut clearing = clear::plan(&tables, &seeded, &opened.ledger)?;
    client
        .batch_execute(&format!(
            "BEGIN; SET LOCAL search_path = ''; SET LOCAL row_security = off; \
             SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0; \
             SET LOCAL client_connection_check_interval = '{}'; {}",
            ledger::CONNECTION_CHECK,
            ledger::KEY_SETTINGS
        ))
        .await?;
    let work = async {
        if args.with_dependents {
            clearing = clearing.with_dependents();
        } else {
            clear::refuse_dependents(client, &clearing).await?;
        }
        let removed = clear::remove(client, &clearing).await?;
        let end = if dry_run { "ROLLBACK" } else { "COMMIT" };
        client
            .batch_execute(&format!("{}; {end}", forget_statement(&opened.ledger)))
            .await
            .context("could not end the transaction")?;
        anyhow::Ok(removed)
    };
    let result = work.await;
    if result.is_err() && !client.is_closed() {
        client.batch_execute("ROLLBACK").await.ok();
    }
    let removed = result?;
    if !dry_run && !removed.is_empty() {
        // The space is for the next rows; others may hold it back, and then it comes later.
        let names: Vec<&str> = removed.iter().map(|(table, _)| &**table).collect();
        let vacuum = format!("VACUUM (ANALYZE, SKIP_LOCKED) {}", names.join(", "));
        client.batch_execute(&vacuum).await.ok();
    }
    Ok(removed)
}
