//! Those who write and read calls while partitions are made, and several who make them.

use super::super::properties::same;
use super::partitions::{call, create, detach, places, with_calls};
use crate::schema::{holds, refuses};
use crate::support::{Client, Database, catalog, eventually};

/// Waits until so many wait for a lock on call_logs or its default partition.
#[track_caller]
fn waiting(database: &Database, number: &str) {
    let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IN (
            'telephony.call_logs'::regclass, 'telephony.call_logs_default'::regclass)
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    eventually("those who wait", || database.value(waits) == number);
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
    let waiting = |number| waiting(&database, number);
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

/// It asks for the stronger lock before it holds the default partition.
#[test]
fn a_writer_and_a_run_do_not_wait_for_each_other() {
    let database = Database::shipped();
    create(&database, "0");
    // A month of a clock gone wrong, beyond one to come that is to be made, too.
    call(&database, &["2999-06-15"]);
    let writer = Client::that(
        &database,
        "SET lock_timeout = '1ms'; BEGIN; INSERT INTO telephony.call_logs (calldate) VALUES (now())",
    );
    std::thread::scope(|scope| {
        let run = scope.spawn(|| create(&database, "1"));
        waiting(&database, "1");
        writer.execute("INSERT INTO telephony.call_logs (calldate) VALUES ('2999-06-16'); COMMIT");
        assert_eq!(run.join().expect("a number"), "2");
    });
    assert_eq!(
        database.value("SELECT count(*) FROM telephony.call_logs_2999_06"),
        "2"
    );
}
