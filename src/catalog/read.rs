//! Reads a snapshot from a database, in one message.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context, bail};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use super::index::{Column, OperatorClass, OperatorClasses, PlainIndex};
use super::row::{Class, RELATION, Row};
use super::snapshot::{ObjectKey, Properties, Snapshot};

/// Definitions are written as the session's settings have them, so these are fixed. One snapshot of
/// the catalog serves all statements; what writes a definition looks at the newest state, though,
/// and fails or writes nothing when the object is gone by then.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog; SET LOCAL quote_all_identifiers = off;
SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';
SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;";

/// What the rows of a statement are; their values are listed in the first line of its file.
///
/// Where a row ends in words, those that are there make up a definition, parted by spaces.
#[derive(Clone, Copy)]
enum Rows {
    /// class, object: belongs to an extension.
    Members,
    /// class, object, 0, kind, name, schema, and properties by their name.
    Objects,
    /// relation, column, expression.
    Defaults,
    /// relation, number, name, type, collation, how it is generated, words.
    Columns,
    /// object, name, type, whether it is the usual one of that type, and of similar ones.
    OperatorClasses,
    /// object, relation, name, definition or what a plain index is made of, words.
    Indexes,
    /// class, object, part, class of the whole, whole, label, words.
    Parts,
    /// class, object, property, relation, column.
    References,
    /// class, object, part, property, words.
    Properties,
}

/// The statements, in the order in which their rows refer to each other.
#[rustfmt::skip]
const QUERIES: [(Rows, &str); 15] = [
    (Rows::Members, include_str!("queries/members.sql")),
    (Rows::Objects, include_str!("queries/relations.sql")),
    (Rows::Objects, include_str!("queries/other_objects.sql")),
    (Rows::Defaults, include_str!("queries/defaults.sql")),
    (Rows::Columns, include_str!("queries/columns.sql")),
    (Rows::OperatorClasses, include_str!("queries/operator_classes.sql")),
    (Rows::Indexes, include_str!("queries/indexes.sql")),
    (Rows::Parts, include_str!("queries/constraints.sql")),
    (Rows::Parts, include_str!("queries/triggers.sql")),
    (Rows::References, include_str!("queries/references.sql")),
    (Rows::Properties, include_str!("queries/relation_properties.sql")),
    (Rows::Properties, include_str!("queries/other_properties.sql")),
    (Rows::Properties, include_str!("queries/owners.sql")),
    (Rows::Properties, include_str!("queries/grants.sql")),
    (Rows::Properties, include_str!("queries/comments.sql")),
];

/// Which transactions are seen: the same before and after when nothing can have changed.
const SEEN: &str = "SELECT pg_catalog.pg_current_snapshot()";

/// How often a catalog that changes while it is read is put up with.
const ATTEMPTS: u32 = 10;

/// Catalog, object, part: what the server knows an object by.
type Address = (Class, u32, i32);

/// Reads the catalog of the database that `client` is connected to, without the schema `ledger`.
///
/// When anything was written meanwhile, two readings in a row have to say the same.
///
/// # Errors
///
/// When the server refuses a statement, or when objects come and go all the time.
pub async fn read(client: &Client, ledger: &str) -> anyhow::Result<Snapshot> {
    let mut sql = format!("{BEGIN}\nSELECT current_setting('server_version_num');\n{SEEN};\n");
    for (_, query) in &QUERIES {
        sql.push_str(query);
        sql.push_str(";\n");
    }
    sql.push_str("COMMIT;\n");
    sql.push_str(SEEN);
    let mut before = None;
    for _ in 0..ATTEMPTS {
        match client.simple_query(&sql).await {
            Ok(messages) => {
                let results = results(messages);
                let is_quiet = seen(results.get(1)) == seen(results.last());
                match assemble(results, ledger) {
                    Ok(snapshot) if is_quiet || before.as_ref() == Some(&snapshot) => {
                        return Ok(snapshot);
                    }
                    Err(error) if is_quiet => return Err(error),
                    found => before = found.ok(),
                }
            }
            Err(error) => {
                // The transaction is open and failed: nothing else can be done with it.
                let _ = client.simple_query("ROLLBACK").await;
                if error.code() != Some(&SqlState::INTERNAL_ERROR) {
                    return Err(error).context("could not read the catalog");
                }
            }
        }
    }
    bail!("could not read the catalog: it changes all the time")
}

fn seen(rows: Option<&Vec<SimpleQueryRow>>) -> Option<&str> {
    rows?.first()?.get(0)
}

/// Joins the rows by the numbers that the server gave the objects.
fn assemble(results: Vec<Vec<SimpleQueryRow>>, ledger: &str) -> anyhow::Result<Snapshot> {
    let mut results = results.into_iter();
    let version = results.next().unwrap_or_default();
    let server_major = version
        .first()
        .and_then(|row| row.get(0)?.parse::<u32>().ok())
        .context("the server does not tell its version")?
        / 10_000;
    let mut reading = Reading::default();
    for ((rows, _), found) in QUERIES.iter().zip(results.skip(1)) {
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
    columns: BTreeMap<i32, Column>,
}

/// The rows so far.
#[derive(Default)]
struct Reading {
    members: HashSet<(Class, u32)>,
    objects: HashMap<Address, Object>,
    /// The whole that a part belongs to, and what it is called there.
    parts: HashMap<Address, (Address, String)>,
    /// What a column of a relation is by itself.
    defaults: HashMap<(u32, i32), String>,
    operator_classes: OperatorClasses,
}

impl Reading {
    /// Takes a row; one about an object that is not ours is passed over.
    fn take(&mut self, rows: Rows, row: &SimpleQueryRow) -> anyhow::Result<()> {
        let row = Row(row);
        match rows {
            Rows::Members => {
                self.members.insert((row.class(0)?, row.number(1)?));
            }
            Rows::Objects => self.object(&row)?,
            Rows::Defaults => {
                let expression = row.text(2)?.to_owned();
                self.defaults
                    .insert((row.number(0)?, row.number(1)?), expression);
            }
            Rows::Columns => self.column(&row)?,
            Rows::OperatorClasses => {
                let class = OperatorClass {
                    name: row.text(1)?.to_owned(),
                    takes: row.number(2)?,
                    is_default: row.is(3)?,
                    is_preferred: row.is(4)?,
                };
                self.operator_classes.add(row.number(0)?, class);
            }
            Rows::Indexes => self.index(&row)?,
            Rows::Parts => {
                let address = (row.class(0)?, row.number(1)?, row.number(2)?);
                let whole = (row.class(3)?, row.number(4)?, 0);
                self.part(address, whole, row.text(5)?.to_owned(), row.words(6));
            }
            Rows::References => {
                let address = (row.class(0)?, row.number(1)?, 0);
                let target = (RELATION, row.number(3)?, 0);
                let column = row.number(4)?;
                let name = self.objects.get(&target).and_then(|target| {
                    Some(format!(
                        "{}.{}",
                        target.key.name,
                        target.columns.get(&column)?.name
                    ))
                });
                if let Some(name) = name {
                    self.property(address, row.text(2)?, name);
                }
            }
            Rows::Properties => {
                let address = (row.class(0)?, row.number(1)?, row.number(2)?);
                self.property(address, row.text(3)?, row.words(4));
            }
        }
        Ok(())
    }

    fn object(&mut self, row: &Row<'_>) -> anyhow::Result<()> {
        let (class, oid) = (row.class(0)?, row.number(1)?);
        if self.members.contains(&(class, oid)) && class != "pg_extension" {
            return Ok(());
        }
        let object = Object {
            key: ObjectKey {
                kind: row.text(3)?.to_owned(),
                name: row.text(4)?.to_owned(),
            },
            schema: row.number(5)?,
            properties: row.properties(6),
            columns: BTreeMap::new(),
        };
        self.objects.insert((class, oid, 0), object);
        Ok(())
    }

    fn column(&mut self, row: &Row<'_>) -> anyhow::Result<()> {
        let (oid, number, name) = (row.number(0)?, row.number(1)?, row.text(2)?);
        let column = Column {
            name: name.to_owned(),
            type_: row.number(3)?,
            collation: row.number(4)?,
        };
        let mut definition = row.words(6);
        if let Some(expression) = self.defaults.remove(&(oid, number)) {
            definition.push_str(&match row.text(5)? {
                "" => format!(" default {expression}"),
                "s" => format!(" generated always as ({expression}) stored"),
                _ => format!(" generated always as ({expression}) virtual"),
            });
        }
        let whole = (RELATION, oid, 0);
        if let Some(object) = self.objects.get_mut(&whole) {
            object.columns.insert(number, column);
            let label = format!("column {name}");
            self.part((RELATION, oid, number), whole, label, definition);
        }
        Ok(())
    }

    fn index(&mut self, row: &Row<'_>) -> anyhow::Result<()> {
        let whole = (RELATION, row.number(1)?, 0);
        let Some(relation) = self.objects.get(&whole) else {
            return Ok(());
        };
        let name = row.text(2)?;
        let mut definition = match row.0.get(3) {
            Some(definition) => definition.to_owned(),
            None => {
                let index = PlainIndex {
                    name,
                    relation: &relation.key.name,
                    is_unique: row.is(4)?,
                    nulls_are_equal: row.is(5)?,
                    is_partitioned: row.is(6)?,
                    keys: row.number(7)?,
                    columns: row.numbers(8)?,
                    collations: row.numbers(9)?,
                    classes: row.numbers(10)?,
                    options: row.numbers(11)?,
                };
                index
                    .definition(&relation.columns, &self.operator_classes)
                    .context("an index of an unknown column")?
            }
        };
        let words = row.words(12);
        if !words.is_empty() {
            definition.push(' ');
            definition.push_str(&words);
        }
        let address = (RELATION, row.number(0)?, 0);
        self.part(address, whole, format!("index {name}"), definition);
        Ok(())
    }

    fn part(&mut self, address: Address, whole: Address, label: String, definition: String) {
        if let Some(object) = self.objects.get_mut(&whole) {
            object.properties.insert(label.clone(), definition);
            self.parts.insert(address, (whole, label));
        }
    }

    fn property(&mut self, address: Address, property: &str, value: String) {
        let (whole, name) = match self.parts.get(&address) {
            Some((whole, label)) => (whole, format!("{label} {property}")),
            None => (&address, property.to_owned()),
        };
        if let Some(object) = self.objects.get_mut(whole) {
            object.properties.insert(name, value);
        }
    }

    /// Leaves out what lies in no schema of the users, and the ledger.
    fn finish(self, server_major: u32, ledger: &str) -> Snapshot {
        let schemas: HashMap<u32, &str> = self
            .objects
            .iter()
            .filter(|((class, _, _), _)| *class == "pg_namespace")
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
                    let names: Vec<_> = object.columns.values().map(|one| &*one.name).collect();
                    let order = names.join(", ");
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
