//! A snapshot as a text to read in a pull request, and back.
//!
//! An object a block, sorted; a property a line; a value of several lines as a block of its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::snapshot::{ObjectKey, Properties, Snapshot};
use crate::error::Failure;

/// The first words of the first line, with the version of the form.
const TITLE: &str = "-- crmdb snapshot 1, PostgreSQL ";

/// Writes a snapshot down.
#[must_use]
pub fn write(snapshot: &Snapshot) -> String {
    let mut text = format!("{TITLE}{}\n", snapshot.server_major);
    text.push_str("-- Made by `crmdb drift snapshot`: make it anew instead of changing it.\n");
    for (key, properties) in &snapshot.objects {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{} {}\n", key.kind, escape(&key.name));
        for (name, value) in properties {
            text.push_str(&line(name, value));
        }
    }
    text
}

/// Returns the lines of one property.
pub(super) fn line(name: &str, value: &str) -> String {
    let name = escape(name);
    // A carriage return would not survive a checkout.
    if !value.contains(['\n', '\r']) {
        return format!("    {name}: {value}\n");
    }
    let mut text = format!("    {name}:\n");
    for line in value.split('\n') {
        let _ = writeln!(
            text,
            "        |{}",
            line.replace('\\', "\\\\").replace('\r', "\\r")
        );
    }
    text
}

/// Reads a snapshot that [`write()`] wrote.
///
/// # Errors
///
/// When a line is not of that form, with its number.
pub fn parse(text: &str) -> Result<Snapshot, Failure> {
    let wrong = |number: usize, what: &str| {
        Failure::new(format!("line {}: {what}", number + 1))
            .hint("Make the snapshot anew with `crmdb drift snapshot`.")
    };
    let mut lines = text.lines().enumerate().peekable();
    let server_major = lines
        .next()
        .and_then(|(_, line)| line.strip_prefix(TITLE)?.trim().parse().ok())
        .ok_or_else(|| wrong(0, "not a snapshot of a form that this crmdb knows"))?;
    let mut objects = BTreeMap::<ObjectKey, Properties>::new();
    let mut current: Option<ObjectKey> = None;
    while let Some((number, line)) = lines.next() {
        if line.is_empty() || line.starts_with("--") {
            continue;
        }
        let Some(property) = line.strip_prefix("    ") else {
            let key = key(line).ok_or_else(|| wrong(number, "not an object"))?;
            objects.insert(key.clone(), Properties::new());
            current = Some(key);
            continue;
        };
        let (name, rest) =
            split(property).ok_or_else(|| wrong(number, "not a property and its value"))?;
        let value = match rest.strip_prefix(' ') {
            Some(value) => value.to_owned(),
            None => {
                let mut block = Vec::new();
                while let Some((_, line)) = lines.next_if(|(_, line)| line.starts_with("        |"))
                {
                    block.push(unescape(&line[9..]));
                }
                block.join("\n")
            }
        };
        current
            .as_ref()
            .and_then(|key| objects.get_mut(key))
            .ok_or_else(|| wrong(number, "a property of no object"))?
            .insert(unescape(name), value);
    }
    Ok(Snapshot {
        server_major,
        objects,
    })
}

/// The kinds of several words; all others are one.
const LONG_KINDS: [&str; 12] = [
    "materialized view",
    "foreign table",
    "event trigger",
    "default privileges",
    "operator class",
    "operator family",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
    "foreign-data wrapper",
    "access method",
];

fn key(line: &str) -> Option<ObjectKey> {
    let long = LONG_KINDS
        .iter()
        .find_map(|kind| Some((*kind, line.strip_prefix(kind)?.strip_prefix(' ')?)));
    let (kind, name) = long.or_else(|| line.split_once(' '))?;
    Some(ObjectKey {
        kind: kind.to_owned(),
        name: unescape(name),
    })
}

/// Parts a property from its value at the first colon outside of quotes.
fn split(property: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, c) in property.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ':' if !quoted && matches!(property.as_bytes().get(at + 1), None | Some(b' ')) => {
                return Some((&property[..at], &property[at + 1..]));
            }
            _ => {}
        }
    }
    None
}

/// Writes a name on one line.
fn escape(name: &str) -> String {
    name.replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            objects in prop::collection::btree_map(
                ("table|materialized view|operator class", "[a-z]{1,3}(\\.\"[ :\\\\\n\r\"é]{0,4}\")?"),
                prop::collection::btree_map(
                    "(column )?(\"[: \n]{0,3}\"|[a-z]{1,4})",
                    "[ -~é\n\r\\\\]{0,12}",
                    0..3,
                ),
                0..4,
            )
        ) {
            let objects = objects
                .into_iter()
                .map(|((kind, name), properties)| (ObjectKey { kind, name }, properties))
                .collect();
            let snapshot = Snapshot { server_major: 17, objects };
            prop_assert_eq!(parse(&write(&snapshot)).unwrap(), snapshot);
        }
    }

    #[test]
    fn what_is_no_snapshot_is_refused_with_its_line() {
        for (text, says) in [
            ("", "line 1: not a snapshot"),
            (
                "-- crmdb snapshot 2, PostgreSQL 15\n",
                "line 1: not a snapshot",
            ),
            (
                "-- crmdb snapshot 1, PostgreSQL 15\ntable\n",
                "line 2: not an object",
            ),
            (
                "-- crmdb snapshot 1, PostgreSQL 15\n    a: b\n",
                "line 2: a property of no",
            ),
            (
                "-- crmdb snapshot 1, PostgreSQL 15\ntable a\n    b\n",
                "line 3: not a property",
            ),
        ] {
            let failure = parse(text).unwrap_err();
            assert!(failure.message.starts_with(says), "{}", failure.message);
        }
    }
}
