//! Credits, with sessions that spend them at once.

use super::fixture::{ANN, app, dialer, of};
use crate::schema::holds;
use crate::support::Database;

/// Runs the same statements in sixteen sessions of the application at once.
fn sixteen(database: &Database, sql: &str) -> Vec<String> {
    let session = format!("{}; {sql}", app(ANN));
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| database.rows(&session)))
            .collect();
        runs.into_iter()
            .flat_map(|run| run.join().expect("a session").concat())
            .collect()
    })
}

/// Fifteen credits, and eighty tries to spend one.
#[test]
fn sixteen_sessions_cannot_spend_more_than_there_is() {
    let database = dialer();
    let spend = format!(
        "DO $$ BEGIN
            INSERT INTO credit_transactions (user_id, amount, type) VALUES ('{ANN}', -1, 'usage');
        EXCEPTION WHEN check_violation THEN NULL; END $$; COMMIT; BEGIN;"
    );
    sixteen(&database, &format!("BEGIN; {} COMMIT", spend.repeat(5)));
    holds(
        &database,
        &app(ANN),
        &[
            "(SELECT u.credits = 0 FROM users AS u)",
            "(SELECT count(*) = 15 AND sum(amount) = -15 FROM credit_transactions)",
            "(SELECT bool_and(balance_after = 15 - entry_number) FROM credit_transactions)",
            "NOT EXISTS (SELECT FROM validate_user_data_consistency())",
        ],
    );
}

#[test]
fn a_call_that_sixteen_sessions_charge_is_paid_once() {
    let database = dialer();
    database.execute("UPDATE dialer.calls SET status = 'completed', duration_seconds = 100");
    let mut taken = sixteen(
        &database,
        &format!("SELECT charge_call('{}')", of(ANN, "call")),
    );
    taken.sort();
    let mut expected = vec!["0"; 15];
    expected.push("2");
    assert_eq!(taken, expected);
    holds(
        &database,
        &app(ANN),
        &["(SELECT u.credits = 13 FROM users AS u)"],
    );
}

#[test]
fn purchases_and_usage_at_once_leave_ledger_and_balance_equal() {
    let database = dialer();
    let mixed = format!(
        "BEGIN; INSERT INTO credit_transactions (user_id, amount, type)
            VALUES ('{ANN}', 7, 'purchase'), ('{ANN}', -5, 'usage'); COMMIT;"
    );
    sixteen(&database, &mixed.repeat(4));
    holds(
        &database,
        &app(ANN),
        &[
            "(SELECT u.credits = 15 + 16 * 4 * 2 FROM users AS u)",
            "(SELECT count(*) = 128 AND max(entry_number) = 128 FROM credit_transactions)",
            "NOT EXISTS (SELECT FROM validate_user_data_consistency())",
        ],
    );
}
