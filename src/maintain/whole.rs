//! Files that are there as a whole, or not at all.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Context as _;

/// Writes a file that everybody may read, under another name first: who reads it meanwhile sees the
/// one before.
///
/// # Errors
///
/// When the folder is not there, or cannot be written.
pub fn write_whole(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let work = || {
        let mut file = tempfile::Builder::new()
            .prefix(".crmdb-")
            .permissions(Permissions::from_mode(0o644))
            .tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        // The mode above is what the umask leaves of it.
        file.as_file()
            .set_permissions(Permissions::from_mode(0o644))?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        std::io::Result::Ok(())
    };
    work().with_context(|| format!("could not write `{}`", path.display()))
}
