//! Two users, each with an agent, a contact, a campaign, a call, and a row of the queue.

use crate::support::Database;

pub const ANN: &str = "aaaaaaaa-0000-0000-0000-000000000001";
pub const BEN: &str = "bbbbbbbb-0000-0000-0000-000000000001";

/// The id of a user's row: an `agent`, a `contact`, a `campaign`, a `call`, or a `queued` one.
pub fn of(user: &str, what: &str) -> String {
    let last = match what {
        "agent" => "a",
        "contact" => "b",
        "campaign" => "c",
        "call" => "d",
        "queued" => "e",
        _ => panic!("no such row: {what}"),
    };
    format!("{}{last}", &user[..user.len() - 1])
}

/// The campaign calls at any hour, and again after 5 minutes, once; the call is under way.
pub fn dialer() -> Database {
    let database = Database::shipped();
    for user in [ANN, BEN] {
        let [agent, contact, campaign, call, queued] =
            ["agent", "contact", "campaign", "call", "queued"].map(|what| of(user, what));
        database.execute(&format!(
            "INSERT INTO users.users (id, email) VALUES ('{user}', '{user}@x.io');
            INSERT INTO dialer.agents (id, user_id, bolna_agent_id, name)
                VALUES ('{agent}', '{user}', 'bolna {agent}', 'agent');
            INSERT INTO dialer.contacts (id, user_id, name, phone_number)
                VALUES ('{contact}', '{user}', 'contact', '+15550001');
            INSERT INTO dialer.call_campaigns (id, user_id, agent_id, name, next_action, status,
                    first_call_time, last_call_time, start_date, max_retries, retry_interval_minutes)
                VALUES ('{campaign}', '{user}', '{agent}', 'campaign', 'sell', 'active',
                    '00:00', '23:59:59.999999', '2020-01-01', 1, 5);
            INSERT INTO dialer.calls (id, user_id, agent_id, contact_id, campaign_id,
                    bolna_conversation_id, bolna_execution_id, phone_number, status)
                VALUES ('{call}', '{user}', '{agent}', '{contact}', '{campaign}',
                    'conversation', 'execution {call}', '+15550001', 'in-progress');
            INSERT INTO dialer.call_queue (id, user_id, agent_id, contact_id, campaign_id, phone_number)
                VALUES ('{queued}', '{user}', '{agent}', '{contact}', '{campaign}', '+15550001')"
        ));
    }
    database
}

/// The start of a session of a role that works for a user; empty is not set. Names are found as
/// the document writes them.
pub fn acting(role: &str, user: &str) -> String {
    format!(
        "SET search_path = dialer, users, utilities, triggers, extensions, public;
        SET ROLE {role}; SET app.current_user_id = '{user}'"
    )
}

/// The application, for a user.
pub fn app(user: &str) -> String {
    acting("crm_app", user)
}

/// Fills the other tables of users' rows with one row each.
pub fn fill_the_rest(database: &Database) {
    for user in [ANN, BEN] {
        let [agent, contact, call] = ["agent", "contact", "call"].map(|what| of(user, what));
        database.execute(&format!(
            "SET search_path = dialer, extensions;
            INSERT INTO active_calls (id, user_id, call_type) VALUES ('{call}', '{user}', 'campaign');
            INSERT INTO calendar_meetings (user_id, call_id, contact_id, meeting_time, title)
                VALUES ('{user}', '{call}', '{contact}', now(), 'x');
            INSERT INTO customers (user_id, contact_id) VALUES ('{user}', '{contact}');
            INSERT INTO follow_ups (user_id, lead_phone, follow_up_date)
                VALUES ('{user}', '+15550001', current_date);
            INSERT INTO notifications (user_id, type, title, message)
                VALUES ('{user}', 'call_completed', 'x', 'y');
            INSERT INTO notification_preferences (user_id) VALUES ('{user}');
            INSERT INTO transcripts (call_id, user_id, agent_id, transcript_text)
                VALUES ('{call}', '{user}', '{agent}', 'hello');
            INSERT INTO phone_numbers (user_id, phone_number) VALUES ('{user}', '{user}');
            INSERT INTO user_email_settings (user_id, smtp_host, smtp_user, smtp_password, from_email)
                VALUES ('{user}', 'mail.x.io', 'u', repeat('c2VjcmV0', 6), 'u@x.io');
            INSERT INTO credit_transactions (user_id, amount, type, call_id)
                VALUES ('{user}', -1, 'usage', '{call}');
            INSERT INTO admin_audit_log (admin_user_id, action, resource_type)
                VALUES ('{user}', 'look', 'user');
            INSERT INTO failure_logs (endpoint, method, status_code, duration_ms, user_id)
                VALUES ('/', 'GET', 404, 1, '{user}');
            INSERT INTO dashboard_cache (user_id, cache_key, data, expires_at)
                VALUES ('{user}', 'k', '1', now() + interval '1 hour')"
        ));
    }
}
