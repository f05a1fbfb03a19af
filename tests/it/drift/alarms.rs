//! What is no drift raises no alarm.

use crmdb::catalog::{Class, compare, parse, write};

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Viewer, lines, same, snapshot};
use crate::support::{Client, Database, Run};

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
    Run::shipped(&fresh, "migrate up").ends(0);
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

#[test]
fn another_locale_is_no_drift() {
    let before = snapshot(&Database::shipped());
    for locale in [
        "LOCALE 'C.UTF-8'",
        "LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE'",
    ] {
        let database = Database::with(&format!("TEMPLATE template0 {locale}"));
        Run::shipped(&database, "migrate up").ends(0);
        same(&before, &snapshot(&database), locale);
    }
}

#[test]
fn a_role_with_few_rights_sees_the_same() {
    let database = Database::shipped();
    database.execute(include_str!("every_kind.sql"));
    let role = format!("reader_{}", std::process::id());
    database.execute(&format!("CREATE ROLE {role} LOGIN"));
    let found = Viewer::of(&database.url_as(&role)).snapshot();
    let all = snapshot(&database);
    database.execute(&format!("DROP ROLE {role}"));
    assert_eq!(all, found);
}

/// What is half there, or of two states, would be seen here.
#[test]
fn changes_meanwhile_are_seen_whole_or_not_at_all() {
    let database = Database::shipped();
    database.execute("CREATE SCHEMA churn; CREATE TABLE churn.parent (id int PRIMARY KEY)");
    let create =
        "BEGIN; CREATE TABLE churn.t (id int PRIMARY KEY REFERENCES churn.parent, name text
            DEFAULT 'x' CHECK (name <> ''), twice int GENERATED ALWAYS AS (id * 2) STORED);
        CREATE INDEX ON churn.t (lower(name)); CREATE VIEW churn.v AS SELECT id FROM churn.t;
        CREATE FUNCTION churn.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE POLICY p ON churn.t USING (id > 0); COMMENT ON TABLE churn.t IS 'one'; COMMIT";
    let drop = "BEGIN; DROP FUNCTION churn.f(); DROP VIEW churn.v; DROP TABLE churn.t; COMMIT";
    let viewer = Viewer::of(database.url());
    let without = viewer.snapshot();
    database.execute(create);
    let with = viewer.snapshot();
    database.execute(drop);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let other = Client::at(database.url(), "");
            while !is_over.load(Ordering::Relaxed) {
                other.execute(create);
                other.execute(drop);
            }
        });
        for _ in 0..20 {
            // That it changes all the time is an answer too.
            if let Ok(found) = viewer.try_snapshot() {
                let state = if found.objects.len() == with.objects.len() {
                    &with
                } else {
                    &without
                };
                same(state, &found, "meanwhile");
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    same(&without, &viewer.snapshot(), "afterwards");
}
