//! What `postmaster.pid` says, and whether its process is really the server of that data folder.

use std::io;
use std::path::Path;

use anyhow::Context;
use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

/// How far a server is, by its own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Starting, or recovering after a crash.
    Starting,
    /// Accepts connections.
    Ready,
    /// Shutting down.
    Stopping,
}

/// The lines of `postmaster.pid` that matter here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Postmaster {
    pub(super) pid: i32,
    /// When it started, in seconds since 1970.
    pub(super) started: u64,
    pub(super) phase: Phase,
}

impl Postmaster {
    /// Reads the server of a data folder; none when nothing runs there.
    ///
    /// The file alone proves nothing: after a crash or a reboot it names a process that is gone, or
    /// by now a process of somebody else.
    pub(super) fn of(data: &Path) -> anyhow::Result<Option<Self>> {
        Ok(match Self::recorded(data)? {
            Some(found) if is_server_of(found.pid, data) => Some(found),
            _ => None,
        })
    }

    /// Reads what the file says, true or not.
    pub(super) fn recorded(data: &Path) -> anyhow::Result<Option<Self>> {
        let path = data.join("postmaster.pid");
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Self::parse(&String::from_utf8_lossy(&bytes))),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error).with_context(|| format!("could not read {}", path.display())),
        }
    }

    /// Reads: process, data folder, start time, port, socket folder, address, memory key, status.
    /// The server writes the later lines while it starts; without a process there is nothing.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok().filter(|pid| *pid > 1)?;
        let started = lines.nth(1).and_then(|line| line.trim().parse().ok());
        let phase = match lines.nth(4).map(str::trim) {
            Some("ready") => Phase::Ready,
            Some("stopping") => Phase::Stopping,
            _ => Phase::Starting,
        };
        Some(Self {
            pid,
            started: started.unwrap_or(0),
            phase,
        })
    }
}

/// Says whether a process is there. Reaps it when it is a child of this process that has ended:
/// a zombie looks alive.
pub(super) fn is_alive(pid: i32) -> bool {
    let pid = Pid::from_raw(pid);
    // Fails with ECHILD for a process that is not a child of this one: not of interest here.
    let _ = waitpid(pid, Some(WaitPidFlag::WNOHANG));
    !matches!(kill(pid, None), Err(Errno::ESRCH))
}

/// Says whether the process is a server that was started on this data folder.
pub(super) fn is_server_of(pid: i32, data: &Path) -> bool {
    is_alive(pid) && command_line_names(pid, data)
}

/// crmdb always starts servers as `postgres -D <data> …`, and the postmaster keeps that line.
#[cfg(target_os = "linux")]
fn command_line_names(pid: i32, data: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    std::fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| {
        line.split(|byte| *byte == 0)
            .any(|argument| argument == data.as_os_str().as_bytes())
    })
}

#[cfg(not(target_os = "linux"))]
fn command_line_names(pid: i32, data: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    std::process::Command::new("/bin/ps")
        .args(["-ww", "-o", "command=", "-p", &pid.to_string()])
        .output()
        .is_ok_and(|output| {
            let data = data.as_os_str().as_bytes();
            output.stdout.windows(data.len()).any(|part| part == data)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str =
        "4242\n/var/x/data\n1763669999\n5432\n/var/x/socket\n\n  123 456\nready   \n";

    #[test]
    fn the_whole_file() {
        assert_eq!(
            Postmaster::parse(FILE),
            Some(Postmaster {
                pid: 4242,
                started: 1_763_669_999,
                phase: Phase::Ready
            })
        );
    }

    #[test]
    fn a_file_being_written() {
        for (text, phase) in [
            ("4242\n/d\n17\n5432\n/s\n\n", Phase::Starting),
            (
                "4242\n/d\n17\n5432\n/s\n\n 1 2\nstarting\n",
                Phase::Starting,
            ),
            (
                "4242\n/d\n17\n5432\n/s\n\n 1 2\nstopping\n",
                Phase::Stopping,
            ),
        ] {
            assert_eq!(Postmaster::parse(text).unwrap().phase, phase, "{text:?}");
        }
    }

    #[test]
    fn nonsense_is_nobody() {
        // 1 and below would signal init, a process group, or everything.
        for text in ["", "\n", "x\n", "0\n", "-1\n", "1\n", "99999999999999\n"] {
            assert_eq!(Postmaster::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_foreign_process_is_not_the_server() {
        let folder = tempfile::tempdir().unwrap();
        let pid = std::process::id();
        std::fs::write(folder.path().join("postmaster.pid"), format!("{pid}\n")).unwrap();
        assert!(Postmaster::recorded(folder.path()).unwrap().is_some());
        assert_eq!(Postmaster::of(folder.path()).unwrap(), None);
    }
}
