//! What came of a restore.

use std::time::Duration;

use serde::Serialize;

use super::Backup;
use crate::backup::{Description, Kind, target};
use crate::catalog::Difference;
use crate::commands::drift::differences;
use crate::commands::{Context, Database, FORMAT_VERSION, Opened, milliseconds};
use crate::error::{Failure, Outcome};
use crate::ledger;
use crate::printer::{Printer, count, duration};

/// What came of a restore, as a document.
#[derive(Debug, Serialize)]
pub(super) struct Restored {
    format_version: u32,
    database: Database,
    file: String,
    kind: Kind,
    dry_run: bool,
    /// As it stands beside the backup.
    description: Option<Description>,
    /// The roles that were made, or would be, in order.
    #[serde(rename = "created_roles")]
    pub(super) roles: Vec<String>,
    /// The last row of the ledger that was restored.
    ledger_seq: Option<i64>,
    /// Whether the catalog was compared with what the ledger says.
    compared: bool,
    differences: Vec<Difference>,
    ledger_findings: Vec<String>,
    /// Materialized views that could not be filled.
    unfilled: Vec<String>,
    analyzed: bool,
    duration_ms: f64,
}

impl Restored {
    pub(super) fn new(backup: &Backup, opened: &Opened, roles: Vec<String>, dry_run: bool) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            database: Database::of(&opened.endpoint),
            file: backup.file.display().to_string(),
            kind: backup.kind(),
            dry_run,
            description: backup.description.clone(),
            roles,
            ledger_seq: None,
            compared: false,
            differences: Vec::new(),
            ledger_findings: Vec::new(),
            unfilled: Vec::new(),
            analyzed: false,
            duration_ms: 0.0,
        }
    }

    /// Compares the database with what its ledger says, and gives the planner its statistics.
    pub(super) async fn check(
        &mut self,
        backup: &Backup,
        opened: &mut Opened,
        analyze: bool,
        context: &mut Context,
    ) -> anyhow::Result<()> {
        // The old session may have been idle for longer than the server puts up with.
        opened.session = context.open(&opened.endpoint, true).await?;
        if let (Kind::Data, Some(description)) = (self.kind, &backup.description) {
            let views = &description.materialized_views;
            self.unfilled = target::refresh(opened.session.client(), views).await;
        }
        opened.read_again().await?;
        if opened.reading.version > 0 {
            self.compare(backup, opened, &mut context.printer).await;
        }
        if analyze {
            target::analyze(opened.session.client()).await?;
            self.analyzed = true;
        }
        Ok(())
    }

    async fn compare(&mut self, backup: &Backup, opened: &Opened, printer: &mut Printer) {
        let head = opened.reading.state.head();
        self.ledger_seq = Some(head.seq);
        // The restore is done; that it could not be checked is a finding.
        self.ledger_findings = ledger::findings(opened.session.client(), &opened.ledger)
            .await
            .unwrap_or_else(|error| vec![format!("the ledger could not be checked: {error:#}")]);
        if let Some(wanted) = backup.ledger().filter(|wanted| wanted.hash != head.hash) {
            self.ledger_findings.push(format!(
                "the ledger ends with row {}, and the backup says row {}",
                head.seq, wanted.seq
            ));
        }
        match differences(opened).await {
            Ok(differences) => {
                self.differences = differences;
                self.compared = true;
            }
            // The source had none to compare with either.
            Err(error) => match error.downcast::<Failure>() {
                Ok(failure) => printer.warning(&format!("not compared: {failure}")),
                Err(error) => self
                    .ledger_findings
                    .push(format!("the catalog could not be compared: {error:#}")),
            },
        }
    }

    /// Shows it, and says how the command ends.
    pub(super) fn report(mut self, took: Duration, printer: &mut Printer) -> Outcome {
        self.duration_ms = milliseconds(took);
        let verb = if self.dry_run {
            "would be made"
        } else {
            "made"
        };
        for role in &self.roles {
            printer.line(&format!("role {role} {verb}"));
        }
        for line in self.ledger_findings.iter().chain(&self.unfilled) {
            printer.line(line);
        }
        for difference in &self.differences {
            let line = format!(
                "{} {}: {}",
                difference.class,
                difference.change(),
                difference.subject()
            );
            printer.line(&line);
        }
        let findings = self.differences.len() + self.ledger_findings.len() + self.unfilled.len();
        if self.dry_run {
            printer.note("nothing stands against restoring it");
        } else {
            let checked = match (findings, self.compared) {
                (0, true) => "no drift".to_owned(),
                (0, false) => "not compared with a ledger".to_owned(),
                _ => count(findings, "finding"),
            };
            printer.note(&format!(
                "{} backup restored in {}; {checked}",
                self.kind.word(),
                duration(took)
            ));
        }
        printer.json(&self);
        if findings == 0 {
            Outcome::Clean
        } else {
            Outcome::Findings
        }
    }
}
