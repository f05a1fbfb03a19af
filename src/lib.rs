//! crmdb owns a PostgreSQL schema through its life.
//!
//! The way of a run: [`project`] reads `migrations.toml` and the SQL files, [`ledger`] reads what
//! the database says, [`plan`] decides (pure: no I/O, no clock), [`apply`] does it under the run
//! lock, and [`printer`] is the only one that writes to stdout and stderr.

pub mod apply;
pub mod backup;
pub mod catalog;
pub mod cli;
pub mod commands;
pub mod connect;
pub mod error;
pub mod inspect;
pub mod ledger;
pub mod lint;
pub mod maintain;
pub mod plan;
pub mod printer;
pub mod project;
pub mod rehearse;
pub mod seed;
pub mod server;
pub mod sql;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Command};
use commands::{
    Context, backup as backup_command, completions, dev, drift, inspect as inspect_command,
    lint as lint_command, maintain as maintain_command, man, migrate, restore,
    seed as seed_command, user,
};
use connect::Environment;
use error::{Failure, Outcome};
use printer::Printer;

/// Runs one command line and returns the exit code: 0 done, 1 a check says no, 2 could not,
/// 130 interrupted.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout with 0, wrong usage to stderr with 2.
            printer::usage(&error, cli::wants_json(&arguments));
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    if let Some(error) = cli.unfit_format() {
        printer::usage(&error, false);
        return ExitCode::from(2);
    }
    let environment = Environment::from_process();
    let no_color = environment.non_empty("NO_COLOR").is_some();
    let mut context = Context {
        printer: Printer::new(&cli.global, no_color),
        global: cli.global,
        environment,
    };
    match dispatch(&cli.command, &mut context) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            context.printer.failure(&error);
            let interrupted = error
                .chain()
                .filter_map(|cause| cause.downcast_ref::<Failure>())
                .any(|failure| failure.interrupted);
            ExitCode::from(if interrupted { 130 } else { 2 })
        }
    }
}

/// What commands that connect to a database run on.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

fn dispatch(command: &Command, context: &mut Context) -> anyhow::Result<Outcome> {
    match command {
        Command::Migrate(command) => runtime()?.block_on(migrate::run(command, context)),
        Command::Drift(command) => runtime()?.block_on(drift::run(command, context)),
        Command::Inspect(command) => runtime()?.block_on(inspect_command::run(command, context)),
        Command::Lint(command) => runtime()?.block_on(lint_command::run(command, context)),
        Command::Seed(command) => runtime()?.block_on(seed_command::run(command, context)),
        Command::Maintain(command) => runtime()?.block_on(maintain_command::run(command, context)),
        Command::Backup(args) => runtime()?.block_on(backup_command::backup(args, context)),
        Command::Restore(args) => runtime()?.block_on(restore::restore(args, context)),
        Command::User(command) => runtime()?.block_on(user::run(command, context)),
        Command::Dev(command) => dev::run(command, context),
        Command::Completions { shell } => Ok(completions::completions(*shell, context)),
        Command::Man { folder } => man::man(folder.as_deref(), context),
    }
}
