//! Finds the project's folder and reads its files: the only input and output of this module.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::check::{self, Listing, Rules};
use super::{Origin, Project, embedded, manifest, seeds};
use crate::error::Failure;
use crate::sql;

impl Project {
    /// Finds the project and reads it: the `explicit` folder or file; else the next
    /// `migrations.toml` from `start` upward; else the copy inside the binary.
    ///
    /// # Errors
    ///
    /// Files that cannot be read, or a [`Failure`] with every violation in them.
    pub fn discover(start: &Path, explicit: Option<&Path>) -> anyhow::Result<Self> {
        match find(start, explicit)? {
            Some(folder) => Self::load(&folder),
            None => Self::embedded(),
        }
    }

    /// Finds the project as [`Project::discover`] does, and reads it without complaint about its
    /// SQL files, for who is about to write them: a file that is still to be filled, or a module
    /// without one, may not keep the next from being made. Files that break the rules may be left
    /// out.
    ///
    /// # Errors
    ///
    /// Files that cannot be read, or a [`Failure`] with every violation in `migrations.toml`.
    pub fn discover_draft(start: &Path, explicit: Option<&Path>) -> anyhow::Result<Self> {
        match find(start, explicit)? {
            Some(folder) => read_folder(&folder, Rules::Manifest),
            None => Self::embedded(),
        }
    }

    /// Reads the project in a folder.
    ///
    /// # Errors
    ///
    /// Files that cannot be read, or a [`Failure`] with every violation in them.
    pub fn load(folder: &Path) -> anyhow::Result<Self> {
        read_folder(folder, Rules::All)
    }

    /// Reads the copy inside the binary.
    ///
    /// # Errors
    ///
    /// A [`Failure`] when the binary was built from a project with violations.
    pub fn embedded() -> anyhow::Result<Self> {
        let listing = embedded::list();
        check::project(
            Origin::Embedded,
            embedded::MANIFEST,
            listing,
            embedded::read,
            Rules::All,
        )
    }

    /// Reads another file of the project, as the snapshot; `path` is relative to the
    /// project's folder, with `/`.
    ///
    /// # Errors
    ///
    /// There is no such file, or it cannot be read.
    pub fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        match &self.origin {
            Origin::Folder(folder) => std::fs::read(folder.join(path)),
            Origin::Embedded => embedded::read(path),
        }
    }
}

/// Returns the folder of the project; `None` is the copy inside the binary.
fn find(start: &Path, explicit: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
    if let Some(explicit) = explicit {
        return Ok(Some(explicit_folder(explicit)?));
    }
    let start = std::path::absolute(start)
        .with_context(|| format!("could not find the folder `{}`", start.display()))?;
    Ok(start
        .ancestors()
        .find(|folder| folder.join(manifest::FILE).is_file())
        .map(Path::to_owned))
}

fn read_folder(folder: &Path, rules: Rules) -> anyhow::Result<Project> {
    let path = folder.join(manifest::FILE);
    let text =
        std::fs::read(&path).with_context(|| format!("could not read `{}`", path.display()))?;
    let text = sql::normalise(text).map_err(|error| {
        let mut failure =
            Failure::new(error.message).at(format_args!("{}:{}", manifest::FILE, error.position));
        failure.hint = error.hint.map(str::to_owned);
        failure
    })?;
    let listing = list(&folder.join("schema"))
        .with_context(|| format!("could not list `{}`", folder.join("schema").display()))?;
    let read = |path: &str| std::fs::read(folder.join(path));
    check::project(
        Origin::Folder(folder.to_owned()),
        &text,
        listing,
        read,
        rules,
    )
}

/// The folder of a project that was named: by itself, or by its `migrations.toml`.
fn explicit_folder(path: &Path) -> anyhow::Result<PathBuf> {
    let is_file = path.file_name() == Some(OsStr::new(manifest::FILE));
    if path.join(manifest::FILE).is_file() {
        return Ok(path.to_owned());
    }
    if is_file && path.is_file() {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        return Ok(folder.unwrap_or(Path::new(".")).to_owned());
    }
    let failure = if is_file {
        Failure::new(format!("no file `{}`", path.display()))
    } else {
        Failure::new(format!("no `{}` in `{}`", manifest::FILE, path.display()))
    };
    Err(failure
        .hint("Name a folder with a `migrations.toml`, or that file.")
        .into())
}

/// Lists `schema/`: its own files, and each folder with its entries. No `schema/` is an empty one.
fn list(schema: &Path) -> io::Result<Listing> {
    let mut listing = Listing::default();
    let top = match entries(schema) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(listing),
        top => top?,
    };
    for entry in top {
        if entry.is_folder {
            let folder = schema.join(&entry.name);
            let inner = entries(&folder)?;
            if inner.iter().any(|entry| entry.is(seeds::FOLDER)) {
                let seeds = entries(&folder.join(seeds::FOLDER))?;
                listing.seeds.push((entry.name.clone(), seeds));
            }
            listing.folders.push((entry.name, inner));
        } else {
            listing.files.push(entry.name);
        }
    }
    Ok(listing)
}

fn entries(folder: &Path) -> io::Result<Vec<check::Entry>> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        // A link counts as what it leads to; one that leads nowhere as a file that cannot be read.
        let is_folder = kind.is_dir() || kind.is_symlink() && entry.path().is_dir();
        entries.push(check::Entry {
            name: entry.file_name().to_string_lossy().into_owned(),
            is_folder,
        });
    }
    entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}
