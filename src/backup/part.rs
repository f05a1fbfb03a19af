//! A backup while it is not whole: `FILE.part`, locked, and renamed at the end.
//!
//! The lock is on the file or folder itself, and the program that writes it inherits it: while one
//! of the two lives, nobody else takes the part for a left-over.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::description::{Archive, Description, beside, with_ending};
use crate::error::Failure;

/// The unfinished backup. Dropped, it goes away, unless it was finished.
#[derive(Debug)]
pub struct Part {
    whole: PathBuf,
    path: PathBuf,
    archive: Archive,
    lock: File,
    /// An earlier run had left one, which is gone now.
    pub was_stale: bool,
    finished: bool,
}

impl Part {
    /// Makes the part of the backup `whole`.
    ///
    /// # Errors
    ///
    /// When somebody else is at work on it, or it cannot be made.
    pub fn create(whole: &Path, archive: Archive) -> anyhow::Result<Self> {
        let path = with_ending(whole, ".part");
        let shown = path.display().to_string();
        let was_stale = match fs::symlink_metadata(&path) {
            Ok(metadata) => {
                take_away(&path, metadata.is_dir(), &shown)?;
                true
            }
            Err(_) => false,
        };
        let made = match archive {
            Archive::Custom => OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path),
            Archive::Directory => fs::DirBuilder::new()
                .mode(0o700)
                .create(&path)
                .and_then(|()| File::open(&path)),
        };
        let lock = match made {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(busy(&shown).into());
            }
            Err(error) => {
                return Err(error).with_context(|| format!("could not make `{shown}`"));
            }
        };
        locked(&lock, &shown)?;
        Ok(Self {
            whole: whole.to_path_buf(),
            path,
            archive,
            lock,
            was_stale,
            finished: false,
        })
    }

    /// Where to write.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The lock, for the program that writes.
    ///
    /// # Errors
    ///
    /// When the process has too many files open.
    pub fn lock(&self) -> std::io::Result<File> {
        self.lock.try_clone()
    }

    /// Gives the backup its name, and its description beside it, in place of an older one.
    ///
    /// # Errors
    ///
    /// When a file cannot be written or renamed.
    pub fn finish(mut self, description: &Description) -> anyhow::Result<()> {
        self.close_to_others()
            .with_context(|| format!("could not finish `{}`", self.path.display()))?;
        let json = beside(&self.whole);
        let written = with_ending(&json, ".part");
        let mut text = serde_json::to_vec_pretty(description)
            .expect("a description has string keys and whole numbers");
        text.push(b'\n');
        write(&written, &text)
            .with_context(|| format!("could not write `{}`", written.display()))?;
        self.rename(&written, &json)
            .with_context(|| format!("could not write `{}`", self.whole.display()))?;
        self.finished = true;
        Ok(())
    }

    /// Whatever the umask is: rows of people are in it. The program has synced what it wrote.
    fn close_to_others(&self) -> std::io::Result<()> {
        if self.archive == Archive::Directory {
            for entry in fs::read_dir(&self.path)? {
                fs::set_permissions(entry?.path(), fs::Permissions::from_mode(0o600))?;
            }
        }
        File::open(&self.path)?.sync_all()
    }

    fn rename(&self, written: &Path, json: &Path) -> std::io::Result<()> {
        // An older description would be wrong about the new file.
        if json.exists() {
            fs::remove_file(json)?;
        }
        let old = with_ending(&self.whole, ".replaced");
        let replaces_folder = self.whole.is_dir();
        if replaces_folder {
            // Of a run that was killed just after it had been replaced.
            if old.join("toc.dat").is_file() {
                fs::remove_dir_all(&old)?;
            }
            fs::rename(&self.whole, &old)?;
        } else if self.archive == Archive::Directory && self.whole.exists() {
            fs::remove_file(&self.whole)?;
        }
        fs::rename(&self.path, &self.whole)?;
        fs::rename(written, json)?;
        if replaces_folder {
            fs::remove_dir_all(&old)?;
        }
        match self.whole.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
            _ => File::open(".")?.sync_all(),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.finished {
            drop(remove(&self.path, self.archive == Archive::Directory));
        }
    }
}

fn remove(path: &Path, is_folder: bool) -> std::io::Result<()> {
    if is_folder {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

/// Takes away what a run has left that was killed.
fn take_away(path: &Path, is_folder: bool, shown: &str) -> anyhow::Result<()> {
    let stale = match File::open(path) {
        Ok(file) => file,
        // Its run has just ended.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("could not open `{shown}`")),
    };
    locked(&stale, shown)?;
    let inode = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let held = inode(stale.metadata()?);
    // What is locked may have got its own name meanwhile.
    if fs::symlink_metadata(path).map(inode).ok() == Some(held) {
        remove(path, is_folder).with_context(|| format!("could not remove `{shown}`"))?;
    }
    Ok(())
}

fn locked(file: &File, shown: &str) -> anyhow::Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(busy(shown).into()),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("could not lock `{shown}`"))
        }
    }
}

fn busy(shown: &str) -> Failure {
    Failure::new(format!("another backup is being written to `{shown}`"))
        .detail("A crmdb holds it, or the `pg_dump` of one that was killed.")
        .hint("Wait for it to end, or name another file.")
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.sync_all()
}
