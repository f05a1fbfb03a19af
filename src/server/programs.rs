//! `initdb` and `postgres` of one version.

use std::fmt;
use std::path::PathBuf;

use super::env::Env;
use super::progress::Progress;
use super::search::Search;

/// A PostgreSQL version, as the programs report it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// What decides which programs fit a data folder.
    pub major: u32,
    /// With the minor version: `15.18`, `18beta1`.
    pub full: String,
}

impl Version {
    /// Reads the output of `postgres --version`.
    pub(super) fn parse(output: &str) -> Option<Self> {
        let (_, rest) = output.split_once("(PostgreSQL) ")?;
        let full = rest.split_whitespace().next()?;
        let digits = full
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(full.len());
        Some(Self {
            major: full[..digits].parse().ok()?,
            full: full.to_owned(),
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full)
    }
}

/// Server programs of one PostgreSQL version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    /// The folder that holds `initdb` and `postgres`, symlinks resolved.
    pub bin: PathBuf,
    /// The version that they report.
    pub version: Version,
}

impl Programs {
    /// Finds server programs for a new data folder; downloads some when there are none.
    ///
    /// # Errors
    /// When `CRMDB_PG_BIN` names a folder without them, when they are older than PostgreSQL 15, or
    /// when there are none and none can be downloaded.
    pub fn find(env: &Env, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<Self> {
        Search::new(env)?.any(progress)
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.bin.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.bin.join("postgres")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for (output, major, full) in [
            (
                "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n",
                15,
                "15.18",
            ),
            ("postgres (PostgreSQL) 18.4\n", 18, "18.4"),
            ("postgres (PostgreSQL) 19beta1\n", 19, "19beta1"),
            ("postgres (PostgreSQL) 20devel", 20, "20devel"),
        ] {
            let version = Version::parse(output).unwrap();
            assert_eq!((version.major, version.full.as_str()), (major, full));
        }
        for output in [
            "",
            "postgres",
            "postgres (PostgreSQL) ",
            "postgres (PostgreSQL) x.1",
        ] {
            assert_eq!(Version::parse(output), None, "{output:?}");
        }
    }
}
