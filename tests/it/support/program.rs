//! The program as people run it, in an environment of the test's own.

use std::path::Path;
use std::process::Command;

use super::{Database, Project};

/// Returns a command that runs crmdb in `folder`, without anything of the caller's environment.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crmdb"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("TZ", "UTC")
        .env("LANG", "C.UTF-8")
        .env("COLUMNS", "80")
        .current_dir(folder);
    command
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Run {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

impl Run {
    /// Runs crmdb with the schema that it brings along, in an empty folder, on a database.
    pub fn shipped(database: &Database, line: &str) -> Self {
        Self::shipped_at(database.url(), line)
    }

    /// The same on an address, such as another role's.
    pub fn shipped_at(url: &str, line: &str) -> Self {
        let folder = tempfile::tempdir().expect("an empty folder");
        let mut command = program(folder.path());
        command
            .env("DATABASE_URL", url)
            .args(line.split_whitespace());
        Self::of(&mut command)
    }

    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the program starts");
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Asserts that stderr has a text.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in {self:#?}");
        self
    }

    /// Asserts that stdout has a text.
    #[track_caller]
    pub fn prints(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "no {text:?} in {self:#?}");
        self
    }

    /// Returns stdout as a JSON document.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is no JSON ({error}): {self:#?}"))
    }
}

impl Project {
    /// Returns a command that runs crmdb on a database.
    pub fn command(&self, database: &Database, arguments: &[&str]) -> Command {
        let mut command = program(self.folder());
        command.env("DATABASE_URL", database.url()).args(arguments);
        command
    }

    /// Runs crmdb on a database: `project.run(&database, "migrate up --to 3")`.
    #[must_use]
    pub fn run(&self, database: &Database, line: &str) -> Run {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        self.exec(database, &arguments)
    }

    /// Runs crmdb on a database, with arguments that may hold spaces.
    #[must_use]
    pub fn exec(&self, database: &Database, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(database, arguments))
    }
}
