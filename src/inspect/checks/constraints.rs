//! Constraints, triggers and sequences that do not do what they are for.

use serde::Deserialize;

use super::{Area, Check, Verdict, plain};
use crate::inspect::finding::{Finding, Severity};
use crate::inspect::thresholds::{SEQUENCE_CRITICAL, SEQUENCE_WARNING};
use crate::printer::percent;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "constraint-not-validated",
        area: Area::Health,
        needs: &[],
        sql: include_str!("not_validated.sql"),
        judge: |text, _| {
            plain(text, |constraint| {
                Finding::new(
                    Severity::Warning,
                    &*constraint.object,
                    "rows from before it were never checked",
                    "Validate it; rows that break it are named then.",
                )
            })
        },
    },
    Check {
        id: "trigger-disabled",
        area: Area::Health,
        needs: &[],
        sql: include_str!("triggers.sql"),
        judge: |text, _| {
            plain(text, |trigger| match &trigger.what {
                Some(constraint) => Finding::new(
                    Severity::Critical,
                    &*trigger.object,
                    format!("the constraint {constraint} is not enforced"),
                    "Enable it; rows that came meanwhile are not checked by that.",
                ),
                None => Finding::new(
                    Severity::Warning,
                    &*trigger.object,
                    "it is disabled",
                    "Enable it, or drop it.",
                ),
            })
        },
    },
    Check {
        id: "sequence-near-end",
        area: Area::Health,
        needs: &[],
        sql: include_str!("sequences.sql"),
        judge: |text, _| Ok(sequence(serde_json::from_str(text)?)),
    },
];

#[derive(Deserialize)]
struct Sequence {
    name: String,
    last_value: Option<i64>,
    readable: bool,
    hard_end: i64,
    used: Option<f64>,
    column: Option<String>,
    sql: Option<String>,
}

fn sequence(sequence: Sequence) -> Verdict {
    if !sequence.readable {
        return Some(Err("sequences that the role may not read".to_owned()));
    }
    let used = sequence.used.filter(|used| *used >= SEQUENCE_WARNING)?;
    let severity = if used >= SEQUENCE_CRITICAL {
        Severity::Critical
    } else {
        Severity::Warning
    };
    let of = sequence
        .column
        .map_or(String::new(), |column| format!(" of {column}"));
    let mut finding = Finding::new(
        severity,
        format!("sequence {}", sequence.name),
        format!(
            "{} of the values{of} are used: {} of {}",
            percent(used),
            sequence.last_value.unwrap_or_default(),
            sequence.hard_end
        ),
        "Give it room in time: a change of type rewrites the table, and columns that refer to it need the same.",
    );
    finding.sql = sequence.sql;
    Some(Ok(finding))
}
