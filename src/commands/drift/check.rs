//! `crmdb drift check`: the database against what it should be.

use clap::{Args, ValueEnum};

use super::report::{ReportArgs, report};
use super::{side, snapshot};
use crate::catalog;
use crate::commands::Context;
use crate::error::Outcome;

/// Arguments of `drift check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// What the database should be
    #[arg(long, value_name = "WHAT", default_value = "golden")]
    against: Against,
    #[command(flatten)]
    report: ReportArgs,
}

/// What a database is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Against {
    /// The snapshot in the repository.
    Golden,
}

/// Compares the database with what it should be.
///
/// # Errors
///
/// When one of them cannot be read.
pub async fn check(args: &CheckArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.draft_project()?;
    let golden = snapshot::golden(&project)?;
    let expected = side::from_file(&golden)?;
    let endpoint = context.endpoint(&project)?;
    let session = context.open(&endpoint, false).await?;
    let found = catalog::read(session.client(), &project.ledger_schema).await?;
    Ok(report(
        &args.report,
        &project,
        context,
        (&golden.display().to_string(), &endpoint.to_string()),
        (&expected, &found),
    ))
}
