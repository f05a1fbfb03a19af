//! The password for a program, where libpq looks for it.
//!
//! On Linux it is in memory only, and goes with the last process that has it open. Elsewhere, and
//! without `/proc`, it is a temporary file.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::connect::Secret;

/// A password file that holds for every server. The program inherits it or reads it; it goes away
/// with this value and the program.
#[derive(Debug)]
pub(super) struct Passwords {
    path: PathBuf,
    _held: Held,
}

#[derive(Debug)]
#[expect(dead_code, reason = "held until they are dropped")]
enum Held {
    Memory(File),
    Named(NamedTempFile),
}

impl Passwords {
    /// Writes the file. Without a password it is empty, so that no other one is looked at.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(super) fn write(password: Option<&Secret>) -> std::io::Result<Self> {
        if let Some((mut file, path)) = in_memory() {
            line(&mut file, password)?;
            return Ok(Self {
                path,
                _held: Held::Memory(file),
            });
        }
        let mut file = NamedTempFile::new()?;
        line(file.as_file_mut(), password)?;
        Ok(Self {
            path: file.path().to_path_buf(),
            _held: Held::Named(file),
        })
    }

    /// Its name, for this process and those that it starts.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

fn line(file: &mut File, password: Option<&Secret>) -> std::io::Result<()> {
    if let Some(password) = password {
        let escaped = password.reveal().replace('\\', "\\\\").replace(':', "\\:");
        writeln!(file, "*:*:*:*:{escaped}")?;
    }
    file.flush()
}

/// Makes a file without a name that a program inherits; libpq wants it closed to others.
#[cfg(target_os = "linux")]
fn in_memory() -> Option<(File, PathBuf)> {
    use std::os::fd::AsRawFd as _;
    use std::os::unix::fs::PermissionsExt as _;

    use nix::sys::memfd::{MFdFlags, memfd_create};

    let file = File::from(memfd_create(c"crmdb", MFdFlags::empty()).ok()?);
    let mode = std::fs::Permissions::from_mode(0o600);
    file.set_permissions(mode).ok()?;
    let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    // Without `/proc` there is no way to it.
    path.metadata().ok().map(|_| (file, path))
}

#[cfg(not(target_os = "linux"))]
fn in_memory() -> Option<(File, PathBuf)> {
    None
}
