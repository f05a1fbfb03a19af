//! `inspect`: each finding is provoked, and what it proposes makes it go away.

mod activity;
mod constraints;
mod indexes;
mod reports;
mod roles;
mod security;
mod server;
mod tables;
mod vacuum;

use serde_json::Value;

use crate::support::{Client, Database, Run, program};

/// Runs `inspect` on an address, in an empty folder, with arguments that may hold spaces.
pub fn inspect_at(url: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    command
        .env("DATABASE_URL", url)
        .arg("inspect")
        .args(arguments);
    Run::of(&mut command)
}

/// The JSON document of a report, which ends well.
#[track_caller]
pub fn document(database: &Database, report: &str) -> Value {
    let mut arguments: Vec<&str> = report.split_whitespace().collect();
    arguments.extend(["--format", "json"]);
    let run = inspect_at(database.url(), &arguments);
    let run = if report == "health" { run } else { run.ends(0) };
    run.json()
}

/// The findings of one check: all of `health`.
#[track_caller]
pub fn findings(database: &Database, id: &str) -> Vec<Value> {
    findings_in(&document(database, "health"), id)
}

/// The findings of one check in a document.
#[track_caller]
pub fn findings_in(document: &Value, id: &str) -> Vec<Value> {
    let known = document["checks"].as_array().unwrap();
    assert!(known.iter().any(|check| check == id), "no check {id}");
    let skipped = document["not_checked"].as_array().unwrap();
    assert!(
        !skipped.iter().any(|one| one["check"] == id),
        "{id} was not checked: {document:#}"
    );
    let all = document["findings"].as_array().unwrap();
    all.iter().filter(|one| one["id"] == id).cloned().collect()
}

/// Asserts that a check finds exactly this object, and returns the finding.
#[track_caller]
pub fn finds(database: &Database, id: &str, severity: &str, object: &str) -> Value {
    let found = findings(database, id);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0]["object"], object);
    assert_eq!(found[0]["severity"], severity, "{found:#?}");
    found[0].clone()
}

/// Carries out what a finding proposes, and asserts that the check finds nothing any more.
#[track_caller]
pub fn mends(database: &Database, finding: &Value) {
    database.execute(finding["sql"].as_str().expect("statements"));
    let id = finding["id"].as_str().unwrap();
    let left = findings(database, id);
    assert!(left.is_empty(), "{left:#?}");
}

/// Asserts what a check finds, and that its proposal mends it.
#[track_caller]
pub fn finds_and_mends(database: &Database, id: &str, severity: &str, object: &str) {
    mends(database, &finds(database, id, severity, object));
}

/// A session that ends with the value, and its process.
pub fn session(database: &Database, sql: &str) -> (Client, String) {
    let name = format!("s{}", database.value("SELECT pg_catalog.txid_current()"));
    let client = Client::that(database, &format!("SET application_name = '{name}'; {sql}"));
    let pid = database.value(&format!(
        "SELECT pid FROM pg_catalog.pg_stat_activity WHERE application_name = '{name}'"
    ));
    (client, pid)
}
