//! Tasks and migrations keep out of each other's way.

use nix::sys::signal::Signal;

use super::{events, outcomes, project};
use crate::support::{Child, eventually};

const SLEEP: &str = "
    [timeouts]
    run_lock = \"1s\"
    [[task]]
    name = \"t\"
    module = \"a\"
    kind = \"sql\"
    sql = \"SELECT pg_sleep(600)\"
";
const ASLEEP: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep(600)%' AND state = 'active'";

#[test]
fn a_migration_waits_for_a_task_of_its_module() {
    let (project, database) = project("", SLEEP);
    project.migration("a/V2__m", "CREATE TABLE a.t (n int);", "DROP TABLE a.t;");
    let task = Child::start(&mut project.command(&database, &["maintain", "run", "t"]));
    eventually("the task works", || database.value(ASLEEP) == "1");
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("waiting for a maintenance task")
        .says("a maintenance task works on what is to be changed");
    assert_eq!(database.value("SELECT to_regclass('a.t')"), "");
    task.signal(Signal::SIGTERM);
    task.end().ends(130);
    project.run(&database, "migrate up").ends(0);
}

#[test]
fn a_migration_of_another_module_goes_by() {
    let (project, database) = project("", SLEEP);
    project.manifest("[[module]]\nname = \"b\"");
    project.migration("b/V2__m", "CREATE SCHEMA b;", "DROP SCHEMA b;");
    let task = Child::start(&mut project.command(&database, &["maintain", "run", "t"]));
    eventually("the task works", || database.value(ASLEEP) == "1");
    project.run(&database, "migrate up").ends(0);
    task.signal(Signal::SIGTERM);
    task.end().ends(130);
}

#[test]
fn a_delete_gives_way_to_a_migration_and_goes_on_later() {
    let (project, database) = events(
        0,
        "[[task]]\nname = \"old\"\nmodule = \"a\"\nkind = \"delete\"\ntable = \"a.events\"\ncolumn = \"at\"\nolder_than = \"10 days\"\nduty = 0.02",
    );
    database.execute("INSERT INTO a.events (at) SELECT now() - interval '20 days' - n * interval '1 second' FROM generate_series(1, 100000) AS n");
    project.migration(
        "a/V2__m",
        "ALTER TABLE a.events ADD COLUMN more int;",
        "ALTER TABLE a.events DROP COLUMN more;",
    );
    let task = Child::start(&mut project.command(&database, &["maintain", "run", "old"]));
    eventually("it deletes", || {
        database.value("SELECT count(*) FROM a.events") != "100000"
    });
    project.run(&database, "migrate up").ends(0);
    task.end().ends(1).says("gave way to another crmdb run");
    assert_eq!(outcomes(&database, "old"), "stopped");
    assert_ne!(database.value("SELECT count(*) FROM a.events"), "0");
    project.run(&database, "maintain run old").ends(0);
    assert_eq!(database.value("SELECT count(*) FROM a.events"), "0");
}

#[test]
fn a_task_waits_for_a_migration() {
    let (project, database) = project(
        "CREATE TABLE a.gate (n int);",
        "
        [timeouts]
        run_lock = \"1s\"
        [[task]]
        name = \"t\"
        module = \"a\"
        kind = \"sql\"
        sql = \"SELECT 1\"
        [[task]]
        name = \"everywhere\"
        kind = \"sql\"
        sql = \"SELECT 1\"
    ",
    );
    project.migration("a/V2__m", "SELECT pg_sleep(600);", "SELECT 1;");
    let migration = Child::start(&mut project.command(&database, &["migrate", "up"]));
    eventually("the migration works", || {
        database.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()") == "1"
    });
    for task in ["t", "everywhere"] {
        project
            .run(&database, &format!("maintain run {task}"))
            .ends(1)
            .says("another crmdb run")
            .says("is at work");
        assert_eq!(outcomes(&database, task), "skipped");
    }
    migration.signal(Signal::SIGTERM);
    migration.end().ends(130);
    project.run(&database, "maintain run --all").ends(0);
}
