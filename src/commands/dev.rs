//! `crmdb dev`: the embedded PostgreSQL of a project.

use std::os::unix::process::CommandExt as _;

use clap::Subcommand;
use serde::Serialize;

use super::{Context, FORMAT_VERSION, cluster};
use crate::error::{Failure, Outcome};
use crate::server::{self, Cluster, Env, Started, Status};

/// What to do with the embedded server.
#[derive(Debug, Subcommand)]
pub enum DevCommand {
    /// Start the server, making it first where there is none
    Start,
    /// Stop the server; its data stays
    Stop,
    /// Show whether the server runs, and where
    Status,
    /// Print the address of its database
    Url,
    /// Open psql on its database
    Psql {
        /// Arguments for psql
        #[arg(last = true, value_name = "ARGUMENT")]
        arguments: Vec<std::ffi::OsString>,
    },
    /// Stop the server and remove its data
    Reset {
        /// Confirm that the data may go
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Serialize)]
struct DevDocument {
    format_version: u32,
    status: &'static str,
    url: Option<String>,
    pid: Option<i32>,
    version: Option<String>,
    folder: String,
    bytes: Option<u64>,
}

/// Runs one of the commands.
///
/// # Errors
///
/// When the server cannot be started, stopped or removed.
pub fn run(command: &DevCommand, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.draft_project()?;
    let cluster = cluster(&project)?;
    match command {
        DevCommand::Start => {
            start(&cluster, context)?;
            status(&cluster, context)?;
        }
        DevCommand::Stop => {
            let ran = cluster.stop()?;
            let text = if ran { "stopped" } else { "was not running" };
            context.printer.note(text);
            status_document(&cluster, context)?;
        }
        DevCommand::Status => status(&cluster, context)?,
        DevCommand::Url => {
            start(&cluster, context)?;
            context.printer.line(&cluster.default_url());
            status_document(&cluster, context)?;
        }
        DevCommand::Psql { arguments } => {
            start(&cluster, context)?;
            let error = server::psql(&Env::of_process(), &cluster.default_url())?
                .args(arguments)
                .exec();
            return Err(anyhow::Error::new(error).context("could not run psql"));
        }
        DevCommand::Reset { yes } => reset(&cluster, *yes, context)?,
    }
    Ok(Outcome::Clean)
}

fn start(cluster: &Cluster, context: &mut Context) -> anyhow::Result<()> {
    let printer = &mut context.printer;
    let running = cluster.start(&mut |progress| printer.note(&progress.to_string()))?;
    if running.how != Started::Attached {
        printer.note(&format!("started, server process {}", running.pid));
    }
    Ok(())
}

fn reset(cluster: &Cluster, yes: bool, context: &mut Context) -> anyhow::Result<()> {
    if cluster.status()? == Status::Absent {
        context
            .printer
            .note("there is no embedded server to remove");
    } else if yes {
        cluster.reset()?;
        context
            .printer
            .note(&format!("removed {}", cluster.home().display()));
    } else {
        return Err(
            Failure::new("`dev reset` removes the data of the embedded server")
                .detail(format!("It is in {}.", cluster.home().display()))
                .hint("Add `--yes` if it may go.")
                .into(),
        );
    }
    status_document(cluster, context)
}

/// Shows the state of the server.
fn status(cluster: &Cluster, context: &mut Context) -> anyhow::Result<()> {
    let document = document(cluster)?;
    let mut line = |name: &str, value: &str| {
        context.printer.line(&format!("{name:<8} {value}"));
    };
    line("status", document.status);
    if let (Some(pid), Some(url)) = (document.pid, &document.url) {
        line("process", &pid.to_string());
        line("version", document.version.as_deref().unwrap_or("unknown"));
        line("url", url);
    }
    line("folder", &document.folder);
    if let Some(bytes) = document.bytes {
        line("size", &format!("{} MB", bytes / 1_000_000));
    }
    context.printer.json(&document);
    Ok(())
}

fn status_document(cluster: &Cluster, context: &mut Context) -> anyhow::Result<()> {
    context.printer.json(&document(cluster)?);
    Ok(())
}

fn document(cluster: &Cluster) -> anyhow::Result<DevDocument> {
    let document = DevDocument {
        format_version: FORMAT_VERSION,
        status: "absent",
        url: None,
        pid: None,
        version: None,
        folder: cluster.home().display().to_string(),
        bytes: None,
    };
    Ok(match cluster.status()? {
        Status::Absent => document,
        Status::Stopped { size, .. } => DevDocument {
            status: "stopped",
            bytes: Some(size),
            ..document
        },
        Status::Running {
            pid, version, size, ..
        } => DevDocument {
            status: "running",
            url: Some(cluster.default_url()),
            pid: Some(pid),
            version,
            bytes: Some(size),
            ..document
        },
    })
}
