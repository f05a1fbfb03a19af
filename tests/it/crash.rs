//! kill -9 at every step of the protocol, then the same command again: it converges by itself.

use std::fmt::Write as _;

use nix::sys::signal::Signal;

use crate::support::{Child, Client, Database, Deed, Project, Proxy, catalog, eventually};

/// Four migrations that run in transactions.
fn transactional() -> Project {
    let project = Project::new(&["a"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration(
            "a/V2__two",
            "CREATE TABLE a.two (y int);",
            "DROP TABLE a.two;",
        )
        .migration(
            "a/V3__three",
            "ALTER TABLE a.two ADD COLUMN z int; CREATE INDEX two_z ON a.two (z);",
            "DROP INDEX a.two_z; ALTER TABLE a.two DROP COLUMN z;",
        )
        .migration(
            "a/R__view",
            "CREATE OR REPLACE VIEW a.ones AS SELECT x FROM a.one;",
            "DROP VIEW a.ones;",
        );
    project
}

/// A file of each kind, the second one outside transactions both ways.
fn outside_transactions() -> Project {
    let project = Project::new(&["a"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int, y int); INSERT INTO a.one VALUES (1, 2);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration(
            "a/V2__indexes",
            "-- crmdb: no-transaction\n\
             CREATE INDEX CONCURRENTLY one_x ON a.one (x);\n\
             ALTER TABLE a.one ADD COLUMN z int;\n\
             CREATE INDEX CONCURRENTLY one_z ON a.one (z);\n",
            "-- crmdb: no-transaction\n\
             DROP INDEX CONCURRENTLY a.one_z;\n\
             ALTER TABLE a.one DROP COLUMN z;\n\
             DROP INDEX CONCURRENTLY a.one_x;\n",
        );
    project
}

/// How many times each migration has an event.
fn events(database: &Database, event: &str) -> Vec<String> {
    let rows = database.rows(&format!(
        "SELECT name, count(*) FROM crmdb.history WHERE event = '{event}' GROUP BY 1 ORDER BY 1"
    ));
    rows.into_iter().map(|row| row.join(" ")).collect()
}

/// What must hold after any accident, once the command ran again.
#[track_caller]
fn converged(
    project: &Project,
    database: &Database,
    wanted: &str,
    events_wanted: &[String],
    event: &str,
) {
    assert_eq!(catalog(database), wanted);
    assert_eq!(events(database, event), events_wanted);
    project.run(database, "migrate verify").ends(0);
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted \
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(database.value(locks), "0");
    assert_eq!(
        database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"),
        "0"
    );
}

/// Kills `line` before, or after, each of its messages in turn; then runs it again.
fn at_every_message(project: &Project, prepare: &str, line: &str, event: &str, deed: Deed) {
    let prepared = |database: &Database| {
        if !prepare.is_empty() {
            project.run(database, prepare).ends(0);
        }
    };
    let clean = Database::new();
    prepared(&clean);
    project.run(&clean, line).ends(0);
    let (wanted, events_wanted) = (catalog(&clean), events(&clean, event));

    let arguments: Vec<&str> = line.split(' ').collect();
    let mut told = String::new();
    for number in 1.. {
        let database = Database::new();
        prepared(&database);
        let proxy = Proxy::new(
            &database,
            move |at, _| {
                if at == number { deed } else { Deed::Forward }
            },
        );
        let mut command = project.command(&database, &arguments);
        let child = Child::start(command.env("DATABASE_URL", proxy.url()));
        proxy.victim(child.id());
        let run = child.end();
        if !proxy.has_killed() {
            run.ends(0);
            assert!(number > 10, "the run has only {number} messages");
            eprintln!("{line}: {deed:?} each of {} messages\n{told}", number - 1);
            return;
        }
        // A message of farewell may meet a process that has ended well.
        assert!(matches!(run.code, None | Some(0)), "{number}: {run:#?}");
        let again = project.run(&database, line).ends(0);
        let _ = writeln!(told, "{number}: {}", again.stderr.replace('\n', " / "));
        converged(project, &database, &wanted, &events_wanted, event);
    }
}

#[test]
fn up_killed_before_each_message() {
    at_every_message(
        &transactional(),
        "",
        "migrate up",
        "applied",
        Deed::KillBefore,
    );
}

#[test]
fn up_killed_after_each_message() {
    at_every_message(
        &transactional(),
        "",
        "migrate up",
        "applied",
        Deed::KillAfter,
    );
}

#[test]
fn down_killed_before_each_message() {
    let line = "migrate down --all";
    at_every_message(
        &transactional(),
        "migrate up",
        line,
        "rolled back",
        Deed::KillBefore,
    );
}

#[test]
fn down_killed_after_each_message() {
    let line = "migrate down --all";
    at_every_message(
        &transactional(),
        "migrate up",
        line,
        "rolled back",
        Deed::KillAfter,
    );
}

#[test]
fn up_outside_transactions_killed_before_each_message() {
    at_every_message(
        &outside_transactions(),
        "",
        "migrate up",
        "applied",
        Deed::KillBefore,
    );
}

#[test]
fn up_outside_transactions_killed_after_each_message() {
    at_every_message(
        &outside_transactions(),
        "",
        "migrate up",
        "applied",
        Deed::KillAfter,
    );
}

#[test]
fn down_outside_transactions_killed_before_each_message() {
    let (project, line) = (
        outside_transactions(),
        "migrate down --all --allow-data-loss",
    );
    at_every_message(
        &project,
        "migrate up",
        line,
        "rolled back",
        Deed::KillBefore,
    );
}

#[test]
fn down_outside_transactions_killed_after_each_message() {
    let (project, line) = (
        outside_transactions(),
        "migrate down --all --allow-data-loss",
    );
    at_every_message(&project, "migrate up", line, "rolled back", Deed::KillAfter);
}

#[test]
fn up_killed_while_the_ledger_is_made() {
    let (project, database) = (transactional(), Database::new());
    // Nobody may write to the catalog of schemas, so making one waits.
    let other = Client::that(
        &database,
        "BEGIN; LOCK TABLE pg_catalog.pg_namespace IN SHARE MODE;",
    );
    let start = || Child::start(&mut project.command(&database, &["migrate", "up"]));
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND wait_event_type = 'Lock'";
    let first = start();
    eventually("the ledger's statements", || database.value(waiting) == "1");
    first.signal(Signal::SIGKILL);
    assert_eq!(first.end().code, None);
    let second = start();
    other.execute("COMMIT");
    second.end().ends(0);
    project.run(&database, "migrate verify").ends(0);
    assert_eq!(events(&database, "applied").len(), 4);
}
