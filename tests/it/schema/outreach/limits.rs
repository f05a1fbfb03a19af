//! How many mails an account sends a day, whoever counts.

use super::{ACCOUNT, app, id, mails, outreach, value};
use crate::schema::users::tenants::A;
use crate::schema::{holds, refuses};

const CLAIM: &str = "SELECT count(*) FROM outreach.claim_next_email()";
const YESTERDAY: &str = "UPDATE outreach.email_accounts SET sent_on = sent_on - 1";

#[test]
fn an_account_sends_up_to_its_limit_and_again_on_the_next_day() {
    let database = outreach();
    mails(&database, 5);
    let state = "(SELECT (current_sent_today, sent_on = (now() AT TIME ZONE 'UTC')::date,
        outreach.remaining_today(a)) = {} FROM outreach.email_accounts AS a)";
    let account = |expected: &str| state.replace("{}", expected);
    for (claimed, after) in [
        ("1", "(1, true, 1)"),
        ("1", "(2, true, 0)"),
        ("0", "(2, true, 0)"),
    ] {
        assert_eq!(value(&database, CLAIM), claimed);
        holds(&database, &app(), &[&account(after)]);
    }
    database.execute(YESTERDAY);
    holds(&database, &app(), &[&account("(2, false, 2)")]);
    assert_eq!(value(&database, CLAIM), "1");
    holds(&database, &app(), &[&account("(1, true, 1)")]);

    // A limit that is lowered below what was sent, and raised.
    database.execute("UPDATE outreach.email_accounts SET daily_limit = 0");
    assert_eq!(value(&database, CLAIM), "0");
    database.execute("UPDATE outreach.email_accounts SET daily_limit = 2");
    assert_eq!(value(&database, CLAIM), "1");
}

/// The day does not depend on the time zone of the session.
#[test]
fn the_day_is_that_of_utc() {
    let database = outreach();
    mails(&database, 5);
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        database.execute(&format!("SET TimeZone = '{zone}'; {}; {CLAIM}", app()));
    }
    holds(
        &database,
        &app(),
        &[
            "(SELECT current_sent_today = 2 AND sent_on = (now() AT TIME ZONE 'UTC')::date
            FROM outreach.email_accounts)",
        ],
    );
}

#[test]
fn whoever_counts_on_their_own_is_held_to_the_limit_too() {
    let database = outreach();
    let count = "UPDATE outreach.email_accounts SET current_sent_today = current_sent_today +";
    refuses(&database, &app(), &[("23514", &format!("{count} 3"))]);
    holds(&database, &format!("{}; {count} 2", app()), &["true"]);
    refuses(&database, &app(), &[("23514", &format!("{count} 1"))]);
    assert_eq!(value(&database, CLAIM), "0");
    // What is added on a new day does not count what was sent on the last one.
    database.execute(YESTERDAY);
    holds(
        &database,
        &format!("{}; {count} 1", app()),
        &[
            "(SELECT current_sent_today = 1 AND sent_on = (now() AT TIME ZONE 'UTC')::date
            FROM outreach.email_accounts)",
        ],
    );
    // Who begins the day without the task says how many they are.
    database.execute(YESTERDAY);
    holds(
        &database,
        &format!(
            "{}; UPDATE outreach.email_accounts SET current_sent_today = 2, sent_on = sent_on + 1",
            app()
        ),
        &["(SELECT outreach.remaining_today(a) = 0 FROM outreach.email_accounts AS a)"],
    );
    holds(
        &database,
        &format!(
            "{}; UPDATE outreach.email_accounts SET current_sent_today = 0",
            app()
        ),
        &["(SELECT outreach.remaining_today(a) = 2 FROM outreach.email_accounts AS a)"],
    );
}

#[test]
fn an_account_that_is_unhealthy_or_not_warmed_up_sends_nothing() {
    let database = outreach();
    for (change, sends) in [
        ("health_score = 49", "0"),
        ("health_score = 50", "1"),
        ("health_score = 100, warmup_status = 'pending'", "0"),
        ("warmup_status = 'paused'", "0"),
        ("warmup_status = 'warming'", "1"),
    ] {
        let account = format!(
            "UPDATE outreach.email_accounts SET {change} WHERE id = '{}'; {CLAIM}",
            id(A, ACCOUNT)
        );
        assert_eq!(value(&database, &account), sends, "{change}");
        database.execute("UPDATE outreach.email_queue SET status = 'queued'");
    }
}

#[test]
fn the_task_sets_yesterdays_counts_to_zero_and_leaves_todays() {
    let database = outreach();
    let count = "UPDATE outreach.email_accounts SET current_sent_today = 1";
    let task = "outreach.reset_daily_limits()";
    let maintenance = "SET ROLE crm_maintenance";
    holds(
        &database,
        &format!("{count}; {maintenance}"),
        &[&format!("{task} = 0")],
    );
    holds(
        &database,
        &format!("{YESTERDAY} WHERE id = '{}'; {maintenance}", id(A, ACCOUNT)),
        &[&format!("{task} = 1")],
    );
    holds(&database, maintenance, &[&format!("{task} = 0")]);
    holds(
        &database,
        "",
        &[
            "(SELECT array_agg(current_sent_today ORDER BY organization_id) = '{0,1}'
            AND bool_and(sent_on = (now() AT TIME ZONE 'UTC')::date) FROM outreach.email_accounts)",
        ],
    );
}
