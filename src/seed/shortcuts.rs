//! What makes a large load fast: indexes are built when the rows are there, and foreign keys are
//! checked for all rows at once.
//!
//! Both belong to the transaction of the load. When it does not come to its end, the table is as
//! before, with all its indexes and checks.

use tokio_postgres::Client;

use super::existing::select;
use super::tables::{ForeignKey, Table};
use super::value::Shape;
use crate::sql::quote_ident;

/// From so many rows on it pays.
const MANY: u64 = 10_000;

/// Indexes that serve no constraint, and that nothing but their definition and comment says more of;
/// of a table that is small beside what comes, and whose triggers do not want to look anything up.
const INDEXES: &str = "\
    SELECT format('%I.%I', n.nspname, i.relname), pg_get_indexdef(i.oid), \
        quote_literal(obj_description(i.oid, 'pg_class')) \
    FROM pg_index AS x \
    JOIN pg_class AS i ON i.oid = x.indexrelid \
    JOIN pg_class AS t ON t.oid = x.indrelid \
    JOIN pg_namespace AS n ON n.oid = i.relnamespace \
    WHERE t.oid = {table} AND t.relkind = 'r' AND NOT t.relispartition AND i.reltablespace = 0 \
        AND pg_relation_size(t.oid) < {rows} * 50::bigint AND pg_has_role(t.relowner, 'USAGE') \
        AND NOT EXISTS (SELECT FROM pg_trigger AS g \
            WHERE g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgtype & 4 = 4 AND g.tgenabled <> 'D') \
        AND x.indisvalid AND NOT x.indisunique AND NOT x.indisexclusion AND NOT x.indisclustered \
        AND NOT x.indisreplident \
        AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = i.oid AND a.attstattarget > 0) \
        AND NOT EXISTS (SELECT FROM pg_depend AS d \
            WHERE d.classid = 'pg_class'::regclass AND d.objid = i.oid AND d.deptype IN ('e', 'x', 'i')) \
    ORDER BY i.relname";

/// What is done before rows are loaded into a table, and what after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shortcuts {
    /// Statements before the rows.
    pub(super) before: Vec<String>,
    /// For each foreign key, a statement that locks the parents of the rows, and one that finds a row
    /// without a parent.
    pub(super) checks: Vec<KeyCheck>,
    /// Statements after the rows.
    pub(super) after: Vec<String>,
}

/// A foreign key that is checked for all rows at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyCheck {
    pub(super) name: String,
    /// Keeps the parents from being deleted, as the key's own trigger does.
    pub(super) lock: String,
    /// Gives a row when one has no parent.
    pub(super) orphan: String,
}

/// Decides, in the transaction of the load; `parents` are the tables of the foreign keys with the number
/// of their rows. Triggers of foreign keys are a superuser's.
pub(super) async fn of(
    client: &Client,
    table: &Table,
    parents: &[Option<(&Table, u64)>],
    rows: u64,
    is_superuser: bool,
) -> Result<Shortcuts, tokio_postgres::Error> {
    let mut shortcuts = Shortcuts::default();
    if rows < MANY {
        return Ok(shortcuts);
    }
    let sql = INDEXES
        .replace("{table}", &table.oid.to_string())
        .replace("{rows}", &rows.to_string());
    for row in select(client, &sql).await? {
        let text = |at| row.get(at).unwrap_or_default();
        shortcuts.before.push(format!("DROP INDEX {}", text(0)));
        shortcuts.after.push(text(1).to_owned());
        if row.get(2).is_some() {
            shortcuts
                .after
                .push(format!("COMMENT ON INDEX {} IS {}", text(0), text(2)));
        }
    }
    if !shortcuts.before.is_empty() {
        shortcuts
            .before
            .push("SET LOCAL maintenance_work_mem = '128MB'".to_owned());
    }
    if !is_superuser || table.partitions.is_some() {
        return Ok(shortcuts);
    }
    for (key, parent) in table.foreign_keys.iter().zip(parents) {
        let check = parent.and_then(|(parent, all)| check(table, key, parent, all <= rows));
        let Some(check) = check else {
            continue;
        };
        for trigger in &key.triggers {
            let alter = |verb| {
                format!(
                    "ALTER TABLE {} {verb} TRIGGER {}",
                    table.relation,
                    quote_ident(trigger)
                )
            };
            shortcuts.before.push(alter("DISABLE"));
            shortcuts.after.push(alter("ENABLE"));
        }
        shortcuts.checks.push(check);
    }
    Ok(shortcuts)
}

/// The check of a foreign key between ordinary tables, whose columns are compared as they are.
fn check(table: &Table, key: &ForeignKey, parent: &Table, is_small: bool) -> Option<KeyCheck> {
    let own = table.columns_of(key);
    let plain = |at: &usize| {
        let kind = &table.columns[*at].kind;
        let is_text = matches!(kind.shape, Shape::Text(_)) && !kind.name.ends_with("citext");
        is_text
            || matches!(
                kind.shape,
                Shape::Uuid | Shape::Int(_) | Shape::Date | Shape::Timestamp
            )
    };
    let is_plain = own.iter().all(plain) && !key.is_full && parent.partitions.is_none();
    if !is_plain || key.triggers.is_empty() {
        return None;
    }
    let pairs: Vec<(String, String)> = own
        .iter()
        .zip(parent.columns_referred_to(key))
        .map(|(own, referred)| {
            let name = |alias: &str, name: &str| format!("{alias}.{}", quote_ident(name));
            (
                name("c", &table.columns[*own].name),
                name("p", &parent.columns[referred].name),
            )
        })
        .collect();
    let equal: Vec<String> = pairs
        .iter()
        .map(|(own, referred)| format!("{own} = {referred}"))
        .collect();
    let equal = equal.join(" AND ");
    let there: Vec<String> = pairs
        .iter()
        .map(|(own, _)| format!("{own} IS NOT NULL"))
        .collect();
    Some(KeyCheck {
        name: key.name.clone(),
        // Where there are fewer parents than rows, it is quicker to lock them all.
        lock: if is_small {
            format!(
                "SELECT pg_catalog.count(*) FROM (SELECT FROM ONLY {} FOR KEY SHARE) AS locked",
                parent.relation
            )
        } else {
            format!(
                "SELECT pg_catalog.count(*) FROM (SELECT FROM ONLY {parent} AS p \
                 WHERE EXISTS (SELECT FROM ONLY {table} AS c WHERE {equal}) FOR KEY SHARE OF p) AS locked",
                parent = parent.relation,
                table = table.relation,
            )
        },
        orphan: format!(
            "SELECT 1 FROM ONLY {table} AS c WHERE {there} \
             AND NOT EXISTS (SELECT FROM ONLY {parent} AS p WHERE {equal}) LIMIT 1",
            table = table.relation,
            there = there.join(" AND "),
            parent = parent.relation,
        ),
    })
}
