//! The dashboard's materialized view: when it is out of date, and how it is refreshed.

use super::{call, crew, id, user_of};
use crate::schema::{holds, refuses};
use crate::support::{Client, Database};

const REFRESH: &str =
    "SET ROLE crm_maintenance; SELECT dialer.scheduled_refresh_user_kpi_summary()";

/// Whether the view is said to be out of date, and the calls of user 1 in it.
#[track_caller]
fn state(database: &Database) -> (bool, String) {
    let notes = database.value("SELECT count(*) FROM dialer.user_kpi_changes");
    let calls = database.value(&format!(
        "SELECT coalesce(sum(total_calls), 0) FROM dialer.user_kpi_summary WHERE user_id = '{}'",
        user_of(1)
    ));
    (notes != "0", calls)
}

#[test]
fn each_kind_of_change_is_noted_and_a_refresh_takes_it_in() {
    let database = crew();
    database.execute(REFRESH);
    for change in [
        call(1, "a call", ", started_at", ", '2026-01-01 10:00+00'"),
        "UPDATE dialer.calls SET status = 'completed'".to_owned(),
        "INSERT INTO dialer.lead_analytics (call_id, user_id, agent_id, qualification_status)
            SELECT id, user_id, agent_id, 'qualified' FROM dialer.calls"
            .to_owned(),
        "UPDATE dialer.lead_analytics SET fit_score = 40".to_owned(),
        "INSERT INTO dialer.credit_transactions (user_id, amount, type, call_id)
            SELECT user_id, -3, 'usage', id FROM dialer.calls"
            .to_owned(),
        "UPDATE dialer.agent_analytics SET failed_calls = 1".to_owned(),
        "UPDATE dialer.user_analytics SET credits_used = 9".to_owned(),
        format!("DELETE FROM dialer.agents WHERE id = '{}'", id('a', 4)),
        "DELETE FROM dialer.lead_analytics".to_owned(),
        "DELETE FROM dialer.calls".to_owned(),
    ] {
        if change.starts_with("DELETE FROM dialer.agents") {
            database.execute(&call(4, "of an agent that goes", "", ""));
            database.execute("DELETE FROM dialer.call_campaigns");
            database.execute(REFRESH);
        }
        assert!(!state(&database).0, "before: {change}");
        database.execute(&change);
        assert!(state(&database).0, "{change}");
        database.execute(REFRESH);
        holds(
            &database,
            "",
            &["(SELECT count(*) = 0 FROM (
                (TABLE dialer.user_kpi_summary EXCEPT TABLE dialer.user_kpis)
                UNION ALL (TABLE dialer.user_kpis EXCEPT TABLE dialer.user_kpi_summary)) d)"],
        );
    }
    assert_eq!(state(&database), (false, "0".to_owned()));
}

#[test]
fn a_refresh_is_not_made_while_nothing_has_changed() {
    let database = crew();
    database.execute(&call(1, "a call", "", ""));
    database.execute(REFRESH);
    assert_eq!(state(&database), (false, "1".to_owned()));
    // Not noted, since no trigger runs: only a full refresh takes it in.
    database.execute(
        "SET session_replication_role = replica; UPDATE dialer.user_analytics SET total_calls = 5",
    );
    database.execute(REFRESH);
    assert_eq!(state(&database), (false, "1".to_owned()));
    let nobody = "SET ROLE crm_maintenance; SELECT dialer.refresh_user_kpi_summary_for_user(";
    database.execute(&format!("{nobody}'{}')", user_of(2)));
    assert_eq!(state(&database).1, "1", "user 2 has nothing out of date");
    database.execute(&format!("{nobody}'{}')", user_of(1)));
    assert_eq!(state(&database).1, "5");
}

/// A refresh does not see a transaction that is still open, and must not take its note.
#[test]
fn a_change_that_is_committed_after_a_refresh_began_is_not_lost() {
    let database = crew();
    database.execute(&call(2, "noted already", "", ""));
    let open = Client::that(&database, &format!("BEGIN; {}", call(1, "open", "", "")));
    database.execute(REFRESH);
    assert_eq!(state(&database), (false, "0".to_owned()));
    open.execute("COMMIT");
    assert_eq!(state(&database), (true, "0".to_owned()));
    database.execute(REFRESH);
    assert_eq!(state(&database), (false, "1".to_owned()));
}

/// Writers of several users note their changes at once; a refresh holds none of them up.
#[test]
fn nobody_waits_for_anothers_note() {
    let database = crew();
    let first = Client::that(&database, &format!("BEGIN; {}", call(1, "first", "", "")));
    let second = Client::that(
        &database,
        &format!(
            "SET lock_timeout = '1s'; BEGIN; {}",
            call(2, "second", "", "")
        ),
    );
    database.execute(&format!("SET lock_timeout = '1s'; {REFRESH}"));
    let refresh = Client::that(&database, "BEGIN; SELECT dialer.refresh_user_kpi_summary()");
    second.execute(&call(2, "third", "", ""));
    for client in [&second, &first, &refresh] {
        client.execute("COMMIT");
    }
    database.execute(REFRESH);
    assert_eq!(state(&database), (false, "1".to_owned()));
}

#[test]
fn an_empty_copy_is_filled() {
    let database = crew();
    database.execute(&call(1, "a call", "", ""));
    // As a restore without data leaves it.
    database.execute("REFRESH MATERIALIZED VIEW dialer.user_kpi_summary WITH NO DATA");
    database.execute(REFRESH);
    assert_eq!(state(&database), (false, "1".to_owned()));
}

#[test]
fn a_user_sees_its_own_rows_of_the_copy() {
    let database = crew();
    database.execute(&format!(
        "{}{}",
        call(1, "one", "", ""),
        call(2, "two", "", "")
    ));
    database.execute(REFRESH);
    for role in ["crm_app", "crm_readonly"] {
        for (user, rows) in [(user_of(1), "t"), (String::new(), "")] {
            let seen = database.value(&format!(
                "SET ROLE {role}; SET app.current_user_id = '{user}';
                SELECT bool_and(user_id = users.current_user_id() AND total_calls = 1)
                FROM dialer.get_user_kpi_summary()"
            ));
            assert_eq!(seen, rows, "{role} for {user}");
        }
        refuses(
            &database,
            &format!("SET ROLE {role}"),
            &[
                ("42501", "SELECT FROM dialer.user_kpi_summary"),
                ("42501", "SELECT dialer.test_cache_invalidation(NULL)"),
            ],
        );
    }
}

#[test]
fn test_cache_invalidation_says_how_far_the_copy_is_behind() {
    let database = crew();
    database.execute(REFRESH);
    let says = |user: usize| {
        database.value(&format!(
            "SET ROLE crm_maintenance; SELECT dialer.test_cache_invalidation('{}')",
            user_of(user)
        ))
    };
    let text = |days: u8, changes: u8| {
        format!(
            "user_kpi_summary: days of the user out of date: {days}; transactions with changes \
             since the last refresh: {changes}"
        )
    };
    assert_eq!(says(1), text(0, 0));
    database.execute(&call(1, "a call", "", ""));
    assert_eq!(says(1), text(1, 1));
    assert_eq!(says(2), text(0, 1));
}
