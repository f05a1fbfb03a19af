//! Arrays of one dimension.

use std::borrow::Cow;

use super::compare;
use super::eval::Fault;
use crate::seed::value::Value;

/// The elements of an array; a text without a type is read as one of texts.
pub(super) fn elements<'v>(value: &'v Value) -> Result<Cow<'v, [Value]>, Fault<'static>> {
    match value {
        Value::Array(elements) => Ok(Cow::Borrowed(elements)),
        Value::Text(text) => match compare::untyped(text, &Value::Array(Vec::new()))? {
            Value::Array(elements) => Ok(Cow::Owned(elements)),
            _ => Err("an array is expected".into()),
        },
        _ => Err("an array is expected".into()),
    }
}

/// Whether an array has an element; a NULL is equal to nothing.
fn holds(array: &[Value], element: &Value) -> Result<bool, Fault<'static>> {
    if *element == Value::Null {
        return Ok(false);
    }
    for other in array {
        if *other != Value::Null && compare::equal(other, element)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `whole @> part`.
pub(super) fn contains(whole: &Value, part: &Value) -> Result<bool, Fault<'static>> {
    let (whole, part) = (elements(whole)?, elements(part)?);
    for element in part.iter() {
        if !holds(&whole, element)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `a && b`.
pub(super) fn overlap(a: &Value, b: &Value) -> Result<bool, Fault<'static>> {
    let (a, b) = (elements(a)?, elements(b)?);
    for element in b.iter() {
        if holds(&a, element)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `array_remove`, which removes NULLs too.
pub(super) fn without(array: &Value, element: &Value) -> Result<Value, Fault<'static>> {
    let mut kept = Vec::new();
    for other in elements(array)?.iter() {
        let same = match (other, element) {
            (Value::Null, Value::Null) => true,
            (Value::Null, _) | (_, Value::Null) => false,
            (other, element) => compare::equal(other, element)?,
        };
        if !same {
            kept.push(other.clone());
        }
    }
    Ok(Value::Array(kept))
}

/// `||` of two arrays, or of an array and an element.
pub(super) fn joined(a: &Value, b: &Value) -> Result<Value, Fault<'static>> {
    let mut all = match a {
        Value::Array(elements) => elements.clone(),
        element => vec![element.clone()],
    };
    match b {
        Value::Array(elements) => all.extend_from_slice(elements),
        element => all.push(element.clone()),
    }
    Ok(Value::Array(all))
}
