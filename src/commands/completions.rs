//! `crmdb completions`: a completion script for a shell.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Context;
use crate::cli::Cli;
use crate::error::Outcome;

/// Prints the completion script for `shell`.
pub fn completions(shell: Shell, context: &mut Context) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "crmdb", &mut script);
    context.printer.raw(&String::from_utf8_lossy(&script));
    Outcome::Clean
}
