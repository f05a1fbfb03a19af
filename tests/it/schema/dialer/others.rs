//! What stands around the calls: customers, meetings, notifications, caches, times of change.

use super::fixture::{ANN, BEN, app, dialer, fill_the_rest, of};
use crate::schema::{holds, refuses};

#[test]
fn a_customer_gets_a_reference_of_its_own() {
    let database = dialer();
    let customer = |user: &str, columns: &str, values: &str| {
        format!(
            "INSERT INTO dialer.customers (user_id, contact_id{columns}) VALUES ('{user}', '{}'{values})",
            of(user, "contact")
        )
    };
    database.execute(&customer(ANN, "", ""));
    database.execute(&customer(BEN, ", customer_reference", ", 'B-1'"));
    holds(
        &database,
        &app(ANN),
        &[
            "(SELECT customer_reference ~ '^CUST-[0-9A-Z]{26}$' FROM customers)",
            "pg_typeof(generate_customer_reference()) = 'varchar'::regtype",
            "(SELECT count(DISTINCT generate_customer_reference()) = 1000 FROM generate_series(1, 1000))",
        ],
    );
    refuses(
        &database,
        "",
        &[
            ("23505", &customer(ANN, "", "")),
            (
                "23505",
                "UPDATE dialer.customers SET customer_reference = 'B-1'",
            ),
            (
                "23502",
                "UPDATE dialer.customers SET customer_reference = NULL",
            ),
        ],
    );
}

#[test]
fn a_thousand_references_made_at_once_differ() {
    let database = dialer();
    let make = "SELECT dialer.generate_customer_reference() FROM generate_series(1, 125)";
    let mut made: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| database.rows(make)))
            .collect();
        runs.into_iter()
            .flat_map(|run| run.join().expect("references").concat())
            .collect()
    });
    made.sort();
    made.dedup();
    assert_eq!(made.len(), 1000);
}

#[test]
fn values_and_uniqueness_are_the_documents() {
    let database = dialer();
    fill_the_rest(&database);
    let again = |table: &str, columns: &str, values: &str| {
        format!("INSERT INTO {table} (user_id, {columns}) VALUES ('{ANN}', {values})")
    };
    refuses(
        &database,
        &app(ANN),
        &[
            ("23514", "UPDATE calendar_meetings SET status = 'missed'"),
            (
                "23514",
                "INSERT INTO failure_logs (endpoint, method, status_code, duration_ms) VALUES ('/', 'GET', 399, 1)",
            ),
            (
                "23514",
                "INSERT INTO failure_logs (endpoint, method, status_code, duration_ms) VALUES ('/', 'GET', 600, 1)",
            ),
            (
                "23505",
                &again("notification_preferences", "email_enabled", "true"),
            ),
            (
                "23505",
                &again("phone_numbers", "phone_number", &format!("'{BEN}'")),
            ),
            (
                "23505",
                &again(
                    "transcripts",
                    "call_id, agent_id, transcript_text",
                    &format!("'{}', '{}', 'x'", of(ANN, "call"), of(ANN, "agent")),
                ),
            ),
            (
                "23505",
                &again(
                    "user_email_settings",
                    "smtp_host, smtp_user, smtp_password, from_email",
                    "'h', 'u', repeat('A', 40), 'f'",
                ),
            ),
        ],
    );
    let event = "UPDATE dialer.calendar_meetings SET google_event_id = 'g'";
    refuses(&database, "", &[("23505", event)]);
    refuses(
        &database,
        "INSERT INTO dialer.migrations (name) VALUES ('1')",
        &[("23505", "INSERT INTO dialer.migrations (name) VALUES ('1')")],
    );
    // A request that failed before anybody logged in.
    database.execute(&format!(
        "{}; INSERT INTO failure_logs (endpoint, method, status_code, duration_ms) VALUES ('/', 'GET', 400, 1)",
        app("")
    ));
}

/// A row written in one transaction is changed in another: the times of the two differ.
#[test]
fn updated_at_follows_a_change() {
    let database = dialer();
    fill_the_rest(&database);
    database.execute("INSERT INTO dialer.system_config (key, value) VALUES ('k', '1')");
    for (table, column) in [
        ("agents", "name"),
        ("contacts", "name"),
        ("call_campaigns", "name"),
        ("calls", "summary"),
        ("call_queue", "contact_name"),
        ("calendar_meetings", "title"),
        ("customers", "notes"),
        ("follow_ups", "remark"),
        ("phone_numbers", "friendly_name"),
        ("user_email_settings", "from_name"),
        ("system_config", "description"),
    ] {
        let sql = format!(
            "BEGIN; UPDATE dialer.{table} SET updated_at = '2000-01-01', {column} = 'x';
            SELECT bool_and(updated_at = now()) FROM dialer.{table}; COMMIT"
        );
        assert_eq!(database.value(&sql), "t", "{table}");
    }
}

#[test]
fn a_dashboard_forgets_what_has_expired_or_when_an_agent_changes() {
    let database = dialer();
    let keep = |user: &str| {
        format!(
            "INSERT INTO dialer.dashboard_cache (user_id, cache_key, data, expires_at) VALUES
            ('{user}', 'fresh', '1', now() + interval '1 hour'), ('{user}', 'old', '1', now())"
        )
    };
    database.execute(&format!("{}; {}", keep(ANN), keep(BEN)));
    holds(
        &database,
        "SET ROLE crm_maintenance",
        &[
            "dialer.cleanup_expired_dashboard_cache() = 2",
            "dialer.cleanup_expired_dashboard_cache() = 0",
        ],
    );
    for change in [
        "UPDATE agents SET name = 'x'".to_owned(),
        format!("INSERT INTO agents (user_id, bolna_agent_id, name) VALUES ('{ANN}', 'new', 'x')"),
        "DELETE FROM agents WHERE bolna_agent_id = 'new'".to_owned(),
    ] {
        database.execute(&format!(
            "DELETE FROM dialer.dashboard_cache; {}; {}",
            keep(ANN),
            keep(BEN)
        ));
        database.execute(&format!("{}; {change}", app(ANN)));
        let left = database.rows("SELECT DISTINCT user_id FROM dialer.dashboard_cache");
        assert_eq!(left, [[BEN]], "{change}");
    }
    // One that moves is missing here and new there.
    database.execute(&format!(
        "DELETE FROM dialer.call_queue; DELETE FROM dialer.calls; DELETE FROM dialer.call_campaigns;
        {}; UPDATE dialer.agents SET user_id = '{BEN}' WHERE user_id = '{ANN}'",
        keep(ANN)
    ));
    let left = database.value("SELECT count(*) FROM dialer.dashboard_cache");
    assert_eq!(left, "0");
}

/// The columns that the document calls NOT NULL without a default are enough.
#[test]
fn an_insert_needs_no_more_than_the_document_says() {
    let database = dialer();
    let [agent, contact, call] = ["agent", "contact", "call"].map(|what| of(ANN, what));
    for (table, columns, values) in [
        ("agents", "bolna_agent_id, name", "'b', 'n'".to_owned()),
        ("contacts", "name, phone_number", "'n', '2'".to_owned()),
        (
            "call_campaigns",
            "agent_id, name, next_action, first_call_time, last_call_time, start_date",
            format!("'{agent}', 'n', 'x', '09:00', '17:00', '2026-01-01'"),
        ),
        (
            "calls",
            "agent_id, bolna_conversation_id, bolna_execution_id, phone_number",
            format!("'{agent}', 'c', 'e', '2'"),
        ),
        (
            "call_queue",
            "contact_id, agent_id, phone_number",
            format!("'{contact}', '{agent}', '2'"),
        ),
        (
            "active_calls",
            "id, call_type",
            format!("'{call}', 'campaign'"),
        ),
        (
            "calendar_meetings",
            "meeting_time, title",
            "now(), 't'".to_owned(),
        ),
        ("customers", "contact_id", format!("'{contact}'")),
        (
            "follow_ups",
            "lead_phone, follow_up_date",
            "'2', '2026-01-01'".to_owned(),
        ),
        (
            "notifications",
            "type, title, message",
            "'x', 't', 'm'".to_owned(),
        ),
        (
            "notification_preferences",
            "email_enabled",
            "DEFAULT".to_owned(),
        ),
        (
            "transcripts",
            "call_id, agent_id, transcript_text",
            format!("'{call}', '{agent}', 't'"),
        ),
        ("phone_numbers", "phone_number", "'2'".to_owned()),
        (
            "credit_transactions",
            "amount, type, balance_after",
            "1, 'purchase', 16".to_owned(),
        ),
    ] {
        database.execute(&format!(
            "{}; INSERT INTO {table} (user_id, {columns}) VALUES ('{ANN}', {values})",
            app(ANN)
        ));
    }
    database.execute(&format!(
        "{}; INSERT INTO admin_audit_log (admin_user_id, action, resource_type) VALUES ('{ANN}', 'a', 'r')",
        app(ANN)
    ));
}
