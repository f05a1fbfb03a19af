//! The embedded PostgreSQL: what serves a project when no database is configured.
//!
//! Finds server programs on the machine, keeps one data folder for a project outside its tree, and
//! runs `postgres` on a private unix socket without a password. A server outlives the crmdb that
//! started it; every later one attaches. What connects to it is none of this module's business: it
//! hands out a URL. It prints nothing: what takes long is told through [`Progress`].

mod account;
mod claim;
mod clients;
mod cluster;
mod control;
mod create;
mod env;
mod fetch;
mod folders;
mod guard;
mod install;
mod lifecycle;
mod links;
mod lock;
mod log;
mod note;
mod package;
mod postmaster;
mod programs;
mod progress;
mod psql;
mod scratch;
mod search;
mod stale;
mod status;

pub use clients::{Client, client};
pub use cluster::Cluster;
pub use control::{Running, Started};
pub use env::{Env, names};
pub use programs::{Programs, Version};
pub use progress::Progress;
pub use psql::psql;
pub use status::Status;
