//! A guard over a program: when crmdb is gone, however that was, the program is ended too.
//!
//! The guard is a shell that reads from a pipe which only crmdb can write to. It leads the process
//! group that the program joins, so it never signals another process. Killed alone, crmdb leaves
//! neither a `pg_restore` that commits what nobody checks nor a `pg_dump`.

use std::process::Stdio;

use anyhow::Context as _;
use tokio::process::{Child, Command};

/// At the end of its input, ends all of its group; the second time for good.
const SCRIPT: &str = "trap '' HUP INT TERM; \
    read -r end || { kill -s TERM 0; sleep 10; kill -s KILL 0; }";

/// The guard. Dropped, it is gone, and what it has watched lives on.
#[derive(Debug)]
pub(super) struct Watch {
    process: Child,
    /// The process group, for the program.
    pub(super) group: i32,
}

impl Watch {
    /// Starts the guard.
    ///
    /// # Errors
    ///
    /// When there is no shell.
    pub(super) fn start() -> anyhow::Result<Self> {
        let process = Command::new("/bin/sh")
            .args(["-c", SCRIPT])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .context("could not run `/bin/sh`, which ends the program should crmdb be killed")?;
        let group = process
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .context("the guard over the program has no process id")?;
        Ok(Self { process, group })
    }

    /// Ends the guard: the program has ended.
    pub(super) async fn end(mut self) {
        // Its input is still open when it is killed.
        self.process.kill().await.ok();
    }
}
