//! The changes.

use crate::support::Database;

/// A change, what undoes it, and what is to be found.
pub struct Mutation {
    pub change: &'static str,
    pub undo: &'static str,
    pub finds: &'static [&'static str],
}

const fn mutation(
    change: &'static str,
    undo: &'static str,
    finds: &'static [&'static str],
) -> Mutation {
    Mutation {
        change,
        undo,
        finds,
    }
}

/// Adds what the shipped schema has none of, so that it can be changed.
pub fn prepare(database: &Database) {
    database.execute("SELECT 1");
}

pub const MUTATIONS: &[Mutation] = &[mutation(
    "ALTER TABLE users.users ADD COLUMN x int",
    "ALTER TABLE users.users DROP COLUMN x",
    &["structural added table users.users: column x"],
)];
