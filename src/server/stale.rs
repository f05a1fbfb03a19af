//! Files of a killed server that would keep a new one from starting.

use std::fs::OpenOptions;
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use nix::fcntl::OFlag;

use super::folders;
use super::postmaster::{Postmaster, is_alive};

/// Takes the claim of a foreign process from the files that a killed server left behind.
///
/// The server itself sees through a process that is gone, but refuses to start when that
/// number is by now another process of the same user, as after a reboot. The process is not a
/// server of this folder (its command line says so), so the number is replaced by our own,
/// which the server, our child, is not held up by. The file stays: its memory key guards
/// against processes of the killed server that are still at work.
pub(super) fn disown(data: &Path, socket: &Path) -> anyhow::Result<()> {
    let socket_lock = folders::socket_file(socket).with_extension("5432.lock");
    if let Some(stale) = Postmaster::recorded(data)?
        && is_alive(stale.pid)
    {
        replace_first_line(&data.join("postmaster.pid"))?;
    }
    match std::fs::remove_file(&socket_lock) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", socket_lock.display()))
        }
        _ => Ok(()),
    }
}

/// Puts our process number into a lock file. Not through a symbolic link: root may do this in a
/// folder of the server's user.
fn replace_first_line(path: &Path) -> anyhow::Result<()> {
    let replace = || -> io::Result<()> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlag::O_NOFOLLOW.bits())
            .open(path)?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "{}\n{rest}", std::process::id())
    };
    replace().with_context(|| format!("could not correct {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_line_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("postmaster.pid");
        std::fs::write(&path, "123456789\n/data\n17\n").unwrap();
        replace_first_line(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, format!("{}\n/data\n17\n", std::process::id()));
    }
}
