//! One cluster: its home, and what can be done with it.

use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use nix::unistd::geteuid;

use super::account::Account;
use super::create::DATABASE;
use super::env::Env;
use super::folders;
use super::lifecycle::Site;
use super::note::Note;
use super::programs::Programs;
use super::scratch::Watch;
use crate::error::Failure;

/// One data folder, and the server on it.
///
/// Making a value touches nothing on the disk. Every method may be called by several processes at
/// once.
#[derive(Debug)]
pub struct Cluster {
    pub(super) home: PathBuf,
    pub(super) socket: PathBuf,
    pub(super) account: Account,
    pub(super) env: Env,
    pub(super) note: Note,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// A project's own, in the base folder.
    Project { base: PathBuf },
    /// For tests and rehearsals; ends with this process.
    Scratch {
        programs: Programs,
        watch: Mutex<Option<Watch>>,
    },
}

impl Cluster {
    /// Returns the cluster of a project; `None` is the project inside the binary.
    ///
    /// # Errors
    /// When there is no folder for it: no `HOME`, or one that cannot be used.
    pub fn of_project(project_root: Option<&Path>, env: &Env) -> anyhow::Result<Self> {
        let root = project_root.map(real_path);
        let base = real_path(&folders::base(env)?);
        let uid = geteuid().as_raw();
        let home = base.join(folders::home_name(root.as_deref(), uid));
        Ok(Self {
            socket: folders::socket_folder(&home, uid),
            home,
            account: Account::of_server()?,
            env: env.clone(),
            note: Note::of(root.as_deref()),
            kind: Kind::Project { base },
        })
    }

    /// Returns a cluster for tests and rehearsals in a folder of the caller's.
    ///
    /// Its data does not survive a crash. Its server ends, and its files go, when this value is
    /// dropped (which waits for it) or this process ends, even by `kill -9`; see [`Cluster::keep`].
    ///
    /// # Errors
    /// When the folder cannot be made, or there is no user that the server could run as.
    pub fn scratch(folder: &Path, programs: Programs) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("could not make the folder {}", folder.display()))?;
        fs::set_permissions(folder, Permissions::from_mode(0o700))
            .with_context(|| format!("could not set the mode of {}", folder.display()))?;
        let home = real_path(folder);
        Ok(Self {
            socket: folders::socket_folder(&home, geteuid().as_raw()),
            home,
            account: Account::of_server()?,
            env: Env::default(),
            note: Note::scratch(),
            kind: Kind::Scratch {
                programs,
                watch: Mutex::new(None),
            },
        })
    }

    /// Returns the folder that holds everything of this cluster.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Returns the address of a database; the server has `crmdb` from the start.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres:///{}?host={}&user=postgres",
            percent_encoded(database.as_bytes()),
            percent_encoded(self.socket.as_os_str().as_bytes())
        )
    }

    /// Returns the address of the database that is there from the start.
    #[must_use]
    pub fn default_url(&self) -> String {
        self.url(DATABASE)
    }

    /// Lets a scratch server and its files outlive this process, to look at them.
    ///
    /// # Errors
    /// When the process that would end it cannot be told.
    pub fn keep(&self) -> anyhow::Result<()> {
        if let Kind::Scratch { watch, .. } = &self.kind {
            let held = watch.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(watch) = held {
                watch.keep()?;
            }
        }
        Ok(())
    }

    pub(super) fn data_major(&self) -> anyhow::Result<u32> {
        let data = self.site().data();
        let text = fs::read_to_string(data.join("PG_VERSION")).unwrap_or_default();
        text.trim().parse().map_err(|_| {
            Failure::new("the data folder of the embedded server is damaged")
                .detail(format!("{} has no PG_VERSION", data.display()))
                .hint("Start anew with `crmdb dev reset`, which throws its data away.")
                .into()
        })
    }

    pub(super) fn site(&self) -> Site<'_> {
        Site {
            home: &self.home,
            socket: &self.socket,
            account: &self.account,
            env: &self.env,
        }
    }

    pub(super) fn lock_path(&self) -> PathBuf {
        self.home.join("lock")
    }
}

/// Resolves symbolic links as far as the path exists.
fn real_path(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let Ok(real) = ancestor.canonicalize()
            && let Ok(rest) = path.strip_prefix(ancestor)
        {
            // Joining nothing would add a slash, and make another name of it.
            return if rest.as_os_str().is_empty() {
                real
            } else {
                real.join(rest)
            };
        }
    }
    path.to_path_buf()
}

/// Encodes everything but letters, digits and `-._~`.
fn percent_encoded(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_unusual_is_encoded() {
        assert_eq!(percent_encoded(b"/tmp/a b"), "%2Ftmp%2Fa%20b");
        assert_eq!(percent_encoded("é&=%".as_bytes()), "%C3%A9%26%3D%25");
    }

    #[test]
    fn a_path_is_real_as_far_as_it_exists() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        let link = real.join("link");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert_eq!(real_path(&link.join("new/er")), real.join("new/er"));
        assert_eq!(real_path(&link).as_os_str(), real.as_os_str());
    }
}
