//! Roles that may see little.

use serde_json::Value;

use super::{findings_in, inspect_at, session};
use crate::support::{Database, Run};

const REPORTS: [&str; 7] = [
    "sizes",
    "indexes",
    "queries",
    "connections",
    "locks",
    "vacuum",
    "health",
];

fn server() -> Database {
    let database = Database::on_new_server();
    database.execute(
        "CREATE ROLE nobody LOGIN; CREATE ROLE monitor LOGIN; GRANT pg_monitor TO monitor;
         CREATE SCHEMA s; CREATE TABLE s.t (id serial, x text);
         INSERT INTO s.t SELECT i, 'x' FROM generate_series(1, 100) AS i; ANALYZE s.t",
    );
    database
}

fn json(database: &Database, role: &str, report: &str) -> (Run, Value) {
    let run = inspect_at(&database.url_as(role), &[report, "--format", "json"]);
    let document = run.json();
    (run, document)
}

#[test]
fn a_role_that_may_only_connect() {
    let database = server();
    let (_client, pid) = session(&database, "BEGIN; SELECT 'a secret'");
    for report in REPORTS {
        let (run, document) = json(&database, "nobody", report);
        assert_eq!(
            run.code,
            Some(i32::from(report == "health")),
            "{report}: {run:#?}"
        );
        assert!(!run.stdout.contains("a secret"), "{report}: {run:#?}");
        if !["sizes", "indexes"].contains(&report) {
            let skipped = document["not_checked"].as_array().unwrap();
            assert!(
                skipped.iter().any(|one| one["reason"]
                    .as_str()
                    .unwrap()
                    .contains("pg_read_all_stats")),
                "{report}: {document:#}"
            );
        }
        // It is said to people, too.
        if report == "connections" {
            let url = database.url_as("nobody");
            inspect_at(&url, &[report, "-q"])
                .ends(0)
                .prints("not checked: ");
        }
    }
    inspect_at(&database.url_as("nobody"), &["health"])
        .ends(1)
        .says("not made, or only in part");
    let (_, document) = json(&database, "nobody", "sizes");
    assert_eq!(document["tables"][0]["name"], "s.t");
    // What is in the catalog is found all the same.
    let (_, document) = json(&database, "nobody", "health");
    assert_eq!(findings_in(&document, "table-without-primary-key").len(), 1);
    let skipped = document["not_checked"].as_array().unwrap();
    assert!(
        skipped
            .iter()
            .any(|one| one["check"] == "sequence-near-end"),
        "{document:#}"
    );
    assert!(!document.to_string().contains(&format!("session {pid}")));
}

#[test]
fn a_role_that_monitors() {
    let database = server();
    let (_client, pid) = session(&database, "BEGIN; SELECT 1");
    for report in REPORTS {
        let (run, document) = json(&database, "monitor", report);
        assert_eq!(
            run.code,
            Some(i32::from(report == "health")),
            "{report}: {run:#?}"
        );
        let skipped = document["not_checked"].to_string();
        assert!(
            !skipped.contains("pg_read_all_stats"),
            "{report}: {skipped}"
        );
    }
    let (_, document) = json(&database, "monitor", "health");
    let found = findings_in(&document, "idle-in-transaction");
    assert_eq!(found[0]["object"], format!("session {pid}"));
}

#[test]
fn a_check_that_the_server_refuses_is_said_and_the_others_go_on() {
    let database = server();
    database.execute("REVOKE SELECT ON pg_catalog.pg_replication_slots FROM PUBLIC");
    let (run, document) = json(&database, "nobody", "health");
    run.ends(1);
    let skipped = document["not_checked"].as_array().unwrap();
    let slot = skipped
        .iter()
        .find(|one| one["check"] == "replication-slot");
    let reason = slot.expect("it is said")["reason"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        reason.contains("permission denied") && reason.contains("42501"),
        "{reason}"
    );
    assert_eq!(findings_in(&document, "table-without-primary-key").len(), 1);
}
