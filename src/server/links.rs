//! Links between shared libraries, which an npm archive cannot carry.
//!
//! The package lists them in a file, for its install script. That script is not run.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

/// A link that npm's install script would make.
#[derive(Debug, Deserialize)]
struct Link {
    /// What it points to, from the package's folder on.
    source: PathBuf,
    /// Where it is, from the package's folder on.
    target: PathBuf,
}

/// Makes the links in an unpacked package.
pub(super) fn make(package: &Path) -> anyhow::Result<()> {
    let list = package.join("native/pg-symlinks.json");
    let text = match fs::read(&list) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(error).with_context(|| format!("could not read {}", list.display()));
        }
    };
    let links: Vec<Link> = serde_json::from_slice(&text)
        .with_context(|| format!("could not read {}", list.display()))?;
    for link in links {
        let value = relative(&link)
            .with_context(|| format!("{} has a strange link: {link:?}", list.display()))?;
        let place = package.join(&link.target);
        if fs::symlink_metadata(&place).is_err() {
            symlink(value, &place)
                .with_context(|| format!("could not link {}", place.display()))?;
        }
    }
    Ok(())
}

/// Returns what the link has to say, seen from its own folder; none when it leaves the package.
fn relative(link: &Link) -> Option<PathBuf> {
    let plain = |path: &Path| {
        path.components()
            .all(|part| matches!(part, Component::Normal(_)))
    };
    if !plain(&link.source) || !plain(&link.target) {
        return None;
    }
    let up = link.target.parent()?;
    if let Ok(beside) = link.source.strip_prefix(up) {
        return Some(beside.to_path_buf());
    }
    let mut value: PathBuf = up.components().map(|_| "..").collect();
    value.push(&link.source);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_in_the_package() {
        let link = |source: &str, target: &str| {
            relative(&Link {
                source: source.into(),
                target: target.into(),
            })
        };
        assert_eq!(
            link("native/lib/a.so.1.2", "native/lib/a.so"),
            Some("a.so.1.2".into())
        );
        assert_eq!(
            link("native/lib/a", "native/share/x/a"),
            Some("../../../native/lib/a".into())
        );
        assert_eq!(link("/etc/passwd", "native/lib/a"), None);
        assert_eq!(link("../a", "native/lib/a"), None);
        assert_eq!(link("native/lib/a", "../../a"), None);
    }
}
