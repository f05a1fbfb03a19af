//! `crmdb maintain`: tasks.

mod due;
mod history;
mod list;
mod report;
mod run;
mod schedule;
mod selection;
mod serve;

use clap::{Args, Subcommand};

use super::Context;
use crate::error::Outcome;

/// Run what is to be done again and again, when it is due
#[derive(Debug, Subcommand)]
pub enum MaintainCommand {
    /// Run tasks
    Run(run::RunArgs),
    /// Show the tasks, when each is run next, and how it went the last time
    List(ModuleArgs),
    /// Show what is due now
    Due(due::DueArgs),
    /// Show the last runs
    History(history::HistoryArgs),
    /// Write definitions for cron, systemd, Kubernetes or pg_cron
    Schedule(schedule::ScheduleArgs),
    /// Run what is due, for as long as the process lives
    Serve(serve::ServeArgs),
}

/// Which tasks to show.
#[derive(Args, Debug)]
pub struct ModuleArgs {
    /// Only the tasks of this module
    #[arg(long = "module", value_name = "MODULE")]
    modules: Vec<String>,
}

/// Runs one of the commands.
///
/// # Errors
///
/// What keeps the command from its end.
pub async fn run(command: &MaintainCommand, context: &mut Context) -> anyhow::Result<Outcome> {
    match command {
        MaintainCommand::Run(args) => run::run(args, context).await,
        MaintainCommand::List(args) => list::list(args, context).await,
        MaintainCommand::Due(args) => due::due(args, context).await,
        MaintainCommand::History(args) => history::history(args, context).await,
        MaintainCommand::Schedule(args) => schedule::schedule(args, context),
        MaintainCommand::Serve(args) => serve::serve(args, context).await,
    }
}
