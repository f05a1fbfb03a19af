//! Sessions.

use super::{document, findings, finds, mends, session};
use crate::support::{Client, Database, eventually};

/// Somebody who holds a row, and two who want it, one after the other.
fn queue(database: &Database) -> (Client, String, std::thread::JoinHandle<()>) {
    database.execute("CREATE TABLE \"T t\" (id int PRIMARY KEY); INSERT INTO \"T t\" VALUES (1)");
    let (holder, pid) = session(
        database,
        "BEGIN; UPDATE \"T t\" SET id = id /* the holder */",
    );
    let url = database.url().to_owned();
    let waiter = std::thread::spawn(move || {
        drop(Client::at(
            &url,
            "SET application_name = 'waiter'; UPDATE \"T t\" SET id = id",
        ));
    });
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'waiter'
        AND datname = current_database()";
    eventually("somebody waits", || database.value(waits) == "1");
    (holder, pid, waiter)
}

#[test]
fn who_waits_for_whom() {
    let database = Database::on_new_server();
    let (_holder, pid, waiter) = queue(&database);
    let url = database.url().to_owned();
    let second = std::thread::spawn(move || {
        drop(Client::at(
            &url,
            "SET application_name = 'second'; LOCK TABLE \"T t\"",
        ));
    });
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'second'";
    eventually("another waits", || database.value(waits) == "1");
    let report = document(&database, "locks");
    let sessions = report["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 3, "{report:#}");
    let top = &sessions[0];
    assert_eq!(
        (top["depth"].as_u64(), top["pid"].to_string()),
        (Some(0), pid.clone())
    );
    assert!(
        top["query"].as_str().unwrap().contains("the holder"),
        "{top}"
    );
    assert_eq!(top["state"], "idle in transaction");
    assert_eq!(
        top["terminate"],
        format!("SELECT pg_catalog.pg_terminate_backend({pid})")
    );
    assert!(
        top["waiting_ms"].is_null() && top["lock_on"].is_null(),
        "{top}"
    );
    for (below, depth) in sessions[1..].iter().zip([1, 2]) {
        assert_eq!(below["depth"], depth, "{report:#}");
        assert!(below["waiting_ms"].as_f64().unwrap() >= 0.0);
    }
    let waiting_for = sessions[1]["lock_on"].as_str().unwrap();
    assert!(
        waiting_for.ends_with(", row of public.\"T t\""),
        "{waiting_for}"
    );
    let second_one = sessions
        .iter()
        .find(|one| one["application"] == "second")
        .unwrap();
    assert_eq!(second_one["lock_mode"], "AccessExclusiveLock");
    assert_eq!(second_one["lock_on"], "relation public.\"T t\"");
    let shown = super::inspect_at(database.url(), &["locks"]).ends(0);
    assert!(
        shown.stdout.contains(&format!("to end {pid}: SELECT")),
        "{shown:#?}"
    );

    let found = findings(&database, "session-blocked");
    assert_eq!(found.len(), 2);
    let one = found.iter().find(|one| one["sql"] == top["terminate"]);
    mends(&database, one.expect("who ends the holder ends the queue"));
    waiter.join().unwrap();
    second.join().unwrap();
    assert_eq!(
        document(&database, "locks")["sessions"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn idle_in_transaction() {
    let database = Database::new();
    let (_client, pid) = session(&database, "BEGIN; SELECT 'a; secret'");
    let finding = finds(
        &database,
        "idle-in-transaction",
        "info",
        &format!("session {pid}"),
    );
    let report = document(&database, "connections");
    let open = &report["open_transactions"][0];
    assert_eq!(open["pid"].to_string(), pid);
    assert!(open["idle_ms"].as_f64().unwrap() >= 0.0);
    mends(&database, &finding);
    let report = document(&database, "connections");
    assert_eq!(report["open_transactions"].as_array().unwrap().len(), 0);
}

#[test]
fn connections_near_the_limit() {
    let database = Database::new();
    assert!(findings(&database, "connections-near-limit").is_empty());
    let limit = |limit: i32| {
        database.execute(&format!(
            "ALTER DATABASE {} CONNECTION LIMIT {limit}",
            database.name()
        ));
    };
    let _three = [(); 3].map(|()| Client::that(&database, "SELECT 1"));
    limit(5);
    let object = format!("database \"{}\"", database.name());
    let counted = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()";
    eventually("the test's own sessions are gone", || {
        database.value(counted) == "4"
    });
    let finding = finds(&database, "connections-near-limit", "warning", &object);
    assert!(
        finding["message"]
            .as_str()
            .unwrap()
            .starts_with("4 of 5 connections"),
        "{finding}"
    );
    limit(4);
    finds(&database, "connections-near-limit", "critical", &object);
    assert_eq!(
        document(&database, "connections")["limits"]["database_limit"],
        4
    );
}

#[test]
fn what_runs_now() {
    let database = Database::new();
    let url = database.url().to_owned();
    let sleeper = std::thread::spawn(move || {
        // It is ended below.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
                .await
                .unwrap();
            tokio::spawn(connection);
            let _ = client
                .batch_execute("SELECT pg_sleep(600) /* sleeper */")
                .await;
        });
    });
    let running = || document(&database, "queries --running-over 0")["running"].clone();
    eventually("it runs", || running().as_array().unwrap().len() == 1);
    let one = running()[0].clone();
    assert!(one["query"].as_str().unwrap().contains("sleeper"), "{one}");
    assert_eq!(one["wait_event"], "PgSleep");
    let report = document(&database, "queries --running-over 3600");
    assert_eq!(report["running"].as_array().unwrap().len(), 0);
    database.execute(&format!("SELECT pg_terminate_backend({})", one["pid"]));
    sleeper.join().unwrap();
}

#[test]
fn a_password_in_a_statement_is_not_shown() {
    let database = Database::new();
    let (_client, _) = session(
        &database,
        "BEGIN; SELECT 'password=hunter2' AS \"PASSWORD 'hunter2'\"",
    );
    for report in ["connections", "queries", "locks"] {
        let shown = document(&database, report).to_string();
        assert!(!shown.contains("hunter2"), "{report}: {shown}");
    }
    let open = document(&database, "connections")["open_transactions"][0].clone();
    assert!(open["query"].as_str().unwrap().contains("…"), "{open}");
}
