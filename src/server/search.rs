//! Finds `initdb` and `postgres` on this machine.
//!
//! The first that works wins: `CRMDB_PG_BIN` (alone, when it is set), `PATH`, what `pg_config`
//! names, the folders that packages install into, newest first, and what crmdb downloaded before.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::account::Account;
use super::env::{Env, names};
use super::programs::{Programs, Version};
use super::progress::Progress;
use super::{fetch, install, package};
use crate::error::Failure;

/// The oldest major version that crmdb works with.
pub(super) const OLDEST_MAJOR: u32 = 15;

/// Folders of packages, as parent, prefix of the numbered folder in it, and the rest of the path.
const PACKAGE_FOLDERS: [(&str, &str, &str); 10] = [
    ("/usr/lib/postgresql", "", "bin"),          // Debian, Ubuntu
    ("/usr", "pgsql-", "bin"),                   // postgresql.org for Red Hat
    ("/usr/lib", "postgresql", "bin"),           // SUSE
    ("/usr/libexec", "postgresql", ""),          // Alpine
    ("/opt/homebrew/opt", "postgresql@", "bin"), // Homebrew on Apple silicon
    ("/usr/local/opt", "postgresql@", "bin"),    // Homebrew on Intel
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"), // Homebrew on Linux
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("/opt/local/lib", "postgresql", "bin"), // MacPorts
    ("/usr/local/pgsql", "", "bin"),         // built from source
];

/// A search for server programs; where it looks, and as whom they will run.
pub(super) struct Search<'a> {
    pub(super) env: &'a Env,
    pub(super) account: Account,
    /// Tests look as if no package were installed.
    pub(super) package_folders: bool,
}

impl<'a> Search<'a> {
    pub(super) fn new(env: &'a Env) -> anyhow::Result<Self> {
        Ok(Self {
            env,
            account: Account::of_server()?,
            package_folders: true,
        })
    }

    /// Returns the first programs that are new enough, or fetches some.
    pub(super) fn any(&self, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<Programs> {
        if let Some(bin) = self.env.path(names::PG_BIN) {
            return self.configured(&bin);
        }
        let new_enough = |found: &Programs| found.version.major >= OLDEST_MAJOR;
        match self.found().find(new_enough) {
            Some(found) => Ok(found),
            None => fetch::fetch(self, progress),
        }
    }

    /// Returns programs of exactly that major version, which an existing data folder needs.
    pub(super) fn of_major(
        &self,
        major: u32,
        progress: &mut dyn FnMut(Progress),
    ) -> anyhow::Result<Programs> {
        let configured = self.env.path(names::PG_BIN);
        let found = match &configured {
            Some(bin) => Some(self.configured(bin)?),
            None => self.found().next(),
        };
        if let Some(found) = found.filter(|found| found.version.major == major) {
            return Ok(found);
        }
        if configured.is_none() {
            if let Some(found) = self.found().find(|found| found.version.major == major) {
                return Ok(found);
            }
            if major == package::MAJOR {
                return fetch::fetch(self, progress);
            }
        }
        Err(Failure::new(format!(
            "the data of the embedded server needs PostgreSQL {major}"
        ))
        .detail(self.looked_for())
        .hint(format!(
            "{} Or throw the data away with `crmdb dev reset`.",
            install::hint(self.env, Some(major))
        ))
        .into())
    }

    /// Says in words what is installed.
    pub(super) fn looked_for(&self) -> String {
        if let Some(bin) = self.env.path(names::PG_BIN) {
            return format!("{} names {}", names::PG_BIN, bin.display());
        }
        let mut all: Vec<Programs> = Vec::new();
        for found in self.found() {
            if !all.contains(&found) {
                all.push(found);
            }
        }
        if all.is_empty() {
            return "no `initdb` and `postgres` in PATH or where packages put them".to_owned();
        }
        let list: Vec<_> = all
            .iter()
            .map(|found| format!("{} in {}", found.version, found.bin.display()))
            .collect();
        format!("found PostgreSQL {}", list.join(", "))
    }

    fn found(&self) -> impl Iterator<Item = Programs> {
        self.candidates()
            .into_iter()
            .filter_map(|bin| self.check(&bin).ok())
    }

    fn configured(&self, bin: &Path) -> anyhow::Result<Programs> {
        let name = names::PG_BIN;
        let found = self.check(bin).map_err(|error| {
            Failure::new(format!(
                "{name} is set to `{}`, which has no usable `initdb` and `postgres`",
                bin.display()
            ))
            .detail(format!("{error:#}"))
            .hint(format!(
                "Set {name} to the folder that holds them, or unset it to search."
            ))
        })?;
        if found.version.major < OLDEST_MAJOR {
            return Err(Failure::new(format!(
                "{name} names PostgreSQL {}, and crmdb needs {OLDEST_MAJOR} or newer",
                found.version
            ))
            .hint(format!(
                "Set {name} to newer programs, or unset it to search."
            ))
            .into());
        }
        Ok(found)
    }

    /// The folders to try, in order. None needs to exist.
    pub(super) fn candidates(&self) -> Vec<PathBuf> {
        let mut folders = self.env.search_path();
        if let Some(folder) = self.pg_config() {
            folders.push(folder);
        }
        if self.package_folders {
            folders.extend(package_folders());
        }
        folders.extend(fetch::fetched(self));
        folders
    }

    fn pg_config(&self) -> Option<PathBuf> {
        let output = Command::new(self.env.program("pg_config")?)
            .arg("--bindir")
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        Some(PathBuf::from(text.trim_end_matches('\n'))).filter(|folder| folder.is_absolute())
    }

    /// Returns the programs of a folder, when they run here and as the server's user.
    ///
    /// The folder of the real `postgres` counts: a symlink in `PATH` has no `initdb` beside it that
    /// finds its files.
    pub(super) fn check(&self, folder: &Path) -> anyhow::Result<Programs> {
        let postgres = folder
            .join("postgres")
            .canonicalize()
            .with_context(|| format!("no `postgres` in {}", folder.display()))?;
        let bin = postgres
            .parent()
            .context("`postgres` is in no folder")?
            .to_path_buf();
        anyhow::ensure!(
            bin.join("initdb").is_file(),
            "no `initdb` in {}",
            bin.display()
        );
        let output = self
            .account
            .command(&postgres, self.env)
            .arg("--version")
            .output()
            .with_context(|| format!("could not run {}", postgres.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = Version::parse(&text).with_context(|| {
            format!(
                "{} does not report a version: {}",
                postgres.display(),
                String::from_utf8_lossy(&output.stderr).trim()
            )
        })?;
        Ok(Programs { bin, version })
    }
}

/// Returns the folders of packages that exist, newest version first.
fn package_folders() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (parent, prefix, rest) in PACKAGE_FOLDERS {
        let Ok(entries) = std::fs::read_dir(parent) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if let Some(number) = number_after(&name.to_string_lossy(), prefix) {
                found.push((number, entry.path().join(rest)));
            }
        }
    }
    // A stable sort: folders of one version keep the order of the list.
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// Reads `17` out of `postgresql@17` with the prefix `postgresql@`.
fn number_after(name: &str, prefix: &str) -> Option<u32> {
    let rest = name.strip_prefix(prefix)?;
    rest.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_package_folders() {
        assert_eq!(number_after("17", ""), Some(17));
        assert_eq!(number_after("postgresql@16", "postgresql@"), Some(16));
        assert_eq!(number_after("9.6", ""), Some(9));
        assert_eq!(number_after("latest", ""), None);
        assert_eq!(number_after("postgresql", "postgresql"), None);
    }

    #[test]
    fn a_wrong_setting_never_falls_back() {
        let env = Env::from_lookup(|name| match name {
            names::PG_BIN => Some("/nowhere".into()),
            name => std::env::var_os(name),
        });
        let error = Programs::find(&env, &mut |_| {}).unwrap_err();
        let failure = error.downcast_ref::<Failure>().unwrap();
        assert!(
            failure
                .message
                .contains("CRMDB_PG_BIN is set to `/nowhere`")
        );
    }
}
