//! `crmdb lint modules`: the real dependencies against `requires`.

use clap::Args;
use serde::Serialize;

use crate::commands::{Context, Database, FORMAT_VERSION};
use crate::error::Outcome;
use crate::lint::{Crossing, crossings};
use crate::printer::count;

/// Arguments of `lint modules`.
#[derive(Args, Debug)]
pub struct ModulesArgs {}

#[derive(Serialize)]
struct LintDocument {
    format_version: u32,
    database: Database,
    findings: Vec<Crossing>,
}

/// Reports objects that use a module which is not in `requires` of theirs.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn modules(_: &ModulesArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.draft_project()?;
    let endpoint = context.endpoint(&project)?;
    let session = context.open(&endpoint, false).await?;
    let findings = crossings(session.client(), &project).await?;
    for one in &findings {
        context.printer.line(&format!(
            "{}: {} uses {}, and `{}` does not require `{}`",
            one.module, one.object, one.uses, one.module, one.uses_module
        ));
    }
    let is_clean = findings.is_empty();
    context.printer.note(&if is_clean {
        match project.modules.len() {
            1 => "the module keeps to what it requires".to_owned(),
            modules => format!("{modules} modules keep to what they require"),
        }
    } else {
        count(findings.len(), "finding")
    });
    context.printer.json(&LintDocument {
        format_version: FORMAT_VERSION,
        database: Database::of(&endpoint),
        findings,
    });
    Ok(if is_clean {
        Outcome::Clean
    } else {
        Outcome::Findings
    })
}
