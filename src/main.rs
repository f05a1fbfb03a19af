//! The `crmdb` binary: runs the library and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    crmdb::run(std::env::args_os())
}
