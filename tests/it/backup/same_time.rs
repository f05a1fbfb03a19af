//! A backup beside other work is of one moment.

use super::programs::fake;
use super::{applied, contents};
use crate::support::{Child, Client, Database, catalog, eventually};

#[test]
fn a_migration_that_comes_in_between_is_not_in_it() {
    for options in ["", " --jobs 2"] {
        let (project, source) = applied();
        let before = (catalog(&source), contents(&source));
        let holder = Client::that(&source, "BEGIN; LOCK TABLE a.one");
        let line = format!("backup x{options}");
        let arguments: Vec<&str> = line.split(' ').collect();
        let child = Child::start(&mut project.command(&source, &arguments));
        // Its snapshot is taken.
        eventually("a pg_dump that waits", || {
            source.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                 AND wait_event_type = 'Lock' AND application_name <> ''",
            ) == "1"
        });
        project.migration(
            "a/V2__two",
            "CREATE TABLE a.two (x int); INSERT INTO a.two VALUES (1);",
            "DROP TABLE a.two;",
        );
        project.run(&source, "migrate up").ends(0);
        drop(holder);
        child.end().ends(0).says("ledger: row 1, 1 applied");

        let target = Database::new();
        project.run(&target, "restore x").ends(0).says("no drift");
        assert_eq!((catalog(&target), contents(&target)), before);
        // The next run brings it to where the source is.
        project.run(&target, "migrate up").ends(0);
        assert_eq!(catalog(&target), catalog(&source));
    }
}

#[test]
fn the_ledger_and_the_rows_are_of_one_snapshot() {
    let (project, source) = applied();
    // A `pg_dump` that begins its work only when somebody has migrated.
    let (begun, go) = (project.path("bin/begun"), project.path("bin/go"));
    fake(
        &project,
        "pg_dump",
        "99.1",
        &format!(
            "touch {}; until [ -e {} ]; do sleep 0.01; done; exec pg_dump \"$@\"",
            begun.display(),
            go.display()
        ),
    );
    let before = contents(&source);
    let mut command = project.command(&source, &["backup", "x"]);
    let child = Child::start(command.env("CRMDB_PG_BIN", project.path("bin")));
    eventually("a pg_dump that waits", || begun.exists());
    source.execute("INSERT INTO a.one VALUES (2)");
    project.migration("a/V2__two", "CREATE TABLE a.two ();", "DROP TABLE a.two;");
    project.run(&source, "migrate up").ends(0);
    std::fs::write(go, "").unwrap();
    child.end().ends(0).says("ledger: row 1, 1 applied");

    let text = std::fs::read_to_string(project.path("x.json")).unwrap();
    std::fs::write(project.path("x.json"), text.replace("\"99.1\"", "\"15.0\"")).unwrap();
    let target = Database::new();
    project.run(&target, "restore x").ends(0).says("no drift");
    assert_eq!(contents(&target), before);
}
