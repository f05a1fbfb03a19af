//! Measures reading the catalog against `pg_dump --schema-only` in one run, and prints ratios.
//!
//! `cargo bench --bench catalog` makes a server of its own with 1,000 tables of 6 columns, a
//! primary key, an identity and 2 indexes each. Numbers are medians; below 1 is faster than pg_dump.
//! `CRMDB_BENCH_TABLES` sets another number of tables.

#![allow(clippy::print_stdout, reason = "the result is for people")]

#[path = "../common/measure.rs"]
#[allow(dead_code, reason = "another benchmark measures memory too")]
mod measure;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crmdb::server::{Cluster, Env, Programs};
use tokio::runtime::Runtime;
use tokio_postgres::Client;

use measure::{Row, median, program, psql, time};

/// How often each work is measured.
const RUNS: usize = 12;

/// How many tables a migration makes: one transaction over all would exhaust the lock table.
const TABLES_A_MIGRATION: usize = 100;

fn main() {
    let number = std::env::var("CRMDB_BENCH_TABLES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000);
    let folder = tempfile::tempdir().expect("a folder");
    let programs = Programs::find(&Env::of_process(), &mut |_| {}).expect("server programs");
    let cluster = Cluster::scratch(&folder.path().join("pg"), programs).expect("a cluster");
    cluster.start(&mut |_| {}).expect("a server");
    psql(
        &cluster.url("postgres"),
        "CREATE DATABASE tables; CREATE DATABASE shipped;",
    );
    let (tables, shipped) = (cluster.url("tables"), cluster.url("shipped"));
    let project = write_project(&folder.path().join("project"), number);
    time(&mut crmdb(&project, &tables, "migrate up"));
    psql(&tables, "VACUUM ANALYZE;");
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    time(&mut crmdb(repository, &shipped, "migrate up"));
    psql(&shipped, "VACUUM ANALYZE;");

    println!("{number} tables, medians of {RUNS}; ratio to pg_dump, below 1 is faster\n");
    println!(
        "{:<34} {:>11} {:>11} {:>7}",
        "work", "crmdb", "pg_dump", "ratio"
    );
    for row in compared(&project, &tables) {
        println!("{row}");
    }
    println!(
        "{}",
        snapshot(repository, &shipped, "shipped schema: snapshot")
    );
    let took: Vec<_> = (0..3)
        .map(|_| time(&mut crmdb(repository, &shipped, "migrate rehearse")))
        .collect();
    println!(
        "{:<34} {:>9.1} s",
        "shipped schema: migrate rehearse",
        median(&took) / 1000.0
    );
}

/// The works on the database of many tables.
fn compared(project: &Path, url: &str) -> Vec<Row> {
    let connection = Connection::open(url);
    let check = || time(&mut crmdb(project, url, "drift check"));
    let mut rows = vec![
        snapshot(project, url, "snapshot"),
        against_dump("change token, connected", url, || connection.token()),
        against_dump("drift check, unchanged", url, check),
    ];
    psql(url, "ALTER TABLE app.t1 ADD added int;");
    // What differs is left out, as a difference is exit code 1.
    let check = || time(&mut crmdb(project, url, "drift check --ignore *added*"));
    rows.push(against_dump("drift check, changed", url, check));
    rows
}

fn snapshot(project: &Path, url: &str, name: &str) -> Row {
    against_dump(name, url, || {
        time(&mut crmdb(project, url, "drift snapshot -"))
    })
}

/// Measures a work and pg_dump in turn.
fn against_dump(name: &str, url: &str, work: impl Fn() -> f64) -> Row {
    let dump = || time(program("pg_dump").args(["--schema-only", url]));
    let samples: Vec<_> = (0..RUNS).map(|_| (work(), dump())).collect();
    Row::of(name, &samples)
}

/// A connection that stays open.
struct Connection {
    runtime: Runtime,
    client: Client,
}

impl Connection {
    fn open(url: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
                .await
                .expect("a connection");
            tokio::spawn(connection);
            client
        });
        Self { runtime, client }
    }

    /// Reads the change token, and returns how long it took, in milliseconds.
    fn token(&self) -> f64 {
        let started = Instant::now();
        let token = crmdb::catalog::token(&self.client);
        self.runtime.block_on(token).expect("a token");
        started.elapsed().as_secs_f64() * 1000.0
    }
}

/// Returns a command that runs crmdb in a project.
fn crmdb(project: &Path, url: &str, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crmdb"));
    command
        .current_dir(project)
        .env("DATABASE_URL", url)
        .args(line.split(' '));
    command
}

/// Writes a project of `number` tables.
fn write_project(folder: &Path, number: usize) -> PathBuf {
    let schema = folder.join("schema/app");
    std::fs::create_dir_all(&schema).expect("the project's folder");
    std::fs::write(
        folder.join("migrations.toml"),
        "[project]\nname = \"bench\"\n\n[[module]]\nname = \"app\"\ndescription = \"bench\"\n",
    )
    .expect("the manifest");
    let tables: Vec<_> = (1..=number).collect();
    for (version, tables) in (1..).zip(tables.chunks(TABLES_A_MIGRATION)) {
        let mut up = String::new();
        if version == 1 {
            up.push_str("CREATE SCHEMA app;\n");
        }
        for table in tables {
            writeln!(
                up,
                "CREATE TABLE app.t{table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
                 code text NOT NULL DEFAULT 'x', name varchar(80), amount numeric(12, 2) NOT NULL \
                 DEFAULT 0, state text, created_at timestamptz NOT NULL DEFAULT now());\n\
                 CREATE INDEX t{table}_code_idx ON app.t{table} (code);\n\
                 CREATE INDEX t{table}_name_state_idx ON app.t{table} (name, state DESC);"
            )
            .expect("a string takes all");
        }
        let stem = schema.join(format!("V{version:05}__tables"));
        std::fs::write(stem.with_extension("sql"), up).expect("an up file");
        std::fs::write(stem.with_extension("down.sql"), "SELECT 1;\n").expect("a down file");
    }
    folder.to_owned()
}
