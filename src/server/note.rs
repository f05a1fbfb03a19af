//! Two small files in a cluster's home: whose it is, and which programs its server runs.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::programs::Programs;
use crate::error::Failure;

/// The note that makes a folder crmdb's.
pub(super) const FILE: &str = "crmdb-cluster.toml";

const PROGRAMS_FILE: &str = "crmdb-programs.toml";

/// What a crmdb may leave beside no note, when it is killed while it makes or removes a home.
const REMAINS: [&str; 8] = [
    "lock",
    "running",
    "socket",
    "server.log",
    "server.log.old",
    "crmdb-cluster.new",
    "crmdb-programs.new",
    PROGRAMS_FILE,
];

/// Whose a cluster is, for the person who finds the folder.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Note {
    project: String,
}

impl Note {
    pub(super) fn of(project_root: Option<&Path>) -> Self {
        Self {
            project: project_root.map_or_else(
                || "(the schema inside crmdb)".to_owned(),
                |root| root.to_string_lossy().into_owned(),
            ),
        }
    }

    pub(super) fn scratch() -> Self {
        Self {
            project: "(scratch)".to_owned(),
        }
    }

    /// Writes the note into a home that is new, and refuses a folder that is somebody else's.
    pub(super) fn claim(&self, home: &Path) -> anyhow::Result<()> {
        if home.join(FILE).is_file() {
            return Ok(());
        }
        check_ours(home)?;
        let about = "# crmdb keeps a PostgreSQL for development in this folder.\n\
                     # `crmdb dev reset` in the project removes it, data and all.\n";
        write(&home.join(FILE), about, self)
    }
}

/// Refuses a folder that crmdb has not made for a cluster.
pub(super) fn check_ours(home: &Path) -> anyhow::Result<()> {
    if home.join(FILE).is_file() {
        return Ok(());
    }
    let entries =
        fs::read_dir(home).with_context(|| format!("could not read {}", home.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("could not read {}", home.display()))?;
        let name = entry.file_name();
        if !REMAINS.iter().any(|remains| name == *remains) {
            return Err(
                Failure::new(format!("`{}` is not a folder of crmdb's", home.display()))
                    .detail(format!("it has {} and no {FILE}", name.display()))
                    .hint("Look into it, and move it away if nobody needs it.")
                    .into(),
            );
        }
    }
    Ok(())
}

/// Which programs a server was started with, so that an update under it can be told.
///
/// A server whose programs are replaced while it runs fails later, when it first needs a library:
/// the new one does not fit ("undefined symbol").
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Stamp {
    pub(super) version: String,
    postgres: PathBuf,
    size: u64,
    modified: i64,
}

impl Stamp {
    pub(super) fn of(programs: &Programs) -> anyhow::Result<Self> {
        let postgres = programs.postgres();
        let found = fs::metadata(&postgres)
            .with_context(|| format!("could not read {}", postgres.display()))?;
        Ok(Self {
            version: programs.version.full.clone(),
            size: found.size(),
            modified: found.mtime(),
            postgres,
        })
    }

    /// Reads the stamp of the last start; one that cannot be read only costs the warning.
    pub(super) fn read(home: &Path) -> Option<Self> {
        toml::from_str(&fs::read_to_string(home.join(PROGRAMS_FILE)).ok()?).ok()
    }

    pub(super) fn write(&self, home: &Path) -> anyhow::Result<()> {
        let about = "# The programs that the server was last started with.\n";
        write(&home.join(PROGRAMS_FILE), about, self)
    }

    /// Says whether other programs are in their place now, or none.
    pub(super) fn is_outdated(&self) -> bool {
        !fs::metadata(&self.postgres)
            .is_ok_and(|found| (found.size(), found.mtime()) == (self.size, self.modified))
    }
}

/// Writes a file that is there as a whole or not at all.
fn write(path: &Path, about: &str, value: &impl Serialize) -> anyhow::Result<()> {
    let text = toml::to_string(value).context("could not write a note")?;
    let new = path.with_extension("new");
    fs::write(&new, format!("{about}{text}"))
        .and_then(|()| fs::rename(&new, path))
        .with_context(|| format!("could not write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Version;

    #[test]
    fn replaced_programs_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let programs = Programs {
            bin: folder.path().to_path_buf(),
            version: Version {
                major: 18,
                full: "18.4".to_owned(),
            },
        };
        fs::write(programs.postgres(), "one").unwrap();
        Stamp::of(&programs).unwrap().write(folder.path()).unwrap();
        let stamp = Stamp::read(folder.path()).unwrap();
        assert_eq!(stamp.version, "18.4");
        assert!(!stamp.is_outdated());
        fs::write(programs.postgres(), "three").unwrap();
        assert!(stamp.is_outdated());
        fs::remove_file(programs.postgres()).unwrap();
        assert!(stamp.is_outdated());
    }
}
