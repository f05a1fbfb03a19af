//! `migrate up`.

use crate::support::{Database, Project, catalog};

fn two_tables() -> Project {
    let project = Project::new(&["a"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration(
            "a/V2__two",
            "CREATE TABLE a.two (y int);",
            "DROP TABLE a.two;",
        );
    project
}

#[test]
fn applies_in_order_and_a_second_run_does_nothing() {
    let (project, database) = (two_tables(), Database::new());
    let run = project.run(&database, "migrate up").ends(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{run:#?}");
    assert!(
        lines[0].starts_with("applied") && lines[0].contains("a/V1__one"),
        "{run:#?}"
    );
    let after = catalog(&database);
    let again = project
        .run(&database, "migrate up")
        .ends(0)
        .says("nothing to do");
    assert_eq!(again.stdout, "");
    assert_eq!(catalog(&database), after);
    assert_eq!(database.value("SELECT count(*) FROM crmdb.history"), "2");
}

#[test]
fn up_down_up_is_up() {
    let (project, database) = (two_tables(), Database::new());
    let before = catalog(&database);
    project.run(&database, "migrate up").ends(0);
    let up = catalog(&database);
    project.run(&database, "migrate down --all").ends(0);
    assert_eq!(catalog(&database), before);
    project.run(&database, "migrate up").ends(0);
    assert_eq!(catalog(&database), up);
}
