//! The file lock that every process of a server holds by being there.
//!
//! `postmaster.pid` says nothing in the first moments of a server, and wrong things after a kill. A
//! server that crmdb started has this file, locked, as its standard input, and so have the processes
//! that it starts: the kernel gives the lock back when the last of them has ended. Who gets it knows
//! that nobody works in the data folder, whatever the files there say.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Stdio;

use anyhow::Context;

/// The right to start a server in a home: no process of an earlier one is left.
#[derive(Debug)]
pub(super) struct Claim(File);

impl Claim {
    /// Takes the claim; none while a process of a server holds it.
    pub(super) fn take(home: &Path) -> anyhow::Result<Option<Self>> {
        let path = home.join("running");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("could not open the lock {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("could not lock {}", path.display()))
            }
        }
    }
}

impl From<Claim> for Stdio {
    fn from(claim: Claim) -> Self {
        Self::from(claim.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_process_holds_it_until_it_ends() {
        let home = tempfile::tempdir().unwrap();
        let claim = Claim::take(home.path()).unwrap().expect("free");
        let mut child = Command::new("/bin/sleep")
            .arg("1000")
            .stdin(claim)
            .spawn()
            .unwrap();
        assert!(Claim::take(home.path()).unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(Claim::take(home.path()).unwrap().is_some());
    }
}
