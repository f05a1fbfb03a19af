//! What the reports have in common: what they begin with, findings, and what was not checked.

use serde::Serialize;

use crate::commands::{Context, Database, FORMAT_VERSION};
use crate::connect::Session;
use crate::inspect::{Finding, NotChecked, Scope};
use crate::printer::{Printer, age, clean, count};

/// A database that is looked at.
pub(super) struct Inspected {
    pub(super) session: Session,
    pub(super) database: Database,
    pub(super) scope: Scope,
}

impl Inspected {
    /// Connects; `modules` are the only ones that are looked at, all where there are none.
    pub(super) async fn open(context: &mut Context, modules: &[String]) -> anyhow::Result<Self> {
        let project = context.draft_project()?;
        let names: Vec<&str> = modules.iter().map(String::as_str).collect();
        // Says which there are when one is not.
        project.closure(&names)?;
        let endpoint = context.endpoint(&project)?;
        Ok(Self {
            session: context.open(&endpoint, false).await?,
            database: Database::of(&endpoint),
            scope: Scope {
                ledger: project.ledger_schema.clone(),
                schemas: (!modules.is_empty()).then(|| modules.to_vec()),
            },
        })
    }
}

/// A document of a report.
#[derive(Serialize)]
pub(super) struct Document<T: Serialize> {
    format_version: u32,
    database: Database,
    #[serde(flatten)]
    report: T,
    not_checked: Vec<NotChecked>,
}

impl<T: Serialize> Document<T> {
    pub(super) fn new(database: Database, report: T, not_checked: Vec<NotChecked>) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            database,
            report,
            not_checked,
        }
    }
}

/// Writes findings, each with what to do.
pub(super) fn write_findings<'f>(
    findings: impl IntoIterator<Item = &'f Finding>,
    printer: &mut Printer,
) {
    for finding in findings {
        printer.line(&clean(&format!(
            "{}: {}: {}",
            finding.severity, finding.id, finding.object
        )));
        printer.line(&clean(&format!("    {}", finding.message)));
        printer.line(&clean(&format!("    {}", finding.advice)));
        if let Some(sql) = &finding.sql {
            printer.line(&clean(&format!("    {sql};")));
        }
    }
}

/// Writes what was not looked at, one reason a line.
pub(super) fn write_not_checked(not_checked: &[NotChecked], printer: &mut Printer) {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in not_checked {
        match reasons.iter_mut().find(|(reason, _)| *reason == one.reason) {
            Some((_, checks)) => checks.push(&one.check),
            None => reasons.push((&one.reason, vec![&one.check])),
        }
    }
    for (reason, checks) in reasons {
        printer.line(&clean(&format!(
            "not checked: {}: {reason}",
            checks.join(", ")
        )));
    }
}

/// Writes the findings of a report, and how many there are.
pub(super) fn write_all(findings: &[Finding], not_checked: &[NotChecked], printer: &mut Printer) {
    write_findings(findings, printer);
    write_not_checked(not_checked, printer);
    if !findings.is_empty() {
        printer.note(&count(findings.len(), "finding"));
    }
}

/// A time in milliseconds as people read it; empty where there is none.
pub(super) fn time(milliseconds: Option<f64>) -> String {
    milliseconds.map_or(String::new(), |time| age(time / 1000.0))
}

/// A value, or nothing.
pub(super) fn or_nothing(value: Option<impl ToString>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

/// What stands where the role may not see a statement.
pub(super) const HIDDEN: &str = "(hidden)";
