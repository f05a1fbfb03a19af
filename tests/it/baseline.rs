//! `migrate baseline`.

use crate::support::{Database, Project, catalog};

fn project() -> Project {
    let project = Project::new(&["a"]);
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .migration(
            "a/V2__two",
            "CREATE TABLE a.two (x int);",
            "DROP TABLE a.two;",
        )
        .migration(
            "a/V3__three",
            "CREATE TABLE a.three (x int);",
            "DROP TABLE a.three;",
        )
        .migration(
            "a/R__v",
            "CREATE VIEW a.v AS SELECT x FROM a.two;",
            "DROP VIEW a.v;",
        );
    project
}

/// A database that somebody brought to version 2 by hand.
fn existing() -> Database {
    let database = Database::new();
    database.execute("CREATE SCHEMA a; CREATE TABLE a.two (x int)");
    database
}

const TO_2: &[&str] = &[
    "migrate",
    "baseline",
    "--to",
    "2",
    "--reason",
    "was made by hand",
];

#[test]
fn marks_versions_and_up_goes_on_from_there() {
    let (project, database) = (project(), existing());
    let before = catalog(&database);
    let run = project
        .exec(&database, TO_2)
        .ends(0)
        .says("2 migrations marked as applied");
    assert_eq!(
        run.stdout,
        "baselined    a/V1__one\nbaselined    a/V2__two\n"
    );
    assert_eq!(catalog(&database), before);
    assert_eq!(
        database.rows("SELECT event, version, reason, up_text FROM crmdb.history ORDER BY seq")[1],
        [
            "baselined",
            "2",
            "was made by hand",
            "CREATE TABLE a.two (x int);"
        ]
    );
    let run = project.run(&database, "migrate up").ends(0);
    assert_eq!(run.stdout.lines().count(), 2, "{run:#?}");
    project.run(&database, "migrate verify").ends(0);

    let fresh = Database::new();
    project.run(&fresh, "migrate up").ends(0);
    assert_eq!(catalog(&database), catalog(&fresh));
    // The texts are in the ledger, so the way back is there too.
    project.run(&database, "migrate down --all").ends(0);
    assert!(!catalog(&database).contains("a.two"));
}

#[test]
fn what_the_database_lacks_is_said_and_nothing_is_marked() {
    let (project, database) = (project(), existing());
    database.execute("ALTER TABLE a.two ALTER x TYPE bigint; CREATE TABLE a.besides ()");
    let to_3 = ["migrate", "baseline", "--to", "3", "--reason", "r"];
    let on = ["--on", database.url()];
    project
        .exec(&database, &[&to_3[..], &on[..]].concat())
        .ends(2)
        .says("the database is not at version 3: 2 differences")
        .says("table a.three is missing")
        .says("table a.two: column x is changed");
    assert_eq!(database.value("SELECT to_regnamespace('crmdb')"), "");
    project
        .exec(&database, &[&to_3[..], &["--unverified"][..]].concat())
        .ends(0);
    assert_eq!(database.value("SELECT count(*) FROM crmdb.history"), "3");
}

#[test]
fn a_dry_run_writes_nothing() {
    let (project, database) = (project(), existing());
    let run = project
        .exec(&database, &[TO_2, &["--dry-run"]].concat())
        .ends(0)
        .says("2 migrations would be marked as applied");
    assert_eq!(run.stdout.lines().count(), 2);
    assert_eq!(database.value("SELECT to_regnamespace('crmdb')"), "");
}

#[test]
fn refuses_what_is_applied_unknown_or_without_a_reason() {
    let (project, database) = (project(), existing());
    project.exec(&database, TO_2).ends(0);
    project
        .exec(&database, TO_2)
        .ends(2)
        .says("migration `V1__one` is applied already");
    project
        .run(&database, "migrate baseline --to 9 --reason x")
        .ends(2)
        .says("there is no version 9");
    project
        .run(&database, "migrate baseline --to 3")
        .ends(2)
        .says("--reason");
    project
        .exec(
            &database,
            &["migrate", "baseline", "--to", "3", "--reason", " "],
        )
        .ends(2)
        .says("the reason is empty");
    assert_eq!(database.value("SELECT count(*) FROM crmdb.history"), "2");
}

#[test]
fn what_waits_for_an_extension_is_left_out() {
    let (project, database) = (project(), existing());
    project.migration(
        "a/V2__two",
        "-- crmdb: requires extension crmdb_never\nCREATE TABLE a.two (x int);",
        "DROP TABLE a.two;",
    );
    let run = project.exec(&database, TO_2).ends(0);
    assert_eq!(run.stdout, "baselined    a/V1__one\n");
    project
        .run(&database, "migrate status")
        .ends(0)
        .prints("deferred");
}

#[test]
fn the_document_lists_what_was_marked() {
    let (project, database) = (project(), existing());
    let document = project
        .exec(&database, &[TO_2, &["--format", "json"]].concat())
        .ends(0)
        .json();
    assert_eq!(document["format_version"], 1);
    let marked = document["baselined"].as_array().unwrap();
    let versions: Vec<i64> = marked
        .iter()
        .map(|m| m["version"].as_i64().unwrap())
        .collect();
    assert_eq!(versions, [1, 2]);
}
