//! Casts.

use std::borrow::Cow;

use super::Unsupported;
use super::calendar::{DAY, date, midnight};
use super::compare::Number;
use super::decimal::Decimal;
use super::literal::{in_range, literal, with_precision};
use super::render::{plain_text, render};
use crate::seed::value::{Kind, Shape, Value};

/// A value as one of a type, as a cast makes it.
///
/// # Errors
///
/// When there is no such cast, or the value is not in the range of the type.
pub fn convert(value: Value, kind: &Kind) -> Result<Value, Unsupported> {
    cast(Cow::Owned(value), kind).map(Cow::into_owned)
}

/// As [`convert`]; a value that is of the type already stays where it is.
pub(super) fn cast<'a>(value: Cow<'a, Value>, kind: &Kind) -> Result<Cow<'a, Value>, Unsupported> {
    if is_of(&value, &kind.shape) {
        return Ok(value);
    }
    let converted = match (&*value, &kind.shape) {
        (Value::Text(text), Shape::Text(Some(length))) => {
            let length = usize::try_from(*length).unwrap_or(usize::MAX);
            Some(Value::Text(text.chars().take(length).collect()))
        }
        (Value::Text(text), _) => Some(literal(text, kind)?),
        (Value::Array(elements), Shape::Array(element)) => {
            let elements = elements.iter().cloned();
            let converted = elements.map(|value| convert(value, element));
            Some(Value::Array(converted.collect::<Result<_, _>>()?))
        }
        (other, Shape::Text(_)) => {
            return cast(Cow::Owned(Value::Text(plain_text(other))), kind);
        }
        (other, shape) => scalar(other, shape),
    };
    let refused = || {
        let shown = render(&value, kind).unwrap_or_default();
        Unsupported(format!("`{shown}` is no `{}`", kind.name))
    };
    converted.map(Cow::Owned).ok_or_else(refused)
}

/// Whether a value can stay as it is.
fn is_of(value: &Value, shape: &Shape) -> bool {
    match (value, shape) {
        (Value::Null, _) | (_, Shape::Unknown) => true,
        (Value::Text(text), Shape::Text(Some(length))) => {
            let length = usize::try_from(*length).unwrap_or(usize::MAX);
            text.len() <= length || text.chars().count() <= length
        }
        (Value::Text(text), Shape::Enum(labels)) => labels.contains(text),
        (Value::Text(_), Shape::Text(None) | Shape::Json | Shape::Jsonb)
        | (Value::Bool(_), Shape::Bool)
        | (Value::Int(_), Shape::Int(8))
        | (Value::Numeric { .. }, Shape::Numeric(None))
        | (Value::Float(_), Shape::Float(8))
        | (Value::Bytes(_), Shape::Bytes)
        | (Value::Uuid(_), Shape::Uuid)
        | (Value::Timestamp(_), Shape::Timestamp)
        | (Value::Date(_), Shape::Date)
        | (Value::Time(_), Shape::Time)
        | (Value::Interval { .. }, Shape::Interval)
        | (Value::Inet(_), Shape::Inet)
        | (Value::Range(..), Shape::Range(_)) => true,
        (Value::Int(whole), Shape::Int(bytes)) => in_range(*whole, *bytes),
        (Value::Array(elements), Shape::Array(kind)) => {
            elements.iter().all(|element| is_of(element, &kind.shape))
        }
        _ => false,
    }
}

/// Casts between numbers, and between dates and times.
fn scalar(value: &Value, shape: &Shape) -> Option<Value> {
    match (value, shape) {
        (Value::Int(whole), Shape::Bool) => Some(Value::Bool(*whole != 0)),
        (Value::Bool(truth), Shape::Int(_)) => Some(Value::Int(i64::from(*truth))),
        (Value::Date(days), Shape::Timestamp) => Some(Value::Timestamp(midnight(*days))),
        (Value::Timestamp(at), Shape::Date) => Some(date(*at)),
        (Value::Timestamp(at), Shape::Time) => Some(Value::Time(at.rem_euclid(DAY))),
        (Value::Interval { micros, .. }, Shape::Time) => Some(Value::Time(micros.rem_euclid(DAY))),
        (Value::Time(micros), Shape::Interval) => Some(Value::Interval {
            months: 0,
            days: 0,
            micros: *micros,
        }),
        (value, shape) => number(Number::of(value)?, shape),
    }
}

fn number(number: Number, shape: &Shape) -> Option<Value> {
    match shape {
        Shape::Int(bytes) => {
            let whole = match number {
                Number::Int(whole) => whole,
                Number::Decimal(decimal) => i64::try_from(decimal.round(0)?.unscaled).ok()?,
                Number::Float(float) => {
                    let whole = float.round_ties_even();
                    // The first float above the range is 2^63.
                    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0)
                        .contains(&whole);
                    fits.then_some(whole as i64)?
                }
            };
            in_range(whole, *bytes).then_some(Value::Int(whole))
        }
        Shape::Numeric(limits) => {
            let decimal = match number {
                Number::Float(float) => Decimal::from_float(float)?,
                other => other.decimal()?,
            };
            with_precision(decimal, *limits).map(Value::from)
        }
        Shape::Float(4) => Some(Value::Float(f64::from(number.float() as f32))),
        Shape::Float(_) => Some(Value::Float(number.float())),
        _ => None,
    }
}
