//! Reads `key=value` connection strings by libpq's rules.

use super::parameters::Parameters;
use crate::error::Failure;

/// Reads a connection string. No error shows a part of it other than an unknown key.
pub(super) fn parse(text: &str) -> anyhow::Result<Parameters> {
    let mut parameters = Parameters::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let (key, tail) = rest.split_at(end);
        let Some(tail) = tail.trim_start().strip_prefix('=') else {
            return Err(wrong("a `=` is missing behind a key"));
        };
        let (value, tail) = read_value(tail.trim_start())?;
        parameters.add(key, &value)?;
        rest = tail.trim_start();
    }
    Ok(parameters)
}

/// Reads a value up to a space, or to the closing quote; a backslash takes the next character.
fn read_value(text: &str) -> anyhow::Result<(String, &str)> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut characters = text.char_indices().skip(usize::from(quoted));
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some((_, next)) => value.push(next),
                None => return Err(wrong("it ends with a backslash")),
            },
            '\'' if quoted => {
                let rest = &text[at + 1..];
                if rest.starts_with(|c: char| !c.is_whitespace()) {
                    return Err(wrong("something follows a closing quote"));
                }
                return Ok((value, rest));
            }
            '\0' => return Err(wrong("it has a zero byte")),
            c if c.is_whitespace() && !quoted => return Ok((value, &text[at..])),
            c => value.push(c),
        }
    }
    if quoted {
        return Err(wrong("a closing quote is missing"));
    }
    Ok((value, ""))
}

fn wrong(message: &str) -> anyhow::Error {
    Failure::new(message)
        .hint("Write key=value with spaces between; a value with spaces stands in '...'.")
        .into()
}
