//! The views: calls of each extension, missed ones, sums by day.

use super::super::users::tenants::{A, acting};
use super::{ASTERISK, with_telephony};
use crate::support::Database;

/// Calls of organization A, and one of B between the same numbers.
fn with_calls() -> Database {
    let database = with_telephony();
    database.execute(&format!(
        "INSERT INTO telephony.extensions (organization_id, number)
            VALUES ('{A}', '1002'), ('{A}', '600');
        {ASTERISK}; INSERT INTO call_logs (calldate, src, dst, billsec, disposition, uniqueid,
            linkedid, accountcode) VALUES
        ('2026-03-01 09:00', '1001', '1002', 50, 'ANSWERED', '1', '1', 'acc-a'),
        ('2026-03-01 10:00', '+4930', '1001', 0, 'NO ANSWER', '2', '2', 'acc-a'),
        ('2026-03-01 11:00', '+4931', '1001', 0, 'BUSY', '3', NULL, 'acc-a'),
        -- It rings at two extensions, and the second answers.
        ('2026-03-02 09:00', '+4932', '1001', 0, 'NO ANSWER', '4', '4', 'acc-a'),
        ('2026-03-02 09:00', '+4932', '1002', 30, 'ANSWERED', '5', '4', 'acc-a'),
        ('2026-03-02 10:00', '+4933', '7777', 30, 'ANSWERED', '6', '6', 'acc-a'),
        ('2026-03-02 11:00', '1001', '+4934', 10, 'ANSWERED', '7', '7', 'acc-a'),
        ('2026-03-01 09:00', '1001', '1002', 99, 'ANSWERED', '8', '2', 'acc-b')"
    ));
    database
}

fn ask(database: &Database, query: &str) -> Vec<Vec<String>> {
    let app = acting("crm_app", A, "");
    database.rows(&format!("{app}; SET timezone = 'UTC'; {query}"))
}

#[test]
fn a_call_is_missed_when_nobody_answered_it() {
    let database = with_calls();
    assert_eq!(
        ask(
            &database,
            "SELECT number, caller_number, linkedid FROM telephony.missed_calls ORDER BY calldate"
        ),
        [["1001", "+4930", "2"], ["1001", "+4931", "3"]]
    );
}

#[test]
fn calls_are_counted_by_extension_and_day() {
    let database = with_calls();
    let query = "SELECT number, day, calls, inbound, outbound, answered, not_taken, talk_seconds
        FROM telephony.calls_per_extension_daily ORDER BY number, day";
    assert_eq!(
        ask(&database, query),
        [
            ["1001", "2026-03-01", "3", "2", "1", "1", "2", "50"],
            ["1001", "2026-03-02", "2", "1", "1", "1", "1", "10"],
            ["1002", "2026-03-01", "1", "1", "0", "1", "0", "50"],
            ["1002", "2026-03-02", "1", "1", "0", "1", "0", "30"],
        ]
    );
    // The day is the reader's.
    let abroad = format!("SET timezone = 'Pacific/Auckland'; {query}");
    let days: Vec<String> = ask(&database, &abroad)
        .into_iter()
        .filter(|row| row[0] == "1001")
        .map(|row| format!("{} {}", row[1], row[2]))
        .collect();
    assert_eq!(days, ["2026-03-01 2", "2026-03-02 2", "2026-03-03 1"]);
}

#[test]
fn a_condition_on_the_time_leaves_out_other_months() {
    let database = with_calls();
    database.execute(
        "INSERT INTO telephony.call_logs (calldate) VALUES ('2026-04-01'), ('2026-05-01');
        SELECT telephony.create_call_log_partitions(0)",
    );
    let plan = ask(
        &database,
        "EXPLAIN SELECT * FROM telephony.extension_calls
        WHERE calldate >= '2026-03-01' AND calldate < '2026-04-01'",
    );
    let scans: Vec<_> = plan
        .iter()
        .filter(|line| line[0].contains(" on call_logs_"))
        .collect();
    assert_eq!(scans.len(), 2, "{plan:#?}");
    assert!(
        scans.iter().all(|line| line[0].contains("2026_03")),
        "{plan:#?}"
    );
}
