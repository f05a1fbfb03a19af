//! What tests share: a server, a database each, projects in temporary folders, the program.

mod catalog;
mod database;
mod program;
mod project;

pub use catalog::catalog;
pub use database::Database;
pub use program::{Run, program};
pub use project::Project;
