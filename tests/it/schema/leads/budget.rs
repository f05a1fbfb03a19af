//! The ledger: its balance is right whoever writes at once, and never below nothing.

use super::{A, ALICE, BOB, acting, with_leads};
use crate::schema::{holds, refuses};
use crate::support::{Client, Database};

fn entry(user: &str, kind: &str, amount: &str) -> String {
    format!(
        "INSERT INTO leads.budget_transactions (user_id, transaction_type, amount_usd)
        VALUES ('{user}', '{kind}', {amount})"
    )
}

/// Every balance is the one before it and the amount; numbers have no gaps.
const CONSISTENT: &str = "(SELECT bool_and(balance_after_usd >= 0 AND entry_number = n
        AND balance_after_usd = total) FROM (
    SELECT *, row_number() OVER w AS n,
        sum(CASE transaction_type WHEN 'debit' THEN -amount_usd ELSE amount_usd END) OVER w AS total
    FROM leads.budget_transactions WINDOW w AS (PARTITION BY user_id ORDER BY entry_number)) AS t)";

#[test]
fn each_entry_has_the_balance_after_it() {
    let database = with_leads();
    let app = acting("crm_app", A, ALICE);
    let given = "INSERT INTO leads.budget_transactions
        (user_id, entry_number, transaction_type, amount_usd, balance_after_usd)";
    database.execute(&format!(
        "{app}; {};
        {given} VALUES ('{ALICE}', 9, 'debit', 30.5, 1e6), ('{ALICE}', 9, 'refund', 0.25, 0);
        {given} VALUES ('{ALICE}', NULL, 'adjustment', -69.75, NULL);
        RESET app.current_org_id; RESET ROLE; {}",
        entry(ALICE, "credit", "100"),
        entry(BOB, "credit", "7"),
    ));
    assert_eq!(
        database.rows(&format!(
            "SELECT entry_number, balance_after_usd FROM leads.budget_transactions
            WHERE user_id = '{ALICE}' ORDER BY entry_number"
        )),
        [
            ["1", "100.00"],
            ["2", "69.50"],
            ["3", "69.75"],
            ["4", "0.00"]
        ]
    );
    holds(&database, "", &[CONSISTENT]);
    let overdrawn = format!(
        "{}; {}",
        entry(ALICE, "credit", "5"),
        entry(ALICE, "debit", "5.01")
    );
    refuses(
        &database,
        &app,
        &[
            ("23514", &entry(ALICE, "debit", "0.01")),
            ("23514", &entry(ALICE, "adjustment", "-0.01")),
            ("23514", &overdrawn),
            ("23514", &entry(ALICE, "credit", "0")),
            // It is above all numbers: once in the balance, it would cover everything.
            ("23514", &entry(ALICE, "credit", "'NaN'")),
            ("23514", &entry(ALICE, "adjustment", "'NaN'")),
            ("23514", &entry(ALICE, "debit", "-1")),
            ("23514", &entry(ALICE, "gift", "1")),
            ("23502", &entry(ALICE, "credit", "NULL")),
            (
                "42501",
                "UPDATE leads.budget_transactions SET amount_usd = 0",
            ),
            ("42501", "DELETE FROM leads.budget_transactions"),
        ],
    );
    holds(
        &database,
        "",
        &[
            "(SELECT count(*) = 5 FROM leads.budget_transactions)",
            CONSISTENT,
        ],
    );
}

/// Whether six dollars of Alice's could be spent, in a session of its own.
fn spends(database: &Database) -> bool {
    let app = acting("crm_app", A, ALICE);
    let spend = entry(ALICE, "debit", "6");
    let sql = format!(
        "{app}; CREATE TEMP TABLE spent (n int);
        DO $$ BEGIN {spend}; INSERT INTO spent VALUES (1);
        EXCEPTION WHEN check_violation THEN NULL; END $$;
        SELECT count(*) FROM spent"
    );
    database.value(&sql) == "1"
}

/// A hundred dollars, and eight who each try to spend 6 of them five times.
#[test]
fn of_many_who_spend_at_once_as_many_succeed_as_the_budget_covers() {
    let database = with_leads();
    database.execute(&format!(
        "{}; {}",
        entry(ALICE, "credit", "100"),
        entry(BOB, "credit", "1000")
    ));
    let spent: usize = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| (0..5).filter(|_| spends(&database)).count()))
            .collect();
        // Another's budget does not wait for it, and is not touched.
        database.execute(&entry(BOB, "debit", "1"));
        runs.into_iter().map(|run| run.join().expect("a run")).sum()
    });
    assert_eq!(spent, 16);
    holds(
        &database,
        "",
        &[
            CONSISTENT,
            &format!(
                "(SELECT balance_after_usd = 4 FROM leads.budget_transactions
                WHERE user_id = '{ALICE}' ORDER BY entry_number DESC LIMIT 1)"
            ),
        ],
    );
}

/// It cannot see the entry that it waited for; its number is taken, and nothing is wrong.
#[test]
fn a_transaction_with_an_old_view_of_the_ledger_fails() {
    let database = with_leads();
    database.execute(&entry(ALICE, "credit", "100"));
    let other = Client::that(
        &database,
        "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM leads.budget_transactions",
    );
    database.execute(&entry(ALICE, "debit", "60"));
    other.execute(&format!(
        "DO $$ BEGIN {}; RAISE 'spent twice';
        EXCEPTION WHEN unique_violation THEN NULL; END $$",
        entry(ALICE, "debit", "60")
    ));
    holds(&database, "", &[CONSISTENT]);
}
