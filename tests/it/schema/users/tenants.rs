//! Row security: what one tenant can see and change of another's, which is nothing.

use crate::schema::{holds, refuses};
use crate::support::Database;

/// Organizations, with a user each; Carol has none.
pub const A: &str = "aaaaaaaa-0000-0000-0000-000000000000";
pub const B: &str = "bbbbbbbb-0000-0000-0000-000000000000";
pub const ALICE: &str = "aaaaaaaa-0000-0000-0000-00000000000a";
pub const BOB: &str = "bbbbbbbb-0000-0000-0000-00000000000b";
pub const CAROL: &str = "cccccccc-0000-0000-0000-00000000000c";

/// All that holds rows of tenants; each of the three has one in each, but Carol no organization.
pub const RELATIONS: [&str; 6] = [
    "organizations",
    "users",
    "refresh_tokens",
    "user_sessions",
    "login_attempts",
    "user_login_stats",
];

pub fn tenants() -> Database {
    let database = Database::shipped();
    database.execute(&format!(
        "INSERT INTO users.organizations (id, name) VALUES ('{A}', 'A'), ('{B}', 'B');
        INSERT INTO users.users (id, organization_id, email) VALUES
            ('{ALICE}', '{A}', 'alice@a.io'), ('{BOB}', '{B}', 'bob@b.io'),
            ('{CAROL}', NULL, 'carol@c.io');
        INSERT INTO users.user_sessions (user_id, token, expires_at)
            SELECT id, 'tok ' || email, now() + interval '1 hour' FROM users.users;
        INSERT INTO users.login_attempts (email, ip_address) VALUES
            ('Alice@a.io', '10.0.0.1'), ('bob@b.io', '10.0.0.2'), ('carol@c.io', '10.0.0.3'),
            ('ghost@x.io', '10.0.0.4');
        SELECT users.issue_refresh_token(id) FROM users.users"
    ));
    database
}

/// The start of a transaction of a role, for an organization and a user; empty is not set.
pub fn acting(role: &str, organization: &str, user: &str) -> String {
    format!(
        "SET ROLE {role}; SET app.current_org_id = '{organization}';
        SET app.current_user_id = '{user}'"
    )
}

/// How many rows each of the relations shows.
#[track_caller]
pub fn seen(database: &Database, acting: &str) -> Vec<String> {
    let counts = RELATIONS.map(|name| format!("(SELECT count(*) FROM users.{name})"));
    let rows = database.rows(&format!("{acting}; SELECT {}", counts.join(", ")));
    rows.into_iter().next().expect("a row")
}

/// How many rows a statement changes.
#[track_caller]
fn changed(database: &Database, acting: &str, statement: &str) -> String {
    let sql = format!("{acting}; WITH x AS ({statement} RETURNING 1) SELECT count(*) FROM x");
    database.value(&sql)
}

#[test]
fn each_sees_its_own_rows_and_without_a_setting_there_are_none() {
    let database = tenants();
    assert_eq!(
        seen(&database, ""),
        ["2", "3", "3", "3", "4", "3"],
        "the owner sees all"
    );
    for role in ["crm_app", "crm_readonly"] {
        assert_eq!(
            seen(&database, &format!("SET ROLE {role}")),
            ["0"; 6],
            "{role}, never set"
        );
        assert_eq!(
            seen(&database, &acting(role, "", "")),
            ["0"; 6],
            "{role}, set and reset"
        );
        assert_eq!(
            seen(&database, &acting(role, A, "")),
            ["1"; 6],
            "{role}, organization"
        );
        let alone = ["0", "1", "1", "1", "1", "1"];
        assert_eq!(
            seen(&database, &acting(role, "", CAROL)),
            alone,
            "{role}, user"
        );
        assert_eq!(
            seen(&database, &acting(role, "", ALICE)),
            alone,
            "{role}, member alone"
        );
        let both = ["1", "2", "2", "2", "2", "2"];
        assert_eq!(
            seen(&database, &acting(role, A, CAROL)),
            both,
            "{role}, both"
        );
        for (organization, name, email) in [(A, "A", "alice@a.io"), (B, "B", "bob@b.io")] {
            holds(
                &database,
                &acting(role, organization, ""),
                &[
                    &format!("(SELECT name = '{name}' FROM users.organizations)"),
                    &format!("(SELECT email = '{email}' FROM users.users)"),
                    &format!("(SELECT lower(email) = '{email}' FROM users.login_attempts)"),
                    &format!(
                        "(SELECT failed_count = 1 AND email = '{email}'
                        FROM users.user_login_stats)"
                    ),
                ],
            );
        }
    }
}

#[test]
fn what_is_anothers_cannot_be_changed_or_deleted() {
    let database = tenants();
    let app = acting("crm_app", A, ALICE);
    for statement in [
        format!("UPDATE users.users SET name = 'x' WHERE id = '{BOB}'"),
        format!("DELETE FROM users.users WHERE id <> '{ALICE}'"),
        format!("UPDATE users.organizations SET name = 'x' WHERE id = '{B}'"),
        format!("DELETE FROM users.organizations WHERE id = '{B}'"),
        format!("UPDATE users.user_sessions SET user_agent = 'x' WHERE user_id <> '{ALICE}'"),
        format!("DELETE FROM users.user_sessions WHERE user_id = '{BOB}'"),
        format!("UPDATE users.refresh_tokens SET revoked_at = now() WHERE user_id = '{BOB}'"),
        format!("DELETE FROM users.refresh_tokens WHERE user_id = '{CAROL}'"),
    ] {
        assert_eq!(changed(&database, &app, &statement), "0", "{statement}");
    }
    // The same statements do change what is its own.
    for statement in [
        "UPDATE users.users SET name = 'x'",
        "UPDATE users.organizations SET plan_type = 'pro'",
        "UPDATE users.refresh_tokens SET revoked_at = now()",
        "UPDATE users.user_sessions SET user_agent = 'x'",
        "DELETE FROM users.refresh_tokens",
        "DELETE FROM users.user_sessions",
        "DELETE FROM users.users",
        "DELETE FROM users.organizations",
    ] {
        assert_eq!(changed(&database, &app, statement), "1", "{statement}");
    }
    assert_eq!(seen(&database, ""), ["1", "2", "2", "2", "4", "2"]);
}

#[test]
fn nothing_is_put_into_anothers_place() {
    let database = tenants();
    let insert = |table: &str, columns: &str, values: &str| {
        format!("INSERT INTO users.{table} ({columns}) VALUES ({values})")
    };
    let spy = insert(
        "users",
        "organization_id, email",
        &format!("'{B}', 'spy@b.io'"),
    );
    let session = insert(
        "user_sessions",
        "user_id, token, expires_at",
        &format!("'{BOB}', 'x', now()"),
    );
    let token = insert(
        "refresh_tokens",
        "user_id, token_hash, expires_at",
        &format!("'{BOB}', sha256('x'), now() + interval '1 hour'"),
    );
    let moved = format!("UPDATE users.users SET organization_id = '{B}'");
    let given = format!("UPDATE users.user_sessions SET user_id = '{BOB}'");
    let issue = format!("SELECT users.issue_refresh_token('{BOB}')");
    refuses(
        &database,
        &acting("crm_app", A, ALICE),
        &[
            ("42501", &spy),
            ("42501", &session),
            ("42501", &token),
            ("42501", &moved),
            ("42501", &given),
            ("P0002", &issue),
            (
                "42501",
                "INSERT INTO users.organizations (name) VALUES ('x')",
            ),
        ],
    );
    holds(
        &database,
        &acting("crm_app", A, ALICE),
        &[&format!("users.revoke_refresh_tokens('{BOB}') = 0")],
    );

    // Naming a user does not open another organization, nor does it let one walk into it.
    let nobody = acting("crm_app", "", CAROL);
    let sign_up =
        format!("INSERT INTO users.users (organization_id, email) VALUES ('{B}', 'c@c.io')");
    refuses(
        &database,
        &nobody,
        &[("42501", &moved), ("42501", &sign_up)],
    );
    refuses(
        &database,
        &acting("crm_app", "", ALICE),
        &[("42501", "UPDATE users.users SET bio = 'x'")],
    );
    assert_eq!(
        changed(&database, &nobody, "UPDATE users.users SET bio = 'x'"),
        "1"
    );
}
