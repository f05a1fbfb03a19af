//! Those who queue a mail, unsubscribe, or change an address at the same moment.

use super::{CAMPAIGN, LEAD, MAIL, app, id, outreach};
use crate::schema::users::tenants::A;
use crate::support::{Client, Database, eventually};

/// What must not be there, ever.
const QUEUED_ALL_THE_SAME: &str = "
    SELECT count(*) FROM outreach.email_queue AS q JOIN outreach.leads AS l ON l.id = q.lead_id
    JOIN outreach.unsubscribes AS u ON u.organization_id = l.organization_id AND u.email = l.email
    WHERE q.status = 'queued'";

/// Leaves the first in its transaction until the second one waits for it.
fn one_waits_for_the_other(database: &Database, first: &str, second: &str, end: &str) {
    let open = Client::that(database, &format!("BEGIN; {}; {first}", app()));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            database.execute(&format!("/* waits */ {}; {second}", app()));
        });
        eventually("the second one waits", || {
            assert!(
                !waiting.is_finished(),
                "{second}\ndid not wait for: {first}"
            );
            database.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                AND wait_event_type = 'Lock' AND query LIKE '/* waits */%'",
            ) == "1"
        });
        open.execute(end);
        waiting.join().expect("the second one");
    });
}

/// Each pair in both orders; whoever comes second sees what the first one wrote.
#[test]
fn of_two_at_the_same_moment_the_second_one_sees_the_first() {
    let (campaign, lead) = (id(A, CAMPAIGN), id(A, LEAD));
    let unsubscribe = "INSERT INTO outreach.unsubscribes (email) VALUES ('To@a.io')".to_owned();
    let enqueue = format!("INSERT INTO outreach.email_queue (lead_id) VALUES ('{lead}')");
    // The lead is as new as the mail: no other session can lock a row of it.
    let both = format!(
        "INSERT INTO outreach.leads (id, email) VALUES ('{campaign}', 'to@a.io');
        INSERT INTO outreach.email_queue (lead_id, campaign_id) VALUES ('{campaign}', '{campaign}')"
    );
    let again = format!(
        "UPDATE outreach.email_queue SET status = 'queued' WHERE id = '{}'",
        id(A, MAIL)
    );
    let other = "INSERT INTO outreach.unsubscribes (email) VALUES ('new@a.io')".to_owned();
    let address = "UPDATE outreach.leads SET email = 'new@a.io'".to_owned();
    for (before, one, two) in [
        ("", &unsubscribe, &enqueue),
        ("", &unsubscribe, &both),
        (
            "UPDATE outreach.email_queue SET status = 'sending'",
            &unsubscribe,
            &again,
        ),
        ("", &other, &address),
        (other.as_str(), &enqueue, &address),
    ] {
        for (first, second) in [(one, two), (two, one)] {
            let database = outreach();
            database.execute(&format!("{}; {before}; SELECT 1", app()));
            one_waits_for_the_other(&database, first, second, "COMMIT");
            let left = "SELECT count(*) FROM outreach.email_queue
                WHERE organization_id = '{A}' AND status = 'queued'";
            assert_eq!(
                database.value(QUEUED_ALL_THE_SAME),
                "0",
                "{first}\n{second}"
            );
            assert_eq!(
                database.value(&left.replace("{A}", A)),
                "0",
                "{first}\n{second}"
            );
        }
    }
}

#[test]
fn an_unsubscribe_that_is_taken_back_cancels_nothing() {
    let database = outreach();
    let unsubscribe = "INSERT INTO outreach.unsubscribes (email) VALUES ('to@a.io')";
    let enqueue = format!(
        "INSERT INTO outreach.email_queue (lead_id) VALUES ('{}')",
        id(A, LEAD)
    );
    one_waits_for_the_other(&database, unsubscribe, &enqueue, "ROLLBACK");
    let queued = "SELECT count(*) FROM outreach.email_queue WHERE status = 'queued'";
    assert_eq!(database.value(queued), "3", "two of A, one of B");
}

/// The unsubscribe waits for the row, and who has the row must not wait for the unsubscribe.
#[test]
fn who_works_on_a_queued_mail_and_an_unsubscribe_do_not_wait_for_each_other() {
    let database = outreach();
    let work = "UPDATE outreach.email_queue SET subject = 'Hi'";
    let unsubscribe = "INSERT INTO outreach.unsubscribes (email) VALUES ('to@a.io')";
    let go_on = "UPDATE outreach.email_queue SET status = 'queued', scheduled_at = now(); COMMIT";
    one_waits_for_the_other(&database, work, unsubscribe, go_on);
    let status = format!(
        "SELECT status FROM outreach.email_queue WHERE id = '{}'",
        id(A, MAIL)
    );
    assert_eq!(database.value(&status), "cancelled");
}

/// Eight sessions do all of it to the same few addresses, in transactions of several steps.
#[test]
fn no_interleaving_leaves_a_mail_queued_for_an_unsubscribed_address() {
    let database = outreach();
    database.execute(&format!(
        "INSERT INTO outreach.leads (organization_id, campaign_id, email)
        SELECT '{A}', '{}', 'lead' || n || '@x.io' FROM generate_series(1, 40) AS n",
        id(A, CAMPAIGN)
    ));
    std::thread::scope(|scope| {
        for session in 0..8 {
            let database = &database;
            scope.spawn(move || {
                let client = Client::that(database, &app());
                for round in 0..40 {
                    // Each address is unsubscribed once, by another session than it is queued by.
                    let n = (round * 7 + session * 5) % 40 + 1;
                    client.execute(&match session {
                        0 => format!(
                            "INSERT INTO outreach.unsubscribes (email)
                            VALUES ('Lead{}@x.io')",
                            round + 1
                        ),
                        1 => format!(
                            "UPDATE outreach.leads SET email = 'lead' || (random() * 39)::int + 1
                            || '@x.io' WHERE email = 'lead{n}@x.io'"
                        ),
                        2 => "SELECT outreach.mark_failed(email_queue_id, attempt, 'x')
                            FROM outreach.claim_next_email()"
                            .to_owned(),
                        _ => format!(
                            "INSERT INTO outreach.email_queue (lead_id)
                            SELECT id FROM outreach.leads
                            WHERE email IN ('lead{n}@x.io', 'lead{round}@x.io')"
                        ),
                    });
                }
            });
        }
    });
    assert_eq!(database.value(QUEUED_ALL_THE_SAME), "0");
    assert_eq!(
        database.value("SELECT count(*) FROM outreach.unsubscribes"),
        "40"
    );
}
