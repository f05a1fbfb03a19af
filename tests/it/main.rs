//! One binary for all tests that need a server or the program itself; a file a command.
//!
//! The cluster is started once for the run and ends with it. Each test has a database of its own,
//! and nothing is shared, so tests run in any order and side by side.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

mod support;

mod commit;
mod connect;
mod crash;
mod interrupt;
mod locks;
mod newer;
mod pipe;
mod pooler;
mod resume;
mod runners;
mod standby;
mod up;
