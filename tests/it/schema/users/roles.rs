//! What each role may read, write and call.

use super::tenants::{A, ALICE, RELATIONS, acting, tenants};
use crate::schema::{holds, refuses};
use crate::support::Database;

#[test]
fn no_role_logs_in_or_stands_above_row_security() {
    let rows = Database::shipped().rows(
        "SELECT rolname, rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb
            OR rolreplication FROM pg_roles WHERE rolname ~ '^crm_' ORDER BY 1",
    );
    assert_eq!(
        rows,
        [
            "crm_app",
            "crm_asterisk",
            "crm_maintenance",
            "crm_readonly",
            "crm_vendor"
        ]
        .map(|role| [role, "f"])
    );
}

#[test]
fn nobody_reads_secrets() {
    let database = tenants();
    for role in ["crm_app", "crm_readonly", "crm_vendor", "crm_maintenance"] {
        refuses(
            &database,
            &acting(role, A, ALICE),
            &[
                ("42501", "SELECT password_hash FROM users.users"),
                ("42501", "SELECT * FROM users.users"),
                ("42501", "SELECT u::text FROM users.users AS u"),
                ("42501", "SELECT token_hash FROM users.refresh_tokens"),
                ("42501", "SELECT token FROM users.user_sessions"),
                ("42501", "SELECT refresh_token FROM users.user_sessions"),
                ("42501", "UPDATE users.users SET bio = password_hash"),
                (
                    "42501",
                    "DELETE FROM users.users WHERE password_hash LIKE '$2a%'",
                ),
                ("42501", "DELETE FROM users.users RETURNING password_hash"),
                ("42501", "COPY users.users TO stdout"),
            ],
        );
    }
}

#[test]
fn the_application_does_its_work_and_no_maintenance() {
    let database = tenants();
    let app = acting("crm_app", A, "");
    holds(
        &database,
        &format!(
            "{app}; INSERT INTO users.users (organization_id, email, password_hash)
                VALUES (users.current_organization_id(), 'al@a.io', 'long enough');
            INSERT INTO users.user_sessions (user_id, token, expires_at)
                SELECT id, 'al', now() + interval '1 hour' FROM users.users WHERE email = 'al@a.io'"
        ),
        &[
            "users.verify_password('al@a.io', 'long enough') IS NOT NULL",
            "(SELECT count(*) FROM users.touch_session('al')) = 1",
            "(SELECT outcome = 'rotated' FROM users.rotate_refresh_token((
                SELECT users.issue_refresh_token(id) FROM users.users WHERE email = 'al@a.io')))",
            "(SELECT users.revoke_refresh_tokens(id) = 2 FROM users.users WHERE email = 'al@a.io')",
            "utilities.is_valid_ulid(utilities.generate_ulid())",
            "extensions.uuid_generate_v4() IS NOT NULL",
            "extensions.similarity('anna', 'anne') > 0",
        ],
    );
    refuses(
        &database,
        &app,
        &[
            ("42501", "TRUNCATE users.users CASCADE"),
            ("42501", "UPDATE users.refresh_tokens SET used_at = NULL"),
            ("42501", "UPDATE users.login_attempts SET success = true"),
            ("42501", "DELETE FROM users.login_attempts"),
            ("42501", "CREATE TABLE users.x ()"),
            ("42501", "SELECT users.cleanup_expired_sessions()"),
            ("42501", "SELECT users.cleanup_old_login_attempts()"),
            ("42501", "SELECT users.cleanup_expired_refresh_tokens()"),
            ("42501", "SELECT utilities.analyze_tables('users')"),
            ("42501", "CALL utilities.install_extension('hstore')"),
            ("42501", "SELECT triggers.hash_password()"),
        ],
    );
}

#[test]
fn who_reads_only_changes_nothing() {
    let database = tenants();
    refuses(
        &database,
        &acting("crm_readonly", A, ALICE),
        &[
            ("42501", "UPDATE users.users SET name = 'x'"),
            (
                "42501",
                "INSERT INTO users.organizations (name) VALUES ('x')",
            ),
            (
                "42501",
                "INSERT INTO users.login_attempts (email, ip_address) VALUES ('x', '::1')",
            ),
            ("42501", "DELETE FROM users.user_sessions"),
            ("42501", "SELECT users.verify_password('a', 'b')"),
            ("42501", "SELECT users.touch_session('a')"),
            ("42501", "SELECT users.rotate_refresh_token('a')"),
            ("42501", "SELECT users.revoke_refresh_token('a')"),
            ("42501", "SELECT users.cleanup_expired_sessions()"),
        ],
    );
    holds(
        &database,
        "SET ROLE crm_readonly",
        &["(SELECT count(*) = 5 FROM utilities.table_sizes('users'))"],
    );
}

#[test]
fn a_vendor_sees_nothing() {
    let database = tenants();
    let vendor = acting("crm_vendor", A, ALICE);
    for relation in RELATIONS {
        let select = format!("SELECT count(*) FROM users.{relation}");
        refuses(&database, &vendor, &[("42501", &select)]);
    }
    refuses(
        &database,
        &vendor,
        &[
            (
                "42501",
                "INSERT INTO users.login_attempts (email, ip_address) VALUES ('x', '::1')",
            ),
            ("42501", "SELECT utilities.generate_ulid()"),
            ("42501", "SELECT users.current_organization_id()"),
            ("42501", "SELECT users.verify_password('a', 'b')"),
            ("42501", "SELECT extensions.crypt('a', 'b')"),
        ],
    );
}

#[test]
fn maintenance_cleans_up_without_reading() {
    let database = tenants();
    let maintenance = acting("crm_maintenance", A, ALICE);
    for relation in RELATIONS {
        let select = format!("SELECT count(*) FROM users.{relation}");
        refuses(&database, &maintenance, &[("42501", &select)]);
    }
    let old = "now() - interval '91 days'";
    database.execute(&format!(
        "UPDATE users.user_sessions SET expires_at = {old} WHERE user_id = '{ALICE}';
        UPDATE users.login_attempts SET attempted_at = {old} WHERE email = 'ghost@x.io';
        UPDATE users.refresh_tokens SET created_at = {old}, expires_at = {old} + interval '1 day'"
    ));
    holds(
        &database,
        &maintenance,
        &[
            "users.cleanup_expired_sessions() = 1",
            "users.cleanup_old_login_attempts() = 1",
            "users.cleanup_expired_refresh_tokens() = 3",
            "utilities.analyze_tables('users') = 5",
            "(SELECT count(*) >= 17 FROM utilities.index_usage('users'))",
            "(SELECT count(*) >= 0 FROM utilities.maintenance_candidates())",
        ],
    );
    refuses(
        &database,
        &maintenance,
        &[
            (
                "42501",
                "SELECT utilities.delete_older_than('users.login_attempts', 'attempted_at', '0')",
            ),
            ("42501", "SELECT users.verify_password('a', 'b')"),
            ("42501", "CALL utilities.install_extension('hstore')"),
        ],
    );
}
