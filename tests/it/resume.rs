//! Statements that cannot run in a transaction, killed half-way while they wait for somebody else:
//! the next run sees what is there, clears it or finishes it, and goes on.

use crate::support::{Child, Client, Database, Project, eventually};

/// A table with rows, and a second file that runs outside transactions.
fn project(up: &str, down: &str) -> Project {
    let project = Project::new(&["a"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a;\n\
             CREATE TABLE a.one (x int);\n\
             CREATE INDEX old ON a.one (x);\n\
             CREATE TABLE a.parts (at int) PARTITION BY LIST (at);\n\
             CREATE TABLE a.part PARTITION OF a.parts FOR VALUES IN (1);\n",
            "DROP TABLE a.part; DROP TABLE a.parts; DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration(
            "a/V2__two",
            &format!("-- crmdb: no-transaction\n{up}\n"),
            &format!("-- crmdb: no-transaction\n{down}\n"),
        );
    project
}

/// Waits until a session runs a statement that begins so, and waits for another one.
#[track_caller]
fn until_waits(database: &Database, statement: &str) {
    eventually(statement, || {
        database.value(&format!(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND state = 'active' AND query LIKE '{statement}%' AND wait_event_type = 'Lock'"
        )) == "1"
    });
}

/// Runs `arguments` until the statement waits for the client, then kills the run with -9.
#[track_caller]
fn kill_in(project: &Project, database: &Database, arguments: &[&str], statement: &str) {
    let child = Child::start(&mut project.command(database, arguments));
    until_waits(database, statement);
    child.signal(nix::sys::signal::Signal::SIGKILL);
    assert_eq!(child.end().code, None);
    // The server sees by itself that nobody waits for the answer.
    eventually("the end of the statement", || {
        database.value(&format!(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND state = 'active' AND query LIKE '{statement}%'"
        )) == "0"
    });
}

/// `name: valid` for each index of `a.one`.
fn indexes(database: &Database) -> String {
    database.value(
        "SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ', ' \
         ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid = 'a.one'::regclass",
    )
}

const UP: [&str; 2] = ["migrate", "up"];
const DOWN: [&str; 4] = ["migrate", "down", "--steps", "1"];

#[test]
fn an_index_half_built_is_replaced() {
    let project = project(
        "CREATE INDEX CONCURRENTLY one_a ON a.one (x);\n\
         ALTER TABLE a.one ADD COLUMN y int;\n\
         CREATE INDEX CONCURRENTLY one_b ON a.one (y);\n",
        "DROP INDEX CONCURRENTLY a.one_b;\n\
         ALTER TABLE a.one DROP COLUMN y;\n\
         DROP INDEX CONCURRENTLY a.one_a;\n",
    );
    let database = Database::new();
    project.run(&database, "migrate up --to 1").ends(0);
    let other = Client::that(&database, "BEGIN; INSERT INTO a.one VALUES (1);");
    kill_in(&project, &database, &UP, "CREATE INDEX CONCURRENTLY one_a");
    assert_eq!(indexes(&database), "a.old true, a.one_a false");

    // While the older transaction is there, the next run waits as well, and says what it found.
    let again = Child::start(&mut project.command(&database, &UP));
    until_waits(&database, "DROP INDEX CONCURRENTLY");
    other.execute("COMMIT");
    again.end().ends(0).says("index `a.one_a` is invalid");
    assert_eq!(indexes(&database), "a.old true, a.one_a true, a.one_b true");
    project.run(&database, "migrate verify").ends(0);

    // A statement of the file that runs in a transaction, with the one before it done.
    project.run(&database, "migrate down --steps 1").ends(0);
    let gate = Client::that(&database, "BEGIN; LOCK TABLE a.one IN ACCESS SHARE MODE;");
    let first = Child::start(&mut project.command(&database, &UP));
    until_waits(&database, "BEGIN;");
    first.signal(nix::sys::signal::Signal::SIGKILL);
    assert_eq!(first.end().code, None);
    gate.execute("COMMIT");
    project.run(&database, "migrate up").ends(0);
    assert_eq!(indexes(&database), "a.old true, a.one_a true, a.one_b true");
}

#[test]
fn an_index_half_dropped_is_dropped() {
    let project = project(
        "CREATE INDEX CONCURRENTLY one_a ON a.one (x);",
        "DROP INDEX CONCURRENTLY a.one_a;",
    );
    let database = Database::new();
    project.run(&database, "migrate up").ends(0);
    let other = Client::that(&database, "BEGIN; INSERT INTO a.one VALUES (1);");
    kill_in(&project, &database, &DOWN, "DROP INDEX CONCURRENTLY");
    assert_eq!(indexes(&database), "a.old true, a.one_a false");
    other.execute("COMMIT");
    project.run(&database, "migrate down --steps 1").ends(0);
    assert_eq!(indexes(&database), "a.old true");
    project.run(&database, "migrate up").ends(0);
    assert_eq!(indexes(&database), "a.old true, a.one_a true");
}

#[test]
fn remains_of_reindex_are_cleared() {
    let project = project("REINDEX INDEX CONCURRENTLY a.old;", "SELECT 1;");
    let database = Database::new();
    project.run(&database, "migrate up --to 1").ends(0);
    let other = Client::that(&database, "BEGIN; INSERT INTO a.one VALUES (1);");
    kill_in(&project, &database, &UP, "REINDEX INDEX CONCURRENTLY");
    assert_eq!(indexes(&database), "a.old true, a.old_ccnew false");
    other.execute("COMMIT");
    project
        .run(&database, "migrate up")
        .ends(0)
        .says("invalid indexes left by REINDEX: a.old_ccnew");
    assert_eq!(indexes(&database), "a.old true");
}

#[test]
fn a_detachment_that_is_pending_is_finished() {
    let project = project(
        "ALTER TABLE a.parts DETACH PARTITION a.part CONCURRENTLY;",
        "ALTER TABLE a.parts ATTACH PARTITION a.part FOR VALUES IN (1);",
    );
    let database = Database::new();
    project.run(&database, "migrate up --to 1").ends(0);
    let other = Client::that(&database, "BEGIN; SELECT * FROM a.parts;");
    kill_in(&project, &database, &UP, "ALTER TABLE a.parts DETACH");
    let pending = "SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = 'a.part'::regclass";
    assert_eq!(database.value(pending), "t");
    other.execute("COMMIT");
    project
        .run(&database, "migrate up")
        .ends(0)
        .says("the detachment of `a.part` was begun");
    assert_eq!(database.value(pending), "");
    project.run(&database, "migrate down --steps 1").ends(0);
    assert_eq!(database.value(pending), "f");
}

#[test]
fn an_index_of_somebody_else_is_never_taken_for_ours() {
    let project = project(
        "CREATE INDEX CONCURRENTLY one_a ON a.one (x);",
        "DROP INDEX CONCURRENTLY a.one_a;",
    );
    let database = Database::new();
    project.run(&database, "migrate up --to 1").ends(0);
    database.execute("CREATE INDEX one_a ON a.one ((x + 1))");
    for _ in 0..2 {
        project
            .run(&database, "migrate up")
            .ends(2)
            .says("already exists")
            .says("V2__two.sql:2:1");
    }
    database.execute("DROP INDEX a.one_a");
    project.run(&database, "migrate up").ends(0);

    database.execute("DROP INDEX a.one_a");
    for _ in 0..2 {
        project
            .run(&database, "migrate down --steps 1")
            .ends(2)
            .says("does not exist");
    }
}

#[test]
fn nothing_is_rolled_back_over_a_file_that_is_half_done() {
    let two = "CREATE INDEX CONCURRENTLY one_a ON a.one (x);\nSELECT 1 / 0;";
    let project = project(two, "SELECT 1;");
    let database = Database::new();
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("division by zero");
    assert_eq!(indexes(&database), "a.old true, a.one_a true");
    // The way back would take the table, and with it what the first statement made.
    for way in [
        "down --all",
        "down --steps 1",
        "redo",
        "down --all --dry-run",
    ] {
        project
            .run(&database, &format!("migrate {way}"))
            .ends(2)
            .says("`a/V2__two` is half done")
            .says("migrate repair a/V2__two --mark pending");
    }
    assert_eq!(indexes(&database), "a.old true, a.one_a true");
    database.execute("DROP INDEX a.one_a");
    project
        .run(
            &database,
            "migrate repair a/V2__two --mark pending --reason cleared",
        )
        .ends(0);
    project.run(&database, "migrate down --all").ends(0);
    project.migration(
        "a/V2__two",
        "-- crmdb: no-transaction\nCREATE INDEX CONCURRENTLY one_a ON a.one (x);\nSELECT 1;\n",
        "-- crmdb: no-transaction\nDROP INDEX CONCURRENTLY a.one_a;\n",
    );
    project.run(&database, "migrate up").ends(0);
    assert_eq!(indexes(&database), "a.old true, a.one_a true");
}

/// A way back elsewhere once made the journal forget, and what was done ran twice.
#[test]
fn a_way_back_in_another_module_leaves_the_journal_alone() {
    let project = Project::new(&["a", "b"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration("b/V2__two", "CREATE SCHEMA b;", "DROP SCHEMA b;")
        .migration(
            "a/V3__rows",
            "-- crmdb: no-transaction\nINSERT INTO a.one VALUES (30);\nSELECT 1 / 0;\n",
            "-- crmdb: no-transaction\nDELETE FROM a.one;\n",
        );
    let database = Database::new();
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("division by zero");
    project.run(&database, "migrate down --module b").ends(0);
    project
        .run(&database, "migrate up --allow-out-of-order")
        .ends(2);
    assert_eq!(database.value("SELECT count(*) FROM a.one"), "1");
}

#[test]
fn a_killed_attempt_can_be_closed_by_hand() {
    let project = project(
        "CREATE INDEX CONCURRENTLY one_a ON a.one (x);",
        "DROP INDEX CONCURRENTLY a.one_a;",
    );
    let database = Database::new();
    project.run(&database, "migrate up --to 1").ends(0);
    project
        .run(&database, "migrate repair 2 --mark pending --reason x")
        .ends(2);
    let other = Client::that(&database, "BEGIN; INSERT INTO a.one VALUES (1);");
    kill_in(&project, &database, &UP, "CREATE INDEX CONCURRENTLY one_a");
    other.execute("COMMIT");
    database.execute("DROP INDEX a.one_a");
    project
        .run(
            &database,
            "migrate repair 2 --mark pending --reason cleared",
        )
        .ends(0);
    // Now the journal is closed: an index of this name is somebody else's.
    database.execute("CREATE INDEX one_a ON a.one (x)");
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("already exists");
    project
        .run(&database, "migrate repair 2 --mark applied --reason same")
        .ends(0);
    project
        .run(&database, "migrate up")
        .ends(0)
        .says("nothing to do");
}

#[test]
fn a_statement_that_changed_after_it_ran_is_refused_until_the_attempt_is_closed() {
    let project = project(
        "ALTER TABLE a.one ADD COLUMN y int;\nSELECT 1 / 0;",
        "ALTER TABLE a.one DROP COLUMN y;",
    );
    let database = Database::new();
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("division by zero");
    let down = "-- crmdb: no-transaction\nALTER TABLE a.one DROP COLUMN z;\n";
    let up = "-- crmdb: no-transaction\nALTER TABLE a.one ADD COLUMN z int;\n";
    project.migration("a/V2__two", up, down);
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("statement 1 of `V2__two` ran in an earlier attempt, and has changed since")
        .says("--mark pending");
    project
        .run(
            &database,
            "migrate repair V2__two --mark pending --reason x",
        )
        .ends(0);
    project.run(&database, "migrate up").ends(0);
    project.run(&database, "migrate verify").ends(0);
}
