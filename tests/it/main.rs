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

mod backup;
mod baseline;
mod commit;
mod connect;
mod crash;
mod deferred;
mod down;
mod drift;
mod encode;
mod errors;
mod generate;
mod generate_any;
mod inspect;
mod interrupt;
mod ledger;
mod locks;
mod loss;
mod maintain;
mod modules;
mod new;
mod newer;
mod order;
mod output;
mod pipe;
mod plan;
mod pooler;
mod project;
mod redo;
mod rehearse;
mod repair;
mod repeatables;
mod resume;
mod runners;
mod schema;
mod seed;
mod server;
mod set_password;
mod standby;
mod status;
mod up;
mod verify;
