//! Tasks of kind `refresh`.

use nix::sys::signal::Signal;

use crate::support::{Child, Client, Database, Pooler, Project, Run, eventually};

/// A project with the task `views`, and a database with a table to read.
fn start(keys: &str) -> (Project, Database) {
    let project = project(keys);
    let database = Database::new();
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

fn project(keys: &str) -> Project {
    let project = Project::new(&["a"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int); INSERT INTO a.one VALUES (1);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .manifest(&format!(
            "[timeouts]\nlock = \"100ms\"\n\
             [[task]]\nname = \"views\"\nkind = \"refresh\"\nretries = 0\n{keys}"
        ));
    project
}

/// Changes something, and has it counted at once.
fn change(database: &Database, sql: &str) {
    database.execute(&format!(
        "{sql}; SELECT pg_catalog.pg_stat_force_next_flush()"
    ));
}

fn run(project: &Project, database: &Database) -> Run {
    project.run(database, "maintain run views -v")
}

/// How many views a run has refreshed.
#[track_caller]
fn refreshed(project: &Project, database: &Database) -> u64 {
    let run = project.run(database, "maintain run views --format json");
    let run = run.ends(0).json();
    run["batches"].as_u64().unwrap()
}

#[test]
fn views_come_after_those_that_they_read_and_stay_while_nobody_writes() {
    let (project, database) = start("module = \"a\"");
    // The names would give the other order.
    database.execute(
        "CREATE MATERIALIZED VIEW a.z AS SELECT x FROM a.one;
         CREATE UNIQUE INDEX ON a.z (x);
         CREATE VIEW a.y AS SELECT x FROM a.z;
         CREATE MATERIALIZED VIEW a.\"Größe \"\"'x\" AS SELECT pg_catalog.sum(x) AS s FROM a.y;",
    );
    let dry = project.run(&database, "maintain run views --dry-run --format json");
    let dry = dry.ends(0).json();
    assert_eq!(dry["items"][0]["object"], "a.z");
    assert_eq!(dry["items"][1]["object"], "a.\"Größe \"\"'x\"");
    assert_eq!(
        dry["items"][1]["action"],
        "would be refreshed and readers wait: what it reads is refreshed"
    );
    change(&database, "INSERT INTO a.one VALUES (2)");
    let first = run(&project, &database).ends(0);
    let at = |text: &str| {
        first
            .stderr
            .find(text)
            .unwrap_or_else(|| panic!("{first:#?}"))
    };
    assert!(at("refreshed a.z:") < at("refreshed a.\"Größe"));
    assert_eq!(database.value("SELECT s FROM a.\"Größe \"\"'x\""), "3");
    assert_eq!(refreshed(&project, &database), 0, "nobody has written");
    project
        .run(&database, "maintain run views --dry-run")
        .prints("would be left: nobody has written");
    change(&database, "UPDATE a.one SET x = 5 WHERE x = 2");
    assert_eq!(refreshed(&project, &database), 2);
    assert_eq!(database.value("SELECT s FROM a.\"Größe \"\"'x\""), "6");
    assert_eq!(
        refreshed(&project, &database),
        0,
        "its own writes are no change"
    );
    // The rows of the first come out the same, so the second has no work.
    change(&database, "UPDATE a.one SET x = x");
    assert_eq!(refreshed(&project, &database), 1);
}

#[test]
fn what_is_not_counted_is_no_reason_to_leave_a_view() {
    let (project, database) = start("module = \"a\"");
    database.execute(
        "CREATE TABLE a.p (x int, k date) PARTITION BY RANGE (k);
         CREATE TABLE a.p1 PARTITION OF a.p FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
         CREATE TABLE a.p2 (x int, k date); INSERT INTO a.p2 VALUES (1, '2027-05-05');
         CREATE FUNCTION a.f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
         CREATE VIEW a.v AS SELECT x FROM a.p;
         CREATE TYPE a.word AS ENUM ('old'); CREATE TABLE a.w (w a.word);
         CREATE MATERIALIZED VIEW a.m AS SELECT o.x, a.f(v.x) AS y, w.w::text
             FROM a.one AS o CROSS JOIN a.v AS v CROSS JOIN a.w AS w
             WHERE pg_catalog.date_trunc('day', TIMESTAMPTZ '2026-01-01 00:00Z') IS NOT NULL;
         SELECT pg_catalog.pg_stat_force_next_flush();",
    );
    assert_eq!(refreshed(&project, &database), 1);
    assert_eq!(refreshed(&project, &database), 0);
    let changes = [
        "DELETE FROM a.one",
        "TRUNCATE a.one",
        "ALTER TABLE a.p ATTACH PARTITION a.p2 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
        "INSERT INTO a.p VALUES (1, '2027-05-05')",
        "ALTER TABLE a.p DETACH PARTITION a.p2",
        "CREATE OR REPLACE VIEW a.v AS SELECT x + 1 AS x FROM a.p",
        "CREATE OR REPLACE FUNCTION a.f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1'",
        "ALTER TYPE a.word RENAME VALUE 'old' TO 'new'",
        "SELECT pg_catalog.pg_stat_reset()",
        "SELECT pg_catalog.pg_stat_reset_single_table_counters('a.one'::pg_catalog.regclass)",
        "DROP MATERIALIZED VIEW a.m; CREATE MATERIALIZED VIEW a.m AS SELECT x FROM a.one WITH NO DATA",
    ];
    for sql in changes {
        change(&database, sql);
        assert_eq!(refreshed(&project, &database), 1, "after {sql}");
        assert_eq!(
            refreshed(&project, &database),
            0,
            "the second time after {sql}"
        );
    }
    // A copy of the database counts from nothing: the same numbers mean other rows there.
    let copy = database.copy();
    assert_eq!(refreshed(&project, &copy), 1);
    let name = copy.name().to_owned();
    copy.execute(&format!(
        "ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'"
    ));
    assert_eq!(refreshed(&project, &copy), 1, "texts of times may differ");
}

#[test]
fn what_cannot_be_known_is_refreshed_each_time() {
    for query in [
        "SELECT pg_catalog.now()",
        "SELECT CURRENT_DATE",
        "SELECT x FROM a.one WHERE pg_catalog.random() >= 0",
        "SELECT x FROM a.one TABLESAMPLE SYSTEM (50)",
        "SELECT pg_catalog.age(pg_catalog.now()) FROM a.one",
        "SELECT CURRENT_USER::pg_catalog.text",
        "SELECT relname FROM pg_catalog.pg_class",
        "SELECT last_value FROM a.s",
        "SELECT t::pg_catalog.timestamptz FROM a.t",
        "SELECT 'a.one'::pg_catalog.regclass::pg_catalog.text",
        "SELECT a.looked()",
        "SELECT pg_catalog.count(*) FROM a.v",
    ] {
        let (project, database) = start("");
        database.execute(&format!(
            "CREATE SEQUENCE a.s; CREATE TABLE a.t (t text); INSERT INTO a.t VALUES ('now');
             CREATE VIEW a.v AS SELECT 1 FROM a.one WHERE pg_catalog.clock_timestamp() > '-infinity';
             CREATE FUNCTION a.looked() RETURNS int STABLE LANGUAGE sql AS 'SELECT 1';
             CREATE MATERIALIZED VIEW a.m AS {query};"
        ));
        for _ in 0..2 {
            assert_eq!(refreshed(&project, &database), 1, "{query}");
        }
    }
}

#[test]
fn only_what_is_asked_for() {
    let (project, database) = start("views = [\"a.x*\", \"b.m\"]\nalways = true");
    database.execute(
        "CREATE SCHEMA b; CREATE MATERIALIZED VIEW b.n AS SELECT 1;
         CREATE MATERIALIZED VIEW a.xy AS SELECT 1; CREATE MATERIALIZED VIEW a.y AS SELECT 1;",
    );
    run(&project, &database)
        .ends(1)
        .says("there is no materialized view `b.m`");
    database.execute("CREATE MATERIALIZED VIEW b.m AS SELECT * FROM b.n");
    for _ in 0..2 {
        run(&project, &database)
            .ends(0)
            .says("b.m reads b.n, which this task does not refresh")
            .says("refreshed a.xy: the task says `always`")
            .says("refreshed b.m");
    }
    let (project, database) = start("module = \"a\"");
    database.execute("CREATE SCHEMA b; CREATE MATERIALIZED VIEW b.m AS SELECT 1");
    assert_eq!(refreshed(&project, &database), 0, "none of the module");
}

#[test]
fn a_reader_is_in_the_way_of_a_view_without_a_key_only() {
    let (project, database) = start("always = true");
    database.execute(
        "CREATE MATERIALIZED VIEW a.keyed AS SELECT x FROM a.one;
         CREATE UNIQUE INDEX ON a.keyed (x);
         CREATE MATERIALIZED VIEW a.partly AS SELECT x FROM a.one;
         CREATE UNIQUE INDEX ON a.partly (x) WHERE x > 0;
         CREATE UNIQUE INDEX ON a.partly ((x + 1));",
    );
    let reader = Client::that(&database, "BEGIN; SELECT * FROM a.keyed, a.partly;");
    run(&project, &database)
        .ends(1)
        .says("refreshed a.keyed")
        .says("was stopped: could not refresh `a.partly`: locked by others");
    reader.execute("COMMIT");
    assert_eq!(refreshed(&project, &database), 2);
}

#[test]
fn a_view_that_fails_does_not_keep_the_others() {
    let (project, database) = start("");
    database.execute(
        "CREATE MATERIALIZED VIEW a.m AS SELECT 1 / x AS y FROM a.one;
         CREATE MATERIALIZED VIEW a.n AS SELECT x FROM a.one;",
    );
    change(&database, "UPDATE a.one SET x = 0");
    run(&project, &database)
        .ends(1)
        .says("failed: could not refresh `a.m`: division by zero")
        .says("22012");
    assert_eq!(database.value("SELECT x FROM a.n"), "0");
    change(&database, "UPDATE a.one SET x = 2");
    assert_eq!(refreshed(&project, &database), 2);
}

#[test]
fn the_owner_refreshes_and_others_are_told() {
    let project = project("role = \"Die Rolle\"");
    let database = Database::on_new_server();
    project.run(&database, "migrate up").ends(0);
    database.execute(
        "CREATE ROLE \"Die Rolle\"; GRANT USAGE, CREATE ON SCHEMA a TO \"Die Rolle\";
         GRANT SELECT ON a.one TO \"Die Rolle\";
         CREATE MATERIALIZED VIEW a.alien AS SELECT x FROM a.one;
         CREATE MATERIALIZED VIEW a.own AS SELECT x FROM a.one;
         ALTER MATERIALIZED VIEW a.own OWNER TO \"Die Rolle\";",
    );
    run(&project, &database)
        .ends(1)
        .says("refreshed a.own")
        .says("could not refresh `a.alien`: must be owner of materialized view alien")
        .says("Give the task the `role` that owns the view");
}

#[test]
fn the_shipped_summary() {
    let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(repository.join("migrations.toml")).unwrap();
    let project = Project::new(&[]);
    project.file("migrations.toml", &manifest).manifest(
        "[[task]]\nname = \"views\"\nkind = \"refresh\"\nmodule = \"dialer\"\n\
         views = [\"user_kpi_summary\"]",
    );
    std::os::unix::fs::symlink(repository.join("schema"), project.path("schema")).unwrap();
    let database = Database::shipped();
    run(&project, &database)
        .ends(0)
        .says("refreshed dialer.user_kpi_summary");
    assert_eq!(refreshed(&project, &database), 0);
}

#[test]
fn through_a_transaction_pooler() {
    let (project, database) = start("");
    database.execute(
        "CREATE MATERIALIZED VIEW a.m AS SELECT x FROM a.one; CREATE UNIQUE INDEX ON a.m (x)",
    );
    let pooler = Pooler::new(&database, 4);
    let through = || {
        let mut command = project.command(&database, &["maintain", "run", "views", "-v"]);
        Run::of(command.env("DATABASE_URL", pooler.url()))
    };
    through().ends(0).says("refreshed a.m");
    through().ends(0).says("left a.m");
}

#[test]
fn a_run_that_is_killed_is_done_by_the_next() {
    let project = project("");
    let text = std::fs::read_to_string(project.path("migrations.toml")).unwrap();
    project.file("migrations.toml", &text.replace("100ms", "1000s"));
    let database = Database::new();
    project.run(&database, "migrate up").ends(0);
    database.execute(
        "CREATE MATERIALIZED VIEW a.m AS SELECT x FROM a.one;
         CREATE MATERIALIZED VIEW a.n AS SELECT x FROM a.m;",
    );
    let other = Client::that(&database, "BEGIN; SELECT * FROM a.n;");
    let child = Child::start(&mut project.command(&database, &["maintain", "run", "views", "-v"]));
    child.until_says("refreshed a.m");
    eventually("the run waits", || {
        let waiting =
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'a.n'::regclass";
        database.value(waiting) == "1"
    });
    child.signal(Signal::SIGKILL);
    child.end();
    other.execute("COMMIT");
    eventually("the view that is left", || {
        refreshed(&project, &database) == 1
    });
    let lost = "SELECT count(*) FROM crmdb.task_runs WHERE outcome = 'lost'";
    assert_eq!(database.value(lost), "1");
}
