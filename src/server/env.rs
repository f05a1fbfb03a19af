//! What the server module may look at of the environment.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// The names of the environment variables that are read here.
pub mod names {
    /// The folder with `initdb` and `postgres`; set but wrong is an error, never a fallback.
    pub const PG_BIN: &str = "CRMDB_PG_BIN";
    /// The folder for data folders and downloaded programs, instead of the user's own.
    pub const DATA_DIR: &str = "CRMDB_DATA_DIR";
    /// Not empty and not `0`: nothing is downloaded.
    pub const OFFLINE: &str = "CRMDB_OFFLINE";
    /// Where programs are looked for.
    pub const PATH: &str = "PATH";
    /// The user's home.
    pub const HOME: &str = "HOME";
    /// Where the user's programs keep their data.
    pub const XDG_DATA_HOME: &str = "XDG_DATA_HOME";

    pub(super) const ALL: [&str; 6] = [PG_BIN, DATA_DIR, OFFLINE, PATH, HOME, XDG_DATA_HOME];
}

/// The environment variables of [`names`], taken once.
#[derive(Clone, Debug, Default)]
pub struct Env(BTreeMap<&'static str, OsString>);

impl Env {
    /// Takes what is set in this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self::from_lookup(|name| std::env::var_os(name))
    }

    /// Takes what `lookup` knows.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        Self(
            names::ALL
                .into_iter()
                .filter_map(|name| Some((name, lookup(name)?)))
                .collect(),
        )
    }

    /// Returns a variable; an empty one counts as absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0
            .get(name)
            .map(OsString::as_os_str)
            .filter(|value| !value.is_empty())
    }

    /// Returns a variable that names a folder.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// Returns the absolute folders of `PATH`; relative ones would depend on where crmdb runs.
    pub(super) fn search_path(&self) -> Vec<PathBuf> {
        self.get(names::PATH)
            .map(|value| std::env::split_paths(value).collect::<Vec<_>>())
            .unwrap_or_default()
            .into_iter()
            .filter(|folder| folder.is_absolute())
            .collect()
    }

    /// Returns the first file of that name in `PATH`.
    pub(super) fn program(&self, name: &str) -> Option<PathBuf> {
        self.search_path()
            .into_iter()
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    }

    /// Says whether nothing may be downloaded.
    pub(super) fn offline(&self) -> bool {
        self.get(names::OFFLINE).is_some_and(|value| value != "0")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Env {
        Env::from_lookup(|name| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn empty_is_absent() {
        let env = env(&[("HOME", ""), ("CRMDB_DATA_DIR", "/d")]);
        assert_eq!(env.get(names::HOME), None);
        assert_eq!(env.path(names::DATA_DIR), Some(PathBuf::from("/d")));
    }

    #[test]
    fn offline_is_a_switch() {
        assert!(!env(&[]).offline());
        assert!(!env(&[("CRMDB_OFFLINE", "0")]).offline());
        assert!(env(&[("CRMDB_OFFLINE", "1")]).offline());
    }

    #[test]
    fn relative_folders_of_path_are_skipped() {
        let env = env(&[("PATH", "bin:/usr/bin::./x:/bin")]);
        assert_eq!(
            env.search_path(),
            [PathBuf::from("/usr/bin"), PathBuf::from("/bin")]
        );
    }
}
