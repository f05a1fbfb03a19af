//! `drift check`, `diff` and `snapshot`, as people run them.

use crate::support::{Database, Project, Run};

fn project() -> (Project, Database) {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project.migration(
        "a/V1__t",
        "CREATE SCHEMA a; CREATE TABLE a.t (x int, y text); COMMENT ON TABLE a.t IS 'one';",
        "DROP SCHEMA a CASCADE;",
    );
    project.migration("a/V2__u", "CREATE TABLE a.u ();", "DROP TABLE a.u;");
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

const DRIFT: &str = "ALTER TABLE a.t ADD z int; COMMENT ON TABLE a.t IS 'two'";

#[test]
fn what_the_last_run_left_is_compared() {
    let (project, database) = project();
    project
        .run(&database, "drift check")
        .ends(0)
        .says("no drift");
    database.execute(DRIFT);
    let run = project.run(&database, "drift check").ends(1);
    assert_eq!(
        run.stdout,
        "CLASS       CHANGE   OBJECT\n\
         structural  added    table a.t: column z\n\
         cosmetic    changed  table a.t: comment\n"
    );
    run.says("2 differences");
    // What the next run finds, it says, and leaves.
    project
        .run(&database, "migrate down --steps 1")
        .ends(0)
        .says("was changed past crmdb")
        .says("2 differences, the first table a.t: column z added");
    project.run(&database, "drift check").ends(0);
}

#[test]
fn without_a_snapshot_of_the_last_run_nothing_is_called_clean() {
    let (project, database) = project();
    database.execute("DELETE FROM crmdb.snapshots");
    let run = project.run(&database, "drift check").ends(2);
    run.says("no run has left a snapshot")
        .says("--against files");
    let fresh = Database::new();
    for line in ["drift check", "drift check --against files"] {
        project
            .run(&fresh, line)
            .ends(2)
            .says("nothing was applied");
    }
}

#[test]
fn a_failed_run_leaves_what_was_there() {
    let (project, database) = project();
    project.migration("a/V3__fails", "CREATE TABLE a.t ();", "SELECT 1;");
    project.run(&database, "migrate up").ends(2);
    project.run(&database, "drift check").ends(0);
    database.execute(DRIFT);
    project.run(&database, "drift check").ends(1);
}

/// Roles belong to the whole server, so it is one of the test's own.
#[test]
fn what_a_role_may_besides_is_found() {
    let database = Database::on_new_server();
    Run::shipped(&database, "migrate up").ends(0);
    Run::shipped(&database, "drift check").ends(0);
    database.execute("ALTER ROLE crm_app BYPASSRLS; GRANT crm_asterisk TO crm_app");
    let run = Run::shipped(&database, "drift check").ends(1);
    run.prints("structural  changed  role crm_app: attributes")
        .prints("structural  added    role crm_app: member of");
    database.execute("ALTER ROLE crm_app NOBYPASSRLS; REVOKE crm_asterisk FROM crm_app");
    Run::shipped(&database, "drift check").ends(0);
}

#[test]
fn names_stay_on_one_line() {
    let (project, database) = project();
    database.execute("ALTER TABLE a.t ADD \"evil\n::error::x\" int");
    for form in ["table", "diff", "github"] {
        let run = project
            .run(&database, &format!("drift check --output {form}"))
            .ends(1);
        let shown = run
            .stdout
            .lines()
            .any(|line| line.starts_with("::error::x"));
        assert!(!shown, "{form}: {run:#?}");
    }
    project
        .run(&database, "drift check --ignore table*a.t")
        .ends(0);
}

#[test]
fn the_files_are_compared_as_far_as_they_are_applied() {
    let (project, database) = project();
    project.migration("a/V3__later", "CREATE TABLE a.w ();", "DROP TABLE a.w;");
    let check = format!("drift check --against files --on {}", database.url());
    project.run(&database, &check).ends(0).says("no drift");
    database.execute(DRIFT);
    project
        .run(&database, &check)
        .ends(1)
        .prints("table a.t: column z");
    project.remove("a/V2__u");
    project
        .run(&database, &check)
        .ends(2)
        .says("cannot be made anew from the files")
        .says("V0002__?");
}

#[test]
fn the_snapshot_in_the_repository() {
    let (project, database) = project();
    let missing = project
        .run(&database, "drift check --against golden")
        .ends(2);
    missing.says("could not read the snapshot");
    project
        .run(&database, "drift snapshot")
        .ends(0)
        .says("written");
    project.run(&database, "drift snapshot --check").ends(0);
    project
        .run(&database, "drift check --against golden")
        .ends(0);
    // It is no stray file.
    project.run(&database, "migrate verify").ends(0);
    database.execute(DRIFT);
    project
        .run(&database, "drift snapshot --check")
        .ends(1)
        .says("is stale");
    let run = project
        .run(&database, "drift check --against golden")
        .ends(1);
    run.prints("table a.t: column z");
    project.file(
        "schema/snapshot.sql",
        "-- crmdb snapshot 1, PostgreSQL 15\nnonsense\n",
    );
    project
        .run(&database, "drift check --against golden")
        .ends(2)
        .says("line 2: not an object");
}

#[test]
fn differences_are_left_out_with_a_reason() {
    let (project, database) = project();
    database.execute(DRIFT);
    for (line, code) in [
        ("drift check --ignore cosmetic", 1),
        ("drift check --ignore cosmetic --ignore *:*column*z", 0),
        ("drift check --ignore structural --ignore cosmetic", 0),
    ] {
        project.run(&database, line).ends(code);
    }
    project.manifest("[[drift.ignore]]\npattern = \"table a.*\"\nreason = \"a trial\"");
    let run = project.run(&database, "drift check").ends(0);
    run.says("2 ignored");
    project.manifest("[[drift.ignore]]\nclass = \"cosmetic\"");
    let run = project.run(&database, "drift check").ends(2);
    run.says("has no reason");
}

#[test]
fn each_form_of_the_result() {
    let (project, database) = project();
    database.execute(DRIFT);
    project
        .run(&database, "drift check --output diff")
        .ends(1)
        .prints("-one\n+two\n");
    project
        .run(&database, "drift check --output github")
        .ends(1)
        .prints("::error title=drift%3A structural::table a.t: column z added\n");
    let sarif = project.run(&database, "drift check --output sarif").ends(1);
    let sarif = sarif.json();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "drift-structural");
    let json = project.run(&database, "drift check --format json").ends(1);
    let json = json.json();
    assert_eq!(json["differences"][1]["expected"], "one");
    assert_eq!(json["differences"][1]["found"], "two");
}

#[test]
fn two_databases_and_two_files() {
    let (project, one) = project();
    let two = Database::new();
    project.run(&two, "migrate up --to 1").ends(0);
    project.manifest(&format!("[target.two]\nurl = \"{}\"", two.url()));
    let file = project.path("one.snapshot");
    let file = file.to_str().expect("a path");
    project.run(&one, &format!("drift snapshot {file}")).ends(0);
    for (expected, found) in [(one.url(), "two"), (file, two.url())] {
        let run = project
            .run(&one, &format!("drift diff {expected} {found}"))
            .ends(1);
        run.prints("structural  missing  table a.u");
    }
    project
        .run(&one, &format!("drift diff {file} {}", one.url()))
        .ends(0);
    project
        .run(&one, "drift diff nowhere two")
        .ends(2)
        .says("could not read the snapshot `nowhere`");
}

#[test]
fn a_ledger_of_the_first_version_is_upgraded() {
    let (project, database) = project();
    database.execute(
        "DROP TABLE crmdb.snapshots, crmdb.seeded_keys, crmdb.seeded_rows, crmdb.task_runs, crmdb.tasks; ALTER TABLE crmdb.ledger_version DISABLE TRIGGER USER;
         DELETE FROM crmdb.ledger_version WHERE version > 1;
         ALTER TABLE crmdb.ledger_version ENABLE TRIGGER USER",
    );
    project
        .run(&database, "drift check")
        .ends(2)
        .says("The last one was of an older crmdb.");
    project.run(&database, "migrate status").ends(0);
    project.migration("a/V3__w", "CREATE TABLE a.w ();", "DROP TABLE a.w;");
    project.run(&database, "migrate up").ends(0);
    assert_eq!(
        database.value("SELECT max(version) FROM crmdb.ledger_version"),
        "5"
    );
    project.run(&database, "drift check").ends(0);
}

#[test]
fn a_dump_that_is_restored_has_no_drift() {
    let Some(bin) = pg_dump() else {
        panic!("pg_dump is needed for this test");
    };
    let database = Database::shipped();
    let dump = std::process::Command::new(bin)
        .args(["--schema-only", "--dbname", database.url()])
        .output()
        .expect("pg_dump starts");
    assert!(dump.status.success(), "{dump:?}");
    let restored = Database::new();
    let text = String::from_utf8(dump.stdout).expect("a dump in UTF-8");
    // psql's own commands, which newer versions write, are none of the server's.
    let statements: String = text
        .lines()
        .filter(|line| !line.starts_with('\\'))
        .map(|line| format!("{line}\n"))
        .collect();
    restored.execute(&statements);
    let differences =
        crmdb::catalog::compare(&super::snapshot(&database), &super::snapshot(&restored));
    assert!(differences.is_empty(), "{:#?}", super::lines(&differences));
}

fn pg_dump() -> Option<std::path::PathBuf> {
    use crmdb::server::{Env, Programs};
    let programs = Programs::find(&Env::of_process(), &mut |_| {}).ok()?;
    let beside = programs.bin.join("pg_dump");
    beside.exists().then_some(beside)
}

#[test]
fn modules_that_use_what_they_do_not_require() {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project.manifest("[[module]]\nname = \"c\"\ndescription = \"test\"");
    project.migration(
        "a/V1__t",
        "CREATE SCHEMA a; CREATE TABLE a.t (id int PRIMARY KEY);",
        "DROP SCHEMA a CASCADE;",
    );
    project.migration(
        "c/V2__t",
        "CREATE SCHEMA c; CREATE TABLE c.t (id int, c int); ",
        "DROP SCHEMA c CASCADE;",
    );
    let empty = project.run(&database, "lint modules").ends(2);
    empty.says("nothing of this project is in the database");
    project.run(&database, "migrate up").ends(0);
    project
        .run(&database, "lint modules")
        .ends(0)
        .says("keep to what they require");
    database.execute(
        "CREATE TABLE c.u (t_id int CONSTRAINT u_t_id_fkey REFERENCES a.t);
         CREATE FUNCTION c.f() RETURNS int LANGUAGE plpgsql AS
             'BEGIN RETURN (SELECT a.id FROM a.t AS a); END'",
    );
    let run = project.run(&database, "lint modules").ends(1);
    run.prints(
        "c: constraint u_t_id_fkey on table c.u uses table a.t, and `c` does not require `a`",
    )
    .prints("c: function c.f() uses a.t, and `c` does not require `a`")
    .says("2 findings");
    // In it, `dialer` has a trigger on a table of `users`, which it requires.
    Run::shipped(&Database::shipped(), "lint modules").ends(0);
}
