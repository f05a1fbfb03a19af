//! The reports: what they find, and that they find nothing where there is nothing.

use super::fixture::{ANN, BEN, app, dialer, fill_the_rest, of};
use crate::support::Database;

fn consistent() -> Database {
    let database = dialer();
    fill_the_rest(&database);
    database.execute("UPDATE dialer.contacts SET is_customer = true");
    let found = database.rows("SELECT * FROM dialer.validate_user_data_consistency()");
    assert!(found.is_empty(), "{found:?}");
    database
}

#[test]
fn each_inconsistency_is_found_and_a_user_hears_of_its_own() {
    let database = consistent();
    database.execute(&format!(
        "INSERT INTO dialer.contacts (user_id, name, phone_number) VALUES ('{ANN}', 'x', '2');
        INSERT INTO dialer.credit_transactions (user_id, amount, type) VALUES ('{ANN}', 1, 'adjustment')"
    ));
    for (harm, finding) in [
        (
            "UPDATE users.users SET credits = 99",
            "credits are not the balance of the ledger",
        ),
        (
            "UPDATE dialer.credit_transactions SET entry_number = 7 WHERE entry_number = 2",
            "the ledger has a gap",
        ),
        (
            "UPDATE dialer.credit_transactions SET amount = 2 WHERE entry_number = 2",
            "the ledger has a gap",
        ),
        (
            "UPDATE dialer.active_calls SET id = user_id",
            "active call without a call under way",
        ),
        (
            "UPDATE dialer.call_queue AS q SET call_id = c.id, contact_id = o.id
            FROM dialer.calls AS c, dialer.contacts AS o
            WHERE c.user_id = q.user_id AND o.user_id = q.user_id AND o.phone_number = '2'",
            "queued call linked to a call of another contact",
        ),
        (
            "UPDATE dialer.calls SET started_at = created_at, ended_at = created_at - interval '1 s'",
            "call that ended before it started",
        ),
        (
            "UPDATE dialer.contacts SET is_customer = false",
            "customer whose contact is not marked as one",
        ),
        (
            "UPDATE dialer.calls SET credits_used = 5;
            UPDATE dialer.agent_analytics SET credits_used = 5;
            UPDATE dialer.user_analytics SET credits_used = 5",
            "call whose credits are not those of the ledger",
        ),
        (
            "UPDATE dialer.call_campaigns SET failed_calls = 1",
            "campaign whose counters are not those of its calls",
        ),
        (
            "UPDATE dialer.agent_analytics SET total_duration_seconds = 1",
            "agent whose day is not that of its calls",
        ),
        (
            "DELETE FROM dialer.user_analytics",
            "user whose day is not that of the agents",
        ),
    ] {
        // With triggers off, as after a repair by hand.
        let report = |who: &str| {
            database.rows(&format!(
                "BEGIN; SET LOCAL session_replication_role = replica; {harm}; {who};
                SELECT user_id, finding FROM dialer.validate_user_data_consistency(); ROLLBACK"
            ))
        };
        let all = report("SET search_path = dialer");
        assert!(all.iter().any(|row| row[0] == ANN), "{harm}");
        assert!(all.iter().all(|row| row[1] == finding), "{all:?}");
        assert_eq!(report(&app(ANN)), [[ANN, finding]], "{harm}");
    }
}

#[test]
fn the_audit_knows_each_link_and_finds_one_across_users() {
    let database = consistent();
    let audit = "SELECT table_name, column_name FROM dialer.audit_data_isolation()";
    let links = database.value(&format!("SELECT count(*) FROM ({audit}) AS t"));
    assert!(links.parse::<i32>().expect("a number") >= 15, "{links}");
    let open = format!("{audit} WHERE NOT is_enforced OR violations > 0");
    assert!(database.rows(&open).is_empty());

    // No foreign key acts.
    database.execute(&format!(
        "SET session_replication_role = replica;
        UPDATE dialer.calls SET contact_id = '{}' WHERE user_id = '{ANN}'",
        of(BEN, "contact")
    ));
    assert_eq!(database.rows(&open), [["dialer.calls", "contact_id"]]);
    for (user, found) in [(ANN, 1), (BEN, 0)] {
        let rows = database.rows(&format!("{}; {open}", app(user)));
        assert_eq!(rows.len(), found, "{user}");
    }
}

#[test]
fn the_tree_shows_each_table_once() {
    let database = dialer();
    let tree = database.value(&format!("{}; SELECT show_db_tree()", app(ANN)));
    let mut shown: Vec<_> = tree
        .lines()
        .map(|line| line.split_whitespace().next().expect("a name").to_owned())
        .collect();
    assert_eq!(shown.remove(0), "users.users");
    shown.sort();
    let tables = database.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'dialer'::regnamespace AND relkind = 'r'
        ORDER BY relname COLLATE \"C\"",
    );
    assert_eq!(shown, tables.concat());
    let line = "    calls (agent_id > agents CASCADE, campaign_id > call_campaigns SET NULL, \
        contact_id > contacts SET NULL, user_id > users CASCADE)";
    assert!(tree.lines().any(|found| found == line), "{tree}");
}
