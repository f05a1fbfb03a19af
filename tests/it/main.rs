//! One binary for all tests that need a server or the program itself; a file a command.
//!
//! The cluster is started once for the run and ends with it. Each test has a database of its own,
//! and nothing is shared, so tests run in any order and side by side.

mod support;

mod baseline;
mod new;
mod plan;
mod repair;
mod status;
mod up;
mod verify;
