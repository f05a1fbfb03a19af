//! In which order tables are filled: parents before children.

use std::collections::BTreeSet;

use super::tables::Table;
use crate::error::Failure;

/// The order of the tables, as positions, and the foreign keys that stay NULL for its sake: pairs
/// of a table's position and that of the key.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Parents first; among equals, as the tables are given.
    pub tables: Vec<usize>,
    /// Keys that would close a circle.
    pub left_null: BTreeSet<(usize, usize)>,
}

/// Orders tables by their foreign keys. A key to its own table, or to one that is not among them,
/// is no obstacle.
///
/// Where tables refer to each other in a circle, a key that may be NULL is left so.
///
/// # Errors
///
/// When each key of a circle is NOT NULL.
pub fn order(tables: &[Table]) -> Result<Order, Failure> {
    let mut order = Order::default();
    let mut waiting: Vec<usize> = (0..tables.len()).collect();
    while !waiting.is_empty() {
        let ready = waiting
            .iter()
            .position(|table| obstacles(tables, *table, &waiting, &order.left_null).is_empty());
        if let Some(ready) = ready {
            order.tables.push(waiting.remove(ready));
            continue;
        }
        // Every table waits for another one: the first that can do without is let through.
        let nullable = waiting.iter().find_map(|table| {
            let obstacles = obstacles(tables, *table, &waiting, &order.left_null);
            let all = obstacles
                .iter()
                .all(|key| may_be_null(&tables[*table], *key));
            all.then(|| {
                obstacles
                    .into_iter()
                    .map(|key| (*table, key))
                    .collect::<Vec<_>>()
            })
        });
        let Some(keys) = nullable else {
            return Err(refuse(tables, &waiting, &order.left_null));
        };
        order.left_null.extend(keys);
    }
    Ok(order)
}

/// The keys of a table to other tables that are not filled yet.
fn obstacles(
    tables: &[Table],
    table: usize,
    waiting: &[usize],
    left_null: &BTreeSet<(usize, usize)>,
) -> Vec<usize> {
    let keys = tables[table].foreign_keys.iter().enumerate();
    keys.filter(|(at, key)| {
        key.parent != tables[table].oid
            && !left_null.contains(&(table, *at))
            && waiting.iter().any(|other| tables[*other].oid == key.parent)
    })
    .map(|(at, _)| at)
    .collect()
}

/// Whether a foreign key holds with NULL in one of its columns.
pub(super) fn may_be_null(table: &Table, key: usize) -> bool {
    let key = &table.foreign_keys[key];
    let mut columns = table.columns_of(key).into_iter();
    if key.is_full {
        columns.all(|column| !table.columns[column].not_null)
    } else {
        columns.any(|column| !table.columns[column].not_null)
    }
}

fn refuse(tables: &[Table], waiting: &[usize], left_null: &BTreeSet<(usize, usize)>) -> Failure {
    // From any table that waits, following what it waits for leads into the circle.
    let next = |table: usize| {
        let keys = obstacles(tables, table, waiting, left_null);
        let key = keys
            .into_iter()
            .find(|key| !may_be_null(&tables[table], *key))?;
        let parent = tables[table].foreign_keys[key].parent;
        tables.iter().position(|other| other.oid == parent)
    };
    let mut path = vec![waiting[0]];
    while let Some(table) = path.last().copied().and_then(next) {
        if let Some(start) = path.iter().position(|passed| *passed == table) {
            path.drain(..start);
            break;
        }
        path.push(table);
    }
    let names: Vec<String> = path
        .iter()
        .map(|table| format!("`{}`", tables[*table].title()))
        .collect();
    Failure::new("no table of a circle of foreign keys can be filled first")
        .detail(format!("Each needs a row of the next one: {}.", names.join(", ")))
        .hint("Let a column of one of these keys be NULL, or give these tables `rows = 0` in dev.toml.")
}

#[cfg(test)]
mod tests;
