//! A new data folder: `initdb`, settings, the database `crmdb`.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use anyhow::Context;

use super::account::Account;
use super::env::Env;
use super::log::{failure_of, last_lines};
use super::programs::Programs;
use super::{folders, guard};

/// The database that is there from the start.
pub(super) const DATABASE: &str = "crmdb";

/// The prefix of a data folder that is not complete yet.
const UNFINISHED: &str = "data.new-";

/// The library behind `inspect queries`; not every package has it.
const PRELOAD: &str = "pg_stat_statements";

/// Settings of a development server, kept so that `ALTER SYSTEM` can change them.
const DEVELOPMENT: [(&str, &str); 5] = [
    ("shared_buffers", "128MB"),
    ("max_wal_size", "256MB"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    // A crash of the machine may lose the last half second of work, and breaks nothing: fsync is on.
    ("synchronous_commit", "off"),
];

/// Settings of a server whose data nobody will miss.
const SCRATCH: [(&str, &str); 2] = [("fsync", "off"), ("full_page_writes", "off")];

/// What a new data folder is made of and for.
pub(super) struct Creation<'a> {
    pub(super) home: &'a Path,
    pub(super) account: &'a Account,
    pub(super) env: &'a Env,
    pub(super) programs: &'a Programs,
    /// For tests and rehearsals: fast, and gone after a crash.
    pub(super) scratch: bool,
}

impl Creation<'_> {
    /// Makes the data folder, under the lock.
    ///
    /// It gets its name when it is complete, so that a crmdb killed on the way leaves nothing that
    /// looks like one.
    pub(super) fn run(&self) -> anyhow::Result<()> {
        self.remove_unfinished()?;
        let unfinished = self
            .home
            .join(format!("{UNFINISHED}{}", std::process::id()));
        guard::make_private(&unfinished, self.account)?;
        let done = self
            .initdb(&unfinished)
            .and_then(|()| self.set_up(&unfinished))
            .and_then(|()| {
                std::fs::rename(&unfinished, self.home.join("data"))
                    .context("could not name the new data folder")
            });
        if done.is_err() {
            // The error that led here is the one to tell.
            let _ = folders::remove(&unfinished);
        }
        done
    }

    fn remove_unfinished(&self) -> anyhow::Result<()> {
        let entries = std::fs::read_dir(self.home)
            .with_context(|| format!("could not read {}", self.home.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("could not read {}", self.home.display()))?;
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                folders::remove(&entry.path())?;
            }
        }
        Ok(())
    }

    fn initdb(&self, data: &Path) -> anyhow::Result<()> {
        let program = self.programs.initdb();
        let output = self
            .account
            .command(&program, self.env)
            .args(["--no-sync", "-A", "trust", "-U", "postgres"])
            .args(["-E", "UTF8", "--locale=C", "-D"])
            .arg(data)
            .output()
            .with_context(|| format!("could not run {}", program.display()))?;
        if output.status.success() {
            return Ok(());
        }
        Err(self.failure("could not create a data folder with `initdb`", &output))
    }

    /// Creates the database and keeps the settings, in the server's single-user mode.
    ///
    /// That needs no client and no socket, and the first crmdb that connects finds its database. As
    /// root it also means that every file in the folder is written by the server's user.
    fn set_up(&self, data: &Path) -> anyhow::Result<()> {
        let first = self.single_user(data, Some(PRELOAD))?;
        if succeeded(&first) {
            return Ok(());
        }
        let missing = String::from_utf8_lossy(&first.stderr).contains(PRELOAD);
        let last = if missing {
            self.single_user(data, None)?
        } else {
            first
        };
        if succeeded(&last) {
            return Ok(());
        }
        Err(self.failure("could not create the database `crmdb`", &last))
    }

    fn single_user(&self, data: &Path, preload: Option<&str>) -> anyhow::Result<Output> {
        let program = self.programs.postgres();
        let mut command = self.account.command(&program, self.env);
        command.arg("--single").arg("-D").arg(data);
        command.args(["-c", "fsync=off"]);
        if let Some(library) = preload {
            command.args(["-c", &format!("shared_preload_libraries={library}")]);
        }
        let mut child = command
            .arg("postgres")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not run {}", program.display()))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A server that ended early says why on stderr; the closed pipe does not matter then.
            let _ = stdin.write_all(self.statements(preload).as_bytes());
        }
        child
            .wait_with_output()
            .with_context(|| format!("could not run {}", program.display()))
    }

    /// One statement a line, as single-user mode reads them.
    fn statements(&self, preload: Option<&str>) -> String {
        let flavour: &[_] = if self.scratch { &SCRATCH } else { &[] };
        let preload = preload.map(|library| ("shared_preload_libraries", library));
        let mut text = String::new();
        for (name, value) in DEVELOPMENT.iter().chain(flavour).copied().chain(preload) {
            text.push_str(&format!("ALTER SYSTEM SET {name} = '{value}'\n"));
        }
        text.push_str(&format!("CREATE DATABASE {DATABASE}\n"));
        text
    }

    fn failure(&self, message: &str, output: &Output) -> anyhow::Error {
        let said = [&output.stderr, &output.stdout]
            .into_iter()
            .find(|said| !said.is_empty())
            .map(|said| last_lines(&String::from_utf8_lossy(said), 12));
        let said = said.unwrap_or_else(|| format!("it ended with {}", output.status));
        let hint = "Nothing is left of the attempt: try again when the cause is gone.";
        failure_of(message, said, self.home, hint)
    }
}

/// Single-user mode goes on after an error and ends with 0.
fn succeeded(output: &Output) -> bool {
    let stderr = String::from_utf8_lossy(&output.stderr);
    output.status.success() && !stderr.contains("ERROR:") && !stderr.contains("FATAL:")
}
