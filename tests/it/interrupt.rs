//! Ctrl-C and SIGTERM: what runs is rolled back, what was done stays, and the lock is free.

use nix::sys::signal::Signal;

use crate::support::{Child, Client, Database, Deed, Project, Proxy, catalog, eventually};

/// Two migrations, of which the second one lasts.
fn lasting(second: &str) -> Project {
    let project = Project::new(&["a"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration("a/V2__two", second, "SELECT 1;")
        .migration("a/V3__three", "SELECT 3;", "SELECT 3;");
    project
}

fn start(project: &Project, database: &Database) -> Child {
    Child::start(&mut project.command(database, &["migrate", "up"]))
}

/// Waits until a migration sleeps, or waits for a lock.
#[track_caller]
fn until_it_waits(database: &Database) {
    eventually("a migration that waits", || {
        database.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND application_name LIKE 'crmdb%' AND state = 'active' \
             AND (wait_event = 'PgSleep' OR wait_event_type = 'Lock')",
        ) == "1"
    });
}

fn locks(database: &Database) -> String {
    database.value(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
}

fn history(database: &Database) -> String {
    database.value("SELECT string_agg(event || ' ' || name, ', ' ORDER BY seq) FROM crmdb.history")
}

#[test]
fn a_signal_rolls_back_the_statement_that_runs() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let project = lasting("CREATE TABLE a.two (x int); SELECT pg_sleep(1000);");
        let database = Database::new();
        project.run(&database, "migrate up --to 1").ends(0);
        let before = catalog(&database);
        let child = start(&project, &database);
        until_it_waits(&database);
        child.signal(signal);
        child
            .end()
            .ends(130)
            .says("error: interrupted")
            .says("`V2__two` was rolled back whole")
            .says("Run the command again: it goes on from there");
        assert_eq!(catalog(&database), before);
        assert_eq!(history(&database), "applied one, failed two");
        assert_eq!(locks(&database), "0");
        project.migration(
            "a/V2__two",
            "CREATE TABLE a.two (x int);",
            "DROP TABLE a.two;",
        );
        project.run(&database, "migrate up").ends(0);
        project.run(&database, "migrate verify").ends(0);
    }
}

#[test]
fn a_signal_ends_the_wait_for_a_lock_and_keeps_what_was_done() {
    let project = lasting("ALTER TABLE a.one ADD COLUMN y int;");
    project.manifest("[timeouts]\nlock = \"1000s\"");
    let database = Database::new();
    project.run(&database, "migrate up --to 1").ends(0);
    let other = Client::that(&database, "BEGIN; LOCK TABLE a.one;");
    let child = start(&project, &database);
    until_it_waits(&database);
    child.signal(Signal::SIGINT);
    child.end().ends(130);
    assert_eq!(locks(&database), "0");
    other.execute("ROLLBACK");
    project.run(&database, "migrate up").ends(0);
}

#[test]
fn a_signal_ends_the_pause_between_two_attempts() {
    let project = lasting("ALTER TABLE a.one ADD COLUMN y int;");
    project.manifest("[timeouts]\nlock = \"1ms\"\nlock_retries = 1000");
    let database = Database::new();
    project.run(&database, "migrate up --to 1").ends(0);
    let _other = Client::that(&database, "BEGIN; LOCK TABLE a.one;");
    let child = start(&project, &database);
    child.until_says("attempt 3 of 1001");
    child.signal(Signal::SIGTERM);
    child.end().ends(130);
    assert_eq!(locks(&database), "0");
}

#[test]
fn a_signal_before_the_statement_has_begun_is_not_lost() {
    let project = lasting("SELECT pg_sleep(1000);");
    let database = Database::new();
    let proxy = Proxy::new(&database, |_, message| {
        if message.text().contains("pg_sleep(1000);\n;") {
            Deed::Hold
        } else {
            Deed::Forward
        }
    });
    let mut command = project.command(&database, &["migrate", "up"]);
    let child = Child::start(command.env("DATABASE_URL", proxy.url()));
    proxy.wait_held();
    child.signal(Signal::SIGINT);
    // The request to cancel has come, and found nothing to cancel.
    proxy.wait_cancelled();
    proxy.release();
    child.end().ends(130);
    assert_eq!(history(&database), "applied one, failed two");
}

#[test]
fn a_signal_that_comes_too_late_for_one_migration_stops_before_the_next() {
    let project = lasting("SELECT 'here';");
    let database = Database::new();
    let proxy = Proxy::new(&database, |_, message| {
        if message.text().contains("SELECT 'here';\n;") {
            Deed::Hold
        } else {
            Deed::Forward
        }
    });
    let mut command = project.command(&database, &["migrate", "up"]);
    let child = Child::start(command.env("DATABASE_URL", proxy.url()));
    proxy.wait_held();
    child.signal(Signal::SIGINT);
    proxy.wait_cancelled();
    proxy.release();
    let run = child.end().ends(130);
    // Either the second request to cancel came in time, or it was done.
    let done = history(&database) == "applied one, applied two";
    let what = if done {
        "`V3__three` was not begun"
    } else {
        "`V2__two` was rolled back"
    };
    run.says(what);
    project.run(&database, "migrate up").ends(0);
}

#[test]
fn a_signal_between_two_statements_of_a_file_outside_transactions_stops_it() {
    let project = lasting(
        "-- crmdb: no-transaction\n\
         CREATE INDEX CONCURRENTLY one_x ON a.one (x);\n\
         SELECT pg_sleep(1000);\n",
    );
    let database = Database::new();
    // The row that says that the index is done.
    let proxy = Proxy::new(&database, |_, message| {
        let sql = message.text();
        if sql.starts_with("INSERT INTO") && sql.contains("'done'") {
            Deed::Hold
        } else {
            Deed::Forward
        }
    });
    let mut command = project.command(&database, &["migrate", "up"]);
    let child = Child::start(command.env("DATABASE_URL", proxy.url()));
    proxy.wait_held();
    child.signal(Signal::SIGINT);
    proxy.wait_cancelled();
    proxy.release();
    child.end().ends(130).says("`V2__two` may be half done");
    assert_eq!(locks(&database), "0");
    let file = "-- crmdb: no-transaction\n\
                CREATE INDEX CONCURRENTLY one_x ON a.one (x);\n\
                SELECT 1;\n";
    project.migration("a/V2__two", file, "SELECT 1;");
    project.run(&database, "migrate up").ends(0);
    assert_eq!(
        database
            .value("SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid = 'a.one'::regclass"),
        "t"
    );
}

#[test]
fn a_signal_ends_the_wait_for_another_run() {
    let project = lasting("SELECT pg_sleep(1000);");
    let database = Database::new();
    let first = start(&project, &database);
    until_it_waits(&database);
    let second = start(&project, &database);
    second.until_says("waiting for another crmdb run");
    second.signal(Signal::SIGINT);
    second.end().ends(130).says("interrupted");
    first.signal(Signal::SIGINT);
    first.end().ends(130);
    assert_eq!(locks(&database), "0");
}

/// A run whose long statement the server answers never: the answer is swallowed on its way.
fn unanswered(project: &Project, database: &Database) -> (Proxy, Child) {
    let proxy = Proxy::new(database, |_, message| {
        if message.text().contains("pg_sleep(1000);\n;") {
            Deed::Swallow
        } else {
            Deed::Forward
        }
    });
    let mut command = project.command(database, &["migrate", "up"]);
    let child = Child::start(command.env("DATABASE_URL", proxy.url()));
    until_it_waits(database);
    (proxy, child)
}

#[test]
fn a_second_signal_does_not_wait_for_the_server() {
    let project = lasting("SELECT pg_sleep(1000);");
    let database = Database::new();
    let (proxy, child) = unanswered(&project, &database);
    child.signal(Signal::SIGINT);
    proxy.wait_cancelled();
    child.signal(Signal::SIGINT);
    child
        .end()
        .ends(130)
        .says("The server's answer was not waited for")
        .says("`crmdb migrate status` shows it");
    project.migration("a/V2__two", "SELECT 2;", "SELECT 2;");
    project.run(&database, "migrate up").ends(0);
    assert_eq!(
        history(&database),
        "applied one, applied two, applied three"
    );
    assert_eq!(locks(&database), "0");
}

#[test]
fn signals_that_come_in_a_row_end_it_too() {
    let project = lasting("SELECT pg_sleep(1000);");
    let database = Database::new();
    let (_proxy, child) = unanswered(&project, &database);
    child.signal_until_end(Signal::SIGTERM).ends(130);
    project.migration("a/V2__two", "SELECT 2;", "SELECT 2;");
    project.run(&database, "migrate up").ends(0);
    assert_eq!(
        history(&database),
        "applied one, applied two, applied three"
    );
}
