//! The server's log, and failures in the server's own words.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::env::names;
use crate::error::Failure;

/// A longer log is put aside before a start.
const LIMIT: u64 = 4 << 20;

/// Returns the server's log.
pub(super) fn log_file(home: &Path) -> PathBuf {
    home.join("server.log")
}

/// Opens the log for a server that starts.
pub(super) fn open(home: &Path) -> anyhow::Result<File> {
    let path = log_file(home);
    if std::fs::metadata(&path).is_ok_and(|found| found.len() > LIMIT) {
        let old = path.with_extension("log.old");
        std::fs::rename(&path, &old)
            .with_context(|| format!("could not rename {}", path.display()))?;
    }
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("could not open the log {}", path.display()))
}

/// Returns what was logged after a position, at most the last 16 kB.
pub(super) fn since(home: &Path, from: u64) -> String {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(log_file(home))?;
        let end = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(
            from.max(end.saturating_sub(16 << 10)).min(end),
        ))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    String::from_utf8_lossy(&read().unwrap_or_default()).into_owned()
}

/// Builds the failure of a server program, with a hint for what its words give away, else `hint`.
pub(super) fn failure_of(message: &str, said: String, home: &Path, hint: &str) -> anyhow::Error {
    let hint = if said.contains("No space left on device") {
        format!(
            "The disk of {} is full: make room, or set {} to a folder on another disk.",
            home.display(),
            names::DATA_DIR
        )
    } else if said.contains("could not open file") || said.contains("could not find") {
        "The data folder is damaged: start anew with `crmdb dev reset`, which throws its data away."
            .to_owned()
    } else {
        hint.to_owned()
    };
    Failure::new(message).detail(said).hint(hint).into()
}

/// Returns the last lines that are not empty.
pub(super) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log() {
        assert_eq!(last_lines("a\n\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("a\n", 5), "a");
        assert_eq!(last_lines("", 5), "");
    }

    #[test]
    fn a_full_disk_has_its_own_hint() {
        let said = "FATAL:  could not write: No space left on device".to_owned();
        let error = failure_of("no", said, Path::new("/h"), "Try again.");
        let failure = error.downcast_ref::<Failure>().unwrap();
        assert!(failure.hint.as_ref().unwrap().contains("is full"));
    }
}
