//! Credits: the ledger is the only way, and it is right.

use super::fixture::{ANN, BEN, app, dialer, of};
use crate::schema::{holds, refuses};

/// A row of Ann's ledger.
fn entry(amount: i32, kind: &str) -> String {
    format!(
        "INSERT INTO credit_transactions (user_id, amount, type) VALUES ('{ANN}', {amount}, '{kind}')"
    )
}

const BALANCE: &str = "(SELECT u.credits FROM users AS u)";

#[test]
fn a_row_of_the_ledger_changes_the_credits_and_knows_the_balance() {
    let database = dialer();
    holds(
        &database,
        &format!(
            "{}; {}; {}; {}; {}",
            app(ANN),
            entry(10, "purchase"),
            entry(-25, "usage"),
            entry(2, "refund"),
            entry(-1, "adjustment")
        ),
        &[
            &format!("{BALANCE} = 1"),
            "(SELECT array_agg(balance_after ORDER BY entry_number) = '{25,0,2,1}' FROM credit_transactions)",
            "(SELECT array_agg(entry_number ORDER BY entry_number) = '{1,2,3,4}' FROM credit_transactions)",
        ],
    );
    // Whatever is written as the balance; and several in one statement see each other.
    holds(
        &database,
        &format!(
            "{}; INSERT INTO credit_transactions (user_id, amount, type, balance_after, entry_number) VALUES
            ('{ANN}', 5, 'purchase', 99, 1), ('{ANN}', -3, 'usage', -7, 1), ('{ANN}', -3, 'usage', 0, 1)",
            app(ANN)
        ),
        &[
            &format!("{BALANCE} = 0"),
            "(SELECT array_agg(balance_after ORDER BY entry_number) = '{25,0,2,1,6,3,0}' FROM credit_transactions)",
        ],
    );
    assert_eq!(
        database.value(&format!(
            "SELECT credits FROM users.users WHERE id = '{BEN}'"
        )),
        "15"
    );
}

#[test]
fn credits_never_go_below_zero_and_change_in_no_other_way() {
    let database = dialer();
    let both = format!(
        "INSERT INTO credit_transactions (user_id, amount, type) VALUES ('{ANN}', -10, 'usage'), ('{ANN}', -6, 'usage')"
    );
    refuses(
        &database,
        &app(ANN),
        &[
            ("23514", &entry(-16, "usage")),
            ("23514", &entry(-16, "adjustment")),
            ("23514", &both),
            ("23514", &entry(1, "usage")),
            ("23514", &entry(-1, "purchase")),
            ("23514", &entry(-1, "refund")),
            ("23514", &entry(1, "gift")),
            ("23000", "UPDATE users SET credits = 14"),
            ("23000", "UPDATE users SET credits = credits + 1"),
            ("22003", &entry(i32::MAX, "purchase")),
        ],
    );
    // A trigger of one's own does not pass for that of the ledger.
    refuses(
        &database,
        &app(ANN),
        &[(
            "23000",
            "CREATE TEMP TABLE own (credits integer);
            CREATE FUNCTION pg_temp.take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                UPDATE users.users SET credits = NEW.credits; RETURN NULL; END $$;
            CREATE TRIGGER take AFTER INSERT ON own FOR EACH ROW EXECUTE FUNCTION pg_temp.take();
            INSERT INTO own VALUES (1000)",
        )],
    );
    // Not even the owner, by mistake.
    refuses(
        &database,
        "",
        &[("23000", "UPDATE users.users SET credits = 1000")],
    );
    holds(
        &database,
        &format!(
            "{}; UPDATE users SET credits = credits, bio = 'x'",
            app(ANN)
        ),
        &[
            &format!("{BALANCE} = 15"),
            "NOT EXISTS (SELECT FROM credit_transactions)",
        ],
    );
}

#[test]
fn the_ledger_begins_with_what_the_user_has() {
    let database = dialer();
    let nobody = of(ANN, "agent");
    refuses(
        &database,
        "",
        &[(
            "23503",
            &format!(
                "INSERT INTO dialer.credit_transactions (user_id, amount, type)
                VALUES ('{nobody}', -1, 'usage')"
            ),
        )],
    );
    // Changed before there was a ledger; and several rows by a SELECT, of two users.
    database.execute(&format!(
        "BEGIN; SET LOCAL session_replication_role = replica;
        UPDATE users.users SET credits = 3 WHERE id = '{ANN}'; COMMIT;
        INSERT INTO users.users (id, email, credits) VALUES ('{nobody}', 'n@x.io', 40);
        INSERT INTO dialer.credit_transactions (user_id, amount, type)
        SELECT u.id, n.amount, 'adjustment'
        FROM users.users AS u, unnest('{{-3,5,-1}}'::int[]) WITH ORDINALITY AS n (amount, i)
        WHERE u.id <> '{BEN}' ORDER BY n.i, u.id"
    ));
    holds(
        &database,
        "SET search_path = users, dialer",
        &[
            &format!("(SELECT credits = 4 FROM users WHERE id = '{ANN}')"),
            &format!("(SELECT credits = 41 FROM users WHERE id = '{nobody}')"),
            "NOT EXISTS (SELECT FROM validate_user_data_consistency())",
            "(SELECT bool_and(balance_after >= 0) AND count(*) = 6 FROM credit_transactions)",
        ],
    );
}

/// The policy on users would not let it write its own row.
#[test]
fn a_member_of_an_organization_spends_without_naming_it() {
    let database = dialer();
    let member = format!(
        "INSERT INTO users.organizations (id) VALUES ('{BEN}');
        UPDATE users.users SET organization_id = '{BEN}' WHERE id = '{ANN}'"
    );
    holds(
        &database,
        &format!("{member}; {}; {}", app(ANN), entry(-1, "usage")),
        &[&format!("{BALANCE} = 14")],
    );
}

#[test]
fn a_row_that_is_left_out_changes_nothing() {
    let database = dialer();
    let pay = format!(
        "INSERT INTO credit_transactions (user_id, amount, type, call_id)
        VALUES ('{ANN}', -2, 'usage', '{}') ON CONFLICT DO NOTHING",
        of(ANN, "call")
    );
    holds(
        &database,
        &format!("{}; {pay}; {pay}", app(ANN)),
        &[
            &format!("{BALANCE} = 13"),
            "(SELECT count(*) = 1 FROM credit_transactions)",
        ],
    );
}

#[test]
fn a_call_that_has_ended_is_paid_once() {
    let database = dialer();
    let call = of(ANN, "call");
    let charge = format!("charge_call('{call}')");
    refuses(
        &database,
        &app(ANN),
        &[
            ("55000", &format!("SELECT {charge}")),
            (
                "22023",
                &format!("UPDATE calls SET status = 'failed'; SELECT charge_call('{call}', -1)"),
            ),
        ],
    );
    // Two minutes begun, at a credit each.
    let end = "UPDATE calls SET status = 'completed', duration_seconds = 61";
    holds(
        &database,
        &format!("{}; {end}", app(ANN)),
        &[&format!("{charge} = 2")],
    );
    holds(
        &database,
        &app(ANN),
        &[
            &format!("{charge} = 0"),
            &format!("charge_call('{call}', 5) = 0"),
            &format!("{BALANCE} = 13"),
            "(SELECT ROW(amount, type, balance_after) = ROW(-2, 'usage', 13) FROM credit_transactions)",
        ],
    );
    let again = format!(
        "INSERT INTO credit_transactions (user_id, amount, type, call_id) VALUES ('{ANN}', -1, 'usage', '{call}')"
    );
    refuses(&database, &app(ANN), &[("23505", &again)]);
}

#[test]
fn a_call_costs_what_the_settings_say_and_no_more_than_there_is() {
    let database = dialer();
    let [ann, ben] = [ANN, BEN].map(|user| of(user, "call"));
    database.execute(
        "UPDATE dialer.calls SET status = 'completed', duration_seconds = 180;
        INSERT INTO dialer.system_config (key, value) VALUES ('credits_per_minute', '6')",
    );
    holds(
        &database,
        &app(ANN),
        &[
            &format!("charge_call('{ann}') = 15"),
            &format!("charge_call('{ann}') = 0"),
        ],
    );
    holds(
        &database,
        &app(ANN),
        &["(SELECT description = '15 of 18 credits' FROM credit_transactions)"],
    );
    // A price of its own; a call that nobody took is free.
    holds(
        &database,
        &app(BEN),
        &[&format!("charge_call('{ben}', 0) = 0")],
    );
    database.execute("UPDATE dialer.calls SET duration_seconds = -180");
    holds(
        &database,
        &app(BEN),
        &[&format!("charge_call('{ben}') = 0")],
    );
    database.execute("UPDATE dialer.calls SET status = 'busy', duration_seconds = NULL");
    holds(
        &database,
        &app(BEN),
        &[
            &format!("charge_call('{ben}') = 0"),
            &format!("charge_call('{ben}', 4) = 4"),
        ],
    );
    assert_eq!(database.value("SELECT sum(credits) FROM users.users"), "11");
}
