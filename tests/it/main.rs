//! One binary for all tests that need a server or the program itself; a file a command.
//!
//! The cluster is started once for the run and ends with it. Each test has a database of its own,
//! and nothing is shared, so tests run in any order and side by side.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]
#![allow(
    clippy::print_stderr,
    reason = "a failed test says where its database is"
)]

mod support;

mod baseline;
mod connect;
mod deferred;
mod down;
mod errors;
mod ledger;
mod loss;
mod modules;
mod new;
mod order;
mod output;
mod plan;
mod project;
mod redo;
mod repair;
mod repeatables;
mod schema;
mod server;
mod status;
mod up;
mod verify;
