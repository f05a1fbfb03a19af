//! The file beside a backup that says what it is.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::error::Failure;

/// Version of the description.
const FORMAT_VERSION: u32 = 1;

/// How the custom format begins.
const MAGIC: &[u8; 5] = b"PGDMP";

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Everything.
    Full,
    /// All definitions, and the rows of the ledger: it must be true of what is restored.
    Schema,
    /// All rows but those of the ledger.
    Data,
}

impl Kind {
    /// The word for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Schema => "schema-only",
            Self::Data => "data-only",
        }
    }
}

/// The format of `pg_dump`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Archive {
    /// One file.
    Custom,
    /// A folder with a file for each table.
    Directory,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    /// Its name within the folder; absent where the backup is one file.
    pub name: Option<String>,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// The end of the ledger, as of the snapshot of the backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerHead {
    /// The schema that the ledger is in.
    pub schema: String,
    /// The last row of the history; 0 for none.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
    /// How many migrations are applied.
    pub applied: usize,
    /// The change token of the last snapshot of the catalog that the ledger has.
    pub snapshot_token: Option<String>,
}

/// What a backup is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Version of this description.
    pub format_version: u32,
    /// What it holds.
    pub kind: Kind,
    /// The format.
    pub archive: Archive,
    /// The size of all files.
    pub bytes: u64,
    /// The files, in the order of their names.
    pub files: Vec<FileSum>,
    /// Address of the database, without the password.
    pub database: String,
    /// Version of the server.
    pub server_version: String,
    /// Version of `pg_dump`.
    pub pg_dump_version: String,
    /// Version of crmdb.
    pub crmdb_version: String,
    /// When it was begun, in UTC.
    pub started_at: String,
    /// When it was whole, in UTC.
    pub ended_at: String,
    /// The head of the ledger; absent where the database has none.
    pub ledger: Option<LedgerHead>,
    /// The roles that owners, grants and policies name, in order: `pg_dump` has none.
    pub roles: Vec<String>,
    /// Those of them that own something, in order. Backups of earlier versions do not say it.
    #[serde(default)]
    pub owners: Vec<String>,
    /// The materialized views that had rows, in order.
    pub materialized_views: Vec<String>,
}

impl Description {
    /// The version of descriptions that this binary writes.
    pub const VERSION: u32 = FORMAT_VERSION;

    /// Reads the description beside a backup; `None` when there is none.
    ///
    /// # Errors
    ///
    /// When it cannot be read or understood.
    pub fn read(backup: &Path) -> anyhow::Result<Option<Self>> {
        let path = beside(backup);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("could not read `{}`", path.display()));
            }
        };
        #[derive(Deserialize)]
        struct Version {
            format_version: u32,
        }
        let damaged = |error: serde_json::Error| {
            Failure::new(format!(
                "`{}` is no description of a backup",
                path.display()
            ))
            .detail(error.to_string())
            .hint("Bring it back from where the backup was made; without it: `--unverified`.")
        };
        let version: Version = serde_json::from_slice(&text).map_err(damaged)?;
        if version.format_version > FORMAT_VERSION {
            return Err(Failure::new(format!(
                "`{}` has version {}, and this crmdb knows {FORMAT_VERSION}",
                path.display(),
                version.format_version
            ))
            .hint("Update crmdb.")
            .into());
        }
        Ok(Some(serde_json::from_slice(&text).map_err(damaged)?))
    }

    /// The major version of the server that was backed up.
    #[must_use]
    pub fn server_major(&self) -> u32 {
        major(&self.server_version)
    }

    /// The major version of the `pg_dump` that wrote the backup.
    #[must_use]
    pub fn pg_dump_major(&self) -> u32 {
        major(&self.pg_dump_version)
    }
}

fn major(version: &str) -> u32 {
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

/// Returns the name of the description of a backup.
#[must_use]
pub fn beside(backup: &Path) -> PathBuf {
    with_ending(backup, ".json")
}

/// Adds an ending to a path.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Returns the format of an archive, by looking at it.
///
/// # Errors
///
/// When it cannot be read, or is none of the two.
pub fn of_archive(path: &Path) -> anyhow::Result<Archive> {
    let shown = path.display();
    let metadata = std::fs::metadata(path).with_context(|| format!("could not read `{shown}`"))?;
    if metadata.is_dir() {
        if path.join("toc.dat").is_file() {
            return Ok(Archive::Directory);
        }
        return Err(Failure::new(format!("the folder `{shown}` is no backup"))
            .detail("It has no `toc.dat`.")
            .into());
    }
    let mut start = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start))
        .with_context(|| format!("could not read `{shown}`"))?;
    if start == MAGIC {
        return Ok(Archive::Custom);
    }
    Err(Failure::new(format!("`{shown}` is no backup"))
        .detail("It does not begin as the custom format of `pg_dump` does.")
        .hint("A script of SQL is run with `psql --single-transaction -v ON_ERROR_STOP=1 -f FILE`.")
        .into())
}
