//! `crmdb user`: users of the shipped schema.

mod password;
mod set_password;

use clap::Subcommand;

use super::Context;
use crate::error::Outcome;

/// What to do with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Set the password of a user
    SetPassword(set_password::SetPasswordArgs),
}

/// Runs one of the commands.
///
/// # Errors
///
/// What the command could not do.
pub async fn run(command: &UserCommand, context: &mut Context) -> anyhow::Result<Outcome> {
    match command {
        UserCommand::SetPassword(args) => set_password::set_password(args, context).await,
    }
}
