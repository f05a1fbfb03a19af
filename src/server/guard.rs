//! Makes folders, and sees to it that nobody else made them first.
//!
//! A server without a password is as safe as its folders: in `/tmp`, or wherever others may write,
//! somebody could have put a folder or a link in place to have a server, or root, work in it.

use std::fs::{self, DirBuilder, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use nix::unistd::geteuid;

use super::account::Account;
use crate::error::Failure;

/// Makes a folder of crmdb's own, or checks the one that is there.
///
/// Root's are open for passing through: the server's user needs what is in them, and they hold
/// nothing that is not closed itself.
pub(super) fn make_own(folder: &Path) -> anyhow::Result<()> {
    let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
    make(folder)?;
    check_owner(folder, geteuid().as_raw())?;
    fs::set_permissions(folder, Permissions::from_mode(mode))
        .with_context(|| format!("could not set the mode of {}", folder.display()))
}

/// Makes a folder for the server's user alone, or checks the one that is there.
pub(super) fn make_private(folder: &Path, account: &Account) -> anyhow::Result<()> {
    if make(folder)? || is_not_given_yet(folder)? {
        account.give(folder)?;
    }
    check_private(folder, account)
}

/// Says whether a crmdb of this user was killed between making a folder and giving it away.
///
/// It is still this user's and closed, so nobody else can have put it there or reached into it.
fn is_not_given_yet(folder: &Path) -> anyhow::Result<bool> {
    let found = fs::symlink_metadata(folder)
        .with_context(|| format!("could not read {}", folder.display()))?;
    Ok(found.is_dir() && found.uid() == geteuid().as_raw() && found.mode() & 0o077 == 0)
}

/// Refuses a folder that somebody else could have put there or can look into.
pub(super) fn check_private(folder: &Path, account: &Account) -> anyhow::Result<()> {
    let found = check_owner(folder, account.uid)?;
    if found.mode() & 0o077 != 0 {
        return Err(refusal(folder, "other users can reach into it"));
    }
    Ok(())
}

/// Refuses what is not a folder of that user, or can be written by others.
pub(super) fn check_owner(folder: &Path, uid: u32) -> anyhow::Result<Metadata> {
    let found = fs::symlink_metadata(folder)
        .with_context(|| format!("could not read {}", folder.display()))?;
    if found.is_symlink() {
        return Err(refusal(folder, "it is a symbolic link"));
    }
    if !found.is_dir() {
        return Err(refusal(folder, "it is not a folder"));
    }
    if found.uid() != uid {
        return Err(refusal(
            folder,
            &format!("it belongs to user {}, not to user {uid}", found.uid()),
        ));
    }
    if found.mode() & 0o022 != 0 {
        return Err(refusal(folder, "other users can write into it"));
    }
    Ok(found)
}

fn refusal(folder: &Path, why: &str) -> anyhow::Error {
    Failure::new(format!("`{}` is not safe to use", folder.display()))
        .detail(why)
        .hint("Remove it, if nobody needs it, and try again.")
        .into()
}

/// Makes one folder, closed to others; says whether it was not there before.
fn make(folder: &Path) -> anyhow::Result<bool> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => {
            Err(error).with_context(|| format!("could not make the folder {}", folder.display()))
        }
    }
}

/// Makes the folder that homes are in, with the folders above it, and returns its real path.
pub(super) fn make_base(base: &Path) -> anyhow::Result<PathBuf> {
    let mode = if geteuid().is_root() { 0o755 } else { 0o700 };
    DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(base)
        .with_context(|| format!("could not make the folder {}", base.display()))?;
    let real = base
        .canonicalize()
        .with_context(|| format!("could not read {}", base.display()))?;
    check_base(&real)?;
    Ok(real)
}

/// Refuses a base in which somebody else could exchange a home for another.
pub(super) fn check_base(base: &Path) -> anyhow::Result<()> {
    let found = fs::metadata(base).with_context(|| format!("could not read {}", base.display()))?;
    let own = geteuid().as_raw();
    if found.uid() != own && found.uid() != 0 {
        return Err(refusal(
            base,
            &format!("it belongs to user {}, not to user {own}", found.uid()),
        ));
    }
    // In a sticky folder, as /tmp is one, only the owner of an entry can exchange it.
    if found.mode() & 0o002 != 0 && found.mode() & 0o1000 == 0 {
        return Err(refusal(base, "other users can exchange what is in it"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn why(error: &anyhow::Error) -> String {
        let failure = error.downcast_ref::<Failure>().unwrap();
        failure.detail.clone().unwrap()
    }

    #[test]
    fn planted_folders_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("home");
        let uid = geteuid().as_raw();

        symlink("/var", &path).unwrap();
        assert_eq!(why(&make_own(&path).unwrap_err()), "it is a symbolic link");
        fs::remove_file(&path).unwrap();

        fs::write(&path, "").unwrap();
        assert_eq!(why(&make_own(&path).unwrap_err()), "it is not a folder");
        fs::remove_file(&path).unwrap();

        make_own(&path).unwrap();
        check_owner(&path, uid).unwrap();
        assert!(why(&check_owner(&path, uid + 1).unwrap_err()).starts_with("it belongs to user"));

        fs::set_permissions(&path, Permissions::from_mode(0o777)).unwrap();
        assert_eq!(
            why(&make_own(&path).unwrap_err()),
            "other users can write into it"
        );
    }

    #[test]
    fn a_base_that_others_can_change_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o1777)).unwrap();
        check_base(folder.path()).unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        assert!(check_base(folder.path()).is_err());
    }
}
