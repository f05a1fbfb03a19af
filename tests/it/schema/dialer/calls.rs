//! Calls and campaigns: values, sources, time zones, contacts spoken to.

use super::fixture::{ANN, app, dialer, of};
use crate::schema::{holds, refuses};

#[test]
fn values_out_of_the_documents_lists_are_refused() {
    let database = dialer();
    let cases = [
        ("agents", "agent_type = 'robot'"),
        ("calls", "call_source = 'fax'"),
        ("calls", "lead_type = 'sideways'"),
        ("calls", "status = 'no_answer'"),
        ("calls", "sentiment = 'grim'"),
        ("contacts", "auto_creation_source = 'magic'"),
        ("contacts", "call_attempted_busy = -1"),
        ("contacts", "call_attempted_no_answer = -1"),
        ("call_campaigns", "status = 'done'"),
        ("call_campaigns", "max_retries = 6"),
        ("call_campaigns", "max_retries = -1"),
        ("call_campaigns", "retry_interval_minutes = 0"),
        ("call_campaigns", "retry_interval_minutes = 1441"),
        ("call_campaigns", "campaign_timezone = 'Mars/Olympus'"),
        ("call_campaigns", "campaign_timezone = 'Mars/Olympus-3'"),
        ("call_campaigns", "campaign_timezone = 'Mars3'"),
        ("call_campaigns", "campaign_timezone = ''"),
        ("call_queue", "status = 'no-answer'"),
        ("call_queue", "call_type = 'inbound'"),
    ];
    let statements = cases.map(|(table, set)| format!("UPDATE {table} SET {set}"));
    let refused: Vec<_> = statements
        .iter()
        .map(|sql| ("23514", sql.as_str()))
        .collect();
    refuses(&database, &app(ANN), &refused);
    database.execute(&format!(
        "{}; UPDATE agents SET agent_type = 'chat'; UPDATE calls SET call_source = 'internet',
            lead_type = 'inbound', status = 'no-answer', sentiment = 'mixed';
        UPDATE call_campaigns SET max_retries = 5, retry_interval_minutes = 1440,
            campaign_timezone = 'Europe/Berlin'",
        app(ANN)
    ));
}

#[test]
fn the_source_of_a_call_shows_in_its_numbers() {
    let database = dialer();
    holds(
        &database,
        &app(ANN),
        &[
            "determine_call_source('+4930123456', '+15551234567') = 'phone'",
            "determine_call_source('030 / 123 456', NULL) = 'phone'",
            "determine_call_source('sip:ann@x.io', '+15551234567') = 'internet'",
            "determine_call_source('+15551234567', 'client:ann') = 'internet'",
            "determine_call_source('WebRTC', NULL) = 'internet'",
            "determine_call_source('anonymous', '+15551234567') = 'unknown'",
            "determine_call_source('', NULL) = 'unknown'",
            "determine_call_source(NULL, NULL) = 'unknown'",
            "pg_typeof(determine_call_source('1', '2')) = 'varchar'::regtype",
        ],
    );
}

#[test]
fn a_users_time_zone_is_its_location_the_systems_or_utc() {
    let database = dialer();
    let zone = format!("get_user_timezone('{ANN}')");
    holds(&database, &app(ANN), &[&format!("{zone} = 'UTC'")]);
    database.execute(
        "INSERT INTO dialer.system_config (key, value) VALUES ('default_timezone', 'Asia/Kolkata')",
    );
    for (location, expected) in [
        ("'Berlin'", "Asia/Kolkata"),
        ("NULL", "Asia/Kolkata"),
        ("'America/New_York'", "America/New_York"),
        ("'Japan'", "Japan"),
        ("'Nowhere/Land'", "Asia/Kolkata"),
    ] {
        database.execute(&format!("UPDATE users.users SET location = {location}"));
        holds(&database, &app(ANN), &[&format!("{zone} = '{expected}'")]);
    }
    database.execute(
        "UPDATE dialer.system_config SET value = 'soon'; UPDATE users.users SET location = NULL",
    );
    holds(&database, &app(ANN), &[&format!("{zone} = 'UTC'")]);
}

#[test]
fn a_campaigns_hours_are_those_of_its_zone_and_go_past_midnight() {
    let database = dialer();
    let at = |hours: &str, zone: &str, moment: &str| {
        format!("is_call_time('2026-03-02', '2026-03-03', {hours}, '{zone}', '{moment}')")
    };
    let day = "'09:00', '17:00'";
    let night = "'22:00', '02:00'";
    let truths = [
        at(day, "UTC", "2026-03-02 09:00Z"),
        at(day, "UTC", "2026-03-03 17:00Z"),
        format!("NOT {}", at(day, "UTC", "2026-03-02 08:59Z")),
        format!("NOT {}", at(day, "UTC", "2026-03-04 10:00Z")),
        format!("NOT {}", at(day, "UTC", "2026-03-01 10:00Z")),
        at(day, "Asia/Kolkata", "2026-03-02 03:30Z"),
        format!("NOT {}", at(day, "America/New_York", "2026-03-02 13:59Z")),
        at(night, "UTC", "2026-03-02 23:00Z"),
        at(night, "UTC", "2026-03-04 01:00Z"),
        format!("NOT {}", at(night, "UTC", "2026-03-02 01:00Z")),
        format!("NOT {}", at(night, "UTC", "2026-03-03 12:00Z")),
        "is_call_time('2026-03-02', NULL, '00:00', '23:59:59.999999', 'UTC', '2036-01-01 00:00Z')"
            .to_owned(),
    ];
    let truths: Vec<_> = truths.iter().map(String::as_str).collect();
    holds(&database, &app(ANN), &truths);
}

#[test]
fn a_completed_call_moves_the_last_contact_forward_only() {
    let database = dialer();
    let end = |set: &str| format!("{}; UPDATE calls SET {set}", app(ANN));
    let last =
        |when: &str| format!("(SELECT last_contact_at IS NOT DISTINCT FROM {when} FROM contacts)");
    holds(
        &database,
        &end("status = 'busy', ended_at = '2026-01-02Z'"),
        &[&last("NULL")],
    );
    holds(
        &database,
        &end("status = 'completed'"),
        &[&last("timestamptz '2026-01-02Z'")],
    );
    holds(
        &database,
        &end("ended_at = '2026-01-01Z'"),
        &[&last("timestamptz '2026-01-02Z'")],
    );
    // Many in one statement: the latest counts.
    let load = format!(
        "{}; INSERT INTO calls (user_id, agent_id, contact_id, bolna_conversation_id,
            bolna_execution_id, phone_number, status, ended_at)
        SELECT '{ANN}', '{}', '{}', 'c', 'load ' || i, '1', 'completed', timestamptz '2026-02-01Z' + i * interval '1 hour'
        FROM generate_series(1, 24) AS i",
        app(ANN),
        of(ANN, "agent"),
        of(ANN, "contact")
    );
    holds(&database, &load, &[&last("timestamptz '2026-02-02Z'")]);
}

#[test]
fn the_documented_queries_run_as_documented() {
    let database = dialer();
    for (query, columns, rows) in [
        ("SELECT * FROM active_calls WHERE user_id = $1", 6, 0),
        (
            "SELECT * FROM call_queue
            WHERE user_id = $1 AND call_type = 'campaign' AND status = 'pending'
            ORDER BY priority DESC, scheduled_for ASC NULLS FIRST
            LIMIT 1",
            21,
            1,
        ),
        (
            "SELECT c.*, co.name as contact_name, co.company, a.name as agent_name
            FROM calls c
            LEFT JOIN contacts co ON c.contact_id = co.id
            JOIN agents a ON c.agent_id = a.id
            WHERE c.user_id = $1
            ORDER BY c.created_at DESC
            LIMIT 50",
            31,
            1,
        ),
        (
            "SELECT
              cc.name,
              cc.status,
              cc.total_contacts,
              cc.completed_calls,
              cc.successful_calls,
              ROUND(cc.successful_calls::numeric / NULLIF(cc.completed_calls, 0) * 100, 2) as success_rate
            FROM call_campaigns cc
            WHERE cc.user_id = $1",
            6,
            1,
        ),
        (
            "SELECT
              user_id,
              SUM(CASE WHEN call_type = 'direct' THEN 1 ELSE 0 END) as direct_calls,
              SUM(CASE WHEN call_type = 'campaign' THEN 1 ELSE 0 END) as campaign_calls,
              COUNT(*) as total_active
            FROM active_calls
            WHERE user_id = $1
            GROUP BY user_id",
            4,
            0,
        ),
    ] {
        let query = query.replace("$1", &format!("'{ANN}'"));
        let found = database.rows(&format!("{}; {query}", app(ANN)));
        assert_eq!(found.len(), rows, "{query}");
        assert!(found.iter().all(|row| row.len() == columns), "{query}");
    }
}
