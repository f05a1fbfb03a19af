//! Refresh tokens that several present at once.

use super::tokens::{USER, issue, rotate, with_user};
use crate::schema::holds;

/// Each round is a race of eight; one gets a successor, and the other seven show a theft.
#[test]
fn of_eight_who_present_a_token_at_once_one_gets_a_successor_that_does_not_last() {
    let database = with_user();
    for _ in 0..3 {
        let token = issue(&database);
        let mut outcomes: Vec<String> = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| rotate(&database, &token).0))
                .collect();
            runs.into_iter()
                .map(|run| run.join().expect("an outcome"))
                .collect()
        });
        outcomes.sort();
        let mut expected = vec!["reused"; 7];
        expected.push("rotated");
        assert_eq!(outcomes, expected);
        holds(
            &database,
            "",
            &[
                "NOT EXISTS (SELECT FROM users.refresh_tokens WHERE revoked_at IS NULL AND used_at IS NULL)",
            ],
        );
    }
}

/// Whatever revokes waits for the exchange that is under way, and takes its successor along.
#[test]
fn a_successor_made_in_the_moment_of_a_revocation_is_revoked_too() {
    for revocation in [
        "SELECT outcome = 'reused' FROM users.rotate_refresh_token('{first}')",
        "SELECT users.revoke_refresh_tokens('{user}') > 0",
        "SELECT users.revoke_refresh_token('{second}')",
    ] {
        let database = with_user();
        let first = issue(&database);
        let (_, _, second) = rotate(&database, &first);
        let revocation = revocation
            .replace("{first}", &first)
            .replace("{second}", &second)
            .replace("{user}", USER);
        std::thread::scope(|scope| {
            let exchange = scope.spawn(|| {
                // Open until the other one waits for it.
                database.execute(&format!(
                    "BEGIN; SELECT outcome FROM users.rotate_refresh_token('{second}');
                    SELECT pg_advisory_lock(1);
                    DO $$ BEGIN
                        FOR i IN 1..1000 LOOP
                            PERFORM pg_stat_clear_snapshot();
                            EXIT WHEN EXISTS (SELECT FROM pg_stat_activity
                                WHERE datname = current_database() AND wait_event_type = 'Lock'
                                AND query LIKE '/* waits */%');
                            PERFORM pg_sleep(0.01);
                            ASSERT i < 1000, 'nobody waits';
                        END LOOP;
                    END $$;
                    COMMIT"
                ));
            });
            // The exchange is open once it holds the advisory lock.
            while database.value(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            ) == "0"
            {
                assert!(!exchange.is_finished(), "the exchange failed");
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            assert_eq!(
                database.value(&format!("/* waits */ {revocation}")),
                "t",
                "{revocation}"
            );
            exchange.join().expect("the exchange");
        });
        let live = "SELECT count(*) FROM users.refresh_tokens WHERE revoked_at IS NULL AND used_at IS NULL";
        assert_eq!(database.value(live), "0", "{revocation}");
    }
}
