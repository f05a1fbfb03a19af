//! Batched deletes by age.

use super::{events, outcomes, project};
use crate::support::{Client, Database, Project};

fn task(more: &str) -> String {
    format!(
        "[[task]]\nname = \"old\"\nmodule = \"a\"\nkind = \"delete\"\ntable = \"a.events\"\ncolumn = \"at\"\nolder_than = \"10 days\"\nretries = 0\n{more}"
    )
}

fn count(database: &Database) -> String {
    database.value("SELECT count(*) FROM a.events")
}

#[test]
fn old_rows_go_and_no_others() {
    let (project, database) = events(0, &task(""));
    database.execute("INSERT INTO a.events (at) SELECT now() - (n / 3) * interval '1 minute' FROM generate_series(0, 60000) AS n; \
        INSERT INTO a.events (at) VALUES ('-infinity'), ('infinity')");
    let kept =
        database.value("SELECT count(*) FROM a.events WHERE at > now() - interval '10 days'");
    project
        .run(&database, "maintain run old --dry-run")
        .ends(0)
        .prints("would be deleted");
    project.run(&database, "maintain run old -v").ends(0);
    let left: i64 = count(&database).parse().expect("a number");
    let kept: i64 = kept.parse().expect("a number");
    // A minute may have passed between the two.
    assert!((kept - 6..=kept).contains(&left), "{left} of {kept}");
    assert_eq!(
        database.value("SELECT count(*) FROM a.events WHERE at < now() - interval '10 days'"),
        "0"
    );
    assert_eq!(
        database.value("SELECT row_count > 16000 AND batches > 4 FROM crmdb.task_runs"),
        "t"
    );
    project.run(&database, "maintain run old").ends(0);
    assert_eq!(
        database.value("SELECT row_count < 10 FROM crmdb.task_runs ORDER BY id DESC LIMIT 1"),
        "t"
    );
}

#[test]
fn many_rows_of_one_time_are_one_batch() {
    let (project, database) = events(0, &task(""));
    database.execute("INSERT INTO a.events (at) SELECT '2020-01-01' FROM generate_series(1, 5000)");
    project.run(&database, "maintain run old").ends(0);
    assert_eq!(count(&database), "0");
}

#[test]
fn a_condition_keeps_the_others() {
    let (project, database) = events(2000, &task("where = \"kind = 'go' -- not 'stay'\""));
    database.execute("UPDATE a.events SET kind = CASE WHEN id % 2 = 0 THEN 'go' ELSE 'stay' END");
    project.run(&database, "maintain run old").ends(0);
    assert_eq!(database.value("SELECT string_agg(DISTINCT kind, ' ') FROM a.events WHERE at < now() - interval '10 days'"), "stay");
    assert_eq!(
        database.value("SELECT count(*) FROM a.events WHERE kind = 'go'"),
        "4"
    );
    assert_eq!(
        database.value("SELECT count(*) FROM a.events WHERE kind = 'stay'"),
        "1000"
    );
}

#[test]
fn times_of_every_type_and_names_that_need_quotes() {
    for (kind, style) in [
        ("timestamptz", "German"),
        ("timestamp", "SQL, DMY"),
        ("date", "Postgres, DMY"),
    ] {
        let (project, database) = project(&format!("CREATE TABLE a.\"E \"\"v\" (\"At?\" {kind}); CREATE INDEX ON a.\"E \"\"v\" (\"At?\");
            INSERT INTO a.\"E \"\"v\" SELECT now() - n * interval '1 day' FROM generate_series(1, 2500) AS n;"),
            "[[task]]\nname = \"old\"\nkind = \"delete\"\ntable = 'a.\"E \"\"v\"'\ncolumn = \"At?\"\nolder_than = \"10 days\"");
        // The batches go on from the text of a time, whatever the session writes it like.
        database.execute(&format!(
            "ALTER DATABASE {} SET DateStyle = '{style}'",
            database.name()
        ));
        database.execute(&format!(
            "ALTER DATABASE {} SET TimeZone = 'Asia/Kolkata'",
            database.name()
        ));
        project.run(&database, "maintain run old").ends(0);
        let left: u32 = database
            .value("SELECT count(*) FROM a.\"E \"\"v\"")
            .parse()
            .expect("a number");
        assert!((9..=10).contains(&left), "{kind}: {left}");
    }
}

#[test]
fn a_partitioned_table() {
    let (project, database) = project("CREATE TABLE a.events (at timestamptz NOT NULL) PARTITION BY RANGE (at); CREATE INDEX ON a.events (at);
        CREATE TABLE a.events_1 PARTITION OF a.events FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
        CREATE TABLE a.events_2 PARTITION OF a.events FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
        INSERT INTO a.events SELECT '2024-12-31'::timestamptz + n * interval '1 minute' FROM generate_series(1, 5000) AS n;
        INSERT INTO a.events VALUES (now());", &task(""));
    project.run(&database, "maintain run old").ends(0);
    assert_eq!(count(&database), "1");
}

#[test]
fn rows_that_others_hold_are_left_for_the_next_run() {
    let (project, database) = events(
        3000,
        &format!(
            "[timeouts]\nlock = \"100ms\"\n{}",
            task("batch_time = \"10ms\"")
        ),
    );
    let holder = Client::that(
        &database,
        "BEGIN; SELECT FROM a.events WHERE id = 2000 FOR UPDATE",
    );
    project
        .run(&database, "maintain run old -v")
        .ends(0)
        .says("are left for the next run");
    assert_eq!(
        database.value("SELECT count(*) FROM a.events WHERE at < now() - interval '10 days'"),
        "1"
    );
    holder.execute("COMMIT");
    project.run(&database, "maintain run old").ends(0);
    assert_eq!(
        database.value("SELECT count(*) FROM a.events WHERE at < now() - interval '10 days'"),
        "0"
    );
}

#[test]
fn it_rests_while_others_wait_for_the_table() {
    let (project, database) = events(3000, &task("patience = \"1s\""));
    let reader = Client::that(&database, "BEGIN; SELECT FROM a.events LIMIT 1");
    let url = database.url().to_owned();
    let waiting = std::thread::spawn(move || {
        Client::at(&url, "BEGIN; LOCK TABLE a.events IN ACCESS EXCLUSIVE MODE")
    });
    crate::support::eventually("it waits", || {
        database.value(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'a.events'::regclass",
        ) == "1"
    });
    project
        .run(&database, "maintain run old")
        .ends(1)
        .says("somebody waits for a lock on the table");
    assert_eq!(outcomes(&database, "old"), "stopped");
    drop(reader);
    drop(waiting.join());
    assert_eq!(
        count(&database),
        "3000",
        "it would have queued behind them, and others behind it"
    );
}

#[test]
fn what_would_be_slow_is_refused() {
    let refused = |up: &str, tasks: &str, text: &str| {
        let (project, database) = project(up, tasks);
        project
            .run(&database, "maintain run old")
            .ends(1)
            .says(text);
    };
    refused(
        "CREATE TABLE a.events (at timestamptz);",
        &task(""),
        "no index of `a.events` leads with `at`",
    );
    refused(
        "CREATE TABLE a.events (at timestamptz); CREATE INDEX ON a.events (at) WHERE at > '2020-01-01';",
        &task(""),
        "no index of",
    );
    refused(
        "CREATE TABLE a.events (at int PRIMARY KEY);",
        &task(""),
        "`a.events.at` is no time",
    );
    refused(
        "CREATE TABLE a.events (x int);",
        &task(""),
        "has no column `at`",
    );
    refused(
        "CREATE VIEW a.events AS SELECT now() AS at;",
        &task(""),
        "is not a table",
    );
    refused("", &task(""), "there is no table `a.events`");
    refused("CREATE TABLE a.events (id int PRIMARY KEY, at timestamptz); CREATE INDEX ON a.events (at);
        CREATE TABLE a.big (event_id int CONSTRAINT \"to it\" REFERENCES a.events, filler text);
        INSERT INTO a.big (filler) SELECT repeat('x', 500) FROM generate_series(1, 5000); ANALYZE a.big;", &task(""), "the foreign key `to it` of a.big has no index");
}

#[test]
fn a_row_that_others_refer_to_ends_it() {
    let (project, database) = project("CREATE TABLE a.events (id int PRIMARY KEY, at timestamptz); CREATE INDEX ON a.events (at);
        CREATE TABLE a.more (event_id int REFERENCES a.events); CREATE INDEX ON a.more (event_id);
        INSERT INTO a.events SELECT n, now() - n * interval '1 day' FROM generate_series(1, 3000) AS n;
        INSERT INTO a.more VALUES (1500);", &task(""));
    project
        .run(&database, "maintain run old")
        .ends(1)
        .says("violates foreign key constraint");
    assert_eq!(outcomes(&database, "old"), "failed");
}

#[test]
fn row_security_is_no_silent_filter() {
    let database = Database::on_new_server();
    let project = Project::new(&["a"]);
    project.migration("a/V1__m", "CREATE SCHEMA a; CREATE ROLE bound; CREATE TABLE a.events (at timestamptz); CREATE INDEX ON a.events (at);
        ALTER TABLE a.events ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON a.events USING (false);
        GRANT USAGE ON SCHEMA a TO bound; GRANT SELECT, DELETE ON a.events TO bound; INSERT INTO a.events VALUES ('2020-01-01');", "DROP SCHEMA a CASCADE; DROP ROLE bound;");
    project.manifest(&task("role = \"bound\""));
    project.run(&database, "migrate up").ends(0);
    project
        .run(&database, "maintain run old")
        .ends(1)
        .says("row-level security");
    assert_eq!(count(&database), "1");
}

#[test]
fn it_rests_while_the_table_is_being_vacuumed() {
    let (project, database) = events(20_000, &task("patience = \"500ms\""));
    let url = database.url().to_owned();
    // Slow enough to be at it all the while; ended below.
    let vacuum = std::thread::spawn(move || {
        let slow = Client::at(
            &url,
            "SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1",
        );
        slow.refusal("VACUUM (DISABLE_PAGE_SKIPPING) a.events")
    });
    let at_work = "SELECT count(*) FROM pg_stat_progress_vacuum \
                   WHERE relid = 'a.events'::regclass AND datname = current_database()";
    crate::support::eventually("it is vacuumed", || database.value(at_work) == "1");
    project
        .run(&database, "maintain run old")
        .ends(1)
        .says("the table is being vacuumed");
    assert_eq!(outcomes(&database, "old"), "stopped");
    assert_eq!(count(&database), "20000");
    database.execute(
        "SELECT pg_cancel_backend(pid) FROM pg_stat_progress_vacuum \
         WHERE datname = current_database()",
    );
    assert_eq!(vacuum.join().expect("the vacuum ends"), "57014");
    project.run(&database, "maintain run old").ends(0);
    assert_eq!(outcomes(&database, "old"), "stopped, done");
}
