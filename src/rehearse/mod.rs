//! Tries migrations out where nothing can be lost: a scratch database, and on it each step up, down
//! and up again, with the catalogs compared.

mod cluster;
mod proof;
mod rebuild;
mod rows;
mod scratch;
mod stage;

pub use proof::{Finding, Proof, prove};
pub use rebuild::rebuild;
pub use scratch::Scratch;
pub use stage::Stage;
