//! `seed clear` where other rows hang on generated ones: those of people, those of triggers.

use super::{DEV, SHOPS, count, filled, intact, ledger, migrated, sums};

#[test]
fn rows_of_others_that_belong_to_generated_ones_are_asked_for() {
    let (project, database) = filled(SHOPS, "");
    database.execute(
        "INSERT INTO a.visits (person_id, at, tags, about)
         SELECT id, now(), '{}', '{}' FROM a.people ORDER BY id LIMIT 3",
    );
    let before = (sums(&database), ledger(&database));
    for line in ["seed clear", "seed clear --yes", "seed clear --dry-run"] {
        project
            .run(&database, line)
            .ends(2)
            .says("rows that crmdb did not generate belong to generated ones")
            .says("3 rows of a.visits")
            .says("--with-dependents");
    }
    assert_eq!((sums(&database), ledger(&database)), before);
    project
        .run(&database, "seed clear --with-dependents")
        .ends(0);
    assert_eq!(count(&database, "a.visits"), 0);
    assert_eq!(count(&database, "a.shops"), 0);
}

/// A trigger writes a row for each person, another one counts them at their shop.
const TRIGGERS: &str = "
    ALTER TABLE a.shops ADD COLUMN people int NOT NULL DEFAULT 0;
    CREATE TABLE a.log (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES a.people,
        what text NOT NULL);
    CREATE FUNCTION a.note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO a.log (person_id, what) VALUES (NEW.id, 'came');
            UPDATE a.shops SET people = people + 1 WHERE id = NEW.shop_id;
        ELSE
            UPDATE a.shops SET people = people - 1 WHERE id = OLD.shop_id;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER note AFTER INSERT OR DELETE ON a.people
        FOR EACH ROW EXECUTE FUNCTION a.note();";

const COUNTED: &str = "[log]\nrows = 0\n[shops.columns]\npeople = { default = true }\n";

#[test]
fn what_triggers_wrote_goes_along() {
    let (project, database) = migrated(&format!("{SHOPS}{TRIGGERS}"));
    project.file("schema/a/seeds/dev.toml", COUNTED);
    database.execute("INSERT INTO a.shops (name) VALUES ('mine')");
    let before = sums(&database);
    project
        .run(&database, &format!("{DEV} --allow-other-rows"))
        .ends(0);
    assert_eq!(count(&database, "a.log"), 100);
    assert_eq!(database.value("SELECT sum(people) FROM a.shops"), "100");
    intact(&project, &database);
    project.run(&database, "seed clear").ends(0).prints("a.log");
    assert_eq!(sums(&database), before);
}

/// Nobody may delete from the table, but its rows go when the parent row goes.
const KEPT: &str = "
    CREATE TABLE a.users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
    CREATE TABLE a.events (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES a.users ON DELETE CASCADE);
    CREATE FUNCTION a.keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF pg_trigger_depth() = 1 THEN RAISE EXCEPTION 'events are kept'; END IF;
        RETURN OLD;
    END $$;
    CREATE TRIGGER keep BEFORE DELETE ON a.events FOR EACH ROW EXECUTE FUNCTION a.keep();";

#[test]
fn a_table_that_refuses_goes_with_its_parent() {
    let (project, database) = filled(KEPT, "");
    project.run(&database, "seed clear").ends(0);
    assert_eq!(count(&database, "a.events"), 0);
    assert_eq!(count(&database, "a.users"), 0);
}

#[test]
fn rows_that_nothing_removes_keep_all() {
    let (project, database) = filled(&KEPT.replace("pg_trigger_depth() = 1", "true"), "");
    let before = (sums(&database), ledger(&database));
    project
        .run(&database, "seed clear")
        .ends(2)
        .says("rows of `a.events` cannot be removed")
        .says("events are kept")
        .says("Nothing was removed");
    assert_eq!((sums(&database), ledger(&database)), before);
    // A trigger that lets nothing go, and does not say so.
    let (project, database) = filled(
        &KEPT
            .replace("RAISE EXCEPTION 'events are kept'", "RETURN NULL")
            .replace(" ON DELETE CASCADE", ""),
        "",
    );
    project
        .run(&database, "seed clear")
        .ends(2)
        .says("rows of `a.events` cannot be removed");
    assert_eq!(count(&database, "a.users"), 100);
}

#[test]
fn what_is_set_to_null_stays() {
    let (project, database) = filled(
        "CREATE TABLE a.users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
         CREATE TABLE a.notes (
             id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
             user_id bigint REFERENCES a.users ON DELETE SET NULL);",
        "",
    );
    database.execute("INSERT INTO a.notes (user_id) SELECT min(id) FROM a.users");
    project.run(&database, "seed clear").ends(0);
    assert_eq!(
        database.rows("SELECT id, user_id FROM a.notes"),
        [["101", ""]]
    );
}
