//! What a worker is given, and what becomes of it.

use super::{ACCOUNT, CAMPAIGN, LEAD, MAIL, app, id, mails, outreach, value};
use crate::schema::users::tenants::A;
use crate::schema::{holds, refuses};
use crate::support::Database;

/// The recipient of what is claimed next; empty without.
#[track_caller]
fn claim(database: &Database) -> String {
    value(
        database,
        "SELECT recipient FROM outreach.claim_next_email()",
    )
}

/// The state of the mail of A.
#[track_caller]
fn is(database: &Database, truth: &str) {
    let mail = id(A, MAIL);
    let truth = format!("(SELECT {truth} FROM outreach.email_queue WHERE id = '{mail}')");
    holds(database, &app(), &[&truth]);
}

#[test]
fn a_worker_gets_all_that_it_needs() {
    let database = outreach();
    let claimed = database.rows(&format!(
        "{}; SELECT email_queue_id, attempt, organization_id, campaign_id, lead_id,
            email_account_id, recipient, sequence_step, subject, body
        FROM outreach.claim_next_email()",
        app()
    ));
    let expected = [
        id(A, MAIL),
        "1".to_owned(),
        A.to_owned(),
        id(A, CAMPAIGN),
        id(A, LEAD),
        id(A, ACCOUNT),
        "to@a.io".to_owned(),
        "1".to_owned(),
        "Hello".to_owned(),
        String::new(),
    ];
    assert_eq!(claimed, [expected]);
    is(
        &database,
        &format!(
            "status = 'sending' AND attempts = 1 AND last_attempt_at IS NOT NULL
            AND email_account_id = '{}'",
            id(A, ACCOUNT)
        ),
    );
    holds(
        &database,
        &app(),
        &["(SELECT last_sent_at IS NOT NULL FROM outreach.email_accounts)"],
    );
}

#[test]
fn what_was_due_first_goes_first_and_what_is_not_due_waits() {
    let database = outreach();
    database.execute("UPDATE outreach.email_accounts SET daily_limit = 50");
    mails(&database, 4);
    // One is for this account, the others for any.
    database.execute(&format!(
        "UPDATE outreach.email_queue AS q SET scheduled_at = now() + CASE l.email
            WHEN 'lead3@x.io' THEN interval '-3 hours' WHEN 'lead1@x.io' THEN '-2 hours'
            WHEN 'to@a.io' THEN '-1 hour' WHEN 'lead4@x.io' THEN '1 hour' ELSE '-1 minute' END,
            email_account_id = CASE l.email WHEN 'lead1@x.io' THEN '{}'::uuid END
        FROM outreach.leads AS l WHERE l.id = q.lead_id",
        id(A, ACCOUNT)
    ));
    for expected in ["lead3@x.io", "lead1@x.io", "to@a.io", "lead2@x.io", ""] {
        assert_eq!(claim(&database), expected);
    }
}

#[test]
fn only_active_campaigns_are_sent_from_the_account_that_was_chosen() {
    let database = outreach();
    let second = id(A, 0xad);
    for status in ["draft", "paused", "completed"] {
        database.execute(&format!(
            "UPDATE outreach.campaigns SET status = '{status}'"
        ));
        assert_eq!(claim(&database), "", "{status}");
    }
    database.execute(&format!(
        "UPDATE outreach.campaigns SET status = 'active';
        INSERT INTO outreach.email_accounts (id, organization_id, email, warmup_status)
            VALUES ('{second}', '{A}', 'second@a.io', 'completed');
        UPDATE outreach.email_queue SET email_account_id = '{second}' WHERE id = '{}'",
        id(A, MAIL)
    ));
    let claim = |account: &str| {
        let sql = format!("SELECT email_account_id FROM outreach.claim_next_email('{account}')");
        value(&database, &sql)
    };
    assert_eq!(claim(&id(A, ACCOUNT)), "");
    assert_eq!(claim(&second), second);
}

/// The accounts take turns: who has waited longest is next.
#[test]
fn accounts_take_turns() {
    let database = outreach();
    mails(&database, 5);
    database.execute(&format!(
        "INSERT INTO outreach.email_accounts (organization_id, email, warmup_status)
        VALUES ('{A}', 'second@a.io', 'completed'), ('{A}', 'third@a.io', 'completed')"
    ));
    for _ in 0..6 {
        assert_ne!(claim(&database), "");
    }
    holds(
        &database,
        &app(),
        &["(SELECT bool_and(current_sent_today = 2) FROM outreach.email_accounts)"],
    );
}

#[test]
fn a_mail_that_is_sent_is_noted_once() {
    let database = outreach();
    claim(&database);
    let mark = |attempt: u32| format!("outreach.mark_sent('{}', {attempt}, 'run 17')", id(A, MAIL));
    holds(&database, &app(), &[&format!("NOT {}", mark(2))]);
    is(&database, "status = 'sending'");
    holds(&database, &app(), &[&mark(1)]);
    holds(&database, &app(), &[&format!("NOT {}", mark(1))]);
    is(
        &database,
        "status = 'sent' AND n8n_execution_id = 'run 17' AND error_message IS NULL",
    );
    holds(
        &database,
        &app(),
        &[&format!(
            "(SELECT count(*) = 1 AND bool_and((event_type, email_queue_id, lead_id, campaign_id,
                n8n_execution_id) = ('sent', '{}', '{}', '{}', 'run 17'))
            FROM outreach.email_activities)",
            id(A, MAIL),
            id(A, LEAD),
            id(A, CAMPAIGN)
        )],
    );
    assert_eq!(claim(&database), "");
}

#[test]
fn a_mail_that_failed_is_tried_again_later_and_later_and_then_no_more() {
    let database = outreach();
    database.execute("UPDATE outreach.email_accounts SET daily_limit = 50");
    let mail = id(A, MAIL);
    let mark = |attempt: u32| format!("outreach.mark_failed('{mail}', {attempt}, 'no route')");
    for (attempt, minutes) in [(1, 5), (2, 10), (3, 20), (4, 40)] {
        assert_eq!(claim(&database), "to@a.io");
        holds(
            &database,
            &app(),
            &[&format!("{} IS NULL", mark(attempt + 1))],
        );
        let retry = format!(
            "{mark} = 'queued' AND (SELECT (scheduled_at, error_message)
                = (now() + interval '{minutes} minutes', 'no route')
            FROM outreach.email_queue)",
            mark = mark(attempt)
        );
        // Two statements: the second one sees what the function did.
        let (done, later) = retry.split_once(" AND ").expect("two");
        let rows = database.rows(&format!(
            "BEGIN; {}; SELECT {done}; SELECT {later}; COMMIT",
            app()
        ));
        assert_eq!(rows, [["t"], ["t"]], "attempt {attempt}");
        assert_eq!(claim(&database), "", "not yet");
        database.execute(&format!(
            "UPDATE outreach.email_queue SET scheduled_at = now() WHERE id = '{mail}'"
        ));
    }
    assert_eq!(claim(&database), "to@a.io");
    assert_eq!(value(&database, &format!("SELECT {}", mark(5))), "failed");
    is(&database, "status = 'failed' AND attempts = 5");
    assert_eq!(claim(&database), "");
}

#[test]
fn a_failure_for_good_is_not_tried_again_nor_is_one_of_a_lead_that_has_left() {
    let database = outreach();
    claim(&database);
    let mark = |rest: &str| format!("SELECT outreach.mark_failed('{}', {rest})", id(A, MAIL));
    assert_eq!(value(&database, &mark("1, 'no such user', true")), "failed");

    database.execute("UPDATE outreach.email_queue SET status = 'queued', scheduled_at = now()");
    assert_eq!(claim(&database), "to@a.io");
    database.execute(&format!(
        "{}; INSERT INTO outreach.unsubscribes (email) VALUES ('to@a.io')",
        app()
    ));
    is(&database, "status = 'sending'");
    assert_eq!(value(&database, &mark("2, 'no route'")), "cancelled");
    is(&database, "error_message = 'unsubscribed'");
}

#[test]
fn a_mail_whose_worker_died_goes_to_another_one() {
    let database = outreach();
    let task = "SET ROLE crm_maintenance; SELECT outreach.requeue_stuck_emails()";
    claim(&database);
    assert_eq!(database.value(task), "0", "it has only begun");
    let late = "UPDATE outreach.email_queue SET last_attempt_at = now() - interval '2 hours'
        WHERE status = 'sending'";
    database.execute(late);
    assert_eq!(database.value(task), "1");
    is(&database, "status = 'queued' AND error_message IS NOT NULL");
    assert_eq!(claim(&database), "to@a.io");
    // The first worker comes back, and has no say.
    let mail = id(A, MAIL);
    holds(
        &database,
        &app(),
        &[
            &format!("NOT outreach.mark_sent('{mail}', 1)"),
            &format!("outreach.mark_failed('{mail}', 1, 'x') IS NULL"),
        ],
    );
    database.execute("UPDATE outreach.email_queue SET attempts = 5 WHERE status = 'sending'");
    database.execute(late);
    assert_eq!(database.value(task), "1");
    is(&database, "status = 'failed'");
    for arguments in ["NULL", "'-1 second'", "'1 hour', NULL", "'1 hour', 0"] {
        let task = format!("SELECT outreach.requeue_stuck_emails({arguments})");
        refuses(&database, "SET ROLE crm_maintenance", &[("22023", &task)]);
    }
    refuses(
        &database,
        &app(),
        &[("42501", "SELECT outreach.requeue_stuck_emails()")],
    );
}
