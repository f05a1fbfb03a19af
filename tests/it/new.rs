//! `migrate new`.

use crate::support::{Project, Run, program};

fn project() -> Project {
    let project = Project::new(&["a", "b"]);
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .migration("b/V2__two", "CREATE SCHEMA b;", "DROP SCHEMA b;");
    project
}

/// Runs `crmdb migrate new …` in the project's folder; it needs no database.
fn new(project: &Project, arguments: &[&str]) -> Run {
    let mut command = program(project.folder());
    Run::of(command.args(["migrate", "new"]).args(arguments))
}

#[test]
fn makes_both_files_under_the_time_in_utc() {
    let project = project();
    let run = new(&project, &["a", "Add contact e-mail"]).ends(0);
    assert_eq!(run.stderr, "");
    let files: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(files.len(), 2);
    let stem = files[0].strip_suffix(".sql").unwrap();
    assert_eq!(files[1], format!("{stem}.down.sql"));
    let version = stem
        .strip_prefix("schema/a/V")
        .and_then(|rest| rest.strip_suffix("__add_contact_e_mail"))
        .unwrap();
    assert!(
        version.len() == 14 && version.starts_with("20"),
        "{version}"
    );
    for file in files {
        let text = std::fs::read_to_string(project.path(file)).unwrap();
        assert!(text.starts_with("-- add contact e mail"), "{text}");
    }
}

#[test]
fn two_in_one_second_get_two_versions() {
    // The files of the first have no statement yet; that may not keep the second from being made.
    let project = project();
    let mut versions = std::collections::BTreeSet::new();
    for module in ["a", "b", "a"] {
        let run = new(&project, &[module, "same"]).ends(0);
        let (_, rest) = run.stdout.split_once("/V").unwrap();
        versions.insert(rest.split_once("__").unwrap().0.to_owned());
    }
    assert_eq!(versions.len(), 3, "{versions:?}");
}

#[test]
fn the_first_migration_of_a_module_can_be_made() {
    let project = project();
    project.manifest("[[module]]\nname = \"c\"\ndescription = \"new\"");
    new(&project, &["c", "first"]).ends(0).prints("schema/c/V");
}

#[test]
fn a_repeatable_has_no_version_and_is_never_overwritten() {
    let project = project();
    let run = new(&project, &["b", "views", "--repeatable"]).ends(0);
    assert_eq!(
        run.stdout,
        "schema/b/R__views.sql\nschema/b/R__views.down.sql\n"
    );
    project.file("schema/b/R__views.sql", "SELECT 'mine';");
    new(&project, &["b", "views", "--repeatable"])
        .ends(2)
        .says("`schema/b/R__views.sql` exists already");
    let text = std::fs::read_to_string(project.path("schema/b/R__views.sql")).unwrap();
    assert_eq!(text, "SELECT 'mine';");
}

#[test]
fn the_document_names_the_files() {
    let project = project();
    let document = new(&project, &["a", "x", "--repeatable", "--format", "json"])
        .ends(0)
        .json();
    assert_eq!(
        document,
        serde_json::json!({
            "format_version": 1,
            "files": ["schema/a/R__x.sql", "schema/a/R__x.down.sql"],
        })
    );
}

#[test]
fn refusals() {
    let project = project();
    new(&project, &["aa", "x"])
        .ends(2)
        .says("no module `aa` in this project")
        .says("modules are a, b");
    for name in ["", "…", "naïve", "/"] {
        new(&project, &["a", name])
            .ends(2)
            .says("cannot be the name of a migration");
    }
    assert_eq!(
        std::fs::read_dir(project.path("schema/a")).unwrap().count(),
        2
    );
    // The schema inside the binary cannot be added to.
    let empty = tempfile::tempdir().unwrap();
    Run::of(program(empty.path()).args(["migrate", "new", "users", "x"]))
        .ends(2)
        .says("there is no migrations.toml here or above")
        .says("--project DIR");
}

#[test]
fn a_mistake_in_the_manifest_is_still_one() {
    let project = project();
    project.manifest("[timeout]\nlock = \"1s\"");
    new(&project, &["a", "x"]).ends(2).says("migrations.toml:");
}
