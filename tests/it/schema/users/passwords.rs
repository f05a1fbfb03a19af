//! Passwords of users: what is stored, what is refused, what verifies.

use crate::schema::{holds, refuses};
use crate::support::Database;

/// Adds a user with a password, and returns what was stored.
#[track_caller]
fn add(database: &Database, email: &str, password: &str) -> String {
    database.value(&format!(
        "INSERT INTO users.users (email, password_hash) VALUES ('{email}', '{password}')
        RETURNING password_hash"
    ))
}

/// Whether a password opens an account; the answer must be the account's own id.
#[track_caller]
fn opens(database: &Database, email: &str, password: &str) -> bool {
    let id = database.value(&format!(
        "SELECT users.verify_password('{email}', '{password}')"
    ));
    let own = "SELECT id FROM users.users WHERE lower(email) = lower(btrim('{email}'))";
    assert!(id.is_empty() || id == database.value(&own.replace("{email}", email)));
    !id.is_empty()
}

#[test]
fn a_plain_password_is_stored_as_bcrypt_with_a_salt_of_its_own() {
    let database = Database::shipped();
    let one = add(&database, "one@x.io", "correct horse");
    let two = add(&database, "two@x.io", "correct horse");
    assert_ne!(one, two);
    for hash in [&one, &two] {
        assert!(hash.starts_with("$2a$12$") && hash.len() == 60, "{hash}");
        let matches = format!("extensions.crypt('correct horse', '{hash}') = '{hash}'");
        holds(&database, "", &[&matches]);
    }
    assert!(opens(&database, "one@x.io", "correct horse"));
    assert!(
        opens(&database, " ONE@X.IO ", "correct horse"),
        "case and blanks"
    );
    assert!(!opens(&database, "one@x.io", "Correct horse"));
    assert!(
        !opens(&database, "one@x.io", &one),
        "the hash is no password"
    );
}

#[test]
fn a_hash_is_not_hashed_again() {
    let database = Database::shipped();
    let hash = add(&database, "p@x.io", "correct horse");
    for change in [
        "name = 'P'".to_owned(),
        "password_hash = password_hash".to_owned(),
        format!("password_hash = '{hash}', name = 'Q'"),
    ] {
        database.execute(&format!("UPDATE users.users SET {change}"));
        let stored = database.value("SELECT password_hash FROM users.users");
        assert_eq!(stored, hash, "{change}");
    }
    database.execute("UPDATE users.users SET password_hash = 'new password'");
    assert!(!opens(&database, "p@x.io", "correct horse"));
    assert!(opens(&database, "p@x.io", "new password"));
}

#[test]
fn a_hash_made_by_the_application_is_kept_and_verifies() {
    let database = Database::shipped();
    for prefix in ["$2a$", "$2b$", "$2y$"] {
        let hash = database.value(&format!(
            "SELECT '{prefix}' || substr(extensions.crypt('application',
                extensions.gen_salt('bf', 4)), 5)"
        ));
        let email = format!("{}@x.io", &prefix[1..3]);
        assert_eq!(add(&database, &email, &hash), hash);
        assert!(opens(&database, &email, "application"), "{prefix}");
        assert!(!opens(&database, &email, "applicatioN"), "{prefix}");
    }
}

#[test]
fn the_plain_text_has_eight_characters_to_72_bytes() {
    let database = Database::shipped();
    let refused = [
        String::new(),
        "1234567".to_owned(),
        "äöüäöüä".to_owned(), // 14 bytes, but 7 characters
        "a".repeat(73),
        "ä".repeat(37), // 37 characters, but 74 bytes
        "a".repeat(255),
    ];
    for password in &refused {
        let insert = format!(
            "INSERT INTO users.users (email, password_hash) VALUES ('a@x.io', '{password}')"
        );
        refuses(&database, "", &[("23514", &insert)]);
    }
    add(&database, "a@x.io", "12345678");
    let update = "UPDATE users.users SET password_hash = 'short'";
    refuses(&database, "", &[("23514", update)]);
    assert!(
        opens(&database, "a@x.io", "12345678"),
        "a refused change changes nothing"
    );

    let (a72, multibyte) = ("a".repeat(72), "ä".repeat(36));
    add(&database, "b@x.io", &a72);
    assert!(opens(&database, "b@x.io", &a72));
    assert!(
        !opens(&database, "b@x.io", &format!("{a72}X")),
        "bcrypt would ignore the X"
    );
    add(&database, "c@x.io", &multibyte);
    assert!(opens(&database, "c@x.io", &multibyte));
    assert!(!opens(&database, "c@x.io", &"ä".repeat(35)));
}

#[test]
fn hashes_that_would_keep_the_server_busy_are_refused_and_near_misses_are_passwords() {
    let database = Database::shipped();
    let rest = "a".repeat(53);
    for prefix in [
        "$2a$31$", "$2b$15$", "$2a$03$", "$2a$99$", "$2x$10$", "$2$10$",
    ] {
        let insert = format!(
            "INSERT INTO users.users (email, password_hash) VALUES ('q@x.io', '{prefix}{rest}')"
        );
        refuses(&database, "", &[("23514", &insert)]);
    }
    for (email, password) in [
        ("short@x.io", format!("$2a$12${}", &rest[1..])),
        ("other@x.io", format!("$2a$12${}!", &rest[1..])),
    ] {
        assert_ne!(add(&database, email, &password), password);
        assert!(opens(&database, email, &password));
    }
}

#[test]
fn not_even_without_triggers_is_plain_text_stored() {
    refuses(
        &Database::shipped(),
        "SET session_replication_role = replica",
        &[(
            "23514",
            "INSERT INTO users.users (email, name, password_hash)
            VALUES ('q@x.io', 'n', 'plain text!')",
        )],
    );
}

#[test]
fn nobody_opens_an_account_without_its_password() {
    let database = Database::shipped();
    add(&database, "p@x.io", "correct horse");
    database.execute("INSERT INTO users.users (email) VALUES ('none@x.io')");
    for (email, password) in [
        ("'p@x.io'", "''"),
        ("'p@x.io'", "NULL"),
        ("NULL", "'correct horse'"),
        ("'nobody@x.io'", "'correct horse'"),
        ("'none@x.io'", "''"),
        ("'none@x.io'", "NULL"),
    ] {
        let call = format!("users.verify_password({email}, {password}) IS NULL");
        holds(&database, "", &[&call]);
    }
    database.execute("UPDATE users.users SET is_active = false");
    assert!(!opens(&database, "p@x.io", "correct horse"));
    database.execute("UPDATE users.users SET is_active = true");
    assert!(opens(&database, "p@x.io", "correct horse"));
}

/// The ratio holds on a busy machine too: without the dummy hash it would be a thousand.
#[test]
fn an_unknown_address_takes_as_long_as_a_known_one() {
    let database = Database::shipped();
    add(&database, "p@x.io", "correct horse");
    database.execute("INSERT INTO users.users (email) VALUES ('none@x.io')");
    let time = |email: &str| {
        let start = std::time::Instant::now();
        let sql = format!(
            "SELECT users.verify_password('{email}', 'wrong ' || i) FROM generate_series(1, 3) AS i"
        );
        assert_eq!(database.rows(&sql), [[""], [""], [""]]);
        start.elapsed().as_secs_f64()
    };
    let known = time("p@x.io");
    for email in ["nobody@x.io", "none@x.io"] {
        let ratio = time(email) / known;
        assert!((0.1..10.0).contains(&ratio), "{email}: {ratio}");
    }
}
