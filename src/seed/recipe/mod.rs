//! `schema/<module>/seeds/dev.toml`: what is to be generated, and how.

mod column;
mod keys;

use std::collections::BTreeMap;

use toml::de::DeTable;

use crate::error::Failure;
use crate::sql::Position;
use keys::{Findings, Keys};

/// The tables of a module, by their names without the schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recipe {
    /// Statements that are run when all rows are there: `after = ["…"]` in front of the tables.
    pub after: Vec<String>,
    /// The tables that the file speaks of.
    pub tables: BTreeMap<String, TableRecipe>,
}

/// The rows of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableRecipe {
    /// Where the table stands in the file.
    pub position: Position,
    /// How many rows at scale 1; zero: none.
    pub rows: Option<u64>,
    /// How the number of rows goes with the scale.
    pub growth: Growth,
    /// The columns of the foreign key whose parents the rows are shared out among.
    pub owner: Vec<String>,
    /// How the rows are shared out among the owners.
    pub spread: Spread,
    /// Whether only generated rows own any (`owners = "generated"`), and none that was there before.
    pub spares_existing: bool,
    /// The columns that are not left to the guess.
    pub columns: BTreeMap<String, ColumnRecipe>,
}

/// How the number of rows goes with the scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Growth {
    /// As the scale.
    #[default]
    Linear,
    /// As the root of the scale.
    Root,
    /// Not at all.
    None,
}

/// How rows are shared out among their owners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spread {
    /// Few have many.
    #[default]
    Skewed,
    /// All have about the same.
    Even,
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnRecipe {
    /// Where the column stands in the file.
    pub position: Position,
    /// Where the values come from; absent: guessed.
    pub provider: Option<ProviderRecipe>,
    /// The share of NULLs.
    pub null: Option<f64>,
    /// An SQL condition; where it does not hold, the value is NULL.
    pub when: Option<String>,
    /// An export replaces the values.
    pub mask: bool,
}

/// Where the values of a column come from. Constants are text until the column's type is known.
#[derive(Clone, Debug, PartialEq)]
pub enum ProviderRecipe {
    /// One of these, each with its weight.
    Choice(Vec<(String, f64)>),
    /// A moment of the last days before the reference time, or of the next ones after it.
    Time {
        /// Monday to Friday, by day.
        working: bool,
        /// So many days before.
        days: u32,
        /// So many days after.
        ahead: u32,
    },
    /// A moment after that of another column.
    After {
        /// The other column.
        column: String,
        /// The least and the greatest interval between them.
        between: [String; 2],
    },
    /// An SQL expression over the row's other columns.
    Sql(String),
    /// A topic by its name.
    Fake(String),
    /// From the first to the second.
    Range([String; 2]),
    /// One after the other, by the number of the row within its owner.
    Cycle(Vec<String>),
    /// 1, 2, 3 …, by the number of the row within its owner.
    Number,
    /// A text that matches the regular expression.
    Pattern(String),
    /// Left to the column's default.
    Default,
}

impl Recipe {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in it, each with its place.
    pub fn parse(text: &str, path: &str) -> Result<Self, Failure> {
        let mut findings = Findings::new(text, path);
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let start = error.span().map_or(0, |span| span.start);
            findings.add(start, Failure::new(error.message().replace('\n', ", ")));
        }
        let mut recipe = Self::default();
        if errors.is_empty() {
            for (name, value) in document.into_inner() {
                let start = name.span().start;
                let name = name.into_inner().into_owned();
                if name == "after" && value.get_ref().as_array().is_some() {
                    recipe.after = findings.strings(&name, value);
                    continue;
                }
                let place = format!("`[{name}]`");
                if let Some(table) = findings.table(&place, value) {
                    let table = table_recipe(Keys::new(&mut findings, table, place), &name, start);
                    recipe.tables.insert(name, table);
                }
            }
        }
        findings.finish().map(|()| recipe)
    }
}

fn table_recipe(mut keys: Keys<'_, '_, '_>, name: &str, start: usize) -> TableRecipe {
    let mut columns = BTreeMap::new();
    let recipe = TableRecipe {
        position: keys.findings.position(start),
        rows: keys.take("rows"),
        growth: keys
            .one_of(
                "growth",
                &[
                    ("linear", Growth::Linear),
                    ("root", Growth::Root),
                    ("none", Growth::None),
                ],
            )
            .unwrap_or_default(),
        owner: keys.take("owner").unwrap_or_default(),
        spread: keys
            .one_of(
                "spread",
                &[("skewed", Spread::Skewed), ("even", Spread::Even)],
            )
            .unwrap_or_default(),
        spares_existing: keys
            .one_of("owners", &[("all", false), ("generated", true)])
            .unwrap_or_default(),
        columns: BTreeMap::new(),
    };
    if let Some(value) = keys.value("columns")
        && let Some(table) = keys.findings.table(&format!("`[{name}.columns]`"), value)
    {
        for (column, value) in table {
            let start = column.span().start;
            let column = column.into_inner().into_owned();
            let place = format!("`{name}.{column}`");
            if let Some(table) = keys.findings.table(&place, value)
                && let Some(read) = column::read(Keys::new(keys.findings, table, place), start)
            {
                columns.insert(column, read);
            }
        }
    }
    keys.finish();
    TableRecipe { columns, ..recipe }
}

#[cfg(test)]
mod tests;
