//! Ctrl-C, SIGTERM and a kill: no file bears a name that it does not deserve.

use std::process::Command;

use nix::sys::signal::Signal;
use nix::unistd::Pid;

use super::{applied, files};
use crate::support::{Child, Client, Database, Project, catalog, eventually};

/// Waits until a program waits for a lock in the database, and returns its server process.
#[track_caller]
fn until_it_waits(database: &Database) {
    eventually("a program that waits for a lock", || {
        database.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND wait_event_type = 'Lock' AND application_name <> ''",
        ) != "0"
    });
}

fn start(project: &Project, database: &Database, line: &str) -> Child {
    let arguments: Vec<&str> = line.split(' ').collect();
    Child::start(&mut project.command(database, &arguments))
}

#[test]
fn a_signal_takes_the_part_away() {
    for (line, signal) in [
        ("backup x", Signal::SIGTERM),
        ("backup x", Signal::SIGINT),
        ("backup x", Signal::SIGHUP),
        ("backup x --jobs 2", Signal::SIGTERM),
    ] {
        let (project, database) = applied();
        let holder = Client::that(&database, "BEGIN; LOCK TABLE a.one");
        let child = start(&project, &database, line);
        until_it_waits(&database);
        assert_eq!(files(&project), ["x.part"]);
        child.signal(signal);
        child.end().ends(130).says("interrupted");
        assert!(files(&project).is_empty(), "{line}");
        // Nobody is left behind on the server.
        eventually("the end of the program's sessions", || {
            database.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                 AND application_name <> ''",
            ) == "0"
        });
        drop(holder);
        project.run(&database, "backup x").ends(0);
    }
}

#[test]
fn a_kill_leaves_a_part_that_the_next_run_takes_away() {
    for jobs in ["", " --jobs 2"] {
        let (project, database) = applied();
        let holder = Client::that(&database, "BEGIN; LOCK TABLE a.one");
        let line = format!("backup x{jobs}");
        let child = start(&project, &database, &line);
        until_it_waits(&database);
        start(&project, &database, &line)
            .end()
            .ends(2)
            .says("another backup is being written to `x.part`");
        assert!(!programs(&project).is_empty());
        child.signal(Signal::SIGKILL);
        assert_eq!(child.end().code, None);
        // Its `pg_dump` still waits for the lock, and is ended.
        eventually("the end of the program", || programs(&project).is_empty());
        assert_eq!(files(&project), ["x.part"]);
        drop(holder);
        project
            .run(&database, &line)
            .ends(0)
            .says("took away `x.part`");
        assert_eq!(files(&project), ["x", "x.json"]);
        project.run(&Database::new(), "restore x").ends(0);
    }
}

/// The processes of `pg_dump` and `pg_restore` that work in the project's folder.
fn programs(project: &Project) -> Vec<Pid> {
    let folder = project.folder().canonicalize().unwrap();
    let of = |pid: &str| {
        let at = std::fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
        let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let is_over = status.contains(") Z ");
        let is_ours = ["pg_dump", "pg_restore"].contains(&name.trim());
        (at == folder && is_ours && !is_over).then(|| Pid::from_raw(pid.parse().unwrap()))
    };
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let names = processes.filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(|pid| of(&pid))
        .collect()
}

/// A project with the backup `x` of a database: a restore of it sleeps while that database has a
/// session which is called `holds`.
fn sleeper() -> (Project, Database) {
    let (project, source) = applied();
    source.execute(
        "CREATE TABLE a.slow (x int);
         CREATE FUNCTION a.slow(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS
         $$ BEGIN IF pg_catalog.current_database() <> pg_catalog.current_setting('application_name')
            AND EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE application_name = 'holds '
                || pg_catalog.current_database())
            THEN PERFORM pg_catalog.pg_sleep(1000); END IF; RETURN true; END $$;
         ALTER TABLE a.slow ADD CHECK (a.slow(x)); INSERT INTO a.slow VALUES (1)",
    );
    project.run(&source, "backup x").ends(0);
    (project, source)
}

/// Starts a restore of that backup, and waits until it sleeps.
#[track_caller]
fn sleeping(project: &Project, source: &Database, target: &Database) -> (Child, Client) {
    let name = format!("SET application_name = 'holds {}'", target.name());
    let holder = Client::that(source, &name);
    let child = start(project, target, "restore x");
    eventually("a restore that sleeps", || {
        target.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND wait_event = 'PgSleep'",
        ) == "1"
    });
    (child, holder)
}

#[test]
fn a_restore_that_is_interrupted_leaves_an_empty_database() {
    let (project, source) = sleeper();
    for signal in [Signal::SIGTERM, Signal::SIGHUP] {
        let target = Database::new();
        let before = catalog(&target);
        let (child, holder) = sleeping(&project, &source, &target);
        child.signal(signal);
        child
            .end()
            .ends(130)
            .says("interrupted")
            .says("Nothing was restored");
        drop(holder);
        eventually("the end of its transaction", || {
            target.value(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = \
                (SELECT oid FROM pg_database WHERE datname = current_database())",
            ) == "0"
        });
        assert_eq!(catalog(&target), before);
        project.run(&target, "restore x").ends(1);
    }
}

#[test]
fn a_restore_that_is_killed_commits_nothing() {
    let (project, source) = sleeper();
    let target = Database::new();
    let before = catalog(&target);
    let (child, holder) = sleeping(&project, &source, &target);
    assert_eq!(programs(&project).len(), 1);
    child.signal(Signal::SIGKILL);
    assert_eq!(child.end().code, None);
    eventually("the end of the program", || programs(&project).is_empty());
    eventually("the end of its session", || {
        target.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND application_name = 'crmdb restore'",
        ) == "0"
    });
    drop(holder);
    assert_eq!(catalog(&target), before);
    project.run(&target, "restore x").ends(1);
}

#[test]
fn a_restore_beside_the_session_of_another_one() {
    let (project, source) = applied();
    project.run(&source, "backup x").ends(0);
    let target = Database::new();
    let other = Client::that(&target, "SET application_name = 'crmdb restore'");
    for line in ["restore x --dry-run", "restore x"] {
        project
            .run(&target, line)
            .ends(2)
            .says(&format!(
                "another restore is at work on `{}`",
                target.name()
            ))
            .says("It is server process ")
            .says("user postgres");
    }
    drop(other);
    eventually("the end of the session", || {
        project.run(&target, "restore x --dry-run").code == Some(0)
    });
    project.run(&target, "restore x").ends(0);
}

#[test]
fn the_end_of_the_terminal_under_nohup() {
    let (project, database) = applied();
    let holder = Client::that(&database, "BEGIN; LOCK TABLE a.one");
    let plain = project.command(&database, &["backup", "x"]);
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "trap '' HUP; exec \"$0\" \"$@\""])
        .arg(plain.get_program())
        .args(plain.get_args())
        .env_clear()
        .current_dir(project.folder());
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let child = Child::start(&mut command);
    until_it_waits(&database);
    child.signal(Signal::SIGHUP);
    drop(holder);
    child.end().ends(0);
    assert_eq!(files(&project), ["x", "x.json"]);
}
