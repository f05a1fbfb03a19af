//! `crmdb migrate verify`: the files against what was applied, and the ledger against itself.

use clap::Args;
use serde::Serialize;
use similar::TextDiff;

use super::document::MigrationDocument;
use crate::commands::Opened;
use crate::commands::{Context, Database, FORMAT_VERSION};
use crate::error::Outcome;
use crate::ledger::{self, Texts};
use crate::plan::{Change, Standing, label, missing, standing};
use crate::printer::count;
use crate::project::{Migration, MigrationId};

/// Arguments of `migrate verify`.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// Say which migrations differ, without the differences
    #[arg(long)]
    no_diff: bool,
}

/// What is wrong with one migration.
#[derive(Debug, Serialize)]
struct Finding {
    #[serde(flatten)]
    migration: MigrationDocument,
    /// `code`, `comments`, `down` or `missing`.
    change: &'static str,
    /// What it says, for people.
    message: String,
    diff: Option<String>,
}

#[derive(Serialize)]
struct VerifyDocument {
    format_version: u32,
    database: Database,
    verified: usize,
    findings: Vec<Finding>,
    ledger_findings: Vec<String>,
}

/// Compares each applied hash with the file, and the ledger's chain with itself.
///
/// # Errors
///
/// When the project or the ledger cannot be read.
pub async fn verify(args: &VerifyArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.project()?;
    let opened = Opened::open(project, context, false).await?;
    let mut findings = changed(&opened, args.no_diff).await?;
    findings.extend(gone(&opened));
    let ledger_findings = if opened.reading.version > 0 {
        ledger::findings(opened.session.client(), &opened.ledger).await?
    } else {
        Vec::new()
    };
    let verified = opened.reading.state.in_order().len();
    let is_clean = findings.is_empty() && ledger_findings.is_empty();

    for finding in &findings {
        context.printer.line(&finding.message);
        if let Some(diff) = &finding.diff {
            context.printer.diff(diff);
        }
    }
    for finding in &ledger_findings {
        context.printer.line(finding);
    }
    context.printer.note(&if is_clean {
        format!("{} as applied", count(verified, "migration"))
    } else {
        format!(
            "{} in {}",
            count(findings.len() + ledger_findings.len(), "finding"),
            count(verified, "migration")
        )
    });
    context.printer.json(&VerifyDocument {
        format_version: FORMAT_VERSION,
        database: Database::of(&opened.endpoint),
        verified,
        findings,
        ledger_findings,
    });
    Ok(if is_clean {
        Outcome::Clean
    } else {
        Outcome::Findings
    })
}

/// Returns the versioned migrations whose files differ. A repeatable may: it runs again.
async fn changed(opened: &Opened, no_diff: bool) -> anyhow::Result<Vec<Finding>> {
    let state = &opened.reading.state;
    let changed: Vec<(&Migration, Change, i64)> = opened
        .project
        .migrations
        .iter()
        .filter(|migration| matches!(migration.id, MigrationId::Versioned(_)))
        .filter_map(|migration| match standing(migration, state) {
            Standing::Changed(change) => {
                Some((migration, change, state.applied(&migration.id)?.event.seq))
            }
            _ => None,
        })
        .collect();
    let seqs: Vec<i64> = changed.iter().map(|(_, _, seq)| *seq).collect();
    let texts = ledger::texts(opened.session.client(), &opened.ledger, &seqs).await?;
    let mut findings = Vec::new();
    for ((migration, change, _), texts) in changed.iter().zip(texts) {
        findings.extend(of_change(migration, *change, &texts, no_diff));
    }
    Ok(findings)
}

/// Returns a finding for the up text, and one for the down text, where they differ.
fn of_change(migration: &Migration, change: Change, texts: &Texts, no_diff: bool) -> Vec<Finding> {
    let finding = |change, what, path: &str, old: Option<&str>, new: Option<&str>| Finding {
        migration: MigrationDocument::of(
            &migration.id,
            &migration.label,
            &migration.module,
            &migration.name,
        ),
        change,
        message: format!(
            "{path}: {what} changed since `{}` was applied",
            migration.label
        ),
        diff: (!no_diff).then(|| diff(path, old.unwrap_or_default(), new.unwrap_or_default())),
    };
    let mut findings = Vec::new();
    let up = Some(&*migration.up.text);
    if change.code {
        let path = &migration.up.path;
        findings.push(finding("code", "statements", path, texts.up.as_deref(), up));
    } else if change.comments {
        let path = &migration.up.path;
        findings.push(finding(
            "comments",
            "only comments",
            path,
            texts.up.as_deref(),
            up,
        ));
    }
    if change.down {
        let down = migration.down.as_ref();
        let path = down.map_or(&migration.up.path, |down| &down.path);
        let new = down.map(|down| &*down.text);
        findings.push(finding(
            "down",
            "the way back",
            path,
            texts.down.as_deref(),
            new,
        ));
    }
    findings
}

fn diff(path: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("{path} (as applied)"), path)
        .to_string()
}

/// Returns the applied migrations that have no file.
fn gone(opened: &Opened) -> Vec<Finding> {
    missing(&opened.project, &opened.reading.state)
        .into_iter()
        .map(|event| {
            let name = label(&event.id, &event.name);
            Finding {
                message: format!("`{name}` is applied, and its file is missing"),
                migration: MigrationDocument::of(&event.id, &name, &event.module, &event.name),
                change: "missing",
                diff: None,
            }
        })
        .collect()
}
