//! The shipped project, as a copy inside the binary.

use std::io;

use include_dir::{Dir, DirEntry, include_dir};

use super::check::{Entry, Listing};
use super::seeds;

/// Nothing of it is looked at before it is asked for: it costs no time at start.
static SCHEMA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schema");

/// The shipped `migrations.toml`.
pub(super) static MANIFEST: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations.toml"));

/// Lists the shipped `schema/`.
pub(super) fn list() -> Listing {
    let mut listing = Listing::default();
    for entry in SCHEMA.entries() {
        match entry {
            DirEntry::Dir(folder) => {
                let is_seeds = |inner: &&DirEntry<'_>| name(inner) == seeds::FOLDER;
                let seeds = folder.entries().iter().find(is_seeds);
                if let Some(seeds) = seeds.and_then(DirEntry::as_dir) {
                    listing.seeds.push((name(entry), entries(seeds)));
                }
                listing.folders.push((name(entry), entries(folder)));
            }
            DirEntry::File(_) => listing.files.push(name(entry)),
        }
    }
    listing
}

/// Reads a shipped file; `path` is relative to the project's folder.
pub(super) fn read(path: &str) -> io::Result<Vec<u8>> {
    let mut folder = &SCHEMA;
    let mut parts = path
        .strip_prefix("schema/")
        .unwrap_or_default()
        .split('/')
        .peekable();
    while let Some(part) = parts.next() {
        let found = folder
            .entries()
            .iter()
            .find(|entry| entry.path().file_name().is_some_and(|name| name == part));
        match found {
            Some(DirEntry::Dir(inner)) => folder = inner,
            Some(DirEntry::File(file)) if parts.peek().is_none() => {
                return Ok(file.contents().to_vec());
            }
            _ => break,
        }
    }
    Err(io::Error::from(io::ErrorKind::NotFound))
}

fn entries(folder: &Dir<'_>) -> Vec<Entry> {
    let entry = |entry: &DirEntry<'_>| Entry {
        name: name(entry),
        is_folder: entry.as_dir().is_some(),
    };
    folder.entries().iter().map(entry).collect()
}

fn name(entry: &DirEntry<'_>) -> String {
    let name = entry.path().file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
