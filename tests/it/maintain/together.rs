//! Many runners at once, as on many machines.

use super::{backdate, outcomes, project};
use crate::support::{Child, eventually};

const RUNNERS: usize = 20;

#[test]
fn of_twenty_runners_one_runs_a_time_of_the_schedule() {
    let (project, database) = project(
        "CREATE TABLE a.t (at timestamptz DEFAULT clock_timestamp());",
        "[[task]]\nname = \"t\"\nkind = \"sql\"\nschedule = \"0 3 * * *\"\nsql = \"INSERT INTO a.t DEFAULT VALUES; SELECT pg_sleep(0.2)\"",
    );
    backdate(&database, "t");
    let children: Vec<Child> = (0..RUNNERS)
        .map(|_| Child::start(&mut project.command(&database, &["maintain", "run", "--due"])))
        .collect();
    for child in children {
        child.end().ends(0);
    }
    assert_eq!(outcomes(&database, "t"), "done");
    assert_eq!(database.value("SELECT count(*) FROM a.t"), "1");
}

#[test]
fn of_twenty_that_are_asked_by_name_one_is_at_work() {
    // Each run fails if another one is at work.
    let (project, database) = project(
        "CREATE TABLE a.t (n int); CREATE FUNCTION a.only() RETURNS int LANGUAGE plpgsql AS $$
         BEGIN
             IF NOT pg_try_advisory_xact_lock(42) THEN RAISE EXCEPTION 'two at once'; END IF;
             PERFORM pg_sleep(0.05);
             RETURN 1;
         END $$;",
        "[[task]]\nname = \"t\"\nkind = \"call\"\nretries = 0\ncall = \"a.only()\"",
    );
    let children: Vec<Child> = (0..RUNNERS)
        .map(|_| Child::start(&mut project.command(&database, &["maintain", "run", "t"])))
        .collect();
    for child in children {
        let run = child.end();
        match run.code {
            Some(0) => {}
            // Who asked by name is told that it was not done for them.
            _ => drop(run.ends(1).says("another run is at work")),
        }
    }
    let told = "SELECT count(*) FROM crmdb.task_runs WHERE outcome IN ('done', 'skipped')";
    assert_eq!(database.value(told), RUNNERS.to_string());
    let done: usize = database
        .value("SELECT count(*) FROM crmdb.task_runs WHERE outcome = 'done'")
        .parse()
        .expect("a number");
    assert!(done >= 1);
}

#[test]
fn two_tasks_run_side_by_side() {
    let (project, database) = project(
        "CREATE TABLE a.gate (n int);",
        "
        [[task]]
        name = \"one\"
        module = \"a\"
        kind = \"sql\"
        sql = \"LOCK TABLE a.gate IN SHARE MODE; SELECT pg_sleep(600)\"
        [[task]]
        name = \"two\"
        module = \"a\"
        kind = \"sql\"
        sql = \"SELECT 1\"
        ",
    );
    let one = Child::start(&mut project.command(&database, &["maintain", "run", "one"]));
    eventually("the first one works", || {
        database.value("SELECT count(*) FROM pg_locks WHERE relation = 'a.gate'::regclass AND mode = 'ShareLock'") == "1"
    });
    project.run(&database, "maintain run two").ends(0);
    assert_eq!(outcomes(&database, "two"), "done");
    one.signal(nix::sys::signal::Signal::SIGTERM);
    one.end().ends(130);
    assert_eq!(outcomes(&database, "one"), "stopped");
}
