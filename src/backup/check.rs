//! Checksums: what the files of a backup are, and whether they still are that.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;

use super::description::{Archive, Description, FileSum};
use crate::error::Failure;
use crate::printer::count;

/// How much is read at a time, between two looks at what else happens.
const PIECE: usize = 1 << 20;

/// Returns the checksums of all files, in the order of their names.
///
/// # Errors
///
/// When one cannot be read.
pub async fn checksums(path: &Path, archive: Archive) -> anyhow::Result<Vec<FileSum>> {
    let mut sums = Vec::new();
    for (name, path) in files(path, archive)? {
        let (bytes, sha256) = digest(&path)
            .await
            .with_context(|| format!("could not read `{}`", path.display()))?;
        sums.push(FileSum {
            name,
            bytes,
            sha256,
        });
    }
    Ok(sums)
}

/// Compares the files of a backup with its description.
///
/// # Errors
///
/// When one is missing, or is not what it was; when there is another one; when one cannot be read.
pub async fn verify(path: &Path, description: &Description) -> anyhow::Result<()> {
    let shown = path.display();
    if path.is_dir() != (description.archive == Archive::Directory) {
        return Err(
            Failure::new(format!("`{shown}` is not what its description says"))
                .hint("Bring the backup and the `.json` beside it back together.")
                .into(),
        );
    }
    let found = checksums(path, description.archive).await?;
    let name = |sum: &FileSum| sum.name.clone().unwrap_or_else(|| shown.to_string());
    let mut wrong = Vec::new();
    for expected in &description.files {
        let what = match found.iter().find(|one| one.name == expected.name) {
            None => "is missing".to_owned(),
            Some(one) if one.bytes != expected.bytes => {
                format!("has {} bytes, not {}", one.bytes, expected.bytes)
            }
            Some(one) if one.sha256 != expected.sha256 => {
                format!("has SHA-256 {}, not {}", one.sha256, expected.sha256)
            }
            Some(_) => continue,
        };
        wrong.push(Failure::new(format!("`{}` {what}", name(expected))));
    }
    for one in &found {
        if !description.files.iter().any(|known| known.name == one.name) {
            wrong.push(Failure::new(format!(
                "`{}` does not belong to it",
                name(one)
            )));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let number = count(wrong.len(), "difference");
    Err(Failure {
        items: wrong,
        ..Failure::new(format!("the backup `{shown}` is damaged: {number}"))
    }
    .hint("Nothing was restored. Take another copy of it, or another backup.")
    .into())
}

fn files(path: &Path, archive: Archive) -> anyhow::Result<Vec<(Option<String>, PathBuf)>> {
    if archive == Archive::Custom {
        return Ok(vec![(None, path.to_path_buf())]);
    }
    let mut files = Vec::new();
    let entries =
        std::fs::read_dir(path).with_context(|| format!("could not read `{}`", path.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        files.push((Some(name), entry.path()));
    }
    files.sort();
    Ok(files)
}

async fn digest(path: &Path) -> std::io::Result<(u64, String)> {
    let mut file = std::fs::File::open(path)?;
    let mut digest = Sha256::new();
    let mut piece = vec![0; PIECE];
    let mut bytes = 0;
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            break;
        }
        bytes += length as u64;
        digest.update(&piece[..length]);
        tokio::task::yield_now().await;
    }
    let hex = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok((bytes, hex))
}
