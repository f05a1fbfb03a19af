//! Reads a password file (`.pgpass`) by libpq's rules.
//!
//! A line is `host:port:database:user:password`; `*` stands for anything, `\:` and `\\` for
//! themselves, `#` begins a comment line. The first line that matches counts.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::secret::Secret;

/// One line of the file.
#[derive(Debug)]
pub(super) struct Entry {
    /// Host, port, database, user; `None` is `*`.
    fields: [Option<String>; 4],
    pub(super) password: Secret,
}

impl Entry {
    /// Whether the line is for this host, port, database and user.
    pub(super) fn matches(&self, wanted: [&str; 4]) -> bool {
        let mut pairs = self.fields.iter().zip(wanted);
        pairs.all(|(field, wanted)| field.as_deref().is_none_or(|field| field == wanted))
    }
}

/// Reads the file; `Ok(None)` when there is none. One that cannot be trusted or read is an error
/// text, for a warning: libpq goes on without it, too.
pub(super) fn read(path: &Path) -> Result<Option<Vec<Entry>>, String> {
    let name = path.display();
    let Ok(metadata) = std::fs::metadata(path) else {
        return Ok(None);
    };
    if !metadata.is_file() {
        return Err(format!(
            "the password file `{name}` is not a plain file and is not read"
        ));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(format!(
            "the password file `{name}` is open to others and is not read; run `chmod 600 {name}`"
        ));
    }
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(parse(&String::from_utf8_lossy(&bytes)))),
        Err(error) => Err(format!(
            "the password file `{name}` cannot be read: {error}"
        )),
    }
}

/// Reads the lines; one with fewer than five fields is passed over, as in libpq.
pub(super) fn parse(text: &str) -> Vec<Entry> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(entry)
        .collect()
}

fn entry(line: &str) -> Option<Entry> {
    let mut rest = line;
    let mut next = || {
        let end = field_end(rest)?;
        let field = &rest[..end];
        rest = &rest[end + 1..];
        Some((field != "*").then(|| unescape(field)))
    };
    let fields = [next()?, next()?, next()?, next()?];
    // The password runs to the end of the line.
    let password = Secret::new(unescape(rest));
    Some(Entry { fields, password })
}

/// The place of the next colon that no backslash protects.
fn field_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let end = byte == b':' && !escaped;
        escaped = byte == b'\\' && !escaped;
        end
    })
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    plain
}
