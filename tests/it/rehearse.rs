//! `migrate rehearse`: what does not come back is found, what does is not.

use crate::support::{Database, Project, Run};

/// What stands before each of the wrong migrations, and comes back by itself.
const BEFORE: &str = "
    CREATE SCHEMA a;
    CREATE TYPE a.mood AS ENUM ('sad', 'glad');
    CREATE SEQUENCE a.counter;
    CREATE TABLE a.t (id int, code varchar(20) DEFAULT 'x', price int NOT NULL);
    ALTER TABLE a.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);
    ALTER TABLE a.t ADD CONSTRAINT t_price_check CHECK (price > 0);
    CREATE INDEX t_code_idx ON a.t (code) WITH (fillfactor = 70);
    CREATE FUNCTION a.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE FUNCTION a.g() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
    CREATE TRIGGER touch BEFORE UPDATE ON a.t FOR EACH ROW EXECUTE FUNCTION a.f();
    ALTER TABLE a.t ENABLE ALWAYS TRIGGER touch;
    CREATE POLICY p ON a.t USING (price > 1);
    CREATE VIEW a.v WITH (security_barrier = true) AS SELECT id FROM a.t;
    GRANT SELECT ON a.t TO pg_monitor;
    REVOKE EXECUTE ON FUNCTION a.g() FROM PUBLIC;
    COMMENT ON TABLE a.t IS 'a table';
    CREATE STATISTICS a.s ON id, price FROM a.t;";

/// up | down, which forgets something | what is found after it
const WRONG: [(&str, &str, &str); 22] = [
    (
        "ALTER TABLE a.t ALTER code SET DEFAULT 'y'",
        "ALTER TABLE a.t ALTER code DROP DEFAULT",
        "table a.t: column code changed",
    ),
    (
        "ALTER TABLE a.t ALTER price DROP NOT NULL",
        "SELECT 1",
        "table a.t: column price changed",
    ),
    (
        "ALTER TABLE a.t ALTER code TYPE text",
        "ALTER TABLE a.t ALTER code TYPE varchar(30)",
        "table a.t: column code changed",
    ),
    (
        "ALTER TABLE a.t ADD COLUMN x int",
        "ALTER TABLE a.t ALTER x SET DEFAULT 1",
        "table a.t: column x added",
    ),
    (
        "ALTER TABLE a.t DROP CONSTRAINT t_price_check",
        "ALTER TABLE a.t ADD CONSTRAINT t_price_check CHECK (price >= 0)",
        "table a.t: constraint t_price_check changed",
    ),
    (
        "ALTER TABLE a.t DROP CONSTRAINT t_price_check",
        "ALTER TABLE a.t ADD CONSTRAINT t_price_check CHECK (price > 0) NOT VALID",
        "table a.t: constraint t_price_check changed",
    ),
    (
        "DROP INDEX a.t_code_idx",
        "CREATE INDEX t_code_idx ON a.t (code)",
        "table a.t: index t_code_idx changed",
    ),
    (
        "DROP INDEX a.t_code_idx",
        "CREATE INDEX code_idx ON a.t (code) WITH (fillfactor = 70)",
        "table a.t: index code_idx added",
    ),
    (
        "ALTER TABLE a.t DISABLE TRIGGER touch",
        "ALTER TABLE a.t ENABLE TRIGGER touch",
        "table a.t: trigger touch changed",
    ),
    (
        "DROP TRIGGER touch ON a.t",
        "CREATE TRIGGER touch BEFORE INSERT ON a.t FOR EACH ROW EXECUTE FUNCTION a.f(); ALTER TABLE a.t ENABLE ALWAYS TRIGGER touch",
        "table a.t: trigger touch changed",
    ),
    (
        "DROP POLICY p ON a.t",
        "CREATE POLICY p ON a.t FOR SELECT USING (price > 1)",
        "table a.t: policy p changed",
    ),
    (
        "ALTER TABLE a.t ENABLE ROW LEVEL SECURITY",
        "SELECT 1",
        "table a.t: row security added",
    ),
    (
        "DROP VIEW a.v",
        "CREATE VIEW a.v AS SELECT id FROM a.t",
        "view a.v: options missing",
    ),
    (
        "CREATE OR REPLACE VIEW a.v AS SELECT id FROM a.t WHERE id > 0",
        "CREATE OR REPLACE VIEW a.v AS SELECT id FROM a.t WHERE id > 1",
        "view a.v: definition changed",
    ),
    (
        "REVOKE SELECT ON a.t FROM pg_monitor",
        "GRANT SELECT, INSERT ON a.t TO pg_monitor",
        "table a.t: grant to role pg_monitor changed",
    ),
    (
        "DROP FUNCTION a.g()",
        "CREATE FUNCTION a.g() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1'",
        "function a.g(): revoke from public missing",
    ),
    (
        "CREATE OR REPLACE FUNCTION a.g() RETURNS int LANGUAGE sql AS 'SELECT 2'",
        "CREATE OR REPLACE FUNCTION a.g() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "function a.g(): definition changed",
    ),
    (
        "COMMENT ON TABLE a.t IS 'another'",
        "COMMENT ON TABLE a.t IS NULL",
        "table a.t: comment missing",
    ),
    (
        "ALTER SEQUENCE a.counter OWNED BY a.t.id",
        "ALTER SEQUENCE a.counter INCREMENT 2",
        "sequence a.counter: owned by added",
    ),
    (
        "ALTER TYPE a.mood RENAME VALUE 'sad' TO 'blue'",
        "SELECT 1",
        "type a.mood: labels changed",
    ),
    (
        "DROP STATISTICS a.s",
        "CREATE STATISTICS a.s (ndistinct) ON id, price FROM a.t",
        "statistics a.s: definition changed",
    ),
    (
        "CREATE TABLE a.u (id int)",
        "ALTER TABLE a.u RENAME TO w",
        "table a.w added",
    ),
];

/// Each wrong way down in a project of its own, on one server.
#[test]
fn a_way_down_that_forgets_something_is_found() {
    let database = Database::new();
    for (up, down, finds) in WRONG {
        let project = Project::new(&["a"]);
        project.migration("a/V1__before", BEFORE, "DROP SCHEMA a CASCADE;");
        project.migration("a/V2__wrong", up, down);
        let run = rehearse(&project, &database, "").ends(1);
        let (proved, wrong) = ("proved        a/V1__before", "WRONG         a/V2__wrong");
        assert!(run.stdout.contains(proved), "{up}: {run:#?}");
        let run = run.prints(wrong);
        assert!(
            run.stdout.contains(&format!("after down: {finds}")),
            "{up}: {run:#?}"
        );
    }
}

/// Rehearses on the test's server, in a database that goes away.
fn rehearse(project: &Project, database: &Database, more: &str) -> Run {
    let line = format!("migrate rehearse --on {} {more}", database.url());
    project.run(database, &line)
}

#[test]
fn the_shipped_schema_comes_back_exactly() {
    let database = Database::new();
    let line = format!("migrate rehearse --on {}", database.url());
    let run = Run::shipped(&database, &line).ends(0);
    assert!(!run.stdout.contains("WRONG"), "{run:#?}");
    let run = run
        .prints("proved        users/V0303__users")
        .prints("proved        users/R__user_login_stats")
        .says("taken back and applied again exactly");
    assert_eq!(database.value("SELECT to_regnamespace('crmdb')"), "");
    let (_, name) = run.stderr.split_once("crmdb_scratch_").expect("a name");
    let left = format!(
        "SELECT count(*) FROM pg_database WHERE datname = 'crmdb_scratch_{}'",
        &name[..32]
    );
    assert_eq!(database.value(&left), "0");
}

#[test]
fn a_server_of_its_own_goes_away_again_and_its_roles_are_watched() {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project.migration(
        "a/V1__t",
        "CREATE SCHEMA a; DO $$ BEGIN
             IF to_regrole('stayer') IS NULL THEN CREATE ROLE stayer; END IF; END $$;",
        "DROP SCHEMA a;",
    );
    project.migration("a/V2__role", "ALTER ROLE stayer CREATEDB;", "SELECT 1;");
    let temporary = project.path("tmp");
    std::fs::create_dir(&temporary).expect("a folder");
    open(project.folder());
    open(&temporary);
    let run = Run::of(
        project
            .command(&database, &["migrate", "rehearse"])
            .env("TMPDIR", &temporary),
    );
    run.ends(1)
        .says("rehearsing on")
        .prints("proved        a/V1__t\n  leaves role stayer\n")
        .prints("WRONG         a/V2__role\n  after down: role stayer is not as it was\n");
    let left = std::fs::read_dir(&temporary).expect("the folder").count();
    assert_eq!(left, 0);
}

/// As root, the server's user has to get in.
fn open(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder, mode).expect("the mode");
}

#[test]
fn a_way_down_that_fails_and_one_that_cannot_be_repeated() {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project.migration("a/V1__ok", "CREATE SCHEMA a;", "DROP SCHEMA a;");
    project.migration("a/V2__fails", "CREATE TABLE a.t ();", "DROP TABLE a.tt;");
    project.migration(
        "a/V3__again",
        "CREATE TABLE a.u ();",
        "COMMENT ON TABLE a.u IS 'x';",
    );
    project.migration("a/V4__after", "CREATE TABLE a.w ();", "DROP TABLE a.w;");
    let run = rehearse(&project, &database, "").ends(1);
    run.prints("WRONG         a/V2__fails")
        .prints("down failed: ")
        .prints("up again failed: ")
        .says("the rest was not rehearsed");
}

#[test]
fn a_way_up_that_fails_is_a_finding_too() {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project.migration("a/V1__ok", "CREATE SCHEMA a;", "DROP SCHEMA a;");
    project.migration("a/V2__bad", "CREATE TABL a.t ();", "DROP TABLE a.t;");
    let run = rehearse(&project, &database, "").ends(1);
    run.prints("WRONG         a/V2__bad\n  up failed: schema/a/V2__bad.sql:1:8")
        .says("1 of 2 migrations does not come back exactly");
    // What the way down says is of the file that it is in.
    project.migration("a/V2__bad", "CREATE TABLE a.t ();", "\nDROP TABL a.t;");
    let run = rehearse(&project, &database, "").ends(1);
    run.prints("  down failed: schema/a/V2__bad.down.sql:2:6");
}

#[test]
fn rows_that_were_there_before_are_there_after() {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project.migration(
        "a/V1__t",
        "CREATE SCHEMA a; CREATE TABLE a.t (x int); INSERT INTO a.t VALUES (1), (2);",
        "DROP SCHEMA a CASCADE;",
    );
    project.migration(
        "a/V2__careless",
        "INSERT INTO a.t VALUES (3);",
        "DELETE FROM a.t WHERE x > 1;",
    );
    let run = rehearse(&project, &database, "").ends(1);
    run.prints("the rows of a.t are not those that were there");
}

#[test]
fn irreversible_files_and_what_is_applied_already() {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project.migration(
        "a/V1__a",
        "CREATE SCHEMA a;",
        "DROP SCHEMA a; CREATE SCHEMA b;",
    );
    project.run(&database, "migrate up").ends(0);
    project.migration("a/V2__b", "CREATE TABLE a.t ();", "DROP TABLE a.t;");
    project.file(
        "schema/a/V3__c.sql",
        "-- crmdb: irreversible \"gone\"\nCREATE TABLE a.u ();",
    );
    // The first one is wrong, but was applied long ago.
    rehearse(&project, &database, "--all").ends(1);
    let run = rehearse(&project, &database, "--pending").ends(0);
    assert!(!run.stdout.contains("V1__a"), "{run:#?}");
    run.prints("proved        a/V2__b")
        .prints("irreversible  a/V3__c");
    let document = rehearse(&project, &database, "--format json")
        .ends(1)
        .json();
    assert_eq!(document["findings"][0]["migration"], "a/V1__a");
    assert_eq!(document["proved"], 2);
}
