//! `crmdb seed`: rows for a database.

mod reference;

use clap::{Args, Subcommand};

use super::Context;
use crate::error::Outcome;

/// Which rows: those of `seed reference` when nothing else is said.
#[derive(Args, Debug)]
pub struct SeedCommand {
    #[command(subcommand)]
    rows: Option<Rows>,
    #[command(flatten)]
    args: SeedArgs,
}

#[derive(Debug, Subcommand)]
enum Rows {
    /// Fill in the rows that every database has; the same as `seed` alone
    Reference,
}

/// Arguments of all kinds of rows, before or after their name.
#[derive(Args, Debug)]
struct SeedArgs {
    /// Only this module and what it requires; may be given several times
    #[arg(long = "module", value_name = "NAME", global = true)]
    modules: Vec<String>,
    /// Print the statements, and do nothing
    #[arg(long, global = true)]
    dry_run: bool,
    /// Confirm for a protected target
    #[arg(long, global = true)]
    yes: bool,
}

/// Runs one of the commands.
///
/// # Errors
///
/// What the command could not do.
pub async fn run(command: &SeedCommand, context: &mut Context) -> anyhow::Result<Outcome> {
    match command.rows.as_ref().unwrap_or(&Rows::Reference) {
        Rows::Reference => reference::reference(&command.args, context).await,
    }
}
