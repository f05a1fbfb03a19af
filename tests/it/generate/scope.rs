//! Modules one by one, or all together.

use crate::support::{Database, Project};

use super::{DEV, count, intact, sums};

/// Two modules; the rows of the second belong to those of the first.
fn project() -> Project {
    let project = Project::new(&["a", "b"]);
    project
        .migration(
            "a/V1__t",
            "CREATE SCHEMA a;
             CREATE TABLE a.tenants (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE);
             CREATE TABLE a.users (
                 tenant_id uuid NOT NULL REFERENCES a.tenants,
                 id uuid PRIMARY KEY, name text NOT NULL, UNIQUE (tenant_id, id));",
            "DROP SCHEMA a CASCADE;",
        )
        .migration(
            "b/V2__t",
            "CREATE SCHEMA b;
             CREATE TABLE b.calls (
                 id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES a.tenants,
                 user_id uuid NOT NULL,
                 slug text NOT NULL REFERENCES a.tenants (slug),
                 FOREIGN KEY (tenant_id, user_id) REFERENCES a.users (tenant_id, id));",
            "DROP SCHEMA b CASCADE;",
        )
        .file("schema/a/seeds/dev.toml", "[tenants]\nrows = 7\n")
        .file("schema/b/seeds/dev.toml", "[calls]\nrows = 300\n");
    project
}

fn applied() -> (Project, Database) {
    let (project, database) = (project(), Database::new());
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

#[test]
fn one_module_then_the_rest() {
    let (project, one_by_one) = applied();
    project
        .run(&one_by_one, &format!("{DEV} --module a"))
        .ends(0);
    assert_eq!(count(&one_by_one, "a.tenants"), 7);
    assert_eq!(count(&one_by_one, "b.calls"), 0);
    project.run(&one_by_one, DEV).ends(0);
    assert_eq!(count(&one_by_one, "b.calls"), 300);

    let (project, at_once) = applied();
    project.run(&at_once, DEV).ends(0);
    assert_eq!(sums(&one_by_one), sums(&at_once));
    intact(&project, &one_by_one);
    project.run(&one_by_one, "seed clear").ends(0);
    for row in sums(&one_by_one) {
        assert_eq!(row[1], "0", "{}", row[0]);
    }
}

#[test]
fn a_module_takes_along_what_it_requires() {
    let (project, database) = applied();
    project.run(&database, &format!("{DEV} --module b")).ends(0);
    assert_eq!(count(&database, "a.tenants"), 7);
    project
        .run(&database, &format!("{DEV} --module c"))
        .ends(2)
        .says("`c`");
}

#[test]
fn a_recipe_of_another_module_is_not_looked_at() {
    let (project, database) = applied();
    project.file("schema/b/seeds/dev.toml", "nonsense\n");
    project.run(&database, &format!("{DEV} --module a")).ends(0);
    project
        .run(&database, DEV)
        .ends(2)
        .says("schema/b/seeds/dev.toml:1:");
}

#[test]
fn tables_of_the_modules_only() {
    let (project, database) = applied();
    database.execute("CREATE TABLE public.mine (x int); CREATE SCHEMA c; CREATE TABLE c.t (x int)");
    project.run(&database, DEV).ends(0);
    assert_eq!(count(&database, "public.mine"), 0);
    assert_eq!(count(&database, "c.t"), 0);
}

/// What is to be done after the rows of a module is done once, also when other modules come later.
#[test]
fn after_one_module_and_then_all() {
    let project = Project::new(&["a", "b"]);
    for (number, module) in [(1, "a"), (2, "b")] {
        project
            .migration(
                &format!("{module}/V{number}__t"),
                &format!(
                    "CREATE SCHEMA {module};
                     CREATE TABLE {module}.t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
                     CREATE TABLE {module}.log (note text);"
                ),
                &format!("DROP SCHEMA {module} CASCADE;"),
            )
            .file(
                &format!("schema/{module}/seeds/dev.toml"),
                &format!(
                    "after = [\"INSERT INTO {module}.log VALUES ('done')\"]\n[log]\nrows = 0\n"
                ),
            );
    }
    let database = Database::new();
    project.run(&database, "migrate up").ends(0);
    let logs = |expected: [u64; 2]| {
        assert_eq!(
            [count(&database, "a.log"), count(&database, "b.log")],
            expected
        );
    };
    project.run(&database, &format!("{DEV} --module a")).ends(0);
    logs([1, 0]);
    for _ in 0..2 {
        project.run(&database, DEV).ends(0);
        logs([1, 1]);
    }
}
