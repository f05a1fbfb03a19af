//! `crmdb drift diff`: two databases, two snapshots, or one of each.

use clap::Args;

use super::report::{ReportArgs, report};
use super::side;
use crate::commands::Context;
use crate::error::Outcome;

/// Arguments of `drift diff`.
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// What is expected: a target's name, a URL, or the file of a snapshot
    #[arg(value_name = "EXPECTED")]
    expected: String,
    /// What is compared with it
    #[arg(value_name = "FOUND")]
    found: String,
    #[command(flatten)]
    report: ReportArgs,
}

/// Compares two sides.
///
/// # Errors
///
/// When a side cannot be read.
pub async fn diff(args: &DiffArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.draft_project()?;
    let expected = side::take(&args.expected, &project, context).await?;
    let found = side::take(&args.found, &project, context).await?;
    Ok(report(
        &args.report,
        &project,
        context,
        (&expected.0, &found.0),
        (&expected.1, &found.1),
    ))
}
