//! Login attempts: who is stopped, what is counted, what is kept.

use crate::schema::holds;
use crate::support::Database;

#[test]
fn guessing_is_stopped_by_pair_by_address_and_by_account() {
    let add = |email: &str, ip: &str, times: u32, success: bool| {
        format!(
            "INSERT INTO users.login_attempts (email, ip_address, success)
            SELECT {email}, {ip}, {success} FROM generate_series(1, {times}) AS i;"
        )
    };
    let (ours, theirs) = ("inet '192.0.2.7'", "inet '192.0.2.8'");
    let blocked = |email: &str, ip: &str| format!("users.is_login_blocked('{email}', {ip})");
    let free = |email: &str, ip: &str| format!("NOT {}", blocked(email, ip));
    let database = Database::shipped();

    database.execute(&add("'P@x.io'", ours, 4, false));
    database.execute(&add("'p@x.io'", ours, 60, true));
    holds(&database, "", &[&free("p@x.io", ours)]);
    database.execute(&add("'p@X.io'", ours, 1, false));
    holds(
        &database,
        "",
        &[
            &blocked("p@x.io", ours),
            &blocked("P@X.IO", ours),
            &free("p@x.io", theirs),
            &free("other@x.io", ours),
        ],
    );
    database.execute(&add("'n' || i", ours, 14, false));
    holds(&database, "", &[&free("other@x.io", ours)]);
    database.execute(&add("'m' || i", ours, 1, false));
    holds(
        &database,
        "",
        &[&blocked("other@x.io", ours), &free("p@x.io", theirs)],
    );
    database.execute(&add("'p@x.io'", "inet '198.51.100.0' + i", 44, false));
    holds(&database, "", &[&free("p@x.io", theirs)]);
    database.execute(&add("'p@x.io'", "inet '203.0.113.0' + i", 1, false));
    holds(
        &database,
        "",
        &[
            &blocked("p@x.io", theirs),
            "NOT users.is_login_blocked(NULL, NULL)",
        ],
    );

    database
        .execute("UPDATE users.login_attempts SET attempted_at = now() - interval '16 minutes'");
    holds(
        &database,
        "",
        &[&free("p@x.io", ours), &free("other@x.io", ours)],
    );
}

#[test]
fn attempts_are_counted_for_each_user_and_kept_for_90_days() {
    let database = Database::shipped();
    database.execute(
        "INSERT INTO users.users (email) VALUES ('p@x.io'), ('never@x.io');
        INSERT INTO users.login_attempts (email, ip_address, success, attempted_at) VALUES
        ('p@x.io', '::1', true, now() - interval '1 day'),
        ('P@X.io', '::1', true, now() - interval '40 days'),
        ('p@x.io', '::1', false, now() - interval '2 days'),
        ('p@x.io', '::1', true, now() - interval '91 days'),
        ('nobody', '::1', false, now() - interval '89 days')",
    );
    let stats = "SELECT email, login_count, login_count_30_days, failed_count,
            now() - last_login < interval '25 hours', now() - last_failure < interval '49 hours'
        FROM users.user_login_stats ORDER BY email DESC";
    assert_eq!(
        database.rows(stats),
        [
            ["p@x.io", "3", "1", "1", "t", "t"],
            ["never@x.io", "0", "0", "0", "", ""]
        ]
    );
    assert_eq!(
        database.value("SELECT users.cleanup_old_login_attempts()"),
        "1"
    );
    assert_eq!(
        database.value("SELECT users.cleanup_old_login_attempts()"),
        "0"
    );
    assert_eq!(database.rows(stats)[0][1], "2");
    assert_eq!(
        database.value("SELECT count(*) FROM users.login_attempts"),
        "4"
    );
}
