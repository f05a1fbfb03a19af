//! `backup` and `restore`.

mod interrupted;
mod programs;
mod refused;
mod round_trip;
mod same_time;

use crate::support::{Database, Project};

/// A project of one module with a table of one row.
fn one() -> Project {
    let project = Project::new(&["a"]);
    project.migration(
        "a/V1__one",
        "CREATE SCHEMA a; CREATE TABLE a.one (x int PRIMARY KEY); INSERT INTO a.one VALUES (1);",
        "DROP TABLE a.one; DROP SCHEMA a;",
    );
    project
}

/// The project, applied to a database.
fn applied() -> (Project, Database) {
    let (project, database) = (one(), Database::new());
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

/// Returns a line for each table, materialized view and sequence: how many rows, and their digest.
fn contents(database: &Database) -> Vec<String> {
    let relations = database.rows(
        "SELECT c.oid::regclass, c.relkind FROM pg_class AS c WHERE c.relkind IN ('r', 'm', 'S')
         AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
         AND c.relnamespace::regnamespace::text !~ '^pg_' AND c.relpersistence <> 't'
         AND (c.relkind <> 'm' OR c.relispopulated)
         ORDER BY c.oid::regclass::text COLLATE \"C\"",
    );
    relations
        .iter()
        .map(|relation| {
            let what = match &*relation[1] {
                "S" => "last_value || ' ' || is_called",
                _ => "t::text",
            };
            let row = database.rows(&format!(
                "SELECT count(*), md5(string_agg({what}, E'\\n' ORDER BY ({what}) COLLATE \"C\"))
                 FROM {} AS t",
                relation[0]
            ));
            format!("{} {}", relation[0], row[0].join(" "))
        })
        .collect()
}

/// The names in a project's folder, sorted, but for those of the project.
fn files(project: &Project) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(project.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !["migrations.toml", "schema", "bin"].contains(&&**name))
        .collect();
    names.sort();
    names
}
