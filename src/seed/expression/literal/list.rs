//! Arrays and ranges.

use super::read;
use crate::seed::value::{Kind, Shape, Value};

/// `{a,"b c",NULL}`.
pub(super) fn array(text: &str, element: &Kind) -> Option<Value> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    if inner.trim_ascii().is_empty() {
        return Some(Value::Array(Vec::new()));
    }
    let items = items(inner)?.into_iter();
    let elements = items.map(|item| match item {
        Item::Plain(text) if text.eq_ignore_ascii_case("null") => Some(Value::Null),
        // An array in an array.
        Item::Plain(text) if text.is_empty() || text.contains(['{', '}']) => None,
        Item::Plain(text) | Item::Quoted(text) => read(&text, element),
    });
    Some(Value::Array(elements.collect::<Option<_>>()?))
}

/// `[a,b)`, and `[a,b]` of numbers and days that follow one another.
pub(super) fn range(text: &str, element: &Kind) -> Option<Value> {
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    let [from, to] = <[Item; 2]>::try_from(items(inner)?).ok()?;
    let bound = |item: Item| match item {
        Item::Plain(text) if text.is_empty() => None,
        Item::Plain(text) | Item::Quoted(text) => read(&text, element),
    };
    let (from, to) = (bound(from)?, bound(to)?);
    let from = match text.as_bytes().first()? {
        b'[' => from,
        b'(' => following(&from, element)?,
        _ => return None,
    };
    let to = match text.as_bytes().last()? {
        b')' => to,
        b']' => following(&to, element)?,
        _ => return None,
    };
    Some(Value::Range(Box::new(from), Box::new(to)))
}

fn following(value: &Value, kind: &Kind) -> Option<Value> {
    match (value, &kind.shape) {
        (Value::Int(whole), Shape::Int(_)) => whole.checked_add(1).map(Value::Int),
        (Value::Date(days), Shape::Date) => days.checked_add(1).map(Value::Date),
        _ => None,
    }
}

enum Item {
    Plain(String),
    Quoted(String),
}

/// What stands between the commas.
fn items(text: &str) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    let mut characters = text.chars().peekable();
    loop {
        let mut item = String::new();
        let mut quoted = false;
        let mut inside = false;
        let mut kept = 0;
        let ended = loop {
            match characters.next() {
                None if inside => return None,
                None => break true,
                Some(',') if !inside => break false,
                Some('"') => {
                    // In a range a quote is doubled.
                    if inside && characters.next_if_eq(&'"').is_some() {
                        item.push('"');
                    } else {
                        inside = !inside;
                        quoted = true;
                    }
                    kept = item.len();
                }
                Some('\\') => {
                    item.push(characters.next()?);
                    kept = item.len();
                }
                Some(space) if !inside && space.is_ascii_whitespace() && item.is_empty() => {}
                Some(other) => item.push(other),
            }
            if inside {
                kept = item.len();
            }
        };
        let end = item.trim_ascii_end().len().max(kept);
        item.truncate(end);
        items.push(if quoted {
            Item::Quoted(item)
        } else {
            Item::Plain(item)
        });
        if ended {
            return Some(items);
        }
    }
}
