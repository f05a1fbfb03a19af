//! One cluster: its home, and what can be done with it.

use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use nix::unistd::geteuid;

use super::account::Account;
use super::create::{Creation, DATABASE};
use super::env::Env;
use super::lifecycle::Site;
use super::note::{Note, Stamp};
use super::postmaster::{Phase, Postmaster};
use super::programs::{Programs, Search};
use super::progress::Progress;
use super::scratch::Watch;
use super::{folders, lock};
use crate::error::Failure;

/// One data folder, and the server on it.
///
/// Making a value touches nothing on the disk. Every method may be called by several processes at
/// once.
#[derive(Debug)]
pub struct Cluster {
    home: PathBuf,
    socket: PathBuf,
    account: Account,
    env: Env,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// A project's own, in the base folder.
    Project { base: PathBuf, note: Note },
    /// For tests and rehearsals; ends with this process.
    Scratch {
        programs: Programs,
        watch: Mutex<Option<Watch>>,
    },
}

/// A server that takes connections. Dropping it does nothing.
#[derive(Clone, Debug)]
pub struct Running {
    /// The server's process.
    pub pid: i32,
    /// What it took to get it.
    pub how: Started,
    /// The folder of its socket.
    pub socket: PathBuf,
}

/// What it took to get a running server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It was running.
    Attached,
    /// It was started on its existing data.
    Started,
    /// Its data folder was created.
    Created,
}

/// What is there of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// No data folder.
    Absent,
    /// A data folder without a server.
    Stopped {
        /// The major version that the data belongs to; none when the folder is damaged.
        major: Option<u32>,
        /// The size of the data folder in bytes.
        size: u64,
    },
    /// A server runs.
    Running {
        /// Its process.
        pid: i32,
        /// The full version of the programs that it was started with, where known.
        version: Option<String>,
        /// The folder of its socket.
        socket: PathBuf,
        /// When it was started.
        started: SystemTime,
        /// The size of the data folder in bytes.
        size: u64,
        /// The programs on the disk are no longer those that run: it should be restarted.
        programs_replaced: bool,
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
            kind: Kind::Project {
                base,
                note: Note::of(root.as_deref()),
            },
        })
    }

    /// Returns a cluster for tests and rehearsals in a folder of the caller's.
    ///
    /// Its data does not survive a crash. Its server ends, and its files go, when this value is
    /// dropped or this process ends, even by `kill -9`; see [`Cluster::keep`].
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

    /// Returns a running server: attaches to it, starts it, or creates it first.
    ///
    /// # Errors
    /// With the end of the server's log, when it does not start within a minute.
    pub fn start(&self, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<Running> {
        if self.note_path().is_file()
            && let Some(found) = self.attach(progress)?
        {
            self.watch()?;
            return Ok(self.running(&found, Started::Attached));
        }
        self.make_home()?;
        let _lock = lock::acquire(&self.lock_path(), progress)?;
        self.claim()?;
        folders::make_private(&self.socket, &self.account)?;
        self.watch()?;
        self.start_locked(progress)
    }

    fn start_locked(&self, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<Running> {
        let site = self.site();
        while let Some(found) = Postmaster::of(&site.data())? {
            match found.phase {
                Phase::Ready if site.answers() => {
                    return Ok(self.running(&found, Started::Attached));
                }
                Phase::Ready => {
                    progress(Progress::SocketLost);
                    site.shut_down(&found)?;
                }
                Phase::Starting => {
                    let found = site.wait_for(found.pid, progress)?;
                    return Ok(self.running(&found, Started::Attached));
                }
                Phase::Stopping => site.wait_gone(&found)?,
            }
        }
        let new = fs::symlink_metadata(site.data()).is_err();
        let programs = if new {
            self.create(progress)?
        } else {
            folders::check_private(&site.data(), &self.account)?;
            self.programs_for_data(progress)?
        };
        let found = site.launch(&programs, progress)?;
        Stamp::of(&programs)?.write(&self.home)?;
        let how = if new {
            Started::Created
        } else {
            Started::Started
        };
        Ok(self.running(&found, how))
    }

    fn create(&self, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<Programs> {
        let (programs, scratch) = match &self.kind {
            Kind::Project { .. } => (Programs::find(&self.env, progress)?, false),
            Kind::Scratch { programs, .. } => (programs.clone(), true),
        };
        progress(Progress::Creating {
            version: programs.version.full.clone(),
            folder: self.home.clone(),
        });
        Creation {
            home: &self.home,
            account: &self.account,
            env: &self.env,
            programs: &programs,
            scratch,
        }
        .run()?;
        Ok(programs)
    }

    /// Shuts the server down; says whether it was running.
    ///
    /// # Errors
    /// When it does not end within a minute.
    pub fn stop(&self) -> anyhow::Result<bool> {
        if !self.note_path().is_file() {
            return Ok(false);
        }
        let _lock = lock::acquire(&self.lock_path(), &mut |_| {})?;
        self.stop_locked()
    }

    fn stop_locked(&self) -> anyhow::Result<bool> {
        let site = self.site();
        let Some(found) = Postmaster::of(&site.data())? else {
            return Ok(false);
        };
        site.shut_down(&found)?;
        Ok(true)
    }

    /// Returns what is there, without changing or waiting for anything.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn status(&self) -> anyhow::Result<Status> {
        let data = self.site().data();
        if fs::symlink_metadata(&data).is_err() {
            return Ok(Status::Absent);
        }
        let size = folders::size(&data);
        let Some(found) = Postmaster::of(&data)? else {
            return Ok(Status::Stopped {
                major: self.data_major().ok(),
                size,
            });
        };
        let stamp = Stamp::read(&self.home);
        Ok(Status::Running {
            pid: found.pid,
            socket: self.socket.clone(),
            started: UNIX_EPOCH + Duration::from_secs(found.started),
            size,
            programs_replaced: stamp.as_ref().is_some_and(Stamp::is_outdated),
            version: stamp.map(|stamp| stamp.version),
        })
    }

    /// Stops the server and removes everything of the cluster.
    ///
    /// # Errors
    /// When the folder does not carry crmdb's note: then it is not ours to remove.
    pub fn reset(&self) -> anyhow::Result<()> {
        if fs::symlink_metadata(&self.home).is_err() {
            return Ok(());
        }
        folders::check_owner(&self.home, geteuid().as_raw())?;
        if !self.note_path().is_file() {
            return Err(self.not_ours());
        }
        let _lock = lock::acquire(&self.lock_path(), &mut |_| {})?;
        self.stop_locked()?;
        if folders::check_owner(&self.socket, self.account.uid).is_ok() {
            folders::remove(&self.socket)?;
        }
        // The note goes with the folder, last of all: what is killed on the way can be repeated.
        folders::remove(&self.site().data())?;
        folders::remove(&self.home)
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

    /// Returns the server without taking the lock, when all is well with it.
    fn attach(&self, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<Option<Postmaster>> {
        folders::check_owner(&self.home, geteuid().as_raw())?;
        let site = self.site();
        let Some(found) = Postmaster::of(&site.data())? else {
            return Ok(None);
        };
        if found.phase != Phase::Ready || !site.answers() {
            return Ok(None);
        }
        folders::check_private(&self.socket, &self.account)?;
        if let Some(stamp) = Stamp::read(&self.home).filter(Stamp::is_outdated) {
            progress(Progress::ProgramsReplaced {
                running: stamp.version,
            });
        }
        Ok(Some(found))
    }

    fn make_home(&self) -> anyhow::Result<()> {
        if let Kind::Project { base, .. } = &self.kind {
            folders::make_base(base)?;
        }
        folders::make_own(&self.home)?;
        self.account.can_enter(&self.home)
    }

    /// Writes the note into a home that is new, and refuses one that is somebody else's.
    fn claim(&self) -> anyhow::Result<()> {
        if self.note_path().is_file() {
            return Ok(());
        }
        let entries = fs::read_dir(&self.home)
            .with_context(|| format!("could not read {}", self.home.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("could not read {}", self.home.display()))?;
            // What a crmdb leaves that was killed just here.
            if entry.file_name() != "lock" && entry.file_name() != super::note::UNWRITTEN {
                return Err(self.not_ours());
            }
        }
        match &self.kind {
            Kind::Project { note, .. } => note.write(&self.home),
            Kind::Scratch { .. } => Note::scratch().write(&self.home),
        }
    }

    fn not_ours(&self) -> anyhow::Error {
        Failure::new(format!(
            "`{}` is not a folder of crmdb's",
            self.home.display()
        ))
        .detail(format!("it has no {}", super::note::FILE))
        .hint("Look into it, and move it away if nobody needs it.")
        .into()
    }

    /// Starts what ends the scratch server together with this process.
    fn watch(&self) -> anyhow::Result<()> {
        if let Kind::Scratch { watch, .. } = &self.kind {
            let mut held = watch.lock().unwrap_or_else(PoisonError::into_inner);
            if held.is_none() {
                *held = Some(Watch::begin(&self.home, &self.socket)?);
            }
        }
        Ok(())
    }

    fn programs_for_data(&self, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<Programs> {
        let major = self.data_major()?;
        match &self.kind {
            Kind::Project { .. } => Search::new(&self.env)?.of_major(major, progress),
            Kind::Scratch { programs, .. } => Ok(programs.clone()),
        }
    }

    fn data_major(&self) -> anyhow::Result<u32> {
        let data = self.site().data();
        let text = fs::read_to_string(data.join("PG_VERSION")).unwrap_or_default();
        text.trim().parse().map_err(|_| {
            Failure::new("the data folder of the embedded server is damaged")
                .detail(format!("{} has no PG_VERSION", data.display()))
                .hint("Start anew with `crmdb dev reset`, which throws its data away.")
                .into()
        })
    }

    fn site(&self) -> Site<'_> {
        Site {
            home: &self.home,
            socket: &self.socket,
            account: &self.account,
            env: &self.env,
        }
    }

    fn running(&self, found: &Postmaster, how: Started) -> Running {
        Running {
            pid: found.pid,
            how,
            socket: self.socket.clone(),
        }
    }

    fn note_path(&self) -> PathBuf {
        self.home.join(super::note::FILE)
    }

    fn lock_path(&self) -> PathBuf {
        self.home.join("lock")
    }
}

/// Resolves symbolic links as far as the path exists.
fn real_path(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let Ok(real) = ancestor.canonicalize()
            && let Ok(rest) = path.strip_prefix(ancestor)
        {
            return real.join(rest);
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
        assert_eq!(real_path(&link), real);
    }
}
