//! Which `pg_dump` runs, and what it is told.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{applied, files, one};
use crate::support::{Database, Project, Run};

/// Writes a program that says it is of this version, and otherwise runs a script.
pub fn fake(project: &Project, name: &str, version: &str, script: &str) {
    let text = format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo '{name} (PostgreSQL) {version}'; exit; fi\n{script}\n"
    );
    project.file(&format!("bin/{name}"), &text);
    let path = project.path(&format!("bin/{name}"));
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_program_that_is_too_old() {
    let (project, database) = applied();
    project.run(&database, "backup x").ends(0);
    for (name, line) in [("pg_dump", "backup y"), ("pg_restore", "restore x")] {
        fake(&project, name, "14.9", "exit 0");
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = project.command(&database, &arguments);
        Run::of(command.env("CRMDB_PG_BIN", project.path("bin")))
            .ends(2)
            .says(&format!("no `{name}` of PostgreSQL 15 or newer"))
            .says("There is 14.9 at ");
    }
    assert_eq!(files(&project), ["x", "x.json"]);
}

#[test]
fn the_password_is_in_a_file_without_a_name() {
    let (project, database) = applied();
    let seen = project.path("bin/seen");
    let folder = project.path("bin/temporary");
    fs::create_dir_all(&folder).unwrap();
    fake(
        &project,
        "pg_dump",
        "99.1",
        &format!(
            "ls -A {folder} > {seen}.names; {{ tr '\\0' '\\n' < /proc/$$/cmdline; env; }} > {seen}\n\
             cp \"$PGPASSFILE\" {seen}.passwords; echo \"$PGPASSFILE\" > {seen}.file\n\
             echo 'pg_dump: error: no luck' >&2; exit 1",
            seen = seen.display(),
            folder = folder.display()
        ),
    );
    let url = format!("{}&password=canary%3A%5C1", database.url());
    let mut command = project.command(&database, &["backup", "x", "-v"]);
    let run = Run::of(
        command
            .env("DATABASE_URL", url)
            .env("PGSERVICEFILE", "other")
            .env("PGDATESTYLE", "other")
            .env("PGTZ", "other")
            .env("TMPDIR", &folder)
            .env("CRMDB_PG_BIN", project.path("bin")),
    )
    .ends(2)
    .says("`pg_dump` failed")
    .says("pg_dump: error: no luck")
    .says("No backup was written");
    assert!(!format!("{run:?}").contains("canary"), "{run:#?}");
    // A kill, too, leaves none behind.
    if cfg!(target_os = "linux") {
        let names = fs::read_to_string(project.path("bin/seen.names")).unwrap();
        assert_eq!(names, "");
    }
    let text = fs::read_to_string(&seen).unwrap();
    assert!(
        text.contains("--snapshot=") && text.contains("PGHOST=/"),
        "{text}"
    );
    assert!(
        !text.contains("canary") && !text.contains("other"),
        "{text}"
    );
    let passwords = fs::read_to_string(project.path("bin/seen.passwords")).unwrap();
    assert_eq!(passwords, "*:*:*:*:canary\\:\\\\1\n");
    let file = fs::read_to_string(project.path("bin/seen.file")).unwrap();
    if cfg!(target_os = "linux") {
        assert!(file.starts_with("/proc/self/fd/"), "{file}");
    }
    assert!(fs::read_dir(&folder).unwrap().next().is_none());
    assert!(files(&project).is_empty());
}

#[test]
fn what_the_program_warns_of_is_passed_on() {
    let (project, database) = applied();
    fake(
        &project,
        "pg_dump",
        "99.1",
        "echo 'pg_dump: warning: mind the gap' >&2; echo 'pg_dump: by the way' >&2",
    );
    let run = |line: &str| {
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = project.command(&database, &arguments);
        Run::of(command.env("CRMDB_PG_BIN", project.path("bin"))).ends(0)
    };
    let quiet = run("backup x -q");
    assert_eq!(quiet.stderr, "warning: pg_dump: warning: mind the gap\n");
    run("backup y -v").says("pg_dump: by the way");
}

#[test]
fn a_server_that_asks_for_the_password() {
    let source = Database::on_new_server();
    let project = one();
    project.run(&source, "migrate up").ends(0);
    source.execute("CREATE ROLE asked LOGIN SUPERUSER PASSWORD 'p:w\\ü'");
    source.execute(
        "DO $$ BEGIN EXECUTE format('COPY (VALUES (''local all asked scram-sha-256''),
             (''local all all trust'')) TO %L', current_setting('hba_file')); END $$",
    );
    source.execute("CREATE DATABASE target");
    source.execute("SELECT pg_reload_conf()");
    let at = |password: &str, line: &str, database: &str| {
        let url = source.url_as("asked").replace(source.name(), database);
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = project.command(&source, &arguments);
        Run::of(command.env("DATABASE_URL", format!("{url}&password={password}")))
    };
    crate::support::eventually("the new rules", || {
        at("wrong", "status", source.name()).code == Some(2)
    });
    for (line, database) in [
        ("backup x", source.name()),
        ("backup d --jobs 3", source.name()),
        ("restore d --jobs 3", "target"),
    ] {
        at("p%3Aw%5C%C3%BC", line, database).ends(0);
    }
}

#[test]
fn a_failure_after_which_the_database_is_not_empty() {
    let (project, source) = applied();
    project.run(&source, "backup x").ends(0);
    let target = Database::new();
    fake(
        &project,
        "pg_restore",
        "99.1",
        "psql -qc 'CREATE TABLE t ()'; exit 1",
    );
    let mut command = project.command(&target, &["restore", "x"]);
    let run = Run::of(command.env("CRMDB_PG_BIN", project.path("bin")))
        .ends(2)
        .says("`pg_restore` failed")
        .says("The database has something in it now");
    assert!(!run.stderr.contains("as it was"), "{run:#?}");
}

#[test]
fn a_failure_of_another_kind_gets_no_hint_about_rights() {
    let (project, database) = applied();
    fake(
        &project,
        "pg_dump",
        "99.1",
        "echo 'pg_dump: error: could not write: No space left on device' >&2; exit 1",
    );
    let mut command = project.command(&database, &["backup", "x"]);
    let run = Run::of(command.env("CRMDB_PG_BIN", project.path("bin")))
        .ends(2)
        .says("No space left")
        .says("No backup was written.");
    assert!(!run.stderr.contains("BYPASSRLS"), "{run:#?}");
}
