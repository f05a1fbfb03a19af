//! Indexes that do no good, and those that are missing.

use serde::Deserialize;

use super::{Area, Check, Need, plain, row};
use crate::inspect::finding::{Finding, Severity};
use crate::inspect::reader::Facts;
use crate::inspect::thresholds::{
    BLOAT_BYTES, BLOAT_RATIO, UNUSED_INDEX_BYTES, UNUSED_INDEX_SECONDS,
};
use crate::printer::{age, bytes, percent};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "index-invalid",
        area: Area::Indexes,
        needs: &[],
        sql: include_str!("invalid.sql"),
        judge: |text, _| row(text, |index| Some(invalid(&index))),
    },
    Check {
        id: "index-duplicate",
        area: Area::Indexes,
        needs: &[],
        sql: include_str!("duplicate.sql"),
        judge: |text, _| row(text, |index| Some(duplicate(&index))),
    },
    Check {
        id: "index-unused",
        area: Area::Indexes,
        needs: &[Need::Counts],
        sql: include_str!("unused.sql"),
        judge: |text, facts| row(text, |index| unused(&index, facts)),
    },
    Check {
        id: "index-bloat",
        area: Area::Indexes,
        needs: &[],
        sql: include_str!("bloat.sql"),
        judge: |text, _| {
            let index: Bloat = serde_json::from_str(text)?;
            Ok(if index.readable {
                bloat(&index).map(Ok)
            } else {
                Some(Err(
                    "columns without statistics, or that the role may not read".to_owned(),
                ))
            })
        },
    },
    Check {
        id: "foreign-key-without-index",
        area: Area::Indexes,
        needs: &[],
        sql: include_str!("foreign_key.sql"),
        judge: |text, _| {
            plain(text, |key| {
                let other = key.what.as_deref().unwrap_or_default();
                Finding::new(
                    Severity::Warning,
                    &*key.object,
                    format!(
                        "no index begins with its columns: each deleted row of {other} reads the whole table"
                    ),
                    "Add an index, unless rows there are never deleted and their keys never changed.",
                )
            })
        },
    },
];

#[derive(Deserialize)]
struct Invalid {
    object: String,
    table: String,
    is_partitioned: bool,
    is_left_over: bool,
    sql: Option<String>,
    /// The query that finds what a key would forbid.
    duplicates: Option<String>,
}

fn invalid(index: &Invalid) -> Finding {
    let table = &index.table;
    let failed = format!("its build on {table} failed: it costs writes and serves nothing");
    let (message, advice) = match &index.duplicates {
        _ if index.is_partitioned => (
            format!("some partitions of {table} have no part of it: it cannot be relied on"),
            "Attach an index of each partition to it.".to_owned(),
        ),
        _ if index.is_left_over => (
            failed,
            "Drop it: a REINDEX CONCURRENTLY that failed has left it.".to_owned(),
        ),
        // Last, so that it can be copied.
        Some(query) => (
            failed,
            format!(
                "Duplicates are the likely cause: drop it, remove them, and create it again. They are found by: {query}"
            ),
        ),
        None => (failed, "Build it again, or drop it.".to_owned()),
    };
    let mut finding = Finding::new(Severity::Warning, &*index.object, message, advice);
    finding.sql.clone_from(&index.sql);
    finding
}

#[derive(Deserialize)]
struct Duplicate {
    name: String,
    other: String,
    is_same: bool,
    is_partitioned: bool,
    bytes: i64,
}

fn duplicate(index: &Duplicate) -> Finding {
    let (severity, says) = if index.is_same {
        (Severity::Warning, "has the same columns")
    } else {
        (Severity::Info, "begins with the same columns")
    };
    Finding::new(
        severity,
        format!("index {}", index.name),
        format!(
            "{} {says}; this one takes {}",
            index.other,
            bytes(index.bytes)
        ),
        "Drop it.",
    )
    .sql(drop_index(&index.name, index.is_partitioned))
}

#[derive(Deserialize)]
struct Unused {
    name: String,
    table: String,
    is_partitioned: bool,
    bytes: i64,
    table_scans: i64,
}

fn unused(index: &Unused, facts: &Facts) -> Option<Finding> {
    if index.bytes < UNUSED_INDEX_BYTES {
        return None;
    }
    let past = facts.stats_seconds;
    let is_known = index.table_scans > 0 && past.is_some_and(|past| past >= UNUSED_INDEX_SECONDS);
    let severity = if is_known {
        Severity::Warning
    } else {
        Severity::Info
    };
    let since = past.map_or("the statistics began".to_owned(), |past| {
        format!("the statistics began, {} ago", age(past))
    });
    let finding = Finding::new(
        severity,
        format!("index {}", index.name),
        format!(
            "{}, not used since {since}; {} was scanned {} times",
            bytes(index.bytes),
            index.table,
            index.table_scans
        ),
        "Drop it, unless a standby or a rare report uses it, or it is new.",
    );
    Some(finding.sql(drop_index(&index.name, index.is_partitioned)))
}

#[derive(Deserialize)]
struct Bloat {
    name: String,
    bytes: i64,
    wasted_bytes: i64,
    readable: bool,
    is_measured: bool,
}

fn bloat(index: &Bloat) -> Option<Finding> {
    // Sizes are far below what a double cannot count.
    let ratio = index.wasted_bytes as f64 / index.bytes.max(1) as f64;
    (index.wasted_bytes >= BLOAT_BYTES && ratio >= BLOAT_RATIO).then(|| {
        Finding::new(
            Severity::Warning,
            format!("index {}", index.name),
            format!(
                "{} of {} are empty ({}, {})",
                bytes(index.wasted_bytes),
                bytes(index.bytes),
                percent(ratio),
                if index.is_measured {
                    "measured"
                } else {
                    "an estimate"
                }
            ),
            "Build it again.",
        )
        .sql(format!("REINDEX INDEX CONCURRENTLY {}", index.name))
    })
}

fn drop_index(name: &str, is_partitioned: bool) -> String {
    // A partitioned index cannot be dropped concurrently.
    let how = if is_partitioned { "" } else { "CONCURRENTLY " };
    format!("DROP INDEX {how}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unused_is_a_warning_only_when_enough_is_known() {
        for (bytes, table_scans, age, expected) in [
            (1 << 20, 5, Some(8.0 * 86_400.0), Some(Severity::Warning)),
            (1 << 20, 5, Some(6.0 * 86_400.0), Some(Severity::Info)),
            (1 << 20, 5, None, Some(Severity::Info)),
            (1 << 20, 0, Some(8.0 * 86_400.0), Some(Severity::Info)),
            (8192, 5, Some(8.0 * 86_400.0), None),
        ] {
            let index = Unused {
                name: "a.i".to_owned(),
                table: "a.t".to_owned(),
                is_partitioned: false,
                bytes,
                table_scans,
            };
            let facts = Facts {
                stats_seconds: age,
                ..Facts::default()
            };
            let severity = unused(&index, &facts).map(|finding| finding.severity);
            assert_eq!(severity, expected, "{bytes} {table_scans} {age:?}");
        }
    }
}
