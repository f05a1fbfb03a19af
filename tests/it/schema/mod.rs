//! The shipped schema: what the documents ask of it, how it behaves, and that it can be taken back.
//!
//! Every test has a copy of a database that the program itself filled, from the schema inside it.

mod campaign_api;
mod conventions;
mod crm;
mod dialer;
mod expected;
mod leads;
mod marketing;
mod outreach;
mod pipeline;
mod properties;
mod telephony;
mod updated_at;
mod users;
mod utilities;

use crate::support::Database;

/// Asserts that each of these expressions is true; `sql` runs before them, on the same connection.
#[track_caller]
fn holds(database: &Database, sql: &str, truths: &[&str]) {
    let columns: Vec<String> = truths
        .iter()
        .map(|truth| format!("coalesce(({truth})::text, 'NULL')"))
        .collect();
    let rows = database.rows(&format!("{sql}; SELECT {}", columns.join(", ")));
    let values = rows.last().expect("a row");
    for (truth, value) in truths.iter().zip(values) {
        assert_eq!(value, "true", "{truth}\nafter: {sql}");
    }
}

/// Asserts that the server refuses each statement with the SQLSTATE before it; `sql` runs first.
#[track_caller]
fn refuses(database: &Database, sql: &str, statements: &[(&str, &str)]) {
    for (state, statement) in statements {
        let refusal = database.refusal(&format!("{sql}; {statement}"));
        assert_eq!(&refusal, state, "{statement}\nafter: {sql}");
    }
}

/// The lines of a table of expectations, without blank ones, each without its surrounding space.
fn lines(table: &str) -> Vec<String> {
    table
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            cells.join(" | ")
        })
        .filter(|line| !line.is_empty())
        .collect()
}

/// Asserts that a query returns exactly the lines of a table, in any order.
#[track_caller]
fn matches(database: &Database, query: &str, table: &str) {
    let mut found: Vec<String> = database
        .rows(&format!("SET search_path = ''; {query}"))
        .into_iter()
        .map(|row| row.join(" | "))
        .collect();
    let mut expected = lines(table);
    found.sort();
    expected.sort();
    let missing: Vec<_> = expected.iter().filter(|x| !found.contains(x)).collect();
    let surplus: Vec<_> = found.iter().filter(|x| !expected.contains(x)).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "expected, but not there: {missing:#?}\nthere, but not expected: {surplus:#?}"
    );
    assert_eq!(found.len(), expected.len(), "a line stands twice");
}
