//! Reads a snapshot from a database, in one message.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context, bail};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use super::snapshot::{ObjectKey, Properties, Snapshot};

/// Definitions are written as the session's settings have them, so these are fixed. One snapshot of
/// the catalog serves all statements; what writes a definition looks at the newest state, though,
/// and fails when the object is gone by then.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog; SET LOCAL quote_all_identifiers = off;
SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';
SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;";

/// What the rows of a statement are.
#[derive(Clone, Copy)]
enum Rows {
    /// class, object: belongs to an extension.
    Members,
    /// class, object, 0, kind, name, schema.
    Objects,
    /// class, object, part, class of the whole, whole, label, definition.
    Parts,
    /// class, object, part, property, value.
    Properties,
}

/// The statements, in the order in which their rows refer to each other.
const QUERIES: [(Rows, &str); 12] = [
    (Rows::Members, include_str!("queries/members.sql")),
    (Rows::Objects, include_str!("queries/relations.sql")),
    (Rows::Objects, include_str!("queries/other_objects.sql")),
    (Rows::Parts, include_str!("queries/columns.sql")),
    (Rows::Parts, include_str!("queries/constraints.sql")),
    (Rows::Parts, include_str!("queries/indexes.sql")),
    (Rows::Parts, include_str!("queries/triggers.sql")),
    (
        Rows::Properties,
        include_str!("queries/relation_properties.sql"),
    ),
    (
        Rows::Properties,
        include_str!("queries/other_properties.sql"),
    ),
    (Rows::Properties, include_str!("queries/owners.sql")),
    (Rows::Properties, include_str!("queries/grants.sql")),
    (Rows::Properties, include_str!("queries/comments.sql")),
];

/// How often an object that disappears while its definition is written is put up with.
const ATTEMPTS: u32 = 5;

/// Catalog, object, part: what the server knows an object by.
type Address = (String, u32, i32);

/// Reads the catalog of the database that `client` is connected to, without the schema `ledger`.
///
/// # Errors
///
/// When the server refuses a statement, or when objects come and go all the time.
pub async fn read(client: &Client, ledger: &str) -> anyhow::Result<Snapshot> {
    let mut sql = format!("{BEGIN}\nSELECT current_setting('server_version_num');\n");
    for (_, query) in &QUERIES {
        sql.push_str(query);
        sql.push_str(";\n");
    }
    sql.push_str("COMMIT");
    for attempt in 1.. {
        match client.simple_query(&sql).await {
            Ok(messages) => return assemble(messages, ledger),
            Err(error) => {
                // The transaction is open and failed: nothing else can be done with it.
                let _ = client.simple_query("ROLLBACK").await;
                let moving = error.code() == Some(&SqlState::INTERNAL_ERROR);
                if !moving || attempt == ATTEMPTS {
                    return Err(error).context("could not read the catalog");
                }
            }
        }
    }
    bail!("could not read the catalog")
}

/// Joins the rows by the numbers that the server gave the objects.
fn assemble(messages: Vec<SimpleQueryMessage>, ledger: &str) -> anyhow::Result<Snapshot> {
    let mut results = results(messages).into_iter();
    let version = results.next().unwrap_or_default();
    let server_major = version
        .first()
        .and_then(|row| row.get(0)?.parse::<u32>().ok())
        .context("the server does not tell its version")?
        / 10_000;
    let mut reading = Reading::default();
    for ((rows, _), found) in QUERIES.iter().zip(results) {
        for row in &found {
            reading
                .take(*rows, row)
                .context("the catalog has a row that cannot be")?;
        }
    }
    Ok(reading.finish(server_major, ledger))
}

/// Parts the messages by statement, leaving out those without rows to read.
fn results(messages: Vec<SimpleQueryMessage>) -> Vec<Vec<SimpleQueryRow>> {
    let mut all = Vec::new();
    let mut open: Option<Vec<SimpleQueryRow>> = None;
    for message in messages {
        match message {
            SimpleQueryMessage::RowDescription(_) => open = Some(Vec::new()),
            SimpleQueryMessage::Row(row) => open.get_or_insert_default().push(row),
            SimpleQueryMessage::CommandComplete(_) => all.extend(open.take()),
            _ => {}
        }
    }
    all
}

/// An object on its way into the snapshot.
struct Object {
    key: ObjectKey,
    /// The number of its schema; 0 for none.
    schema: u32,
    properties: Properties,
    columns: Vec<String>,
}

/// The rows so far.
#[derive(Default)]
struct Reading {
    members: HashSet<(String, u32)>,
    objects: HashMap<Address, Object>,
    /// The whole that a part belongs to, and what it is called there.
    parts: HashMap<Address, (Address, String)>,
}

impl Reading {
    /// Takes a row; one about an object that is not ours is passed over.
    fn take(&mut self, rows: Rows, row: &SimpleQueryRow) -> anyhow::Result<()> {
        let text = |index| {
            row.get(index)
                .map(str::to_owned)
                .context("a value is missing")
        };
        let number = |index| -> anyhow::Result<u32> { Ok(text(index)?.parse()?) };
        let class = text(0)?;
        let oid = number(1)?;
        if let Rows::Members = rows {
            self.members.insert((class, oid));
            return Ok(());
        }
        if self.members.contains(&(class.clone(), oid)) && class != "pg_extension" {
            return Ok(());
        }
        let address = (class, oid, text(2)?.parse()?);
        match rows {
            Rows::Members => {}
            Rows::Objects => {
                let object = Object {
                    key: ObjectKey {
                        kind: text(3)?,
                        name: text(4)?,
                    },
                    schema: number(5)?,
                    properties: Properties::new(),
                    columns: Vec::new(),
                };
                self.objects.insert(address, object);
            }
            Rows::Parts => {
                let whole = (text(3)?, number(4)?, 0);
                let label = text(5)?;
                let Some(object) = self.objects.get_mut(&whole) else {
                    return Ok(());
                };
                object.properties.insert(label.clone(), text(6)?);
                if address.2 > 0 {
                    let column = label.strip_prefix("column ").unwrap_or(&label);
                    object.columns.push(column.to_owned());
                }
                self.parts.insert(address, (whole, label));
            }
            Rows::Properties => {
                let (property, value) = (text(3)?, text(4)?);
                let (whole, name) = match self.parts.get(&address) {
                    Some((whole, label)) => (whole, format!("{label} {property}")),
                    None => (&address, property),
                };
                if let Some(object) = self.objects.get_mut(whole) {
                    object.properties.insert(name, value);
                }
            }
        }
        Ok(())
    }

    /// Leaves out what lies in no schema of the users, and the ledger.
    fn finish(self, server_major: u32, ledger: &str) -> Snapshot {
        let schemas: HashMap<u32, &str> = self
            .objects
            .iter()
            .filter(|((class, _, _), _)| class == "pg_namespace")
            .map(|((_, oid, _), object)| (*oid, object.key.name.as_str()))
            .collect();
        let left_out: HashSet<u32> = self
            .objects
            .values()
            .map(|object| object.schema)
            .filter(|oid| *oid != 0)
            .filter(|oid| schemas.get(oid).is_none_or(|name| unquoted(name) == ledger))
            .collect();
        let objects: BTreeMap<_, _> = self
            .objects
            .into_values()
            .filter(|object| !left_out.contains(&object.schema))
            .map(|mut object| {
                if !object.columns.is_empty() {
                    let order = object.columns.join(", ");
                    object.properties.insert("columns".to_owned(), order);
                }
                (object.key, object.properties)
            })
            .collect();
        Snapshot {
            server_major,
            objects,
        }
    }
}

/// Returns a name without the quotes that SQL may want around it.
fn unquoted(name: &str) -> String {
    match name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
    {
        Some(inner) => inner.replace("\"\"", "\""),
        None => name.to_owned(),
    }
}
