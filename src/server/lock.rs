//! The file lock around creating, starting, stopping and removing one cluster.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::progress::Progress;
use crate::error::Failure;

const PAUSE: Duration = Duration::from_millis(10);
const LIMIT: Duration = Duration::from_secs(300);

/// Takes the lock of `path` and holds it until the file is closed.
///
/// The kernel gives it back when its holder dies. A file that was removed while this process waited
/// locks nothing any more, so the wait begins again on the new one.
pub(super) fn acquire(path: &Path, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<File> {
    let begin = Instant::now();
    let mut told = false;
    loop {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .with_context(|| format!("could not open the lock {}", path.display()))?;
        match file.try_lock() {
            Ok(()) if is_at(&file, path)? => return Ok(file),
            Ok(()) => continue,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("could not lock {}", path.display()));
            }
        }
        if !told {
            progress(Progress::WaitingForLock);
            told = true;
        }
        if begin.elapsed() > LIMIT {
            return Err(Failure::new("another crmdb works on the embedded server")
                .detail(format!("{} is locked", path.display()))
                .hint("Wait for it, or end it: a lock ends with the process that holds it.")
                .into());
        }
        thread::sleep(PAUSE);
    }
}

fn is_at(file: &File, path: &Path) -> anyhow::Result<bool> {
    let held = file.metadata().context("could not read the lock")?;
    match std::fs::symlink_metadata(path) {
        Ok(found) => Ok((held.dev(), held.ino()) == (found.dev(), found.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("could not read {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_lock_is_taken_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = acquire(&path, &mut |_| {}).unwrap();
        let second = thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let mut told = Vec::new();
                let file = acquire(&path, &mut |what| told.push(what)).unwrap();
                (file, told)
            });
            thread::sleep(Duration::from_millis(50));
            std::fs::remove_file(&path).unwrap();
            drop(first);
            waiting.join().unwrap()
        });
        assert!(is_at(&second.0, &path).unwrap());
        assert!(second.1.len() <= 1);
    }
}
