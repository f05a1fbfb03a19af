//! Whether a table can be deleted from in batches: what would make each batch read a whole table is
//! refused.

use super::super::super::trouble::Trouble;
use super::super::super::worker::Worker;
use crate::error::Failure;
use crate::project::task::Delete;
use crate::sql::{quote_ident, quote_literal};

/// A table of so many pages is read as a whole in no time.
const SMALL: u32 = 128;

/// A table to delete from.
#[derive(Debug)]
pub(super) struct Table {
    /// Its number.
    pub(super) oid: String,
    /// Its name, qualified and quoted.
    pub(super) name: String,
    /// The type of the column that says how old a row is.
    pub(super) column_type: String,
}

impl Table {
    /// Looks at the table.
    ///
    /// # Errors
    ///
    /// When it is not there, has no such column, or lacks an index.
    pub(super) async fn look(worker: &Worker<'_>, work: &Delete) -> Result<Self, Trouble> {
        let sql = format!(
            "SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind, \
                 pg_catalog.format_type(a.atttypid, -1), \
                 EXISTS (SELECT FROM pg_catalog.pg_index AS i \
                     JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid \
                     JOIN pg_catalog.pg_am AS m ON m.oid = ic.relam AND m.amname = 'btree' \
                     WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum \
                     AND i.indisvalid AND i.indpred IS NULL) \
             FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = {} \
                 AND a.attnum > 0 AND NOT a.attisdropped \
             WHERE c.oid = pg_catalog.to_regclass({})",
            quote_literal(&work.column),
            quote_literal(&work.table)
        );
        let rows = worker.ask(&sql).await?;
        let Some(row) = rows.first() else {
            return Err(Failure::new(format!("there is no table `{}`", work.table))
                .hint("It comes with a migration: `crmdb migrate status` says what is applied.")
                .into());
        };
        let word = |at| row.get(at).unwrap_or_default().to_owned();
        let table = Self {
            oid: word(0),
            name: word(1),
            column_type: word(3),
        };
        if !matches!(&*word(2), "r" | "p") {
            return Err(Failure::new(format!("`{}` is not a table", work.table)).into());
        }
        if row.get(3).is_none() {
            let message = format!("`{}` has no column `{}`", work.table, work.column);
            return Err(Failure::new(message).into());
        }
        if !table.column_type.starts_with("timestamp") && table.column_type != "date" {
            let message = format!("`{}.{}` is no time", work.table, work.column);
            let detail = format!("Its type is {}.", table.column_type);
            return Err(Failure::new(message).detail(detail).into());
        }
        if row.get(4) != Some("t") {
            let message = format!("no index of `{}` leads with `{}`", work.table, work.column);
            let column = quote_ident(&work.column);
            return Err(Failure::new(message)
                .detail("Each batch would read the whole table.")
                .hint(format!(
                    "In a migration with `-- crmdb: no-transaction`: CREATE INDEX CONCURRENTLY ON \
                     {} ({column});",
                    table.name
                ))
                .into());
        }
        table.refuse_slow_references(worker).await?;
        Ok(table)
    }

    /// Each row that goes is looked for in the tables that refer to it.
    async fn refuse_slow_references(&self, worker: &Worker<'_>) -> Result<(), Trouble> {
        let sql = format!(
            "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), \
                 (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY k.at) \
                  FROM pg_catalog.unnest(f.conkey) WITH ORDINALITY AS k (attnum, at) \
                  JOIN pg_catalog.pg_attribute AS a \
                      ON a.attrelid = f.conrelid AND a.attnum = k.attnum), f.conname \
             FROM pg_catalog.pg_constraint AS f \
             JOIN pg_catalog.pg_class AS c ON c.oid = f.conrelid \
             JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             WHERE f.contype = 'f' AND f.confrelid = {} AND f.conrelid <> f.confrelid \
                 AND c.relpages > {SMALL} \
                 AND NOT EXISTS (SELECT FROM pg_catalog.pg_index AS i \
                     WHERE i.indrelid = f.conrelid AND i.indisvalid \
                     AND (i.indkey::pg_catalog.int2[])[0:pg_catalog.cardinality(f.conkey) - 1] \
                         @> f.conkey) \
             ORDER BY 1, 3 LIMIT 1",
            self.oid
        );
        let rows = worker.ask(&sql).await?;
        let Some(row) = rows.first() else {
            return Ok(());
        };
        let word = |at| row.get(at).unwrap_or_default();
        let message = format!("the foreign key `{}` of {} has no index", word(2), word(0));
        Err(Failure::new(message)
            .detail(format!("Each row of {} that goes is looked for in all of it.", self.name))
            .hint(format!(
                "In a migration with `-- crmdb: no-transaction`: CREATE INDEX CONCURRENTLY ON {} ({});",
                word(0),
                word(1)
            ))
            .into())
    }

    /// A time of the column, as SQL.
    pub(super) fn literal(&self, text: &str) -> String {
        format!("{}::{}", quote_literal(text), self.column_type)
    }
}
