//! Repeatable migrations, and how `down` brings them back.

use crate::support::{Database, Project, catalog};

fn base() -> Project {
    let project = Project::new(&["a", "b"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.t (x int);",
            "DROP TABLE a.t; DROP SCHEMA a;",
        )
        .migration(
            "b/R__v",
            "CREATE OR REPLACE VIEW a.v AS SELECT x FROM a.t;",
            "DROP VIEW a.v;",
        )
        .migration(
            "a/R__f",
            "CREATE OR REPLACE FUNCTION a.f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
            "DROP FUNCTION a.f();",
        );
    project
}

/// Runs `migrate up` and returns what was done, as `module/label`, and the catalog after it.
fn up(project: &Project, database: &Database) -> (Vec<String>, String) {
    let document = project
        .run(database, "migrate up --format json")
        .ends(0)
        .json();
    let steps = document["steps"].as_array().unwrap();
    let text = |step: &serde_json::Value, key: &str| step[key].as_str().unwrap().to_owned();
    let done = steps
        .iter()
        .map(|step| format!("{}/{}", text(step, "module"), text(step, "migration")))
        .collect();
    (done, catalog(database))
}

#[test]
fn run_after_the_versions_in_module_order_and_again_when_changed() {
    let (project, database) = (base(), Database::new());
    assert_eq!(up(&project, &database).0, ["a/V1__one", "a/R__f", "b/R__v"]);
    assert_eq!(up(&project, &database).0, Vec::<String>::new());
    project.file(
        "schema/b/R__v.sql",
        "CREATE OR REPLACE VIEW a.v AS SELECT x, 2 AS two FROM a.t;",
    );
    project
        .run(&database, "migrate status")
        .ends(0)
        .prints("changed");
    project
        .run(&database, "migrate plan")
        .ends(0)
        .prints("1. apply b/R__v, changed since it was applied");
    let (done, after) = up(&project, &database);
    assert_eq!(done, ["b/R__v"]);
    assert!(after.contains("a.v.two"));
    project.migration(
        "a/V2__two",
        "ALTER TABLE a.t ADD y int;",
        "ALTER TABLE a.t DROP y;",
    );
    project.file(
        "schema/b/R__v.sql",
        "CREATE OR REPLACE VIEW a.v AS SELECT x, 2 AS two, y FROM a.t;",
    );
    assert_eq!(up(&project, &database).0, ["a/V2__two", "b/R__v"]);
}

#[test]
fn a_version_leaves_them_for_later() {
    let (project, database) = (base(), Database::new());
    project.run(&database, "migrate up --to 1").ends(0);
    assert_eq!(up(&project, &database).0, ["a/R__f", "b/R__v"]);
}

/// Three releases, each with a version and other views and functions.
fn releases() -> [fn(&Project); 3] {
    [
        |_| {},
        |project| {
            project
                .migration(
                    "a/V2__two",
                    "ALTER TABLE a.t ADD y int;",
                    "ALTER TABLE a.t DROP y;",
                )
                .migration(
                    "b/R__v",
                    "CREATE OR REPLACE VIEW a.v AS SELECT x, y FROM a.t;",
                    "DROP VIEW a.v;",
                )
                .migration(
                    "b/R__w",
                    "CREATE OR REPLACE VIEW a.w AS SELECT * FROM a.v;",
                    "DROP VIEW a.w;",
                );
        },
        |project| {
            project
                .migration("b/V3__three", "ALTER TABLE a.t ADD z text;", "ALTER TABLE a.t DROP z;")
                .migration(
                    "a/R__f",
                    "CREATE OR REPLACE FUNCTION a.f() RETURNS int LANGUAGE sql AS 'SELECT 3';\n\
                     COMMENT ON FUNCTION a.f() IS 'three';",
                    "DROP FUNCTION a.f();",
                )
                .migration("b/R__w", "CREATE OR REPLACE VIEW a.w AS SELECT x, y FROM a.v;\nCOMMENT ON VIEW a.w IS 'x';",
 "DROP VIEW a.w;")
                .migration("b/R__z", "CREATE OR REPLACE VIEW a.z AS SELECT z FROM a.t;", "DROP VIEW a.z;");
        },
    ]
}

#[test]
fn down_brings_every_view_and_function_back() {
    let (project, database) = (base(), Database::new());
    let mut states = vec![catalog(&database)];
    for release in releases() {
        release(&project);
        states.push(up(&project, &database).1);
    }
    // From the last release to each earlier one, and up again, from files that know only the last.
    for point in [2, 1, 0] {
        let line = match point {
            0 => "migrate down --all".to_owned(),
            _ => format!("migrate down --to {point}"),
        };
        project.run(&database, &line).ends(0);
        assert_eq!(catalog(&database), states[point], "{line}");
        assert_eq!(up(&project, &database).1, states[3], "up after {line}");
    }
    project.run(&database, "migrate verify").ends(0);
}

#[test]
fn step_by_step_too() {
    let (project, database) = (base(), Database::new());
    let mut states = vec![catalog(&database)];
    for release in releases() {
        release(&project);
        states.push(up(&project, &database).1);
    }
    for point in [2, 1, 0] {
        project.run(&database, "migrate down --steps 1").ends(0);
        assert_eq!(catalog(&database), states[point]);
    }
}

#[test]
fn a_fresh_database_has_none_at_an_earlier_version() {
    // There they came after the last version, whatever release they belong to.
    let (project, database) = (base(), Database::new());
    for release in releases() {
        release(&project);
    }
    let at_2 = Database::new();
    project.run(&at_2, "migrate up --to 2").ends(0);
    project.run(&database, "migrate up").ends(0);
    project.run(&database, "migrate down --to 2").ends(0);
    assert_eq!(catalog(&database), catalog(&at_2));
}

#[test]
fn a_restored_text_is_told_and_recorded() {
    let (project, database) = (base(), Database::new());
    up(&project, &database);
    let old = std::fs::read_to_string(project.path("schema/b/R__v.sql")).unwrap();
    releases()[1](&project);
    up(&project, &database);
    project
        .run(&database, "migrate down --to 1 --dry-run")
        .ends(0)
        .prints("apply b/R__v, as it was then");
    let run = project.run(&database, "migrate down --to 1").ends(0);
    let last = run.stdout.lines().last().unwrap();
    assert!(
        last.starts_with("applied") && last.contains("b/R__v"),
        "{run:#?}"
    );
    assert_eq!(
        database.rows("SELECT event, name, up_text FROM crmdb.history ORDER BY seq DESC LIMIT 1")
            [0],
        ["applied", "v", &old]
    );
    // The file differs from what is there: it is changed, and the rest is pending.
    let run = project
        .run(&database, "migrate status --format json")
        .ends(0)
        .json();
    let rows = run["migrations"].as_array().unwrap();
    let view = rows.iter().find(|row| row["name"] == "v").unwrap();
    assert_eq!(view["status"], "changed");
}

#[test]
fn a_repeatable_without_a_file_comes_back_too() {
    let (project, database) = (base(), Database::new());
    let (_, first) = up(&project, &database);
    releases()[1](&project);
    up(&project, &database);
    project.remove("b/R__v");
    project.run(&database, "migrate down --to 1").ends(0);
    assert_eq!(catalog(&database), first);
}

#[test]
fn a_failed_change_leaves_the_old_one() {
    let (project, database) = (base(), Database::new());
    let (_, before) = up(&project, &database);
    project.file(
        "schema/b/R__v.sql",
        "CREATE OR REPLACE VIEW a.v AS SELECT nothing FROM a.t;",
    );
    project
        .run(&database, "migrate up")
        .ends(2)
        .says("schema/b/R__v.sql:1:38: column \"nothing\" does not exist");
    assert_eq!(catalog(&database), before);
    project.run(&database, "migrate down --all").ends(0);
    assert_eq!(catalog(&database), catalog(&Database::new()));
}

#[test]
fn an_unchanged_view_upon_a_changed_one_is_not_in_the_way() {
    let (project, database) = (base(), Database::new());
    project.migration(
        "b/R__w",
        "CREATE OR REPLACE VIEW a.w AS SELECT x FROM a.v;",
        "DROP VIEW a.w;",
    );
    let (_, before) = up(&project, &database);
    project
        .migration(
            "a/V2__two",
            "ALTER TABLE a.t ADD y int;",
            "ALTER TABLE a.t DROP y;",
        )
        .file(
            "schema/b/R__v.sql",
            "CREATE OR REPLACE VIEW a.v AS SELECT x, y FROM a.t;",
        );
    let (done, after) = up(&project, &database);
    assert_eq!(done, ["a/V2__two", "b/R__v"]);
    project.run(&database, "migrate redo").ends(0);
    assert_eq!(catalog(&database), after);
    project.run(&database, "migrate down --to 1").ends(0);
    assert_eq!(catalog(&database), before);
}

#[test]
fn one_upon_a_version_that_goes_does_not_come_back_from_its_earlier_life() {
    let project = Project::new(&["a"]);
    project.manifest("[[module]]\nname = \"z\"\ndescription = \"alone\"");
    let database = Database::new();
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .migration(
            "z/V2__two",
            "CREATE SCHEMA z; CREATE TABLE z.t (x int);",
            "DROP TABLE z.t; DROP SCHEMA z;",
        )
        .migration(
            "z/R__v",
            "CREATE OR REPLACE VIEW z.v AS SELECT x FROM z.t;",
            "DROP VIEW z.v;",
        );
    project.run(&database, "migrate up --to 1").ends(0);
    let first = catalog(&database);
    project.run(&database, "migrate up").ends(0);
    project.migration(
        "a/V3__three",
        "CREATE TABLE a.t (x int);",
        "DROP TABLE a.t;",
    );
    project.run(&database, "migrate up").ends(0);
    project.run(&database, "migrate down --module z").ends(0);
    project.run(&database, "migrate up").ends(0);
    // V3 came while V2 was there for the first time, with its view.
    project.run(&database, "migrate down --to 1").ends(0);
    assert_eq!(catalog(&database), first);
}

#[test]
fn a_way_back_that_was_cut_off_is_completed() {
    let (project, database) = (base(), Database::new());
    let (_, before) = up(&project, &database);
    project
        .migration(
            "a/V2__two",
            "ALTER TABLE a.t ADD y int;",
            "ALTER TABLE a.t DROP y;",
        )
        .migration(
            "a/R__f",
            "CREATE OR REPLACE FUNCTION a.f() RETURNS int LANGUAGE sql AS 'SELECT 2';",
            "DROP FUNCTION a.f();",
        )
        .migration(
            "b/R__v",
            "CREATE OR REPLACE VIEW a.v AS SELECT x, y FROM a.t;",
            "DROP VIEW a.v;",
        );
    let (_, after) = up(&project, &database);
    // Something stands where the function should come back.
    database.execute("CREATE SCHEMA other; CREATE FUNCTION other.stop() RETURNS event_trigger LANGUAGE plpgsql AS
        'BEGIN RAISE ''not now''; END'; CREATE EVENT TRIGGER stop ON ddl_command_start
        WHEN TAG IN ('CREATE FUNCTION') EXECUTE FUNCTION other.stop()");
    project
        .run(&database, "migrate down --to 1")
        .ends(2)
        .says("not now")
        .says("3 steps before it are done");
    database.execute("DROP EVENT TRIGGER stop; DROP SCHEMA other CASCADE");
    let run = project.run(&database, "migrate down --to 1").ends(0);
    assert_eq!(run.stdout.lines().count(), 2, "{run:#?}");
    assert_eq!(catalog(&database), before);
    project
        .run(&database, "migrate down --to 1")
        .ends(0)
        .says("nothing to do");
    // What was cut off is no point to go back to later.
    assert_eq!(up(&project, &database).1, after);
    project.run(&database, "migrate down --to 1").ends(0);
    assert_eq!(catalog(&database), before);
}
