//! The command line: global arguments and the tree of commands.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ColorChoice, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::commands::{backup, dev, drift, inspect, lint, maintain, migrate, restore, seed, user};

/// Own a PostgreSQL schema through its life
#[derive(Debug, Parser)]
#[command(
    name = "crmdb",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(
    after_help = "Exit codes: 0 done or clean, 1 a check says no, 2 could not, 130 interrupted."
)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Folder with the migrations.toml to use, instead of the one found upward
    #[arg(long, value_name = "DIR", global = true)]
    pub project: Option<PathBuf>,
    /// Named database of migrations.toml
    #[arg(
        long,
        value_name = "NAME",
        global = true,
        conflicts_with = "database_url"
    )]
    pub target: Option<String>,
    /// Database to work on; a password in it shows in the process list
    #[arg(long, value_name = "URL", global = true)]
    pub database_url: Option<String>,
    /// Output for people or for programs
    #[arg(long, value_name = "FORMAT", global = true, default_value = "table")]
    pub format: Format,
    /// Print results, warnings and errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print also what the server says
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// When to use colour
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub color: ColorChoice,
}

impl Cli {
    /// Returns what is wrong where a scheduler's format is asked of another command than
    /// `maintain schedule`.
    #[must_use]
    pub fn unfit_format(&self) -> Option<clap::Error> {
        let is_for_all = matches!(self.global.format, Format::Table | Format::Json);
        let is_schedule = matches!(
            &self.command,
            Command::Maintain(maintain::MaintainCommand::Schedule(_))
        );
        (!is_for_all && !is_schedule).then(|| {
            Self::command().error(
                clap::error::ErrorKind::ArgumentConflict,
                "this `--format` is one of `crmdb maintain schedule`; others have `table` and `json`",
            )
        })
    }
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// One document, for programs.
    Json,
    /// A crontab; like those below, for `maintain schedule` only.
    #[value(hide = true)]
    Crontab,
    /// Units of systemd.
    #[value(hide = true)]
    Systemd,
    /// CronJobs of Kubernetes.
    #[value(hide = true)]
    Kubernetes,
    /// Statements for pg_cron.
    #[value(hide = true, name = "pg_cron")]
    PgCron,
}

/// Whether arguments that could not be understood ask for JSON.
#[must_use]
pub fn wants_json(arguments: &[OsString]) -> bool {
    let is = |argument: &OsString, text: &str| argument.as_os_str() == text;
    arguments
        .iter()
        .any(|argument| is(argument, "--format=json"))
        || arguments
            .windows(2)
            .any(|pair| is(&pair[0], "--format") && is(&pair[1], "json"))
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Apply migrations, roll them back, and see how they stand
    #[command(subcommand)]
    Migrate(migrate::MigrateCommand),
    /// See what a database has that nobody wrote down
    #[command(subcommand)]
    Drift(drift::DriftCommand),
    /// See what a database is doing, and how it stands
    #[command(subcommand)]
    Inspect(inspect::InspectCommand),
    /// See what is against the rules although PostgreSQL takes it
    #[command(subcommand)]
    Lint(lint::LintCommand),
    /// Fill in the rows that every database has
    Seed(seed::SeedCommand),
    /// Run what is to be done again and again, when it is due
    #[command(subcommand)]
    Maintain(maintain::MaintainCommand),
    /// Write a backup, and what it is beside it
    Backup(backup::BackupArgs),
    /// Restore a backup into an empty database, and check what came of it
    Restore(restore::RestoreArgs),
    /// Work with the users in a database
    #[command(subcommand)]
    User(user::UserCommand),
    /// Run the embedded PostgreSQL
    #[command(subcommand)]
    Dev(dev::DevCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one for each command into a folder
    Man {
        /// Folder for the pages
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}
