//! Files that wait for an optional extension.

use crate::support::{Database, Project};

fn with_extension(name: &str) -> Project {
    let project = Project::new(&["a"]);
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .migration(
            "a/V2__search",
            &format!("-- crmdb: requires extension {name}\nCREATE EXTENSION pg_trgm SCHEMA a;"),
            "DROP EXTENSION pg_trgm;",
        )
        .migration("a/V3__three", "CREATE TABLE a.three (x int);", "DROP TABLE a.three;")
        .migration(
            "a/R__r",
            &format!("-- crmdb: requires extension \"{name}\"\nCREATE OR REPLACE VIEW a.v AS SELECT 1 AS x;"),
            "DROP VIEW a.v;",
        );
    project
}

#[test]
fn waits_while_the_server_does_not_have_it() {
    let (project, database) = (with_extension("crmdb_never"), Database::new());
    let run = project
        .run(&database, "migrate up")
        .ends(0)
        .says("deferred `V2__search`: the server does not have crmdb_never")
        .says("deferred `R__r`: the server does not have crmdb_never");
    assert_eq!(run.stdout.lines().count(), 2, "{run:#?}");
    let document = project
        .run(&database, "migrate up --format json")
        .ends(0)
        .json();
    assert_eq!(
        document["deferred"],
        serde_json::json!([
            {"migration": "V2__search", "module": "a", "missing_extensions": ["crmdb_never"]},
            {"migration": "R__r", "module": "a", "missing_extensions": ["crmdb_never"]},
        ])
    );
    assert_eq!(document["steps"], serde_json::json!([]));
    let plan = project
        .run(&database, "migrate plan --format json")
        .ends(0)
        .json();
    assert_eq!(plan["deferred"], document["deferred"]);
    let status = project
        .run(&database, "migrate status --format json")
        .ends(0)
        .json();
    assert_eq!(status["migrations"][1]["status"], "deferred");
}

#[test]
fn comes_when_it_appears_though_higher_versions_are_applied() {
    let (project, database) = (with_extension("crmdb_never"), Database::new());
    project.run(&database, "migrate up").ends(0);
    let now = with_extension("pg_trgm");
    let run = now.run(&database, "migrate up").ends(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines[0].contains("a/V2__search") && lines[1].contains("a/R__r"),
        "{run:#?}"
    );
    assert!(!run.stderr.contains("deferred"), "{run:#?}");
    assert_eq!(
        database.value("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"),
        "1"
    );
    // It came late by its own rule, not against the order.
    assert_eq!(
        database.value("SELECT count(*) FROM crmdb.history WHERE out_of_order"),
        "0"
    );
    now.run(&database, "migrate status --check").ends(0);
    now.run(&database, "migrate down --all").ends(0);
}

#[test]
fn a_server_that_has_it_applies_it_at_its_turn() {
    let (project, database) = (with_extension("pg_trgm"), Database::new());
    project.run(&database, "migrate up").ends(0);
    assert_eq!(
        database.value(
            "SELECT string_agg(coalesce(version::text, 'R'), ' ' ORDER BY seq) FROM crmdb.history"
        ),
        "1 2 3 R"
    );
}
