//! A load that ends in the middle: tables are there whole or not at all, and the next run goes on.

use nix::sys::signal::Signal;

use crate::support::{Child, Client, Database, Deed, Project, Proxy, Run, eventually};

use super::{DEV, SHOPS, filled, intact, migrated, sums};

fn start(project: &Project, database: &Database) -> Child {
    let arguments: Vec<&str> = DEV.split_whitespace().collect();
    Child::start(&mut project.command(database, &arguments))
}

/// A run that waits with the people, whose table somebody has locked against writers.
fn waiting(project: &Project, database: &Database) -> (Child, Client) {
    let other = Client::that(database, "BEGIN; LOCK TABLE a.people IN SHARE MODE;");
    let child = start(project, database);
    eventually("a COPY that waits", || !waits(database).is_empty());
    (child, other)
}

/// The process that waits for a lock with a COPY.
fn waits(database: &Database) -> String {
    database.value(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()
         AND wait_event_type = 'Lock' AND query LIKE 'COPY%'",
    )
}

/// Only the shops are there.
#[track_caller]
fn shops_only(database: &Database) {
    let counts: Vec<String> = sums(database)
        .into_iter()
        .map(|row| row[1].clone())
        .collect();
    assert_eq!(counts, ["0", "100", "0"], "people, shops, visits");
}

/// The same command goes on, and the rows are those of a run that nothing has disturbed.
#[track_caller]
fn goes_on(project: &Project, database: &Database) {
    project.run(database, DEV).ends(0);
    let (_, whole) = filled(SHOPS, "");
    assert_eq!(sums(database), sums(&whole));
    intact(project, database);
    project.run(database, "seed clear").ends(0);
    for row in sums(database) {
        assert_eq!(row[1], "0", "{}", row[0]);
    }
}

#[test]
fn a_signal_leaves_whole_tables() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let (project, database) = migrated(SHOPS);
        let (child, other) = waiting(&project, &database);
        child.signal(signal);
        child
            .end()
            .ends(130)
            .says("1 of 3 tables are complete: a.shops")
            .says("The same command goes on");
        // Nothing holds a lock any more.
        other.execute("ROLLBACK; LOCK TABLE a.people, a.visits, a.shops");
        drop(other);
        shops_only(&database);
        goes_on(&project, &database);
    }
}

#[test]
fn what_is_there_can_be_cleared() {
    let (project, database) = migrated(SHOPS);
    let before = sums(&database);
    let (child, other) = waiting(&project, &database);
    child.signal(Signal::SIGINT);
    child.end().ends(130);
    drop(other);
    project
        .run(&database, "seed clear")
        .ends(0)
        .says("100 rows removed from 1 table");
    assert_eq!(sums(&database), before);
    project.run(&database, &format!("{DEV} --seed 2")).ends(0);
}

#[test]
fn a_kill_leaves_whole_tables() {
    let (project, database) = migrated(SHOPS);
    let (child, other) = waiting(&project, &database);
    child.signal(Signal::SIGKILL);
    assert_eq!(child.end().code, None);
    drop(other);
    goes_on(&project, &database);
}

#[test]
fn a_connection_that_the_server_ends() {
    let (project, database) = migrated(SHOPS);
    let (child, other) = waiting(&project, &database);
    database.execute(&format!(
        "SELECT pg_terminate_backend({})",
        waits(&database)
    ));
    child
        .end()
        .ends(2)
        .says("1 of 3 tables are complete: a.shops");
    drop(other);
    shops_only(&database);
    goes_on(&project, &database);
}

/// Cuts the connection at the first message that has a text.
fn cut(text: &'static str, tag: u8, deed: Deed) {
    let (project, database) = migrated(SHOPS);
    let (mut people, mut done) = (false, false);
    let proxy = Proxy::new(&database, move |_, message| {
        let sql = message.text();
        people |= sql.contains("COPY a.people");
        if people && !done && message.tag == tag && sql.contains(text) {
            done = true;
            return deed;
        }
        Deed::Forward
    });
    let arguments: Vec<&str> = DEV.split_whitespace().collect();
    let mut command = project.command(&database, &arguments);
    Run::of(command.env("DATABASE_URL", proxy.url()))
        .ends(2)
        .says("The same command goes on");
    drop(proxy);
    goes_on(&project, &database);
}

#[test]
fn a_cut_before_the_rows() {
    cut("COPY a.people", b'P', Deed::CutBefore);
}

#[test]
fn a_cut_among_the_rows() {
    cut("", b'd', Deed::CutBefore);
}

#[test]
fn a_cut_before_the_commit() {
    cut("COMMIT", b'Q', Deed::CutBefore);
}

#[test]
fn a_cut_after_the_commit() {
    cut("COMMIT", b'Q', Deed::CutAfter);
}

#[test]
fn two_at_once() {
    let (project, database) = migrated(SHOPS);
    let children: Vec<Child> = (0..3).map(|_| start(&project, &database)).collect();
    for child in children {
        child.end().ends(0);
    }
    goes_on(&project, &database);
}

#[test]
fn a_signal_while_another_run_works() {
    let (project, database) = migrated(SHOPS);
    let (first, other) = waiting(&project, &database);
    let second = start(&project, &database);
    second.until_says("waiting for another crmdb run");
    second.signal(Signal::SIGINT);
    second.end().ends(130);
    drop(other);
    first.end().ends(0);
    goes_on(&project, &database);
}

/// Interrupts a load of other tables than the shops', and goes on.
#[track_caller]
fn again(sql: &str, recipe: &str) {
    let (project, database) = migrated(sql);
    project.file("schema/a/seeds/dev.toml", recipe);
    let (child, other) = waiting(&project, &database);
    child.signal(Signal::SIGINT);
    child.end().ends(130);
    drop(other);
    project.run(&database, DEV).ends(0);
    let (_, whole) = filled(sql, recipe);
    assert_eq!(sums(&database), sums(&whole));
}

#[test]
fn rows_that_triggers_wrote_are_no_owners() {
    again(
        "CREATE TABLE a.shops (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
         CREATE TABLE a.rooms (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
             shop_id int NOT NULL REFERENCES a.shops);
         CREATE TABLE a.people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
             room_id int NOT NULL REFERENCES a.rooms);
         CREATE FUNCTION a.open() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN INSERT INTO a.rooms (shop_id) VALUES (NEW.id); RETURN NULL; END $$;
         CREATE TRIGGER open AFTER INSERT ON a.shops FOR EACH ROW EXECUTE FUNCTION a.open();",
        "",
    );
}

/// What is to be done after the rows is done as a whole, and once.
#[test]
fn a_signal_after_the_rows() {
    let (project, database) = migrated(&format!("{SHOPS} CREATE TABLE a.log (at timestamptz);"));
    project.file(
        "schema/a/seeds/dev.toml",
        "after = [\"INSERT INTO a.log VALUES (now())\", \"LOCK TABLE a.shops\"]\n[log]\nrows = 0\n",
    );
    let other = Client::that(&database, "BEGIN; LOCK TABLE a.log IN SHARE MODE;");
    let child = start(&project, &database);
    eventually("a statement that waits", || {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
             AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO a.log%'";
        database.value(waiting) == "1"
    });
    child.signal(Signal::SIGINT);
    child.end().ends(130).says("All rows are there");
    other.execute("ROLLBACK; LOCK TABLE a.shops, a.log");
    drop(other);
    assert_eq!(database.value("SELECT count(*) FROM a.log"), "0");
    for _ in 0..2 {
        project.run(&database, DEV).ends(0);
        assert_eq!(database.value("SELECT count(*) FROM a.log"), "1");
    }
}
