//! `seed dev` on schemas that nobody wrote: every table gets rows that the server takes, or the
//! refusal says which table has none and why, and nothing is written.

mod column;
mod schema;
mod table;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::{Database, Project, Run, catalog};
use schema::{Schema, schema};

/// How many schemas are tried.
const SCHEMAS: usize = 48;

/// Schemas, always the same ones.
fn schemas() -> Vec<Schema> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed(); 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..SCHEMAS)
        .map(|number| {
            let tree = schema(format!("m{number}")).new_tree(&mut runner);
            tree.expect("a schema").current()
        })
        .collect()
}

/// Which schemas: another number finds other faults.
fn seed() -> u8 {
    let given = std::env::var("CRMDB_SCHEMAS").ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// A project with a module for each schema, none of which needs another.
fn project(schemas: &[Schema]) -> Project {
    let project = Project::new(&[]);
    for (number, schema) in (1..).zip(schemas) {
        let name = &schema.name;
        project.manifest(&format!(
            "\n[[module]]\nname = \"{name}\"\ndescription = \"test\""
        ));
        project.migration(
            &format!("{name}/V{number}__all"),
            &schema.sql(),
            &format!("DROP SCHEMA {name} CASCADE;"),
        );
    }
    project
}

/// Each table of a schema, and how many rows it has.
fn counts(database: &Database, schema: &Schema) -> Vec<(String, u64)> {
    let name = |at| format!("{}.t{at}", schema.name);
    let count = |table: &String| {
        let count = database.value(&format!("SELECT count(*) FROM {table}"));
        count.parse().expect("a number")
    };
    (0..schema.tables.len())
        .map(name)
        .map(|table| (table.clone(), count(&table)))
        .collect()
}

/// What is wrong with how a run ended, if anything is.
fn fault(run: &Run, counts: &[(String, u64)]) -> Option<String> {
    match run.code {
        Some(0) => {
            let empty = counts.iter().find(|(_, rows)| *rows == 0);
            empty.map(|(table, _)| format!("{table} is empty"))
        }
        Some(2) if run.stderr.contains("the server does not take") => {
            Some("the server refused rows".to_owned())
        }
        Some(2) if counts.iter().any(|(_, rows)| *rows > 0) => {
            Some("it was refused halfway".to_owned())
        }
        Some(2) if !counts.iter().any(|(table, _)| run.stderr.contains(table)) => {
            Some("the refusal names no table".to_owned())
        }
        Some(2) => None,
        _ => Some("it ended otherwise".to_owned()),
    }
}

#[test]
fn any_schema_gets_rows_or_a_reason() {
    let schemas = schemas();
    let (project, database) = (project(&schemas), Database::new());
    project.run(&database, "migrate up").ends(0);
    let before = catalog(&database);
    let (mut faults, mut refused) = (Vec::new(), Vec::new());
    for schema in &schemas {
        let line = format!("seed dev --as-of 2026-11-21 --module {}", schema.name);
        let run = project.run(&database, &line);
        let found = fault(&run, &counts(&database, schema));
        let report = |why: &str| format!("{why}\n{}{}", run.stderr, schema.sql());
        match found {
            Some(why) => faults.push(report(&why)),
            None if run.code != Some(0) => refused.push(report("refused")),
            None => {}
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}\n{} refused:\n{}",
        faults.len(),
        faults.join("\n\n"),
        refused.len(),
        refused.join("\n\n")
    );
    eprintln!("{} of {} schemas are refused", refused.len(), schemas.len());
    assert!(
        refused.len() * 5 < schemas.len(),
        "{} of {} schemas are refused:\n{}",
        refused.len(),
        schemas.len(),
        refused.join("\n\n")
    );
    assert_eq!(before, catalog(&database), "the tables are as they were");
}

#[test]
fn rows_have_a_partition() {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project.migration(
        "a/V1__all",
        "CREATE SCHEMA a;
         CREATE TABLE a.day (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL)
             PARTITION BY RANGE (at);
         CREATE TABLE a.day_1 PARTITION OF a.day FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z');
         CREATE TABLE a.day_2 PARTITION OF a.day FOR VALUES FROM ('2020-06-01Z') TO ('2020-07-01Z');
         CREATE TABLE a.kind (kind text NOT NULL) PARTITION BY LIST (kind);
         CREATE TABLE a.kind_1 PARTITION OF a.kind FOR VALUES IN ('one', 'two');",
        "DROP SCHEMA a CASCADE;",
    );
    project.run(&database, "migrate up").ends(0);
    project
        .run(&database, "seed dev --as-of 2026-11-21")
        .ends(0);
    assert_eq!(database.value("SELECT count(*) FROM a.day"), "100");
    assert_eq!(database.value("SELECT count(*) FROM a.kind"), "100");
}
