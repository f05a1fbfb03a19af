//! Runners that are killed, interrupted or cut off.

use nix::sys::signal::Signal;

use super::{backdate, events, outcomes, project};
use crate::support::{Child, Database, eventually};

const DELETE: &str = "
    [[task]]
    name = \"old\"
    module = \"a\"
    kind = \"delete\"
    table = \"a.events\"
    column = \"at\"
    older_than = \"10 days\"
    duty = 0.05
    schedule = \"0 3 * * *\"
";

/// A database with rows to delete for a good while, and a runner that is at it.
fn at_work() -> (crate::support::Project, Database, Child) {
    let (project, database) = events(0, DELETE);
    database.execute(
        "INSERT INTO a.events (at) SELECT now() - interval '20 days' - n * interval '1 second' \
         FROM generate_series(1, 200000) AS n; \
         INSERT INTO a.events (at) SELECT now() FROM generate_series(1, 1000)",
    );
    backdate(&database, "old");
    let child = Child::start(&mut project.command(&database, &["maintain", "run", "--due", "-v"]));
    eventually("it deletes", || left(&database) < 200_000);
    (project, database, child)
}

fn left(database: &Database) -> u32 {
    database
        .value("SELECT count(*) FROM a.events WHERE at < now() - interval '10 days'")
        .parse()
        .expect("a number")
}

#[test]
fn killed_in_a_batch_nothing_is_lost_and_the_next_run_goes_on() {
    let (project, database, child) = at_work();
    child.signal(Signal::SIGKILL);
    child.end();
    assert!(left(&database) > 0, "it was not done yet");
    assert_eq!(outcomes(&database, "old"), "running");
    eventually("nobody is at work on it", || {
        let history = project.run(&database, "maintain history --format json");
        history.json()["runs"][0]["outcome"] == "lost"
    });
    let figures = project.path("tasks.prom");
    let line = format!(
        "maintain run --due --module b --metrics {}",
        figures.display()
    );
    project.manifest("[[module]]\nname = \"b\"");
    project.migration("b/V9__m", "CREATE SCHEMA b;", "DROP SCHEMA b;");
    project.run(&database, &line).ends(0);
    let figures = std::fs::read_to_string(figures).expect("the metrics");
    assert!(figures.contains("outcome=\"lost\"} 1"), "{figures}");
    project
        .manifest("")
        .run(&database, "maintain run --due")
        .ends(0);
    assert_eq!(outcomes(&database, "old"), "lost, done");
    assert_eq!(left(&database), 0);
    assert_eq!(
        database.value("SELECT count(*) FROM a.events"),
        "1000",
        "and no other row"
    );
    let attempts = "SELECT string_agg(attempt::text, ' ' ORDER BY id) FROM crmdb.task_runs";
    assert_eq!(
        database.value(attempts),
        "1 2",
        "for the same time of the schedule"
    );
    project.run(&database, "maintain run --due").ends(0);
    assert_eq!(outcomes(&database, "old"), "lost, done");
}

#[test]
fn an_interrupt_ends_it_after_the_batch() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let (project, database, child) = at_work();
        child.signal(signal);
        child
            .end()
            .ends(130)
            .says("was interrupted")
            .says("the next run goes on");
        let deleted = 200_000 - left(&database);
        assert_eq!(outcomes(&database, "old"), "stopped");
        assert_eq!(
            database.value("SELECT row_count FROM crmdb.task_runs"),
            deleted.to_string(),
            "what the ledger says is so"
        );
        assert_ne!(
            database.value("SELECT memory ->> 'reached' FROM crmdb.tasks"),
            ""
        );
        project.run(&database, "maintain run --due").ends(0);
        assert_eq!(left(&database), 0);
        assert_eq!(
            database.value("SELECT memory ->> 'reached' FROM crmdb.tasks"),
            ""
        );
    }
}

#[test]
fn a_cut_connection_is_a_failed_attempt() {
    let (_project, database, child) = at_work();
    eventually("its worker is seen", || {
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%DELETE FROM a.events%'");
        outcomes(&database, "old").starts_with("failed")
    });
    // The next attempt goes on by itself.
    eventually("the second attempt works", || {
        outcomes(&database, "old") == "failed, running"
    });
    child.signal(Signal::SIGTERM);
    child.end().ends(130);
    assert_eq!(outcomes(&database, "old"), "failed, stopped");
}

#[test]
fn the_last_statement_of_a_dead_runner_is_waited_for() {
    // What the server does not notice: the runner's lock is free, its statement still runs.
    let (project, database) = project(
        "CREATE TABLE a.gate (n int);",
        "[[task]]\nname = \"t\"\nkind = \"sql\"\nretries = 0\nsql = \"SELECT pg_sleep(600)\"",
    );
    let child = Child::start(&mut project.command(&database, &["maintain", "run", "t"]));
    let at_work = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep(600)%' AND state = 'active'";
    eventually("it works", || database.value(at_work) == "1");
    child.signal(Signal::SIGSTOP);
    // Its lock's connection goes; the statement stays.
    database.execute("SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) WHERE l.locktype = 'advisory' AND a.state = 'idle in transaction' AND a.datname = current_database()");
    project
        .run(&database, "maintain run t")
        .ends(1)
        .says("another run is at work");
    assert_eq!(outcomes(&database, "t"), "running, skipped");
    child.signal(Signal::SIGCONT);
    child
        .end()
        .ends(1)
        .says("the connection that holds the task's lock was lost");
    assert_eq!(outcomes(&database, "t"), "failed, skipped");
}
