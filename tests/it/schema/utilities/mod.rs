//! Text, ULIDs, retention and maintenance.

mod maintenance;
mod text;
mod ulid;
