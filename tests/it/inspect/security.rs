//! Row security, SECURITY DEFINER, views.

use super::{findings, finds, finds_and_mends};
use crate::support::Database;

#[test]
fn policies_that_do_nothing() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE \"T\" (id int PRIMARY KEY); CREATE POLICY p ON \"T\" USING (id > 0)",
    );
    finds_and_mends(
        &database,
        "row-security-off",
        "warning",
        "table public.\"T\"",
    );
    finds_and_mends(
        &database,
        "row-security-not-forced",
        "info",
        "table public.\"T\"",
    );
}

#[test]
fn row_security_without_a_policy() {
    let database = Database::new();
    database
        .execute("CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t ENABLE ROW LEVEL SECURITY");
    finds(
        &database,
        "row-security-without-policy",
        "info",
        "table public.t",
    );
}

#[test]
fn a_table_without_the_policy_of_its_neighbours() {
    let database = Database::new();
    for table in ["a", "b", "c"] {
        database.execute(&format!(
            "CREATE TABLE {table} (id int PRIMARY KEY, tenant int); CREATE POLICY p ON {table} USING (tenant = 1);
             ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        ));
    }
    assert!(findings(&database, "row-security-missing").is_empty());
    database.execute("DROP POLICY p ON c; ALTER TABLE c DISABLE ROW LEVEL SECURITY; CREATE TABLE d (id int PRIMARY KEY)");
    finds(
        &database,
        "row-security-missing",
        "warning",
        "table public.c",
    );
}

#[test]
fn functions_that_run_as_their_owner() {
    let database = Database::new();
    database.execute("CREATE FUNCTION \"F x\"(a int, b text) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'");
    let object = "function public.\"F x\"(integer,text)";
    finds_and_mends(&database, "security-definer-search-path", "warning", object);
    finds_and_mends(&database, "security-definer-public", "warning", object);
    database.execute("CREATE PROCEDURE p() LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT 1'");
    assert!(findings(&database, "security-definer-search-path").is_empty());
    finds_and_mends(
        &database,
        "security-definer-public",
        "warning",
        "procedure public.p()",
    );
    database.execute(
        "CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS 'BEGIN RETURN NULL; END'",
    );
    assert!(findings(&database, "security-definer-public").is_empty());
}

#[test]
fn a_view_that_sees_all_rows() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE VIEW \"V\" AS SELECT * FROM t",
    );
    finds_and_mends(
        &database,
        "view-bypasses-row-security",
        "warning",
        "view public.\"V\"",
    );
    database.execute("CREATE MATERIALIZED VIEW m AS SELECT * FROM t");
    finds(
        &database,
        "view-bypasses-row-security",
        "info",
        "materialized view public.m",
    );
}
