//! `seed dev` and `seed clear`: generated rows, whatever the tables look like.

mod checks;
mod clear;
mod clear_dependents;
mod columns;
mod export;
mod foreign;
mod interrupted;
mod keys;
mod refused;
mod same;
mod scope;
mod shipped;

use crate::support::{Database, Project, Run};

/// The rows of a day, so that two runs are alike whenever they run.
const DEV: &str = "seed dev --as-of 2025-06-30";

/// Shops, their people, and the visits of these.
const SHOPS: &str = "
    CREATE TABLE a.shops (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL);
    CREATE TABLE a.people (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        shop_id bigint NOT NULL REFERENCES a.shops,
        email text NOT NULL UNIQUE,
        born date,
        weight numeric(5, 2),
        created_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE a.visits (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        person_id uuid NOT NULL REFERENCES a.people,
        at timestamptz NOT NULL,
        tags text[] NOT NULL,
        about jsonb NOT NULL);";

/// A project of one module with these tables.
fn project(sql: &str) -> Project {
    let project = Project::new(&["a"]);
    project.migration(
        "a/V1__t",
        &format!("CREATE SCHEMA a;\n{sql}"),
        "DROP SCHEMA a CASCADE;",
    );
    project
}

/// The same with its migration applied.
fn migrated(sql: &str) -> (Project, Database) {
    let (project, database) = (project(sql), Database::new());
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

/// Tables with generated rows, all of them in every table, and nothing else changed.
#[track_caller]
fn filled(sql: &str, recipe: &str) -> (Project, Database) {
    let (project, database) = migrated(sql);
    project.file("schema/a/seeds/dev.toml", recipe);
    project.run(&database, DEV).ends(0);
    intact(&project, &database);
    for row in sums(&database) {
        assert_ne!(row[1], "0", "no rows in {}", row[0]);
    }
    (project, database)
}

/// Asserts that rows are refused, that the message has these texts, and that nothing has changed.
#[track_caller]
fn refuses(sql: &str, recipe: &str, texts: &[&str]) -> Run {
    let (project, database) = migrated(sql);
    project.file("schema/a/seeds/dev.toml", recipe);
    let before = (sums(&database), ledger(&database));
    let mut run = project.run(&database, DEV).ends(2);
    for text in texts {
        run = run.says(text);
    }
    assert_eq!(run.stdout, "");
    assert_eq!((sums(&database), ledger(&database)), before);
    intact(&project, &database);
    run
}

/// Asserts that no constraint, trigger or index is other than the migrations made it.
#[track_caller]
fn intact(project: &Project, database: &Database) {
    for line in ["drift check", "migrate verify"] {
        project.run(database, line).ends(0);
    }
    assert_eq!(
        database.value(
            "SELECT count(*) FROM pg_constraint WHERE NOT convalidated
             UNION ALL SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O'"
        ),
        "0"
    );
}

/// The number of rows of each table, and a digest of them.
fn sums(database: &Database) -> Vec<Vec<String>> {
    let tables = database.rows(
        "SELECT c.oid::regclass FROM pg_class AS c
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace NOT IN (
             SELECT oid FROM pg_namespace
             WHERE nspname IN ('pg_catalog', 'information_schema', 'crmdb'))
         ORDER BY c.oid::regclass::text COLLATE \"C\"",
    );
    let parts: Vec<String> = tables
        .into_iter()
        .flatten()
        .map(|table| {
            format!(
                "SELECT '{}', count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} AS t",
                table.replace('\'', "''")
            )
        })
        .collect();
    database.rows(&parts.join(" UNION ALL "))
}

/// What the ledger has of generated rows.
fn ledger(database: &Database) -> String {
    database.value(
        "SELECT string_agg(format('%s %s %s', relation, row_count, loaded_at IS NOT NULL), ', '
             ORDER BY relation)
         FROM crmdb.seeded_rows WHERE origin = 'generated'",
    )
}

fn count(database: &Database, table: &str) -> u64 {
    let count = database.value(&format!("SELECT count(*) FROM {table}"));
    count.parse().unwrap()
}

/// Asserts that no row of a table is so.
#[track_caller]
fn none(database: &Database, table: &str, condition: &str) {
    assert_eq!(
        database.value(&format!("SELECT count(*) FROM {table} WHERE {condition}")),
        "0",
        "{table}: {condition}"
    );
}
