//! New migration files, for `migrate new`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;

use super::names::{self, Role};
use super::{MigrationId, Project};
use crate::error::Failure;

/// A pair of files that does not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Path, relative to the project's folder, and text of the up file.
    pub up: (String, String),
    /// The same of the down file.
    pub down: (String, String),
}

impl Draft {
    /// Drafts a versioned migration. Its version is the UTC time, `20261120193000`; a second
    /// later while that is taken.
    ///
    /// # Errors
    ///
    /// The module is not in the project, or nothing of the name can stand in a file name.
    pub fn versioned(
        project: &Project,
        module: &str,
        name: &str,
        now: SystemTime,
    ) -> anyhow::Result<Self> {
        let name = slug(name)?;
        project.closure(&[module])?;
        let mut time = now;
        while project
            .migration(&MigrationId::Versioned(time_stamp(time)))
            .is_some()
        {
            time += Duration::from_secs(1);
        }
        Self::pair(module, &format!("V{}__{name}", time_stamp(time)), &name)
    }

    /// Drafts a repeatable migration.
    ///
    /// # Errors
    ///
    /// The module is not in the project, has this repeatable already, or nothing of the name can
    /// stand in a file name.
    pub fn repeatable(project: &Project, module: &str, name: &str) -> anyhow::Result<Self> {
        let name = slug(name)?;
        project.closure(&[module])?;
        Self::pair(module, &format!("R__{name}"), &name)
    }

    fn pair(module: &str, label: &str, name: &str) -> anyhow::Result<Self> {
        let file = |role: Role, text: String| {
            let file = format!("{label}{}", role.ending());
            names::parse(&file).map_err(|failure| *failure)?;
            anyhow::Ok((format!("schema/{module}/{file}"), text))
        };
        let subject = name.replace('_', " ");
        Ok(Self {
            up: file(
                Role::Up,
                format!("-- {subject}: what it adds.\n--\n-- Needs: \n-- Locks: \n\n"),
            )?,
            down: file(
                Role::Down,
                format!(
                    "-- {subject}, down: drops the objects, newest first. DESTROYS …\n\
                     -- No CASCADE and no IF EXISTS: whatever still depends on these must fail it.\n\n"
                ),
            )?,
        })
    }

    /// Writes both files into the project's folder, and returns their paths.
    ///
    /// # Errors
    ///
    /// One of them exists, or cannot be written; then neither is left behind.
    pub fn write(&self, folder: &Path) -> anyhow::Result<[PathBuf; 2]> {
        let up = write_new(folder, &self.up)?;
        match write_new(folder, &self.down) {
            Ok(down) => Ok([up, down]),
            Err(error) => {
                // The first error is the one to tell; the file was written by this call.
                let _ = std::fs::remove_file(&up);
                Err(error)
            }
        }
    }
}

fn write_new(folder: &Path, (path, text): &(String, String)) -> anyhow::Result<PathBuf> {
    let whole = folder.join(path);
    if let Some(parent) = whole.parent() {
        std::fs::create_dir_all(parent)
            .with_context(|| format!("could not create the folder of `{path}`"))?;
    }
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&whole);
    match file {
        Ok(mut file) => {
            file.write_all(text.as_bytes())
                .with_context(|| format!("could not write `{path}`"))?;
            Ok(whole)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Failure::new(format!("`{path}` exists already"))
                .hint("Choose another name; nothing was overwritten.")
                .into())
        }
        Err(error) => Err(error).with_context(|| format!("could not create `{path}`")),
    }
}

/// Makes a name of letters, digits and `_`, in lower case.
fn slug(name: &str) -> anyhow::Result<String> {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    if words.is_empty() || !name.is_ascii() {
        return Err(
            Failure::new(format!("`{name}` cannot be the name of a migration"))
                .hint("Use letters from a to z, digits and `_`, as in `add_contact_email`.")
                .into(),
        );
    }
    Ok(words.join("_"))
}

/// Returns a time as `20261120193000`, in UTC.
fn time_stamp(time: SystemTime) -> i64 {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (mut days, second) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970;
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for length in [
        31,
        28 + u64::from(leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
    ] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let date = (year * 100 + month) * 100 + days + 1;
    let stamp = ((date * 100 + second / 3600) * 100 + second / 60 % 60) * 100 + second % 60;
    i64::try_from(stamp).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stamps() {
        for (seconds, expected) in [
            (0, 19_700_101_000_000),
            (951_782_399, 20_000_228_235_959),
            (951_782_400, 20_000_229_000_000),
            (1_709_251_200, 20_240_301_000_000),
            (1_795_203_000, 20_261_120_193_000),
            (4_107_542_400, 21_000_301_000_000),
        ] {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(time_stamp(time), expected);
        }
    }

    #[test]
    fn slugs() {
        for (name, expected) in [
            ("add_email", "add_email"),
            ("Add e-mail", "add_e_mail"),
            ("__x  y__", "x_y"),
        ] {
            assert_eq!(slug(name).unwrap(), expected);
        }
        for name in ["", "--", "č"] {
            assert!(slug(name).is_err());
        }
    }
}
