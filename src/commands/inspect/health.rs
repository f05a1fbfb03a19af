//! `crmdb inspect health`: all findings.

use std::collections::BTreeSet;

use clap::Args;
use serde::Serialize;

use super::report::{Document, Inspected, write_findings, write_not_checked};
use crate::commands::Context;
use crate::error::{Failure, Outcome};
use crate::inspect::{Finding, Ignore, Reader, Severity, check_ids, findings};
use crate::printer::count;

/// Arguments of `inspect health`.
#[derive(Args, Debug)]
pub struct HealthArgs {
    /// From where on findings are shown, and the exit code is 1
    #[arg(long, value_name = "LEVEL", default_value = "warning")]
    severity: Severity,
    /// Leave out a check, or `CHECK:PATTERN` its findings about such objects; `*` is any text
    #[arg(long = "ignore", value_name = "CHECK")]
    ignores: Vec<String>,
}

#[derive(Serialize)]
struct HealthReport {
    /// From where on the exit code is 1.
    severity: Severity,
    /// The checks that were to be carried out.
    checks: Vec<&'static str>,
    /// The worst first, also those below `severity`.
    findings: Vec<Finding>,
    /// Findings that were left out.
    ignored: usize,
}

/// Looks for all that is wrong.
///
/// # Errors
///
/// When the database cannot be read; when there is no such check.
pub(super) async fn health(args: &HealthArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let ignores = ignores(&args.ignores)?;
    let inspected = Inspected::open(context, &[]).await?;
    let mut reader = Reader::begin(inspected.session.client(), &inspected.scope).await?;
    let all = findings(&mut reader, None).await?;
    let not_checked = reader.end().await?;
    let (left_out, found): (Vec<Finding>, Vec<Finding>) = all
        .into_iter()
        .partition(|finding| ignores.iter().any(|ignore| ignore.covers(finding)));
    let counts = |finding: &&Finding| finding.severity >= args.severity;
    let printer = &mut context.printer;
    write_findings(found.iter().filter(counts), printer);
    write_not_checked(&not_checked, printer);
    let shown = found.iter().filter(counts).count();
    let below = found.len() - shown;
    let mut note = match shown {
        0 => format!("{} found nothing", count(check_ids().count(), "check")),
        shown => count(shown, "finding"),
    };
    if below > 0 {
        note += &format!(
            "; {below} below `{}`: --severity info shows them",
            args.severity
        );
    }
    let skipped: BTreeSet<&str> = not_checked.iter().map(|one| &*one.check).collect();
    if !skipped.is_empty() {
        note += &format!(
            "; {} not made, or only in part",
            count(skipped.len(), "check")
        );
    }
    if !left_out.is_empty() {
        note += &format!("; {} ignored", left_out.len());
    }
    printer.note(&note);
    let report = HealthReport {
        severity: args.severity,
        checks: check_ids().collect(),
        findings: found,
        ignored: left_out.len(),
    };
    printer.json(&Document::new(inspected.database, report, not_checked));
    Ok(if shown == 0 {
        Outcome::Clean
    } else {
        Outcome::Findings
    })
}

fn ignores(texts: &[String]) -> anyhow::Result<Vec<Ignore>> {
    let mut ignores = Vec::new();
    for text in texts {
        match Ignore::parse(text) {
            Ok(ignore) => ignores.push(ignore),
            Err(unknown) => {
                let failure = Failure::new(format!("there is no check `{}`", unknown.id));
                return Err(match unknown.nearest {
                    Some(nearest) => failure.hint(format!("Did you mean `{nearest}`?")),
                    None => failure,
                }
                .into());
            }
        }
    }
    Ok(ignores)
}
