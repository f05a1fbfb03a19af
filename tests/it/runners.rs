//! Several runs at once: each file is applied exactly once, and all of them end well.

use nix::sys::signal::Signal;

use crate::support::{Child, Database, Project, eventually};

const FILES: usize = 6;

fn project() -> Project {
    let project = Project::new(&["a"]);
    project.migration("a/V1__m", "CREATE SCHEMA a;", "DROP SCHEMA a;");
    for number in 2..=FILES {
        let up = format!("CREATE TABLE a.t{number} (x int);");
        let down = format!("DROP TABLE a.t{number};");
        project.migration(&format!("a/V{number}__m"), &up, &down);
    }
    project
}

fn start(project: &Project, database: &Database) -> Child {
    Child::start(&mut project.command(database, &["migrate", "up"]))
}

#[track_caller]
fn together(runners: usize, prepare: Option<&str>) {
    let (project, database) = (project(), Database::new());
    if let Some(line) = prepare {
        project.run(&database, line).ends(0);
    }
    let children: Vec<Child> = (0..runners).map(|_| start(&project, &database)).collect();
    for child in children {
        child.end().ends(0);
    }
    let applied = "SELECT string_agg(version::text, ' ' ORDER BY seq) FROM crmdb.history \
                   WHERE event = 'applied'";
    assert_eq!(database.value(applied), "1 2 3 4 5 6");
    assert_eq!(
        database.value("SELECT count(*) FROM crmdb.history"),
        FILES.to_string()
    );
    project.run(&database, "migrate verify").ends(0);
}

#[test]
fn two_on_a_fresh_database() {
    together(2, None);
}

#[test]
fn eight_on_a_fresh_database() {
    together(8, None);
}

#[test]
fn two_with_pending_files() {
    together(2, Some("migrate up --to 2"));
}

#[test]
fn eight_with_pending_files() {
    together(8, Some("migrate up --to 2"));
}

/// A run that sleeps in its first migration.
fn sleeper(project: &Project, database: &Database) -> Child {
    project.migration("a/V1__m", "SELECT pg_sleep(1000);", "SELECT 1;");
    let child = start(project, database);
    eventually("a sleeping migration", || {
        database.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND wait_event = 'PgSleep'",
        ) == "1"
    });
    child
}

#[test]
fn a_run_that_cannot_have_the_lock_names_who_holds_it() {
    let (project, database) = (project(), Database::new());
    let first = sleeper(&project, &database);
    project.manifest("[timeouts]\nrun_lock = \"1ms\"");
    let pid = database.value(
        "SELECT l.pid FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) \
         WHERE l.locktype = 'advisory' AND a.state = 'idle in transaction' \
         AND a.datname = current_database()",
    );
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("the run lock is held")
        .says(&format!(
            "server process {pid}, user postgres, from local, since"
        ));
    first.signal(Signal::SIGINT);
    first.end().ends(130);
}

#[test]
fn a_run_that_was_killed_leaves_no_lock() {
    let (project, database) = (project(), Database::new());
    let first = sleeper(&project, &database);
    first.signal(Signal::SIGKILL);
    assert_eq!(first.end().code, None);
    project.migration("a/V1__m", "CREATE SCHEMA a;", "DROP SCHEMA a;");
    project.run(&database, "migrate up").ends(0);
    assert_eq!(
        database.value("SELECT count(*) FROM crmdb.history WHERE event = 'applied'"),
        FILES.to_string()
    );
}

#[test]
fn a_run_that_hangs_keeps_its_lock_until_it_ends() {
    let (project, database) = (project(), Database::new());
    let first = sleeper(&project, &database);
    first.signal(Signal::SIGSTOP);
    project.migration("a/V1__m", "CREATE SCHEMA a;", "DROP SCHEMA a;");
    let second = start(&project, &database);
    second.until_says("waiting for another crmdb run");
    first.signal(Signal::SIGKILL);
    assert_eq!(first.end().code, None);
    second.end().ends(0);
}
