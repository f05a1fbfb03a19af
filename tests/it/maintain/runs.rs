//! One run: what is called, what is kept of it, and how it ends.

use super::{backdate, outcomes, project};
use crate::support::Database;

const CALLS: &str = "
    CREATE TABLE a.t (n int);
    CREATE FUNCTION a.add(n int) RETURNS int LANGUAGE sql AS $$ INSERT INTO a.t VALUES (n); SELECT n $$;
    CREATE FUNCTION a.fail() RETURNS void LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO a.t VALUES (1); RAISE EXCEPTION 'no luck' USING HINT = 'Try luck.'; END $$;
    CREATE PROCEDURE a.twice() LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO a.t VALUES (1); COMMIT; INSERT INTO a.t VALUES (2); COMMIT; END $$;
";

/// Makes the ledger one of version 4.
fn older(database: &Database) {
    database.execute(
        "DROP TABLE crmdb.task_runs, crmdb.tasks; \
         ALTER TABLE crmdb.ledger_version DISABLE TRIGGER USER; \
         DELETE FROM crmdb.ledger_version WHERE version > 4; \
         ALTER TABLE crmdb.ledger_version ENABLE TRIGGER USER",
    );
}

fn last(database: &Database, columns: &str) -> String {
    database.value(&format!(
        "SELECT concat_ws('|', {columns}) FROM crmdb.task_runs ORDER BY id DESC LIMIT 1"
    ))
}

#[test]
fn a_function_is_called_and_what_it_returns_is_kept() {
    let (project, database) = project(
        CALLS,
        "[[task]]\nname = \"t\"\nmodule = \"a\"\nkind = \"call\"\ncall = \"a.add(7)\"",
    );
    let run = project.run(&database, "maintain run t").ends(0);
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        ("", ""),
        "cron would send a mail"
    );
    assert_eq!(database.value("SELECT sum(n) FROM a.t"), "7");
    assert_eq!(
        last(
            &database,
            "task, kind, scheduled_for, attempt, outcome, row_count, batches, reason, ended_at >= started_at, host <> ''"
        ),
        "t|call|1|done|7|1|t|t"
    );
    project
        .run(&database, "maintain run t -v")
        .ends(0)
        .says("done       t ")
        .says("7 rows");
}

#[test]
fn a_procedure_may_commit() {
    let (project, database) = project(
        CALLS,
        "[[task]]\nname = \"t\"\nkind = \"call\"\ncall = \"a.twice()\"",
    );
    project.run(&database, "maintain run t").ends(0);
    assert_eq!(database.value("SELECT sum(n) FROM a.t"), "3");
}

#[test]
fn statements_are_one_transaction() {
    let (project, database) = project(
        CALLS,
        "
        [[task]]
        name = \"good\"
        kind = \"sql\"
        sql = \"INSERT INTO a.t VALUES (1), (2); UPDATE a.t SET n = 3 WHERE n = 2;\"
        [[task]]
        name = \"bad\"
        kind = \"sql\"
        retries = 0
        sql = \"DELETE FROM a.t; SELECT 1 / 0\"
    ",
    );
    project.run(&database, "maintain run good").ends(0);
    assert_eq!(last(&database, "outcome, row_count"), "done|3");
    project
        .run(&database, "maintain run bad")
        .ends(1)
        .says("division by zero");
    assert_eq!(
        last(&database, "outcome, reason"),
        "failed|22012: division by zero"
    );
    assert_eq!(
        database.value("SELECT sum(n) FROM a.t"),
        "4",
        "nothing of it is left"
    );
}

#[test]
fn a_failure_is_tried_again_and_told_in_the_servers_words() {
    let (project, database) = project(
        CALLS,
        "[[task]]\nname = \"t\"\nkind = \"call\"\nretries = 1\ncall = \"a.fail()\"",
    );
    project
        .run(&database, "maintain run t")
        .ends(1)
        .says("error: task `t` failed 2 times: no luck")
        .says("hint: Try luck.");
    assert_eq!(outcomes(&database, "t"), "failed, failed");
    assert_eq!(database.value("SELECT count(*) FROM a.t"), "0");
}

#[test]
fn json_is_one_line_a_run() {
    let (project, database) = project(
        CALLS,
        "
        [[task]]
        name = \"one\"
        kind = \"call\"
        call = \"a.add(1)\"
        [[task]]
        name = \"two\"
        kind = \"call\"
        retries = 0
        call = \"a.fail()\"
    ",
    );
    let run = project
        .run(&database, "maintain run --all --format json")
        .ends(1);
    let lines: Vec<serde_json::Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["outcome"], "done");
    assert_eq!(lines[0]["rows"], 1);
    assert_eq!(lines[1]["outcome"], "failed");
    assert_eq!(lines[1]["sqlstate"], "P0001");
    let error: serde_json::Value = serde_json::from_str(run.stderr.trim()).expect("one object");
    assert_eq!(error["error"]["message"], "task `two` failed: no luck");
}

#[test]
fn a_dry_run_leaves_nothing() {
    let (project, database) = project(
        CALLS,
        "
        [[task]]
        name = \"one\"
        kind = \"call\"
        call = \"a.add(5)\"
        [[task]]
        name = \"two\"
        kind = \"call\"
        call = \"a.twice()\"
    ",
    );
    let run = project
        .run(&database, "maintain run --all --dry-run")
        .ends(0);
    assert!(run.stdout.contains("was called, and undone"), "{run:?}");
    assert!(run.stdout.contains("would be called"), "{run:?}");
    assert_eq!(database.value("SELECT count(*) FROM a.t"), "0");
    assert_eq!(database.value("SELECT count(*) FROM crmdb.task_runs"), "0");
    let json = project
        .run(&database, "maintain run --all --dry-run --format json")
        .json();
    assert_eq!(json["items"][0]["rows"], 5);
}

#[test]
fn longer_than_its_timeout_is_cancelled() {
    let (project, database) = project(
        "",
        "[[task]]\nname = \"t\"\nkind = \"sql\"\ntimeout = \"200ms\"\nsql = \"SELECT pg_sleep(600)\"",
    );
    project
        .run(&database, "maintain run t")
        .ends(1)
        .says("longer than its `timeout`");
    assert_eq!(outcomes(&database, "t"), "timed out");
    let left = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid() AND state = 'active'";
    assert_eq!(database.value(left), "0");
}

#[test]
fn a_role_does_the_work_and_another_keeps_the_ledger() {
    let database = Database::on_new_server();
    let project = crate::support::Project::new(&["a"]);
    project.migration("a/V1__m", "CREATE SCHEMA a; CREATE ROLE worker; CREATE ROLE runner LOGIN IN ROLE worker;
        CREATE TABLE a.t (n int); GRANT USAGE ON SCHEMA a TO worker; GRANT INSERT ON a.t TO worker;", "DROP SCHEMA a CASCADE; DROP ROLE runner; DROP ROLE worker;");
    project.manifest("[[task]]\nname = \"t\"\nkind = \"sql\"\nrole = \"worker\"\nretries = 0\nsql = \"INSERT INTO a.t SELECT 1 WHERE current_user = 'worker'\"");
    project.run(&database, "migrate up").ends(0);
    let run = |line: &str| {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut command = project.command(&database, &arguments);
        command.env("DATABASE_URL", database.url_as("runner"));
        crate::support::Run::of(&mut command)
    };
    run("maintain run t").ends(2).says("permission denied");
    database.execute("GRANT USAGE ON SCHEMA crmdb TO runner; GRANT SELECT ON ALL TABLES IN SCHEMA crmdb TO runner; \
        GRANT INSERT, UPDATE, DELETE ON crmdb.tasks, crmdb.task_runs TO runner");
    run("maintain run t").ends(0);
    assert_eq!(database.value("SELECT count(*) FROM a.t"), "1");
    assert_eq!(
        last(&database, "outcome, row_count, db_user"),
        "done|1|runner"
    );
}

#[test]
fn what_is_due_is_run_once() {
    let (project, database) = project(
        CALLS,
        "
        [[task]]
        name = \"t\"
        kind = \"call\"
        call = \"a.add(1)\"
        schedule = \"* * * * *\"
        [[task]]
        name = \"by-name\"
        kind = \"call\"
        call = \"a.add(100)\"
    ",
    );
    backdate(&database, "t");
    project
        .run(&database, "maintain due --check")
        .ends(1)
        .prints("t ");
    project.run(&database, "maintain run --due").ends(0);
    // A minute may have begun meanwhile: then that is due, and nothing before it.
    project.run(&database, "maintain run --due").ends(0);
    let rows = "SELECT count(*) = count(DISTINCT scheduled_for) AND count(*) BETWEEN 1 AND 2 AND bool_and(outcome = 'done') FROM crmdb.task_runs";
    assert_eq!(database.value(rows), "t");
    assert_eq!(database.value("SELECT max(n) FROM a.t"), "1");
}

#[test]
fn a_failed_time_is_settled_and_the_next_one_comes() {
    let (project, database) = project(
        CALLS,
        "[[task]]\nname = \"t\"\nkind = \"call\"\nretries = 0\ncall = \"a.fail()\"\nschedule = \"0 * * * *\"\ncatch_up_within = \"48h\"",
    );
    backdate(&database, "t");
    project.run(&database, "maintain run --due").ends(1);
    let due = project.run(&database, "maintain due --format json").json();
    let slot = database.value("SELECT scheduled_for FROM crmdb.task_runs");
    let settled = database.value("SELECT settled_until FROM crmdb.tasks");
    assert_eq!(slot, settled);
    assert!(due["due"].as_array().expect("a list").len() <= 1, "{due}");
    assert_eq!(outcomes(&database, "t"), "failed");
}

#[test]
fn outside_its_window_it_is_skipped() {
    // The window is the hour that begins in an hour, or in two: now is never in it.
    let database = Database::new();
    let from =
        database.value("SELECT to_char(now() AT TIME ZONE 'UTC' + interval '2 hours', 'HH24:00')");
    let until =
        database.value("SELECT to_char(now() AT TIME ZONE 'UTC' + interval '3 hours', 'HH24:00')");
    let (project, database) = project(
        CALLS,
        &format!(
            "[[task]]\nname = \"t\"\nkind = \"call\"\ncall = \"a.add(1)\"\nwindow = \"{from}-{until}\""
        ),
    );
    project
        .run(&database, "maintain run t")
        .ends(1)
        .says("not the time of day");
    assert_eq!(outcomes(&database, "t"), "skipped");
    project.run(&database, "maintain run t --force").ends(0);
    assert_eq!(outcomes(&database, "t"), "skipped, done");
}

#[test]
fn a_task_of_a_module_that_is_not_there_waits() {
    let (project, database) = project(CALLS, "");
    project.manifest(
        "
        [[module]]
        name = \"b\"
        [[task]]
        name = \"t\"
        module = \"b\"
        kind = \"call\"
        call = \"b.x()\"
        schedule = \"* * * * *\"
    ",
    );
    project.migration("b/V2__m", "CREATE SCHEMA b;", "DROP SCHEMA b;");
    backdate(&database, "t");
    project
        .run(&database, "maintain run --due -v")
        .ends(0)
        .says("the module `b` is not applied");
    project.run(&database, "maintain run t").ends(1);
    project
        .run(&database, "maintain list")
        .ends(0)
        .prints("not applied");
    project.run(&database, "migrate up").ends(0);
    project
        .run(&database, "maintain run t")
        .ends(1)
        .says("there is no function `b.x`");
}

#[test]
fn an_empty_database_and_an_older_ledger() {
    let (project, database) = project(
        CALLS,
        "[[task]]\nname = \"t\"\nkind = \"call\"\ncall = \"a.add(1)\"",
    );
    let empty = Database::new();
    project
        .run(&empty, "maintain run t")
        .ends(2)
        .says("nothing is applied to this database");
    project
        .run(&empty, "maintain list")
        .ends(0)
        .prints("not applied");
    assert_eq!(
        empty.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'crmdb'"),
        "0"
    );
    older(&database);
    project
        .run(&database, "maintain list")
        .ends(0)
        .prints("never");
    project.run(&database, "maintain history").ends(0);
    project.run(&database, "maintain run t").ends(0);
    assert_eq!(
        database.value("SELECT max(version) FROM crmdb.ledger_version"),
        "5"
    );
}

#[test]
fn names_that_are_not_there() {
    let (project, database) = project(
        CALLS,
        "[[task]]\nname = \"clean\"\nkind = \"call\"\ncall = \"a.add(1)\"",
    );
    project
        .run(&database, "maintain run claen")
        .ends(2)
        .says("there is no task `claen`")
        .says("Did you mean `clean`?");
    project
        .run(&database, "maintain run --module x --all")
        .ends(2)
        .says("`x`");
    project.run(&database, "maintain run").ends(2);
    project.run(&database, "maintain history claen").ends(2);
}

#[test]
fn old_runs_go_and_the_last_hundred_stay() {
    let (project, database) = project(
        CALLS,
        "[[task]]\nname = \"t\"\nkind = \"call\"\ncall = \"a.add(1)\"",
    );
    project.run(&database, "maintain run t").ends(0);
    database.execute("INSERT INTO crmdb.task_runs (task, kind, attempt, outcome, started_at, ended_at, crmdb_version) \
        SELECT 't', 'call', 1, 'done', now() - n * interval '1 day', now() - n * interval '1 day', '0' FROM generate_series(1, 300) AS n ORDER BY n DESC");
    project.run(&database, "maintain run t").ends(0);
    let kept = database.value("SELECT count(*) FROM crmdb.task_runs");
    assert_eq!(kept, "100");
}

#[test]
fn what_cannot_pass_is_not_tried_again() {
    let (project, database) = project(
        "",
        "[[task]]\nname = \"t\"\nkind = \"sql\"\nsql = \"SELECT * FROM a.gone\"\n\
         [[task]]\nname = \"u\"\nkind = \"call\"\ncall = \"a.gone()\"",
    );
    for task in ["t", "u"] {
        project
            .run(&database, &format!("maintain run {task}"))
            .ends(1);
        assert_eq!(outcomes(&database, task), "failed");
    }
}

#[test]
fn one_faulty_task_does_not_hide_what_the_others_would_do() {
    let (project, database) = project(
        CALLS,
        "[[task]]\nname = \"bad\"\nkind = \"sql\"\nsql = \"SELECT 1 / 0\"\n\
         [[task]]\nname = \"good\"\nkind = \"call\"\ncall = \"a.add(5)\"",
    );
    project
        .run(&database, "maintain run --all --dry-run")
        .ends(1)
        .says("could not look at the task `bad`")
        .says("division by zero")
        .prints("good");
}

#[test]
fn the_window_is_in_the_zone_of_the_task() {
    let database = Database::new();
    let (from, until) = {
        let hour = |after: u8| {
            database.value(&format!(
                "SELECT to_char(now() AT TIME ZONE 'Asia/Kolkata' + interval '{after} hours', 'HH24:00')"
            ))
        };
        (hour(0), hour(2))
    };
    let (project, database) = project(
        CALLS,
        &format!(
            "[[task]]\nname = \"t\"\nkind = \"call\"\ncall = \"a.add(1)\"\n\
             time_zone = \"Asia/Kolkata\"\nwindow = \"{from}-{until}\""
        ),
    );
    project.run(&database, "maintain run t").ends(0);
}

#[test]
fn without_rights_it_says_which_are_missing() {
    let database = Database::on_new_server();
    let project = crate::support::Project::new(&["a"]);
    project.migration(
        "a/V1__m",
        "CREATE SCHEMA a; CREATE ROLE nobody_here LOGIN;",
        "DROP SCHEMA a; DROP ROLE nobody_here;",
    );
    project.manifest("[[task]]\nname = \"t\"\nkind = \"sql\"\nsql = \"SELECT 1\"");
    project.run(&database, "migrate up").ends(0);
    let mut command = project.command(&database, &["maintain", "run", "t"]);
    command.env("DATABASE_URL", database.url_as("nobody_here"));
    crate::support::Run::of(&mut command)
        .ends(2)
        .says("permission denied for schema crmdb")
        .says("GRANT USAGE ON SCHEMA");
}

#[test]
fn running_all_makes_nothing_due() {
    let (project, database) = project(
        CALLS,
        "[[task]]\nname = \"t\"\nkind = \"call\"\ncall = \"a.add(1)\"\nschedule = \"* * * * *\"",
    );
    project.run(&database, "maintain run --all").ends(0);
    let known = "SELECT known_since > now() - interval '1 minute' FROM crmdb.tasks";
    assert_eq!(
        database.value(known),
        "t",
        "no time before the task was met"
    );
}
