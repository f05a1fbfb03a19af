//! The values of a row that the server sent.

use std::num::ParseIntError;
use std::str::FromStr;

use anyhow::Context;
use tokio_postgres::SimpleQueryRow;

use super::snapshot::Properties;

/// The name of a catalog; empty for one that nothing is read from.
pub(super) type Class = &'static str;

pub(super) const RELATION: Class = "pg_class";

/// The catalogs of objects and of their parts, the most frequent first.
const CLASSES: [Class; 30] = [
    RELATION,
    "pg_constraint",
    "pg_proc",
    "pg_type",
    "pg_trigger",
    "pg_policy",
    "pg_rewrite",
    "pg_namespace",
    "pg_extension",
    "pg_statistic_ext",
    "pg_event_trigger",
    "pg_publication",
    "pg_default_acl",
    "pg_database",
    "pg_collation",
    "pg_cast",
    "pg_operator",
    "pg_opclass",
    "pg_opfamily",
    "pg_ts_config",
    "pg_ts_dict",
    "pg_ts_parser",
    "pg_ts_template",
    "pg_foreign_data_wrapper",
    "pg_foreign_server",
    "pg_language",
    "pg_conversion",
    "pg_transform",
    "pg_am",
    "pg_authid",
];

/// A row, and what its values are read as.
pub(super) struct Row<'a>(pub(super) &'a SimpleQueryRow);

impl<'a> Row<'a> {
    pub(super) fn text(&self, index: usize) -> anyhow::Result<&'a str> {
        self.0.get(index).context("a value is missing")
    }

    pub(super) fn number<N>(&self, index: usize) -> anyhow::Result<N>
    where
        N: FromStr<Err = ParseIntError>,
    {
        Ok(self.text(index)?.parse()?)
    }

    /// The numbers of a vector, such as `1 3`.
    pub(super) fn numbers<N>(&self, index: usize) -> anyhow::Result<Vec<N>>
    where
        N: FromStr<Err = ParseIntError>,
    {
        let numbers = self.text(index)?.split_ascii_whitespace();
        Ok(numbers.map(str::parse).collect::<Result<_, _>>()?)
    }

    pub(super) fn is(&self, index: usize) -> anyhow::Result<bool> {
        Ok(self.text(index)? == "t")
    }

    pub(super) fn class(&self, index: usize) -> anyhow::Result<Class> {
        let name = self.text(index)?;
        let known = CLASSES.into_iter().find(|class| *class == name);
        Ok(known.unwrap_or_default())
    }

    /// The values from `index` on that are there, parted by spaces.
    pub(super) fn words(&self, index: usize) -> String {
        let words = (index..self.0.len()).filter_map(|index| self.0.get(index));
        words.collect::<Vec<_>>().join(" ")
    }

    /// The values from `index` on that are there, by the names of their columns.
    pub(super) fn properties(&self, index: usize) -> Properties {
        let values = self.0.columns().iter().enumerate().skip(index);
        values
            .filter_map(|(index, column)| {
                Some((column.name().to_owned(), self.0.get(index)?.to_owned()))
            })
            .collect()
    }
}
