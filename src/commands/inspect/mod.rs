//! `crmdb inspect`: what a database is doing, and how it stands.

mod connections;
mod health;
mod indexes;
mod locks;
mod queries;
mod report;
mod sizes;
mod vacuum;

use clap::Subcommand;

use super::Context;
use crate::error::Outcome;

/// What to look at.
#[derive(Debug, Subcommand)]
pub enum InspectCommand {
    /// How large the tables are, the largest first
    Sizes(sizes::SizesArgs),
    /// How large the indexes are and how often they were used; useless and missing ones
    Indexes(indexes::IndexesArgs),
    /// Statements that took the most time, and those that take it now
    Queries(queries::QueriesArgs),
    /// Who is connected, against what there may be; open transactions
    Connections(connections::ConnectionsArgs),
    /// Who waits for whom
    Locks(locks::LocksArgs),
    /// What vacuum has to do, and what keeps it from it
    Vacuum(vacuum::VacuumArgs),
    /// All findings; exits with 1 if there are some
    Health(health::HealthArgs),
}

/// Runs one of the commands.
///
/// # Errors
///
/// What the command could not do.
pub async fn run(command: &InspectCommand, context: &mut Context) -> anyhow::Result<Outcome> {
    match command {
        InspectCommand::Sizes(args) => sizes::sizes(args, context).await,
        InspectCommand::Indexes(args) => indexes::indexes(args, context).await,
        InspectCommand::Queries(args) => queries::queries(args, context).await,
        InspectCommand::Connections(args) => connections::connections(args, context).await,
        InspectCommand::Locks(args) => locks::locks(args, context).await,
        InspectCommand::Vacuum(args) => vacuum::vacuum(args, context).await,
        InspectCommand::Health(args) => health::health(args, context).await,
    }
}
