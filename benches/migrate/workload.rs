//! The migrations, and the same SQL for psql.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crmdb::server::Cluster;

use super::measure::psql;

/// A project of small migrations, and scripts that do the same.
pub struct Workload {
    folder: PathBuf,
    /// How many migrations.
    pub number: usize,
    /// Makes psql's ledger.
    pub create: String,
    /// Applies everything, a transaction and a ledger row each.
    pub apply: String,
    /// Reads the ledger.
    pub read: String,
    /// Takes everything back, a transaction each.
    pub roll_back: String,
}

impl Workload {
    /// Writes a project of `number` migrations: a table with a key, a comment and an index each.
    pub fn write(folder: &Path, number: usize) -> Self {
        let schema = folder.join("schema/app");
        std::fs::create_dir_all(&schema).expect("the project's folder");
        std::fs::write(
            folder.join("migrations.toml"),
            "[project]\nname = \"bench\"\n\n[[module]]\nname = \"app\"\ndescription = \"bench\"\n",
        )
        .expect("the manifest");
        let mut workload = Self {
            folder: folder.to_owned(),
            number,
            create: "CREATE SCHEMA ledger; CREATE TABLE ledger.history (version bigint PRIMARY \
                     KEY, name text, hash text, up_text text, down_text text, applied_at \
                     timestamptz DEFAULT clock_timestamp(), db_user text DEFAULT session_user);"
                .to_owned(),
            apply: String::new(),
            read: "SELECT version, name, hash, applied_at FROM ledger.history ORDER BY 1;"
                .to_owned(),
            roll_back: String::new(),
        };
        for version in 1..=number {
            let (up, down) = texts(version);
            let stem = schema.join(format!("V{version:05}__t{version}"));
            std::fs::write(stem.with_extension("sql"), &up).expect("an up file");
            std::fs::write(stem.with_extension("down.sql"), &down).expect("a down file");
            let hash = "0123456789abcdef".repeat(4);
            writeln!(
                workload.apply,
                "BEGIN;\n{up}\nINSERT INTO ledger.history (version, name, hash, up_text, \
                 down_text) VALUES ({version}, 't{version}', '{hash}', $x${up}$x$, \
                 $x${down}$x$);\nCOMMIT;"
            )
            .expect("a string takes all");
            let delete = format!("DELETE FROM ledger.history WHERE version = {version};");
            workload
                .roll_back
                .insert_str(0, &format!("BEGIN;\n{down}\n{delete}\nCOMMIT;\n"));
        }
        workload
    }

    /// Makes a fresh database and returns its name.
    pub fn database(&self, cluster: &Cluster) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("bench_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        psql(
            &cluster.url("postgres"),
            &format!("CREATE DATABASE {name};"),
        );
        name
    }

    /// Returns a command that runs crmdb in the project.
    pub fn crmdb(&self, url: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crmdb"));
        command
            .current_dir(&self.folder)
            .env("DATABASE_URL", url)
            .args(arguments);
        command
    }
}

fn texts(version: usize) -> (String, String) {
    let schema = if version == 1 {
        "CREATE SCHEMA app;\n"
    } else {
        ""
    };
    let up = format!(
        "-- Table {version}.\n{schema}CREATE TABLE app.t{version} (\n    id   bigint GENERATED \
         ALWAYS AS IDENTITY PRIMARY KEY,\n    name text NOT NULL\n);\n\nCOMMENT ON TABLE \
         app.t{version} IS 'One of many.';\nCREATE INDEX t{version}_name_idx ON app.t{version} \
         (name);\n"
    );
    let schema = if version == 1 {
        "DROP SCHEMA app;\n"
    } else {
        ""
    };
    (up, format!("DROP TABLE app.t{version};\n{schema}"))
}
