//! Where a cluster's files are.
//!
//! A cluster has a home: the folder with `data`, `socket`, the log, the lock and a note that says
//! whose it is. Homes are outside the project's tree (a checkout is cloned, cleaned and shared), in
//! the user's data folder, or root's `/var/lib/crmdb`: the cleaners of `/var/tmp` would remove half
//! of a cluster that rests for a month.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use nix::unistd::geteuid;
use sha2::{Digest, Sha256};

use super::env::{Env, names};
use crate::error::Failure;

/// The longest path of a unix socket that every system takes (macOS; Linux takes 107).
const SOCKET_PATH_LIMIT: usize = 103;
const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// The folder for what crmdb keeps: homes of clusters, downloaded programs.
pub(super) fn base(env: &Env) -> anyhow::Result<PathBuf> {
    let base = if let Some(folder) = env.path(names::DATA_DIR) {
        if !folder.is_absolute() {
            return Err(Failure::new(format!(
                "{} is not an absolute path: `{}`",
                names::DATA_DIR,
                folder.display()
            ))
            .hint("Give the path from the root on.")
            .into());
        }
        folder
    } else if geteuid().is_root() {
        PathBuf::from("/var/lib/crmdb")
    } else {
        user_base(env)?
    };
    if base.as_os_str().as_bytes().iter().any(u8::is_ascii_control) {
        return Err(
            Failure::new("the path of crmdb's data folder has a control character")
                .detail(format!("{base:?}"))
                .hint(format!("Set {} to another folder.", names::DATA_DIR))
                .into(),
        );
    }
    Ok(base)
}

fn user_base(env: &Env) -> anyhow::Result<PathBuf> {
    let xdg = env
        .path(names::XDG_DATA_HOME)
        .filter(|folder| folder.is_absolute());
    if let Some(folder) = xdg {
        return Ok(folder.join("crmdb"));
    }
    let home = env.path(names::HOME).filter(|folder| folder.is_absolute());
    let Some(home) = home else {
        return Err(
            Failure::new("no folder for the data of the embedded server")
                .detail("HOME is not set")
                .hint(format!("Set {} to a folder.", names::DATA_DIR))
                .into(),
        );
    };
    Ok(home.join(if cfg!(target_os = "macos") {
        "Library/Application Support/crmdb"
    } else {
        ".local/share/crmdb"
    }))
}

/// Names the home of a project's cluster; `None` is the project inside the binary.
///
/// The user is part of it: a folder for data can be shared.
pub(super) fn home_name(project_root: Option<&Path>, uid: u32) -> String {
    match project_root {
        None => format!("built-in-{uid}"),
        Some(root) => hash(&[root.as_os_str(), OsStr::new(&uid.to_string())]),
    }
}

/// Returns 16 hexadecimal digits that stand for the parts.
pub(super) fn hash(parts: &[&OsStr]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let digest = hasher.finalize();
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Returns the folder of the socket: in the home, or where the path is too long for a socket, a
/// folder in `/tmp` that is the same in every session (unlike `XDG_RUNTIME_DIR`).
pub(super) fn socket_folder(home: &Path, uid: u32) -> PathBuf {
    let inside = home.join("socket");
    if inside.join(SOCKET_NAME).as_os_str().len() <= SOCKET_PATH_LIMIT {
        return inside;
    }
    PathBuf::from(format!("/tmp/crmdb-{uid}-{}", hash(&[home.as_os_str()])))
}

/// Returns the socket in its folder.
pub(super) fn socket_file(folder: &Path) -> PathBuf {
    folder.join(SOCKET_NAME)
}

/// Removes a folder with all that is in it; one that is not there is fine.
///
/// An orphan that still writes into it, as an `initdb` whose crmdb was killed, makes the removal
/// fail in between: it ends by itself once its files are gone.
pub(super) fn remove(folder: &Path) -> anyhow::Result<()> {
    let mut left = 500;
    loop {
        match fs::remove_dir_all(folder) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if fs::symlink_metadata(folder).is_err() {
                    return Ok(());
                }
            }
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty && left > 0 => {}
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("could not remove {}", folder.display()));
            }
        }
        left -= 1;
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// Returns the bytes of all files in a folder, as far as it can be read.
pub(super) fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => size(&entry.path()),
            Ok(found) => found.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_differ_by_project_and_user() {
        let a = home_name(Some(Path::new("/srv/a")), 1000);
        assert_eq!(a.len(), 16);
        assert_eq!(a, home_name(Some(Path::new("/srv/a")), 1000));
        assert_ne!(a, home_name(Some(Path::new("/srv/b")), 1000));
        assert_ne!(a, home_name(Some(Path::new("/srv/a")), 1001));
        assert_eq!(home_name(None, 1000), "built-in-1000");
    }

    #[test]
    fn a_long_path_has_its_socket_elsewhere() {
        let short = Path::new("/home/ann/.local/share/crmdb/0123456789abcdef");
        assert_eq!(socket_folder(short, 7), short.join("socket"));
        let long = PathBuf::from(format!("/home/{}/x", "n".repeat(80)));
        let folder = socket_folder(&long, 7);
        assert!(folder.starts_with("/tmp"), "{folder:?}");
        assert!(socket_file(&folder).as_os_str().len() <= SOCKET_PATH_LIMIT);
    }

    #[test]
    fn the_data_folder_is_absolute_and_plain() {
        let with = |value: &'static str| {
            base(&Env::from_lookup(move |name| {
                (name == names::DATA_DIR).then(|| value.into())
            }))
        };
        assert_eq!(with("/d").unwrap(), PathBuf::from("/d"));
        assert!(with("d").is_err());
        assert!(with("/d\n").is_err());
    }

    #[test]
    fn removing_what_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        remove(&folder.path().join("none")).unwrap();
    }
}
