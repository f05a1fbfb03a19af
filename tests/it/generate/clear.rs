//! `seed clear` removes what was generated, and nothing else.

use super::{DEV, SHOPS, count, filled, intact, ledger, migrated, sums};

/// Tables with a row of others, and a reference row to come that refers to it.
fn mixed() -> (crate::support::Project, crate::support::Database) {
    let (project, database) = migrated(SHOPS);
    project.file(
        "schema/a/seeds/reference.sql",
        "INSERT INTO a.people (id, shop_id, email)
         SELECT '00000000-0000-0000-0000-000000000001', id, 'one@example.com' FROM a.shops
         ON CONFLICT DO NOTHING;\n",
    );
    database.execute("INSERT INTO a.shops (name) VALUES ('mine')");
    (project, database)
}

#[test]
fn everything_that_was_generated_goes() {
    let (project, database) = migrated(SHOPS);
    let before = sums(&database);
    project.run(&database, DEV).ends(0);
    project
        .run(&database, "seed clear")
        .ends(0)
        .prints("a.visits")
        .says("300 rows removed from 3 tables");
    assert_eq!(sums(&database), before);
    assert_eq!(ledger(&database), "");
    intact(&project, &database);
}

#[test]
fn twice_there_is_nothing_to_do() {
    let (project, database) = filled(SHOPS, "");
    project.run(&database, "seed clear").ends(0);
    let run = project
        .run(&database, "seed clear")
        .ends(0)
        .says("nothing to do");
    assert_eq!(run.stdout, "");
    let (project, database) = migrated(SHOPS);
    project
        .run(&database, "seed clear")
        .ends(0)
        .says("nothing to do");
}

#[test]
fn a_dry_run_removes_nothing() {
    let (project, database) = filled(SHOPS, "");
    let before = (sums(&database), ledger(&database));
    project
        .run(&database, "seed clear --dry-run")
        .ends(0)
        .prints("a.shops")
        .says("300 rows would be removed from 3 tables");
    assert_eq!((sums(&database), ledger(&database)), before);
}

#[test]
fn rows_of_others_and_reference_rows_stay() {
    let (project, database) = mixed();
    project.run(&database, "seed").ends(0);
    let before = sums(&database);
    project
        .run(&database, &format!("{DEV} --allow-other-rows"))
        .ends(0);
    assert!(count(&database, "a.people") > 1);
    project.run(&database, "seed clear").ends(0);
    assert_eq!(sums(&database), before);
    assert_eq!(
        database.value("SELECT count(*) FROM crmdb.seeded_rows WHERE origin = 'reference'"),
        "1"
    );
    intact(&project, &database);
}

#[test]
fn what_somebody_added_afterwards_stays() {
    let (project, database) = filled(SHOPS, "");
    database.execute(
        "WITH shop AS (INSERT INTO a.shops (name) VALUES ('late') RETURNING id)
         INSERT INTO a.people (shop_id, email) SELECT id, 'late@example.com' FROM shop",
    );
    assert_eq!(
        database.value("SELECT id FROM a.shops WHERE name = 'late'"),
        "101"
    );
    project.run(&database, "seed clear").ends(0);
    let left = "SELECT string_agg(s.id || ' ' || s.name || ' ' || p.email, ', ')
                FROM a.shops AS s JOIN a.people AS p ON p.shop_id = s.id";
    assert_eq!(database.value(left), "101 late late@example.com");
    // The numbers go on: none is given twice.
    project
        .run(&database, &format!("{DEV} --allow-other-rows"))
        .ends(0);
    assert_eq!(database.value("SELECT max(id) FROM a.shops"), "201");
    project.run(&database, "seed clear").ends(0);
    assert_eq!(database.value(left), "101 late late@example.com");
}

#[test]
fn generated_rows_that_somebody_changed_or_deleted_go_too() {
    let (project, database) = filled(SHOPS, "");
    database.execute(
        "UPDATE a.people SET email = 'changed@example.com'
         WHERE id = (SELECT id FROM a.people ORDER BY id LIMIT 1);
         DELETE FROM a.visits WHERE id IN (SELECT id FROM a.visits ORDER BY id LIMIT 10)",
    );
    project
        .run(&database, "seed clear")
        .ends(0)
        .says("290 rows removed");
    assert_eq!(count(&database, "a.people"), 0);
}

/// A table without a surrogate is known by the generated rows that its own refer to.
#[test]
fn rows_without_a_key_of_their_own_go_with_their_parents() {
    let (project, database) = filled(
        "CREATE TABLE a.users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
         CREATE TABLE a.groups (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
         CREATE TABLE a.members (
             user_id bigint REFERENCES a.users, group_id bigint REFERENCES a.groups,
             PRIMARY KEY (user_id, group_id));
         CREATE TABLE a.notes (user_id bigint NOT NULL REFERENCES a.users, note text);",
        "",
    );
    project.run(&database, "seed clear").ends(0);
    for row in sums(&database) {
        assert_eq!(row[1], "0", "{}", row[0]);
    }
}

#[test]
fn a_protected_target_asks_for_yes() {
    let (project, database) = filled(SHOPS, "");
    project.manifest(&format!(
        "[target.production]\nurl = \"{}\"\nprotected = true",
        database.url()
    ));
    let before = sums(&database);
    project
        .run(&database, "seed clear --target production")
        .ends(2)
        .says("target `production` is protected");
    assert_eq!(sums(&database), before);
    project
        .run(&database, "seed clear --target production --yes")
        .ends(0);
    assert_eq!(count(&database, "a.shops"), 0);
}

#[test]
fn a_module_alone_is_refused() {
    let (project, database) = filled(SHOPS, "");
    let before = sums(&database);
    project
        .run(&database, "seed clear --module a")
        .ends(2)
        .says("`seed clear` has no `--module`");
    assert_eq!(sums(&database), before);
}
