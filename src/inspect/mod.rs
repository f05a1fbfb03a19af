//! What a database is doing, and how it stands: reports, and findings with what would mend them.
//!
//! Everything is read in one read-only transaction, a statement at a time. What a statement could
//! not read is said, and the others go on. `checks/` has what is looked for: a statement each, and a
//! function that judges its rows against `thresholds.rs`. The rest are the reports.

mod checks;
mod connections;
mod finding;
mod health;
mod indexes;
mod locks;
mod queries;
mod reader;
mod sizes;
mod texts;
pub mod thresholds;
mod vacuum;

pub use checks::Area;
pub use connections::{Connections, Group, Limits, OpenTransaction};
pub use finding::{Finding, Ignore, Severity, UnknownCheck};
pub use health::{check_ids, findings};
pub use indexes::Index;
pub use locks::Session;
pub use queries::{By, Queries, Running, Statement};
pub use reader::{Facts, NotChecked, Reader, Scope};
pub use sizes::{SIZES, Sizes, TableSize};
pub use vacuum::{Holder, Progress, TableVacuum, Vacuum};
