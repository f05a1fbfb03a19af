//! Writes the statements that append to the ledger. They are text, so that they can travel in the
//! same message, and the same transaction, as the migration.

use std::fmt::Write as _;

use super::Ledger;
use super::event::EventKind;
use super::journal::Phase;
use crate::project::MigrationId;
use crate::sql::{dollar_quote, quote_literal};

/// What is the same for all rows of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFacts {
    /// The run's identity, a UUID.
    pub run_id: String,
    /// User of the operating system.
    pub os_user: Option<String>,
    /// Name of the machine.
    pub host: Option<String>,
    /// Git commit of the project's folder.
    pub git_commit: Option<String>,
    /// Whether that folder had uncommitted changes.
    pub git_dirty: Option<bool>,
}

/// A row to append.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// What happened.
    pub event: EventKind,
    /// To which migration.
    pub id: &'a MigrationId,
    /// Its module.
    pub module: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The up text, its hash, and the hash of its tokens.
    pub up: Option<(&'a str, String, String)>,
    /// The down text and its hash.
    pub down: Option<(&'a str, String)>,
    /// It goes below a version that is there already.
    pub out_of_order: bool,
    /// Why, or which error.
    pub reason: Option<&'a str>,
}

/// The columns `kind`, `version`, `module` and `name` as SQL values.
fn identity(id: &MigrationId, module: &str, name: &str) -> String {
    let (kind, version) = match id {
        MigrationId::Versioned(version) => ("versioned", version.to_string()),
        MigrationId::Repeatable { .. } => ("repeatable", "NULL".to_owned()),
        MigrationId::Seed { .. } => ("seed", "NULL".to_owned()),
    };
    format!(
        "'{kind}', {version}, {}, {}",
        quote_literal(module),
        quote_literal(name)
    )
}

fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), quote_literal)
}

/// Returns the statement that appends `entry` as row `seq` and returns that row's hash.
///
/// The duration is the time since the transaction began, by the server's clock, when
/// `duration_ms` is `None`.
#[must_use]
pub fn append_statement(
    ledger: &Ledger,
    facts: &RunFacts,
    seq: i64,
    entry: &Entry<'_>,
    duration_ms: Option<f64>,
) -> String {
    let mut sql = format!(
        "INSERT INTO {schema}.history (seq, event, kind, version, module, name, up_hash, \
         up_code_hash, up_text, down_hash, down_text, out_of_order, reason, duration_ms, os_user, \
         host, git_commit, git_dirty, crmdb_version, run_id) VALUES ({seq}, '{event}', {identity}, ",
        schema = ledger.schema(),
        event = entry.event.word(),
        identity = identity(entry.id, entry.module, entry.name),
    );
    match &entry.up {
        Some((text, hash, code)) => {
            let _ = write!(sql, "'{hash}', '{code}', {}, ", dollar_quote(text));
        }
        None => sql += "NULL, NULL, NULL, ",
    }
    match &entry.down {
        Some((text, hash)) => {
            let _ = write!(sql, "'{hash}', {}, ", dollar_quote(text));
        }
        None => sql += "NULL, NULL, ",
    }
    let duration = duration_ms.map_or_else(
        || {
            "extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp()) \
             * 1000"
                .to_owned()
        },
        |ms| format!("{ms:.3}"),
    );
    let _ = write!(
        sql,
        "{}, {}, {duration}, {}, {}, {}, {}, '{}', '{}') RETURNING hash",
        entry.out_of_order,
        optional(entry.reason),
        optional(facts.os_user.as_deref()),
        optional(facts.host.as_deref()),
        optional(facts.git_commit.as_deref()),
        facts
            .git_dirty
            .map_or("NULL", |dirty| if dirty { "true" } else { "false" }),
        env!("CARGO_PKG_VERSION"),
        facts.run_id,
    );
    sql
}

/// Returns the statement that notes in the journal that a statement starts, or is done.
#[must_use]
pub fn journal_statement(
    ledger: &Ledger,
    facts: &RunFacts,
    after_seq: i64,
    entry: &Entry<'_>,
    direction: &str,
    statement: (usize, &str),
    phase: Phase,
) -> String {
    let (number, hash) = statement;
    format!(
        "INSERT INTO {schema}.journal (run_id, after_seq, kind, version, module, name, direction, \
         statement, hash, phase) VALUES ('{run}', {after_seq}, {identity}, '{direction}', {number}, \
         '{hash}', '{phase}')",
        schema = ledger.schema(),
        run = facts.run_id,
        identity = identity(entry.id, entry.module, entry.name),
        phase = phase.word(),
    )
}
