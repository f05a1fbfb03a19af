//! Ends the server of a scratch cluster when the process that wanted it is gone.
//!
//! A test that is killed runs no clean-up code. So a small shell waits at the other end of a pipe
//! that only this process holds: the kernel closes it, however the process ends, and the shell
//! stops the server and removes its files. It has a process group of its own, so that Ctrl-C at the
//! terminal does not end it first.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};

use anyhow::Context;

/// `$1` is the home, `$2` the socket's folder. Only names that crmdb gives are removed, and the home
/// itself only when nothing else is in it. The process number is read when it is needed: a server
/// that was stopped before has no such file, so nobody else's process is hit.
const SCRIPT: &str = r#"
read -r answer
[ "$answer" = keep ] && exit 0
cd / || exit 1
tries=0
while [ -e "$1/data/postmaster.pid" ] && [ "$tries" -lt 100 ]; do
    [ "$tries" -eq 0 ] && kill -INT "$(head -n 1 "$1/data/postmaster.pid")" 2>/dev/null
    tries=$((tries + 1))
    sleep 0.1
done
rm -rf "$1/data" "$1"/data.new-* "$2" "$1/server.log" "$1/server.log.old"
rm -f "$1/lock" "$1/crmdb-cluster.toml" "$1/crmdb-programs.toml"
rmdir "$1" 2>/dev/null
exit 0
"#;

/// The end of the pipe that this process holds.
#[derive(Debug)]
pub(super) struct Watch(ChildStdin);

impl Watch {
    /// Starts the shell.
    pub(super) fn begin(home: &Path, socket: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "crmdb-scratch"])
            .args([home, socket])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("could not run /bin/sh, which ends scratch servers")?;
        let stdin = child.stdin.take().context("the shell has no stdin")?;
        Ok(Self(stdin))
    }

    /// Lets the server and its files outlive this process.
    pub(super) fn keep(mut self) -> anyhow::Result<()> {
        self.0
            .write_all(b"keep\n")
            .context("could not tell the shell to keep the scratch server")
    }
}
