//! Organizations and users: documented statements run as documented, and the checks hold.

use crate::schema::{holds, refuses};
use crate::support::Database;

/// The search path under which DESIGN says that documented statements run.
const PATH: &str = "SET search_path = users, utilities, triggers, extensions, public";

const ORGANIZATION: &str = "00000000-0000-0000-0000-000000000001";

#[test]
fn documented_inserts_run_with_the_documented_columns() {
    let database = Database::shipped();
    for insert in [
        // OPhir: the default organization and the admin user, whose password comes later.
        "INSERT INTO organizations (id, name)
            VALUES ('00000000-0000-0000-0000-000000000001', 'Default Organization')",
        "INSERT INTO users (id, organization_id, email, password_hash, first_name, last_name, role,
                settings, email_verified, created_at, updated_at)
            VALUES (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'admin@ophir.dev',
                NULL, 'Ada', 'Admin', 'admin', '{}', true, '2025-01-01 00:00:00'::timestamp,
                '2025-01-01 00:00:00'::timestamp)",
        "INSERT INTO organizations (id) VALUES (gen_random_uuid())",
        "INSERT INTO users (email) VALUES ('local.part@x.io')",
        // AI dialer: what is NOT NULL without a default, and nothing else.
        "INSERT INTO users (email, name) VALUES ('only@required.io', 'Only Required')",
        "INSERT INTO users (id, email, name, role, credits, is_active, auth_provider,
                stack_auth_user_id, email_verified, password_hash, company, website, location, bio,
                phone, created_at, updated_at)
            VALUES (uuid_generate_v4(), 'all@x.io', 'All', 'super_admin', 0, false, 'linkedin', 's',
                true, 'long enough', 'c', 'w', 'Europe/Paris', 'b', '+33123456789',
                CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)",
        "INSERT INTO user_sessions (user_id, token, expires_at)
            SELECT id, 'tok-1', now() + interval '1 hour' FROM users WHERE email = 'only@required.io'",
        "INSERT INTO login_attempts (email, ip_address) VALUES ('whoever', '10.0.0.1')",
        "SELECT cleanup_expired_sessions(), cleanup_old_login_attempts(), generate_ulid()",
        "SELECT user_id, login_count, last_login FROM user_login_stats",
    ] {
        database.execute(&format!("{PATH}; {insert}"));
    }
    holds(
        &database,
        PATH,
        &[
            "(SELECT ROW(name, role, credits, is_active, auth_provider, email_verified,
                password_hash, settings, created_at = updated_at)::text
            FROM users WHERE email = 'only@required.io')
                = '(\"Only Required\",user,15,t,email,f,,{},t)'",
            "(SELECT ROW(plan_type, settings)::text FROM organizations WHERE name IS NULL)
                = '(free,{})'",
            "(SELECT ROW(name, role, created_at)::text FROM users WHERE email = 'admin@ophir.dev')
                = '(\"Ada Admin\",admin,\"' || '2025-01-01'::timestamptz || '\")'",
            "(SELECT success = false AND attempted_at > now() - interval '1 minute'
            FROM login_attempts)",
        ],
    );
}

#[test]
fn checks_keep_out_what_the_documents_exclude() {
    let database = Database::shipped();
    database.execute(
        "INSERT INTO users.users (email, stack_auth_user_id) VALUES ('taken@x.io', 'taken')",
    );
    let insert = |columns: &str, values: &str| {
        format!("INSERT INTO users (email{columns}) VALUES ('a@b.co'{values})")
    };
    refuses(
        &database,
        PATH,
        &[
            ("23514", "INSERT INTO users (email) VALUES ('nope')"),
            ("23514", "INSERT INTO users (email) VALUES ('')"),
            ("23502", "INSERT INTO users (name) VALUES ('x')"),
            ("23514", &insert(", role", ", 'owner'")),
            ("23502", &insert(", role", ", NULL")),
            ("23514", &insert(", credits", ", -1")),
            ("23514", &insert(", auth_provider", ", 'twitter'")),
            ("23505", &insert(", stack_auth_user_id", ", 'taken'")),
            ("23503", &insert(", organization_id", ", gen_random_uuid()")),
            ("22001", &insert(", name", ", repeat('x', 256)")),
            ("23505", "INSERT INTO users (email) VALUES ('taken@x.io')"),
            ("23505", "INSERT INTO users (email) VALUES ('TAKEN@x.io')"),
        ],
    );
    for role in ["user", "admin", "super_admin"] {
        for provider in ["email", "google", "linkedin", "github"] {
            database.execute(&format!(
                "{PATH}; INSERT INTO users (email, role, auth_provider)
                VALUES ('{role}@{provider}.io', '{role}', '{provider}')"
            ));
        }
    }
    let upsert = "INSERT INTO users (email) VALUES ('taken@x.io')
        ON CONFLICT (email) DO UPDATE SET bio = 'again'";
    holds(
        &database,
        &format!("{PATH}; {upsert}"),
        &["(SELECT bio = 'again' FROM users WHERE email = 'taken@x.io')"],
    );
}

#[test]
fn a_name_follows_its_parts_until_somebody_gives_one() {
    let database = Database::shipped();
    database.execute("INSERT INTO users.users (email) VALUES ('ada.l@x.io')");
    for (change, name) in [
        ("first_name = NULL", "ada.l"),
        ("first_name = ' Ada ', name = NULL", "Ada"),
        ("last_name = 'Lovelace', first_name = 'Ada'", "Ada Lovelace"),
        ("last_name = 'King'", "Ada King"),
        ("name = 'The Countess'", "The Countess"),
        ("first_name = 'A.'", "The Countess"),
        ("name = NULL", "A. King"),
        ("first_name = NULL", "King"),
    ] {
        database.execute(&format!("UPDATE users.users SET {change}"));
        assert_eq!(
            database.value("SELECT name FROM users.users"),
            name,
            "{change}"
        );
    }
}

#[test]
fn updated_at_follows_every_change() {
    let database = Database::shipped();
    database.execute(&format!(
        "INSERT INTO users.organizations (id, updated_at) VALUES ('{ORGANIZATION}', '2000-01-01');
        INSERT INTO users.users (email, updated_at) VALUES ('a@b.co', '2000-01-01')"
    ));
    for (table, change) in [
        ("organizations", "name = 'n'"),
        ("organizations", "updated_at = '1999-01-01'"),
        ("users", "bio = 'b'"),
        ("users", "updated_at = '1999-01-01'"),
    ] {
        holds(
            &database,
            &format!("UPDATE users.{table} SET {change}"),
            &[&format!(
                "SELECT updated_at = CURRENT_TIMESTAMP FROM users.{table}"
            )],
        );
    }
}

#[test]
fn deleting_a_user_takes_what_is_its_own_and_an_organization_with_users_stays() {
    let database = Database::shipped();
    database.execute(&format!(
        "INSERT INTO users.organizations (id) VALUES ('{ORGANIZATION}');
        INSERT INTO users.users (email, organization_id) VALUES
            ('gone@x.io', '{ORGANIZATION}'), ('stays@x.io', NULL);
        INSERT INTO users.user_sessions (user_id, token, expires_at)
            SELECT id, email, now() FROM users.users;
        SELECT users.issue_refresh_token(id) FROM users.users"
    ));
    let state = database.refusal("DELETE FROM users.organizations");
    // PostgreSQL 18 calls it a restrict violation.
    assert!(["23503", "23001"].contains(&state.as_str()), "{state}");
    database.execute("DELETE FROM users.users WHERE email = 'gone@x.io'");
    for table in ["users", "user_sessions", "refresh_tokens"] {
        let count = database.value(&format!("SELECT count(*) FROM users.{table}"));
        assert_eq!(count, "1", "{table}");
    }
    database.execute("DELETE FROM users.organizations");
}

/// The queries that every log-in makes use an index even in a table that is not small.
#[test]
fn a_log_in_reads_no_table_to_its_end() {
    let database = Database::shipped();
    database.execute(
        "INSERT INTO users.users (email) SELECT 'u' || i || '@x.io' FROM generate_series(1, 3000) AS i;
        INSERT INTO users.login_attempts (email, ip_address, attempted_at)
            SELECT 'u' || i || '@x.io', inet '10.0.0.0' + i, now() - i * interval '1 minute'
            FROM generate_series(1, 3000) AS i;
        ANALYZE users.users, users.login_attempts",
    );
    for (query, index) in [
        (
            "SELECT id FROM users.users WHERE lower(email) = 'u7@x.io'",
            "users_email_lower_key",
        ),
        (
            "SELECT count(*) FROM users.login_attempts WHERE lower(email) = 'u7@x.io'
                AND attempted_at > now() - interval '15 minutes'",
            "login_attempts_email_attempted_at_idx",
        ),
        (
            "SELECT count(*) FROM users.login_attempts WHERE ip_address = '10.0.0.7'
                AND attempted_at > now() - interval '15 minutes'",
            "login_attempts_ip_address_attempted_at_idx",
        ),
        (
            "DELETE FROM users.login_attempts WHERE attempted_at < now() - interval '2 days'",
            "login_attempts_attempted_at_idx",
        ),
    ] {
        let plan = database.rows(&format!("EXPLAIN {query}"));
        assert!(plan.iter().any(|line| line[0].contains(index)), "{plan:#?}");
    }
}
