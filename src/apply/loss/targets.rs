//! What a text drops or empties, as far as its statements name it.

use crate::plan::Step;
use crate::sql::{self, Kind, Name};

/// A table, or a column of it, that a text drops or empties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::apply) struct Target {
    /// The table's name as SQL.
    pub(super) table: String,
    pub(super) column: Option<String>,
    /// Tables that refer to it are emptied too.
    pub(super) with_referrers: bool,
}

/// What a step's text drops or empties.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// What its statements name.
    pub named: Vec<Target>,
    /// Schemas that it drops with all that is in them.
    pub schemas: Vec<String>,
    /// Whether it may drop something that it does not name.
    pub more: bool,
}

impl Targets {
    /// Reads the text that a step runs.
    pub fn of(step: &Step) -> Self {
        let mut all = Self::default();
        match sql::split(&step.script) {
            Ok(statements) => {
                for statement in statements {
                    all.add(statement.kind);
                }
            }
            Err(_) => all.more = true,
        }
        all
    }

    fn add(&mut self, kind: Kind) {
        let target = |table: &Name, column, with_referrers| Target {
            table: table.sql(),
            column,
            with_referrers,
        };
        match kind {
            Kind::DropTables { tables, cascade } => {
                self.more |= cascade;
                let tables = tables.iter().map(|table| target(table, None, false));
                self.named.extend(tables);
            }
            Kind::Truncate { tables, cascade } => {
                self.more |= cascade;
                let tables = tables.iter().map(|table| target(table, None, cascade));
                self.named.extend(tables);
            }
            Kind::DropColumns {
                table,
                columns,
                cascade,
            } => {
                self.more |= cascade;
                let columns = columns
                    .into_iter()
                    .map(|column| target(&table, Some(column), false));
                self.named.extend(columns);
            }
            Kind::DropSchemasCascade { schemas } => {
                self.more = true;
                self.schemas.extend(schemas);
            }
            Kind::Opaque => self.more = true,
            Kind::DetachPartitionConcurrently { .. }
            | Kind::Plain
            | Kind::TransactionControl(_)
            | Kind::CreateIndexConcurrently { .. }
            | Kind::DropIndexConcurrently { .. }
            | Kind::ReindexConcurrently { .. }
            | Kind::Standalone(_) => {}
        }
    }
}
