//! Tables that lack something.

use super::{findings, finds, finds_and_mends, mends};
use crate::support::Database;

#[test]
fn a_table_without_a_primary_key() {
    let database = Database::new();
    database.execute("CREATE TABLE \"T\" (id int)");
    finds(
        &database,
        "table-without-primary-key",
        "warning",
        "table public.\"T\"",
    );
    database.execute("ALTER TABLE \"T\" ADD UNIQUE (id)");
    // NULLs are not told apart.
    finds(
        &database,
        "table-without-primary-key",
        "warning",
        "table public.\"T\"",
    );
    database.execute("ALTER TABLE \"T\" ALTER id SET NOT NULL");
    finds(
        &database,
        "table-without-primary-key",
        "info",
        "table public.\"T\"",
    );
    database.execute("ALTER TABLE \"T\" ADD PRIMARY KEY (id)");
    assert!(findings(&database, "table-without-primary-key").is_empty());
}

#[test]
fn statistics_that_were_never_made() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE \"T\" (id int PRIMARY KEY, x text) WITH (autovacuum_enabled = off);
         INSERT INTO \"T\" SELECT i, '' FROM generate_series(1, 49) AS i",
    );
    assert!(findings(&database, "statistics-missing").is_empty());
    database.execute("INSERT INTO \"T\" VALUES (50, '')");
    finds_and_mends(
        &database,
        "statistics-missing",
        "warning",
        "table public.\"T\"",
    );
}

#[test]
fn statistics_over_columns_that_were_never_made() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, a int, b int) WITH (autovacuum_enabled = off);
         INSERT INTO t SELECT i, i, i FROM generate_series(1, 100) AS i",
    );
    database.execute("ANALYZE t");
    assert!(findings(&database, "statistics-missing").is_empty());
    database.execute("CREATE STATISTICS \"S s\" ON a, b FROM t");
    let finding = finds(&database, "statistics-missing", "warning", "table public.t");
    let message = finding["message"].as_str().unwrap();
    assert!(
        message.starts_with("1 statistics object without"),
        "{message}"
    );
    mends(&database, &finding);
}

#[test]
fn statistics_of_a_partitioned_table_as_a_whole() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
         CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1000) WITH (autovacuum_enabled = off);
         INSERT INTO p SELECT i FROM generate_series(1, 100) AS i; ANALYZE p1",
    );
    finds_and_mends(&database, "statistics-missing", "warning", "table public.p");
}

#[test]
fn partitions_that_end_too_soon() {
    let database = Database::new();
    database.execute("CREATE TABLE p (at timestamptz PRIMARY KEY) PARTITION BY RANGE (at)");
    finds(
        &database,
        "partitions-ahead-missing",
        "warning",
        "table public.p",
    );
    let part = |name: &str, from: &str, to: &str| {
        let bound = |days: &str| format!("(now() + interval '{days} days')::date");
        database.execute(&format!(
            "DO $$ BEGIN EXECUTE format('CREATE TABLE {name} PARTITION OF p FOR VALUES FROM (%L) TO (%L)', {}, {}); END $$",
            bound(from),
            bound(to)
        ));
    };
    part("old", "-20", "-10");
    finds(
        &database,
        "partitions-ahead-missing",
        "critical",
        "table public.p",
    );
    part("soon", "-10", "3");
    finds(
        &database,
        "partitions-ahead-missing",
        "warning",
        "table public.p",
    );
    part("later", "3", "30");
    assert!(findings(&database, "partitions-ahead-missing").is_empty());
    database.execute("DROP TABLE later; CREATE TABLE rest PARTITION OF p FOR VALUES FROM ('2900-01-01') TO (MAXVALUE)");
    assert!(findings(&database, "partitions-ahead-missing").is_empty());
}

#[test]
fn rows_in_a_default_partition() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE p (at date PRIMARY KEY) PARTITION BY RANGE (at); CREATE TABLE \"D\" PARTITION OF p DEFAULT",
    );
    finds(
        &database,
        "partitions-ahead-missing",
        "info",
        "table public.p",
    );
    assert!(findings(&database, "default-partition-rows").is_empty());
    database.execute("INSERT INTO p VALUES ('2020-01-01')");
    finds(
        &database,
        "default-partition-rows",
        "warning",
        "table public.\"D\"",
    );
    database.execute("DELETE FROM p");
    assert!(findings(&database, "default-partition-rows").is_empty());
}
