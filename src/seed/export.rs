//! Takes a few rows out of a database, with all rows that they refer to, as a file of seeds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::Context as _;
use tokio_postgres::Client;

use super::mask::Mask;
use super::order::order;
use super::tables::{ForeignKey, Table};
use crate::error::Failure;
use crate::sql::{quote_ident, quote_literal};

/// How many parents are asked for at a time.
const BATCH: usize = 500;

/// How many rows one INSERT has.
const ROWS: usize = 100;

/// A row, as the server writes its values.
type TextRow = Vec<Option<String>>;

/// Rows of tables, by the tables' positions.
pub type Slice = BTreeMap<usize, BTreeSet<TextRow>>;

/// Reads rows of a table, and all rows that they refer to. To be called in a transaction that sees one
/// state.
///
/// # Errors
///
/// When the condition is no SQL; when it holds for more than `limit` rows.
pub async fn slice(
    client: &Client,
    tables: &[Table],
    table: usize,
    condition: &str,
    limit: usize,
) -> anyhow::Result<Slice> {
    let sql = format!(
        "{} WHERE ({condition}\n) LIMIT {}",
        select(&tables[table]),
        limit + 1
    );
    let rows = read(client, &sql).await.with_context(|| {
        format!(
            "could not read `{}` with this condition",
            tables[table].title()
        )
    })?;
    if rows.len() > limit {
        return Err(
            Failure::new(format!("the condition holds for more than {limit} rows"))
                .hint("Make it narrower, or allow more with `--limit`.")
                .into(),
        );
    }
    let mut slice = Slice::new();
    let mut waiting = vec![(table, rows)];
    while let Some((table, rows)) = waiting.pop() {
        let known = slice.entry(table).or_default();
        let new: Vec<TextRow> = rows
            .into_iter()
            .filter(|row| known.insert(row.clone()))
            .collect();
        for key in &tables[table].foreign_keys {
            let parent = tables.iter().position(|other| other.oid == key.parent);
            let parent = parent.ok_or_else(|| outside(&tables[table], key))?;
            let values = referred(&tables[table], key, &new);
            for batch in values.chunks(BATCH) {
                let sql = parents(&tables[parent], key, batch);
                let rows = read(client, &sql).await.with_context(|| {
                    format!("could not read rows of `{}`", tables[parent].title())
                })?;
                waiting.push((parent, rows));
            }
        }
    }
    Ok(slice)
}

fn outside(table: &Table, key: &ForeignKey) -> Failure {
    Failure::new(format!(
        "`{}` refers to `{}.{}`, which belongs to no module",
        table.title(),
        key.parent_schema,
        key.parent_name
    ))
    .hint("A seed can have rows of the project's modules only.")
}

fn select(table: &Table) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("{}::text", quote_ident(&column.name)))
        .collect();
    format!("SELECT {} FROM {}", columns.join(", "), table.relation)
}

/// The rows of one statement. It goes by the extended protocol, which takes no second statement.
async fn read(client: &Client, sql: &str) -> anyhow::Result<Vec<TextRow>> {
    let rows = client.query(sql, &[]).await?;
    let texts = rows
        .iter()
        .map(|row| (0..row.len()).map(|at| row.try_get(at)).collect());
    Ok(texts.collect::<Result<_, _>>()?)
}

/// What rows have in the columns of a key, each once, and none with NULL.
fn referred(table: &Table, key: &ForeignKey, rows: &[TextRow]) -> Vec<Vec<String>> {
    let columns = table.columns_of(key);
    let values: BTreeSet<Vec<String>> = rows
        .iter()
        .filter_map(|row| columns.iter().map(|at| row[*at].clone()).collect())
        .collect();
    values.into_iter().collect()
}

fn parents(parent: &Table, key: &ForeignKey, values: &[Vec<String>]) -> String {
    let columns = parent.columns_referred_to(key);
    let condition = |values: &Vec<String>| {
        let parts: Vec<String> = columns
            .iter()
            .zip(values)
            .map(|(at, value)| {
                format!(
                    "{} = {}",
                    quote_ident(&parent.columns[*at].name),
                    quote_literal(value)
                )
            })
            .collect();
        format!("({})", parts.join(" AND "))
    };
    let conditions: Vec<String> = values.iter().map(condition).collect();
    format!("{} WHERE {}", select(parent), conditions.join(" OR "))
}

/// Writes a slice as SQL that inserts what is missing, parents first. The masks are those of the tables,
/// by position.
///
/// # Errors
///
/// When a value cannot be masked; when the tables refer to each other in a circle.
pub fn write(
    tables: &[Table],
    mut slice: Slice,
    masks: &mut BTreeMap<usize, Mask>,
) -> Result<String, Failure> {
    let order = order(tables)?;
    let mut text = String::new();
    for at in order.tables {
        let Some(rows) = slice.remove(&at).filter(|rows| !rows.is_empty()) else {
            continue;
        };
        let table = &tables[at];
        let left_null: BTreeSet<usize> = order
            .left_null
            .iter()
            .filter(|(other, _)| *other == at)
            .flat_map(|(_, key)| table.columns_of(&table.foreign_keys[*key]))
            .filter(|column| !table.columns[*column].not_null)
            .collect();
        let mut rows: Vec<TextRow> = rows.into_iter().collect();
        for row in &mut rows {
            left_null.iter().for_each(|column| row[*column] = None);
            if let Some(mask) = masks.get_mut(&at) {
                mask.apply(table, row)?;
            }
        }
        for rows in rows.chunks(ROWS) {
            insert(&mut text, table, rows);
        }
        sequences(&mut text, table);
    }
    Ok(text)
}

fn insert(text: &mut String, table: &Table, rows: &[TextRow]) {
    let columns: Vec<usize> = (0..table.columns.len())
        .filter(|at| !table.columns[*at].generated)
        .collect();
    let names: Vec<String> = columns
        .iter()
        .map(|at| quote_ident(&table.columns[*at].name))
        .collect();
    let overriding = if table.columns.iter().any(|column| column.identity) {
        "OVERRIDING SYSTEM VALUE "
    } else {
        ""
    };
    let _ = write!(
        text,
        "\nINSERT INTO {} ({})\n{overriding}VALUES",
        table.relation,
        names.join(", ")
    );
    for (place, row) in rows.iter().enumerate() {
        let values: Vec<String> = columns
            .iter()
            .map(|at| row[*at].as_deref().map_or("NULL".to_owned(), quote_literal))
            .collect();
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\n    ({})", values.join(", "));
    }
    text.push_str("\nON CONFLICT DO NOTHING;\n");
}

/// Moves sequences behind the numbers that were inserted.
fn sequences(text: &mut String, table: &Table) {
    for column in &table.columns {
        let Some(sequence) = &column.sequence else {
            continue;
        };
        let (end, further) = if sequence.increment > 0 {
            ("max", "greatest")
        } else {
            ("min", "least")
        };
        let _ = writeln!(
            text,
            "SELECT pg_catalog.setval({}, {further}(\n    (SELECT s.last_value FROM {} AS s), \
             (SELECT pg_catalog.{end}(t.{}) FROM {} AS t)));",
            quote_literal(&sequence.name),
            sequence.name,
            quote_ident(&column.name),
            table.relation
        );
    }
}
