//! Finds client programs, such as `pg_dump`: those of a version that fits.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::env::{Env, names};
use super::install;
use super::programs::Version;
use super::search::Search;
use crate::error::Failure;

/// A client program and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The program.
    pub path: PathBuf,
    /// What it reports.
    pub version: Version,
}

/// Returns the program `name` of version `major`, or of the next newer one that is there.
///
/// Where `CRMDB_PG_BIN` names a folder that has the program, that one alone counts.
///
/// # Errors
/// When there is none, or none that is new enough.
pub fn client(env: &Env, name: &str, major: u32) -> anyhow::Result<Client> {
    let found = found(env, name)?;
    let fitting = found
        .iter()
        .filter(|client| client.version.major >= major)
        .min_by_key(|client| client.version.major);
    if let Some(client) = fitting {
        return Ok(client.clone());
    }
    let failure = Failure::new(format!("no `{name}` of PostgreSQL {major} or newer"));
    let list: Vec<String> = found
        .iter()
        .map(|one| format!("{} at {}", one.version, one.path.display()))
        .collect();
    let failure = if list.is_empty() {
        failure.detail("There is none in PATH, or where packages put them.")
    } else {
        failure.detail(format!("There is {}.", list.join(", ")))
    };
    Err(failure.hint(hint(env, major)).into())
}

/// Returns all that are there, in the order in which they are looked for.
fn found(env: &Env, name: &str) -> anyhow::Result<Vec<Client>> {
    if let Some(folder) = env.path(names::PG_BIN)
        && folder.join(name).is_file()
    {
        return Ok(check(&folder, name).into_iter().collect());
    }
    let mut found: Vec<Client> = Vec::new();
    for folder in Search::new(env)?.candidates() {
        if let Some(client) = check(&folder, name)
            && !found.contains(&client)
        {
            found.push(client);
        }
    }
    Ok(found)
}

/// Returns the program in a folder, when it runs here.
///
/// Debian's `pg_wrapper` is passed over: it chooses a version by the servers of this machine. What
/// it stands for is in a folder of its own.
fn check(folder: &Path, name: &str) -> Option<Client> {
    let path = folder.join(name).canonicalize().ok()?;
    if path.file_name().is_some_and(|file| file == "pg_wrapper") {
        return None;
    }
    let output = Command::new(&path)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let version = Version::parse(&String::from_utf8_lossy(&output.stdout))?;
    Some(Client { path, version })
}

fn hint(env: &Env, major: u32) -> String {
    if env.program("apt-get").is_some() {
        return format!("Install it: `sudo apt-get install postgresql-client-{major}`.");
    }
    install::hint(env, Some(major))
}
