//! Workers at the same queue: no mail twice, no account over its limit, nobody waits.

use super::{ACCOUNT, MAIL, app, id, mails, outreach, value};
use crate::schema::users::tenants::A;
use crate::support::Client;

const CLAIM: &str = "SELECT email_queue_id FROM outreach.claim_next_email()";

#[test]
fn sixteen_workers_take_each_mail_once_and_keep_to_the_limits() {
    let database = outreach();
    mails(&database, 200);
    // Sixty accounts whose first mail is their last one: sixty times who is second is one too many.
    database.execute(&format!(
        "UPDATE outreach.email_accounts SET daily_limit = 30;
        INSERT INTO outreach.email_accounts (organization_id, email, warmup_status, daily_limit)
        SELECT '{A}', 'from' || n || '@a.io', 'completed', 1 FROM generate_series(1, 60) AS n"
    ));
    let count = "SELECT max(attempts) || ' ' || count(*) FILTER (WHERE status = 'sending')
        FROM outreach.email_queue";
    let within = "SELECT string_agg(DISTINCT daily_limit - current_sent_today || '', ' ')
        FROM outreach.email_accounts";
    let claimed: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    // Twelve times each: twice as often as there is something to take.
                    let claims = [CLAIM; 12].join("; COMMIT; ");
                    let rows = database.rows(&format!("{}; {claims}", app()));
                    rows.into_iter().flatten().collect::<Vec<_>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a worker"))
            .collect()
    });
    let mut distinct = claimed.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), claimed.len(), "a mail was handed out twice");
    assert_eq!(value(&database, count), format!("1 {}", claimed.len()));
    // Who found an account busy got nothing; one worker alone takes what is left of the day.
    let mut total = claimed.len();
    while !value(&database, CLAIM).is_empty() {
        total += 1;
    }
    assert_eq!(total, 90);
    assert_eq!(value(&database, within), "0");
}

/// A wait of a millisecond would be an error.
#[test]
fn a_worker_passes_over_what_others_hold() {
    let database = outreach();
    mails(&database, 1);
    let impatient = format!("SET lock_timeout = '1ms'; {CLAIM}");

    // Somebody works on the mail that is next: there is another one.
    let first = id(A, MAIL);
    database.execute(&format!(
        "UPDATE outreach.email_queue SET scheduled_at = now() - interval '1 hour' WHERE id = '{first}'"
    ));
    let holder = Client::that(
        &database,
        &format!("BEGIN; SELECT FROM outreach.email_queue WHERE id = '{first}' FOR UPDATE"),
    );
    let second = value(&database, &impatient);
    assert!(!second.is_empty() && second != first, "{second}");
    holder.execute("COMMIT");

    // Another worker has claimed with the only account, and has not committed yet.
    holder.execute(&format!("BEGIN; {}; {CLAIM}", app()));
    database.execute(&format!(
        "UPDATE outreach.email_queue SET status = 'queued' WHERE id = '{second}'"
    ));
    assert_eq!(value(&database, &impatient), "");
    holder.execute("ROLLBACK");
    assert_eq!(value(&database, &impatient), first);

    // An account that somebody edits is passed over in favour of the next.
    database.execute(&format!(
        "INSERT INTO outreach.email_accounts (organization_id, email, warmup_status)
        VALUES ('{A}', 'second@a.io', 'completed');
        UPDATE outreach.email_queue SET status = 'queued', email_account_id = NULL
            WHERE id = '{second}';
        UPDATE outreach.email_accounts SET current_sent_today = 0, last_sent_at = NULL;
        UPDATE outreach.email_accounts SET last_sent_at = now() WHERE email = 'second@a.io'"
    ));
    holder.execute(&format!(
        "BEGIN; UPDATE outreach.email_accounts SET settings = '{{}}' WHERE id = '{}'",
        id(A, ACCOUNT)
    ));
    assert_eq!(value(&database, &impatient), second);
    holder.execute("COMMIT");
}

/// The tasks leave alone what a worker holds.
#[test]
fn the_tasks_wait_for_no_worker() {
    let database = outreach();
    database.execute(
        "UPDATE outreach.email_queue SET status = 'sending', attempts = 1,
            last_attempt_at = now() - interval '2 hours';
        UPDATE outreach.email_accounts SET sent_on = sent_on - 1, current_sent_today = 1",
    );
    let _holder = Client::that(
        &database,
        &format!(
            "BEGIN; SELECT FROM outreach.email_queue WHERE organization_id = '{A}' FOR UPDATE;
            SELECT FROM outreach.email_accounts WHERE organization_id = '{A}' FOR UPDATE"
        ),
    );
    for task in ["requeue_stuck_emails", "reset_daily_limits"] {
        let sql = format!(
            "SET lock_timeout = '1ms'; SET ROLE crm_maintenance;
            SELECT outreach.{task}()"
        );
        assert_eq!(database.value(&sql), "1", "{task}: that of B");
    }
}

/// 60,000 mails are due: most of a paused campaign, and many for an account at its limit.
#[test]
fn a_claim_reads_a_few_rows_of_a_long_queue() {
    let database = outreach();
    mails(&database, 2);
    database.execute(&format!(
        "SET session_replication_role = replica; SET synchronous_commit = off;
        INSERT INTO outreach.campaigns (id, organization_id, status)
            VALUES ('{paused}', '{A}', 'paused');
        INSERT INTO outreach.email_accounts
            (id, organization_id, email, warmup_status, daily_limit)
            VALUES ('{full}', '{A}', 'full@a.io', 'completed', 0);
        INSERT INTO outreach.email_queue
            (organization_id, campaign_id, lead_id, email_account_id, scheduled_at)
        SELECT '{A}', CASE WHEN n % 3 = 0 THEN q.campaign_id ELSE '{paused}' END, q.lead_id,
            CASE WHEN n % 3 = 0 THEN '{full}'::uuid WHEN n % 3 = 1 THEN '{account}' END,
            now() - interval '1 day'
        FROM generate_series(1, 60000) AS n, outreach.email_queue AS q
        WHERE q.id = '{mail}';
        ANALYZE outreach.email_queue, outreach.campaigns, outreach.email_accounts",
        paused = id(A, 0xcb),
        full = id(A, 0xad),
        account = id(A, ACCOUNT),
        mail = id(A, MAIL),
    ));
    // The account of A sends two, then nothing may be sent although all is due.
    for claimed in ["1", "1", "0"] {
        let rows = database.rows(&format!(
            "BEGIN; {}; SELECT count(*) FROM outreach.claim_next_email();
            SELECT seq_scan, idx_tup_fetch < 20 FROM pg_stat_xact_user_tables
            WHERE relid = 'outreach.email_queue'::regclass; COMMIT",
            app()
        ));
        assert_eq!(rows, [vec![claimed], vec!["0", "t"]]);
    }
    // Plenty of sending power, and nothing left but what is paused.
    database
        .execute("UPDATE outreach.email_accounts SET daily_limit = 50 WHERE email <> 'full@a.io'");
    for claimed in ["1", "0"] {
        let rows = database.rows(&format!(
            "BEGIN; {}; SELECT count(*) FROM outreach.claim_next_email();
            SELECT seq_scan, idx_tup_fetch < 20 FROM pg_stat_xact_user_tables
            WHERE relid = 'outreach.email_queue'::regclass; COMMIT",
            app()
        ));
        assert_eq!(rows, [vec![claimed], vec!["0", "t"]]);
    }
}

/// The index has what a call cancelled to the end of it: from the beginning each time, it would
/// be read once for each of a thousand mails. No statistics: none are there after an import.
#[test]
fn mails_to_leads_that_were_paused_are_read_over_once() {
    let database = outreach();
    database.execute("ALTER TABLE outreach.email_queue SET (autovacuum_enabled = off)");
    mails(&database, 1000);
    database.execute(
        "UPDATE outreach.leads SET status = 'paused' WHERE email LIKE 'lead%';
        UPDATE outreach.email_queue AS q SET scheduled_at = now() - interval '1 hour'
            FROM outreach.leads AS l WHERE l.id = q.lead_id AND l.status = 'paused'",
    );
    let rows = database.rows(&format!(
        "BEGIN; {}; SELECT recipient FROM outreach.claim_next_email();
        SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid)) < 10000 FROM pg_index
        WHERE indrelid = 'outreach.email_queue'::regclass; COMMIT",
        app()
    ));
    assert_eq!(rows, [["to@a.io"], ["t"]]);
    let cancelled = "SELECT count(*) FROM outreach.email_queue WHERE status = 'cancelled'";
    assert_eq!(value(&database, cancelled), "1000");
}
