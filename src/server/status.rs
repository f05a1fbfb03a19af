//! What is there of a cluster.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::cluster::Cluster;
use super::folders;
use super::note::Stamp;
use super::postmaster::Postmaster;

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
    /// Returns what is there, without changing or waiting for anything.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn status(&self) -> anyhow::Result<Status> {
        let data = self.site().data();
        if !self.is_there()? || fs::symlink_metadata(&data).is_err() {
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
}
