//! `crmdb inspect sizes`: how large the tables are.

use clap::Args;
use serde::Serialize;

use super::report::{Document, Inspected, or_nothing, write_not_checked};
use crate::commands::Context;
use crate::error::Outcome;
use crate::inspect::{Reader, SIZES, Sizes, TableSize};
use crate::printer::{Align, bytes, count};

/// Arguments of `inspect sizes`.
#[derive(Args, Debug)]
pub struct SizesArgs {
    /// How many tables to show; 0 for all
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Only tables of this module; may be given several times
    #[arg(long = "module", value_name = "MODULE")]
    modules: Vec<String>,
}

#[derive(Serialize)]
struct SizesReport {
    database_bytes: Option<i64>,
    /// Of all tables, also those that are not shown; like the others null where they could not be read.
    tables_bytes: Option<i64>,
    tables_count: Option<usize>,
    tables: Option<Vec<TableSize>>,
}

/// Shows the tables, the largest first.
///
/// # Errors
///
/// When the database cannot be read.
pub(super) async fn sizes(args: &SizesArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let inspected = Inspected::open(context, &args.modules).await?;
    let mut reader = Reader::begin(inspected.session.client(), &inspected.scope).await?;
    let sizes = Sizes::read(&mut reader).await?;
    let not_checked = reader.end().await?;
    let is_read = sizes.tables.is_some();
    let mut tables = sizes.tables.unwrap_or_default();
    let (all, total) = (
        tables.len(),
        tables.iter().map(|table| table.total_bytes).sum(),
    );
    if args.limit > 0 {
        tables.truncate(args.limit);
    }
    let printer = &mut context.printer;
    if !tables.is_empty() {
        let columns = [
            ("table", Align::Left),
            ("rows", Align::Right),
            ("table", Align::Right),
            ("indexes", Align::Right),
            ("toast", Align::Right),
            ("total", Align::Right),
        ];
        let rows: Vec<Vec<String>> = tables
            .iter()
            .map(|table| {
                vec![
                    table.name.clone(),
                    or_nothing(table.rows),
                    bytes(table.table_bytes),
                    bytes(table.index_bytes),
                    bytes(table.toast_bytes),
                    bytes(table.total_bytes),
                ]
            })
            .collect();
        printer.table(&columns, &rows);
    }
    write_not_checked(&not_checked, printer);
    let shown = if tables.len() < all {
        format!("the largest {} of {}", tables.len(), count(all, "table"))
    } else {
        count(all, "table")
    };
    let database = sizes
        .database_bytes
        .map(|size| format!("the database with its catalogs: {}", bytes(size)));
    let tables_say = is_read.then(|| {
        let these = if not_checked.iter().any(|one| one.check == SIZES) {
            "those that are not locked"
        } else {
            "all tables"
        };
        format!("{shown}; {these}: {}", bytes(total))
    });
    let says: Vec<String> = tables_say.into_iter().chain(database).collect();
    if !says.is_empty() {
        printer.note(&says.join("; "));
    }
    let report = SizesReport {
        database_bytes: sizes.database_bytes,
        tables_bytes: is_read.then_some(total),
        tables_count: is_read.then_some(all),
        tables: is_read.then_some(tables),
    };
    printer.json(&Document::new(inspected.database, report, not_checked));
    Ok(Outcome::Clean)
}
