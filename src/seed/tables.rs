//! What the catalog says of the tables that rows are generated for.

use anyhow::Context as _;
use serde::Deserialize;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::value::{Kind, Shape};
use crate::sql::{quote_ident, quote_literal};

/// A table, and what its rows have to keep to.
#[derive(Clone, Debug, Deserialize)]
pub struct Table {
    /// The server's number for it.
    pub oid: u32,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its name in SQL: qualified, and quoted where it has to be.
    pub relation: String,
    /// Whether row security holds for the user who asked; COPY is refused then.
    pub row_security: bool,
    /// Whether the user who asked may insert.
    pub may_insert: bool,
    /// The columns, in their order.
    pub columns: Vec<Column>,
    /// The CHECK constraints.
    pub checks: Vec<Check>,
    /// Primary key, unique indexes and exclusion constraints; the primary key first.
    pub keys: Vec<Key>,
    /// The foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// How it is partitioned.
    pub partitions: Option<Partitions>,
}

/// A column.
#[derive(Clone, Debug, Deserialize)]
pub struct Column {
    number: i16,
    /// Its name.
    pub name: String,
    /// Its type; of a domain, the type under it.
    #[serde(rename = "type", deserialize_with = "kind")]
    pub kind: Kind,
    /// Whether it, or its domain, is NOT NULL.
    pub not_null: bool,
    /// Its default.
    pub default: Option<String>,
    /// Whether PostgreSQL computes it from the other columns.
    pub generated: bool,
    /// Whether it is an identity column.
    pub identity: bool,
    /// The sequence that belongs to it.
    pub sequence: Option<Sequence>,
    /// The CHECK constraints of its domain, over `VALUE`.
    pub domain_checks: Vec<String>,
}

/// A sequence that belongs to a column.
#[derive(Clone, Debug, Deserialize)]
pub struct Sequence {
    /// Its quoted name.
    pub name: String,
    /// What it goes up by; it may go down.
    pub increment: i64,
    /// The least number.
    pub least: i64,
    /// The greatest number.
    pub greatest: i64,
}

/// A CHECK constraint.
#[derive(Clone, Debug, Deserialize)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// Its expression.
    pub text: String,
}

/// What no two rows may have alike.
#[derive(Clone, Debug, Deserialize)]
pub struct Key {
    /// The name of the index.
    pub name: String,
    /// Whether it is the primary key.
    pub is_primary: bool,
    /// Whether it is an exclusion constraint; `columns` are those compared with `=`.
    pub is_exclusion: bool,
    /// Whether it is made of columns only, for all rows.
    pub is_plain: bool,
    /// Whether two NULLs count as equal.
    pub nulls_equal: bool,
    /// The rows that it holds for.
    pub predicate: Option<String>,
    /// The columns in it.
    pub columns: Vec<String>,
    /// The expressions in it.
    pub expressions: Vec<String>,
}

/// A foreign key.
#[derive(Clone, Debug, Deserialize)]
pub struct ForeignKey {
    /// Its name.
    pub name: String,
    #[serde(rename = "columns")]
    numbers: Vec<i16>,
    /// The server's number of the table that it refers to.
    pub parent: u32,
    /// The schema of that table.
    pub parent_schema: String,
    /// The name of that table.
    pub parent_name: String,
    #[serde(rename = "parent_columns")]
    parent_numbers: Vec<i16>,
    /// What happens when the parent row goes: `a` or `r` refuse, `c` cascade, `n` or `d` set.
    pub on_delete: String,
    /// Whether NULL in one column needs NULL in all.
    pub is_full: bool,
    /// The triggers that check new rows, by their names.
    pub triggers: Vec<String>,
}

/// How a table is partitioned.
#[derive(Clone, Debug, Deserialize)]
pub struct Partitions {
    /// The numbers of the columns; 0 for an expression.
    pub columns: Vec<i16>,
    /// `r` by range, `l` by list, `h` by hash.
    pub strategy: String,
    /// The bounds of each partition, as PostgreSQL writes them.
    pub bounds: Vec<String>,
}

impl Table {
    /// Its name, for messages.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    /// Where a column stands among the columns.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    fn of_number(&self, number: i16) -> Option<usize> {
        let columns = &mut self.columns.iter();
        columns.position(|column| column.number == number)
    }

    /// The columns of one of its foreign keys, as positions.
    #[must_use]
    pub fn columns_of(&self, key: &ForeignKey) -> Vec<usize> {
        let numbers = key.numbers.iter();
        numbers
            .filter_map(|number| self.of_number(*number))
            .collect()
    }

    /// The columns that a foreign key refers to in this table, as positions.
    #[must_use]
    pub fn columns_referred_to(&self, key: &ForeignKey) -> Vec<usize> {
        let numbers = key.parent_numbers.iter();
        numbers
            .filter_map(|number| self.of_number(*number))
            .collect()
    }
}

impl Partitions {
    /// The condition of the rows that have a place, where not all have one: over one column, by
    /// range or list.
    #[must_use]
    pub fn condition(&self, table: &Table) -> Option<String> {
        let [number] = &*self.columns else {
            return None;
        };
        let column = &table.columns[table.of_number(*number)?];
        let name = quote_ident(&column.name);
        if self.take_all() {
            return None;
        }
        let typed = |value: &str| format!("{value}::{}", column.kind.name);
        let parts = self.bounds.iter().filter_map(|bounds| {
            let values = bounds.strip_prefix("FOR VALUES ")?;
            if self.strategy == "l" {
                return Some(format!("{name} {values}"));
            }
            let (from, to) = values.strip_prefix("FROM (")?.split_once(") TO (")?;
            let to = to.strip_suffix(')')?;
            let from = (from != "MINVALUE").then(|| format!("{name} >= {}", typed(from)));
            let to = (to != "MAXVALUE").then(|| format!("{name} < {}", typed(to)));
            let both: Vec<String> = from.into_iter().chain(to).collect();
            let open = || format!("{name} IS NOT NULL");
            Some(if both.is_empty() {
                open()
            } else {
                both.join(" AND ")
            })
        });
        let parts: Vec<String> = parts.map(|part| format!("({part})")).collect();
        (!parts.is_empty()).then(|| parts.join(" OR "))
    }

    /// Whether every row has its place.
    #[must_use]
    pub fn take_all(&self) -> bool {
        self.strategy == "h" || self.bounds.iter().any(|bounds| bounds == "DEFAULT")
    }
}

/// Reads the tables of these schemas, in the order in which they were made.
///
/// # Errors
///
/// When the server refuses.
pub async fn read(client: &Client, schemas: &[&str]) -> anyhow::Result<Vec<Table>> {
    let names: Vec<String> = schemas.iter().map(|name| quote_literal(name)).collect();
    // Definitions are written as the session's settings have them, so these are fixed.
    let sql = format!(
        "BEGIN READ ONLY; SET LOCAL search_path = pg_catalog; SET LOCAL TimeZone = 'UTC';
         SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres';
         SET LOCAL jit = off;\n{};\nCOMMIT",
        include_str!("tables.sql").replace("{schemas}", &names.join(", "))
    );
    let messages = client.simple_query(&sql).await;
    if messages.is_err() && !client.is_closed() {
        client.batch_execute("ROLLBACK").await.ok();
    }
    let mut tables = Vec::new();
    for message in messages.context("could not read the tables")? {
        if let SimpleQueryMessage::Row(row) = message {
            let json = row.get(0).unwrap_or_default();
            tables.push(serde_json::from_str(json).context("could not read a table")?);
        }
    }
    Ok(tables)
}

#[derive(Deserialize)]
struct Type {
    oid: u32,
    name: String,
    class: String,
    modifier: i32,
    #[serde(default)]
    element: Option<Box<Type>>,
    #[serde(default)]
    labels: Option<Vec<String>>,
}

fn kind<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
    Ok(Type::deserialize(deserializer)?.kind())
}

/// Length and precision stand four bytes above what was written.
const HEADER: i32 = 4;

impl Type {
    fn kind(self) -> Kind {
        let length = u32::try_from(self.modifier - HEADER).ok();
        let element = self.element.map(|element| Box::new(element.kind()));
        let shape = match (&*self.name, element) {
            (_, Some(element)) if element.shape == Shape::Unknown => Shape::Unknown,
            (_, Some(element)) if self.class == "r" => Shape::Range(element),
            (_, Some(element)) => Shape::Array(element),
            ("boolean", _) => Shape::Bool,
            ("smallint", _) => Shape::Int(2),
            ("integer", _) => Shape::Int(4),
            ("bigint", _) => Shape::Int(8),
            ("real", _) => Shape::Float(4),
            ("double precision", _) => Shape::Float(8),
            ("numeric", _) => Shape::Numeric(length.map(|both| {
                let scale = both & 0x7ff;
                #[allow(clippy::cast_possible_truncation, reason = "eleven and sixteen bits")]
                ((both >> 16) as u16, scale as u16)
            })),
            ("text" | "citext" | "extensions.citext", _) => Shape::Text(None),
            ("character varying" | "character", _) => Shape::Text(length),
            ("name", _) => Shape::Text(Some(63)),
            ("bytea", _) => Shape::Bytes,
            ("uuid", _) => Shape::Uuid,
            ("timestamp with time zone" | "timestamp without time zone", _) => Shape::Timestamp,
            ("date", _) => Shape::Date,
            ("time without time zone", _) => Shape::Time,
            ("interval", _) => Shape::Interval,
            ("inet", _) => Shape::Inet,
            ("json", _) => Shape::Json,
            ("jsonb", _) => Shape::Jsonb,
            _ => match self.labels {
                Some(labels) if self.class == "e" => Shape::Enum(labels),
                _ => Shape::Unknown,
            },
        };
        Kind {
            oid: self.oid,
            name: self.name,
            shape,
        }
    }
}

#[cfg(test)]
pub(super) mod samples;
