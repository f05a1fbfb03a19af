//! A mail is queued only for an active lead whose address has not unsubscribed.

use super::{CAMPAIGN, LEAD, MAIL, app, id, outreach, value};
use crate::schema::users::tenants::{A, B};
use crate::schema::{holds, refuses};
use crate::support::Database;

const UNSUBSCRIBE: &str = "INSERT INTO outreach.unsubscribes (email) VALUES (' TO@A.io')";
const CANCELLED: &str = "(SELECT array_agg(DISTINCT (status, error_message)::text)
    = '{\"(cancelled,unsubscribed)\"}' FROM outreach.email_queue)";

/// Queues another mail to the lead.
fn enqueue() -> String {
    let lead = id(A, LEAD);
    format!("INSERT INTO outreach.email_queue (lead_id) VALUES ('{lead}') RETURNING status")
}

#[test]
fn an_unsubscribe_cancels_what_is_queued_in_all_campaigns() {
    let database = outreach();
    let twin = format!(
        "INSERT INTO outreach.campaigns (id) VALUES ('{id}');
        INSERT INTO outreach.leads (id, campaign_id, email) VALUES ('{id}', '{id}', 'to@a.IO');
        INSERT INTO outreach.leads (email) VALUES ('other@a.io');
        INSERT INTO outreach.email_queue (lead_id) VALUES ('{id}')",
        id = id(A, 0xcb)
    );
    holds(
        &database,
        &format!("{}; {twin}; {}; {UNSUBSCRIBE}", app(), enqueue()),
        &[
            "(SELECT count(*) = 3 FROM outreach.email_queue)",
            CANCELLED,
            "(SELECT count(*) = 1 FROM outreach.sendable_leads WHERE email = 'other@a.io')",
            "(SELECT count(*) = 1 FROM outreach.sendable_leads)",
        ],
    );
    // Not those of others, and nothing that has left the queue.
    let other = "SELECT status FROM outreach.email_queue WHERE organization_id <> '{A}'";
    assert_eq!(database.value(&other.replace("{A}", A)), "queued");
    for status in ["sending", "sent", "failed"] {
        let database = outreach();
        holds(
            &database,
            &format!(
                "{}; UPDATE outreach.email_queue SET status = '{status}'; {UNSUBSCRIBE}",
                app()
            ),
            &[&format!(
                "(SELECT status = '{status}' FROM outreach.email_queue)"
            )],
        );
    }
}

#[test]
fn nothing_is_queued_for_an_unsubscribed_address_however_it_gets_there() {
    let database = outreach();
    database.execute(&format!("{}; {UNSUBSCRIBE}", app()));
    assert_eq!(value(&database, &enqueue()), "cancelled");
    let lead = id(A, LEAD);
    let into = "INSERT INTO outreach.leads (email) VALUES ('fine@x.io')";
    for attempt in [
        "UPDATE outreach.email_queue SET status = 'queued'".to_owned(),
        "UPDATE outreach.email_queue SET status = 'sending';
            UPDATE outreach.email_queue SET status = 'queued'"
            .to_owned(),
        // A mail that goes to somebody else now.
        format!(
            "{into}; INSERT INTO outreach.email_queue (lead_id, campaign_id)
                SELECT id, '{}' FROM outreach.leads WHERE email = 'fine@x.io';
            UPDATE outreach.email_queue SET lead_id = '{lead}'",
            id(A, CAMPAIGN)
        ),
        // A lead that gets another address.
        format!(
            "{into}; INSERT INTO outreach.email_queue (lead_id, campaign_id)
                SELECT id, '{}' FROM outreach.leads WHERE email = 'fine@x.io';
            UPDATE outreach.leads SET email = 'To@A.io' WHERE email = 'fine@x.io'",
            id(A, CAMPAIGN)
        ),
        format!("COPY outreach.email_queue (lead_id) FROM PROGRAM 'echo {lead}'"),
    ] {
        let attempt = if attempt.starts_with("COPY") {
            // As the owner: a program is for superusers. The trigger is the same.
            format!("RESET ROLE; {attempt}; {}", app())
        } else {
            attempt
        };
        holds(&database, &format!("{}; {attempt}", app()), &[CANCELLED]);
    }
    assert_eq!(
        database.value("SELECT count(*) > 3 FROM outreach.email_queue"),
        "t",
        "the attempts did write"
    );
}

#[test]
fn a_lead_that_is_not_active_gets_nothing() {
    let database = outreach();
    let paused = "UPDATE outreach.leads SET status = 'paused'";
    holds(
        &database,
        &format!("{}; {paused}; {}", app(), enqueue()),
        &[
            "(SELECT count(*) = 1 FROM outreach.email_queue WHERE status = 'cancelled'
                AND error_message = 'lead is paused')",
            "NOT EXISTS (SELECT FROM outreach.sendable_leads)",
            // What was queued before is found out when it is due.
            "NOT EXISTS (SELECT FROM outreach.claim_next_email())",
        ],
    );
    let cancelled = "SELECT count(*) FROM outreach.email_queue WHERE status = 'cancelled'";
    assert_eq!(value(&database, cancelled), "2");
    let active = "UPDATE outreach.leads SET status = 'active'";
    assert_eq!(
        value(&database, &format!("{active}; {}", enqueue())),
        "queued"
    );
}

/// Even where a mail got into the queue past the triggers, it is not handed out.
#[test]
fn an_unsubscribe_is_asked_for_again_when_a_mail_is_handed_out() {
    let database = outreach();
    database.execute(&format!(
        "SET session_replication_role = replica; SET app.current_org_id = '{A}';
        INSERT INTO outreach.unsubscribes (email) VALUES ('to@a.io')"
    ));
    let status = format!(
        "SELECT status FROM outreach.email_queue WHERE id = '{}'",
        id(A, MAIL)
    );
    assert_eq!(database.value(&status), "queued");
    holds(
        &database,
        &app(),
        &["NOT EXISTS (SELECT FROM outreach.claim_next_email())"],
    );
    assert_eq!(database.value(&status), "cancelled");
    let count = "SELECT current_sent_today FROM outreach.email_accounts";
    assert_eq!(value(&database, count), "0", "it costs nothing");
}

#[test]
fn who_subscribes_again_is_written_to_again() {
    let database = outreach();
    database.execute(&format!("{}; {UNSUBSCRIBE}; {UNSUBSCRIBE}", app()));
    assert_eq!(value(&database, &enqueue()), "cancelled");
    database.execute(&format!("{}; DELETE FROM outreach.unsubscribes", app()));
    assert_eq!(value(&database, &enqueue()), "queued");
}

/// Under a stricter isolation the other one's commit would stay unseen.
#[test]
fn stricter_isolation_is_refused_where_it_would_hide_the_other_one() {
    let database = outreach();
    for level in ["REPEATABLE READ", "SERIALIZABLE"] {
        let begin = format!("BEGIN ISOLATION LEVEL {level}; {}", app());
        let address = "UPDATE outreach.leads SET email = 'x@x.io'";
        refuses(
            &database,
            &begin,
            &[
                ("0A000", UNSUBSCRIBE),
                ("0A000", &enqueue()),
                ("0A000", address),
            ],
        );
    }
}

fn is_unsubscribed(database: &Database, address: &str) -> String {
    value(
        database,
        &format!("SELECT outreach.is_unsubscribed('{address}')"),
    )
}

#[test]
fn an_address_is_one_however_it_is_written() {
    let database = outreach();
    database.execute(&format!("{}; {UNSUBSCRIBE}", app()));
    for address in ["to@a.io", "To@a.IO", " to@a.io\t"] {
        assert_eq!(is_unsubscribed(&database, address), "t", "{address}");
    }
    for address in ["to@a.i", "to@a.io.com", "two@a.io", ""] {
        assert_eq!(is_unsubscribed(&database, address), "f", "{address}");
    }
    for address in [
        "TO@a.io",
        "to@a.iO",
        "to@a.io ",
        "\tto@a.io",
        "to\u{200B}@a.io",
        "to@a.io\u{A0}",
    ] {
        let lead =
            format!("INSERT INTO outreach.leads (email) VALUES ('{address}') RETURNING email");
        assert_eq!(value(&database, &lead), "to@a.io", "{address:?}");
    }
    // Not even while triggers are off.
    let off = "SET session_replication_role = replica";
    let unsubscribe = |email: &str, organization: &str| {
        format!(
            "INSERT INTO outreach.unsubscribes (organization_id, email)
            VALUES ('{organization}', '{email}')"
        )
    };
    refuses(
        &database,
        off,
        &[
            ("23514", &unsubscribe("X@x.io", A)),
            ("23514", &unsubscribe(" x@x.io", B)),
            ("23514", "UPDATE outreach.leads SET email = 'X@x.io'"),
            (
                "23514",
                "UPDATE outreach.email_accounts SET email = 'X@x.io'",
            ),
        ],
    );
}
