//! Retention, maintenance, extensions.

use crate::schema::{holds, refuses};
use crate::support::{Database, Run};

/// A table with a name that wants quoting, and a row for each of the last hundred days.
const OLD_ROWS: &str = r#"
    CREATE SCHEMA "We ird";
    CREATE TABLE "We ird"."T""x" (id int, "At Time" timestamptz, d date, ts timestamp, note text);
    CREATE INDEX ON "We ird"."T""x" ("At Time");
    INSERT INTO "We ird"."T""x"
    SELECT i, t, t, t FROM generate_series(1, 100) AS i, LATERAL (SELECT now() - i * interval '1 day') AS m (t)"#;

#[test]
fn old_rows_go_in_batches_oldest_first() {
    let database = Database::shipped();
    database.execute(OLD_ROWS);
    let delete = |column: &str, keep: &str, batch: &str| {
        database.value(&format!(
            r#"SELECT utilities.delete_older_than('"We ird"."T""x"', '{column}', '{keep}'{batch})"#
        ))
    };
    assert_eq!(delete("At Time", "90 days", ", 3"), "3");
    let highest = r#"SELECT max(id) FROM "We ird"."T""x""#;
    assert_eq!(database.value(highest), "97");
    // The hundredth part of a second that passed makes the 90th row older than 90 days.
    assert_eq!(delete("At Time", "90 days", ""), "8");
    assert_eq!(delete("At Time", "90 days", ""), "0");
    assert_eq!(database.value(highest), "89");
    database
        .execute(r#"CREATE INDEX ON "We ird"."T""x" (d); CREATE INDEX ON "We ird"."T""x" (ts)"#);
    let dates: i32 = delete("d", "80 days", "").parse().expect("a number");
    assert!((8..=10).contains(&dates), "{dates}");
    let times: i32 = delete("ts", "70 days", "").parse().expect("a number");
    assert!((9..=11).contains(&times), "{times}");
}

#[test]
fn retention_refuses_what_would_be_slow_or_wrong() {
    let database = Database::shipped();
    database.execute(OLD_ROWS);
    database.execute("CREATE TABLE parted (at timestamptz) PARTITION BY RANGE (at)");
    let call =
        |rest: &str| format!(r#"SELECT utilities.delete_older_than('"We ird"."T""x"', {rest})"#);
    for (state, sql) in [
        ("55000", call("'d', '1 day'")), // no index
        ("42703", call("'nope', '1 day'")),
        ("42703", call("'ctid', '1 day'")),
        ("42804", call("'note', '1 day'")),
        ("22023", call("'At Time', NULL")),
        ("22023", call("'At Time', '-1 day'")),
        ("22023", call("'At Time', '1 day', 0")),
        ("22023", call("'At Time', '1 day', NULL")),
        (
            "42809",
            "SELECT utilities.delete_older_than(NULL, 'a', '1 day')".into(),
        ),
        (
            "42809",
            "SELECT utilities.delete_older_than('pg_stat_activity', 'query_start', '1 day')".into(),
        ),
        (
            "42809",
            "SELECT utilities.delete_older_than('parted', 'at', '1 day')".into(),
        ),
    ] {
        refuses(&database, "", &[(state, &sql)]);
    }
    assert_eq!(
        database.value(r#"SELECT count(*) FROM "We ird"."T""x""#),
        "100"
    );
}

#[test]
fn a_purge_commits_each_batch_and_ends_when_nothing_is_left() {
    let database = Database::shipped();
    database.execute(
        "CREATE TABLE purged (at timestamptz, run xid8 DEFAULT pg_current_xact_id());
        CREATE INDEX ON purged (at);
        INSERT INTO purged SELECT now() - i * interval '1 hour' FROM generate_series(1, 1000) AS i;
        CREATE TABLE batches (run xid8, n bigint);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO public.batches SELECT pg_current_xact_id(), count(*) FROM gone;
            RETURN NULL; END $$;
        CREATE TRIGGER note AFTER DELETE ON purged REFERENCING OLD TABLE AS gone
            EXECUTE FUNCTION note()",
    );
    let rows = database.rows("CALL utilities.purge_older_than('purged', 'at', '100 hours', 70)");
    assert_eq!(rows, [["901"]]);
    assert_eq!(database.value("SELECT count(*) FROM purged"), "99");
    holds(
        &database,
        "",
        &["(SELECT count(DISTINCT run) = 13 AND max(n) = 70 FROM batches)"],
    );
    database.execute("CALL utilities.purge_older_than('purged', 'at', '50 hours')");
    assert_eq!(database.value("SELECT count(*) FROM purged"), "49");
    // Inside a transaction block it cannot commit, and so does nothing.
    refuses(
        &database,
        "BEGIN",
        &[(
            "2D000",
            "CALL utilities.purge_older_than('purged', 'at', '10 hours')",
        )],
    );
    assert_eq!(database.value("SELECT count(*) FROM purged"), "49");
}

#[test]
fn reports_and_analyze_see_every_table() {
    let database = Database::shipped();
    database.execute(OLD_ROWS);
    assert_eq!(
        database.value("SELECT utilities.analyze_tables('We ird')"),
        "1"
    );
    assert_eq!(
        database.refusal("SELECT utilities.analyze_tables('nope')"),
        "3F000"
    );
    holds(
        &database,
        "SET search_path = utilities",
        &[
            r#"SELECT estimated_rows = 100 AND total_bytes >= table_bytes + index_bytes
            FROM table_sizes('We ird') WHERE table_name = 'T"x'"#,
            "SELECT count(*) = 5 FROM table_sizes('users')",
            "NOT EXISTS (SELECT FROM table_sizes() WHERE schema_name IN ('pg_catalog', 'information_schema'))",
            "SELECT count(*) >= 17 FROM index_usage('users')",
            "NOT EXISTS (SELECT FROM index_usage() WHERE is_unused AND index_name ~ '_(key|pkey)$')",
            "EXISTS (SELECT FROM index_usage('users') WHERE is_unused)",
            "SELECT bool_and(is_valid) FROM index_usage()",
        ],
    );
    database.execute(
        "CREATE TABLE dirty (a int) WITH (autovacuum_enabled = false, autovacuum_vacuum_threshold = 10);
        INSERT INTO dirty SELECT generate_series(1, 20); DELETE FROM dirty;
        SELECT pg_stat_force_next_flush()",
    );
    assert_eq!(
        database.rows("SELECT table_name, dead_rows, needs_vacuum FROM utilities.maintenance_candidates('public')"),
        [["dirty", "20", "t"]]
    );
}

#[test]
fn extensions_live_in_their_schema_and_nowhere_else() {
    assert_eq!(
        Database::shipped().rows(
            "SELECT extname FROM pg_extension WHERE extnamespace = 'extensions'::regnamespace
            AND extname IN ('pg_trgm', 'pgcrypto', 'uuid-ossp') ORDER BY 1"
        ),
        [["pg_trgm"], ["pgcrypto"], ["uuid-ossp"]]
    );
    let database = Database::new();
    database.execute("CREATE EXTENSION pgcrypto SCHEMA public");
    Run::shipped(&database, "migrate up")
        .ends(2)
        .says("extension \"pgcrypto\" is in schema \"public\"")
        .says("ALTER EXTENSION pgcrypto SET SCHEMA extensions");
    database.execute("CREATE SCHEMA extensions; ALTER EXTENSION pgcrypto SET SCHEMA extensions");
    Run::shipped(&database, "migrate up").ends(0);
}

#[test]
fn a_database_in_another_encoding_is_refused_before_anything_is_made() {
    let database = Database::with("ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
    Run::shipped(&database, "migrate up")
        .ends(2)
        .says("not UTF8")
        .says("ENCODING 'UTF8'");
    assert_eq!(database.value("SELECT to_regnamespace('utilities')"), "");
}
