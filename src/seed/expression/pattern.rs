//! The patterns of `~`, `~*`, `LIKE` and `ILIKE`.

use regex::{Regex, RegexBuilder};

use super::Unsupported;

/// A pattern that has been compiled.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    regex: Regex,
    /// The pattern of `~`, for the `regex` crate; nothing for one of `LIKE`.
    pub(super) posix: Option<String>,
}

impl Pattern {
    /// Whether a text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The pattern of `~`, of `~*` when case is ignored.
    pub(super) fn posix(pattern: &str, ignore_case: bool) -> Result<Self, Unsupported> {
        let refused = || Unsupported(format!("the pattern `{pattern}` is not understood"));
        let read = translated(pattern).ok_or_else(refused)?;
        let regex = compiled(&read, ignore_case).ok_or_else(refused)?;
        let posix = if ignore_case {
            format!("(?i:{read})")
        } else {
            read
        };
        Ok(Self {
            regex,
            posix: Some(posix),
        })
    }

    /// The pattern of `LIKE`, of `ILIKE` when case is ignored.
    pub(super) fn like(
        pattern: &str,
        escape: Option<char>,
        ignore_case: bool,
    ) -> Result<Self, Unsupported> {
        let refused = || Unsupported(format!("the pattern `{pattern}` is not understood"));
        let mut read = String::from("^");
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            match character {
                escaping if Some(escaping) == escape => {
                    let literal = characters.next().ok_or_else(refused)?;
                    read.push_str(&regex::escape(literal.encode_utf8(&mut [0; 4])));
                }
                '%' => read.push_str(".*"),
                '_' => read.push('.'),
                other => read.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
            }
        }
        read.push('$');
        let regex = compiled(&read, ignore_case).ok_or_else(refused)?;
        Ok(Self { regex, posix: None })
    }
}

fn compiled(pattern: &str, ignore_case: bool) -> Option<Regex> {
    // A dot is a line break too, as in PostgreSQL.
    RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .dot_matches_new_line(true)
        .build()
        .ok()
}

/// A pattern of PostgreSQL for the `regex` crate, which writes some of it otherwise.
fn translated(pattern: &str) -> Option<String> {
    if pattern.starts_with("***") {
        return None;
    }
    let mut read = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        let after = &rest[character.len_utf8()..];
        rest = match character {
            '\\' => escape(after, &mut read)?,
            '[' => bracket(after, &mut read)?,
            '(' if after.starts_with('?') && !after.starts_with("?:") => return None,
            '{' if !after.starts_with(|c: char| c.is_ascii_digit()) => {
                read.push_str("\\{");
                after
            }
            '}' if !in_bound(&read) => {
                read.push_str("\\}");
                after
            }
            other => {
                read.push(other);
                after
            }
        };
    }
    Some(read)
}

/// Whether a `{` stands open.
fn in_bound(read: &str) -> bool {
    let bound = read.trim_end_matches(|c: char| c.is_ascii_digit() || c == ',');
    bound.len() < read.len() && bound.ends_with('{') && !bound.ends_with("\\{")
}

/// Reads what follows a backslash; gives the rest.
fn escape<'p>(after: &'p str, read: &mut String) -> Option<&'p str> {
    let character = after.chars().next()?;
    match character {
        'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'n' | 't' | 'r' | 'f' | 'v' | 'a' | 'A' => {
            read.push('\\');
            read.push(character);
        }
        'Z' => read.push_str("\\z"),
        'y' => read.push_str("\\b"),
        'Y' => read.push_str("\\B"),
        'm' => read.push_str("\\b{start}"),
        'M' => read.push_str("\\b{end}"),
        other if other.is_alphanumeric() => return None,
        other => read.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
    }
    Some(&after[character.len_utf8()..])
}

/// Reads a bracket expression from after its `[`; gives what follows its `]`.
fn bracket<'p>(after: &'p str, read: &mut String) -> Option<&'p str> {
    read.push('[');
    let mut rest = after;
    if let Some(negated) = rest.strip_prefix('^') {
        read.push('^');
        rest = negated;
    }
    let mut first = true;
    loop {
        let character = rest.chars().next()?;
        let after = &rest[character.len_utf8()..];
        rest = match character {
            ']' if !first => {
                read.push(']');
                return Some(after);
            }
            '[' if after.starts_with(':') => {
                let end = after.find(":]")? + 2;
                read.push('[');
                read.push_str(&after[..end]);
                &after[end..]
            }
            '[' if after.starts_with(['.', '=']) => return None,
            '\\' => escape(after, read)?,
            '-' if after.starts_with('-') => return None,
            '[' | ']' | '&' | '~' => {
                read.push('\\');
                read.push(character);
                after
            }
            other => {
                read.push(other);
                after
            }
        };
        first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posix_patterns() {
        for (pattern, text, expected) in [
            ("^[A-Z]{2}$", "US", true),
            ("^[A-Z]{2}$", "US\n", false),
            ("^[]a[&~]+$", "]a[&~", true),
            ("^[A-Za-z0-9+/=_:.$-]{3,}$", "a-$.", true),
            ("^{a}$", "{a}", true),
            ("^a.b$", "a\nb", true),
            (r"\mcat\M", "a cat.", true),
            (r"\mcat\M", "cats", false),
            ("^[[:alpha:]_]+$", "a_b", true),
            ("b", "abc", true),
        ] {
            let compiled = Pattern::posix(pattern, false).unwrap();
            assert_eq!(compiled.matches(text), expected, "{pattern}");
        }
        for pattern in ["(?=a)", r"(a)\1", "***=a", "[[.a.]]", "(", r"\x41"] {
            assert!(Pattern::posix(pattern, false).is_err(), "{pattern}");
        }
        assert!(Pattern::posix("^abc$", true).unwrap().matches("aBc"));
    }

    #[test]
    fn like_patterns() {
        for (pattern, text, expected) in [
            ("a%", "abc", true),
            ("a_", "ab\n", false),
            ("%b%", "a\nb", true),
            (r"10\%", "10%", true),
            (r"10\%", "100", false),
            ("a.c", "abc", false),
        ] {
            let compiled = Pattern::like(pattern, Some('\\'), false).unwrap();
            assert_eq!(compiled.matches(text), expected, "{pattern}");
        }
    }
}
