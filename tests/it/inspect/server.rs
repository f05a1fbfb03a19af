//! The server itself.

use crmdb::server::{Cluster, Env, Programs};

use super::{findings, findings_in, finds, finds_and_mends, inspect_at, mends};
use crate::support::{Client, Database};

#[test]
fn settings_that_lose_data_or_hurt() {
    let database = Database::on_new_server();
    let found = findings(&database, "setting-loses-data");
    let objects: Vec<&str> = found
        .iter()
        .map(|one| one["object"].as_str().unwrap())
        .collect();
    assert_eq!(objects, ["setting fsync", "setting full_page_writes"]);
    assert!(findings(&database, "setting-hurts").is_empty());
    database.execute("ALTER SYSTEM SET autovacuum = off");
    database.execute("SELECT pg_reload_conf()");
    let finding = || finds(&database, "setting-hurts", "warning", "setting autovacuum");
    crate::support::eventually("the setting is read", || {
        !findings(&database, "setting-hurts").is_empty()
    });
    database.execute(finding()["sql"].as_str().unwrap());
    database.execute("SELECT pg_reload_conf()");
    crate::support::eventually("it is mended", || {
        findings(&database, "setting-hurts").is_empty()
    });
}

#[test]
fn a_slot_that_nobody_reads() {
    let database = Database::on_new_server();
    database.execute("SELECT pg_create_physical_replication_slot('idle_one', true)");
    finds_and_mends(
        &database,
        "replication-slot",
        "warning",
        "replication slot idle_one",
    );
}

#[test]
fn a_library_that_sorts_otherwise_by_now() {
    let database = Database::with("TEMPLATE template0 LOCALE 'C.UTF-8'");
    let name = database.name();
    database.execute(&format!(
        "UPDATE pg_database SET datcollversion = '1' WHERE datname = '{name}'"
    ));
    if database.value("SELECT pg_database_collation_actual_version(oid) FROM pg_database WHERE datname = current_database()").is_empty() {
        // This library has no version for it.
        assert!(findings(&database, "collation-version").is_empty());
    } else {
        finds_and_mends(&database, "collation-version", "warning", &format!("database {name}"));
    }
    database.execute(
        "CREATE COLLATION \"C; ü\" (provider = icu, locale = 'de'); UPDATE pg_collation SET collversion = '1' WHERE collname = 'C; ü'",
    );
    finds_and_mends(
        &database,
        "collation-version",
        "warning",
        "collation public.\"C; ü\"",
    );
}

#[test]
fn statistics_that_are_off() {
    let database = Database::on_new_server();
    database.execute("ALTER SYSTEM SET track_counts = off");
    database.execute("SELECT pg_reload_conf()");
    crate::support::eventually("the setting is read", || {
        let document = inspect_at(database.url(), &["health", "--format", "json"]).json();
        let skipped = document["not_checked"].as_array().unwrap().clone();
        ["index-unused", "vacuum-overdue", "cache-hit-ratio"]
            .iter()
            .all(|id| {
                skipped
                    .iter()
                    .any(|one| one["check"] == *id && one["reason"] == "track_counts is off")
            })
    });
    finds(
        &database,
        "setting-hurts",
        "warning",
        "setting track_counts",
    );
}

/// A server of the test's own that takes prepared transactions.
struct Prepares {
    cluster: Cluster,
    _folder: tempfile::TempDir,
}

impl Prepares {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programs = Programs::find(&Env::of_process(), &mut |_| {}).unwrap();
        let cluster = Cluster::scratch(&folder.path().join("pg"), programs).unwrap();
        cluster.start(&mut |_| {}).unwrap();
        let alter = "ALTER SYSTEM SET max_prepared_transactions = 2";
        drop(Client::at(&cluster.default_url(), alter));
        cluster.stop().unwrap();
        cluster.start(&mut |_| {}).unwrap();
        Self {
            cluster,
            _folder: folder,
        }
    }

    fn url(&self) -> String {
        self.cluster.default_url()
    }
}

#[test]
fn a_prepared_transaction() {
    let server = Prepares::new();
    let url = server.url();
    let client = Client::at(&url, "CREATE TABLE t (id int PRIMARY KEY)");
    client.execute("BEGIN; LOCK TABLE t; PREPARE TRANSACTION 'it''s \"mine\"'");
    let health = || inspect_at(&url, &["health", "--format", "json"]).json();
    let found = findings_in(&health(), "prepared-transaction");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0]["object"], "prepared transaction it's \"mine\"");
    client.execute(found[0]["sql"].as_str().unwrap());
    assert!(findings_in(&health(), "prepared-transaction").is_empty());
}

#[test]
fn a_slot_is_dropped_by_its_name_only() {
    let database = Database::on_new_server();
    database.execute("SELECT pg_create_physical_replication_slot('a'); SELECT pg_create_physical_replication_slot('b')");
    let found = findings(&database, "replication-slot");
    assert_eq!(found.len(), 2);
    database.execute(found[0]["sql"].as_str().unwrap());
    mends(
        &database,
        &finds(
            &database,
            "replication-slot",
            "warning",
            "replication slot b",
        ),
    );
}
