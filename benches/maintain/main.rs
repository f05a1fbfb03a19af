//! Measures maintenance tasks against what PostgreSQL's own programs take, in one run, and prints
//! ratios.
//!
//! `cargo bench --bench maintain` runs all parts, `cargo bench --bench maintain -- vacuum` one of
//! them. Each makes a server of its own. Numbers are medians; below 1 is faster than the other.

#![allow(clippy::print_stdout, reason = "the result is for people")]

mod clients;
mod delete;
#[path = "../common/measure.rs"]
#[allow(dead_code, reason = "another benchmark measures memory too")]
mod measure;
mod vacuum;

use std::path::{Path, PathBuf};
use std::process::Command;

use crmdb::server::{Cluster, Env, Programs};

/// The parts, by name.
const PARTS: [(&str, fn()); 2] = [("vacuum", vacuum::run), ("delete", delete::run)];

fn main() {
    // Cargo adds an option of its own.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    for name in &wanted {
        let is_known = PARTS.iter().any(|(known, _)| known == name);
        assert!(is_known, "there is no part `{name}`");
    }
    for (name, part) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|it| it == name) {
            part();
        }
    }
}

/// A server of its own with a project; it ends with this value.
struct Scratch {
    cluster: Cluster,
    // Dropped after the cluster that it holds.
    folder: tempfile::TempDir,
}

impl Scratch {
    /// Starts a server without autovacuum, and writes a project with one module, `app`.
    fn new(task: &str, up: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let programs = Programs::find(&Env::of_process(), &mut |_| {}).expect("server programs");
        let cluster = Cluster::scratch(&folder.path().join("pg"), programs).expect("a cluster");
        cluster.start(&mut |_| {}).expect("a server");
        let scratch = Self { cluster, folder };
        let schema = scratch.project().join("schema/app");
        std::fs::create_dir_all(&schema).expect("the project's folder");
        let manifest = format!(
            "[project]\nname = \"bench\"\n\n[[module]]\nname = \"app\"\ndescription = \"bench\"\n\n\
             [[task]]\nname = \"work\"\nmodule = \"app\"\n{task}\n"
        );
        let files = [
            (scratch.project().join("migrations.toml"), manifest.as_str()),
            (schema.join("V1__app.sql"), up),
            (schema.join("V1__app.down.sql"), "DROP SCHEMA app;"),
        ];
        for (path, text) in files {
            std::fs::write(path, text).expect("a file of the project");
        }
        measure::psql(
            &scratch.url(),
            "ALTER SYSTEM SET autovacuum = off; SELECT pg_reload_conf();",
        );
        measure::time(&mut scratch.crmdb("migrate up"));
        scratch
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn url(&self) -> String {
        self.cluster.url("postgres")
    }

    fn crmdb(&self, line: &str) -> Command {
        crmdb(&self.project(), &self.url(), line)
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
