//! Tables that lack something.

use serde::Deserialize;

use super::{Area, Check, Need, Verdict, plain, row};
use crate::inspect::finding::{Finding, Severity};
use crate::inspect::thresholds::{PARTITIONS_AHEAD_SECONDS, STATISTICS_ROWS};
use crate::printer::{age, count};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "table-without-primary-key",
        area: Area::Health,
        needs: &[],
        sql: include_str!("primary_key.sql"),
        judge: |text, _| {
            plain(text, |table| {
                let (severity, message) = match &table.what {
                    Some(index) => (
                        Severity::Info,
                        format!("no primary key; the index `{index}` tells rows apart"),
                    ),
                    None => (
                        Severity::Warning,
                        "nothing tells its rows apart: no primary key".to_owned(),
                    ),
                };
                let advice = "Add a primary key; replication and `ON CONFLICT` need one.";
                Finding::new(severity, &*table.object, message, advice)
            })
        },
    },
    Check {
        id: "statistics-missing",
        area: Area::Vacuum,
        needs: &[Need::Counts],
        sql: include_str!("statistics.sql"),
        judge: |text, _| Ok(statistics(&serde_json::from_str(text)?)),
    },
    Check {
        id: "partitions-ahead-missing",
        area: Area::Health,
        needs: &[],
        sql: include_str!("partitions.sql"),
        judge: |text, _| row(text, |table| ahead(&table)),
    },
    Check {
        id: "default-partition-rows",
        area: Area::Health,
        needs: &[Need::Counts],
        sql: include_str!("partitions.sql"),
        judge: |text, _| row(text, |table| in_default(&table)),
    },
];

#[derive(Deserialize)]
struct Statistics {
    name: String,
    rows: i64,
    columns: i64,
    objects: i64,
    readable: bool,
}

fn statistics(table: &Statistics) -> Verdict {
    if table.rows < STATISTICS_ROWS || table.columns + table.objects == 0 {
        return None;
    }
    if !table.readable {
        return Some(Err("tables that the role may not read".to_owned()));
    }
    let finding = Finding::new(
        Severity::Warning,
        format!("table {}", table.name),
        format!(
            "{} without statistics, {} rows: plans are guesses",
            without(table),
            table.rows
        ),
        "Analyse it.",
    );
    Some(Ok(finding.sql(format!("ANALYZE {}", table.name))))
}

/// What has no statistics.
fn without(table: &Statistics) -> String {
    let of = |number: i64, noun: &str| {
        (number > 0).then(|| count(usize::try_from(number).unwrap_or_default(), noun))
    };
    let parts = [
        of(table.columns, "column"),
        of(table.objects, "statistics object"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(" and ")
}

#[derive(Deserialize)]
struct Partitions {
    name: String,
    is_open: bool,
    parts: i64,
    default_rows: Option<i64>,
    default_name: Option<String>,
    covered_until: Option<String>,
    ahead_seconds: Option<f64>,
    is_by_time: Option<bool>,
}

fn ahead(table: &Partitions) -> Option<Finding> {
    if table.is_by_time != Some(true) || table.is_open {
        return None;
    }
    let object = format!("table {}", table.name);
    let lost = match &table.default_name {
        Some(name) => format!("rows after that go to {name}"),
        None => "rows after that are refused".to_owned(),
    };
    let advice = "Make partitions ahead, by a task that runs often.";
    if table.parts == 0 {
        let (severity, message) = match &table.default_name {
            Some(name) => (Severity::Info, format!("all its rows go to {name}")),
            None => (
                Severity::Warning,
                "it has no partition, and takes no row".to_owned(),
            ),
        };
        return Some(Finding::new(severity, object, message, advice));
    }
    let left = table.ahead_seconds?;
    if left >= PARTITIONS_AHEAD_SECONDS {
        return None;
    }
    let until = table.covered_until.as_deref().unwrap_or_default();
    let (severity, when) = if left <= 0.0 {
        (Severity::Critical, "which is over".to_owned())
    } else {
        (Severity::Warning, format!("{} from now", age(left)))
    };
    let message = format!("partitions end at {until}, {when}: {lost}");
    Some(Finding::new(severity, object, message, advice))
}

fn in_default(table: &Partitions) -> Option<Finding> {
    let name = table.default_name.as_deref()?;
    let rows = table.default_rows.filter(|rows| *rows > 0)?;
    Some(Finding::new(
        Severity::Warning,
        format!("table {name}"),
        format!(
            "about {rows} rows are in the default partition of {}",
            table.name
        ),
        "Move them to partitions of their own: one for their range cannot be made while they are here.",
    ))
}
