//! What vacuum does not get done.

use super::{document, findings, findings_in, finds, finds_and_mends, mends};
use crate::support::{Client, Database};

#[test]
fn a_table_full_of_dead_rows() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE \"T\" (id int PRIMARY KEY) WITH (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
         INSERT INTO \"T\" SELECT i FROM generate_series(1, 3000) AS i",
    );
    database.execute("DELETE FROM \"T\" WHERE id <= 999");
    assert!(findings(&database, "vacuum-overdue").is_empty());
    database.execute("DELETE FROM \"T\" WHERE id <= 1001");
    let table = document(&database, "vacuum")["tables"][0].clone();
    assert_eq!(table["name"], "public.\"T\"");
    assert_eq!(
        (&table["dead_rows"], &table["dead_threshold"]),
        (&1001.into(), &500.into())
    );
    finds_and_mends(&database, "vacuum-overdue", "warning", "table public.\"T\"");
    // The same rows are few against the server's own threshold of a large table.
    database.execute("INSERT INTO \"T\" SELECT i FROM generate_series(10001, 20000) AS i");
    database.execute("ANALYZE \"T\"; ALTER TABLE \"T\" RESET (autovacuum_vacuum_threshold, autovacuum_vacuum_scale_factor)");
    database.execute("DELETE FROM \"T\" WHERE id BETWEEN 10001 AND 11100");
    assert!(findings(&database, "vacuum-overdue").is_empty());
}

#[test]
fn a_table_without_autovacuum() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY) WITH (autovacuum_enabled = 'off', fillfactor = 50)",
    );
    finds_and_mends(
        &database,
        "autovacuum-disabled",
        "warning",
        "table public.t",
    );
    assert_eq!(
        database.value("SELECT reloptions FROM pg_class WHERE relname = 't'"),
        "{fillfactor=50}"
    );
}

#[test]
fn an_old_snapshot_and_a_table_that_is_not_frozen() {
    let database = Database::on_new_server();
    // Nobody is to freeze it meanwhile.
    database.execute("ALTER SYSTEM SET autovacuum_naptime = '1d'");
    database.execute("SELECT pg_reload_conf()");
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY) WITH (autovacuum_freeze_max_age = 800000, autovacuum_multixact_freeze_max_age = 10000);
         INSERT INTO t VALUES (1)",
    );
    let old = Client::that(
        &database,
        "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM t",
    );
    let burn = "DO $$ BEGIN FOR i IN 1..1000100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$";
    database.execute(burn);
    let pid =
        database.value("SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction'");
    let held = finds(&database, "xmin-held", "warning", &format!("session {pid}"));
    let holders = document(&database, "vacuum")["holders"].clone();
    assert_eq!(holders[0]["pid"].to_string(), pid);
    assert!(holders[0]["age"].as_i64().unwrap() >= 1_000_000);
    let frozen = finds(&database, "wraparound-xid", "warning", "table public.t");
    mends(&database, &held);
    mends(&database, &frozen);
    drop(old);
    assert!(findings_in(&document(&database, "health"), "wraparound-multixact").is_empty());
}
