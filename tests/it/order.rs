//! The order of versions over all modules.

use crate::support::{Database, Project, catalog};

fn applied() -> (Project, Database) {
    let (project, database) = (Project::new(&["a", "b"]), Database::new());
    project
        .migration("a/V10__ten", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .migration(
            "b/V20__twenty",
            "CREATE TABLE a.b (x int);",
            "DROP TABLE a.b;",
        );
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

#[test]
fn versions_run_by_number_over_all_modules() {
    let (project, database) = (Project::new(&["a", "b"]), Database::new());
    project
        .migration("b/V9__x", "CREATE TABLE a.x (x int);", "DROP TABLE a.x;")
        .migration("a/V10__y", "CREATE TABLE a.y (x int);", "DROP TABLE a.y;")
        .migration("a/V0008__a", "CREATE SCHEMA a;", "DROP SCHEMA a;");
    project.run(&database, "migrate up").ends(0);
    assert_eq!(
        database.value("SELECT string_agg(version::text, ' ' ORDER BY seq) FROM crmdb.history"),
        "8 9 10"
    );
}

#[test]
fn a_file_below_an_applied_one_is_an_error_that_names_both() {
    let (project, database) = applied();
    project.migration(
        "a/V15__late",
        "CREATE TABLE a.late (x int);",
        "DROP TABLE a.late;",
    );
    let before = catalog(&database);
    for line in ["migrate up", "migrate plan", "migrate up --dry-run"] {
        project
            .run(&database, line)
            .ends(2)
            .says("schema/a/V15__late.sql: migration `V15__late` is pending below `V20__twenty`")
            .says("--allow-out-of-order");
    }
    assert_eq!(catalog(&database), before);
    // All of them are named at once.
    project.migration("b/V16__too", "SELECT 1;", "SELECT 1;");
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("2 migrations are out of order")
        .says("`V15__late`")
        .says("`V16__too`");
}

#[test]
fn allowed_it_is_recorded() {
    let (project, database) = applied();
    project.migration(
        "a/V15__late",
        "CREATE TABLE a.late (x int);",
        "DROP TABLE a.late;",
    );
    project
        .run(&database, "migrate plan --allow-out-of-order")
        .ends(0)
        .prints("apply a/V15__late, out of order");
    let document = project
        .run(&database, "migrate up --allow-out-of-order --format json")
        .ends(0)
        .json();
    assert_eq!(document["steps"][0]["out_of_order"], true);
    assert_eq!(
        database.rows("SELECT version, out_of_order FROM crmdb.history ORDER BY seq"),
        [["10", "f"], ["20", "f"], ["15", "t"]]
    );
    let status = project
        .run(&database, "migrate status --format json")
        .ends(0)
        .json();
    assert_eq!(status["migrations"][1]["out_of_order"], true);
    // It came last, so it goes first.
    project.run(&database, "migrate down --steps 1").ends(0);
    assert!(!catalog(&database).contains("a.late"));
    assert!(catalog(&database).contains("a.b"));
}

#[test]
fn modules_that_have_nothing_to_do_with_each_other_come_in_any_order() {
    let (project, database) = applied();
    project.manifest("[[module]]\nname = \"alone\"\ndescription = \"requires nothing\"");
    project.migration(
        "alone/V5__five",
        "CREATE SCHEMA alone;",
        "DROP SCHEMA alone;",
    );
    let document = project
        .run(&database, "migrate up --format json")
        .ends(0)
        .json();
    assert_eq!(document["steps"][0]["out_of_order"], false);
    // Its own files are still in order.
    project.migration("alone/V4__four", "SELECT 1;", "SELECT 1;");
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("below `V5__five`");
}

#[test]
fn one_version_belongs_to_one_file() {
    let (project, database) = applied();
    project.migration("a/V20__again", "SELECT 1;", "SELECT 1;");
    let run = project.run(&database, "migrate up").ends(2);
    for path in ["schema/a/V20__again.sql", "schema/b/V20__twenty.sql"] {
        assert!(run.stderr.contains(path), "{run:#?}");
    }
}
