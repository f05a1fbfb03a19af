//! `migrate redo`.

use crate::support::{Database, Project, catalog};

fn applied() -> (Project, Database) {
    let (project, database) = (Project::new(&["a"]), Database::new());
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
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

#[test]
fn takes_the_last_one_back_and_applies_its_file_as_it_is_now() {
    let (project, database) = applied();
    project.migration(
        "a/V3__three",
        "CREATE TABLE a.three (x int, y int);",
        "DROP TABLE a.three; -- new",
    );
    let run = project
        .run(&database, "migrate redo")
        .ends(0)
        .says("2 migrations rolled back and 2 applied in");
    let verbs: Vec<String> = run
        .stdout
        .lines()
        .map(|line| {
            line.split("  ")
                .filter(|part| !part.is_empty())
                .take(2)
                .collect()
        })
        .collect();
    assert_eq!(
        verbs,
        [
            "rolled backa/R__v",
            "rolled backa/V3__three",
            "applieda/V3__three",
            "applieda/R__v"
        ]
    );
    assert!(catalog(&database).contains("a.three.y"));
    project.run(&database, "migrate verify").ends(0);
}

#[test]
fn nothing_changed_gives_the_same_catalog() {
    let (project, database) = applied();
    let before = catalog(&database);
    for line in [
        "migrate redo",
        "migrate redo --steps 3",
        "migrate redo --to 1",
    ] {
        project.run(&database, line).ends(0);
        assert_eq!(catalog(&database), before, "{line}");
    }
    project
        .run(&database, "migrate redo --steps 1 --to 1")
        .ends(2);
}

#[test]
fn leaves_pending_files_alone() {
    let (project, database) = applied();
    project.migration(
        "a/V4__four",
        "CREATE TABLE a.four (x int);",
        "DROP TABLE a.four;",
    );
    project.run(&database, "migrate redo").ends(0);
    assert!(!catalog(&database).contains("a.four"));
}

#[test]
fn refuses_to_take_back_what_has_no_file_to_come_again() {
    for stem in ["a/V3__three", "a/R__v"] {
        let (project, database) = applied();
        let before = catalog(&database);
        project.remove(stem);
        project
            .run(&database, "migrate redo")
            .ends(2)
            .says("has no file to be applied from")
            .says("migrate down");
        assert_eq!(catalog(&database), before);
    }
}

#[test]
fn a_file_that_fails_leaves_it_rolled_back_and_up_goes_on() {
    let (project, database) = applied();
    project.file(
        "schema/a/V3__three.sql",
        "CREATE TABLE a.three (x no_such_type);",
    );
    project
        .run(&database, "migrate redo")
        .ends(2)
        .says("schema/a/V3__three.sql:1:25: type \"no_such_type\" does not exist")
        .says("2 steps before it are done");
    project.file("schema/a/V3__three.sql", "CREATE TABLE a.three (x int);");
    project.run(&database, "migrate up").ends(0);
    project.run(&database, "migrate status --check").ends(0);
}

#[test]
fn a_module_is_redone_alone() {
    let (project, database) = (Project::new(&["a", "b"]), Database::new());
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .migration(
            "b/V2__two",
            "CREATE TABLE a.two (x int);",
            "DROP TABLE a.two;",
        )
        .migration(
            "a/V3__three",
            "CREATE TABLE a.three (x int);",
            "DROP TABLE a.three;",
        );
    project.run(&database, "migrate up").ends(0);
    let before = catalog(&database);
    let run = project.run(&database, "migrate redo --module b").ends(0);
    assert_eq!(run.stdout.lines().count(), 2, "{run:#?}");
    assert!(
        run.stdout.contains("V2__two") && !run.stdout.contains("three"),
        "{run:#?}"
    );
    assert_eq!(catalog(&database), before);
}
