//! `crmdb drift`: what a database has that nobody wrote down.

mod check;
mod diff;
mod github;
mod ignore;
mod report;
mod sarif;
mod side;
mod snapshot;

pub(super) use check::differences;
pub(super) use ignore::is_ignored;
pub(super) use report::unified;

use clap::Subcommand;

use super::Context;
use crate::error::Outcome;

/// What to do about drift.
#[derive(Debug, Subcommand)]
pub enum DriftCommand {
    /// Compare the database with what it should be; exit 1 where it differs
    Check(check::CheckArgs),
    /// Compare two databases, two snapshots, or one of each
    Diff(diff::DiffArgs),
    /// Write the catalog down as a snapshot, to keep in the repository
    Snapshot(snapshot::SnapshotArgs),
}

/// Runs one of the commands.
///
/// # Errors
///
/// What the command could not do.
pub async fn run(command: &DriftCommand, context: &mut Context) -> anyhow::Result<Outcome> {
    match command {
        DriftCommand::Check(args) => check::check(args, context).await,
        DriftCommand::Diff(args) => diff::diff(args, context).await,
        DriftCommand::Snapshot(args) => snapshot::snapshot(args, context).await,
    }
}
