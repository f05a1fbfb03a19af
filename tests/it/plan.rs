//! `migrate plan`, and `--dry-run`.

use std::process::Command;

use crate::support::{Database, Project, Run, catalog};

/// Texts that a careless printer would change: space at the ends of lines within strings, comments
/// after the last token, dollar quotes, a semicolon in a body.
fn tricky() -> Project {
    let project = Project::new(&["a"]);
    project
        .migration(
            "a/V1__texts",
            "CREATE SCHEMA a;\n\
             CREATE TABLE a.t (x text DEFAULT '  two  \n   spaces   ', y int) -- no semicolon\n;\n\
             COMMENT ON TABLE a.t IS 'a ''quoted'' text;   \n\n  and more\t\n';\n\
             CREATE FUNCTION a.f() RETURNS int LANGUAGE plpgsql AS $body$\n\
             BEGIN   \n    RETURN 1;  -- one\nEND;\t\n$body$;\n\
             CREATE FUNCTION a.g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END",
            "DROP FUNCTION a.g(); DROP FUNCTION a.f(); DROP TABLE a.t; DROP SCHEMA a;",
        )
        .migration(
            "a/V2__index",
            "-- crmdb: no-transaction\nCREATE INDEX CONCURRENTLY t_y_idx ON a.t (y); -- done",
            "-- crmdb: no-transaction\nDROP INDEX CONCURRENTLY a.t_y_idx;",
        )
        .migration(
            "a/R__v",
            "CREATE OR REPLACE VIEW a.v AS SELECT y, ':y' AS colon FROM a.t;",
            "DROP VIEW a.v;",
        );
    project
}

fn psql(database: &Database, script: &std::path::Path) -> Run {
    Run::of(
        Command::new("psql")
            .args(["-X", "-q", "-o", "/dev/null", "-d", database.url(), "-f"])
            .arg(script),
    )
}

#[test]
fn the_text_has_statements_and_transactions() {
    let (project, database) = (tricky(), Database::new());
    let run = project
        .run(&database, "migrate plan")
        .ends(0)
        .says("3 steps");
    let steps: Vec<&str> = run
        .stdout
        .split("\n\n")
        .filter(|s| !s.contains("and more"))
        .collect();
    assert!(
        run.stdout.starts_with("1. apply a/V1__texts\n   BEGIN;\n"),
        "{run:#?}"
    );
    assert!(
        run.stdout
            .contains("   SET LOCAL lock_timeout = '5000ms';\n")
    );
    let second = steps
        .iter()
        .find(|step| step.contains("2. apply a/V2__index"))
        .unwrap();
    assert!(
        !second.contains("BEGIN") && !second.contains("COMMIT"),
        "{second}"
    );
    assert!(
        second.contains("CREATE INDEX CONCURRENTLY t_y_idx ON a.t (y);"),
        "{second}"
    );
    let last = run.stdout.trim_end();
    assert!(
        last.ends_with("   -- the ledger's row\n   COMMIT;"),
        "{run:#?}"
    );
}

#[test]
fn the_script_gives_the_same_catalog_through_psql() {
    let project = tricky();
    let (by_up, by_psql) = (Database::new(), Database::new());
    let script = project.path("plan.sql");
    let run = project.run(&by_psql, "migrate plan --sql").ends(0);
    std::fs::write(&script, &run.stdout).unwrap();
    let ran = psql(&by_psql, &script).ends(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    project.run(&by_up, "migrate up").ends(0);
    assert_eq!(catalog(&by_psql), catalog(&by_up));
}

#[test]
fn the_script_stops_at_the_first_error() {
    let (project, database) = (tricky(), Database::new());
    let run = project.run(&database, "migrate plan --sql").ends(0);
    let script = project.path("plan.sql");
    std::fs::write(&script, &run.stdout).unwrap();
    database.execute("CREATE SCHEMA a");
    psql(&database, &script).ends(3);
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'a'::regnamespace";
    assert_eq!(database.value(tables), "0");
}

#[test]
fn the_document_is_what_up_does() {
    let (project, database) = (tricky(), Database::new());
    let plan = project
        .run(&database, "migrate plan --format json")
        .ends(0)
        .json();
    let done = project
        .run(&database, "migrate up --format json")
        .ends(0)
        .json();
    assert_eq!(plan["format_version"], 1);
    assert_eq!(plan["head"]["seq"], 0);
    assert!(plan["head"]["hash"].is_null());
    let of = |document: &serde_json::Value| -> Vec<Vec<serde_json::Value>> {
        let keys = [
            "action",
            "migration",
            "kind",
            "version",
            "module",
            "name",
            "out_of_order",
        ];
        let steps = document["steps"].as_array().unwrap();
        steps
            .iter()
            .map(|step| keys.iter().map(|key| step[key].clone()).collect())
            .collect()
    };
    assert_eq!(of(&plan).len(), 3);
    assert_eq!(of(&plan), of(&done));
    let blocks = &plan["steps"][1]["blocks"];
    assert_eq!(blocks[0]["transaction"], false);
    assert_eq!(
        blocks[0]["statements"][0],
        "CREATE INDEX CONCURRENTLY t_y_idx ON a.t (y)"
    );
}

#[test]
fn an_up_to_date_database_has_an_empty_plan() {
    let (project, database) = (tricky(), Database::new());
    project.run(&database, "migrate up").ends(0);
    let run = project
        .run(&database, "migrate plan")
        .ends(0)
        .says("nothing to do");
    assert_eq!(run.stdout, "");
    let plan = project
        .run(&database, "migrate plan --format json")
        .ends(0)
        .json();
    assert_eq!(plan["steps"], serde_json::json!([]));
    assert_eq!(plan["head"]["seq"], 3);
}

#[test]
fn a_dry_run_shows_the_plan_and_does_nothing() {
    let (project, database) = (tricky(), Database::new());
    let plan = project.run(&database, "migrate plan").ends(0);
    let dry = project.run(&database, "migrate up --dry-run").ends(0);
    assert_eq!(dry.stdout, plan.stdout);
    let before = catalog(&database);
    project.run(&database, "migrate up").ends(0);
    let after = catalog(&database);
    assert_ne!(before, after);
    project
        .run(&database, "migrate down --all --dry-run")
        .ends(0)
        .prints("1. roll back a/R__v, from the ledger")
        .prints("DROP SCHEMA a;");
    assert_eq!(catalog(&database), after);
    project
        .run(&database, "migrate redo --dry-run")
        .ends(0)
        .prints("apply a/V2__index");
    assert_eq!(database.value("SELECT count(*) FROM crmdb.history"), "3");
}

#[test]
fn a_version_limits_it_and_must_exist() {
    let (project, database) = (tricky(), Database::new());
    let plan = project
        .run(&database, "migrate plan --to 1 --format json")
        .ends(0)
        .json();
    assert_eq!(plan["steps"].as_array().unwrap().len(), 1);
    project
        .run(&database, "migrate plan --to 7")
        .ends(2)
        .says("there is no version 7")
        .says("The nearest one is 2");
}
