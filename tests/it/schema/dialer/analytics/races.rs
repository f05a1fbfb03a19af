//! Many sessions that count at once.

use super::{call, crew, exact, id, user_of};
use crate::schema::holds;
use crate::support::{Client, Database};

/// Runs a message in each of eight sessions, at once.
fn eight(database: &Database, message: impl Fn(usize) -> String + Sync) {
    std::thread::scope(|scope| {
        for session in 0..8 {
            let message = &message;
            scope.spawn(move || database.execute(&message(session)));
        }
    });
}

/// Agents 1, 4, 7 and 10 are one user's. Each session goes through them in an order of its own,
/// with several in one transaction: without a lock for the user they would block each other.
#[test]
fn calls_of_one_users_agents_neither_get_lost_nor_block_each_other() {
    let database = crew();
    eight(&database, |session| {
        let mut sql = String::new();
        for round in 0..12 {
            let agent =
                |n: usize| 1 + 3 * ((session * 5 + round * 3 + n * (session % 2 * 2 + 1)) % 4);
            let name = |n: usize| format!("{session}-{round}-{n}");
            let user = user_of(1);
            sql += "BEGIN;";
            for n in 0..3 {
                sql += &call(agent(n), &name(n), ", status", ", 'in-progress'");
            }
            sql += &format!(
                "UPDATE dialer.calls SET status = 'completed', duration_seconds = 61
                    WHERE bolna_execution_id = '{}';
                INSERT INTO dialer.credit_transactions (user_id, amount, type, call_id)
                    SELECT '{user}', -1, 'usage', id FROM dialer.calls
                    WHERE bolna_execution_id = '{}';
                INSERT INTO dialer.lead_analytics (call_id, user_id, agent_id, fit_score)
                    SELECT id, user_id, agent_id, {session} FROM dialer.calls
                    WHERE bolna_execution_id = '{}';
                DELETE FROM dialer.calls WHERE bolna_execution_id = '{}';
                COMMIT;",
                name(0),
                name(0),
                name(1),
                name(2)
            );
        }
        sql
    });
    exact(&database);
    holds(
        &database,
        "",
        &[
            "(SELECT sum(total_calls) = 192 AND sum(total_leads) = 96 AND sum(credits_used) = 96
                FROM dialer.user_analytics)",
            "(SELECT sum(completed_calls) = 96 FROM dialer.call_campaigns)",
            "(SELECT sum(total_duration_seconds) = 96 * 61 FROM dialer.agent_analytics
                WHERE hour IS NULL)",
        ],
    );
}

/// Single statements over agents of all users, in whatever order their rows come.
#[test]
fn statements_over_many_agents_do_not_block_each_other() {
    let database = crew();
    eight(&database, |session| {
        let order = if session % 2 == 0 { "ASC" } else { "DESC" };
        let insert = |round: usize| {
            format!(
                "BEGIN;
                INSERT INTO dialer.calls (user_id, agent_id, campaign_id, bolna_conversation_id,
                    bolna_execution_id, phone_number, status)
                SELECT a.user_id, a.id, k.id, 'c', concat_ws('-', {session}, {round}, a.id), '+1',
                    'busy'
                FROM dialer.agents a JOIN dialer.call_campaigns k ON k.agent_id = a.id
                ORDER BY a.id {order};
                COMMIT; BEGIN;
                UPDATE dialer.calls SET status = 'completed'
                    WHERE bolna_execution_id LIKE '{session}-{round}-%';
                COMMIT;"
            )
        };
        (0..10).map(insert).collect()
    });
    exact(&database);
    holds(
        &database,
        "",
        &[
            "(SELECT sum(total_calls) = 960 AND sum(successful_calls) = 960 FROM dialer.user_analytics)",
        ],
    );
}

/// The same calls are changed and paid for, at once, in single statements and in transactions.
#[test]
fn a_call_is_paid_for_while_it_changes() {
    let database = crew();
    for number in 0..4 {
        let name = number.to_string();
        database.execute(&call(1, &name, ", status", ", 'completed'"));
    }
    eight(&database, |session| {
        let round = |round: usize| {
            let name = (session + round) % 4;
            let change = format!(
                "UPDATE dialer.calls SET duration_seconds = 60 + {session}
                    WHERE bolna_execution_id = '{name}';"
            );
            let pay = format!(
                "SELECT dialer.charge_call(id) FROM dialer.calls
                    WHERE bolna_execution_id = '{name}';"
            );
            // Without BEGIN and COMMIT, the whole message would be one transaction.
            match session % 3 {
                0 => format!("BEGIN; {change} COMMIT;"),
                1 => format!("BEGIN; {pay} COMMIT;"),
                _ => format!("BEGIN; {change} {pay} COMMIT;"),
            }
        };
        (0..25).map(round).collect()
    });
    exact(&database);
    holds(
        &database,
        "",
        &["(SELECT count(*) = 4 AND bool_and(credits_used > 0) FROM dialer.calls)"],
    );
}

/// The lead waits for the call, and goes where it went.
#[test]
fn a_lead_made_while_its_call_moves_moves_along() {
    let database = crew();
    database.execute(&call(1, "moving", "", ""));
    let mover = Client::that(
        &database,
        &format!("BEGIN; UPDATE dialer.calls SET agent_id = '{}'", id('a', 4)),
    );
    std::thread::scope(|scope| {
        let lead = scope.spawn(|| {
            database.execute(
                "INSERT INTO dialer.lead_analytics (call_id, user_id, agent_id)
                SELECT id, user_id, agent_id FROM dialer.calls",
            );
        });
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND wait_event_type = 'Lock'";
        while database.value(waits) == "0" {
            assert!(!lead.is_finished(), "the lead did not wait");
        }
        mover.execute("COMMIT");
        lead.join().expect("the lead");
    });
    assert_eq!(exact(&database)[3], 1);
}

#[test]
fn a_recomputation_waits_for_calls_that_are_being_counted() {
    let database = crew();
    let day = "'2026-01-01'";
    let started = ", started_at";
    let at = ", '2026-01-01 10:00+00'";
    database.execute(&call(1, "first", started, at));
    let writer = Client::that(
        &database,
        &format!("BEGIN; {}", call(1, "second", started, at)),
    );
    std::thread::scope(|scope| {
        let recompute = scope.spawn(|| {
            database.execute(&format!(
                "SELECT dialer.recompute_agent_daily_from_calls('{}', {day})",
                id('a', 1)
            ));
        });
        let waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while database.value(waits) == "0" {
            assert!(!recompute.is_finished(), "it did not wait");
        }
        writer.execute("COMMIT");
        recompute.join().expect("the recomputation");
    });
    exact(&database);
    holds(
        &database,
        "",
        &["(SELECT total_calls = 2 FROM dialer.user_analytics)"],
    );
}
