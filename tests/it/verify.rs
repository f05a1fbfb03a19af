//! `migrate verify`.

use crate::support::{Database, Project, Run};

fn applied() -> (Project, Database) {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project
        .migration(
            "a/V1__one",
            "-- one\nCREATE SCHEMA a;\nCREATE TABLE a.one (x int);\n",
            "DROP TABLE a.one;\nDROP SCHEMA a;\n",
        )
        .migration(
            "a/V2__two",
            "CREATE TABLE a.two (y int);",
            "DROP TABLE a.two;",
        )
        .migration(
            "a/R__v",
            "CREATE OR REPLACE VIEW a.v AS SELECT 1 AS n;",
            "DROP VIEW a.v;",
        );
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

/// The findings as `migration change`.
fn findings(run: &Run) -> Vec<String> {
    let document = run.json();
    assert_eq!(document["ledger_findings"], serde_json::json!([]));
    let all = document["findings"].as_array().unwrap();
    all.iter()
        .map(|f| {
            format!(
                "{} {}",
                f["migration"].as_str().unwrap(),
                f["change"].as_str().unwrap()
            )
        })
        .collect()
}

/// Runs `sql` as a superuser who has switched the ledger's triggers off.
fn tamper(database: &Database, sql: &str) {
    database.execute(&format!(
        "ALTER TABLE crmdb.history DISABLE TRIGGER USER; {sql};
         ALTER TABLE crmdb.history ENABLE TRIGGER USER"
    ));
}

#[test]
fn nothing_changed_is_clean() {
    let (project, database) = applied();
    let run = project
        .run(&database, "migrate verify")
        .ends(0)
        .says("3 migrations as applied");
    assert_eq!(run.stdout, "");
    // Line ends and a byte-order mark are no change.
    project.file(
        "schema/a/V1__one.sql",
        "\u{feff}-- one\r\nCREATE SCHEMA a;\r\nCREATE TABLE a.one (x int);\r\n",
    );
    project.run(&database, "migrate verify").ends(0);
}

#[test]
fn a_fresh_database_is_clean() {
    let (project, _) = applied();
    let database = Database::new();
    project
        .run(&database, "migrate verify")
        .ends(0)
        .says("0 migrations as applied");
}

#[test]
fn changed_statements_are_shown_as_a_diff() {
    let (project, database) = applied();
    project.file(
        "schema/a/V1__one.sql",
        "-- one\nCREATE SCHEMA a;\nCREATE TABLE a.one (x bigint);\n",
    );
    project
        .run(&database, "migrate verify")
        .ends(1)
        .prints("schema/a/V1__one.sql: statements changed since `V1__one` was applied\n")
        .prints("--- schema/a/V1__one.sql (as applied)\n+++ schema/a/V1__one.sql\n")
        .prints("\n-CREATE TABLE a.one (x int);\n+CREATE TABLE a.one (x bigint);\n")
        .says("1 finding in 3 migrations");
    let run = project.run(&database, "migrate verify --no-diff").ends(1);
    assert_eq!(run.stdout.lines().count(), 1);
    let run = project
        .run(&database, "migrate verify --format json")
        .ends(1);
    assert_eq!(findings(&run), ["V1__one code"]);
    assert!(
        run.json()["findings"][0]["diff"]
            .as_str()
            .unwrap()
            .contains("\n-CREATE TABLE")
    );
    // `up` does not go on either, and does not ask for a diff by hand.
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("migration `V1__one` has changed since it was applied")
        .says("`crmdb migrate verify` shows the difference");
}

#[test]
fn comments_are_told_from_code() {
    let (project, database) = applied();
    project.file(
        "schema/a/V1__one.sql",
        "-- number one\nCREATE SCHEMA a;\n\nCREATE TABLE a.one (x int);\n",
    );
    let run = project
        .run(&database, "migrate verify --format json")
        .ends(1);
    assert_eq!(findings(&run), ["V1__one comments"]);
    project
        .run(&database, "migrate verify")
        .ends(1)
        .prints("only comments changed");
    project
        .run(&database, "migrate up")
        .ends(0)
        .says("warning:");
}

#[test]
fn a_changed_way_back_is_found() {
    let (project, database) = applied();
    project.file("schema/a/V2__two.down.sql", "DROP TABLE IF EXISTS a.two;");
    let run = project
        .run(&database, "migrate verify --format json")
        .ends(1);
    assert_eq!(findings(&run), ["V2__two down"]);
    project
        .run(&database, "migrate verify")
        .ends(1)
        .prints("+++ schema/a/V2__two.down.sql")
        .prints("+DROP TABLE IF EXISTS a.two;");
}

#[test]
fn both_files_of_a_migration_are_two_findings() {
    let (project, database) = applied();
    project.migration(
        "a/V2__two",
        "CREATE TABLE a.two (z int);",
        "DROP TABLE a.two ;",
    );
    let run = project
        .run(&database, "migrate verify --format json")
        .ends(1);
    assert_eq!(findings(&run), ["V2__two code", "V2__two down"]);
}

#[test]
fn a_missing_file_is_found() {
    let (project, database) = applied();
    project.remove("a/V2__two");
    let run = project
        .run(&database, "migrate verify --format json")
        .ends(1);
    assert_eq!(findings(&run), ["V0002__two missing"]);
    project
        .run(&database, "migrate verify")
        .ends(1)
        .prints("`V0002__two` is applied, and its file is missing");
}

#[test]
fn a_changed_repeatable_is_no_finding() {
    let (project, database) = applied();
    project.file(
        "schema/a/R__v.sql",
        "CREATE OR REPLACE VIEW a.v AS SELECT 2 AS n;",
    );
    project.run(&database, "migrate verify").ends(0);
}

#[test]
fn a_ledger_that_was_tampered_with_is_found() {
    for (sql, expected) in [
        (
            "UPDATE crmdb.history SET db_user = 'somebody' WHERE seq = 2",
            "row 2 of the history was changed",
        ),
        (
            "UPDATE crmdb.history SET recorded_at = recorded_at - interval '1 day' WHERE seq = 1",
            "row 1 of the history was changed",
        ),
        (
            "UPDATE crmdb.history SET reason = 'because' WHERE seq = 3",
            "row 3 of the history was changed",
        ),
        (
            "UPDATE crmdb.history SET down_text = 'SELECT 1' WHERE seq = 2",
            "row 2 of the history has a text that is not its hash's",
        ),
        (
            "UPDATE crmdb.history SET up_text = NULL WHERE seq = 1",
            "row 1 of the history has a text that is not its hash's",
        ),
        (
            "DELETE FROM crmdb.history WHERE seq = 2",
            "row 3 of the history does not follow the row before it",
        ),
        (
            "DELETE FROM crmdb.history WHERE seq = 1",
            "row 2 of the history does not follow the row before it",
        ),
        (
            // One who also makes the row's own hash anew is given away by the next row.
            "UPDATE crmdb.history SET db_user = 'somebody' WHERE seq = 2;
             UPDATE crmdb.history AS h SET hash = crmdb.history_hash(h) WHERE seq = 2",
            "row 3 of the history does not follow the row before it",
        ),
    ] {
        let (project, database) = applied();
        tamper(&database, sql);
        project
            .run(&database, "migrate verify")
            .ends(1)
            .prints(expected);
    }
}

#[test]
fn a_changed_trigger_is_found() {
    let (project, database) = applied();
    database.execute("ALTER TABLE crmdb.history DISABLE TRIGGER history_refuse_change");
    project
        .run(&database, "migrate verify")
        .ends(1)
        .prints("the trigger `history_refuse_change`");
}
