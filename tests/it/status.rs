//! `migrate status`.

use crate::support::{Database, Project};

/// Two modules, a repeatable, and a file for an extension that no server has.
fn mixed() -> Project {
    let project = Project::new(&["a", "b"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration("b/V2__two", "CREATE SCHEMA b;", "DROP SCHEMA b;")
        .migration(
            "a/R__ones",
            "CREATE OR REPLACE VIEW a.ones AS SELECT x FROM a.one;",
            "DROP VIEW a.ones;",
        );
    project
}

/// Module, label and status of each row of the JSON document.
fn standings(project: &Project, database: &Database, line: &str) -> Vec<String> {
    let run = project.run(database, line);
    let rows = run.json()["migrations"].as_array().unwrap().clone();
    rows.iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            format!(
                "{}/{} {}",
                text("module"),
                text("migration"),
                text("status")
            )
        })
        .collect()
}

#[test]
fn a_line_for_each_migration_in_the_order_of_work() {
    let (project, database) = (mixed(), Database::new());
    let run = project.run(&database, "migrate status").ends(0);
    let lines: Vec<Vec<&str>> = run
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[0][..3], ["MIGRATION", "MODULE", "STATUS"]);
    assert_eq!(lines[1], ["V1__one", "a", "pending"]);
    assert_eq!(lines[2], ["V2__two", "b", "pending"]);
    assert_eq!(lines[3], ["R__ones", "a", "pending"]);
    assert_eq!(lines.len(), 4);
    run.says("3 pending");
}

#[test]
fn check_says_no_until_everything_is_applied() {
    let (project, database) = (mixed(), Database::new());
    project.run(&database, "migrate status --check").ends(1);
    project.run(&database, "migrate up --to 2").ends(0);
    project.run(&database, "migrate status --check").ends(1);
    project.run(&database, "migrate up").ends(0);
    let run = project.run(&database, "migrate status --check").ends(0);
    let applied = |line: &&str| line.contains(" applied ");
    assert_eq!(run.stdout.lines().filter(applied).count(), 3, "{run:#?}");
}

#[test]
fn tells_changed_missing_failed_and_deferred() {
    let (project, database) = (mixed(), Database::new());
    project.run(&database, "migrate up").ends(0);
    project.file("schema/a/V1__one.sql", "CREATE SCHEMA a;");
    project.remove("b/V2__two").migration(
        "b/V3__three",
        "-- crmdb: requires extension crmdb_never\nCREATE SCHEMA three;",
        "DROP SCHEMA three;",
    );
    assert_eq!(
        standings(&project, &database, "migrate status --format json"),
        [
            "a/V1__one changed",
            "b/V0002__two missing",
            "b/V3__three deferred",
            "a/R__ones applied",
        ]
    );
    project.run(&database, "migrate status --check").ends(1);

    let project = mixed();
    let database = Database::new();
    project.file("schema/b/V2__two.sql", "CREATE SCHEMA b; SELECT 1/0;");
    project.run(&database, "migrate up").ends(2);
    project
        .run(&database, "migrate status")
        .ends(0)
        .prints("failed")
        .says("`V2__two` failed: 22012: schema/b/V2__two.sql:1:18: division by zero");
    project.run(&database, "migrate status --check").ends(1);
}

#[test]
fn a_deferred_file_is_no_finding() {
    let (project, database) = (mixed(), Database::new());
    project.migration(
        "b/V3__three",
        "-- crmdb: requires extension crmdb_never\nCREATE SCHEMA three;",
        "DROP SCHEMA three;",
    );
    project.run(&database, "migrate up").ends(0);
    project
        .run(&database, "migrate status --check")
        .ends(0)
        .says("3 applied, 1 deferred");
}

#[test]
fn a_module_comes_with_what_it_requires() {
    let (project, database) = (mixed(), Database::new());
    assert_eq!(
        standings(
            &project,
            &database,
            "migrate status --format json --module a"
        ),
        ["a/V1__one pending", "a/R__ones pending"]
    );
    assert_eq!(
        standings(
            &project,
            &database,
            "migrate status --format json --module b"
        )
        .len(),
        3
    );
    project
        .run(&database, "migrate status --module c")
        .ends(2)
        .says("no module `c` in this project");
}

#[test]
fn the_document_has_every_key_and_null_for_what_is_absent() {
    let (project, database) = (mixed(), Database::new());
    project.run(&database, "migrate up --to 1").ends(0);
    let document = project
        .run(&database, "migrate status --format json")
        .ends(0)
        .json();
    assert_eq!(document["format_version"], 1);
    assert_eq!(document["database"]["source"], "DATABASE_URL");
    let rows = document["migrations"].as_array().unwrap();
    for row in rows {
        for key in [
            "migration",
            "kind",
            "version",
            "module",
            "name",
            "status",
            "event",
            "out_of_order",
            "recorded_at",
            "db_user",
            "git_commit",
            "duration_ms",
            "reason",
        ] {
            assert!(row.get(key).is_some(), "no {key} in {row}");
        }
    }
    let when = rows[0]["recorded_at"].as_str().unwrap();
    assert!(when.ends_with('Z') && when.contains('T'), "{when}");
    assert!(rows[0]["duration_ms"].is_number());
    assert!(rows[1]["recorded_at"].is_null() && rows[1]["event"].is_null());
    assert!(rows[2]["version"].is_null());
}
