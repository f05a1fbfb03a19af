//! From a data folder to a server that takes connections, and back.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::account::Account;
use super::claim::Claim;
use super::env::Env;
use super::log::{self, failure_of, last_lines, log_file};
use super::postmaster::{Phase, Postmaster, is_alive, is_server_of};
use super::programs::Programs;
use super::progress::Progress;
use super::{folders, stale};
use crate::error::Failure;

const PAUSE: Duration = Duration::from_millis(5);
const LIMIT: Duration = Duration::from_secs(60);
const TELL_AFTER: Duration = Duration::from_secs(2);

/// One server: its folders, and the user that it runs as.
pub(super) struct Site<'a> {
    pub(super) home: &'a Path,
    pub(super) socket: &'a Path,
    pub(super) account: &'a Account,
    pub(super) env: &'a Env,
}

impl Site<'_> {
    pub(super) fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// Says whether somebody takes connections on the socket.
    pub(super) fn answers(&self) -> bool {
        UnixStream::connect(folders::socket_file(self.socket)).is_ok()
    }

    /// Starts the server and waits until it takes connections.
    ///
    /// The claim is what shows that no process of an earlier server is left; the new one keeps it.
    pub(super) fn launch(
        &self,
        programs: &Programs,
        claim: Claim,
        progress: &mut dyn FnMut(Progress),
    ) -> anyhow::Result<Postmaster> {
        stale::disown(&self.data(), self.socket)?;
        let mut log = log::open(self.home)?;
        let from = log
            .seek(SeekFrom::End(0))
            .context("could not read the log")?;
        let mut child = self.spawn(programs, claim, log)?;
        self.wait_ready(from, progress, |data| {
            // An error means that somebody else has reaped it.
            let ended = child.try_wait().map_or(true, |status| status.is_some());
            let found = Postmaster::recorded(data)?;
            Ok((ended, found.filter(|found| is_pid(&child, found.pid))))
        })
    }

    /// Waits for a server that another process has started.
    pub(super) fn wait_for(
        &self,
        pid: i32,
        progress: &mut dyn FnMut(Progress),
    ) -> anyhow::Result<Postmaster> {
        let log = std::fs::metadata(log_file(self.home)).map_or(0, |found| found.len());
        self.wait_ready(log, progress, |data| {
            let found = Postmaster::recorded(data)?.filter(|found| found.pid == pid);
            Ok((!is_alive(pid), found))
        })
    }

    /// Polls until the server says that it is ready, has ended, or the time is over.
    fn wait_ready(
        &self,
        log_from: u64,
        progress: &mut dyn FnMut(Progress),
        mut look: impl FnMut(&Path) -> anyhow::Result<(bool, Option<Postmaster>)>,
    ) -> anyhow::Result<Postmaster> {
        let begin = Instant::now();
        let data = self.data();
        let mut told = false;
        loop {
            let (ended, found) = look(&data)?;
            if ended {
                return Err(self.did_not_start(log_from));
            }
            match found {
                Some(found) if found.phase == Phase::Ready && self.answers() => return Ok(found),
                _ => {}
            }
            if !told && begin.elapsed() > TELL_AFTER {
                let log = log::since(self.home, log_from);
                let recovering = log.contains("was not properly shut down")
                    || log.contains("database system was interrupted");
                progress(Progress::StillStarting { recovering });
                told = true;
            }
            if begin.elapsed() > LIMIT {
                return Err(self.is_slow(log_from));
            }
            thread::sleep(PAUSE);
        }
    }

    /// Waits until no process of a server is left, and returns the right to start one; nothing, when
    /// there is a server after all.
    pub(super) fn claim(&self) -> anyhow::Result<Option<Claim>> {
        let begin = Instant::now();
        loop {
            if let Some(claim) = Claim::take(self.home)? {
                return Ok(Some(claim));
            }
            if Postmaster::of(&self.data())?.is_some() {
                return Ok(None);
            }
            if begin.elapsed() > LIMIT {
                let log = last_lines(&log::since(self.home, 0), 12);
                let message = format!(
                    "processes of the embedded server still run after {} s, without the server itself",
                    LIMIT.as_secs()
                );
                let hint = "End them, if they do not end by themselves: \
                    their names begin with `postgres`.";
                return Err(failure_of(&message, log, self.home, hint));
            }
            thread::sleep(PAUSE);
        }
    }

    /// The server must outlive crmdb: a process group of its own keeps Ctrl-C at the terminal from
    /// it, and it writes to the log only. Its standard input, which it never reads, is the claim.
    fn spawn(&self, programs: &Programs, claim: Claim, log: File) -> anyhow::Result<Child> {
        let program = programs.postgres();
        let errors = log.try_clone().context("could not open the log twice")?;
        let mut sockets = std::ffi::OsString::from("unix_socket_directories=");
        sockets.push(quoted(self.socket));
        self.account
            .command(&program, self.env)
            .arg("-D")
            .arg(self.data())
            .arg("-c")
            .arg(sockets)
            .args(["-c", "listen_addresses="])
            .args(["-c", "port=5432"])
            .args(["-c", "unix_socket_permissions=0700"])
            .args(["-c", "logging_collector=off"])
            .args(["-c", "log_destination=stderr"])
            .args(["-c", &format!("cluster_name={}", self.cluster_name())])
            .stdin(claim)
            .stdout(Stdio::from(log))
            .stderr(Stdio::from(errors))
            .process_group(0)
            .spawn()
            .with_context(|| format!("could not run {}", program.display()))
    }

    fn cluster_name(&self) -> String {
        let name = self.home.file_name().unwrap_or_default().to_string_lossy();
        let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        format!("crmdb-{}", name.chars().filter(plain).collect::<String>())
    }

    /// Shuts the server down fast: clients are disconnected, everything is written.
    pub(super) fn shut_down(&self, running: &Postmaster) -> anyhow::Result<()> {
        if running.phase != Phase::Stopping {
            // A server that ended in between is what was wanted.
            let _ = kill(Pid::from_raw(running.pid), Signal::SIGINT);
        }
        self.wait_gone(running)
    }

    /// Waits until a server has ended.
    pub(super) fn wait_gone(&self, running: &Postmaster) -> anyhow::Result<()> {
        let begin = Instant::now();
        while is_server_of(running.pid, &self.data()) {
            if begin.elapsed() > LIMIT {
                let log = last_lines(&log::since(self.home, 0), 12);
                let message = format!(
                    "the server (process {}) does not stop within {} s",
                    running.pid,
                    LIMIT.as_secs()
                );
                let hint =
                    "Wait and try again: it has much to write, or a process that does not end.";
                return Err(failure_of(&message, log, self.home, hint));
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn did_not_start(&self, log_from: u64) -> anyhow::Error {
        let said = last_lines(&log::since(self.home, log_from), 12);
        let hint = format!(
            "The whole log is {}; `crmdb dev reset` starts anew and throws the data away.",
            log_file(self.home).display()
        );
        failure_of("the embedded server did not start", said, self.home, &hint)
    }

    fn is_slow(&self, log_from: u64) -> anyhow::Error {
        Failure::new(format!(
            "the embedded server is not ready after {} s",
            LIMIT.as_secs()
        ))
        .detail(last_lines(&log::since(self.home, log_from), 12))
        .hint("It goes on by itself: try again in a minute.")
        .into()
    }
}

fn is_pid(child: &Child, pid: i32) -> bool {
    i32::try_from(child.id()).is_ok_and(|own| own == pid)
}

/// Quotes a folder as an entry of a list setting: it may have spaces and commas.
fn quoted(folder: &Path) -> std::ffi::OsString {
    use std::os::unix::ffi::OsStringExt;
    let mut bytes = vec![b'"'];
    for byte in folder.as_os_str().as_bytes() {
        if *byte == b'"' {
            bytes.push(b'"');
        }
        bytes.push(*byte);
    }
    bytes.push(b'"');
    std::ffi::OsString::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_in_a_list_setting() {
        assert_eq!(quoted(Path::new("/a b,c")), "\"/a b,c\"");
        assert_eq!(quoted(Path::new("/a\"b")), "\"/a\"\"b\"");
    }
}
