//! What becomes of a queued call that was tried: attempts and retries.

use super::fixture::{ANN, app};
use super::queue::{drain, empty, of_campaign, queue};
use crate::schema::holds;

#[test]
fn a_new_row_takes_the_retries_of_its_campaign() {
    let database = empty();
    for statement in [
        of_campaign("campaign", "", ""),
        of_campaign("own", ", max_retries", ", 4"),
        queue("none", "", ""),
    ] {
        database.execute(&format!("{}; {statement}", app(ANN)));
    }
    let rows = database.rows("SELECT phone_number, max_retries FROM dialer.call_queue ORDER BY 1");
    let expected = [
        ["+15550001", "1"],
        ["campaign", "1"],
        ["none", "0"],
        ["own", "4"],
    ];
    assert_eq!(rows, expected);
}

#[test]
fn busy_and_no_answer_wait_and_try_again_until_the_retries_are_used_up() {
    for status in ["busy", "no_answer"] {
        let database = empty();
        database.execute(&format!("{}; {}", app(ANN), of_campaign("x", "", "")));
        let end = format!("{}; UPDATE call_queue SET status = '{status}'", app(ANN));
        assert_eq!(drain(&database), ["x"]);
        holds(
            &database,
            &end,
            &["(SELECT ROW(status, attempts, processing_started_at, completed_at)
                    IS NOT DISTINCT FROM ROW('pending'::varchar, 1, NULL::timestamptz, NULL::timestamptz)
                AND scheduled_for BETWEEN last_attempt_at + interval '5 minutes'
                    AND now() + interval '5 minutes' FROM call_queue)"],
        );
        assert!(drain(&database).is_empty(), "not before its time");
        database.execute("UPDATE dialer.call_queue SET scheduled_for = now()");
        assert_eq!(drain(&database), ["x"]);
        holds(
            &database,
            &end,
            &[&format!(
                "(SELECT status = '{status}' AND attempts = 2 AND completed_at IS NOT NULL
                FROM call_queue)"
            )],
        );
        database.execute("UPDATE dialer.call_queue SET scheduled_for = now()");
        assert!(drain(&database).is_empty());
    }
}

#[test]
fn a_direct_call_waits_an_hour_and_without_retries_a_call_is_over() {
    let database = empty();
    let direct = queue("x", ", call_type, max_retries", ", 'direct', 1");
    let over = queue("y", ", call_type", ", 'direct'");
    database.execute(&format!("{}; {direct}; {over}", app(ANN)));
    assert_eq!(drain(&database).len(), 2);
    holds(
        &database,
        &format!("{}; UPDATE call_queue SET status = 'busy'", app(ANN)),
        &[
            "(SELECT status = 'pending' AND scheduled_for > now() + interval '59 minutes'
                FROM call_queue WHERE phone_number = 'x')",
            "(SELECT status = 'busy' FROM call_queue WHERE phone_number = 'y')",
        ],
    );
}

#[test]
fn attempts_are_counted_once_whoever_counts_them() {
    let database = empty();
    for (statements, attempts, status) in [
        // The document's own way, without the functions.
        (
            "SET status = 'processing', attempts = attempts + 1",
            1,
            "processing",
        ),
        ("SET status = 'processing'", 1, "processing"),
        ("SET status = 'busy'", 1, "pending"),
        ("SET priority = 1", 0, "pending"),
        ("SET status = 'cancelled'", 0, "cancelled"),
        ("SET status = 'completed'", 0, "completed"),
    ] {
        let sql = format!(
            "BEGIN; {}; {}; UPDATE call_queue {statements};
            SELECT attempts, status, completed_at IS NOT NULL FROM call_queue; ROLLBACK",
            app(ANN),
            of_campaign("x", "", "")
        );
        let ended = if ["cancelled", "completed"].contains(&status) {
            "t"
        } else {
            "f"
        };
        assert_eq!(
            database.rows(&sql),
            [[&attempts.to_string(), status, ended]],
            "{statements}"
        );
    }
}

#[test]
fn a_campaign_that_is_over_retries_nothing() {
    let database = empty();
    database.execute(&format!("{}; {}", app(ANN), of_campaign("x", "", "")));
    assert_eq!(drain(&database), ["x"]);
    holds(
        &database,
        &format!(
            "{}; UPDATE call_campaigns SET status = 'cancelled'; UPDATE call_queue SET status = 'busy'",
            app(ANN)
        ),
        &["(SELECT status = 'busy' FROM call_queue)"],
    );
}
