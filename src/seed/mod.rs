//! Rows that crmdb brings into a database.
//!
//! Reference rows are SQL files of the modules. They go the way of a migration: planned here,
//! carried out by [`crate::apply`] under the run lock, each file in a transaction with its row in
//! the history.

mod reference;

pub use reference::{Seeding, plan};
