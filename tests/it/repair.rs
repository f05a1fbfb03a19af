//! `migrate repair`.

use crate::support::{Database, Project};

fn applied() -> (Project, Database) {
    let (project, database) = (Project::new(&["a", "b"]), Database::new());
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .migration(
            "b/V2__two",
            "CREATE TABLE a.two (x int);",
            "DROP TABLE a.two;",
        )
        .migration(
            "a/R__v",
            "CREATE OR REPLACE VIEW a.v AS SELECT 1 AS n;",
            "DROP VIEW a.v;",
        )
        .migration(
            "b/R__v",
            "CREATE OR REPLACE VIEW a.w AS SELECT 1 AS n;",
            "DROP VIEW a.w;",
        );
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

/// A no-transaction migration whose second statement fails.
fn failed() -> (Project, Database) {
    let (project, database) = applied();
    project.migration(
        "a/V3__three",
        "-- crmdb: no-transaction\nCREATE TABLE a.three (x int);\nSELECT 1/0;",
        "DROP TABLE a.three;",
    );
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("division by zero");
    (project, database)
}

fn repair<'a>(migration: &'a str, how: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["migrate", "repair", migration];
    arguments.extend_from_slice(how);
    arguments.extend(["--reason", "agreed with Ann"]);
    arguments
}

#[test]
fn accepts_a_changed_file_and_keeps_the_reason() {
    let (project, database) = applied();
    project.file("schema/b/V2__two.sql", "CREATE TABLE a.two (x integer);");
    project.run(&database, "migrate verify").ends(1);
    let run = project.exec(&database, &repair("2", &["--accept"])).ends(0);
    assert_eq!(run.stdout, "accepted the file: b/V2__two\n");
    project.run(&database, "migrate verify").ends(0);
    project
        .run(&database, "migrate up")
        .ends(0)
        .says("nothing to do");
    let last =
        "SELECT event, version, reason, up_text FROM crmdb.history ORDER BY seq DESC LIMIT 1";
    assert_eq!(
        database.rows(last)[0],
        [
            "repaired",
            "2",
            "agreed with Ann",
            "CREATE TABLE a.two (x integer);"
        ]
    );
    project
        .exec(&database, &repair("2", &["--accept"]))
        .ends(2)
        .says("`V2__two` is as it was applied: there is nothing to accept");
}

#[test]
fn an_accepted_file_keeps_its_place_in_the_way_back() {
    let (project, database) = applied();
    project.file("schema/a/V1__one.down.sql", "DROP SCHEMA IF EXISTS a;");
    project
        .exec(&database, &repair("V1__one", &["--accept"]))
        .ends(0);
    let run = project.run(&database, "migrate down --all").ends(0);
    let last = run.stdout.lines().last().unwrap();
    assert!(last.contains("V1__one"), "{run:#?}");
}

#[test]
fn one_at_a_time() {
    let (project, database) = applied();
    project.file("schema/b/V2__two.sql", "CREATE TABLE a.two (x bigint);");
    project.file("schema/a/V1__one.sql", "CREATE SCHEMA IF NOT EXISTS a;");
    project
        .run(&database, "migrate repair 1 2 --accept --reason x")
        .ends(2)
        .says("unexpected argument '2'");
    project.exec(&database, &repair("1", &["--accept"])).ends(0);
    project
        .run(&database, "migrate verify")
        .ends(1)
        .prints("V2__two");
}

#[test]
fn marks_a_failed_migration_as_applied() {
    let (project, database) = failed();
    let run = project
        .exec(&database, &repair("3", &["--mark", "applied"]))
        .ends(0);
    assert_eq!(run.stdout, "marked as applied: a/V3__three\n");
    project.run(&database, "migrate status --check").ends(0);
    project
        .run(&database, "migrate up")
        .ends(0)
        .says("nothing to do");
    project.run(&database, "migrate down --to 2").ends(0);
    assert_eq!(database.value("SELECT to_regclass('a.three')"), "");
}

#[test]
fn marks_a_failed_migration_as_pending() {
    let (project, database) = failed();
    database.execute("DROP TABLE a.three");
    let run = project
        .exec(&database, &repair("V3__three", &["--mark", "pending"]))
        .ends(0);
    assert_eq!(run.stdout, "marked as pending: a/V3__three\n");
    project
        .run(&database, "migrate status")
        .ends(0)
        .prints("pending");
    // It begins anew: the journal of the closed attempt does not count, though the file changed.
    project.file(
        "schema/a/V3__three.sql",
        "-- crmdb: no-transaction\nCREATE TABLE a.three (y int);\nSELECT 1;",
    );
    project.run(&database, "migrate up").ends(0);
    assert_eq!(
        database.value(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'a.three'::regclass AND attnum = 1"
        ),
        "y"
    );
}

#[test]
fn refusals() {
    let (project, database) = applied();
    let rows = "SELECT count(*) FROM crmdb.history";
    let before = database.value(rows);
    project
        .exec(&database, &repair("1", &["--mark", "applied"]))
        .ends(2)
        .says("the last run of `V1__one` did not fail");
    project
        .exec(&database, &repair("9", &["--accept"]))
        .ends(2)
        .says("there is no migration `9`");
    project
        .run(&database, "migrate repair 1 --accept")
        .ends(2)
        .says("--reason");
    project
        .run(&database, "migrate repair 1 --reason x")
        .ends(2)
        .says("--accept");
    project
        .run(
            &database,
            "migrate repair 1 --accept --mark applied --reason x",
        )
        .ends(2)
        .says("cannot be used with");
    project
        .exec(
            &database,
            &["migrate", "repair", "1", "--accept", "--reason", ""],
        )
        .ends(2)
        .says("the reason is empty");
    project
        .exec(&database, &repair("R__v", &["--accept"]))
        .ends(2)
        .says("several migrations are called `R__v`")
        .says("`a/R__v`, `b/R__v`");
    project.migration("b/V5__five", "SELECT 1;", "SELECT 1;");
    project
        .exec(&database, &repair("5", &["--accept"]))
        .ends(2)
        .says("`V5__five` is not applied");
    assert_eq!(database.value(rows), before);
}

#[test]
fn accepts_a_repeatable_without_running_it() {
    let (project, database) = applied();
    project.file(
        "schema/b/R__v.sql",
        "CREATE OR REPLACE VIEW a.w AS SELECT 1 AS n, 2 AS m;",
    );
    project
        .exec(&database, &repair("b/R__v", &["--accept"]))
        .ends(0);
    project
        .run(&database, "migrate up")
        .ends(0)
        .says("nothing to do");
    assert_eq!(
        database.value("SELECT count(*) FROM pg_attribute WHERE attrelid = 'a.w'::regclass"),
        "1"
    );
}

#[test]
fn names_as_status_and_the_ledger_say_them() {
    let (project, database) = applied();
    for name in ["1", "V1", "0001", "V0001__one", "V1__one", "a/V1__one"] {
        project
            .exec(&database, &repair(name, &["--accept"]))
            .ends(2)
            .says("there is nothing to accept");
    }
    project
        .exec(&database, &repair("b/V1__one", &["--accept"]))
        .ends(2)
        .says("there is no migration");
}

#[test]
fn the_document_says_what_was_repaired() {
    let (project, database) = failed();
    let mut arguments = repair("3", &["--mark", "pending"]);
    arguments.extend(["--format", "json"]);
    let document = project.exec(&database, &arguments).ends(0).json();
    assert_eq!(document["format_version"], 1);
    assert_eq!(document["version"], 3);
    assert_eq!(document["repair"], "marked_as_pending");
    assert_eq!(document["reason"], "agreed with Ann");
}
