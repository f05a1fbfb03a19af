//! The partitions of call_logs: made ahead, filled from the default one, detached, taken back.

use super::super::properties::same;
use super::super::users::tenants::{A, acting};
use super::ASTERISK;
use crate::schema::{holds, refuses};
use crate::support::{Client, Database, Run, catalog};

/// Calls at these times, whose number is their place in the list.
fn with_calls(times: &[&str]) -> Database {
    let database = Database::shipped();
    call(&database, times);
    database
}

fn call(database: &Database, times: &[&str]) {
    for (number, time) in times.iter().enumerate() {
        database.execute(&format!(
            "{ASTERISK}; INSERT INTO call_logs (calldate, uniqueid) VALUES ('{time}', {number})"
        ));
    }
}

fn create(database: &Database, months: &str) -> String {
    database.value(&format!(
        "SET ROLE crm_maintenance; SELECT telephony.create_call_log_partitions({months})"
    ))
}

fn detach(database: &Database, keep: &str) -> String {
    database.value(&format!(
        "SET ROLE crm_maintenance; SELECT telephony.detach_call_log_partitions('{keep}')"
    ))
}

/// Where each call is, in order.
fn places(database: &Database) -> Vec<String> {
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

#[test]
fn of_four_who_make_partitions_at_once_each_is_made_once_and_no_call_is_lost() {
    let database = Database::shipped();
    let created: i32 = std::thread::scope(|scope| {
        let calls = scope.spawn(|| {
            for day in (2..=60).step_by(2) {
                let day = format!("2024-01-01 12:00:00+00'::timestamptz + '{day} days");
                call(&database, &[&day]);
            }
        });
        let runs: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let made = (0..4).map(|_| create(&database, "3"));
                    made.map(|made| made.parse::<i32>().expect("a number"))
                        .sum::<i32>()
                })
            })
            .collect();
        calls.join().expect("the calls");
        runs.into_iter()
            .map(|run| run.join().expect("a number"))
            .sum()
    });
    let last: i32 = create(&database, "3").parse().expect("a number");
    assert_eq!(
        created + last,
        7,
        "this month and three more, January to March"
    );
    holds(
        &database,
        "",
        &[
            "(SELECT count(*) = 30 FROM telephony.call_logs)",
            "(SELECT count(*) = 0 FROM telephony.call_logs_default)",
        ],
    );
}

/// With a weaker lock the writer behind it would be refused, and the reader miss what has moved.
#[test]
fn who_writes_or_reads_while_calls_are_moved_waits_and_goes_on() {
    let database = with_calls(&["2024-06-15"]);
    let first = Client::that(
        &database,
        "BEGIN; INSERT INTO telephony.call_logs (calldate, uniqueid) VALUES ('2024-06-16', 1)",
    );
    let waiting = |number: &str| {
        let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IN (
            'telephony.call_logs'::regclass, 'telephony.call_logs_default'::regclass)";
        while database.value(waits) != number {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    };
    std::thread::scope(|scope| {
        let run = scope.spawn(|| create(&database, "0"));
        waiting("1");
        let second = scope.spawn(|| call(&database, &["2024-06-17"]));
        waiting("2");
        let seen = scope.spawn(|| database.value("SELECT count(*) >= 2 FROM telephony.call_logs"));
        waiting("3");
        first.execute("COMMIT");
        assert_eq!(run.join().expect("a number"), "2");
        second.join().expect("the second call");
        assert_eq!(seen.join().expect("an answer"), "t");
    });
    assert_eq!(places(&database), ["2024_06"; 3]);
}

/// Making a month to come takes nothing that a call in this month meets.
#[test]
fn a_month_ahead_is_made_while_a_call_is_written() {
    let database = Database::shipped();
    create(&database, "0");
    let writer = Client::that(
        &database,
        "BEGIN; INSERT INTO telephony.call_logs (calldate) VALUES (now())",
    );
    assert_eq!(create(&database, "2"), "2");
    writer.execute("COMMIT");
}

/// Writers and readers are never made to wait for long.
#[test]
fn a_lock_that_is_not_to_be_had_ends_the_run_and_changes_nothing() {
    let database = with_calls(&["2024-06-15"]);
    holds(
        &database,
        "",
        &[
            "(SELECT bool_and('lock_timeout=5s' = ANY (proconfig)) AND count(*) = 2 FROM pg_proc
            WHERE proname LIKE '%call_log_partitions')",
        ],
    );
    for function in [
        "create_call_log_partitions(integer)",
        "detach_call_log_partitions(interval)",
    ] {
        database.execute(&format!(
            "ALTER FUNCTION telephony.{function} SET lock_timeout = '1ms'"
        ));
    }
    let reader = Client::that(&database, "BEGIN; SELECT FROM telephony.call_logs");
    let before = catalog(&database);
    refuses(
        &database,
        "",
        &[("55P03", "SELECT telephony.create_call_log_partitions()")],
    );
    same(&catalog(&database), &before, "refused");
    reader.execute("COMMIT");
    create(&database, "0");
    reader.execute("BEGIN; SELECT FROM telephony.call_logs");
    refuses(
        &database,
        "",
        &[(
            "55P03",
            "SELECT telephony.detach_call_log_partitions('1 day')",
        )],
    );
    // Nobody is in the way of a run that has nothing to do.
    assert_eq!(create(&database, "0"), "0");
    assert_eq!(detach(&database, "100 years"), "0");
    assert_eq!(places(&database), ["2024_06"]);
}

#[test]
fn old_months_are_detached_by_what_they_hold_and_stay_as_tables() {
    let database = with_calls(&["2024-01-15", "2024-02-15", "now"]);
    create(&database, "1");
    // A name says nothing: the older month goes by that of one to come.
    database.execute(
        "ALTER TABLE telephony.call_logs_2024_01 RENAME TO call_logs_2999_01;
        ALTER TABLE telephony.call_logs_2024_02 RENAME TO kept_2024_02",
    );
    let keep = "now() - '2024-02-20'::timestamptz";
    let run =
        format!("SET ROLE crm_maintenance; SELECT telephony.detach_call_log_partitions({keep})");
    assert_eq!(database.value(&run), "1");
    assert_eq!(database.value(&run), "0");
    assert_eq!(
        database.rows("SELECT uniqueid FROM telephony.call_logs_2999_01_detached"),
        [["0"]]
    );
    assert_eq!(places(&database).len(), 2);
    // A late call of that month: its partition is made again, and detached under another name.
    call(&database, &["2024-01-16"]);
    database.execute(
        "ALTER TABLE telephony.call_logs_2999_01_detached
        RENAME TO call_logs_2024_01_detached",
    );
    assert_eq!(create(&database, "1"), "1");
    assert_eq!(database.value(&run), "1");
    // Keeping nothing keeps the current month.
    assert_eq!(detach(&database, "0"), "1");
    assert_eq!(detach(&database, "0"), "0");
    assert_eq!(places(&database).len(), 1);
    assert_eq!(
        database.rows(
            "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class
            WHERE relname LIKE '%detached%' AND relkind = 'r' ORDER BY 1"
        ),
        [
            [
                "call_logs_2024_01_detached",
                "Calls before 2024-02-01, detached from telephony.call_logs."
            ],
            [
                "call_logs_2024_01_detached_2",
                "Calls before 2024-02-01, detached from telephony.call_logs."
            ],
            [
                "kept_2024_02_detached",
                "Calls before 2024-03-01, detached from telephony.call_logs."
            ],
        ]
    );
    for role in ["crm_app", "crm_readonly", "crm_maintenance", "crm_asterisk"] {
        for table in ["call_logs_2024_01_detached", "call_logs_default"] {
            refuses(
                &database,
                &acting(role, A, ""),
                &[("42501", &format!("SELECT FROM telephony.{table}"))],
            );
        }
    }
}

#[test]
fn down_drops_what_was_detached_only_when_told_to() {
    let database = with_calls(&["2024-01-15"]);
    let fresh = catalog(&Database::shipped());
    create(&database, "1");
    assert_eq!(detach(&database, "1 day"), "1");
    assert_eq!(
        database.value("SELECT count(*) FROM telephony.call_logs"),
        "0"
    );
    Run::shipped(&database, "migrate down --module telephony").ends(2);
    assert_eq!(
        database.value("SELECT count(*) FROM telephony.call_logs_2024_01_detached"),
        "1"
    );
    Run::shipped(&database, "migrate up").ends(0);

    // What was moved away depends on nothing of ours, and stays.
    database.execute(
        "CREATE SCHEMA archive;
        ALTER TABLE telephony.call_logs_2024_01_detached SET SCHEMA archive",
    );
    call(&database, &["2024-02-15"]);
    create(&database, "1");
    assert_eq!(detach(&database, "1 day"), "1");
    Run::shipped(&database, "migrate down --all --allow-data-loss").ends(0);
    assert_eq!(database.value("SELECT to_regnamespace('telephony')"), "");
    assert_eq!(
        database.value("SELECT count(*) FROM archive.call_logs_2024_01_detached"),
        "1"
    );
    Run::shipped(&database, "migrate up").ends(0);
    database.execute("DROP SCHEMA archive CASCADE");
    same(&catalog(&database), &fresh, "up again");
}

/// It is not ours to drop: the way down stops there, says so, and goes on when it is gone.
#[test]
fn down_leaves_what_others_put_into_the_schema() {
    let database = Database::shipped();
    create(&database, "1");
    database.execute("CREATE TABLE telephony.call_logs_2024_01_detached (mine int)");
    Run::shipped(&database, "migrate down --module telephony")
        .ends(2)
        .says("table telephony.call_logs_2024_01_detached depends on schema telephony");
    database.execute("DROP TABLE telephony.call_logs_2024_01_detached");
    Run::shipped(&database, "migrate down --module telephony").ends(0);
    Run::shipped(&database, "migrate up").ends(0);
    same(
        &catalog(&database),
        &catalog(&Database::shipped()),
        "up again",
    );
}
