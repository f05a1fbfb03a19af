//! `crmdb maintain`.

mod analyze;
mod commands;
mod crash;
mod delete;
mod metrics;
mod migrations;
mod partitions;
mod pooled;
mod refresh;
mod reindex;
mod runs;
mod schedule;
#[cfg(feature = "scheduler-tests")]
mod schedulers;
mod serve;
mod shipped;
mod together;
mod vacuum;

use crate::support::{Database, Project};

/// A project with a schema `a`, what else its migration makes, and these lines of migrations.toml.
fn project(up: &str, tasks: &str) -> (Project, Database) {
    let (project, database) = (Project::new(&["a"]), Database::new());
    let up = format!("CREATE SCHEMA a;\n{up}");
    project.migration("a/V1__m", &up, "DROP SCHEMA a CASCADE;");
    project.manifest(tasks);
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

/// A project whose table `a.events` has so many rows a day older than the one before.
fn events(rows: u32, tasks: &str) -> (Project, Database) {
    let up = format!(
        "CREATE TABLE a.events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
         at timestamptz NOT NULL, kind text NOT NULL DEFAULT 'x');\n\
         CREATE INDEX ON a.events (at);\n\
         INSERT INTO a.events (at) SELECT now() - n * interval '1 day' \
         FROM generate_series(1, {rows}) AS n;"
    );
    project(&up, tasks)
}

/// How the runs of a task ended, the oldest first.
fn outcomes(database: &Database, task: &str) -> String {
    database.value(&format!(
        "SELECT string_agg(outcome, ', ' ORDER BY id) FROM crmdb.task_runs WHERE task = '{task}'"
    ))
}

/// Makes the ledger believe that a task is known for a day, and nothing of it was run since.
fn backdate(database: &Database, task: &str) {
    database.execute(&format!(
        "INSERT INTO crmdb.tasks (name, known_since) VALUES ('{task}', now() - interval '1 day') \
         ON CONFLICT (name) DO UPDATE SET known_since = excluded.known_since, settled_until = NULL"
    ));
}
