//! Tasks of kind `partitions`.

mod create;
mod expire;
mod like;

use crate::support::{Database, Project, Run};

/// A project with the task `parts` on `a.log`, and a database with these tables.
fn start(keys: &str, tables: &str) -> (Project, Database) {
    start_with("a.log", keys, tables)
}

fn start_with(table: &str, keys: &str, tables: &str) -> (Project, Database) {
    let project = Project::new(&["a"]);
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .manifest(&format!(
            "[timeouts]\nlock = \"100ms\"\n\
             [[task]]\nname = \"parts\"\nkind = \"partitions\"\nretries = 0\n\
             table = '{table}'\n{keys}"
        ));
    let database = Database::new();
    project.run(&database, "migrate up").ends(0);
    database.execute(tables);
    (project, database)
}

const BY_MONTH: &str = "every = \"1 month\"\nahead = 2";
const LOG: &str = "CREATE TABLE a.log (at timestamptz NOT NULL, x int) PARTITION BY RANGE (at);";
const DEFAULT: &str = "CREATE TABLE a.rest PARTITION OF a.log DEFAULT;";
/// Two partitions of long ago.
const OLD: &str = "CREATE TABLE a.old1 PARTITION OF a.log
        FOR VALUES FROM ('2019-12-01 00:00Z') TO ('2020-01-01 00:00Z');
    CREATE TABLE a.old2 PARTITION OF a.log
        FOR VALUES FROM ('2020-01-01 00:00Z') TO ('2020-02-01 00:00Z');
    INSERT INTO a.log VALUES ('2019-12-24', 1), ('2020-01-06', 2);";

fn run(project: &Project, database: &Database) -> Run {
    project.run(database, "maintain run parts -v")
}

/// How many partitions a run has made or taken away.
#[track_caller]
fn changed(project: &Project, database: &Database) -> u64 {
    let run = project.run(database, "maintain run parts --format json");
    run.ends(0).json()["batches"].as_u64().unwrap()
}

/// The partitions of a table with their bounds, in order.
fn partitions(database: &Database, table: &str) -> String {
    database.value(&format!(
        "SET timezone = 'UTC'; SET datestyle = 'ISO';
         SELECT string_agg(c.relname || ' ' || pg_get_expr(c.relpartbound, c.oid), ', ' ORDER BY c.relname)
         FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
         WHERE i.inhparent = '{table}'::regclass"
    ))
}

/// What there is to be: from the period of now, so many more.
fn expected(database: &Database, stem: &str, unit: &str, digits: &str, ahead: u32) -> String {
    database.value(&format!(
        "SET timezone = 'UTC'; SET datestyle = 'ISO';
         SELECT string_agg(format('%s_p%s FOR VALUES FROM (%L) TO (%L)', '{stem}',
                 to_char(t, '{digits}'), t, t + interval '1 {unit}'), ', ' ORDER BY t)
         FROM generate_series(0, {ahead}) AS n
         CROSS JOIN LATERAL (SELECT date_trunc('{unit}', now()) + n * interval '1 {unit}') AS a (t)"
    ))
}
