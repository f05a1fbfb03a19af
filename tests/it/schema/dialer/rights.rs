//! Row security and grants: a user's rows are its own.

use super::fixture::{ANN, BEN, acting, app, dialer, fill_the_rest, of};
use crate::schema::{holds, refuses};
use crate::support::Database;

/// All that holds rows of users; each user has one in each.
const RELATIONS: [&str; 20] = [
    "agents",
    "contacts",
    "call_campaigns",
    "calls",
    "call_queue",
    "active_calls",
    "calendar_meetings",
    "customers",
    "follow_ups",
    "notifications",
    "notification_preferences",
    "transcripts",
    "phone_numbers",
    "user_email_settings",
    "credit_transactions",
    "admin_audit_log",
    "failure_logs",
    "dashboard_cache",
    "user_concurrency_status",
    "queue_status_by_type",
];

/// How many rows each relation shows.
#[track_caller]
fn seen(database: &Database, acting: &str) -> Vec<String> {
    let counts = RELATIONS.map(|name| format!("(SELECT count(*) FROM dialer.{name})"));
    let rows = database.rows(&format!("{acting}; SELECT {}", counts.join(", ")));
    rows.into_iter().next().expect("a row")
}

fn filled() -> Database {
    let database = dialer();
    fill_the_rest(&database);
    database
}

#[test]
fn each_user_sees_its_own_rows_and_without_a_user_there_are_none() {
    let database = filled();
    let mut all = vec!["2"; RELATIONS.len() - 1];
    all.push("1"); // counts by status and type
    assert_eq!(seen(&database, ""), all, "the owner");
    for role in ["crm_app", "crm_readonly"] {
        let never = format!("SET ROLE {role}");
        assert_eq!(seen(&database, &never), ["0"; 20], "{role}, never set");
        let reset = acting(role, "");
        assert_eq!(seen(&database, &reset), ["0"; 20], "{role}, set and reset");
        for user in [ANN, BEN] {
            assert_eq!(seen(&database, &acting(role, user)), ["1"; 20], "{role}");
            holds(
                &database,
                &acting(role, user),
                &[
                    &format!("(SELECT id = '{}' FROM calls)", of(user, "call")),
                    &format!("(SELECT user_id = '{user}' FROM credit_transactions)"),
                    &format!("(SELECT user_id = '{user}' FROM user_concurrency_status)"),
                ],
            );
        }
    }
}

#[test]
fn what_is_anothers_cannot_be_changed_deleted_or_taken() {
    let database = filled();
    let changeable = RELATIONS[..18]
        .iter()
        .filter(|name| !["credit_transactions", "admin_audit_log", "failure_logs"].contains(name));
    for name in changeable {
        for statement in [
            format!("UPDATE {name} SET user_id = user_id WHERE user_id = '{BEN}' RETURNING 1"),
            format!("DELETE FROM {name} WHERE user_id = '{BEN}' RETURNING 1"),
        ] {
            let rows = database.rows(&format!("{}; {statement}", app(ANN)));
            assert!(rows.is_empty(), "{statement}");
        }
        let given = format!("UPDATE {name} SET user_id = '{BEN}'");
        assert!(
            // The policy, or before it the trigger that looks for the call of that user.
            ["42501", "23503"].contains(&&*database.refusal(&format!("{}; {given}", app(ANN)))),
            "{given}"
        );
    }
    let taken = format!("{}; SELECT id FROM get_next_queued_call('{BEN}')", app(ANN));
    assert!(database.rows(&taken).is_empty());
    refuses(
        &database,
        &app(ANN),
        &[
            (
                "P0002",
                &format!("SELECT charge_call('{}')", of(BEN, "call")),
            ),
            (
                "42501",
                &format!(
                    "INSERT INTO credit_transactions (user_id, amount, type) VALUES ('{BEN}', -1000, 'usage')"
                ),
            ),
            (
                "42501",
                &format!(
                    "INSERT INTO contacts (user_id, name, phone_number) VALUES ('{BEN}', 'x', '1')"
                ),
            ),
            (
                "42501",
                &format!(
                    "INSERT INTO admin_audit_log (admin_user_id, action, resource_type) VALUES ('{BEN}', 'x', 'y')"
                ),
            ),
            (
                "42501",
                &format!(
                    "INSERT INTO failure_logs (endpoint, method, status_code, duration_ms, user_id)
                    VALUES ('/', 'GET', 500, 1, '{BEN}')"
                ),
            ),
        ],
    );
    assert_eq!(database.value("SELECT min(credits) FROM users.users"), "14");
}

#[test]
fn logs_and_the_ledger_only_grow() {
    let database = filled();
    for name in ["credit_transactions", "admin_audit_log", "failure_logs"] {
        refuses(
            &database,
            &app(ANN),
            &[
                ("42501", &format!("UPDATE {name} SET created_at = now()")),
                ("42501", &format!("DELETE FROM {name}")),
            ],
        );
    }
    refuses(
        &database,
        "SET search_path = dialer",
        &[
            ("23000", "UPDATE credit_transactions SET amount = 0"),
            ("23000", "DELETE FROM credit_transactions"),
        ],
    );
}

#[test]
fn what_triggers_count_the_application_does_not_write() {
    let database = filled();
    let call = "INSERT INTO calls (user_id, agent_id, bolna_conversation_id, bolna_execution_id,
        phone_number, credits_used)
        SELECT user_id, id, 'c', 'e', '1', 9 FROM agents";
    let campaign =
        "INSERT INTO call_campaigns (user_id, agent_id, name, next_action, first_call_time,
        last_call_time, start_date, completed_calls)
        SELECT user_id, id, 'n', 'x', '09:00', '17:00', '2026-01-01', 9 FROM agents";
    refuses(
        &database,
        &app(ANN),
        &[
            ("42501", call),
            ("42501", campaign),
            ("42501", "UPDATE calls SET credits_used = 9"),
            ("42501", "UPDATE call_campaigns SET completed_calls = 9"),
            ("42501", "UPDATE call_campaigns SET successful_calls = 9"),
            ("42501", "UPDATE call_campaigns SET failed_calls = 9"),
            ("42501", "UPDATE agent_analytics SET total_calls = 9"),
            ("42501", "UPDATE user_analytics SET total_calls = 9"),
        ],
    );
}

#[test]
fn a_super_admin_changes_the_settings_and_reads_the_logs() {
    let database = filled();
    let set = "INSERT INTO system_config (key, value) VALUES ('k', '1')";
    refuses(&database, &app(ANN), &[("42501", set)]);
    database.execute(&format!(
        "UPDATE users.users SET role = 'super_admin' WHERE id = '{ANN}'; {}; {set}",
        app(ANN)
    ));
    holds(
        &database,
        &app(ANN),
        &[
            "(SELECT count(*) = 2 FROM admin_audit_log)",
            "(SELECT count(*) = 2 FROM failure_logs)",
            "(SELECT count(*) = 1 FROM calls)",
            "config_integer('k') = 1",
        ],
    );
    holds(&database, &app(BEN), &["config_integer('k') = 1"]);
    let gone = format!("{}; DELETE FROM system_config RETURNING 1", app(BEN));
    assert!(database.rows(&gone).is_empty());
    let inactive = format!("UPDATE users.users SET is_active = false WHERE id = '{ANN}'");
    database.execute(&inactive);
    holds(&database, &app(ANN), &["NOT is_super_admin()"]);
}

#[test]
fn nobody_but_the_application_reads_a_mail_password_and_none_is_stored_plain() {
    let database = filled();
    let read = "SELECT smtp_password FROM user_email_settings";
    refuses(&database, &acting("crm_readonly", ANN), &[("42501", read)]);
    assert_eq!(database.value(&format!("{}; {read}", app(ANN))).len(), 48);
    let write =
        |password: &str| format!("UPDATE user_email_settings SET smtp_password = {password}");
    refuses(
        &database,
        &app(ANN),
        &[
            ("23514", &write("'correct horse battery staple'")),
            ("23514", &write("'hunter2'")),
            (
                "23514",
                &write("'a passphrase with more than forty characters in it'"),
            ),
        ],
    );
    database.execute(&format!(
        "{}; {}; {}",
        app(ANN),
        write("extensions.armor(extensions.pgp_sym_encrypt('hunter2', 'key'))"),
        write("encode(extensions.gen_random_bytes(40), 'hex')"),
    ));
}

#[test]
fn maintenance_runs_its_tasks_and_vendors_do_nothing() {
    let database = filled();
    let maintenance = acting("crm_maintenance", "");
    holds(
        &database,
        &maintenance,
        &[
            "cleanup_orphaned_active_calls() = 0",
            "cleanup_expired_dashboard_cache() = 0",
        ],
    );
    refuses(&database, &maintenance, &[("42501", "SELECT FROM calls")]);
    refuses(
        &database,
        "SET ROLE crm_vendor",
        &[
            ("42501", "SELECT FROM dialer.calls"),
            ("42501", "SELECT dialer.get_system_active_calls_count()"),
        ],
    );
}
