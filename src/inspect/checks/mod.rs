//! What is looked for: a statement each, and what is to be said of its rows.

mod activity;
mod connections;
mod constraints;
mod indexes;
mod security;
mod server;
mod tables;
mod vacuum;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::finding::Finding;
use super::reader::Facts;

/// Which report shows a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// `inspect indexes`.
    Indexes,
    /// `inspect vacuum`.
    Vacuum,
    /// `inspect connections`.
    Connections,
    /// `inspect locks`.
    Locks,
    /// `inspect queries`.
    Queries,
    /// `inspect health` only.
    Health,
}

/// What a check cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Rows and scans are counted.
    Counts,
    /// Sessions of other roles are seen; without, some are.
    Sessions,
}

/// What is said of a row: nothing, a finding, or why it could not be judged.
pub(super) type Verdict = Option<Result<Finding, String>>;

/// Something to look for.
pub(super) struct Check {
    /// Its name, which stays.
    pub(super) id: &'static str,
    /// Which report shows it.
    pub(super) area: Area,
    /// What it cannot do without.
    pub(super) needs: &'static [Need],
    /// Reads what is judged.
    pub(super) sql: &'static str,
    /// Judges a row.
    pub(super) judge: fn(&str, &Facts) -> serde_json::Result<Verdict>,
}

/// All checks, in the order in which they are carried out.
pub(super) fn all() -> impl Iterator<Item = &'static Check> {
    [
        indexes::CHECKS,
        constraints::CHECKS,
        tables::CHECKS,
        security::CHECKS,
        vacuum::CHECKS,
        activity::CHECKS,
        connections::CHECKS,
        server::CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// An object about which there is nothing to weigh.
#[derive(Deserialize)]
struct Plain {
    /// Kind and name.
    object: String,
    /// What else there is to say.
    what: Option<String>,
    /// What mends it.
    sql: Option<String>,
}

/// Reads a row, and judges it.
fn row<T: DeserializeOwned>(
    text: &str,
    judge: impl FnOnce(T) -> Option<Finding>,
) -> serde_json::Result<Verdict> {
    Ok(judge(serde_json::from_str(text)?).map(Ok))
}

/// Reads a row about which there is nothing to weigh.
fn plain(text: &str, say: impl FnOnce(&Plain) -> Finding) -> serde_json::Result<Verdict> {
    row(text, |row: Plain| {
        let mut finding = say(&row);
        finding.sql = row.sql;
        Some(finding)
    })
}
