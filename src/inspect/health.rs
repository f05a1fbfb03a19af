//! All findings, or those that belong to a report.

use std::collections::HashMap;

use super::checks::{Area, Need, all};
use super::finding::Finding;
use super::reader::{Reader, Rows};

/// The names of all checks.
pub fn check_ids() -> impl Iterator<Item = &'static str> {
    all().map(|check| check.id)
}

/// Looks for what belongs to `area`, or for all; the worst first, then by check and object.
///
/// # Errors
///
/// When the connection is gone.
pub async fn findings(reader: &mut Reader<'_>, area: Option<Area>) -> anyhow::Result<Vec<Finding>> {
    let mut found = Vec::new();
    // Several checks judge the same rows.
    let mut read: HashMap<&'static str, Result<Rows, String>> = HashMap::new();
    for check in all().filter(|check| area.is_none_or(|area| area == check.area)) {
        if check.needs.contains(&Need::Counts) && !reader.facts().track_counts {
            reader.skip(check.id, "track_counts is off");
            continue;
        }
        if check.needs.contains(&Need::Sessions) {
            reader.note_hidden_sessions(check.id);
        }
        if !read.contains_key(check.sql) {
            read.insert(check.sql, reader.texts(check.sql).await?);
        }
        let rows = match &read[check.sql] {
            Ok(rows) => rows,
            Err(reason) => {
                reader.skip(check.id, reason);
                continue;
            }
        };
        for reason in &rows.left_out {
            reader.skip(check.id, reason);
        }
        for text in &rows.texts {
            match (check.judge)(text, reader.facts())? {
                None => {}
                Some(Err(reason)) => reader.skip(check.id, reason),
                Some(Ok(finding)) => found.push(Finding {
                    id: check.id,
                    ..finding
                }),
            }
        }
    }
    found.sort_by(|a, b| (b.severity, a.id, &a.object).cmp(&(a.severity, b.id, &b.object)));
    Ok(found)
}
