//! Bounds drawn together.

use std::cmp::Ordering;

use super::calendar::{DAY, date};
use super::compare::{Number, compare, equal};
use super::convert::convert;
use super::literal::literal;
use super::node::Comparison;
use crate::seed::bounds::Bounds;
use crate::seed::value::{Kind, Shape, Value};

/// A value that a range ends with, and whether it is in it.
type Limit = (Value, bool);

/// Which end of a range.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Least,
    Greatest,
}

/// Puts a limit in the place of one that is not as narrow.
pub(super) fn narrow(limit: &mut Option<Limit>, other: Limit, side: Side) {
    let narrower = match limit {
        None => true,
        Some(limit) => is_narrower(&other, limit, side),
    };
    if narrower {
        *limit = Some(other);
    }
}

fn is_narrower(a: &Limit, b: &Limit, side: Side) -> bool {
    match (compare(&a.0, &b.0), side) {
        (Ok(Ordering::Equal), _) => !a.1 && b.1,
        (Ok(Ordering::Greater), Side::Least) | (Ok(Ordering::Less), Side::Greatest) => true,
        _ => false,
    }
}

/// The wider of two limits.
fn wider(a: Option<Limit>, b: Option<Limit>, side: Side) -> Option<Limit> {
    let (a, b) = (a?, b?);
    Some(if is_narrower(&a, &b, side) { b } else { a })
}

/// What both lists have, in the order of the first; none is a list of all.
pub(super) fn meet(list: Option<Vec<Value>>, other: Vec<Value>) -> Vec<Value> {
    match list {
        None => other,
        Some(mut list) => {
            list.retain(|value| contains(&other, value));
            list
        }
    }
}

fn contains(list: &[Value], value: &Value) -> bool {
    list.iter()
        .any(|other| equal(other, value).unwrap_or(false))
}

/// What one list or the other has; none is a list of all.
fn join(a: Option<Vec<Value>>, b: Option<Vec<Value>>) -> Option<Vec<Value>> {
    let (mut a, b) = (a?, b?);
    for value in b {
        if !contains(&a, &value) {
            a.push(value);
        }
    }
    Some(a)
}

/// The narrowest bounds within which all that is within the one or the other is.
pub(super) fn hull(a: Bounds, b: Bounds) -> Bounds {
    let patterns = match (a.patterns.as_slice(), b.patterns.as_slice()) {
        ([a], [b]) if a != b => vec![format!("(?:{a})|(?:{b})")],
        (first, second) => {
            let both = first.iter().filter(|pattern| second.contains(pattern));
            both.cloned().collect()
        }
    };
    Bounds {
        list: join(a.list, b.list),
        least: wider(a.least, b.least, Side::Least),
        greatest: wider(a.greatest, b.greatest, Side::Greatest),
        shortest: a.shortest.min(b.shortest),
        longest: a.longest.zip(b.longest).map(|(a, b)| a.max(b)),
        bytes: a.bytes.filter(|bytes| b.bytes == Some(*bytes)),
        patterns,
        elements: join(a.elements, b.elements),
    }
}

/// The greatest value of a type that is not above a constant, and whether it is equal to it;
/// nothing where there is none, or nothing bounds a range with it (`infinity`, NULL).
pub(super) fn rounded_down(value: &Value, kind: &Kind) -> Option<(Value, bool)> {
    let found = match (value, &kind.shape) {
        (Value::Null, _) => return None,
        (_, Shape::Unknown) => value.clone(),
        (Value::Text(text), _) => literal(text, kind).ok()?,
        (Value::Numeric { .. } | Value::Float(_), Shape::Int(_)) => {
            let number = Number::of(value)?;
            let floor = match number {
                Number::Float(float) => Value::Float(float.floor()),
                number => number.decimal()?.floor()?.into(),
            };
            let whole = convert(floor, kind).ok()?;
            let exact = equal(&whole, value).ok()?;
            return Some((whole, exact));
        }
        (Value::Timestamp(at), Shape::Date) => {
            let exact = at.rem_euclid(DAY) == 0;
            (!matches!(*at, i64::MAX | i64::MIN)).then_some(())?;
            return Some((date(*at), exact));
        }
        // A bound is not rounded as a value is that goes into the column.
        (Value::Int(_) | Value::Numeric { .. } | Value::Float(_), Shape::Numeric(_)) => {
            let plain = Kind {
                shape: Shape::Numeric(None),
                ..kind.clone()
            };
            convert(value.clone(), &plain).ok()?
        }
        (value, _) => convert(value.clone(), kind).ok()?,
    };
    let finite = match &found {
        Value::Timestamp(at) => !matches!(*at, i64::MAX | i64::MIN),
        Value::Date(days) => !matches!(*days, i32::MAX | i32::MIN),
        Value::Float(float) => float.is_finite(),
        _ => true,
    };
    finite.then_some((found, true))
}

/// A constant as a value of a type, when the type has it.
pub(super) fn exactly(value: &Value, kind: &Kind) -> Option<Value> {
    match rounded_down(value, kind) {
        Some((value, true)) => Some(value),
        _ => None,
    }
}

/// A length has to compare with a number in this way.
pub(super) fn lengths(comparison: Comparison, length: i64, bounds: &mut Bounds) {
    let (least, most) = match comparison {
        Comparison::Equal => (length, Some(length)),
        Comparison::Less => (0, Some(length.saturating_sub(1))),
        Comparison::LessOrEqual => (0, Some(length)),
        Comparison::Greater => (length.saturating_add(1), None),
        Comparison::GreaterOrEqual => (length, None),
        Comparison::NotEqual => (i64::from(length == 0), None),
    };
    let count = |length: i64| u32::try_from(length.max(0)).unwrap_or(u32::MAX);
    bounds.shortest = bounds.shortest.max(count(least));
    if let Some(most) = most {
        let most = count(most);
        bounds.longest = Some(bounds.longest.map_or(most, |longest| longest.min(most)));
    }
}

/// Whether a cast from the type of a column changes nothing that comparisons see.
pub(super) fn keeps_order(to: &Kind, from: &Kind) -> bool {
    let harmless = matches!(
        (&to.shape, &from.shape),
        (Shape::Text(None), Shape::Text(_) | Shape::Enum(_))
            | (Shape::Numeric(None), Shape::Int(_) | Shape::Numeric(_))
            | (Shape::Int(8), Shape::Int(_))
            | (Shape::Float(8), Shape::Int(2 | 4) | Shape::Float(_))
            | (Shape::Timestamp, Shape::Date)
            | (Shape::Jsonb, Shape::Json)
            | (Shape::Array(_), Shape::Array(_))
    );
    harmless || to.shape == from.shape
}
