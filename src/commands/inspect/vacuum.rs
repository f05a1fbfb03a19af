//! `crmdb inspect vacuum`: what vacuum has to do, and what keeps it from it.

use clap::Args;
use serde::Serialize;

use super::report::{Document, Inspected, or_nothing, time, write_all};
use crate::commands::Context;
use crate::error::Outcome;
use crate::inspect::thresholds::XID_LIMIT;
use crate::inspect::{Area, Finding, Holder, Progress, Reader, TableVacuum, Vacuum, findings};
use crate::printer::{Align, count, percent};

/// Arguments of `inspect vacuum`.
#[derive(Args, Debug)]
pub struct VacuumArgs {
    /// How many tables to show; 0 for all
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

#[derive(Serialize)]
struct VacuumReport {
    tables_count: usize,
    tables: Vec<Table>,
    holders: Vec<Holder>,
    running: Vec<Progress>,
    findings: Vec<Finding>,
}

/// A table, with what its ages are parts of.
#[derive(Serialize)]
struct Table {
    #[serde(flatten)]
    table: TableVacuum,
    dead_of_threshold: f64,
    xid_of_freeze: f64,
    xid_of_limit: f64,
    multixact_of_freeze: f64,
    multixact_of_limit: f64,
}

impl Table {
    fn new(table: TableVacuum) -> Self {
        let part = |of: i64, whole: i64| of as f64 / whole.max(1) as f64;
        Self {
            dead_of_threshold: part(table.dead_rows, table.dead_threshold),
            xid_of_freeze: part(table.xid_age, table.freeze_max_age),
            xid_of_limit: part(table.xid_age, XID_LIMIT),
            multixact_of_freeze: part(table.multixact_age, table.multixact_freeze_max_age),
            multixact_of_limit: part(table.multixact_age, XID_LIMIT),
            table,
        }
    }

    fn row(&self) -> Vec<String> {
        let table = &self.table;
        let last = table
            .last_vacuum
            .as_ref()
            .max(table.last_autovacuum.as_ref());
        vec![
            table.name.clone(),
            table.dead_rows.to_string(),
            table.dead_threshold.to_string(),
            percent(self.xid_of_freeze),
            percent(self.multixact_of_freeze),
            last.map_or("never".to_owned(), Clone::clone),
        ]
    }
}

/// Shows the tables, the most in need first.
///
/// # Errors
///
/// When the database cannot be read.
pub(super) async fn vacuum(args: &VacuumArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let inspected = Inspected::open(context, &[]).await?;
    let mut reader = Reader::begin(inspected.session.client(), &inspected.scope).await?;
    let found = Vacuum::read(&mut reader).await?;
    let findings = findings(&mut reader, Some(Area::Vacuum)).await?;
    let not_checked = reader.end().await?;
    let all = found.tables.len();
    let mut tables: Vec<Table> = found.tables.into_iter().map(Table::new).collect();
    if args.limit > 0 {
        tables.truncate(args.limit);
    }
    let printer = &mut context.printer;
    if !tables.is_empty() {
        let columns = [
            ("table", Align::Left),
            ("dead", Align::Right),
            ("allowed", Align::Right),
            ("xid age", Align::Right),
            ("mxid age", Align::Right),
            ("last vacuum", Align::Left),
        ];
        let rows: Vec<Vec<String>> = tables.iter().map(Table::row).collect();
        printer.table(&columns, &rows);
    }
    if !found.holders.is_empty() {
        let columns = [
            ("holds back vacuum", Align::Left),
            ("age", Align::Right),
            ("open for", Align::Right),
            ("state", Align::Left),
        ];
        let rows: Vec<Vec<String>> = found.holders.iter().map(holder).collect();
        printer.table(&columns, &rows);
    }
    if !found.running.is_empty() {
        let columns = [
            ("vacuuming", Align::Left),
            ("pid", Align::Right),
            ("read", Align::Right),
            ("phase", Align::Left),
        ];
        let rows: Vec<Vec<String>> = found.running.iter().map(progress).collect();
        printer.table(&columns, &rows);
    }
    let shown = if tables.len() < all {
        format!(
            "the {} most in need of {}",
            tables.len(),
            count(all, "table")
        )
    } else {
        count(all, "table")
    };
    printer.note(&format!(
        "{shown}; ages in parts of where autovacuum freezes"
    ));
    write_all(&findings, &not_checked, printer);
    let report = VacuumReport {
        tables_count: all,
        tables,
        holders: found.holders,
        running: found.running,
        findings,
    };
    printer.json(&Document::new(inspected.database, report, not_checked));
    Ok(Outcome::Clean)
}

fn holder(one: &Holder) -> Vec<String> {
    vec![
        format!("{} {}", one.kind, one.name),
        or_nothing(one.age),
        time(one.open_ms),
        or_nothing(one.state.as_deref()),
    ]
}

fn progress(one: &Progress) -> Vec<String> {
    let read = match (one.blocks_scanned, one.blocks_total) {
        (Some(scanned), Some(total)) => percent(scanned as f64 / total.max(1) as f64),
        _ => String::new(),
    };
    vec![
        or_nothing(one.table.as_deref()),
        one.pid.to_string(),
        read,
        or_nothing(one.phase.as_deref()),
    ]
}
