//! Takes the numbers of surrogate keys from their sequences, so that nobody else gets them.

use super::design::Source;
use super::rows::Generator;
use super::surrogate::Surrogate;
use crate::sql::quote_literal;

/// The statements that move the sequences of a table behind its generated rows.
#[must_use]
pub fn statements(generator: &Generator, table: usize) -> Vec<String> {
    let design = &generator.designs[table];
    let rows = generator.layout.rows[table].generated;
    let Some(last) = rows.checked_sub(1) else {
        return Vec::new();
    };
    let columns = design.table.columns.iter().zip(&design.sources);
    let moved = columns.filter_map(|(column, source)| match (source, &column.sequence) {
        (Source::Surrogate(surrogate @ Surrogate::Number { .. }), Some(sequence)) => {
            match surrogate.value(last) {
                super::value::Value::Int(last) => Some(format!(
                    "SELECT pg_catalog.setval({}, {last}, true)",
                    quote_literal(&sequence.name)
                )),
                _ => None,
            }
        }
        _ => None,
    });
    moved.collect()
}
