//! Where no rows are generated: protected targets, rows of others, rights, recipes.

use crate::support::{Database, Project, Run};

use super::{DEV, SHOPS, count, ledger, migrated, project, refuses, sums};

#[test]
fn a_protected_target() {
    let (project, database) = migrated(SHOPS);
    project.manifest(&format!(
        "[target.production]\nurl = \"{}\"\nprotected = true",
        database.url()
    ));
    for line in ["", " --yes", " --dry-run"] {
        project
            .run(&database, &format!("{DEV} --target production{line}"))
            .ends(2)
            .says("target `production` is protected")
            .says("--allow-protected-target");
    }
    assert_eq!(count(&database, "a.shops"), 0);
    project
        .run(
            &database,
            &format!("{DEV} --target production --allow-protected-target"),
        )
        .ends(0);
    assert_eq!(count(&database, "a.shops"), 100);
}

#[test]
fn rows_of_others() {
    let (project, database) = migrated(SHOPS);
    database.execute("INSERT INTO a.shops (name) SELECT 'mine' FROM generate_series(1, 3)");
    let before = sums(&database);
    for line in ["", " --yes", " --dry-run"] {
        project
            .run(&database, &format!("{DEV}{line}"))
            .ends(2)
            .says("the database has rows that crmdb did not bring")
            .says("a.shops: 3 rows")
            .says("--allow-other-rows");
    }
    assert_eq!(sums(&database), before);
    assert_eq!(ledger(&database), "");
    project
        .run(&database, &format!("{DEV} --allow-other-rows"))
        .ends(0);
    assert_eq!(count(&database, "a.shops WHERE name = 'mine'"), 3);
}

#[test]
fn reference_rows_are_no_rows_of_others() {
    let (project, database) = migrated(SHOPS);
    project.file(
        "schema/a/seeds/reference.sql",
        "INSERT INTO a.shops (name) VALUES ('first'), ('second') ON CONFLICT DO NOTHING;\n",
    );
    // They come by themselves, but not in a dry run.
    project
        .run(&database, &format!("{DEV} --dry-run"))
        .ends(2)
        .says("Run `crmdb seed` first");
    assert_eq!(count(&database, "a.shops"), 0);
    let run = project
        .run(&database, &format!("{DEV} --format json"))
        .ends(0);
    assert_eq!(run.json()["is_done"], true);
    assert_eq!(count(&database, "a.shops"), 102);
    // Both own generated rows.
    assert_eq!(
        database.value(
            "SELECT count(DISTINCT s.id) FROM a.shops AS s JOIN a.people AS p ON p.shop_id = s.id
             WHERE s.name IN ('first', 'second')"
        ),
        "2"
    );
}

#[test]
fn migrations_that_are_pending() {
    let (project, database) = (project(SHOPS), Database::new());
    for line in ["", " --dry-run"] {
        project
            .run(&database, &format!("{DEV}{line}"))
            .ends(2)
            .says("migration `a/V1__t` is pending")
            .says("Run `crmdb migrate up` first");
    }
    assert_eq!(database.value("SELECT to_regnamespace('crmdb')"), "");
}

/// A database of a role of its own that is no superuser, migrated by it.
fn of_a_role(sql: &str) -> (Project, Database, String, String) {
    let (project, database) = (project(sql), Database::new());
    let role = format!("{}_owner", database.name());
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; ALTER DATABASE {} OWNER TO {role}",
        database.name()
    ));
    let url = database.url_as(&role);
    run_as(&project, &database, &url, "migrate up").ends(0);
    (project, database, role, url)
}

fn run_as(project: &Project, database: &Database, url: &str, line: &str) -> Run {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    Run::of(
        project
            .command(database, &arguments)
            .env("DATABASE_URL", url),
    )
}

fn without(database: Database, role: &str) {
    database.execute(&format!(
        "REASSIGN OWNED BY {role} TO postgres; DROP OWNED BY {role}; DROP ROLE {role}"
    ));
}

#[test]
fn a_role_without_the_right_to_insert() {
    let (project, database, role, url) = of_a_role(SHOPS);
    database.execute(&format!("REVOKE INSERT ON a.people, a.visits FROM {role}"));
    run_as(&project, &database, &url, DEV)
        .ends(2)
        .says("2 tables cannot be filled by this role")
        .says("a.people: no right to insert");
    assert_eq!(count(&database, "a.shops"), 0);
    assert_eq!(ledger(&database), "");
    database.execute(&format!("GRANT INSERT ON a.people, a.visits TO {role}"));
    run_as(&project, &database, &url, DEV).ends(0);
    run_as(&project, &database, &url, "seed clear").ends(0);
    assert_eq!(count(&database, "a.shops"), 0);
    without(database, &role);
}

#[test]
fn a_role_under_row_security() {
    let (project, database, role, url) = of_a_role(&format!(
        "{SHOPS}
         ALTER TABLE a.people ENABLE ROW LEVEL SECURITY;
         CREATE POLICY everyone ON a.people USING (true);"
    ));
    // Not for the owner, unless it is forced.
    run_as(&project, &database, &url, DEV).ends(0);
    run_as(&project, &database, &url, "seed clear").ends(0);
    database.execute("ALTER TABLE a.people FORCE ROW LEVEL SECURITY");
    run_as(&project, &database, &url, DEV)
        .ends(2)
        .says("a.people: row security holds for this role");
    assert_eq!(count(&database, "a.shops"), 0);
    without(database, &role);
}

#[test]
fn recipes_that_do_not_fit() {
    for (recipe, texts) in [
        (
            "[shops]\nrow = 3\n",
            &["schema/a/seeds/dev.toml:2:1: unknown key `row`", "`rows`"][..],
        ),
        (
            "[shops]\nrows = \"many\"\n",
            &["schema/a/seeds/dev.toml:2:8: `rows`"],
        ),
        (
            "[shops.columns]\nname = { choise = [\"x\"] }\n",
            &[
                "schema/a/seeds/dev.toml:2:10: unknown key `choise`",
                "`choice`",
            ],
        ),
        ("[shops\n", &["schema/a/seeds/dev.toml:1:"]),
        (
            "[shop]\nrows = 3\n",
            &["there is no table `a.shop`", "dev.toml"],
        ),
        (
            "[shops.columns]\ntitle = { fake = \"name\" }\n",
            &["`a.shops`", "`title`", "dev.toml"],
        ),
        (
            "[people.columns]\nborn = { choice = [\"x\"] }\n",
            &["`a.people.born`"],
        ),
        (
            "[people.columns]\nborn = { sql = \"nobody_has_this(1)\" }\n",
            &["`a.people`", "`born`", "nobody_has_this"],
        ),
        (
            "[people]\nowner = [\"email\"]\n",
            &["`a.people` has no foreign key of the columns email"],
        ),
        (
            "[people.columns]\nborn = { after = \"created_at\" }\n",
            &["schema/a/seeds/dev.toml:2:1: `people.born` has `after` without `between`"],
        ),
        (
            "[shops]\nrows = 0\n",
            &["no row of `a.people` can be generated", "`a.shops`"],
        ),
    ] {
        refuses(SHOPS, recipe, texts);
    }
}

#[test]
fn all_that_is_wrong_in_a_recipe_is_said() {
    refuses(
        SHOPS,
        "[shops]\nrow = 3\ngrowth = \"slow\"\n[people.columns]\nborn = { null = 2 }\n",
        &["3 things are wrong", ":2:1:", ":3:10:", ":5:"],
    );
}
