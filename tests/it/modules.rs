//! `--module`, and the modules of a target.

use crate::support::{Database, Project};

/// `a` ← `b` ← `c`, and `alone`.
fn project() -> Project {
    let project = Project::new(&["a", "b", "c"]);
    project.manifest("[[module]]\nname = \"alone\"\ndescription = \"test\"");
    for (version, module) in ["a", "b", "c", "alone"].into_iter().enumerate() {
        project.migration(
            &format!("{module}/V{}__x", version + 1),
            &format!("CREATE SCHEMA {module};"),
            &format!("DROP SCHEMA {module};"),
        );
    }
    project.migration(
        "c/R__v",
        "CREATE OR REPLACE VIEW c.v AS SELECT 1 AS x;",
        "DROP VIEW c.v;",
    );
    project
}

fn schemas(database: &Database) -> String {
    database.value(
        "SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace
         WHERE nspname IN ('a', 'b', 'c', 'alone')",
    )
}

#[test]
fn a_module_brings_what_it_requires() {
    let (project, database) = (project(), Database::new());
    project.run(&database, "migrate up --module b").ends(0);
    assert_eq!(schemas(&database), "a b");
    project
        .run(&database, "migrate up --module alone --module a")
        .ends(0);
    assert_eq!(schemas(&database), "a alone b");
    project.run(&database, "migrate up --module c").ends(0);
    assert_eq!(database.value("SELECT to_regclass('c.v')"), "c.v");
    project
        .run(&database, "migrate plan --module c")
        .ends(0)
        .says("nothing to do");
}

#[test]
fn an_unknown_module_is_an_error_with_the_nearest_name() {
    let (project, database) = (project(), Database::new());
    project
        .run(&database, "migrate up --module alon")
        .ends(2)
        .says("no module `alon` in this project")
        .says("Did you mean `alone`?");
    assert_eq!(database.value("SELECT to_regnamespace('crmdb')"), "");
}

#[test]
fn a_target_has_its_own_modules() {
    let (project, database) = (project(), Database::new());
    project.manifest(&format!(
        "[target.node]\nurl = \"{}\"\nmodules = [\"b\"]",
        database.url()
    ));
    // The flag wins over DATABASE_URL, which names the same database here.
    project
        .run(&database, "migrate up --target node")
        .ends(0)
        .says("target `node`");
    assert_eq!(schemas(&database), "a b");
    project
        .run(&database, "migrate status --check --target node")
        .ends(0);
    project
        .run(&database, "migrate up --target node --module alone")
        .ends(2)
        .says("module `alone` is not one of the target's");
    project
        .run(&database, "migrate up --target node --module a")
        .ends(0);
    project
        .run(&database, "migrate up --target nod")
        .ends(2)
        .says("there is no target `nod`")
        .says("node");
    project
        .run(&database, "migrate up --target node --database-url x")
        .ends(2)
        .says("cannot be used with");
}

#[test]
fn a_target_by_variable_never_falls_back() {
    let (project, database) = (project(), Database::new());
    project.manifest("[target.node]\nurl_env = \"NODE_URL\"");
    project
        .run(&database, "migrate up --target node")
        .ends(2)
        .says("NODE_URL");
    assert_eq!(schemas(&database), "");
    let mut command = project.command(&database, &["migrate", "up", "--target", "node"]);
    let run = crate::support::Run::of(command.env("NODE_URL", database.url()));
    run.ends(0);
    assert_eq!(schemas(&database), "a alone b c");
}
