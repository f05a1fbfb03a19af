//! What the document says of all tables, asked of the catalog; what it says of each is in
//! `expected/crm`.

use super::TABLES;
use crate::schema::holds;
use crate::support::Database;

/// Asserts that a query returns no name.
#[track_caller]
fn none(database: &Database, says: &str, query: &str) {
    let names = database.rows(query);
    assert!(names.is_empty(), "{says}: {names:?}");
}

const COLUMNS: &str = "SELECT c.relname || '.' || a.attname FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'crm'::regnamespace AND relkind = 'r'";

#[test]
fn there_are_the_fifteen_tables_with_key_and_time_stamps() {
    let database = Database::shipped();
    let mut found = database.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind = 'r'
        ORDER BY relname",
    );
    let mut tables = TABLES;
    tables.sort_unstable();
    assert_eq!(found.drain(..).flatten().collect::<Vec<_>>(), tables);

    for table in TABLES {
        let column = |name: &str| {
            format!(
                "(SELECT format_type(atttypid, atttypmod) || ' ' || attnotnull || ' '
                    || pg_get_expr(adbin, adrelid)
                FROM pg_attribute JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                WHERE attrelid = 'crm.{table}'::regclass AND attname = '{name}')"
            )
        };
        let stamp = "'timestamp with time zone true CURRENT_TIMESTAMP'";
        holds(
            &database,
            "",
            &[
                &format!("{} = 'uuid true gen_random_uuid()'", column("id")),
                &format!("{} = {stamp}", column("created_at")),
                &format!("{} = {stamp}", column("updated_at")),
                &format!(
                    "EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'crm.{table}'::regclass
                    AND contype = 'p' AND pg_get_constraintdef(oid) = 'PRIMARY KEY (id)')"
                ),
                &format!(
                    "EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'crm.{table}'::regclass
                    AND tgname = 'update_{table}_updated_at')"
                ),
            ],
        );
    }
}

#[test]
fn columns_have_the_types_of_their_kind() {
    let database = Database::shipped();
    none(
        &database,
        "money is numeric(15,2), a cost numeric(10,4)",
        &format!(
            "{COLUMNS} AND attname ~ '(value|price|balance|amount|cost|cost_per_minute)$'
            AND format_type(atttypid, atttypmod) <> CASE WHEN attname ~ 'cost'
                THEN 'numeric(10,4)' ELSE 'numeric(15,2)' END"
        ),
    );
    none(
        &database,
        "what is varchar has a limit",
        &format!("{COLUMNS} AND atttypid = 'varchar'::regtype AND atttypmod = -1"),
    );
    none(
        &database,
        "notes and descriptions are text",
        &format!(
            "{COLUMNS} AND attname IN ('notes', 'description') AND atttypid <> 'text'::regtype"
        ),
    );
    none(
        &database,
        "metadata is jsonb",
        &format!("{COLUMNS} AND attname = 'metadata' AND atttypid <> 'jsonb'::regtype"),
    );
    none(
        &database,
        "tags, labels and capabilities are text[] with a GIN index",
        &format!(
            "{COLUMNS} AND attname IN ('tags', 'labels', 'capabilities')
            AND NOT (atttypid = 'text[]'::regtype AND EXISTS (SELECT FROM pg_index i
                JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
                WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND amname = 'gin'))"
        ),
    );
}

#[test]
fn no_two_rows_of_two_organizations_can_be_linked() {
    none(
        &Database::shipped(),
        "a key that names a row names its organization too",
        "SELECT conname FROM pg_constraint
        WHERE connamespace = 'crm'::regnamespace AND contype = 'f'
        AND confrelid <> 'users.organizations'::regclass
        AND NOT (SELECT array_agg(attname) FROM pg_attribute
            WHERE attrelid = conrelid AND attnum = ANY (conkey)) @> '{organization_id}'",
    );
}

#[test]
fn updated_at_follows_each_table() {
    let database = super::two_tenants();
    for table in TABLES {
        holds(
            &database,
            &format!("UPDATE crm.{table} SET updated_at = '2000-01-01'"),
            &[&format!(
                "(SELECT bool_and(updated_at = now()) FROM crm.{table})"
            )],
        );
    }
}
