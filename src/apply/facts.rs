//! Who runs, from where, and from which commit: what the ledger keeps beside each event.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::JoinHandle;

use crate::ledger::RunFacts;

/// The facts being gathered: git takes a while, and the connection is made meanwhile.
pub struct Gathering {
    git: Option<JoinHandle<Option<GitFacts>>>,
}

struct GitFacts {
    commit: Option<String>,
    dirty: bool,
}

impl Gathering {
    /// Begins to ask git about the project's folder.
    #[must_use]
    pub fn start(folder: Option<&Path>) -> Self {
        let git = folder.map(|folder| {
            let folder = folder.to_path_buf();
            std::thread::spawn(move || git(&folder))
        });
        Self { git }
    }

    /// Returns the facts of the run of this identity.
    #[must_use]
    pub fn finish(self, run_id: &str) -> RunFacts {
        let git = self.git.and_then(|thread| thread.join().ok()).flatten();
        RunFacts {
            run_id: run_id.to_owned(),
            os_user: nix::unistd::User::from_uid(nix::unistd::geteuid())
                .ok()
                .flatten()
                .map(|user| user.name),
            host: nix::unistd::gethostname()
                .ok()
                .and_then(|name| name.into_string().ok()),
            git_dirty: git.as_ref().map(|git| git.dirty),
            git_commit: git.and_then(|git| git.commit),
        }
    }
}

/// Asks git for the commit, and whether the project's own files have uncommitted changes.
///
/// `None` where there is no git, or no repository, or it belongs to somebody else.
fn git(folder: &Path) -> Option<GitFacts> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args([
            "--no-optional-locks",
            "status",
            "--porcelain=v2",
            "--branch",
            "--",
        ])
        .args(["migrations.toml", "schema"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let commit = text
        .lines()
        .find_map(|line| line.strip_prefix("# branch.oid "))
        .filter(|commit| *commit != "(initial)")
        .map(str::to_owned);
    let dirty = text.lines().any(|line| !line.starts_with('#'));
    Some(GitFacts { commit, dirty })
}
