//! Foreign keys: nothing is linked to another user's row, and what deletions do.

use super::fixture::{ANN, BEN, app, dialer, fill_the_rest, of};
use crate::schema::{holds, refuses};

/// Written by the owner, whom row security does not bind.
#[test]
fn no_row_refers_to_one_of_another_user() {
    let database = dialer();
    fill_the_rest(&database);
    for (table, column, what) in [
        ("call_campaigns", "agent_id", "agent"),
        ("calls", "agent_id", "agent"),
        ("calls", "contact_id", "contact"),
        ("calls", "campaign_id", "campaign"),
        ("contacts", "auto_created_from_call_id", "call"),
        ("call_queue", "agent_id", "agent"),
        ("call_queue", "contact_id", "contact"),
        ("call_queue", "campaign_id", "campaign"),
        ("call_queue", "call_id", "call"),
        ("active_calls", "id", "call"),
        ("active_calls", "id", "queued"),
        ("calendar_meetings", "call_id", "call"),
        ("calendar_meetings", "contact_id", "contact"),
        ("customers", "contact_id", "contact"),
        ("transcripts", "call_id", "call"),
        ("transcripts", "agent_id", "agent"),
    ] {
        let link = |to: &str| {
            format!(
                "DELETE FROM dialer.active_calls WHERE user_id = '{BEN}';
                DELETE FROM dialer.transcripts WHERE user_id = '{BEN}';
                DELETE FROM dialer.customers WHERE user_id = '{BEN}';
                UPDATE dialer.{table} SET {column} = '{}' WHERE user_id = '{ANN}'",
                of(to, what)
            )
        };
        database.execute(&format!("BEGIN; {}; ROLLBACK", link(ANN)));
        refuses(&database, "", &[("23503", &link(BEN))]);
    }
    let paid = |whose| {
        format!(
            "INSERT INTO dialer.credit_transactions (user_id, amount, type, call_id)
            VALUES ('{ANN}', 1, 'refund', '{}')",
            of(whose, "call")
        )
    };
    refuses(&database, "", &[("23503", &paid(BEN))]);
    database.execute(&paid(ANN));
}

#[test]
fn a_user_takes_all_that_is_its_own_along() {
    let database = dialer();
    fill_the_rest(&database);
    // Contacts and calls refer to each other.
    database.execute(&format!(
        "UPDATE dialer.contacts SET auto_created_from_call_id = '{}' WHERE user_id = '{ANN}';
        UPDATE dialer.call_queue SET call_id = '{}' WHERE user_id = '{ANN}';
        DELETE FROM users.users WHERE id = '{ANN}'",
        of(ANN, "call"),
        of(ANN, "call"),
    ));
    let with_rows_of = |user: &str| {
        database.rows(&format!(
            "SELECT a.attrelid::regclass FROM pg_attribute AS a
            JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r'
            WHERE c.relnamespace = 'dialer'::regnamespace AND a.attname IN ('user_id', 'admin_user_id')
                AND query_to_xml(format('SELECT FROM %s WHERE %I = %L', a.attrelid::regclass, a.attname,
                    '{user}'), true, true, '')::text <> ''"
        ))
    };
    let left = with_rows_of(ANN);
    assert!(left.is_empty(), "{left:?}");
    assert!(with_rows_of(BEN).len() >= 18);
    // A failure stays, of nobody.
    assert_eq!(
        database.value("SELECT count(*) FROM dialer.failure_logs WHERE user_id IS NULL"),
        "1"
    );
}

#[test]
fn deletions_do_what_the_document_says() {
    let database = dialer();
    fill_the_rest(&database);
    let [agent, contact, campaign, call] =
        ["agent", "contact", "campaign", "call"].map(|what| of(ANN, what));
    let agent_in_use = format!("DELETE FROM agents WHERE id = '{agent}'");
    // 18 has a state of its own for RESTRICT.
    let refusal = database.refusal(&format!("{}; {agent_in_use}", app(ANN)));
    assert!(["23503", "23001"].contains(&&*refusal), "{refusal}");

    holds(
        &database,
        &format!("{}; DELETE FROM contacts WHERE id = '{contact}'", app(ANN)),
        &[
            "(SELECT contact_id IS NULL AND campaign_id IS NOT NULL FROM calls)",
            "(SELECT contact_id IS NULL AND call_id IS NOT NULL FROM calendar_meetings)",
            "NOT EXISTS (SELECT FROM call_queue)",
            "NOT EXISTS (SELECT FROM customers)",
        ],
    );
    holds(
        &database,
        &format!(
            "{}; DELETE FROM call_campaigns WHERE id = '{campaign}'",
            app(ANN)
        ),
        &["(SELECT campaign_id IS NULL FROM calls)"],
    );
    holds(
        &database,
        &format!("{}; DELETE FROM calls WHERE id = '{call}'", app(ANN)),
        &[
            "(SELECT call_id IS NULL AND user_id IS NOT NULL FROM calendar_meetings)",
            "(SELECT call_id IS NULL AND amount = -1 FROM credit_transactions)",
            "NOT EXISTS (SELECT FROM transcripts)",
            "NOT EXISTS (SELECT FROM active_calls)",
        ],
    );
    database.execute(&format!("{}; {agent_in_use}", app(ANN)));
    assert_eq!(database.value("SELECT count(*) FROM dialer.agents"), "1");
}

#[test]
fn uniqueness_is_global_or_a_users_own_as_documented() {
    let database = dialer();
    let agent = |user: &str, bolna: &str| {
        format!(
            "INSERT INTO dialer.agents (user_id, bolna_agent_id, name) VALUES ('{user}', '{bolna}', 'x')"
        )
    };
    let call = |execution: &str| {
        format!(
            "INSERT INTO dialer.calls (user_id, agent_id, bolna_conversation_id, bolna_execution_id, phone_number)
            VALUES ('{BEN}', '{}', 'conversation', '{execution}', '1')",
            of(BEN, "agent")
        )
    };
    let contact = |user: &str, phone: &str| {
        format!(
            "INSERT INTO dialer.contacts (user_id, name, phone_number) VALUES ('{user}', 'x', '{phone}')"
        )
    };
    database.execute(&format!("{}; {}", agent(ANN, "b"), call("e")));
    database.execute(&format!("{}; {}", contact(ANN, "1"), contact(BEN, "1")));
    refuses(
        &database,
        "",
        &[
            ("23505", &agent(BEN, "b")),
            ("23505", &call("e")),
            ("23505", &contact(BEN, "1")),
        ],
    );
}
