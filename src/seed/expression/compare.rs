//! The order of two values that are not NULL.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::calendar::midnight;
use super::decimal::Decimal;
use super::eval::Fault;
use super::literal::literal;
use super::span::Span;
use crate::seed::value::{Kind, Shape, Value};

/// Whether two values are equal.
pub(super) fn equal<'a>(a: &Value, b: &Value) -> Result<bool, Fault<'a>> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Ok(a == b),
        (Value::Range(a, b), Value::Range(c, d)) => Ok(a == c && b == d),
        (a, b) => Ok(compare(a, b)?.is_eq()),
    }
}

/// The order of two values, also of those whose types PostgreSQL would bring together: numbers,
/// dates and timestamps, and a text without a type with anything.
pub(super) fn compare<'a>(a: &Value, b: &Value) -> Result<Ordering, Fault<'a>> {
    Ok(match (a, b) {
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Timestamp(a), Value::Timestamp(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Timestamp(a), Value::Date(b)) => a.cmp(&midnight(*b)),
        (Value::Date(a), Value::Timestamp(b)) => midnight(*a).cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::Uuid(a), Value::Uuid(b)) => a.cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Inet(a), Value::Inet(b)) => a.cmp(b),
        (Value::Array(a), Value::Array(b)) => sequences(a, b)?,
        (Value::Text(text), other) => compare(&untyped(text, other)?, other)?,
        (other, Value::Text(text)) => compare(other, &untyped(text, other)?)?,
        _ => match (Number::of(a), Number::of(b), Span::of(a), Span::of(b)) {
            (Some(a), Some(b), ..) => a.compare(b),
            (_, _, Some(a), Some(b)) => a.compare(b),
            _ => return Err("values of these types are not compared".into()),
        },
    })
}

/// Arrays, element by element; a NULL in them is equal to another and the greatest of all.
fn sequences<'a>(a: &[Value], b: &[Value]) -> Result<Ordering, Fault<'a>> {
    for (a, b) in a.iter().zip(b) {
        let ordering = match (a, b) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Greater,
            (_, Value::Null) => Ordering::Less,
            (a, b) => compare(a, b)?,
        };
        if ordering.is_ne() {
            return Ok(ordering);
        }
    }
    Ok(a.len().cmp(&b.len()))
}

/// A text as a value of the type of another value: `'2020-01-01'` beside a timestamp.
pub(super) fn untyped<'a>(text: &str, beside: &Value) -> Result<Value, Fault<'a>> {
    let kind = kind_of(beside).ok_or("values of these types are not compared")?;
    Ok(literal(text, &kind)?)
}

/// A type that the value may be of.
fn kind_of(value: &Value) -> Option<Kind> {
    let shape = match value {
        Value::Bool(_) => Shape::Bool,
        Value::Int(_) | Value::Numeric { .. } => Shape::Numeric(None),
        Value::Float(_) => Shape::Float(8),
        Value::Bytes(_) => Shape::Bytes,
        Value::Uuid(_) => Shape::Uuid,
        Value::Timestamp(_) => Shape::Timestamp,
        Value::Date(_) => Shape::Date,
        Value::Time(_) => Shape::Time,
        Value::Interval { .. } => Shape::Interval,
        Value::Inet(_) => Shape::Inet,
        Value::Array(elements) => {
            let element = elements.iter().find_map(kind_of);
            Shape::Array(Box::new(
                element.unwrap_or_else(|| plain(Shape::Text(None))),
            ))
        }
        Value::Null | Value::Text(_) => Shape::Text(None),
        Value::Range(from, _) => Shape::Range(Box::new(kind_of(from)?)),
    };
    Some(plain(shape))
}

/// A type of which only the shape is of interest; a timestamp of it has a time zone.
pub(super) fn plain(shape: Shape) -> Kind {
    let name = match shape {
        Shape::Timestamp => "timestamp with time zone",
        _ => "",
    };
    Kind {
        oid: 0,
        name: name.to_owned(),
        shape,
    }
}

/// A number of any type.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Int(i64),
    Decimal(Decimal),
    Float(f64),
}

impl Number {
    pub(super) fn of(value: &Value) -> Option<Self> {
        match *value {
            Value::Int(whole) => Some(Self::Int(whole)),
            Value::Numeric { unscaled, scale } => Some(Self::Decimal(Decimal { unscaled, scale })),
            Value::Float(float) => Some(Self::Float(float)),
            _ => None,
        }
    }

    /// As a decimal; nothing for what is a float.
    pub(super) fn decimal(self) -> Option<Decimal> {
        match self {
            Self::Int(whole) => Some(whole.into()),
            Self::Decimal(decimal) => Some(decimal),
            Self::Float(_) => None,
        }
    }

    pub(super) fn float(self) -> f64 {
        match self {
            Self::Int(whole) => whole as f64,
            Self::Decimal(decimal) => decimal.to_float(),
            Self::Float(float) => float,
        }
    }

    fn compare(self, other: Self) -> Ordering {
        if let (Some(a), Some(b)) = (self.decimal(), other.decimal()) {
            return a.compare(b);
        }
        let (a, b) = (self.float(), other.float());
        // NaN is equal to itself and the greatest of all.
        a.partial_cmp(&b)
            .unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
    }
}

impl Span {
    /// The span of an interval.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match *value {
            Value::Interval {
                months,
                days,
                micros,
            } => Some(Self {
                months,
                days,
                micros,
            }),
            _ => None,
        }
    }
}

/// A text of the value, borrowed where it is one.
pub(super) fn text<'a>(value: &'a Value) -> Result<Cow<'a, str>, Fault<'static>> {
    match value {
        Value::Text(text) => Ok(Cow::Borrowed(text)),
        other => Ok(Cow::Owned(super::render::plain_text(other))),
    }
}
