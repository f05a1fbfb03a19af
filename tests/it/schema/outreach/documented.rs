//! What the document shows runs as it is shown, and what it lists is all that is accepted.

use super::{ACCOUNT, CAMPAIGN, LEAD, app, id, outreach, value};
use crate::schema::users::tenants::{A, ALICE, acting};
use crate::schema::{holds, refuses};

const PATH: &str = "SET search_path = outreach, users, utilities, triggers, extensions, public";

/// Names without a schema, few columns, no organization: it is that of the session.
#[test]
fn documented_names_and_few_columns_are_enough() {
    let database = outreach();
    let lead = id(A, LEAD);
    let start = format!("{}; {PATH}", acting("crm_app", A, ALICE));
    for insert in [
        "email_accounts (email, provider) VALUES ('New@A.io', 'gmail')",
        "campaigns (name) VALUES ('x')",
        "campaigns DEFAULT VALUES",
        "leads (email) VALUES ('x@x.io')",
        &format!("email_queue (lead_id) VALUES ('{lead}')"),
        &format!("email_activities (lead_id, event_type) VALUES ('{lead}', 'opened')"),
        "templates DEFAULT VALUES",
        "n8n_executions (execution_id) VALUES ('17')",
        "unsubscribes (email) VALUES ('Gone@X.io')",
    ] {
        let insert = format!("{start}; INSERT INTO {insert} RETURNING organization_id");
        assert_eq!(database.value(&insert), A, "{insert}");
    }
    holds(
        &database,
        &start,
        &[
            "(SELECT (count(*), min(email)) = (1, 'alice@a.io') FROM users)",
            "(SELECT count(*) = 3 FROM campaigns)",
            "(SELECT (email, health_score, warmup_status, daily_limit, current_sent_today, settings)
                = ('new@a.io', 100, 'pending', 50, 0, '{}') FROM email_accounts
                WHERE provider = 'gmail')",
            "(SELECT (status, config IS NULL) = ('draft', true) FROM campaigns WHERE name = 'x')",
            "(SELECT (status, data, tags IS NULL) = ('active', '{}', true) FROM leads
                WHERE email = 'x@x.io')",
            "(SELECT count(*) = 2 FROM email_queue WHERE (status, sequence_step, attempts)
                = ('queued', 1, 0) AND scheduled_at <= now() AND campaign_id IS NOT NULL)",
            "(SELECT (metadata, campaign_id IS NULL) = ('{}', false) FROM email_activities)",
            "(SELECT (is_shared, variables) = (false, '{}') FROM templates)",
            "(SELECT metrics = '{}' FROM n8n_executions)",
            "(SELECT email = 'gone@x.io' FROM unsubscribes)",
        ],
    );
}

/// The owner has no organization set: a mail and an activity take that of the lead.
#[test]
fn mails_and_activities_take_what_is_missing_from_the_lead_and_the_mail() {
    let database = outreach();
    let (campaign, lead) = (id(A, CAMPAIGN), id(A, LEAD));
    let other = id(A, 0xcb);
    holds(
        &database,
        &format!(
            "INSERT INTO outreach.campaigns (id, organization_id) VALUES ('{other}', '{A}');
            INSERT INTO outreach.email_queue (id, lead_id, campaign_id)
                VALUES ('{other}', '{lead}', '{other}');
            INSERT INTO outreach.email_activities (email_queue_id, event_type)
                VALUES ('{other}', 'sent');
            INSERT INTO outreach.email_activities (lead_id, event_type) VALUES ('{lead}', 'sent')"
        ),
        &[
            &format!(
                "(SELECT (organization_id, campaign_id) = ('{A}', '{other}')
                FROM outreach.email_queue WHERE id = '{other}')"
            ),
            &format!(
                "(SELECT count(*) = 1 FROM outreach.email_activities WHERE email_queue_id = '{other}'
                AND (organization_id, lead_id, campaign_id) = ('{A}', '{lead}', '{other}'))"
            ),
            &format!(
                "(SELECT count(*) = 1 FROM outreach.email_activities WHERE email_queue_id IS NULL
                AND (organization_id, campaign_id) = ('{A}', '{campaign}'))"
            ),
        ],
    );
    refuses(
        &database,
        "",
        &[
            (
                "23502",
                "INSERT INTO outreach.email_queue (subject) VALUES ('x')",
            ),
            (
                "23502",
                "INSERT INTO outreach.campaigns (name) VALUES ('x')",
            ),
            (
                "23502",
                "INSERT INTO outreach.email_activities (event_type) VALUES ('sent')",
            ),
        ],
    );
}

#[test]
fn values_that_the_document_does_not_list_are_refused() {
    let database = outreach();
    let (account, lead) = (id(A, ACCOUNT), id(A, LEAD));
    let activity = format!(
        "INSERT INTO outreach.email_activities (lead_id, event_type) VALUES ('{lead}', 'read')"
    );
    let n8n = "INSERT INTO outreach.n8n_executions (execution_id, status) VALUES";
    refuses(
        &database,
        &app(),
        &[
            (
                "23514",
                "UPDATE outreach.email_accounts SET provider = 'fax'",
            ),
            (
                "23514",
                "UPDATE outreach.email_accounts SET health_score = 101",
            ),
            (
                "23514",
                "UPDATE outreach.email_accounts SET health_score = -1",
            ),
            (
                "23514",
                "UPDATE outreach.email_accounts SET daily_limit = -1",
            ),
            (
                "23514",
                "UPDATE outreach.email_accounts SET current_sent_today = -1",
            ),
            (
                "23514",
                "UPDATE outreach.email_accounts SET email = 'nobody'",
            ),
            ("23514", "UPDATE outreach.leads SET email = 'no body@x.io'"),
            ("23502", "UPDATE outreach.leads SET email = ' '"),
            ("23514", "UPDATE outreach.email_queue SET status = 'lost'"),
            ("23514", "UPDATE outreach.email_queue SET sequence_step = 0"),
            ("23514", "UPDATE outreach.email_queue SET attempts = -1"),
            ("23514", &activity),
            ("23514", &format!("{n8n} ('1', 'lost')")),
            (
                "23505",
                &format!("{n8n} ('1', 'running'), ('1', 'success')"),
            ),
            (
                "23505",
                "INSERT INTO outreach.email_accounts (email) VALUES (' FROM@a.io')",
            ),
        ],
    );
    for (table, column, values) in [
        ("email_accounts", "provider", "gmail outlook smtp"),
        (
            "email_queue",
            "status",
            "sending sent failed cancelled queued",
        ),
    ] {
        for accepted in values.split(' ') {
            let update = format!("UPDATE outreach.{table} SET {column} = '{accepted}'");
            holds(&database, &format!("{}; {update}", app()), &["true"]);
        }
    }
    for status in ["running", "success", "error", "cancelled"] {
        holds(
            &database,
            &format!("{}; {n8n} ('{status}', '{status}')", app()),
            &["true"],
        );
    }
    for event in ["sent", "opened", "clicked", "replied", "bounced"] {
        let insert = activity.replace("read", event);
        holds(&database, &format!("{}; {insert}", app()), &["true"]);
    }
    let provider = format!("SELECT provider FROM outreach.email_accounts WHERE id = '{account}'");
    assert_eq!(value(&database, &provider), "smtp");
}

#[test]
fn a_change_sets_updated_at() {
    let database = outreach();
    for (table, column) in [
        ("email_accounts", "settings"),
        ("campaigns", "config"),
        ("leads", "data"),
        ("email_queue", "body"),
        ("templates", "variables"),
    ] {
        holds(
            &database,
            &format!(
                "{}; INSERT INTO outreach.templates DEFAULT VALUES;
                UPDATE outreach.{table} SET updated_at = '2000-01-01', {column} = '{{}}'",
                app()
            ),
            &[&format!(
                "(SELECT bool_and(updated_at = now()) FROM outreach.{table})"
            )],
        );
    }
}

/// What is deleted takes along what means nothing without it, and leaves the rest.
#[test]
fn deletions_leave_the_log_and_the_unsubscribes() {
    let database = outreach();
    let left = |sql: &str| {
        database.rows(&format!(
            "BEGIN; {}; INSERT INTO outreach.unsubscribes (email, campaign_id)
                VALUES ('x@x.io', '{campaign}');
            INSERT INTO outreach.email_activities (email_queue_id, event_type)
                SELECT id, 'sent' FROM outreach.email_queue;
            {sql};
            SELECT (SELECT count(*) FROM outreach.leads),
                (SELECT count(*) FROM outreach.email_queue),
                (SELECT count(*) FROM outreach.email_activities),
                (SELECT count(email_queue_id) FROM outreach.email_activities),
                (SELECT count(campaign_id) FROM outreach.email_activities),
                (SELECT count(*) FROM outreach.unsubscribes);
            ROLLBACK",
            app(),
            campaign = id(A, CAMPAIGN)
        ))
    };
    for (sql, rows) in [
        (
            "DELETE FROM outreach.campaigns",
            ["1", "0", "1", "0", "0", "1"],
        ),
        ("DELETE FROM outreach.leads", ["0", "0", "0", "0", "0", "1"]),
        (
            "DELETE FROM outreach.email_queue",
            ["1", "0", "1", "0", "1", "1"],
        ),
        (
            "DELETE FROM outreach.email_accounts",
            ["1", "1", "1", "1", "1", "1"],
        ),
    ] {
        assert_eq!(left(sql), [rows], "{sql}");
    }
    let user = format!(
        "INSERT INTO outreach.templates (created_by, organization_id) VALUES ('{ALICE}', '{A}');
        UPDATE outreach.email_accounts SET user_id = '{ALICE}' WHERE organization_id = '{A}';
        DELETE FROM users.users WHERE id = '{ALICE}'"
    );
    holds(
        &database,
        &user,
        &[
            "(SELECT count(*) = 1 AND count(created_by) = 0 FROM outreach.templates)",
            "(SELECT count(*) = 1 FROM outreach.email_accounts)",
        ],
    );
    let state = database.refusal(&format!("DELETE FROM users.organizations WHERE id = '{A}'"));
    assert!(["23001", "23503"].contains(&state.as_str()), "{state}");
}
