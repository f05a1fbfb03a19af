//! What the commands that generate and remove rows report.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::commands::{Database, FORMAT_VERSION, milliseconds};
use crate::printer::{Align, Printer, count, duration};

/// Rows of one table.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TableDocument {
    table: String,
    rows: u64,
}

impl TableDocument {
    pub(super) fn new(table: &str, rows: u64) -> Self {
        Self {
            table: table.to_owned(),
            rows,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.table
    }

    /// Shows tables and rows, by their names.
    pub(super) fn list(tables: &[Self], printer: &mut Printer) {
        let mut tables: Vec<&Self> = tables.iter().collect();
        tables.sort_by(|one, other| one.table.cmp(&other.table));
        let rows: Vec<Vec<String>> = tables
            .iter()
            .map(|one| vec![one.table.clone(), one.rows.to_string()])
            .collect();
        printer.table(&[("TABLE", Align::Left), ("ROWS", Align::Right)], &rows);
    }
}

/// What `seed dev` or `seed clear` did, or would do.
#[derive(Debug, Serialize)]
pub(super) struct RowsDocument {
    format_version: u32,
    database: Database,
    is_done: bool,
    rows: u64,
    tables: Vec<TableDocument>,
    took_ms: f64,
    #[serde(skip)]
    took: Duration,
}

impl RowsDocument {
    pub(super) fn new(database: Database, tables: Vec<TableDocument>, took: Duration) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            database,
            is_done: true,
            rows: tables.iter().map(|table| table.rows).sum(),
            tables,
            took_ms: milliseconds(took),
            took,
        }
    }

    pub(super) fn planned(database: Database, tables: Vec<TableDocument>, took: Duration) -> Self {
        Self {
            is_done: false,
            ..Self::new(database, tables, took)
        }
    }

    /// Says what was done: a line a module, and the sum.
    pub(super) fn say(&self, printer: &mut Printer) {
        let mut modules: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
        for table in &self.tables {
            let module = table.table.split('.').next().unwrap_or_default();
            let sum = modules.entry(module).or_default();
            *sum = (sum.0 + 1, sum.1 + table.rows);
        }
        let rows: Vec<Vec<String>> = modules
            .iter()
            .map(|(module, (tables, rows))| {
                vec![(*module).to_owned(), tables.to_string(), rows.to_string()]
            })
            .collect();
        let columns = [
            ("MODULE", Align::Left),
            ("TABLES", Align::Right),
            ("ROWS", Align::Right),
        ];
        printer.table(&columns, &rows);
        #[allow(clippy::cast_precision_loss, reason = "a rate")]
        let rate = self.rows as f64 / self.took.as_secs_f64().max(0.001);
        printer.note(&format!(
            "{} rows generated in {}, {} ({rate:.0} rows a second)",
            self.rows,
            count(self.tables.len(), "table"),
            duration(self.took),
        ));
        printer.json(self);
    }
}
