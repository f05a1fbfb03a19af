//! What the shared trigger functions do on any table, not only on ours.

use super::{holds, refuses};
use crate::support::Database;

/// A table as an application would make it, with the documented names.
const TABLE: &str = "
    SET search_path = users, utilities, triggers, extensions, public;
    CREATE TABLE public.note (
        id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
        body text,
        password_hash varchar(255),
        updated_at timestamptz DEFAULT '2000-01-01'
    );
    CREATE TRIGGER update_note_updated_at BEFORE UPDATE ON public.note
        FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
    CREATE TRIGGER hash_note_password BEFORE INSERT OR UPDATE OF password_hash ON public.note
        FOR EACH ROW EXECUTE FUNCTION triggers.hash_password();";

#[test]
fn updated_at_is_the_time_of_the_transaction_whatever_was_written() {
    let database = Database::shipped();
    database.execute(TABLE);
    database.execute("INSERT INTO note (body) VALUES ('a'), ('b')");
    let untouched = "SELECT count(*) = 1 FROM note WHERE updated_at = '2000-01-01'";
    let touched = "SELECT count(*) = 1 FROM note WHERE updated_at = CURRENT_TIMESTAMP";
    for change in [
        "UPDATE note SET body = 'c' WHERE body = 'a'",
        "UPDATE note SET updated_at = '1999-01-01' WHERE body = 'c'",
        "UPDATE note SET body = body, updated_at = NULL WHERE body = 'c'",
    ] {
        holds(&database, change, &[untouched, touched]);
    }
}

#[test]
fn a_password_of_any_table_is_hashed_once() {
    let database = Database::shipped();
    database.execute(TABLE);
    database.execute("INSERT INTO note (body, password_hash) VALUES ('a', 'correct horse')");
    let hash = database.value("SELECT password_hash FROM note");
    assert!(hash.starts_with("$2a$12$") && hash.len() == 60, "{hash}");
    for change in [
        "body = 'b'",
        "password_hash = password_hash",
        "body = 'c', password_hash = password_hash",
    ] {
        database.execute(&format!("UPDATE note SET {change}"));
        assert_eq!(
            database.value("SELECT password_hash FROM note"),
            hash,
            "{change}"
        );
    }
    database.execute(&format!("UPDATE note SET password_hash = '{hash}'"));
    assert_eq!(database.value("SELECT password_hash FROM note"), hash);
    database.execute("UPDATE note SET password_hash = NULL");
    assert_eq!(database.value("SELECT count(password_hash) FROM note"), "0");
    refuses(
        &database,
        "",
        &[("23514", "UPDATE note SET password_hash = 'seven77'")],
    );
}

#[test]
fn is_bcrypt_hash_knows_the_forms_that_can_be_verified() {
    let rest = "./Az09".repeat(9)[..53].to_owned();
    let value = |prefix: &str| format!("triggers.is_bcrypt_hash('{prefix}{rest}')");
    let database = Database::shipped();
    for prefix in ["$2a$04$", "$2b$10$", "$2y$12$", "$2a$14$"] {
        holds(&database, "", &[&value(prefix)]);
    }
    for prefix in [
        "$2a$03$",
        "$2a$15$",
        "$2a$31$",
        "$2x$12$",
        "$2$12$",
        "$1$12$",
        "x$2a$12$",
        "\n$2a$12$",
    ] {
        holds(&database, "", &[&format!("NOT {}", value(prefix))]);
    }
    for rest in [
        &rest[1..],
        &format!("{rest}a"),
        &format!("{rest}\n"),
        &format!("{}!", &rest[1..]),
    ] {
        holds(
            &database,
            "",
            &[&format!("NOT triggers.is_bcrypt_hash('$2a$12${rest}')")],
        );
    }
    holds(&database, "", &["triggers.is_bcrypt_hash(NULL) IS NULL"]);
}
