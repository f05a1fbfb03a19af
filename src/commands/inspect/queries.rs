//! `crmdb inspect queries`: statements that took time, and those that take it now.

use clap::Args;
use serde::Serialize;

use super::report::{Document, HIDDEN, Inspected, or_nothing, time, write_all};
use crate::commands::Context;
use crate::error::Outcome;
use crate::inspect::{Area, By, Finding, Queries, Reader, Running, Statement, findings};
use crate::printer::{Align, excerpt, percent};

/// Characters of a statement that are shown.
const WIDTH: usize = 40;

/// Arguments of `inspect queries`.
#[derive(Args, Debug)]
pub struct QueriesArgs {
    /// What to sort by
    #[arg(long, value_name = "WHAT", default_value = "total")]
    by: By,
    /// How many statements to show; 0 for all
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
    /// Show statements that run for at least this long now
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    running_over: u32,
}

#[derive(Serialize)]
struct QueriesReport {
    statements: Vec<Statement>,
    running: Vec<Running>,
    findings: Vec<Finding>,
}

/// Shows the statements.
///
/// # Errors
///
/// When the database cannot be read.
pub(super) async fn queries(args: &QueriesArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let inspected = Inspected::open(context, &[]).await?;
    let mut reader = Reader::begin(inspected.session.client(), &inspected.scope).await?;
    let queries = Queries::read(&mut reader, args.by, args.limit, args.running_over).await?;
    let findings = findings(&mut reader, Some(Area::Queries)).await?;
    let not_checked = reader.end().await?;
    let printer = &mut context.printer;
    if !queries.statements.is_empty() {
        let columns = [
            ("total", Align::Right),
            ("mean", Align::Right),
            ("calls", Align::Right),
            ("hits", Align::Right),
            ("query", Align::Left),
        ];
        let rows: Vec<Vec<String>> = queries.statements.iter().map(statement).collect();
        printer.table(&columns, &rows);
    }
    if queries.running.is_empty() {
        printer.note(&format!(
            "no statement runs for {} s or longer",
            args.running_over
        ));
    } else {
        let columns = [
            ("runs for", Align::Right),
            ("pid", Align::Right),
            ("role", Align::Left),
            ("waits for", Align::Left),
            ("query", Align::Left),
        ];
        let rows: Vec<Vec<String>> = queries.running.iter().map(running).collect();
        printer.table(&columns, &rows);
    }
    write_all(&findings, &not_checked, printer);
    let report = QueriesReport {
        statements: queries.statements,
        running: queries.running,
        findings,
    };
    printer.json(&Document::new(inspected.database, report, not_checked));
    Ok(Outcome::Clean)
}

fn statement(one: &Statement) -> Vec<String> {
    vec![
        time(Some(one.total_ms)),
        format!("{:.2} ms", one.mean_ms),
        one.calls.to_string(),
        one.hit_ratio.map_or(String::new(), percent),
        excerpt(one.query.as_deref().unwrap_or(HIDDEN), WIDTH),
    ]
}

fn running(one: &Running) -> Vec<String> {
    vec![
        time(Some(one.running_ms)),
        one.pid.to_string(),
        or_nothing(one.role.as_deref()),
        or_nothing(one.wait_event.as_deref()),
        excerpt(one.query.as_deref().unwrap_or(HIDDEN), WIDTH),
    ]
}
