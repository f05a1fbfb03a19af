//! Rows that crmdb brings into a database.
//!
//! Reference rows are SQL files of the modules. They go the way of a migration: planned here,
//! carried out by [`crate::apply`] under the run lock, each file in a transaction with its row in
//! the history.
//!
//! Generated rows go this way:
//!
//! ```text
//! tables (the catalog)    recipe (dev.toml)
//!          \                 /
//!     draft: order, owners, design, layout      decides on every row
//!                    |
//!         rows: a row is a function of its number
//!                    |
//!     sample: the server judges some     load: COPY over several connections
//! ```

pub mod bounds;
pub mod clear;
pub mod copy;
pub mod design;
pub mod draft;
pub mod encode;
mod existing;
pub mod export;
pub mod expression;
pub mod foreign;
pub mod layout;
pub mod load;
pub mod mask;
pub mod moment;
mod order;
pub mod owners;
mod parents;
pub mod provider;
pub mod recipe;
mod reference;
pub mod reserve;
pub mod rows;
pub mod run;
pub mod sample;
mod shortcuts;
pub mod surrogate;
pub mod tables;
pub mod uniqueness;
pub mod value;

pub use reference::{Seeding, plan};
