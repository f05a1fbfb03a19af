//! Indexes.

use super::{document, findings, finds, finds_and_mends, mends};
use crate::support::Database;

#[test]
fn a_key_that_duplicates_stopped_is_dropped() {
    let database = Database::new();
    database.execute(
        "CREATE SCHEMA \"Ä b\"; CREATE TABLE \"Ä b\".\"t\"\"x\" (a int PRIMARY KEY, \"B b\" text, c int);
         INSERT INTO \"Ä b\".\"t\"\"x\" VALUES (1, 'X', 1), (2, 'x', 1), (3, NULL, 1), (4, NULL, 1), (5, 'x', 9), (6, 'y', 1)",
    );
    let build = "CREATE UNIQUE INDEX CONCURRENTLY \"I;'1\" ON \"Ä b\".\"t\"\"x\" (lower(\"B b\"), c) INCLUDE (a) WHERE c < 9";
    assert_eq!(database.refusal(build), "23505");
    let object = "index \"Ä b\".\"I;'1\"";
    let finding = finds(&database, "index-invalid", "warning", object);
    assert_eq!(finding["sql"], "DROP INDEX CONCURRENTLY \"Ä b\".\"I;'1\"");
    let advice = finding["advice"].as_str().unwrap();
    let (_, query) = advice.split_once("found by: ").unwrap();
    assert_eq!(database.rows(query), [["x", "1", "2"]]);
    mends(&database, &finding);
    // NULL is a value where the index says so.
    let build =
        "CREATE UNIQUE INDEX CONCURRENTLY n ON \"Ä b\".\"t\"\"x\" (\"B b\") NULLS NOT DISTINCT";
    assert_eq!(database.refusal(build), "23505");
    let finding = finds(&database, "index-invalid", "warning", "index \"Ä b\".n");
    let advice = finding["advice"].as_str().unwrap();
    let (_, query) = advice.split_once("found by: ").unwrap();
    assert_eq!(database.rows(query).len(), 2, "{query}");
}

#[test]
fn an_index_whose_build_failed_is_built_again() {
    let database = Database::new();
    database
        .execute("CREATE TABLE t (a int PRIMARY KEY, b int); INSERT INTO t VALUES (1, 1), (2, 0)");
    let build = "CREATE INDEX CONCURRENTLY \"I i\" ON t ((a / b))";
    assert_eq!(database.refusal(build), "22012");
    let finding = finds(
        &database,
        "index-invalid",
        "warning",
        "index public.\"I i\"",
    );
    database.execute("UPDATE t SET b = 1");
    mends(&database, &finding);
    assert_ne!(database.value("SELECT to_regclass('\"I i\"')"), "");
}

#[test]
fn what_a_failed_reindex_leaves_is_dropped() {
    let database = Database::new();
    database
        .execute("CREATE TABLE t (a int PRIMARY KEY, b int); INSERT INTO t VALUES (1, 1), (2, 1)");
    let build = "CREATE UNIQUE INDEX CONCURRENTLY t_b_ccnew1 ON t (b)";
    assert_eq!(database.refusal(build), "23505");
    finds_and_mends(
        &database,
        "index-invalid",
        "warning",
        "index public.t_b_ccnew1",
    );
    assert_eq!(database.value("SELECT to_regclass('t_b_ccnew1')"), "");
}

#[test]
fn a_partitioned_index_without_its_parts() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE p (a int PRIMARY KEY, b int) PARTITION BY LIST (a);
         CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX p_b ON ONLY p (b)",
    );
    let finding = finds(&database, "index-invalid", "warning", "index public.p_b");
    assert!(finding["sql"].is_null());
    database.execute("CREATE INDEX p1_b ON p1 (b); ALTER INDEX p_b ATTACH PARTITION p1_b");
    assert!(findings(&database, "index-invalid").is_empty());
}

#[test]
fn the_same_index_twice() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE t (a int PRIMARY KEY, b text, c int); CREATE INDEX one ON t (b, c);
         CREATE INDEX \"Two\" ON t (b, c)",
    );
    finds_and_mends(
        &database,
        "index-duplicate",
        "warning",
        "index public.\"Two\"",
    );
}

#[test]
fn an_index_that_another_begins_with() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE t (a int PRIMARY KEY, b text, c int); CREATE INDEX one ON t (b);
         CREATE INDEX two ON t (b, c)",
    );
    finds_and_mends(&database, "index-duplicate", "info", "index public.one");
}

#[test]
fn indexes_that_only_look_alike() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE t (a int PRIMARY KEY, b text, c int);
         CREATE INDEX ON t (b); CREATE INDEX ON t (b DESC); CREATE INDEX ON t (b text_pattern_ops);
         CREATE INDEX ON t (b COLLATE \"C\"); CREATE INDEX ON t (b) WHERE c > 0;
         CREATE INDEX ON t (lower(b)); CREATE INDEX ON t (upper(b)); CREATE INDEX ON t USING hash (b);
         CREATE UNIQUE INDEX ON t (c); CREATE INDEX ON t (c, b) INCLUDE (a)",
    );
    assert!(findings(&database, "index-duplicate").is_empty());
}

#[test]
fn a_partitioned_index_is_judged_as_a_whole() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
         CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
         CREATE INDEX p_one ON p (b); CREATE INDEX p_two ON p (b)",
    );
    finds_and_mends(
        &database,
        "index-duplicate",
        "warning",
        "index public.p_two",
    );
    let indexes = document(&database, "indexes")["indexes"].clone();
    assert_eq!(indexes.as_array().unwrap().len(), 1, "{indexes:#}");
    assert_eq!(indexes[0]["parts"], 2);
    assert_eq!(indexes[0]["bytes"], 16_384);
}

#[test]
fn an_index_that_nobody_used() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE t (a int PRIMARY KEY, b int, c int);
         INSERT INTO t SELECT i, i, i FROM generate_series(1, 60000) AS i;
         CREATE INDEX t_b ON t (b); CREATE INDEX t_c ON t (c); ANALYZE t",
    );
    database.execute("SET enable_seqscan = off; SELECT * FROM t WHERE c = 5");
    // Statistics of a few minutes prove nothing.
    finds_and_mends(&database, "index-unused", "info", "index public.t_b");
}

#[test]
fn a_bloated_index() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE t (a int PRIMARY KEY, b int) WITH (autovacuum_enabled = off);
         INSERT INTO t SELECT i, i FROM generate_series(1, 1200000) AS i",
    );
    database.execute("DELETE FROM t WHERE a % 20 <> 0");
    database.execute("VACUUM ANALYZE t");
    let finding = finds(&database, "index-bloat", "warning", "index public.t_pkey");
    let message = finding["message"].as_str().unwrap();
    assert!(message.ends_with("an estimate)"), "{message}");
    database.execute("CREATE SCHEMA \"S s\"; CREATE EXTENSION pgstattuple SCHEMA \"S s\"");
    let finding = finds(&database, "index-bloat", "warning", "index public.t_pkey");
    let message = finding["message"].as_str().unwrap();
    assert!(message.ends_with("measured)"), "{message}");
    mends(&database, &finding);
}

#[test]
fn a_foreign_key_without_an_index() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, \"A id\" int REFERENCES a)",
    );
    let object = "constraint \"b_A id_fkey\" on table public.b";
    finds_and_mends(&database, "foreign-key-without-index", "warning", object);
}

#[test]
fn a_foreign_key_of_a_partitioned_table() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE a (id int PRIMARY KEY);
         CREATE TABLE p (x int, a_id int REFERENCES a) PARTITION BY LIST (x);
         CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
    );
    let object = "constraint p_a_id_fkey on table public.p";
    finds_and_mends(&database, "foreign-key-without-index", "warning", object);
}

#[test]
fn an_index_that_finds_the_row_serves_a_key_with_a_tenant() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE a (id int PRIMARY KEY, tenant int NOT NULL, UNIQUE (id, tenant));
         CREATE TABLE b (id int PRIMARY KEY, tenant int, a_id int, c_id int, d_id int,
            CONSTRAINT by_id FOREIGN KEY (a_id, tenant) REFERENCES a (id, tenant),
            CONSTRAINT by_tenant FOREIGN KEY (c_id, tenant) REFERENCES a (id, tenant),
            CONSTRAINT by_part FOREIGN KEY (d_id, tenant) REFERENCES a (id, tenant));
         CREATE INDEX ON b (a_id) WHERE a_id IS NOT NULL; CREATE INDEX ON b (tenant);
         CREATE INDEX ON b (tenant, d_id) WHERE id > 5",
    );
    let found = findings(&database, "foreign-key-without-index");
    let objects: Vec<&str> = found
        .iter()
        .map(|one| one["object"].as_str().unwrap())
        .collect();
    // The whole tenant would be read, or some rows are left out.
    assert_eq!(
        objects,
        [
            "constraint by_part on table public.b",
            "constraint by_tenant on table public.b"
        ]
    );
}
