//! A database that is newer than the program, or than the files.

use crate::support::{Database, Project, catalog};

fn two_tables() -> Project {
    let project = Project::new(&["a"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration(
            "a/V2__two",
            "CREATE TABLE a.two (y int);",
            "DROP TABLE a.two;",
        );
    project
}

#[test]
fn a_ledger_of_a_newer_program_is_refused_by_every_command() {
    let (project, database) = (two_tables(), Database::new());
    project.run(&database, "migrate up --to 1").ends(0);
    database.execute("INSERT INTO crmdb.ledger_version (version) VALUES (999)");
    let before = catalog(&database);
    for line in [
        "migrate up",
        "migrate up --dry-run",
        "migrate down --all",
        "migrate redo",
        "migrate status",
        "migrate plan",
        "migrate verify",
        "migrate repair 1 --accept --reason x",
    ] {
        project
            .run(&database, line)
            .ends(2)
            .says("the ledger has version 999")
            .says("Update crmdb");
    }
    assert_eq!(catalog(&database), before);
    assert_eq!(database.value("SELECT count(*) FROM crmdb.history"), "1");
}

#[test]
fn an_applied_migration_without_a_file_is_refused_unless_told_so() {
    let (project, database) = (two_tables(), Database::new());
    project.run(&database, "migrate up").ends(0);
    project.remove("a/V2__two").migration(
        "a/V3__three",
        "CREATE TABLE a.three (z int);",
        "DROP TABLE a.three;",
    );
    let before = catalog(&database);
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("is applied, and its file is missing")
        .says("The database is newer than these files")
        .says("--allow-missing");
    assert_eq!(catalog(&database), before);
    project
        .run(&database, "migrate up --allow-missing")
        .ends(0)
        .says("its file is missing")
        .prints("a/V3__three");
    // The way back needs no file.
    project.run(&database, "migrate down --all").ends(0);
    assert_eq!(database.value("SELECT to_regnamespace('a')"), "");
}
