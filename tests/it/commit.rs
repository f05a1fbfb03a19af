//! The connection is cut around COMMIT: what became of it the ledger tells, and crmdb says it.

use crate::support::{Child, Database, Deed, Project, Proxy, Run, catalog, eventually};

fn two_tables() -> Project {
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
            "CREATE TABLE a.three (y int);",
            "DROP TABLE a.three;",
        );
    project
}

/// Does the deed at the message with the COMMIT of the migration that has `text`.
fn at_commit(database: &Database, text: &'static str, deed: Deed) -> Proxy {
    let mut done = false;
    Proxy::new(database, move |_, message| {
        let sql = message.text();
        if !done && sql.contains(text) && sql.contains("COMMIT") {
            done = true;
            return deed;
        }
        Deed::Forward
    })
}

fn start(project: &Project, database: &Database, proxy: &Proxy, arguments: &[&str]) -> Child {
    let mut command = project.command(database, arguments);
    Child::start(command.env("DATABASE_URL", proxy.url()))
}

fn up(project: &Project, database: &Database, proxy: &Proxy) -> Run {
    start(project, database, proxy, &["migrate", "up"]).end()
}

fn applied(database: &Database) -> String {
    database.value("SELECT string_agg(event || ' ' || name, ', ' ORDER BY seq) FROM crmdb.history")
}

#[test]
fn a_reply_that_is_lost_after_the_commit_is_found_in_the_ledger() {
    for text in [
        "CREATE TABLE a.one",
        "CREATE TABLE a.two",
        "CREATE TABLE a.three",
    ] {
        let (project, database) = (two_tables(), Database::new());
        let proxy = at_commit(&database, text, Deed::CutAfter);
        up(&project, &database, &proxy)
            .ends(0)
            .says("looking in the ledger")
            .says("3 migrations applied");
        assert_eq!(
            applied(&database),
            "applied one, applied two, applied three"
        );
        project.run(&database, "migrate verify").ends(0);
        project
            .run(&database, "migrate up")
            .ends(0)
            .says("nothing to do");
    }
}

#[test]
fn a_commit_that_never_arrived_is_said_and_left_as_before() {
    let (project, database) = (two_tables(), Database::new());
    project.run(&database, "migrate up --to 1").ends(0);
    let before = catalog(&database);
    let proxy = at_commit(&database, "CREATE TABLE a.two", Deed::CutBefore);
    up(&project, &database, &proxy)
        .ends(2)
        .says("the connection to the server was lost during `V2__two`")
        .says("`V2__two` was rolled back whole")
        .says("Run the command again");
    assert_eq!(catalog(&database), before);
    assert_eq!(applied(&database), "applied one, failed two");
    project.run(&database, "migrate up").ends(0);
    project.run(&database, "migrate verify").ends(0);
}

#[test]
fn a_commit_that_arrives_after_it_was_said_not_to_is_refused() {
    let (project, database) = (two_tables(), Database::new());
    project.run(&database, "migrate up --to 1").ends(0);
    let before = catalog(&database);
    let proxy = at_commit(&database, "CREATE TABLE a.two", Deed::CutAndHold);
    up(&project, &database, &proxy)
        .ends(2)
        .says("`V2__two` was rolled back whole");
    proxy.release();
    proxy.wait_let_through();
    assert_eq!(catalog(&database), before);
    assert_eq!(applied(&database), "applied one, failed two");
    project.run(&database, "migrate up").ends(0);
    project.run(&database, "migrate verify").ends(0);
}

#[test]
fn the_same_holds_on_the_way_back() {
    let (project, database) = (two_tables(), Database::new());
    let before = catalog(&database);
    project.run(&database, "migrate up").ends(0);
    let proxy = at_commit(&database, "DROP TABLE a.two", Deed::CutAfter);
    start(&project, &database, &proxy, &["migrate", "down", "--all"])
        .end()
        .ends(0)
        .says("3 migrations rolled back");
    assert_eq!(catalog(&database), before);
}

#[test]
fn a_session_that_the_server_ends_is_lost_not_refused() {
    let (project, database) = (two_tables(), Database::new());
    project.migration("a/V2__two", "SELECT pg_sleep(1000);", "SELECT 1;");
    let mut command = project.command(&database, &["migrate", "up"]);
    let child = Child::start(&mut command);
    let sleeping = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
                    AND wait_event = 'PgSleep'";
    eventually("a sleeping migration", || {
        !database.rows(sleeping).is_empty()
    });
    database.execute(&format!("SELECT pg_terminate_backend(({sleeping}))"));
    child
        .end()
        .ends(2)
        .says("was lost during `V2__two`")
        .says("`V2__two` was rolled back whole")
        .says("1 step before it is done: `V1__one`")
        .says("Run the command again");
    assert_eq!(applied(&database), "applied one, failed two");
    project.migration("a/V2__two", "SELECT 1;", "SELECT 1;");
    project.run(&database, "migrate up").ends(0);
}

#[test]
fn a_lost_lock_connection_stops_the_run_between_two_migrations() {
    let (project, database) = (two_tables(), Database::new());
    let proxy = at_commit(&database, "CREATE TABLE a.two", Deed::Hold);
    let child = start(&project, &database, &proxy, &["migrate", "up"]);
    proxy.wait_held();
    database.execute(
        "SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l WHERE l.locktype = 'advisory' \
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    eventually("a free lock", || {
        database.value(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        ) == "0"
    });
    proxy.release();
    child
        .end()
        .ends(2)
        .says("the connection that holds the run lock was lost")
        .says("`V3__three` was not begun");
    assert_eq!(applied(&database), "applied one, applied two");
    project.run(&database, "migrate up").ends(0);
}

#[test]
fn a_lost_answer_outside_transactions_is_found_too() {
    let (project, database) = (two_tables(), Database::new());
    project.migration(
        "a/V2__two",
        "-- crmdb: no-transaction\nCREATE INDEX CONCURRENTLY one_x ON a.one (x);\n",
        "-- crmdb: no-transaction\nDROP INDEX CONCURRENTLY a.one_x;\n",
    );
    // The row that closes the file.
    let mut done = false;
    let proxy = Proxy::new(&database, move |_, message| {
        let sql = message.text();
        if !done && sql.contains(".history (") && sql.contains("one_x") {
            done = true;
            return Deed::CutAfter;
        }
        Deed::Forward
    });
    up(&project, &database, &proxy).ends(0);
    assert_eq!(
        applied(&database),
        "applied one, applied two, applied three"
    );

    // The statement itself.
    let database = Database::new();
    let mut done = false;
    let proxy = Proxy::new(&database, move |_, message| {
        let sql = message.text();
        if !done && message.tag == b'Q' && sql.starts_with("CREATE INDEX CONCURRENTLY") {
            done = true;
            return Deed::CutAfter;
        }
        Deed::Forward
    });
    up(&project, &database, &proxy)
        .ends(2)
        .says("`V2__two` may be half done")
        .says("Run the command again");
    project
        .run(&database, "migrate up")
        .ends(0)
        .says("was built by an earlier attempt");
    assert_eq!(
        applied(&database),
        "applied one, failed two, applied two, applied three"
    );
}
