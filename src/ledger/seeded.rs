//! The rows that crmdb has brought into the database.

use std::collections::BTreeSet;

use anyhow::Context as _;
use tokio_postgres::Client;

use super::Ledger;
use super::read::rows;
use crate::sql::{quote_ident, quote_literal};

/// The version of the ledger since which it knows them.
pub const SEEDED_ROWS_SINCE: i32 = 4;

/// Who wrote rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOrigin {
    /// A file of reference rows.
    Reference,
    /// The generator.
    Generated,
    /// A trigger that the generator set off.
    Trigger,
}

/// Rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeededRows {
    /// The number in the ledger.
    pub id: i64,
    /// Who wrote them.
    pub origin: RowOrigin,
    /// The table, qualified and quoted.
    pub relation: String,
    /// How many.
    pub count: u64,
    /// How generated ones are known.
    pub keys: Option<Keys>,
    /// What they were generated from, as JSON.
    pub run: String,
    /// Whether they are there; else they are planned.
    pub is_loaded: bool,
}

/// How generated rows are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// By a surrogate key.
    Span {
        /// The column, not quoted.
        column: String,
        /// The least key.
        first: String,
        /// The greatest key.
        last: String,
    },
    /// By these columns, not quoted; the ledger has the keys of each row.
    Listed(Vec<String>),
}

impl SeededRows {
    /// The condition on a row of the table to be one of these; nothing for what was not generated.
    #[must_use]
    pub fn condition(&self, ledger: &Ledger) -> Option<String> {
        Some(match self.keys.as_ref()? {
            Keys::Span {
                column,
                first,
                last,
            } => format!(
                "{} BETWEEN {} AND {}",
                quote_ident(column),
                quote_literal(first),
                quote_literal(last)
            ),
            Keys::Listed(columns) => format!(
                "{} IN (SELECT k.key FROM {}.seeded_keys AS k WHERE k.seeded_rows_id = {})",
                texts(columns),
                ledger.schema(),
                self.id
            ),
        })
    }
}

/// The settings under which keys are written as texts, and compared with them.
pub const KEY_SETTINGS: &str = "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; \
     SET LOCAL IntervalStyle = 'postgres'; SET LOCAL bytea_output = 'hex'; \
     SET LOCAL extra_float_digits = 1";

/// The texts of columns, as one array: two arrays are equal also where both have NULL.
fn texts(columns: &[String]) -> String {
    let texts: Vec<String> = columns
        .iter()
        .map(|column| format!("{}::pg_catalog.text", quote_ident(column)))
        .collect();
    format!("ARRAY[{}]", texts.join(", "))
}

/// Reads what crmdb has brought, in the order in which it came.
///
/// # Errors
///
/// When the server refuses.
pub async fn seeded_rows(client: &Client, ledger: &Ledger) -> anyhow::Result<Vec<SeededRows>> {
    let sql = format!(
        "SELECT id, origin, relation, row_count, pg_catalog.array_to_json(key_columns), first_key, \
         last_key, run::text, loaded_at IS NOT NULL FROM {}.seeded_rows ORDER BY id",
        ledger.schema()
    );
    let rows = rows(client, &sql)
        .await
        .context("could not read the seeded rows in the ledger")?;
    let mut found = Vec::new();
    for row in rows {
        let text = |at| row.get(at).unwrap_or_default().to_owned();
        let columns: Vec<String> = serde_json::from_str(&text(4))?;
        found.push(SeededRows {
            id: text(0).parse()?,
            origin: match &*text(1) {
                "reference" => RowOrigin::Reference,
                "generated" => RowOrigin::Generated,
                _ => RowOrigin::Trigger,
            },
            relation: text(2),
            count: text(3).parse()?,
            keys: match (row.get(5), columns.first()) {
                (_, None) => None,
                (Some(first), Some(column)) => Some(Keys::Span {
                    column: column.clone(),
                    first: first.to_owned(),
                    last: text(6),
                }),
                (None, Some(_)) => Some(Keys::Listed(columns)),
            },
            run: text(7),
            is_loaded: row.get(8) == Some("t"),
        });
    }
    Ok(found)
}

/// Returns the statement that notes the rows that are to be generated for a table.
#[must_use]
pub fn plan_rows_statement(
    ledger: &Ledger,
    relation: &str,
    count: u64,
    keys: &Keys,
    run: &str,
) -> String {
    let (columns, ends) = match keys {
        Keys::Span {
            column,
            first,
            last,
        } => (
            std::slice::from_ref(column),
            format!("{}, {}", quote_literal(first), quote_literal(last)),
        ),
        Keys::Listed(columns) => (&**columns, "NULL, NULL".to_owned()),
    };
    let columns: Vec<String> = columns.iter().map(|column| quote_literal(column)).collect();
    format!(
        "INSERT INTO {}.seeded_rows (origin, relation, row_count, key_columns, first_key, last_key, run) \
         VALUES ('generated', {}, {count}, ARRAY[{}], {ends}, {})",
        ledger.schema(),
        quote_literal(relation),
        columns.join(", "),
        quote_literal(run)
    )
}

/// Returns the statements that end the transaction that has loaded a table: its planned rows are
/// there, and triggers may have written others.
#[must_use]
pub fn loaded_statements(ledger: &Ledger, relation: &str, keys: &Keys, run: &str) -> String {
    let (schema, name) = (ledger.schema(), quote_literal(relation));
    let planned = format!("origin = 'generated' AND relation = {name} AND loaded_at IS NULL");
    let listed = match keys {
        Keys::Span { .. } => String::new(),
        // What this transaction has inserted: nobody else has an eye on it yet.
        Keys::Listed(columns) => format!(
            "INSERT INTO {schema}.seeded_keys (seeded_rows_id, key) \
             SELECT (SELECT id FROM {schema}.seeded_rows WHERE {planned}), {} FROM {relation} \
             WHERE xmin = pg_catalog.pg_current_xact_id()::pg_catalog.xid; ",
            texts(columns)
        ),
    };
    format!(
        "{listed}UPDATE {schema}.seeded_rows SET loaded_at = pg_catalog.clock_timestamp() \
         WHERE {planned}; {}",
        written(
            schema,
            "trigger",
            &format!("{}::pg_catalog.jsonb", quote_literal(run)),
            &name
        )
    )
}

/// Returns the statement that notes what a file of reference rows has inserted, to be sent in its
/// transaction.
#[must_use]
pub fn reference_rows_statement(ledger: &Ledger) -> String {
    written(ledger.schema(), "reference", "'{}'", "''")
}

/// Returns the statements that note that what had to be done after the rows of these tables is done,
/// and what it has written in this transaction.
#[must_use]
pub fn finished_statements(ledger: &Ledger, relations: &[&str]) -> String {
    let schema = ledger.schema();
    let relations: Vec<String> = relations.iter().map(|name| quote_literal(name)).collect();
    format!(
        "UPDATE {schema}.seeded_rows SET run = run || '{{\"is_finished\": true}}' \
         WHERE origin = 'generated' AND relation = ANY (ARRAY[{}]::pg_catalog.text[]); {}",
        relations.join(", "),
        written(schema, "trigger", "'{}'", "''")
    )
}

/// Returns the statement that forgets rows by their numbers in the ledger: they are not there any more.
#[must_use]
pub fn forget_rows_statement(ledger: &Ledger, numbers: &BTreeSet<i64>) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!(
        "DELETE FROM {}.seeded_rows WHERE id = ANY ('{{{}}}'::pg_catalog.int8[])",
        ledger.schema(),
        numbers.join(",")
    )
}

/// Returns the statement that forgets generated rows: they have been removed.
#[must_use]
pub fn forget_statement(ledger: &Ledger) -> String {
    format!(
        "DELETE FROM {}.seeded_rows WHERE origin <> 'reference'",
        ledger.schema()
    )
}

/// Notes which tables this transaction has inserted into, as the statistics of the server say;
/// partitions count for the whole.
///
/// The statistics go on from one transaction of a session to the next until they are flushed, which
/// is asked for here: so each transaction that ends with this finds its own.
fn written(schema: &str, origin: &str, run: &str, except: &str) -> String {
    let own = quote_literal(schema);
    format!(
        "INSERT INTO {schema}.seeded_rows (origin, relation, row_count, run, loaded_at) \
         SELECT '{origin}', t.relation, pg_catalog.sum(t.n_tup_ins), {run}, pg_catalog.clock_timestamp() \
         FROM (SELECT s.n_tup_ins, pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation \
             FROM pg_catalog.pg_stat_xact_user_tables AS s \
             JOIN pg_catalog.pg_class AS c \
                 ON c.oid = coalesce(pg_catalog.pg_partition_root(s.relid)::pg_catalog.oid, s.relid) \
             JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             WHERE s.n_tup_ins > 0 AND c.relpersistence <> 't' \
                 AND n.oid <> {own}::pg_catalog.regnamespace) AS t \
         WHERE t.relation <> {except} GROUP BY t.relation; \
         SELECT pg_catalog.pg_stat_force_next_flush()"
    )
}
