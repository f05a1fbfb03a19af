//! `crmdb lint`: what is against the rules although PostgreSQL takes it.

mod modules;

use clap::Subcommand;

use super::Context;
use crate::error::Outcome;

/// What to look for.
#[derive(Debug, Subcommand)]
pub enum LintCommand {
    /// Objects that use a module which theirs does not require
    Modules(modules::ModulesArgs),
}

/// Runs one of the commands.
///
/// # Errors
///
/// What the command could not do.
pub async fn run(command: &LintCommand, context: &mut Context) -> anyhow::Result<Outcome> {
    match command {
        LintCommand::Modules(args) => modules::modules(args, context).await,
    }
}
