//! `seed export`: rows with all that they refer to, as a file that brings them into another database.

use super::{DEV, count, migrated, none, project};
use crate::support::{Database, Project};

const TABLES: &str = "
    CREATE TABLE a.tenants (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
    CREATE TABLE a.people (
        id int GENERATED ALWAYS AS IDENTITY,
        tenant_id int NOT NULL REFERENCES a.tenants,
        chief_id int,
        first_name text NOT NULL,
        email text NOT NULL UNIQUE,
        phone text,
        shout text GENERATED ALWAYS AS (upper(first_name)) STORED,
        PRIMARY KEY (id, tenant_id),
        FOREIGN KEY (chief_id, tenant_id) REFERENCES a.people (id, tenant_id));
    CREATE TABLE a.notes (
        id bigserial PRIMARY KEY,
        tenant_id int NOT NULL,
        person_id int NOT NULL,
        note text,
        at timestamptz NOT NULL,
        FOREIGN KEY (person_id, tenant_id) REFERENCES a.people (id, tenant_id));";

const RECIPE: &str = "
[tenants]
rows = 5

[people.columns]
first_name = { mask = true }
email = { mask = true }
phone = { mask = true, null = 0.2 }
";

fn filled() -> (Project, Database) {
    let (project, database) = migrated(TABLES);
    project.file("schema/a/seeds/dev.toml", RECIPE);
    project.run(&database, DEV).ends(0);
    (project, database)
}

/// Brings the file into a database of its own, twice.
fn taken(file: &str) -> Database {
    let (project, database) = migrated(TABLES);
    project.file("schema/a/seeds/reference.sql", file);
    project.run(&database, "seed").ends(0);
    let rows = count(&database, "a.notes");
    database.execute(file);
    assert_eq!(count(&database, "a.notes"), rows);
    database
}

#[test]
fn a_slice_stands_by_itself() {
    let (project, database) = filled();
    let condition = "id % 10 = 0";
    let run = project
        .exec(
            &database,
            &["seed", "export", "--table", "a.notes", "--where", condition],
        )
        .ends(0);
    let file = run.stdout.clone();
    let other = taken(&file);
    assert_ne!(count(&database, "a.people WHERE chief_id IS NOT NULL"), 0);
    let notes =
        "SELECT id, tenant_id, person_id, note, at FROM a.notes WHERE id % 10 = 0 ORDER BY id";
    assert_eq!(other.rows(notes), database.rows(notes));
    assert_eq!(count(&other, "a.notes"), 10);
    // The person of each note, the chief, the chief's chief; and no more.
    let people = "
        WITH RECURSIVE needed AS (
            SELECT person_id AS id FROM a.notes WHERE id % 10 = 0
            UNION SELECT p.chief_id FROM needed JOIN a.people AS p USING (id) WHERE p.chief_id IS NOT NULL)
        SELECT id FROM needed ORDER BY id";
    assert_eq!(
        other.rows("SELECT id FROM a.people ORDER BY id"),
        database.rows(people)
    );
    // The next number is free.
    other.execute(
        "INSERT INTO a.tenants (name) VALUES ('x'); INSERT INTO a.notes (tenant_id, person_id, at)
             SELECT tenant_id, id, now() FROM a.people LIMIT 1",
    );
}

#[test]
fn what_is_masked_does_not_leave() {
    let (project, database) = filled();
    let line = "seed export --table a.people";
    let file = project.run(&database, line).ends(0).stdout.clone();
    for column in ["email", "phone"] {
        for row in database.rows(&format!(
            "SELECT {column} FROM a.people WHERE {column} IS NOT NULL"
        )) {
            assert!(!file.contains(&row[0]), "{}", row[0]);
        }
    }
    assert!(
        file.contains("-- Masked: a.people.first_name, a.people.phone, a.people.email."),
        "{file}"
    );
    // The same again, and what was equal is equal.
    assert_eq!(project.run(&database, line).ends(0).stdout, file);
    let other = taken(&file);
    assert_eq!(count(&other, "a.people"), 100);
    none(&other, "a.people", "email !~ '@example\\.(com|net|org)$'");
    let nulls = "SELECT id FROM a.people WHERE phone IS NULL ORDER BY id";
    assert_eq!(other.rows(nulls), database.rows(nulls));
}

#[test]
fn what_cannot_be_exported() {
    let (project, database) = filled();
    let export = |arguments: &[&str]| {
        let all: Vec<&str> = ["seed", "export"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        project.exec(&database, &all)
    };
    export(&["--table", "a.note"])
        .ends(2)
        .says("Did you mean `a.notes`?");
    export(&["--table", "a.notes", "--limit", "5"])
        .ends(2)
        .says("more than 5 rows");
    export(&["--table", "a.notes", "--where", "nobody = 1"])
        .ends(2)
        .says("nobody");
    let before = count(&database, "a.notes");
    export(&[
        "--table",
        "a.notes",
        "--where",
        "true); DELETE FROM a.notes; SELECT (1",
    ])
    .ends(2);
    assert_eq!(count(&database, "a.notes"), before);
    project.file(
        "schema/a/seeds/dev.toml",
        "[notes.columns]\nperson_id = { mask = true }\n",
    );
    export(&["--table", "a.notes"])
        .ends(2)
        .says("`a.notes.person_id` cannot be masked");
}

#[test]
fn an_empty_slice_is_an_empty_file() {
    let (project, database) = (project(TABLES), Database::new());
    project.run(&database, "migrate up").ends(0);
    let file = project.path("out.sql");
    let path = file.display().to_string();
    project
        .exec(
            &database,
            &["seed", "export", "--table", "a.notes", "--output", &path],
        )
        .ends(0)
        .says("0 rows of 1 table exported");
    let text = std::fs::read_to_string(file).expect("a file");
    assert!(text.starts_with("-- a.notes WHERE true"), "{text}");
}
