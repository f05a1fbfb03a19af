//! The system user that the server runs as: root's server runs as somebody else.

use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use nix::unistd::{User, getegid, geteuid};

use super::env::{Env, names};
use crate::error::Failure;

/// The users that root's server runs as, first that exists.
const UNPRIVILEGED: [&str; 3] = ["postgres", "_postgres", "nobody"];

/// The system user of a server and of everything in its data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// The user's name, when it is another than the one that runs crmdb.
    switch_to: Option<String>,
}

impl Account {
    /// Returns the user of this process, or for root, whom `initdb` and `postgres` refuse, the
    /// unprivileged one of the machine.
    pub(super) fn of_server() -> anyhow::Result<Self> {
        if !geteuid().is_root() {
            return Ok(Self {
                uid: geteuid().as_raw(),
                gid: getegid().as_raw(),
                switch_to: None,
            });
        }
        for name in UNPRIVILEGED {
            let user = User::from_name(name)
                .with_context(|| format!("could not look up the system user `{name}`"))?;
            if let Some(user) = user.filter(|user| !user.uid.is_root()) {
                return Ok(Self {
                    uid: user.uid.as_raw(),
                    gid: user.gid.as_raw(),
                    switch_to: Some(user.name),
                });
            }
        }
        Err(Failure::new("no system user to run PostgreSQL as")
            .detail("PostgreSQL refuses to run as root, and neither `postgres` nor `nobody` exists")
            .hint("Run crmdb as an ordinary user, or create one: `useradd --system postgres`.")
            .into())
    }

    /// Says whether root runs crmdb and somebody else the server.
    pub(super) fn is_switched(&self) -> bool {
        self.switch_to.is_some()
    }

    /// Returns a command for a server program.
    ///
    /// Of the environment only `PATH` is passed on: the locale, the time zone, `PG*` and whatever
    /// secrets are in there do not belong into a server that outlives this process. `uid` makes
    /// std drop root's supplementary groups as well. The working folder is one that everybody can
    /// enter.
    pub(super) fn command(&self, program: &Path, env: &Env) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").current_dir("/");
        if let Some(path) = env.get(names::PATH) {
            command.env("PATH", path);
        }
        if self.is_switched() {
            command.uid(self.uid).gid(self.gid);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Gives a folder that this process made to the account.
    pub(super) fn give(&self, path: &Path) -> anyhow::Result<()> {
        if self.is_switched() {
            lchown(path, Some(self.uid), Some(self.gid))
                .with_context(|| format!("could not change the owner of {}", path.display()))?;
        }
        Ok(())
    }

    /// Fails when the account cannot enter `folder`, naming the folder above that is closed.
    pub(super) fn can_enter(&self, folder: &Path) -> anyhow::Result<()> {
        let Some(name) = &self.switch_to else {
            return Ok(());
        };
        match self.closed_folder(folder) {
            None => Ok(()),
            Some(closed) => Err(Failure::new(format!(
                "the server's user `{name}` cannot enter `{}`",
                closed.display()
            ))
            .detail(format!(
                "crmdb runs as root; PostgreSQL does not, and needs {}",
                folder.display()
            ))
            .hint(format!(
                "Set {} to a folder that every user can enter, or run crmdb as an ordinary user.",
                names::DATA_DIR
            ))
            .into()),
        }
    }

    fn closed_folder(&self, folder: &Path) -> Option<PathBuf> {
        folder
            .ancestors()
            .filter(|ancestor| {
                std::fs::metadata(ancestor).is_ok_and(|found| {
                    let needed = if found.uid() == self.uid {
                        0o100
                    } else if found.gid() == self.gid {
                        0o010
                    } else {
                        0o001
                    };
                    found.mode() & needed == 0
                })
            })
            .last()
            .map(Path::to_path_buf)
    }
}
