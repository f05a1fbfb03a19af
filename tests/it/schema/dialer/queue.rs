//! The queue: what is next, and what becomes of a call that was not answered.

use super::fixture::{ANN, BEN, app, dialer, of};
use crate::schema::holds;
use crate::support::Database;

/// A statement that queues a call to a number for Ann; the rest are more columns and values.
pub fn queue(number: &str, columns: &str, values: &str) -> String {
    format!(
        "INSERT INTO call_queue (user_id, agent_id, contact_id, phone_number{columns})
        VALUES ('{ANN}', '{}', '{}', '{number}'{values})",
        of(ANN, "agent"),
        of(ANN, "contact")
    )
}

pub fn of_campaign(number: &str, more: &str, values: &str) -> String {
    let campaign = of(ANN, "campaign");
    queue(
        number,
        &format!(", campaign_id{more}"),
        &format!(", '{campaign}'{values}"),
    )
}

/// Takes rows for Ann until there is none, and returns their numbers.
#[track_caller]
pub fn drain(database: &Database) -> Vec<String> {
    let next = format!(
        "{}; SELECT phone_number FROM get_next_queued_call('{ANN}')",
        app(ANN)
    );
    let mut numbers = Vec::new();
    loop {
        let taken = database.value(&next);
        if taken.is_empty() {
            return numbers;
        }
        assert!(numbers.len() < 20, "no end: {numbers:?}");
        numbers.push(taken);
    }
}

/// A dialer whose queue has none of Ann's rows yet.
pub fn empty() -> Database {
    let database = dialer();
    database.execute(&format!(
        "DELETE FROM dialer.call_queue WHERE user_id = '{ANN}'"
    ));
    database
}

#[test]
fn direct_calls_go_first_then_priority_then_time() {
    let database = empty();
    for statement in [
        of_campaign("low", ", priority, created_at", ", -1, '2020-01-01'"),
        of_campaign("due", ", scheduled_for", ", now() - interval '1 hour'"),
        of_campaign(
            "due before",
            ", scheduled_for",
            ", now() - interval '2 hours'",
        ),
        of_campaign(
            "later",
            ", priority, scheduled_for",
            ", 9, now() + interval '1 hour'",
        ),
        of_campaign("second", ", created_at", ", '2026-01-02'"),
        of_campaign("first", ", created_at", ", '2026-01-01'"),
        of_campaign("high", ", priority", ", 5"),
        queue("no campaign", ", priority", ", 4"),
        queue("direct", ", call_type, priority", ", 'direct', -9"),
        queue(
            "direct, later",
            ", call_type, scheduled_for",
            ", 'direct', now() + interval '1 hour'",
        ),
        queue("direct, urgent", ", call_type, priority", ", 'direct', 1"),
    ] {
        database.execute(&format!("{}; {statement}", app(ANN)));
    }
    let order = [
        "direct, urgent",
        "direct",
        "high",
        "no campaign",
        "first",
        "second",
        "due before",
        "due",
        "low",
    ];
    let positions = database.rows(&format!(
        "{}; SELECT phone_number FROM call_queue WHERE phone_number NOT LIKE '%later'
        ORDER BY get_call_queue_position(id)",
        app(ANN)
    ));
    assert_eq!(positions.concat(), order);
    holds(
        &database,
        &app(ANN),
        &[
            "(SELECT array_agg(get_call_queue_position(id) ORDER BY get_call_queue_position(id))
            = '{1,2,3,4,5,6,7,8,9,10,11}' FROM call_queue)",
        ],
    );
    assert_eq!(drain(&database), order);
    holds(
        &database,
        &app(ANN),
        &[
            "(SELECT bool_and(attempts = 1 AND processing_started_at IS NOT NULL
                AND last_attempt_at IS NOT NULL) FROM call_queue WHERE status = 'processing')",
            "(SELECT count(*) = 2 FROM call_queue WHERE status = 'pending')",
            "(SELECT bool_and(get_call_queue_position(id) IS NULL) FROM call_queue WHERE status = 'processing')",
        ],
    );
}

#[test]
fn direct_calls_can_be_taken_alone() {
    let database = empty();
    let next = format!(
        "{}; SELECT phone_number FROM get_next_direct_call_queued('{ANN}')",
        app(ANN)
    );
    database.execute(&format!(
        "{}; {}",
        app(ANN),
        of_campaign("campaign", "", "")
    ));
    assert_eq!(database.value(&next), "");
    database.execute(&format!(
        "{}; {}",
        app(ANN),
        queue("direct", ", call_type", ", 'direct'")
    ));
    assert_eq!(database.value(&next), "direct");
    assert_eq!(database.value(&next), "");
}

#[test]
fn only_active_campaigns_call_and_only_in_their_days_and_hours() {
    let database = empty();
    database.execute(&format!("{}; {}", app(ANN), of_campaign("x", "", "")));
    let taken = |set: &str| {
        let sql = format!(
            "BEGIN; {}; UPDATE call_campaigns SET {set};
            SELECT count(*) FROM get_next_queued_call('{ANN}'); ROLLBACK",
            app(ANN)
        );
        database.value(&sql) == "1"
    };
    for status in ["draft", "scheduled", "paused", "completed", "cancelled"] {
        assert!(!taken(&format!("status = '{status}'")), "{status}");
    }
    for set in [
        "end_date = current_date - 2",
        "start_date = current_date + 2",
        // The hour is always the one after the next.
        "first_call_time = (now() AT TIME ZONE 'UTC' + interval '1 hour')::time,
            last_call_time = (now() AT TIME ZONE 'UTC' + interval '2 hours')::time",
        // The same hour of the clock, but half a day away.
        "use_custom_timezone = true, campaign_timezone = 'Etc/GMT+12',
            first_call_time = (now() AT TIME ZONE 'UTC' - interval '1 hour')::time,
            last_call_time = (now() AT TIME ZONE 'UTC' + interval '1 hour')::time",
    ] {
        assert!(!taken(set), "{set}");
    }
    for set in [
        "status = 'active'",
        "end_date = current_date + 2",
        "first_call_time = (now() AT TIME ZONE 'UTC' - interval '1 hour')::time,
            last_call_time = (now() AT TIME ZONE 'UTC' + interval '1 hour')::time",
        // A zone that is not to be used.
        "campaign_timezone = 'Etc/GMT+12',
            first_call_time = (now() AT TIME ZONE 'UTC' - interval '1 hour')::time,
            last_call_time = (now() AT TIME ZONE 'UTC' + interval '1 hour')::time",
    ] {
        assert!(taken(set), "{set}");
    }
}

#[test]
fn limits_hold_for_the_user_and_for_the_system() {
    let database = dialer();
    for number in ["a", "b", "c"] {
        database.execute(&format!("{}; {}", app(ANN), of_campaign(number, "", "")));
    }
    let limit = |key: &str, value: &str| {
        database.execute(&format!(
            "INSERT INTO dialer.system_config (key, value) VALUES ('{key}', '{value}')
            ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        ));
    };
    limit("max_concurrent_calls_per_user", "2");
    assert_eq!(drain(&database).len(), 2);
    // Becoming active takes no second line; ending frees it.
    let active = "INSERT INTO active_calls (id, user_id, call_type)
        SELECT id, user_id, call_type FROM call_queue WHERE status = 'processing'";
    database.execute(&format!("{}; {active}", app(ANN)));
    assert!(drain(&database).is_empty());
    database.execute(
        "UPDATE dialer.call_queue SET status = 'completed'
        WHERE id = (SELECT id FROM dialer.call_queue WHERE status = 'processing' LIMIT 1)",
    );
    assert_eq!(drain(&database).len(), 1);

    // Ben has none, but the system is full.
    limit("max_concurrent_calls", "2");
    let ben = format!("{}; SELECT id FROM get_next_queued_call('{BEN}')", app(BEN));
    assert_eq!(database.value(&ben), "");
    limit("max_concurrent_calls", "3");
    assert_eq!(database.value(&ben), of(BEN, "queued"));

    // What a worker took that died hours ago is no line in use.
    limit("max_concurrent_calls", "many");
    database.execute(
        "DELETE FROM dialer.active_calls;
        UPDATE dialer.call_queue SET processing_started_at = now() - interval '3 hours'
        WHERE status = 'processing'",
    );
    assert_eq!(drain(&database).len(), 1);
}
