//! One binary for all tests that need a server or the program itself; a file a command.
//!
//! The cluster is started once for the run and ends with it. Each test has a database of its own,
//! and nothing is shared, so tests run in any order and side by side.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]
#![allow(
    clippy::print_stderr,
    reason = "a failed test says where its database is"
)]

mod schema;
mod support;

mod connect;
mod server;
mod up;
