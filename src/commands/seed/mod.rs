//! `crmdb seed`: rows for a database.

mod afterwards;
mod clear;
mod dev;
mod document;
mod export;
mod prepare;
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
    /// Generate rows for a development database
    Dev(dev::DevArgs),
    /// Remove the rows that `seed dev` has generated, and nothing else
    Clear(clear::ClearArgs),
    /// Write a few rows, and all that they refer to, as a file of seeds
    Export(export::ExportArgs),
}

/// Arguments of all kinds of rows, before or after their name.
#[derive(Args, Debug)]
struct SeedArgs {
    /// Only this module and what it requires; may be given several times
    #[arg(long = "module", value_name = "NAME", global = true)]
    modules: Vec<String>,
    /// Show what would be done, and do nothing
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
        Rows::Dev(args) => dev::dev(args, &command.args, context).await,
        Rows::Export(args) => export::export(args, &command.args, context).await,
        Rows::Clear(args) => clear::clear(args, &command.args, context).await,
    }
}
