//! Tasks of the kind `vacuum`.

use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::support::{Child, Client, Database, Project, Run, eventually};

/// What a session has counted is known to others at once.
const FLUSH: &str = "SELECT pg_stat_force_next_flush()";

/// Makes a project with a task, and a database with its schema.
fn set_up(task: &str) -> (Project, Database) {
    let database = Database::new();
    (project(task, &database), database)
}

fn project(task: &str, database: &Database) -> Project {
    let project = Project::new(&["a"]);
    let task = format!("[[task]]\nname = \"tidy\"\nkind = \"vacuum\"\n{task}");
    project.manifest(&task);
    project.migration("a/V1__schema", "CREATE SCHEMA a;", "DROP SCHEMA a;");
    project.run(database, "migrate up").ends(0);
    project
}

/// Makes a table of 1,000 rows that was vacuumed, of which `dead` rows are dead then. Autovacuum
/// would wait for 50 rows and a fifth of the table: 250.
fn table(database: &Database, name: &str, dead: u32) {
    database.execute(&format!(
        "CREATE TABLE {name} (id int PRIMARY KEY, note text) WITH (autovacuum_enabled = false)"
    ));
    database.execute(&format!(
        "INSERT INTO {name} SELECT n, 'x' FROM generate_series(1, 1000) AS n; {FLUSH}"
    ));
    database.execute(&format!("VACUUM ANALYZE {name}"));
    database.execute(&format!("DELETE FROM {name} WHERE id <= {dead}; {FLUSH}"));
}

fn run(project: &Project, database: &Database) -> Run {
    project.run(database, "maintain run tidy -v")
}

/// The number of tables that a run has vacuumed.
fn done(project: &Project, database: &Database) -> u64 {
    let run = project.run(database, "maintain run tidy --format json");
    run.ends(0).json()["batches"].as_u64().unwrap()
}

/// The tables with dead rows.
fn dirty(database: &Database) -> Vec<String> {
    let rows = database.rows(
        "SELECT relname FROM pg_stat_user_tables \
         WHERE n_dead_tup > 0 AND schemaname <> 'crmdb' ORDER BY 1",
    );
    rows.into_iter().flatten().collect()
}

#[test]
fn only_what_needs_it_at_half_of_what_autovacuum_waits_for() {
    let (project, database) = set_up("module = \"a\"\njobs = 2");
    database.execute("CREATE SCHEMA b");
    table(&database, "a.less", 100);
    table(&database, "a.more", 150);
    table(&database, "a.\"It's \"\"Größe\"\" %\"", 150);
    table(&database, "b.elsewhere", 150);
    assert_eq!(done(&project, &database), 2);
    assert_eq!(dirty(&database), ["elsewhere", "less"]);
    assert_eq!(done(&project, &database), 0);
}

#[test]
fn all_schemas_without_a_module_but_not_the_ledger() {
    let (project, database) = set_up("always = true");
    database.execute("CREATE SCHEMA b");
    table(&database, "b.elsewhere", 0);
    let preview = project.run(&database, "maintain run tidy --dry-run --format json");
    let items = preview.ends(0).json()["items"].as_array().unwrap().clone();
    let objects: Vec<&str> = items
        .iter()
        .map(|it| it["object"].as_str().unwrap())
        .collect();
    assert_eq!(objects, ["b.elsewhere"]);
    assert_eq!(done(&project, &database), 1);
}

#[test]
fn an_empty_database_is_done_at_once() {
    let (project, database) = set_up("module = \"a\"\njobs = 4");
    assert_eq!(done(&project, &database), 0);
}

#[test]
fn the_options_of_a_table_count() {
    let (project, database) = set_up("module = \"a\"");
    table(&database, "a.early", 20);
    table(&database, "a.late", 500);
    database.execute(
        "ALTER TABLE a.early SET (autovacuum_vacuum_threshold = 30, \
         autovacuum_vacuum_scale_factor = 0); \
         ALTER TABLE a.late SET (autovacuum_vacuum_threshold = 2000)",
    );
    run(&project, &database).ends(0);
    assert_eq!(dirty(&database), ["late"]);
}

#[test]
fn a_preview_says_why_and_changes_nothing() {
    let (project, database) = set_up("module = \"a\"");
    table(&database, "a.t", 300);
    database.execute("CREATE TABLE a.new (id int) WITH (autovacuum_enabled = false)");
    database.execute(&format!("INSERT INTO a.new VALUES (1); {FLUSH}"));
    let preview = project.run(&database, "maintain run tidy --dry-run --format json");
    let items = preview.ends(0).json()["items"].clone();
    assert_eq!(items[0]["object"], "a.t");
    assert_eq!(items[0]["rows"], 300);
    assert_eq!(
        items[0]["action"],
        "vacuum: 300 dead rows, autovacuum waits for 250"
    );
    assert_eq!(items[1]["object"], "a.new");
    assert_eq!(items[1]["action"], "vacuum: never vacuumed");
    assert_eq!(dirty(&database), ["t"]);
}

#[test]
fn many_small_tables_views_and_partitions() {
    let (project, database) = set_up("module = \"a\"\njobs = 3");
    let options = "WITH (autovacuum_enabled = false)";
    let tables: Vec<String> = (0..100)
        .map(|n| format!("CREATE TABLE a.t{n} {options} AS SELECT 1 AS x;"))
        .collect();
    database.execute(&format!(
        "{} CREATE MATERIALIZED VIEW a.v {options} AS SELECT 1 AS x; \
         CREATE TABLE a.p (x int) PARTITION BY RANGE (x); \
         CREATE TABLE a.p1 PARTITION OF a.p FOR VALUES FROM (0) TO (10) {options}; \
         INSERT INTO a.p VALUES (1); {FLUSH}",
        tables.concat()
    ));
    assert_eq!(done(&project, &database), 102);
    let never = "SELECT count(*) FROM pg_stat_user_tables \
                 WHERE schemaname = 'a' AND (last_vacuum IS NULL OR last_analyze IS NULL)";
    // The partitioned table itself has nothing to vacuum.
    assert_eq!(database.value(never), "1");
    assert_eq!(done(&project, &database), 0);
}

#[test]
fn the_rows_of_toast_count() {
    let (project, database) = set_up("module = \"a\"");
    database.execute(
        "CREATE TABLE a.t (id int PRIMARY KEY, note text) WITH (autovacuum_enabled = false); \
         ALTER TABLE a.t ALTER note SET STORAGE EXTERNAL",
    );
    database.execute(&format!(
        "INSERT INTO a.t SELECT n, repeat('x', 60000) FROM generate_series(1, 20) AS n; {FLUSH}"
    ));
    database.execute("VACUUM ANALYZE a.t");
    // Ten rows are few, but each has thirty in the TOAST table.
    database.execute(&format!("DELETE FROM a.t WHERE id <= 10; {FLUSH}"));
    assert_eq!(done(&project, &database), 1);
    assert_eq!(done(&project, &database), 0);
}

#[test]
fn old_transactions_are_frozen() {
    let (project, database) = set_up("module = \"a\"");
    table(&database, "a.t", 0);
    // The least that the server takes, which is reached here without 100,000 transactions.
    database.execute("ALTER TABLE a.t SET (autovacuum_freeze_max_age = 100000)");
    assert_eq!(done(&project, &database), 0);
    let spend = "DO $$ BEGIN FOR n IN 1..51000 LOOP PERFORM pg_current_xact_id(); COMMIT; \
                 END LOOP; END $$";
    database.execute(spend);
    let age = "SELECT age(relfrozenxid) FROM pg_class WHERE oid = 'a.t'::regclass";
    assert!(database.value(age).parse::<u32>().unwrap() > 50_000);
    let preview = project.run(&database, "maintain run tidy --dry-run");
    preview.ends(0).prints("vacuum and freeze");
    run(&project, &database).ends(0);
    assert!(database.value(age).parse::<u32>().unwrap() < 50_000);
}

#[test]
fn what_is_locked_is_left_for_the_next_run() {
    let (project, database) = set_up("module = \"a\"");
    let locked = "a.\"lock ed\"";
    table(&database, locked, 300);
    // Small tables are vacuumed several in a statement.
    let others: Vec<String> = (0..40)
        .map(|n| format!("CREATE TABLE a.t{n} WITH (autovacuum_enabled = false) AS SELECT 1 AS x;"))
        .collect();
    database.execute(&format!("{} {FLUSH}", others.concat()));
    let never = "SELECT relname FROM pg_stat_user_tables \
                 WHERE schemaname = 'a' AND last_vacuum IS NULL";
    for mode in ["SHARE UPDATE EXCLUSIVE", "ACCESS EXCLUSIVE"] {
        let lock = format!("BEGIN; LOCK TABLE {locked} IN {mode} MODE");
        let holder = Client::that(&database, &lock);
        run(&project, &database)
            .ends(1)
            .says("task `tidy` was stopped: table `a.lock ed` is locked by others");
        assert_eq!(database.value(never), "", "{mode}");
        assert_eq!(dirty(&database), ["lock ed"], "{mode}");
        holder.execute("COMMIT");
    }
    assert_eq!(done(&project, &database), 1);
    assert!(dirty(&database).is_empty());
}

#[test]
fn what_a_vacuum_is_at_work_on_is_left_to_it() {
    let (project, database) = set_up("module = \"a\"");
    slow(&database, "a.slow");
    let name = database.name();
    database.execute(&format!("ALTER DATABASE {name} RESET ALL"));
    table(&database, "a.other", 300);
    let mut other = Command::new("psql")
        .env(
            "PGOPTIONS",
            "-c vacuum_cost_delay=100 -c vacuum_cost_limit=1",
        )
        .args(["-X", "-q", "-c", "VACUUM a.slow", database.url()])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let at_work = "SELECT pid FROM pg_stat_progress_vacuum WHERE datname = current_database()";
    eventually("a slow vacuum", || !database.value(at_work).is_empty());
    let preview = project.run(&database, "maintain run tidy --dry-run");
    preview.ends(0).prints("left to the server");
    run(&project, &database)
        .ends(0)
        .says("a.slow: left to the server");
    assert_eq!(dirty(&database), ["slow"]);
    let cancel = format!("SELECT pg_cancel_backend(pid) FROM ({at_work}) AS p");
    assert_eq!(database.value(&cancel), "t");
    other.wait().unwrap();
}

#[test]
fn a_task_works_as_its_role_and_names_what_that_may_not() {
    let database = Database::on_new_server();
    let project = project("module = \"a\"\nrole = \"the keeper\"\njobs = 2", &database);
    database.execute("CREATE ROLE \"the keeper\"; GRANT USAGE ON SCHEMA a TO \"the keeper\"");
    for name in ["a.ours", "a.ours_too", "a.theirs"] {
        table(&database, name, 300);
    }
    database.execute(
        "ALTER TABLE a.ours OWNER TO \"the keeper\"; \
         ALTER TABLE a.ours_too OWNER TO \"the keeper\"",
    );
    run(&project, &database)
        .ends(1)
        .says("table `a.theirs` could not be vacuumed")
        .says("42501");
    assert_eq!(dirty(&database), ["theirs"]);
}

#[test]
fn names_and_patterns() {
    let (project, database) = set_up("module = \"a\"\ntables = [\"one\", \"a.t*\"]");
    for name in ["a.one", "a.two", "a.four"] {
        table(&database, name, 300);
    }
    assert_eq!(done(&project, &database), 2);
    assert_eq!(dirty(&database), ["four"]);
    database.execute("DROP TABLE a.one");
    let run = run(&project, &database).ends(1);
    run.says("there is no table `one`");
}

#[test]
fn what_extensions_and_sessions_own_is_left_alone() {
    let (project, database) = set_up("always = true");
    database.execute("CREATE EXTENSION ltree; CREATE SCHEMA b; CREATE TABLE b.owned ()");
    database.execute("ALTER EXTENSION ltree ADD TABLE b.owned");
    let _session = Client::that(&database, "CREATE TEMP TABLE passing AS SELECT 1 AS x");
    assert_eq!(done(&project, &database), 0);
}

/// Makes a table whose vacuum takes longer than a test looks at it, page by page.
fn slow(database: &Database, name: &str) {
    database.execute(&format!(
        "CREATE TABLE {name} (id int PRIMARY KEY, note text) WITH (autovacuum_enabled = false); \
         INSERT INTO {name} SELECT n, 'x' FROM generate_series(1, 100000) AS n"
    ));
    database.execute(&format!("DELETE FROM {name} WHERE id % 2 = 0; {FLUSH}"));
    let name = database.name();
    database.execute(&format!(
        "ALTER DATABASE {name} SET vacuum_cost_delay = 100; \
         ALTER DATABASE {name} SET vacuum_cost_limit = 1"
    ));
}

#[test]
fn progress_and_an_interrupt() {
    let (project, database) = set_up("module = \"a\"\njobs = 2");
    slow(&database, "a.t");
    slow(&database, "a.u");
    let mut command = project.command(&database, &["maintain", "run", "tidy", "-v"]);
    let child = Child::start(&mut command);
    child.until_says("tidy: a.t: scanning heap");
    child.until_says("tidy: a.u: scanning heap");
    child.signal(Signal::SIGINT);
    let run = child.end().ends(130);
    run.says("task `tidy` was interrupted");
    let at_work = "SELECT count(*) FROM pg_stat_progress_vacuum WHERE datname = current_database()";
    assert_eq!(database.value(at_work), "0");
    let outcome = "SELECT outcome FROM crmdb.task_runs ORDER BY id DESC LIMIT 1";
    assert_eq!(database.value(outcome), "stopped");
}

#[test]
fn killed_and_run_again() {
    let (project, database) = set_up("module = \"a\"\njobs = 2");
    slow(&database, "a.t");
    let mut command = project.command(&database, &["maintain", "run", "tidy", "-v"]);
    let child = Child::start(&mut command);
    child.until_says("scanning heap");
    child.signal(Signal::SIGKILL);
    drop(child.end());
    let name = database.name();
    database.execute(&format!("ALTER DATABASE {name} RESET ALL"));
    // The server notices that nobody listens any more.
    let at_work = "SELECT count(*) FROM pg_stat_progress_vacuum WHERE datname = current_database()";
    eventually("the end of the vacuum", || database.value(at_work) == "0");
    assert_eq!(done(&project, &database), 1);
    assert!(dirty(&database).is_empty());
}

#[test]
fn a_migration_of_the_module_comes_first() {
    let (project, database) = set_up("module = \"a\"");
    slow(&database, "a.t");
    let mut command = project.command(&database, &["maintain", "run", "tidy", "-v"]);
    let child = Child::start(&mut command);
    child.until_says("scanning heap");
    project.migration(
        "a/V2__t",
        "ALTER TABLE a.t ADD y int;",
        "ALTER TABLE a.t DROP y;",
    );
    project.run(&database, "migrate up").ends(0);
    child
        .end()
        .ends(1)
        .says("task `tidy` was stopped: gave way to");
}
