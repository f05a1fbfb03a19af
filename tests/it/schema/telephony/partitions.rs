//! The partitions of call_logs: made ahead, and filled from the default one.

use super::ASTERISK;
use crate::schema::{holds, refuses};
use crate::support::Database;

/// Calls at these times, whose number is their place in the list.
pub fn with_calls(times: &[&str]) -> Database {
    let database = Database::shipped();
    call(&database, times);
    database
}

pub fn call(database: &Database, times: &[&str]) {
    for (number, time) in times.iter().enumerate() {
        database.execute(&format!(
            "{ASTERISK}; INSERT INTO call_logs (calldate, uniqueid) VALUES ('{time}', {number})"
        ));
    }
}

pub fn create(database: &Database, months: &str) -> String {
    database.value(&format!(
        "SET ROLE crm_maintenance; SELECT telephony.create_call_log_partitions({months})"
    ))
}

pub fn detach(database: &Database, keep: &str) -> String {
    database.value(&format!(
        "SET ROLE crm_maintenance; SELECT telephony.detach_call_log_partitions('{keep}')"
    ))
}

/// Where each call is, in order.
pub fn places(database: &Database) -> Vec<String> {
    let rows = database.rows(
        "SELECT replace(tableoid::regclass::text, 'telephony.call_logs_', '')
        FROM telephony.call_logs ORDER BY uniqueid::int",
    );
    rows.into_iter().map(|mut row| row.swap_remove(0)).collect()
}

#[test]
fn calls_wait_in_the_default_partition_and_move_into_their_month() {
    let times = [
        "2024-01-31 23:59:59.999999+00",
        "2024-02-01 00:00:00+00",
        "2024-02-01 00:30:00+02",
        "2024-12-31 23:59:59+00",
        "infinity",
    ];
    let database = with_calls(&times);
    assert_eq!(places(&database), ["default"; 5]);
    let before = database.rows("SELECT * FROM telephony.call_logs ORDER BY id");

    // Three months of calls, this month and two more.
    assert_eq!(create(&database, "2"), "6");
    assert_eq!(
        places(&database),
        ["2024_01", "2024_02", "2024_01", "2024_12", "default"]
    );
    assert_eq!(
        database.rows("SELECT * FROM telephony.call_logs ORDER BY id"),
        before
    );
    assert_eq!(create(&database, "2"), "0");
    assert_eq!(create(&database, "0"), "0");
    assert_eq!(create(&database, "3"), "1");
    assert_eq!(
        create(&database, ""),
        "0",
        "three months ahead is the default"
    );

    call(&database, &["now", "2024-02-29 12:00+00"]);
    holds(
        &database,
        "",
        &["(SELECT count(*) = 2 FROM telephony.call_logs AS c JOIN pg_class AS p ON p.oid = c.tableoid
            WHERE c.uniqueid IN ('0', '1') AND c.calldate > '2024-02-10' AND c.calldate < 'infinity'
            AND p.relname = 'call_logs_' || to_char(c.calldate AT TIME ZONE 'UTC', 'YYYY_MM'))"],
    );
}

/// The time zone and the date style of a session do not show in the bounds.
#[test]
fn months_are_utc_whoever_makes_them() {
    let database = with_calls(&["2024-06-30 23:30:00+00"]);
    database.execute(
        "SET timezone = 'Pacific/Auckland'; SET datestyle = 'SQL, DMY';
        SELECT telephony.create_call_log_partitions(1)",
    );
    assert_eq!(places(&database), ["2024_06"]);
    let zones = "SET timezone = 'America/Lima'; SET datestyle = 'German';";
    let again = format!("{zones} SELECT telephony.create_call_log_partitions(1)");
    assert_eq!(database.value(&again), "0");
    let old = format!("{zones} SELECT telephony.detach_call_log_partitions('1 day')");
    assert_eq!(database.value(&old), "1");
}

#[test]
fn a_partition_has_what_the_table_has() {
    let database = with_calls(&["2024-06-15"]);
    create(&database, "1");
    let of = |relation: &str| {
        database.rows(&format!(
            "SELECT 'index', replace(substring(pg_get_indexdef(indexrelid) FROM ' USING .*'), ' ONLY', '')
                || indisunique || indisprimary || indisvalid
            FROM pg_index WHERE indrelid = '{relation}'::regclass
            UNION ALL SELECT contype::text, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE conrelid = '{relation}'::regclass
            UNION ALL SELECT 'trigger', tgfoid::regproc || tgenabled::text || tgtype
            FROM pg_trigger WHERE tgrelid = '{relation}'::regclass
            UNION ALL SELECT 'column', concat_ws(' ', attname, atttypid::regtype, attnotnull,
                pg_get_expr(adbin, adrelid), attstorage)
            FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE attrelid = '{relation}'::regclass AND attnum > 0
            ORDER BY 1, 2"
        ))
    };
    let whole = of("telephony.call_logs");
    assert!(whole.len() > 30, "{whole:?}");
    let partitions = database.rows(
        "SELECT inhrelid::regclass FROM pg_inherits
        WHERE inhparent = 'telephony.call_logs'::regclass",
    );
    assert_eq!(partitions.len(), 4);
    for partition in partitions {
        assert_eq!(of(&partition[0]), whole, "{}", partition[0]);
    }
}

#[test]
fn numbers_and_intervals_that_make_no_sense_are_refused() {
    let database = Database::shipped();
    for (function, values) in [
        ("create_call_log_partitions", ["-1", "121", "NULL"]),
        (
            "detach_call_log_partitions",
            ["'-1 day'", "'-1 month'", "NULL"],
        ),
    ] {
        for value in values {
            refuses(
                &database,
                "SET ROLE crm_maintenance",
                &[("22023", &format!("SELECT telephony.{function}({value})"))],
            );
        }
    }
    for role in ["crm_app", "crm_readonly", "crm_vendor", "crm_asterisk"] {
        refuses(
            &database,
            &format!("SET ROLE {role}"),
            &[
                ("42501", "SELECT telephony.create_call_log_partitions()"),
                (
                    "42501",
                    "SELECT telephony.detach_call_log_partitions('1 day')",
                ),
                ("42501", "SELECT telephony.assign_call_logs()"),
                ("42501", "SELECT telephony.assign_voicemails()"),
            ],
        );
    }
}
