//! One file a command: its arguments, and a function that reads like a recipe.

pub mod backup;
pub mod completions;
pub mod dev;
pub mod drift;
pub mod inspect;
pub mod lint;
pub mod maintain;
pub mod man;
pub mod migrate;
mod opened;
pub mod restore;
pub mod seed;
pub mod user;

pub use opened::Opened;

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;

use crate::cli::Global;
use crate::connect::{Endpoint, Environment, Session, Source, Wanted, resolve};
use crate::error::Failure;
use crate::printer::Printer;
use crate::project::{Origin, Project, Target};
use crate::rehearse::Scratch;
use crate::server::{self, Cluster};

/// Version of the JSON documents.
pub const FORMAT_VERSION: u32 = 1;

/// What every command works with.
pub struct Context {
    /// The global arguments.
    pub global: Global,
    /// The environment of the process.
    pub environment: Environment,
    /// Writes what users see.
    pub printer: Printer,
}

/// The database of a command, in JSON documents.
#[derive(Clone, Debug, Serialize)]
pub struct Database {
    /// Address without the password.
    pub url: String,
    /// Where the address comes from.
    pub source: String,
}

impl Database {
    /// Returns what is said of an endpoint.
    #[must_use]
    pub fn of(endpoint: &Endpoint) -> Self {
        Self {
            url: endpoint.url_without_password(),
            source: endpoint.source().to_string(),
        }
    }
}

impl Context {
    /// Reads the project that the command line and the working directory name.
    ///
    /// # Errors
    ///
    /// When its files break the rules.
    pub fn project(&self) -> anyhow::Result<Project> {
        let here = std::env::current_dir().context("could not tell the working directory")?;
        Project::discover(&here, self.global.project.as_deref())
    }

    /// Reads the project as [`Context::project`] does, but for what is wrong in its SQL files.
    ///
    /// # Errors
    ///
    /// When its migrations.toml breaks the rules.
    pub fn draft_project(&self) -> anyhow::Result<Project> {
        let here = std::env::current_dir().context("could not tell the working directory")?;
        Project::discover_draft(&here, self.global.project.as_deref())
    }

    /// Returns the target that the command line names.
    ///
    /// # Errors
    ///
    /// When migrations.toml has none of that name.
    pub fn target<'p>(&self, project: &'p Project) -> anyhow::Result<Option<&'p Target>> {
        let Some(name) = &self.global.target else {
            return Ok(None);
        };
        if let Some(target) = project.targets.get(name) {
            return Ok(Some(target));
        }
        let failure = Failure::new(format!("there is no target `{name}` in migrations.toml"));
        let names: Vec<&str> = project.targets.keys().map(String::as_str).collect();
        Err(if names.is_empty() {
            failure.hint("Add `[target.NAME]` with `url` or `url_env` to migrations.toml.")
        } else {
            failure.hint(format!("There are: {}.", names.join(", ")))
        }
        .into())
    }

    /// Refuses to work on a protected target without `--yes`.
    ///
    /// # Errors
    ///
    /// The refusal; when migrations.toml has no such target.
    pub fn confirm(&self, project: &Project, yes: bool) -> anyhow::Result<()> {
        match self.target(project)? {
            Some(target) if target.protected && !yes => Err(Failure::new(format!(
                "target `{}` is protected",
                target.name
            ))
            .hint("Look at `--dry-run` first; then add `--yes`.")
            .into()),
            _ => Ok(()),
        }
    }

    /// Finds the database, starting the embedded server where none is configured, and says which.
    ///
    /// # Errors
    ///
    /// When what is configured is wrong, or the embedded server cannot be started.
    pub fn endpoint(&mut self, project: &Project) -> anyhow::Result<Endpoint> {
        let wanted = Wanted {
            flag: self.global.database_url.as_deref(),
            target: self.target(project)?,
            manifest: project.database.as_ref(),
            connect_timeout: project.timeouts.connect,
        };
        let endpoint = match resolve(&wanted, &self.environment)? {
            Some(endpoint) => endpoint,
            None => self.embedded(project)?,
        };
        for warning in endpoint.warnings() {
            self.printer.warning(warning);
        }
        self.printer
            .note(&format!("database: {endpoint} ({})", endpoint.source()));
        Ok(endpoint)
    }

    /// Starts the embedded server, or finds it running, and returns its database.
    fn embedded(&mut self, project: &Project) -> anyhow::Result<Endpoint> {
        let cluster = cluster(project)?;
        let printer = &mut self.printer;
        cluster.start(&mut |progress: server::Progress| printer.note(&progress.to_string()))?;
        Endpoint::from_url(&cluster.default_url(), Source::Embedded, &self.environment)
    }

    /// Makes a scratch database: on the server of `on`, else on a server of its own.
    ///
    /// # Errors
    ///
    /// When there are no server programs; when the role of `on` may not create a database.
    pub async fn scratch(&mut self, on: Option<&str>) -> anyhow::Result<Scratch> {
        let printer = &mut self.printer;
        Scratch::make(on, &self.environment, &mut |progress| {
            printer.detail(&progress.to_string());
        })
        .await
    }

    /// Connects, and refuses a server that nothing can be written to where `writes`.
    ///
    /// # Errors
    ///
    /// When there is no connection, or the server is a standby.
    pub async fn open(&self, endpoint: &Endpoint, writes: bool) -> anyhow::Result<Session> {
        let session = endpoint.open().await?;
        if !writes {
            return Ok(session);
        }
        if let Some(failure) = session.read_only() {
            return Err(failure.into());
        }
        // A message is read as a whole before its first SET: the text would mean something else.
        if session.parameter("standard_conforming_strings") == Some("off") {
            return Err(
                Failure::new("the server reads backslashes in strings as escapes")
                    .detail(format!(
                        "{}: standard_conforming_strings is off.",
                        session.place()
                    ))
                    .hint("Set it on: `ALTER ROLE … SET standard_conforming_strings = on`.")
                    .into(),
            );
        }
        Ok(session)
    }
}

/// Returns the folder of a project's files, if it has one.
#[must_use]
pub fn folder_of(project: &Project) -> Option<&Path> {
    match &project.origin {
        Origin::Folder(folder) => Some(folder),
        Origin::Embedded => None,
    }
}

/// Returns the embedded server of a project.
///
/// # Errors
///
/// When its data folder cannot be used.
pub fn cluster(project: &Project) -> anyhow::Result<Cluster> {
    Cluster::of_project(folder_of(project), &server::Env::of_process())
}

/// Milliseconds of a duration, for JSON.
#[must_use]
pub fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}
