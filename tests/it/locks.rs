//! Somebody else holds a lock on a table: migrations give way, say so, and come again.

use crate::support::{Child, Client, Database, Project, catalog};

/// A table, and a second migration that needs it alone.
fn project(timeouts: &str, directive: &str) -> Project {
    let project = Project::new(&["a"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration(
            "a/V2__two",
            &format!(
                "{directive}CREATE TABLE a.two (x int);\nALTER TABLE a.one ADD COLUMN y int;\n"
            ),
            "ALTER TABLE a.one DROP COLUMN y; DROP TABLE a.two;",
        )
        .manifest(&format!("[timeouts]\n{timeouts}"));
    project
}

fn start(project: &Project, database: &Database) -> Child {
    Child::start(&mut project.command(database, &["migrate", "up"]))
}

/// The database after the first migration, and a client that holds its table.
fn held(project: &Project) -> (Database, Client, String) {
    let database = Database::new();
    project.run(&database, "migrate up --to 1").ends(0);
    let before = catalog(&database);
    let other = Client::that(&database, "BEGIN; SELECT * FROM a.one;");
    (database, other, before)
}

#[test]
fn a_lock_that_is_released_is_waited_for() {
    let project = project("lock = \"20ms\"\nlock_retries = 1000", "");
    let (database, other, _) = held(&project);
    let child = start(&project, &database);
    child.until_says("attempt 2 of 1001");
    other.execute("COMMIT");
    child
        .end()
        .ends(0)
        .says("`V2__two` gave way (canceling statement due to lock timeout), attempt 1 of 1001");
    let history = "SELECT string_agg(event, ', ' ORDER BY seq) FROM crmdb.history";
    assert_eq!(database.value(history), "applied, applied");
}

#[test]
fn a_lock_that_stays_is_given_up_and_nothing_is_half_applied() {
    let project = project("lock = \"20ms\"\nlock_retries = 2", "");
    let (database, other, before) = held(&project);
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("schema/a/V2__two.sql:2:1: canceling statement due to lock timeout")
        .says("sqlstate: 55P03")
        .says("It was tried 3 times")
        .says("`V2__two` was rolled back whole")
        .says("`[timeouts] lock` and `lock_retries`");
    assert_eq!(catalog(&database), before);
    other.execute("COMMIT");
    project.run(&database, "migrate up").ends(0);
}

#[test]
fn only_lock_time_outs_are_tried_again() {
    let project = project(
        "lock = \"20ms\"\nlock_retries = 2\nstatement = \"50ms\"",
        "",
    );
    project.migration("a/V2__two", "SELECT pg_sleep(1000);", "SELECT 1;");
    let run = project
        .run(&Database::new(), "migrate up")
        .ends(2)
        .says("57014");
    assert!(!run.stderr.contains("attempt"), "{run:#?}");
}

#[test]
fn a_directive_sets_the_time_out_of_its_file() {
    // Without the directive the first attempt would outlast any test.
    let project = project(
        "lock = \"10000s\"\nlock_retries = 1000",
        "-- crmdb: lock_timeout 200ms\n",
    );
    let (database, other, _) = held(&project);
    let child = start(&project, &database);
    child.until_says("attempt 1 of 1001");
    other.execute("COMMIT");
    child.end().ends(0);
}

#[test]
fn a_file_outside_transactions_gives_way_where_it_would_hold_up_others() {
    let project = project(
        "lock = \"20ms\"\nlock_retries = 2",
        "-- crmdb: no-transaction\n",
    );
    let (database, other, _) = held(&project);
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("lock timeout")
        .says("V2__two.sql:3:1")
        .says("`V2__two` may be half done");
    // `a.two` is there and journalled; the table that was held is as it was.
    assert_eq!(
        database.value("SELECT to_regclass('a.two') IS NOT NULL"),
        "t"
    );
    other.execute("COMMIT");
    project.run(&database, "migrate up").ends(0);
    project.run(&database, "migrate verify").ends(0);
}

#[test]
fn an_index_that_met_a_lock_time_out_is_built_in_the_end() {
    let project = project("lock_retries = 1000", "");
    project.migration(
        "a/V2__two",
        "-- crmdb: no-transaction\n-- crmdb: lock_timeout 20ms\n\
         CREATE INDEX CONCURRENTLY one_x ON a.one (x);\n",
        "-- crmdb: no-transaction\nDROP INDEX CONCURRENTLY a.one_x;\n",
    );
    let (database, _, _) = held(&project);
    // A writer: the build waits for it, and each attempt leaves an invalid index.
    let other = Client::that(&database, "BEGIN; INSERT INTO a.one VALUES (1);");
    let child = start(&project, &database);
    child.until_says("index `a.one_x` is invalid");
    other.execute("COMMIT");
    child.end().ends(0);
    let indexes = "SELECT string_agg(indisvalid::text, ',') FROM pg_index \
                   WHERE indrelid = 'a.one'::regclass";
    assert_eq!(database.value(indexes), "true");
}
