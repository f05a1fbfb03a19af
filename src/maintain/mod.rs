//! Maintenance: the tasks of `migrations.toml`, run when they are due.
//!
//! [`due`] decides, from the schedule, the ledger and the server's clock. [`run`] carries one run
//! out: the task's lock, its row in the ledger, the work, and how it ended. `work/` has a file for
//! each kind of task.

mod due;
pub mod export;
mod limits;
mod metrics;
mod preview;
mod report;
mod run;
pub mod serve;
mod trend;
mod trouble;
mod whole;
mod work;
mod worker;

pub use due::{Due, Slot, due, may_work};
pub use metrics::metrics;
pub use preview::preview;
pub use report::Report;
pub use run::{Asked, Site, run};
pub use trend::{median, trend};
pub use whole::write_whole;
pub use work::Item;
pub use worker::{Listener, Tally};
