//! Refresh tokens: given out, exchanged once, withdrawn; a stolen one ends its login.

use crate::schema::{holds, refuses};
use crate::support::Database;

pub const USER: &str = "11111111-0000-0000-0000-000000000001";

pub fn with_user() -> Database {
    let database = Database::shipped();
    database.execute(&format!(
        "INSERT INTO users.users (id, email) VALUES ('{USER}', 'p@x.io')"
    ));
    database
}

#[track_caller]
pub fn issue(database: &Database) -> String {
    let token = database.value(&format!("SELECT users.issue_refresh_token('{USER}')"));
    assert_eq!(token.len(), 43, "256 bits: {token}");
    token
}

/// Exchanges a token: the outcome, the user and the successor.
#[track_caller]
pub fn rotate(database: &Database, token: &str) -> (String, String, String) {
    let sql = format!(
        "SELECT outcome, user_id, refresh_token FROM users.rotate_refresh_token('{token}')"
    );
    let row = database.rows(&sql).swap_remove(0);
    let [outcome, user, successor] = row.try_into().expect("three columns");
    (outcome, user, successor)
}

#[track_caller]
fn outcome(database: &Database, token: &str, expected: &str) {
    let (found, user, successor) = rotate(database, token);
    assert_eq!(found, expected);
    assert_eq!(user, if expected == "reused" { USER } else { "" });
    assert_eq!(successor, "");
}

#[test]
fn a_token_is_stored_as_its_hash_only() {
    let database = with_user();
    let token = database.value(&format!(
        "SELECT users.issue_refresh_token('{USER}', ip_address => '10.1.2.3', user_agent => 'ua')"
    ));
    let is_hash = format!(
        "SELECT token_hash = sha256('{token}') AND ip_address = '10.1.2.3' AND user_agent = 'ua'
            AND expires_at - created_at = interval '30 days'
        FROM users.refresh_tokens"
    );
    let nowhere = format!(
        "NOT EXISTS (SELECT FROM users.refresh_tokens t
        WHERE t::text LIKE '%{token}%' OR encode(token_hash, 'escape') LIKE '%{token}%')"
    );
    let alphabet = format!("'{token}' ~ '^[A-Za-z0-9_-]{{43}}$'");
    holds(&database, "", &[&is_hash, &nowhere, &alphabet]);
    assert_ne!(issue(&database), issue(&database));
    let jwt = "jwt.".repeat(100);
    let own = format!("SELECT users.issue_refresh_token('{USER}', token => '{jwt}')");
    assert_eq!(database.value(&own), jwt, "one of the application's own");
}

#[test]
fn a_token_is_exchanged_once_and_stays_in_its_family() {
    let database = with_user();
    let mut token = issue(&database);
    for _ in 0..3 {
        let (found, user, successor) = rotate(&database, &token);
        assert_eq!((found.as_str(), user.as_str()), ("rotated", USER));
        assert_ne!(successor, token);
        token = successor;
    }
    holds(
        &database,
        "",
        &[
            "SELECT count(*) = 4 AND count(DISTINCT family_id) = 1 AND count(used_at) = 3
            AND count(revoked_at) = 0 FROM users.refresh_tokens",
        ],
    );
    let row = database.rows(&format!(
        "SELECT outcome, refresh_token, expires_at = now() + interval '1 day', organization_id
        FROM users.rotate_refresh_token('{token}', '1 day', repeat('new.', 20))"
    ));
    assert_eq!(row, [["rotated", &"new.".repeat(20), "t", ""]]);
}

#[test]
fn a_token_presented_twice_ends_its_login_and_no_other() {
    let database = with_user();
    let (stolen, other) = (issue(&database), issue(&database));
    let (_, _, successor) = rotate(&database, &stolen);
    outcome(&database, &stolen, "reused");
    outcome(&database, &successor, "revoked");
    outcome(&database, &stolen, "reused");
    assert_eq!(rotate(&database, &other).0, "rotated");
}

#[test]
fn what_is_no_token_is_unknown() {
    let database = with_user();
    let token = issue(&database);
    let hash = database.value("SELECT encode(token_hash, 'hex') FROM users.refresh_tokens");
    for wrong in [
        "nonsense",
        "",
        &hash,
        &token.to_lowercase(),
        &format!("{token} "),
    ] {
        outcome(&database, wrong, "unknown");
    }
    holds(
        &database,
        "",
        &["(users.rotate_refresh_token(NULL)).outcome = 'unknown'"],
    );
    assert_eq!(rotate(&database, &token).0, "rotated");
}

#[test]
fn log_out_here_and_everywhere() {
    let database = with_user();
    let (here, there, elsewhere) = (issue(&database), issue(&database), issue(&database));
    let revoke =
        |token: &str| database.value(&format!("SELECT users.revoke_refresh_token('{token}')"));
    assert_eq!([revoke(&here), revoke(&here), revoke("x")], ["t", "f", "f"]);
    holds(&database, "", &["NOT users.revoke_refresh_token(NULL)"]);
    outcome(&database, &here, "revoked");
    let all = format!("SELECT users.revoke_refresh_tokens('{USER}')");
    assert_eq!([database.value(&all), database.value(&all)], ["2", "0"]);
    outcome(&database, &there, "revoked");
    outcome(&database, &elsewhere, "revoked");
}

#[test]
fn an_expired_token_and_an_inactive_user_get_nothing() {
    let database = with_user();
    let live = issue(&database);
    database.execute(&format!(
        "INSERT INTO users.refresh_tokens (user_id, token_hash, created_at, expires_at)
        VALUES ('{USER}', sha256('old'), now() - interval '2 days', now() - interval '1 day')"
    ));
    outcome(&database, "old", "expired");
    database.execute("UPDATE users.users SET is_active = false");
    outcome(&database, &live, "inactive");
    let again = format!("SELECT users.issue_refresh_token('{USER}')");
    refuses(&database, "", &[("P0002", &again)]);
    database.execute("UPDATE users.users SET is_active = true");
    assert_eq!(
        rotate(&database, &live).0,
        "rotated",
        "neither answer used it up"
    );

    // Used tokens stay until they expire: they show a theft.
    assert_eq!(
        database.value("SELECT users.cleanup_expired_refresh_tokens()"),
        "1"
    );
    outcome(&database, "old", "unknown");
    outcome(&database, &live, "reused");
}

#[test]
fn what_cannot_be_a_token_is_refused() {
    let database = with_user();
    let issue = |rest: &str| format!("SELECT users.issue_refresh_token('{USER}'{rest})");
    let insert = |hash: &str| {
        format!(
            "INSERT INTO users.refresh_tokens (user_id, token_hash, expires_at)
            VALUES ('{USER}', {hash}, now() + interval '1 day')"
        )
    };
    refuses(
        &database,
        "",
        &[
            ("22023", &issue(", token => 'short'")),
            ("23514", &issue(", '0'")),
            ("P0002", "SELECT users.issue_refresh_token(NULL)"),
            (
                "P0002",
                "SELECT users.issue_refresh_token(gen_random_uuid())",
            ),
            ("23514", &insert("'short'")),
        ],
    );
    database.execute(&insert("sha256('x')"));
    refuses(&database, "", &[("23505", &insert("sha256('x')"))]);
}
