//! Tables for tests, as the catalog would give them.

use serde_json::{Value, json};

use super::Table;

/// A foreign key of a table.
pub(in crate::seed) struct Key {
    parent: u32,
    columns: Vec<String>,
    referred: Vec<String>,
}

impl Key {
    /// A key of these columns to those of another table.
    pub(in crate::seed) fn to(parent: u32, columns: &[&str], referred: &[&str]) -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            parent,
            columns: names(columns),
            referred: names(referred),
        }
    }
}

/// The number of a column: the same name has the same number in each table.
fn number(name: &str) -> i16 {
    name.trim_end_matches('!')
        .bytes()
        .fold(1, |number: i16, byte| {
            (number.wrapping_mul(31)).wrapping_add(byte.into()) & 0x3fff
        })
}

/// A table of the schema `s`; a column that is NOT NULL ends with `!`, and `id` is the primary key.
pub(in crate::seed) fn table(oid: u32, name: &str, columns: &[&str], keys: &[Key]) -> Table {
    let columns: Vec<Value> = columns
        .iter()
        .map(|column| {
            json!({
                "number": number(column),
                "name": column.trim_end_matches('!'),
                "type": { "oid": 2950, "name": "uuid", "class": "b", "modifier": -1 },
                "not_null": column.ends_with('!'),
                "default": null, "generated": false, "identity": false,
                "sequence": null, "domain_checks": [],
            })
        })
        .collect();
    let numbers =
        |names: &[String]| -> Vec<i16> { names.iter().map(|name| number(name)).collect() };
    let foreign_keys: Vec<Value> = keys
        .iter()
        .map(|key| {
            json!({
                "name": format!("{name}_{}_fkey", key.columns.join("_")),
                "columns": numbers(&key.columns),
                "parent": key.parent, "parent_schema": "s", "parent_name": "parent",
                "parent_columns": numbers(&key.referred),
                "on_delete": "a", "is_full": false, "triggers": [],
            })
        })
        .collect();
    let primary = json!({
        "name": format!("{name}_pkey"), "is_primary": true, "is_exclusion": false,
        "is_plain": true, "nulls_equal": false, "predicate": null,
        "columns": ["id"], "expressions": [],
    });
    let table = json!({
        "oid": oid, "schema": "s", "name": name, "relation": format!("s.{name}"),
        "row_security": false, "may_insert": true, "columns": columns, "checks": [],
        "keys": [primary], "foreign_keys": foreign_keys, "partitions": null,
    });
    serde_json::from_value(table).expect("a table")
}
