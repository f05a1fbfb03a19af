//! Ends the server of a scratch cluster when the process that wanted it is gone.
//!
//! A test that is killed runs no clean-up code. So a small shell waits at the other end of a pipe
//! that only this process holds: the kernel closes it, however the process ends, and the shell
//! stops the server and removes its files. It has a process group of its own, so that Ctrl-C at the
//! terminal does not end it first.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::Context;

/// `$1` is the home, `$2` the socket's folder. Only names that crmdb gives are removed, and the home
/// itself only when nothing else is in it. The process number is read when it is needed: a server
/// that was stopped before has no such file, so nobody else's process is hit.
const SCRIPT: &str = r#"
read -r answer
[ "$answer" = keep ] && exit 0
cd / || exit 1
tries=0
while [ -e "$1/data/postmaster.pid" ] && [ "$tries" -lt 500 ]; do
    [ "$tries" -eq 0 ] && kill -INT "$(head -n 1 "$1/data/postmaster.pid")" 2>/dev/null
    tries=$((tries + 1))
    sleep 0.02 || sleep 1
done
rm -rf "$1/data" "$1"/data.new-* "$2" "$1/server.log" "$1/server.log.old"
rm -f "$1/lock" "$1/running" "$1/crmdb-cluster.toml" "$1/crmdb-programs.toml"
rmdir "$1" 2>/dev/null
exit 0
"#;

/// The shell, with the end of the pipe that this process holds. Dropping it ends the server, and
/// waits for that.
#[derive(Debug)]
pub(super) struct Watch(Child);

impl Watch {
    /// Starts the shell.
    pub(super) fn begin(home: &Path, socket: &Path) -> anyhow::Result<Self> {
        let child = Command::new("/bin/sh")
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
        Ok(Self(child))
    }

    /// Lets the server and its files outlive this process.
    pub(super) fn keep(mut self) -> anyhow::Result<()> {
        let told = match &mut self.0.stdin {
            Some(pipe) => pipe.write_all(b"keep\n"),
            None => Ok(()),
        };
        told.context("could not tell the shell to keep the scratch server")
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // `wait` closes the pipe first. There is nobody to tell a failure to.
        let _ = self.0.wait();
    }
}
