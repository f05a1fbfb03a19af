//! What the ledger keeps, and that it keeps it.

use std::path::Path;
use std::process::Command;

use crate::support::{Database, Project, catalog};

fn project() -> Project {
    let project = Project::new(&["a"]);
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .migration(
            "a/V2__two",
            "CREATE TABLE a.two (x int);",
            "DROP TABLE a.two;",
        );
    project
}

fn applied() -> (Project, Database) {
    let (project, database) = (project(), Database::new());
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

#[test]
fn is_append_only_for_its_owner_too() {
    let (_, database) = applied();
    for table in ["history", "journal", "ledger_version"] {
        for sql in [
            format!("DELETE FROM crmdb.{table}"),
            format!("TRUNCATE crmdb.{table}"),
            format!("TRUNCATE crmdb.{table} CASCADE"),
        ] {
            assert_eq!(database.refusal(&sql), "42501", "{sql}");
        }
    }
    assert_eq!(
        database.refusal("UPDATE crmdb.history SET reason = 'x'"),
        "42501"
    );
    assert_eq!(
        database.refusal("UPDATE crmdb.journal SET phase = 'done'"),
        "42501"
    );
    assert_eq!(
        database.refusal("UPDATE crmdb.ledger_version SET version = 0"),
        "42501"
    );
    assert_eq!(database.value("SELECT count(*) FROM crmdb.history"), "2");
}

/// A row by hand, as far as a client may choose.
fn insert(seq: i64) -> String {
    format!(
        "INSERT INTO crmdb.history (seq, event, kind, version, module, name, recorded_at, db_user,
         crmdb_version, run_id, previous, hash) VALUES ({seq}, 'applied', 'versioned', 9, 'a', 'x',
         '2000-01-01', 'somebody', '0', gen_random_uuid(), 'mine', 'mine')"
    )
}

#[test]
fn no_client_chooses_time_user_or_chain() {
    let (_, database) = applied();
    assert_eq!(database.refusal(&insert(2)), "23505");
    assert_eq!(database.refusal(&insert(5)), "23000");
    database.execute(&insert(3));
    assert_eq!(
        database.value(
            "SELECT concat_ws(' ', h.recorded_at > now() - interval '1 hour', h.db_user = session_user,
                h.hash = crmdb.history_hash(h), h.previous = p.hash)
             FROM crmdb.history AS h JOIN crmdb.history AS p ON p.seq = 2 WHERE h.seq = 3"
        ),
        "t t t t"
    );
}

#[test]
fn each_row_is_chained_to_the_one_before_it() {
    let (project, database) = applied();
    project.run(&database, "migrate down --all").ends(0);
    project.run(&database, "migrate up").ends(0);
    assert_eq!(
        database.rows(
            "SELECT seq, previous = coalesce(lag(h.hash) OVER (ORDER BY seq), ''),
                 h.hash = crmdb.history_hash(h)
             FROM crmdb.history AS h ORDER BY seq"
        ),
        (1..=6)
            .map(|seq| vec![seq.to_string(), "t".to_owned(), "t".to_owned()])
            .collect::<Vec<_>>()
    );
}

#[test]
fn keeps_the_texts_normalised_and_their_hashes() {
    let (project, database) = (project(), Database::new());
    let text = "-- čeština, $crmdb$ and 'quotes'\nSELECT 'a\\b', E'\\t';";
    project.migration(
        "a/V3__odd",
        &format!("\u{feff}{}", text.replace('\n', "\r\n")),
        "SELECT 1;",
    );
    project.run(&database, "migrate up").ends(0);
    let row = &database.rows(
        "SELECT up_text, down_text, up_hash = 'sha256-1:' ||
             encode(sha256(convert_to(up_text, 'UTF8')), 'hex'), down_hash = 'sha256-1:' ||
             encode(sha256(convert_to(down_text, 'UTF8')), 'hex')
         FROM crmdb.history WHERE seq = 3",
    )[0];
    assert_eq!(row, &[text, "SELECT 1;", "t", "t"]);
    project.run(&database, "migrate verify").ends(0);
}

#[test]
fn says_who_and_from_where() {
    let (_, database) = applied();
    let row = &database.rows(
        "SELECT count(DISTINCT run_id), min(crmdb_version), bool_and(db_user = session_user),
             bool_and(os_user <> '' AND host <> ''), count(git_commit), count(git_dirty),
             bool_and(duration_ms >= 0) FROM crmdb.history",
    )[0];
    // The project's folder is in no git repository.
    assert_eq!(
        row,
        &["1", env!("CARGO_PKG_VERSION"), "t", "t", "0", "0", "t"]
    );
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("git starts");
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn says_the_git_commit_and_whether_the_project_was_dirty() {
    let (project, database) = (project(), Database::new());
    git(project.folder(), &["init", "--quiet"]);
    let facts = |line: &str| {
        project.run(&database, line).ends(0);
        database.rows("SELECT git_commit, git_dirty FROM crmdb.history ORDER BY seq DESC LIMIT 1")
            [0]
        .clone()
    };
    // Before the first commit there is none, and everything is new.
    assert_eq!(facts("migrate up --to 1"), ["", "t"]);
    git(project.folder(), &["add", "."]);
    git(project.folder(), &["commit", "--quiet", "-m", "first"]);
    let commit = git(project.folder(), &["rev-parse", "HEAD"]);
    assert_eq!(facts("migrate up"), [&commit, "f"]);
    // What is not of the project does not count.
    project.file("notes.txt", "x");
    assert_eq!(facts("migrate redo"), [&commit, "f"]);
    project.file("schema/a/README.md", "changed");
    assert_eq!(facts("migrate redo"), [&commit, "t"]);
    let status = project
        .run(&database, "migrate status --format json")
        .ends(0)
        .json();
    assert_eq!(status["migrations"][1]["git_commit"], commit.as_str());
}

#[test]
fn a_failure_is_an_event() {
    let (project, database) = applied();
    project.migration(
        "a/V3__bad",
        "CREATE TABLE a.three (x int);\nSELECT nothing;",
        "SELECT 1;",
    );
    project.run(&database, "migrate up").ends(2);
    assert_eq!(
        database.rows("SELECT event, version, reason, up_text FROM crmdb.history WHERE seq = 3")[0],
        [
            "failed",
            "3",
            "42703: schema/a/V3__bad.sql:2:8: column \"nothing\" does not exist",
            "CREATE TABLE a.three (x int);\nSELECT nothing;",
        ]
    );
    assert_eq!(database.value("SELECT count(*) FROM crmdb.applied"), "2");
    assert_eq!(database.value("SELECT to_regclass('a.three')"), "");
    // Mended, it goes on from there.
    project.file("schema/a/V3__bad.sql", "CREATE TABLE a.three (x int);");
    project.run(&database, "migrate up").ends(0);
    project.run(&database, "migrate status --check").ends(0);
}

/// Commands that look.
const LOOKS: &[&str] = &[
    "migrate status",
    "migrate status --check",
    "migrate plan",
    "migrate plan --sql",
    "migrate verify",
    "migrate up --dry-run",
    "migrate down --all --dry-run",
    "migrate redo --dry-run",
    "seed --dry-run",
    "migrate baseline --to 1 --reason x --unverified --dry-run",
];

#[test]
fn commands_that_look_write_nothing() {
    let (project, database) = (project(), Database::new());
    let before = catalog(&database);
    let schemas = "SELECT string_agg(nspname, ' ' ORDER BY oid) FROM pg_namespace";
    let before_schemas = database.value(schemas);
    for line in LOOKS {
        let run = project.run(&database, line);
        assert!(matches!(run.code, Some(0 | 1)), "{line}: {run:#?}");
        assert_eq!(catalog(&database), before, "{line}");
        assert_eq!(database.value(schemas), before_schemas, "{line}");
    }
    // They may be run by one who may only read.
    project
        .run(&database, "migrate down --all")
        .ends(0)
        .says("nothing to do");
    assert_eq!(database.value(schemas), before_schemas);
}

#[test]
fn a_reader_may_look() {
    let (project, database) = applied();
    let role = format!("reader_{}", database.name());
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA crmdb TO {role};
         GRANT SELECT ON ALL TABLES IN SCHEMA crmdb TO {role};
         ALTER ROLE {role} SET default_transaction_read_only = on"
    ));
    let url = database
        .url()
        .replace("user=postgres", &format!("user={role}"));
    assert_ne!(url, database.url());
    let run = |line: &str| {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut command = project.command(&database, &arguments);
        crate::support::Run::of(command.env("DATABASE_URL", &url))
    };
    run("migrate status --check").ends(0);
    run("migrate plan").ends(0);
    run("migrate up").ends(2);
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn one_that_is_newer_than_the_binary_is_refused() {
    let (project, database) = applied();
    database.execute("INSERT INTO crmdb.ledger_version (version) VALUES (999)");
    for line in LOOKS.iter().chain(&[
        "migrate up",
        "migrate down --all",
        "migrate redo",
        "migrate repair 1 --accept --reason x",
    ]) {
        project
            .run(&database, line)
            .ends(2)
            .says("the ledger has version 999, and this crmdb knows")
            .says("Update crmdb");
    }
    assert_eq!(database.value("SELECT count(*) FROM crmdb.history"), "2");
}

#[test]
fn lives_where_the_project_says() {
    let (project, database) = (project(), Database::new());
    project.manifest("[ledger]\nschema = \"books\"");
    project.run(&database, "migrate up").ends(0);
    assert_eq!(database.value("SELECT count(*) FROM books.history"), "2");
    assert_eq!(database.value("SELECT to_regnamespace('crmdb')"), "");
    project.run(&database, "migrate verify").ends(0);
    project.run(&database, "migrate down --all").ends(0);
}
