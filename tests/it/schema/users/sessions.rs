//! Sessions: found by their token, renewed once, cleaned up when they are over.

use crate::schema::{holds, refuses};
use crate::support::Database;

const USER: &str = "11111111-0000-0000-0000-000000000001";

/// A user with a session: an hour to live, a day to be renewed, last used ten minutes ago.
fn with_session() -> Database {
    let database = Database::shipped();
    database.execute(&format!(
        "INSERT INTO users.users (id, email) VALUES ('{USER}', 'p@x.io');
        INSERT INTO users.user_sessions (user_id, token, refresh_token, expires_at,
            refresh_expires_at, last_used_at, ip_address, user_agent)
        VALUES ('{USER}', 'a token', 'a renewal', now() + interval '1 hour',
            now() + interval '1 day', now() - interval '10 minutes', '::1', 'ua')"
    ));
    database
}

#[track_caller]
fn touched(database: &Database, token: &str) -> bool {
    let rows = database.rows(&format!("SELECT user_id FROM users.touch_session({token})"));
    assert!(rows.is_empty() || rows == [[USER]], "{rows:?}");
    !rows.is_empty()
}

#[track_caller]
fn renewed(database: &Database, token: &str, next: &str) -> bool {
    let sql = format!(
        "SELECT user_id FROM users.renew_session('{token}', '{next} token', '{next} renewal',
            now() + interval '2 hours', now() + interval '2 days')"
    );
    let rows = database.rows(&sql);
    assert!(rows.is_empty() || rows == [[USER]], "{rows:?}");
    !rows.is_empty()
}

#[test]
fn tokens_of_a_session_are_stored_as_hashes() {
    let database = with_session();
    holds(
        &database,
        "",
        &[
            "SELECT token = users.hash_token('a token')
                AND refresh_token = users.hash_token('a renewal')
                AND token = 'sha256:' || encode(sha256('a token'), 'hex') FROM users.user_sessions",
            "NOT EXISTS (SELECT FROM users.user_sessions s
                WHERE s::text LIKE '%a token%' OR s::text LIKE '%a renewal%')",
        ],
    );
    refuses(
        &database,
        "SET session_replication_role = replica",
        &[
            ("23514", "UPDATE users.user_sessions SET token = 'plain'"),
            (
                "23514",
                "UPDATE users.user_sessions SET refresh_token = 'plain'",
            ),
        ],
    );
    let insert = |columns: &str, values: &str| {
        format!(
            "INSERT INTO users.user_sessions (user_id, expires_at{columns}) VALUES ('{USER}', now(){values})"
        )
    };
    refuses(
        &database,
        "",
        &[
            ("23505", &insert(", token", ", 'a token'")),
            (
                "23505",
                &insert(", token, refresh_token", ", 'b', 'a renewal'"),
            ),
            ("23502", &insert("", "")),
            ("22001", &insert(", token", ", repeat('x', 501)")),
        ],
    );
    database.execute(&insert(", token", ", repeat('x', 500)"));
}

#[test]
fn a_use_is_noted_once_a_minute() {
    let database = with_session();
    assert!(touched(&database, "'a token'"));
    let fresh = "SELECT last_used_at > now() - interval '5 seconds' FROM users.user_sessions";
    holds(&database, "", &[fresh]);

    // A time that somebody writes stays, and within the minute nothing is written.
    database.execute("UPDATE users.user_sessions SET last_used_at = now() - interval '30 seconds'");
    holds(&database, "", &[&format!("NOT ({fresh})")]);
    let version = "SELECT xmin FROM users.user_sessions";
    let before = database.value(version);
    assert!(touched(&database, "'a token'"));
    assert_eq!(database.value(version), before);

    // Any other change is a use.
    database.execute("UPDATE users.user_sessions SET user_agent = 'ua2'");
    holds(&database, "", &[fresh]);
    assert!(touched(&database, "'a token'"), "and no second hash");
}

#[test]
fn only_the_token_finds_the_session() {
    let database = with_session();
    for wrong in [
        "users.hash_token('a token')",
        "'nope'",
        "NULL",
        "'A token'",
        "'a renewal'",
    ] {
        assert!(!touched(&database, wrong), "{wrong}");
    }
    for off in [
        "UPDATE users.users SET is_active = false",
        "UPDATE users.user_sessions SET expires_at = now() - interval '1 second'",
    ] {
        let database = with_session();
        assert!(touched(&database, "'a token'"));
        database.execute(off);
        assert!(!touched(&database, "'a token'"), "{off}");
    }
}

#[test]
fn a_session_is_renewed_once_with_each_token() {
    let database = with_session();
    assert!(
        !renewed(&database, "a token", "b"),
        "the session's token renews nothing"
    );
    assert!(renewed(&database, "a renewal", "b"));
    assert!(!renewed(&database, "a renewal", "c"));
    assert!(!touched(&database, "'a token'"));
    assert!(touched(&database, "'b token'"));
    holds(
        &database,
        "",
        &[
            "SELECT count(*) = 1 AND bool_and(expires_at > now() + interval '119 minutes') FROM users.user_sessions",
        ],
    );
    database.execute("UPDATE users.users SET is_active = false");
    assert!(!renewed(&database, "b renewal", "c"));
    database.execute("UPDATE users.users SET is_active = true");
    database
        .execute("UPDATE users.user_sessions SET refresh_expires_at = now() - interval '1 second'");
    assert!(!renewed(&database, "b renewal", "c"));
    database.execute("UPDATE users.user_sessions SET refresh_expires_at = NULL");
    assert!(renewed(&database, "b renewal", "c"), "until expires_at");
}

#[test]
fn of_eight_who_renew_a_session_at_once_one_succeeds() {
    let database = with_session();
    let successes: usize = std::thread::scope(|scope| {
        let (database, next) = (&database, ["b", "c", "d", "e", "f", "g", "h", "i"]);
        let runs: Vec<_> = next
            .into_iter()
            .map(|next| scope.spawn(move || usize::from(renewed(database, "a renewal", next))))
            .collect();
        runs.into_iter()
            .map(|run| run.join().expect("an answer"))
            .sum()
    });
    assert_eq!(successes, 1);
}

#[test]
fn the_clean_up_leaves_sessions_that_live_or_can_be_renewed() {
    let database = with_session();
    let clean = "SELECT users.cleanup_expired_sessions()";
    database.execute(&format!(
        "INSERT INTO users.user_sessions (user_id, token, expires_at, refresh_expires_at) VALUES
        ('{USER}', 'over', now() - interval '1 second', NULL),
        ('{USER}', 'both over', now() - interval '2 days', now() - interval '1 day'),
        ('{USER}', 'renewable', now() - interval '2 days', now() + interval '1 day'),
        ('{USER}', 'live', now() + interval '1 day', now() - interval '1 day')"
    ));
    assert_eq!(database.value(clean), "2");
    assert_eq!(database.value(clean), "0");
    holds(
        &database,
        "",
        &[
            "SELECT array_agg(t ORDER BY t) = ARRAY['a token', 'live', 'renewable']
            FROM unnest(ARRAY['a token', 'both over', 'live', 'over', 'renewable']) AS t
            JOIN users.user_sessions ON token = users.hash_token(t)",
        ],
    );
}
