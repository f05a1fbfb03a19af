//! What is no drift raises no alarm.

use crmdb::catalog::{Class, compare, parse, write};

use super::{lines, same, snapshot};
use crate::support::Database;

#[test]
fn a_snapshot_is_the_same_twice_and_as_a_text() {
    let database = Database::shipped();
    let first = snapshot(&database);
    assert!(first.objects.len() > 30, "{}", first.objects.len());
    same(&first, &snapshot(&database), "again");
    let text = write(&first);
    assert_eq!(parse(&text).expect("a snapshot"), first);
    if let Some(folder) = std::env::var_os("SNAPSHOT_TO") {
        std::fs::write(folder, text).expect("a file");
    }
}

#[test]
fn two_databases_of_one_schema_are_alike() {
    let fresh = Database::new();
    crate::support::Run::shipped(&fresh, "migrate up").ends(0);
    same(&snapshot(&Database::shipped()), &snapshot(&fresh), "fresh");
}

#[test]
fn traffic_and_maintenance_change_nothing() {
    let database = Database::shipped();
    let before = snapshot(&database);
    database.execute(
        "INSERT INTO users.organizations (name) SELECT g::text FROM generate_series(1, 1000) AS g",
    );
    database.execute("ANALYZE");
    database.execute("VACUUM FULL users.organizations");
    database.execute("REINDEX TABLE users.organizations");
    database.execute("CREATE TEMP TABLE scratch (id int PRIMARY KEY)");
    same(&before, &snapshot(&database), "after traffic");
}

#[test]
fn another_owner_is_another_environment() {
    let database = Database::shipped();
    let before = snapshot(&database);
    let owner = format!("owner_{}", std::process::id());
    database.execute(&format!(
        "CREATE ROLE {owner}; ALTER TABLE users.users OWNER TO {owner};
         ALTER FUNCTION users.current_user_id() OWNER TO {owner}"
    ));
    let differences = compare(&before, &snapshot(&database));
    database.execute(&format!("DROP OWNED BY {owner} CASCADE; DROP ROLE {owner}"));
    assert!(!differences.is_empty());
    assert!(
        differences
            .iter()
            .all(|one| one.class == Class::Environment),
        "{:#?}",
        lines(&differences)
    );
}
