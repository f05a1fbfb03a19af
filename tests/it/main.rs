//! One binary for all tests that need a server or the program itself; a file a command.
//!
//! The cluster is started once for the run and ends with it. Each test has a database of its own,
//! and nothing is shared, so tests run in any order and side by side.

mod support;

mod baseline;
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
mod status;
mod up;
mod verify;
