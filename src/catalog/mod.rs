//! The live catalog as a canonical snapshot, and what two snapshots differ in.
//!
//! A snapshot holds objects by their kind and name, never by a number, each with properties. What
//! belongs to an extension is left out, and so is the ledger. `read` takes it from a database with
//! the statements in `queries/`, `text` writes it down and reads it back, `compare` says what is
//! different, and in which class.

mod compare;
mod flatten;
mod index;
mod normalise;
mod read;
mod row;
mod snapshot;
mod text;
mod token;

pub use compare::{Class, Difference, compare};
pub use read::read;
pub use snapshot::{ObjectKey, Properties, Snapshot};
pub use text::{parse, write};
pub use token::token;
