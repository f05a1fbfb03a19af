//! Reads what is there before rows are generated: rows that others refer to, and sequences.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use super::expression;
use super::layout::ExistingRow;
use super::owners::{Link, Ties};
use super::tables::Table;
use super::value::{Shape, Value};
use crate::sql::quote_ident;

/// How many rows of a table may be referred to: reference rows are few, and other rows are left
/// alone.
const MOST: usize = 1_000;

/// Reads rows that were there before: those of the tables that a foreign key refers to. `tables`
/// and `ties` go along, parents first; `conditions` tell generated rows, by table.
///
/// # Errors
///
/// When the server refuses.
pub async fn rows(
    client: &Client,
    tables: &[Table],
    ties: &[Ties],
    conditions: &BTreeMap<String, Vec<String>>,
) -> anyhow::Result<Vec<Vec<ExistingRow>>> {
    let mut all: Vec<Vec<ExistingRow>> = Vec::new();
    for (table, ties) in tables.iter().zip(ties) {
        let sorted = needed(table, ties, tables);
        let is_parent = tables
            .iter()
            .any(|other| other.foreign_keys.iter().any(|key| key.parent == table.oid));
        let is_known = |at: &usize| table.columns[*at].kind.shape != Shape::Unknown;
        let columns: Vec<usize> = (0..table.columns.len()).filter(is_known).collect();
        let mut found = Vec::new();
        if is_parent && sorted.iter().all(is_known) && !sorted.is_empty() {
            let conditions = conditions
                .get(&table.relation)
                .map_or(&[][..], Vec::as_slice);
            for values in read(client, table, &columns, &sorted, conditions).await? {
                if let Some(owner) = owner(table, ties, tables, &all, &values) {
                    found.push(ExistingRow { owner, values });
                }
            }
            found.sort_by_key(|row| row.owner);
        }
        all.push(found);
    }
    Ok(all)
}

/// The columns that foreign keys refer to, and those of the key to the owner.
fn needed(table: &Table, ties: &Ties, tables: &[Table]) -> BTreeSet<usize> {
    let keys = tables.iter().flat_map(|other| &other.foreign_keys);
    let referring = keys.filter(|key| key.parent == table.oid);
    let mut columns: BTreeSet<usize> = referring
        .flat_map(|key| table.columns_referred_to(key))
        .collect();
    if !columns.is_empty() {
        columns.extend(
            ties.owner
                .iter()
                .flat_map(|key| table.columns_of(&table.foreign_keys[*key])),
        );
    }
    columns
}

async fn read(
    client: &Client,
    table: &Table,
    columns: &[usize],
    sorted: &BTreeSet<usize>,
    generated: &[String],
) -> anyhow::Result<Vec<Vec<Option<Value>>>> {
    let name = |at: &usize| quote_ident(&table.columns[*at].name);
    let names: Vec<String> = columns.iter().map(name).collect();
    let order: Vec<String> = sorted.iter().map(name).collect();
    let condition: String = generated
        .iter()
        .map(|one| format!(" AND ({one}) IS NOT TRUE"))
        .collect();
    let sql = format!(
        "SELECT {names} FROM {table} WHERE true{condition} ORDER BY {order} LIMIT {MOST}",
        names = names.join(", "),
        order = order.join(", "),
        table = table.relation
    );
    let mut rows = Vec::new();
    for row in self::select(client, &sql)
        .await
        .with_context(|| format!("could not read `{}`", table.title()))?
    {
        let mut values = vec![None; table.columns.len()];
        for (place, at) in columns.iter().enumerate() {
            values[*at] = match row.get(place) {
                None => Some(Value::Null),
                Some(text) => expression::literal(text, &table.columns[*at].kind).ok(),
            };
        }
        rows.push(values);
    }
    Ok(rows)
}

/// The number of a row's owner; nothing when the owner is not among the rows that are known.
fn owner(
    table: &Table,
    ties: &Ties,
    tables: &[Table],
    all: &[Vec<ExistingRow>],
    values: &[Option<Value>],
) -> Option<u64> {
    let (Some(key), Some(parent)) = (ties.owner, ties.chain.first()) else {
        return Some(0);
    };
    debug_assert_eq!(ties.links[key], Link::Owner);
    let key = &table.foreign_keys[key];
    let pairs: Vec<(usize, usize)> = table
        .columns_of(key)
        .into_iter()
        .zip(tables[*parent].columns_referred_to(key))
        .collect();
    let is_owner = |row: &ExistingRow| {
        pairs
            .iter()
            .all(|(own, referred)| values[*own].is_some() && values[*own] == row.values[*referred])
    };
    all[*parent].iter().position(is_owner).map(|at| at as u64)
}

/// The next numbers of columns that count their rows, by table and column.
///
/// # Errors
///
/// When the server refuses.
pub async fn next_numbers(
    client: &Client,
    table: &Table,
    column: usize,
) -> anyhow::Result<(i64, i64)> {
    let own = &table.columns[column];
    let sql = match &own.sequence {
        Some(sequence) => format!(
            "SELECT CASE WHEN is_called THEN last_value + {increment} ELSE last_value END, {increment} \
             FROM {name}",
            name = sequence.name,
            increment = sequence.increment
        ),
        None => format!(
            "SELECT coalesce(pg_catalog.max({}), 0) + 1, 1 FROM {}",
            quote_ident(&own.name),
            table.relation
        ),
    };
    let rows = select(client, &sql).await.with_context(|| {
        format!(
            "could not read the next number of `{}.{}`",
            table.title(),
            own.name
        )
    })?;
    let number = |at| rows.first().and_then(|row| row.get(at)?.parse().ok());
    Ok((number(0).unwrap_or(1), number(1).unwrap_or(1)))
}

/// The rows of a statement.
pub(super) async fn select(
    client: &Client,
    sql: &str,
) -> Result<Vec<SimpleQueryRow>, tokio_postgres::Error> {
    let messages = client.simple_query(sql).await?;
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    Ok(rows.collect())
}
