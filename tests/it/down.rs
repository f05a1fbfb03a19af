//! `migrate down`.

use crate::support::{Database, Project, catalog};

/// Three versions over two modules, and a repeatable.
fn applied() -> (Project, Database) {
    let (project, database) = (Project::new(&["a", "b"]), Database::new());
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration(
            "b/V2__two",
            "CREATE TABLE a.two (x int);",
            "DROP TABLE a.two;",
        )
        .migration(
            "a/V3__three",
            "CREATE TABLE a.three (x int);",
            "DROP TABLE a.three;",
        )
        .migration(
            "b/R__v",
            "CREATE VIEW a.v AS SELECT x FROM a.two;",
            "DROP VIEW a.v;",
        );
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

/// The relations of schema `a`, in one text.
fn relations(database: &Database) -> String {
    database.value(
        "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class AS c
         JOIN pg_namespace AS n ON n.oid = relnamespace WHERE nspname = 'a'",
    )
}

fn events(database: &Database) -> String {
    database.value("SELECT count(*) FROM crmdb.history")
}

#[test]
fn needs_a_point() {
    let (project, database) = applied();
    let before = catalog(&database);
    project
        .run(&database, "migrate down")
        .ends(2)
        .says("`down` does not say how far")
        .says("--steps N");
    for line in [
        "migrate down --steps 0",
        "migrate down --steps 1 --all",
        "migrate down --to 1 --all",
        "migrate down --steps 1 --to 1",
    ] {
        project.run(&database, line).ends(2);
    }
    project
        .run(&database, "migrate down --to 9")
        .ends(2)
        .says("version 9 is not applied");
    assert_eq!(catalog(&database), before);
    assert_eq!(events(&database), "4");
}

#[test]
fn steps_take_the_last_versions() {
    let (project, database) = applied();
    let run = project.run(&database, "migrate down --steps 1").ends(0);
    // The view came after V3: it goes first, and was not there at that point.
    assert_eq!(relations(&database), "one two");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines[0].starts_with("rolled back") && lines[0].contains("b/R__v"),
        "{run:#?}"
    );
    assert!(lines[1].contains("a/V3__three"), "{run:#?}");
    run.says("2 migrations rolled back in");
    project.run(&database, "migrate down --steps 9").ends(0);
    assert_eq!(relations(&database), "");
    project
        .run(&database, "migrate down --steps 1")
        .ends(0)
        .says("nothing to do");
}

#[test]
fn a_version_is_what_stays() {
    let (project, database) = applied();
    project.run(&database, "migrate down --to 1").ends(0);
    assert_eq!(relations(&database), "one");
    let before = events(&database);
    project
        .run(&database, "migrate down --to 1")
        .ends(0)
        .says("nothing to do");
    assert_eq!(events(&database), before);
}

#[test]
fn a_module_takes_those_that_require_it_along() {
    let (project, database) = applied();
    project.run(&database, "migrate down --module b").ends(0);
    assert_eq!(relations(&database), "one three");
    // What a has above it came without it: going up again is out of order, and has to be meant.
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("below `V3__three`");
    project
        .run(&database, "migrate up --allow-out-of-order")
        .ends(0);
    let run = project.run(&database, "migrate down --module a").ends(0);
    assert_eq!(relations(&database), "");
    let line = run.stdout.lines().next().unwrap();
    assert!(line.contains("b/R__v"), "{run:#?}");
    project
        .run(&database, "migrate down --module c")
        .ends(2)
        .says("no module `c`");
}

#[test]
fn a_module_with_a_point() {
    let (project, database) = applied();
    project
        .run(&database, "migrate down --module b --steps 1")
        .ends(0);
    assert_eq!(relations(&database), "one three");
    let (project, database) = applied();
    project
        .run(&database, "migrate down --module a --to 2")
        .ends(0);
    // The module b requires a, and its view came after the point.
    assert_eq!(relations(&database), "one two");
}

#[test]
fn all_leaves_nothing_but_the_ledger() {
    let (project, database) = applied();
    let empty = catalog(&Database::new());
    project.run(&database, "migrate down --all").ends(0);
    assert_eq!(catalog(&database), empty);
    assert_eq!(
        database.value("SELECT string_agg(event, ',' ORDER BY seq) FROM crmdb.history"),
        "applied,applied,applied,applied,rolled back,rolled back,rolled back,rolled back"
    );
    assert_eq!(database.value("SELECT count(*) FROM crmdb.applied"), "0");
}

#[test]
fn works_from_a_checkout_that_never_saw_the_files() {
    let (_, database) = applied();
    let other = Project::new(&["z"]);
    other.migration("z/V9__z", "SELECT 1;", "SELECT 1;");
    let run = other.run(&database, "migrate down --to 1").ends(0);
    assert_eq!(run.stdout.lines().count(), 3, "{run:#?}");
    assert_eq!(relations(&database), "one");
    other.run(&database, "migrate down --all").ends(0);
    assert_eq!(catalog(&database), catalog(&Database::new()));
}

#[test]
fn runs_the_text_as_it_was_applied() {
    let (project, database) = applied();
    project.file("schema/a/V3__three.down.sql", "SELECT 1/0;");
    project.run(&database, "migrate down --to 2").ends(0);
    assert_eq!(relations(&database), "one two");
}

#[test]
fn the_irreversible_stays() {
    let (project, database) = applied();
    project
        .file(
            "schema/a/V4__gone.sql",
            "-- crmdb: irreversible \"the old rows are gone\"\nCREATE TABLE a.four (x int);",
        )
        .migration(
            "a/V5__five",
            "CREATE TABLE a.five (x int);",
            "DROP TABLE a.five;",
        );
    project.run(&database, "migrate up").ends(0);
    let before = catalog(&database);
    project
        .run(&database, "migrate down --to 3")
        .ends(2)
        .says("migration `V0004__gone` cannot be rolled back")
        .says("It is irreversible: the old rows are gone");
    assert_eq!(catalog(&database), before);
    project.run(&database, "migrate down --to 4").ends(0);
    assert!(!relations(&database).contains("five"));
}

#[test]
fn a_protected_target_asks_for_yes() {
    let (project, database) = applied();
    project.manifest(&format!(
        "[target.production]\nurl = \"{}\"\nprotected = true",
        database.url()
    ));
    let before = catalog(&database);
    project
        .run(&database, "migrate down --all --target production")
        .ends(2)
        .says("target `production` is protected")
        .says("--yes");
    project
        .run(&database, "migrate redo --target production")
        .ends(2)
        .says("--yes");
    assert_eq!(catalog(&database), before);
    project
        .run(
            &database,
            "migrate down --all --dry-run --target production",
        )
        .ends(0);
    assert_eq!(catalog(&database), before);
    project
        .run(&database, "migrate down --all --yes --target production")
        .ends(0);
    assert_eq!(relations(&database), "");
}

#[test]
fn the_document_says_what_was_rolled_back() {
    let (project, database) = applied();
    let document = project
        .run(&database, "migrate down --to 2 --format json")
        .ends(0)
        .json();
    assert_eq!(document["format_version"], 1);
    let steps = document["steps"].as_array().unwrap();
    let said: Vec<&str> = steps
        .iter()
        .map(|s| s["migration"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["R__v", "V3__three"]);
    assert!(steps.iter().all(|step| step["action"] == "roll_back"));
}

#[test]
fn a_failure_keeps_what_was_done_before_it() {
    let (project, database) = applied();
    database.execute("DROP TABLE a.one");
    project
        .run(&database, "migrate down --all")
        .ends(2)
        .says("the ledger, row 1:1:1: table \"one\" does not exist")
        .says("3 steps before it are done, the last one `V2__two`.");
    project
        .run(&database, "migrate status")
        .ends(0)
        .says("1 applied, 3 pending");
    database.execute("CREATE TABLE a.one (x int)");
    project.run(&database, "migrate down --all").ends(0);
    assert_eq!(catalog(&database), catalog(&Database::new()));
}
