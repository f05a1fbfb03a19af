//! The partitioned table, and the names of its partitions.

use tokio_postgres::SimpleQueryRow;

use super::super::super::trouble::Trouble;
use super::super::super::worker::Worker;
use super::plan::Range;
use crate::error::Failure;
use crate::project::task::{Partitions, Unit};
use crate::sql::{quote_ident, quote_literal};

/// Names are so many bytes at most.
const LONGEST_NAME: usize = 63;

/// A partitioned table.
#[derive(Debug)]
pub(super) struct Parent {
    pub(super) oid: String,
    pub(super) schema: String,
    bare: String,
    /// Its name, qualified and quoted where it has to be.
    pub(super) name: String,
    /// The column of the key, quoted.
    pub(super) key: String,
    /// The type of the key, as SQL.
    pub(super) key_type: &'static str,
    /// The default partition: its number, and its name as SQL.
    pub(super) default: Option<(String, String)>,
}

impl Parent {
    /// Looks at the table of a task.
    ///
    /// # Errors
    ///
    /// When it is not there, or is not partitioned by ranges of one time.
    pub(super) async fn look(worker: &mut Worker<'_>, work: &Partitions) -> Result<Self, Trouble> {
        let table = quote_literal(&work.table);
        let found = match &worker.task.module {
            Some(module) => format!(
                "CASE WHEN pg_catalog.cardinality(pg_catalog.parse_ident({table})) = 1 \
                     THEN pg_catalog.to_regclass({}) ELSE pg_catalog.to_regclass({table}) END",
                quote_literal(&format!("{}.{}", quote_ident(module), work.table))
            ),
            None => format!("pg_catalog.to_regclass({table})"),
        };
        let sql = format!(
            "SELECT c.oid, n.nspname, c.relname, pg_catalog.format('%I.%I', n.nspname, c.relname), \
                 p.partstrat, p.partnatts, pg_catalog.quote_ident(a.attname), \
                 pg_catalog.format_type(a.atttypid, NULL), p.partdefid, \
                 (SELECT pg_catalog.format('%I.%I', dn.nspname, d.relname) \
                  FROM pg_catalog.pg_class AS d \
                  JOIN pg_catalog.pg_namespace AS dn ON dn.oid = d.relnamespace \
                  WHERE d.oid = p.partdefid) \
             FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             LEFT JOIN pg_catalog.pg_partitioned_table AS p ON p.partrelid = c.oid \
             LEFT JOIN pg_catalog.pg_attribute AS a \
                 ON a.attrelid = c.oid AND a.attnum = p.partattrs[0] AND a.attnum > 0 \
             WHERE c.oid = {found}"
        );
        let answer = worker.rehearse(&sql).await?;
        let Some(row) = answer.rows.first() else {
            return Err(Failure::new(format!("there is no table `{}`", work.table))
                .hint("It comes with a migration: `crmdb migrate status` says what is applied.")
                .into());
        };
        let name = word(row, 3);
        if let Some(module) = worker
            .task
            .module
            .as_ref()
            .filter(|it| **it != word(row, 1))
        {
            let message = format!("the table `{name}` is not of the module `{module}`");
            return Err(Failure::new(message).into());
        }
        let unfit = |detail: String| {
            let message = format!("`{name}` is not partitioned by ranges of one time");
            Err(Failure::new(message).detail(detail).into())
        };
        match (row.get(4), row.get(5)) {
            (Some("r"), Some("1")) => {}
            (None, _) => return unfit("It is not partitioned.".to_owned()),
            (Some("r"), _) => return unfit("Its key has several columns.".to_owned()),
            _ => return unfit("It is partitioned by lists or hashes.".to_owned()),
        }
        let Some(key) = row.get(6) else {
            return unfit("Its key is an expression.".to_owned());
        };
        let key_type = match row.get(7) {
            Some("timestamp with time zone") => "timestamptz",
            Some("timestamp without time zone") => "timestamp",
            Some("date") if work.every.unit == Unit::Hour => {
                return unfit("Its key is a date, and has no hours.".to_owned());
            }
            Some("date") => "date",
            other => return unfit(format!("Its key is {}.", other.unwrap_or("of no type"))),
        };
        let default = row.get(9).map(|default| (word(row, 8), default.to_owned()));
        Ok(Self {
            oid: word(row, 0),
            schema: word(row, 1),
            bare: word(row, 2),
            key: key.to_owned(),
            key_type,
            default,
            name,
        })
    }

    /// Returns the name of a new partition, without its schema.
    pub(super) fn bare_name_of(&self, range: &Range) -> String {
        let suffix = format!("_p{}", range.suffix);
        let mut stem = self.bare.clone();
        while stem.len() + suffix.len() > LONGEST_NAME {
            stem.pop();
        }
        stem + &suffix
    }

    /// Returns the name of a new partition, as SQL.
    pub(super) fn name_of(&self, range: &Range) -> String {
        let bare = self.bare_name_of(range);
        format!("{}.{}", quote_ident(&self.schema), quote_ident(&bare))
    }

    /// A bound, as SQL.
    pub(super) fn literal(&self, moment: &str) -> String {
        let zone = if self.key_type == "timestamptz" {
            "+00"
        } else {
            ""
        };
        let text = quote_literal(&format!("{moment}{zone}"));
        format!("{text}::pg_catalog.{}", self.key_type)
    }
}

/// A column of an answer.
pub(super) fn word(row: &SimpleQueryRow, at: usize) -> String {
    row.get(at).unwrap_or_default().to_owned()
}
