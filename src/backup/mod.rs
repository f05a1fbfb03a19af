//! Backups through `pg_dump` and `pg_restore`, with a description beside each.
//!
//! A backup is what `pg_dump` writes, in its custom or its directory format, and a file `….json`
//! that says what it is ([`Description`]): checksums, and the head of the ledger as of the very
//! snapshot that the rows are of. The exporting transaction is [`Source`]; [`Part`] is the file
//! while it is not whole; [`run`] runs a program; [`target`] looks at the database to restore into.

mod check;
mod clock;
mod compress;
mod description;
mod dump;
mod part;
mod passwords;
mod process;
mod source;
pub mod target;
mod watch;

pub use check::{checksums, verify};
pub use clock::{stamp, timestamp};
pub use compress::check_compress;
pub use description::{Archive, Description, FileSum, Kind, LedgerHead, beside, of_archive};
pub use dump::{Dump, take};
pub use part::Part;
pub use process::{Call, run};
pub use source::{Facts, Source};
