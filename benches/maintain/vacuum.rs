//! A vacuum of many tables that need it, against `vacuumdb`.

use std::fmt::Write as _;

use super::Scratch;
use super::measure::{Row, program, psql, time};

const TABLES: usize = 1_000;

/// How often each is measured.
const RUNS: usize = 7;

/// The connections of both.
const JOBS: &str = "2";

pub(super) fn run() {
    let task = format!("kind = \"vacuum\"\njobs = {JOBS}\n");
    let scratch = Scratch::new(&task, "CREATE SCHEMA app;");
    let url = scratch.url();
    psql(&url, &tables());
    psql(&url, "VACUUM ANALYZE;");
    let ours = || {
        soil(&url);
        let took = time(&mut scratch.crmdb("maintain run work"));
        assert_clean(&url);
        took
    };
    let theirs = || {
        soil(&url);
        let mut command = program("vacuumdb");
        command.args(["--analyze", "--quiet", "--jobs", JOBS]);
        for table in 1..=TABLES {
            // Only these: it would do the catalogs too.
            command.args(["--table", &format!("app.t{table}")]);
        }
        let took = time(command.args(["--dbname", &url]));
        assert_clean(&url);
        took
    };
    let samples: Vec<_> = (0..RUNS)
        .map(|number| {
            if number % 2 == 0 {
                let ours = ours();
                (ours, theirs())
            } else {
                let theirs = theirs();
                (ours(), theirs)
            }
        })
        .collect();
    println!("{TABLES} tables, medians of {RUNS}; ratio to vacuumdb, below 1 is faster\n");
    println!(
        "{:<34} {:>11} {:>11} {:>7}",
        "work", "crmdb", "vacuumdb", "ratio"
    );
    println!("{}", Row::of("vacuum and analyze, 2 jobs", &samples));
}

/// The tables, with 200 rows and two indexes each.
fn tables() -> String {
    let mut sql = String::new();
    for table in 1..=TABLES {
        writeln!(
            sql,
            "CREATE TABLE app.t{table} (id bigint PRIMARY KEY, code text NOT NULL, state text);\n\
             CREATE INDEX ON app.t{table} (code);\n\
             INSERT INTO app.t{table} SELECT n, 'code ' || n, 'new' FROM generate_series(1, 200) n;"
        )
        .expect("a string takes all");
    }
    sql
}

/// Makes dead rows in all tables.
fn soil(url: &str) {
    psql(
        url,
        &format!(
            "DO $$ BEGIN FOR n IN 1..{TABLES} LOOP \
             EXECUTE format('UPDATE app.t%s SET code = code || ''.'' WHERE id <= 100', n); \
             COMMIT; END LOOP; END $$;\n\
             CHECKPOINT;\nSELECT pg_stat_force_next_flush();"
        ),
    );
}

/// Ends the benchmark if a table still has dead rows.
fn assert_clean(url: &str) {
    psql(
        url,
        "DO $$ BEGIN IF EXISTS (SELECT FROM pg_stat_user_tables \
         WHERE schemaname = 'app' AND n_dead_tup > 0) THEN RAISE 'not all is done'; END IF; END $$;",
    );
}
