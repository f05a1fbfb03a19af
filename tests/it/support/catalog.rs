//! The catalog of a database as a text, to compare two states by all that they hold.

use super::Database;

/// Returns a line for each object outside the ledger, sorted: names, definitions, owners, grants,
/// comments, settings. Nothing in it depends on object numbers or on time.
pub fn catalog(database: &Database) -> String {
    let rows = database.rows(&format!(
        "SET search_path = ''; {}",
        include_str!("catalog.sql")
    ));
    let lines: Vec<String> = rows.into_iter().map(|row| row.join(" | ")).collect();
    lines.join("\n")
}
