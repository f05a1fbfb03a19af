//! Functions of texts.

use std::borrow::Cow;

use super::call::length;
use super::compare::text;
use super::eval::{Answer, Fault, null, own};
use super::function::Function;
use crate::seed::value::Value;

const TYPES: &str = "a function does not take values of these types";

/// What a function gives of values that are not NULL; an argument that is not there is.
pub(super) fn call<'a>(function: Function, [a, b, c]: [Cow<'a, Value>; 3]) -> Answer<'a> {
    Ok(match function {
        Function::Btrim => kept(a, &b, true, true)?,
        Function::Ltrim => kept(a, &b, true, false)?,
        Function::Rtrim => kept(a, &b, false, true)?,
        Function::Length => match &*a {
            Value::Bytes(bytes) => length(bytes.len()),
            other => length(text(other)?.chars().count()),
        },
        Function::OctetLength => match &*a {
            Value::Bytes(bytes) => length(bytes.len()),
            other => length(text(other)?.len()),
        },
        Function::Lower => changed(a, char::is_uppercase, str::to_lowercase)?,
        Function::Upper => changed(a, char::is_lowercase, str::to_uppercase)?,
        Function::Replace => {
            let from = text(&b)?;
            if from.is_empty() {
                return Ok(a);
            }
            said(text(&a)?.replace(&*from, &text(&c)?))
        }
        Function::Left | Function::Right => {
            let text = text(&a)?;
            let all = text.chars().count();
            let wanted = usize::try_from(int(&b)?.unsigned_abs()).unwrap_or(usize::MAX);
            let count = match int(&b)? {
                0.. => wanted.min(all),
                _ => all.saturating_sub(wanted),
            };
            match function {
                Function::Left => said(text.chars().take(count).collect::<String>()),
                _ => said(text.chars().skip(all - count).collect::<String>()),
            }
        }
        Function::Substring => substring(&a, int(&b)?, &c)?,
        Function::StartsWith => own(Value::Bool(text(&a)?.starts_with(&*text(&b)?))),
        Function::Position => {
            let (text, part) = (text(&a)?, text(&b)?);
            let at = text.find(&*part);
            length(at.map_or(0, |at| text[..at].chars().count() + 1))
        }
        Function::JsonbTypeof => json_type(&text(&a)?)?,
        _ => return Err(TYPES.into()),
    })
}

fn said<'a>(text: impl Into<String>) -> Cow<'a, Value> {
    own(Value::Text(text.into()))
}

fn int<'a>(value: &Value) -> Result<i64, Fault<'a>> {
    match value {
        Value::Int(whole) => Ok(*whole),
        _ => Err(TYPES.into()),
    }
}

/// A text without the characters at its ends that `of` has: spaces when it is not given.
fn kept<'a>(value: Cow<'a, Value>, of: &Value, start: bool, end: bool) -> Answer<'a> {
    let of = match of {
        Value::Null => Cow::Borrowed(" "),
        of => text(of)?,
    };
    let whole = text(&value)?;
    let mut rest: &str = &whole;
    if start {
        rest = rest.trim_start_matches(|character| of.contains(character));
    }
    if end {
        rest = rest.trim_end_matches(|character| of.contains(character));
    }
    if rest.len() == whole.len() && matches!(*value, Value::Text(_)) {
        drop(whole);
        return Ok(value);
    }
    Ok(said(rest))
}

/// A text in another case: itself when no character of it is in the one case.
fn changed<'a>(
    value: Cow<'a, Value>,
    concerns: fn(char) -> bool,
    change: fn(&str) -> String,
) -> Answer<'a> {
    match &*value {
        Value::Text(text) if !text.contains(concerns) => Ok(value),
        other => Ok(said(change(&text(other)?))),
    }
}

fn substring<'a>(value: &Value, from: i64, count: &Value) -> Answer<'a> {
    let end = match count {
        Value::Null => i64::MAX,
        count => match int(count)? {
            count @ 0.. => from.saturating_add(count),
            _ => return Err("a substring has no negative length".into()),
        },
    };
    let start = usize::try_from(from.max(1) - 1).unwrap_or(usize::MAX);
    let end = usize::try_from(end.max(1) - 1).unwrap_or(usize::MAX);
    let count = end.saturating_sub(start);
    let text = text(value)?;
    Ok(said(
        text.chars().skip(start).take(count).collect::<String>(),
    ))
}

/// The type of a JSON text, which its first character tells.
fn json_type<'a>(json: &str) -> Answer<'a> {
    let name = match json.trim_start().as_bytes().first() {
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b'"') => "string",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        Some(b'-' | b'0'..=b'9') => "number",
        _ => return Ok(null()),
    };
    Ok(said(name))
}
