//! `crmdb migrate`: the commands around migrations.

mod baseline;
mod document;
mod down;
pub(super) mod goal;
mod new;

mod plan;
mod record;
mod redo;
mod rehearse;
mod repair;
mod status;
mod up;
mod verify;
pub(super) mod work;

use clap::Subcommand;

use super::Context;
use crate::error::Outcome;

/// What to do with migrations.
#[derive(Debug, Subcommand)]
pub enum MigrateCommand {
    /// Apply what is pending
    Up(up::UpArgs),
    /// Roll back: versions in reverse, repeatables to what they were
    Down(down::DownArgs),
    /// Roll back the last migrations and apply them again, from their files
    Redo(redo::RedoArgs),
    /// Prove on a scratch database that each migration comes back exactly
    Rehearse(rehearse::RehearseArgs),
    /// Show which migrations are applied, pending, changed or missing
    Status(status::StatusArgs),
    /// Show what `up` would do: statements and transactions
    Plan(plan::PlanArgs),
    /// Compare the files with what was applied, and the ledger with itself
    Verify(verify::VerifyArgs),
    /// Make the two files of a new migration
    New(new::NewArgs),
    /// Mark versions as applied on a database that has them already
    Baseline(baseline::BaselineArgs),
    /// Accept one changed file, or close one failed entry
    Repair(repair::RepairArgs),
}

/// Runs one of the commands.
///
/// # Errors
///
/// What the command could not do.
pub async fn run(command: &MigrateCommand, context: &mut Context) -> anyhow::Result<Outcome> {
    match command {
        MigrateCommand::Up(args) => up::up(args, context).await,
        MigrateCommand::Down(args) => down::down(args, context).await,
        MigrateCommand::Redo(args) => redo::redo(args, context).await,
        MigrateCommand::Rehearse(args) => rehearse::rehearse(args, context).await,
        MigrateCommand::Status(args) => status::status(args, context).await,
        MigrateCommand::Plan(args) => plan::plan(args, context).await,
        MigrateCommand::Verify(args) => verify::verify(args, context).await,
        MigrateCommand::New(args) => new::new(args, context),
        MigrateCommand::Baseline(args) => baseline::baseline(args, context).await,
        MigrateCommand::Repair(args) => repair::repair(args, context).await,
    }
}
