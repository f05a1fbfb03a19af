//! Starts, stops and removes a cluster.

use std::fs;
use std::path::PathBuf;
use std::sync::PoisonError;

use nix::unistd::geteuid;

use super::cluster::{Cluster, Kind};
use super::create::Creation;
use super::note::{self, Stamp};
use super::postmaster::{Phase, Postmaster};
use super::programs::Programs;
use super::progress::Progress;
use super::scratch::Watch;
use super::search::Search;
use super::{folders, guard, lock};

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

impl Cluster {
    /// Returns a running server: attaches to it, starts it, or creates it first.
    ///
    /// # Errors
    /// With the end of the server's log, when it does not start within a minute.
    pub fn start(&self, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<Running> {
        if let Some(found) = self.attach(progress)? {
            self.watch()?;
            return Ok(self.running(&found, Started::Attached));
        }
        self.make_home()?;
        let _lock = lock::acquire(&self.lock_path(), progress)?;
        self.note.claim(&self.home)?;
        guard::make_private(&self.socket, &self.account)?;
        self.watch()?;
        self.start_locked(progress)
    }

    fn start_locked(&self, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<Running> {
        let site = self.site();
        let claim = loop {
            let Some(found) = Postmaster::of(&site.data())? else {
                match site.claim()? {
                    Some(claim) => break claim,
                    None => continue,
                }
            };
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
        };
        let new = fs::symlink_metadata(site.data()).is_err();
        let programs = if new {
            self.create(progress)?
        } else {
            guard::check_private(&site.data(), &self.account)?;
            self.programs_for_data(progress)?
        };
        let found = site.launch(&programs, claim, progress)?;
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
        if !self.is_there()? {
            return Ok(false);
        }
        note::check_ours(&self.home)?;
        let _lock = lock::acquire(&self.lock_path(), &mut |_| {})?;
        self.stop_locked()
    }

    fn stop_locked(&self) -> anyhow::Result<bool> {
        let site = self.site();
        let mut stopped = false;
        // One that is only just starting shows itself while the claim is waited for.
        loop {
            if let Some(found) = Postmaster::of(&site.data())? {
                site.shut_down(&found)?;
                stopped = true;
            } else if site.claim()?.is_some() {
                return Ok(stopped);
            }
        }
    }

    /// Stops the server and removes everything of the cluster.
    ///
    /// # Errors
    /// When the folder does not carry crmdb's note: then it is not ours to remove.
    pub fn reset(&self) -> anyhow::Result<()> {
        if !self.is_there()? {
            return Ok(());
        }
        note::check_ours(&self.home)?;
        let _lock = lock::acquire(&self.lock_path(), &mut |_| {})?;
        self.stop_locked()?;
        if guard::check_owner(&self.socket, self.account.uid).is_ok() {
            folders::remove(&self.socket)?;
        }
        // The data goes first: what is left when this is killed is still known as ours.
        folders::remove(&self.site().data())?;
        folders::remove(&self.home)
    }

    /// Returns the server without taking the lock, when all is well with it.
    fn attach(&self, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<Option<Postmaster>> {
        if !self.is_there()? {
            return Ok(None);
        }
        let site = self.site();
        let Some(found) = Postmaster::of(&site.data())? else {
            return Ok(None);
        };
        if found.phase != Phase::Ready || !site.answers() {
            return Ok(None);
        }
        guard::check_private(&self.socket, &self.account)?;
        if let Some(stamp) = Stamp::read(&self.home).filter(Stamp::is_outdated) {
            progress(Progress::ProgramsReplaced {
                running: stamp.version,
            });
        }
        Ok(Some(found))
    }

    /// Says whether there is a home, and refuses one that somebody else made.
    pub(super) fn is_there(&self) -> anyhow::Result<bool> {
        if fs::symlink_metadata(&self.home).is_err() {
            return Ok(false);
        }
        guard::check_owner(&self.home, geteuid().as_raw())?;
        Ok(true)
    }

    fn make_home(&self) -> anyhow::Result<()> {
        if let Kind::Project { base } = &self.kind {
            guard::make_base(base)?;
        }
        guard::make_own(&self.home)?;
        self.account.can_enter(&self.home)
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

    fn running(&self, found: &Postmaster, how: Started) -> Running {
        Running {
            pid: found.pid,
            how,
            socket: self.socket.clone(),
        }
    }
}
