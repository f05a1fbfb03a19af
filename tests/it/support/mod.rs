//! What tests share: a server, a database each, projects in temporary folders, the program.

mod catalog;
mod child;
mod client;
mod database;
mod pooler;
mod program;
mod project;
mod proxy;
pub mod wire;

pub use catalog::catalog;
pub use child::{Child, eventually};
pub use client::Client;
pub use database::Database;
pub use pooler::Pooler;
pub use program::{Run, program};
pub use project::Project;
pub use proxy::{Deed, Proxy};
