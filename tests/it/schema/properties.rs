//! Fresh = upgraded, up–down–up = up, a second up does nothing, down leaves nothing behind.

use crate::support::{Database, Run, catalog};

/// The versions that `up` applied here, in order; those deferred are not among them.
fn versions(database: &Database) -> Vec<String> {
    let status = Run::shipped(database, "--format json migrate status").ends(0);
    let status = status.json();
    let rows = status["migrations"].as_array().expect("a list");
    let versions: Vec<String> = rows
        .iter()
        .filter(|row| row["kind"] == "versioned" && row["status"] == "applied")
        .map(|row| row["version"].to_string())
        .collect();
    assert!(versions.len() >= 17, "{versions:?}");
    versions
}

/// Asserts that two catalogs are the same, showing the lines that differ only.
#[track_caller]
pub fn same(found: &str, expected: &str, when: &str) {
    let only = |a: &str, b: &str| -> Vec<String> {
        let other: std::collections::HashSet<&str> = b.lines().collect();
        let lines = a.lines().filter(|line| !other.contains(line));
        lines.map(str::to_owned).collect()
    };
    let (surplus, missing) = (only(found, expected), only(expected, found));
    assert!(
        found == expected,
        "{when}\nsurplus: {surplus:#?}\nmissing: {missing:#?}"
    );
}

/// The last version of each module: they begin with the module's number.
fn ends_of_modules(database: &Database) -> Vec<String> {
    let versions = versions(database);
    let module = |version: &String| version.parse::<u64>().expect("a number") / 100;
    let same_module = versions.chunk_by(|a, b| module(a) == module(b));
    same_module
        .filter_map(|versions| versions.last().cloned())
        .collect()
}

/// From each module's end: from each version it would take the square of their number.
#[test]
fn a_database_at_an_earlier_version_becomes_the_fresh_one() {
    let fresh = Database::shipped();
    let expected = catalog(&fresh);
    let walk = Database::new();
    for version in ends_of_modules(&fresh) {
        Run::shipped(&walk, &format!("migrate up --to {version}")).ends(0);
        let upgraded = walk.copy();
        Run::shipped(&upgraded, "migrate up").ends(0);
        same(&catalog(&upgraded), &expected, &format!("from {version}"));
    }
}

#[test]
fn each_migration_goes_back_to_what_was_before_it_and_on_again() {
    let fresh = Database::shipped();
    let database = Database::new();
    let mut steps = vec![catalog(&database)];
    let versions = versions(&fresh);
    for version in &versions {
        let up = format!("migrate up --to {version}");
        Run::shipped(&database, &up).ends(0);
        let after = catalog(&database);
        let before = steps.last().expect("the first step");
        assert_ne!(&after, before, "{version} leaves nothing to see");

        Run::shipped(&database, "migrate down --steps 1").ends(0);
        same(&catalog(&database), before, &format!("{version} undone"));
        Run::shipped(&database, &up).ends(0);
        same(&catalog(&database), &after, &format!("{version} redone"));
        steps.push(after);
    }
    Run::shipped(&database, "migrate up").ends(0);
    same(&catalog(&database), &catalog(&fresh), "walked up");

    // From the top, with the repeatables, all the way back.
    steps.pop();
    for (version, before) in versions.iter().zip(&steps).rev() {
        Run::shipped(&database, "migrate down --steps 1").ends(0);
        same(&catalog(&database), before, &format!("{version} undone"));
    }
    Run::shipped(&database, "migrate up").ends(0);
    same(&catalog(&database), &catalog(&fresh), "up again");
}

#[test]
fn a_second_up_does_nothing() {
    let database = Database::shipped();
    let history = "SELECT count(*), max(seq) FROM crmdb.history";
    let (before, rows) = (catalog(&database), database.rows(history));
    let run = Run::shipped(&database, "migrate up").ends(0);
    assert_eq!(run.stdout, "");
    run.says("nothing to do");
    same(&catalog(&database), &before, "a second up");
    assert_eq!(database.rows(history), rows);
}

#[test]
fn down_all_leaves_an_empty_database_as_it_was() {
    let database = Database::new();
    let before = catalog(&database);
    for round in ["first", "second"] {
        Run::shipped(&database, "migrate up").ends(0);
        same(
            &catalog(&database),
            &catalog(&Database::shipped()),
            &format!("{round} up"),
        );
        Run::shipped(&database, "migrate down --all").ends(0);
        same(&catalog(&database), &before, &format!("{round} down"));
    }
}

/// As on managed servers. The grant is there because the way down writes out a list of rights
/// that was implicit, which the catalog shows as a change.
#[test]
fn extensions_that_were_there_before_stay_on_the_way_down() {
    let database = Database::new();
    database.execute(
        "CREATE SCHEMA extensions; GRANT USAGE ON SCHEMA extensions TO PUBLIC;
         COMMENT ON SCHEMA extensions IS 'the provider''s';
         CREATE EXTENSION pgcrypto SCHEMA extensions;
         CREATE EXTENSION \"uuid-ossp\" SCHEMA extensions;
         CREATE FUNCTION extensions.mine() RETURNS int LANGUAGE sql RETURN 1",
    );
    let before = catalog(&database);
    Run::shipped(&database, "migrate up").ends(0);
    assert_eq!(
        database.rows(
            "SELECT extname, obj_description(oid) LIKE '%(created by crmdb)'
            FROM pg_extension WHERE extnamespace = 'extensions'::regnamespace
            AND extname IN ('pgcrypto', 'uuid-ossp', 'pg_trgm') ORDER BY extname"
        ),
        [["pg_trgm", "t"], ["pgcrypto", "f"], ["uuid-ossp", "f"]]
    );
    Run::shipped(&database, "migrate down --all").ends(0);
    same(&catalog(&database), &before, "down");
}

/// Such as one that an administrator made, because a hint of ours said so.
#[test]
fn what_others_put_into_the_schema_extensions_stays_on_the_way_down() {
    let database = Database::shipped();
    database.execute("CREATE EXTENSION citext SCHEMA extensions");
    Run::shipped(&database, "migrate down --all").ends(0);
    assert_eq!(
        database.rows(
            "SELECT extname FROM pg_extension
            WHERE extnamespace = to_regnamespace('extensions')"
        ),
        [["citext"]]
    );
    Run::shipped(&database, "migrate up").ends(0);
    database.execute("DROP EXTENSION citext");
    same(
        &catalog(&database),
        &catalog(&Database::shipped()),
        "up again",
    );
    Run::shipped(&database, "migrate down --all").ends(0);
    same(
        &catalog(&database),
        &catalog(&Database::new()),
        "down again",
    );
}

#[test]
fn roles_are_made_where_they_are_missing_and_left_alone_where_they_are_not() {
    const ROLES: &str = "SELECT rolname, rolcanlogin, rolinherit, rolconnlimit, rolconfig,
        obj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname ~ '^crm_' ORDER BY 1";
    let database = Database::on_new_server();
    assert!(database.rows(ROLES).is_empty());
    let before = catalog(&database);
    Run::shipped(&database, "migrate up").ends(0);
    let names: Vec<String> = database
        .rows(ROLES)
        .into_iter()
        .map(|mut row| row.swap_remove(0))
        .collect();
    assert_eq!(
        names,
        [
            "crm_app",
            "crm_asterisk",
            "crm_maintenance",
            "crm_readonly",
            "crm_vendor"
        ]
    );

    // They belong to the cluster: another database may use them.
    Run::shipped(&database, "migrate down --all").ends(0);
    same(&catalog(&database), &before, "down");
    database.execute(
        "ALTER ROLE crm_app LOGIN CONNECTION LIMIT 7; ALTER ROLE crm_vendor SET work_mem = '1MB';
         COMMENT ON ROLE crm_readonly IS 'the administrator''s'; DROP ROLE crm_maintenance;
         CREATE ROLE crm_maintenance NOINHERIT",
    );
    let roles = database.rows(ROLES);
    Run::shipped(&database, "migrate up").ends(0);
    assert_eq!(database.rows(ROLES), roles);
    Run::shipped(&database, "migrate down --all").ends(0);
    assert_eq!(database.rows(ROLES), roles);
    same(&catalog(&database), &before, "down again");
    database.execute("DROP ROLE crm_app, crm_readonly, crm_vendor, crm_maintenance, crm_asterisk");
}

#[test]
fn users_are_not_dropped_by_the_way() {
    let database = Database::shipped();
    database.execute("INSERT INTO users.users (email) VALUES ('ada@example.com')");
    Run::shipped(&database, "migrate down --all").ends(2);
    assert_eq!(database.value("SELECT count(*) FROM users.users"), "1");
    Run::shipped(&database, "migrate down --all --allow-data-loss").ends(0);
    assert_eq!(database.value("SELECT to_regnamespace('users')"), "");
}
