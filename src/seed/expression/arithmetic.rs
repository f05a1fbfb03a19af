//! `+ - * / %` of numbers, times and intervals.

use super::calendar::{DAY, midnight};
use super::compare::{Number, untyped};
use super::decimal::Decimal;
use super::eval::Fault;
use super::moment::moved;
use super::node::Arithmetic;
use super::span::Span;
use crate::seed::value::Value;

const RANGE: &str = "the result of a calculation is out of range";
const TYPES: &str = "this is not calculated with values of these types";

/// What an operator gives of two values that are not NULL.
pub(super) fn apply<'a>(operator: Arithmetic, a: &Value, b: &Value) -> Result<Value, Fault<'a>> {
    match (Number::of(a), Number::of(b)) {
        (Some(a), Some(b)) => numbers(operator, a, b),
        (None, None) | (Some(_), None) | (None, Some(_)) => times(operator, a, b),
    }
}

fn numbers<'a>(operator: Arithmetic, a: Number, b: Number) -> Result<Value, Fault<'a>> {
    let dividing = matches!(operator, Arithmetic::Divide | Arithmetic::Remainder);
    if dividing && b.float() == 0.0 {
        return Err("division by zero".into());
    }
    if let (Number::Int(a), Number::Int(b)) = (a, b) {
        let found = match operator {
            Arithmetic::Add => a.checked_add(b),
            Arithmetic::Subtract => a.checked_sub(b),
            Arithmetic::Multiply => a.checked_mul(b),
            Arithmetic::Divide => a.checked_div(b),
            Arithmetic::Remainder => Some(a.wrapping_rem(b)),
        };
        return Ok(Value::Int(found.ok_or(RANGE)?));
    }
    if let (Some(a), Some(b)) = (a.decimal(), b.decimal()) {
        let found = match operator {
            Arithmetic::Add => a.add(b),
            Arithmetic::Subtract => b.negated().and_then(|b| a.add(b)),
            Arithmetic::Multiply => a.multiply(b),
            Arithmetic::Divide => a.divide(b),
            Arithmetic::Remainder => a.remainder(b),
        };
        return Ok(found.ok_or(RANGE)?.into());
    }
    let (a, b) = (a.float(), b.float());
    let found = match operator {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => a / b,
        Arithmetic::Remainder => return Err(TYPES.into()),
    };
    let infinite = found.is_infinite() && a.is_finite() && b.is_finite();
    (!infinite)
        .then_some(Value::Float(found))
        .ok_or_else(|| RANGE.into())
}

fn times<'a>(operator: Arithmetic, a: &Value, b: &Value) -> Result<Value, Fault<'a>> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    let found = match (operator, a, b) {
        (Add | Subtract, Value::Timestamp(at), Value::Interval { .. }) => {
            moved(*at, signed(operator, b)?).map(Value::Timestamp)
        }
        (Add | Subtract, Value::Date(days), Value::Interval { .. }) => {
            moved(midnight(*days), signed(operator, b)?).map(Value::Timestamp)
        }
        (Add | Subtract, Value::Time(at), Value::Interval { .. }) => {
            let by = i128::from(signed(operator, b)?.micros);
            let of_day = (i128::from(*at) + by).rem_euclid(i128::from(DAY));
            i64::try_from(of_day).ok().map(Value::Time)
        }
        (Add | Subtract, Value::Interval { .. }, Value::Interval { .. }) => {
            span(a)?.add(signed(operator, b)?).map(Value::from)
        }
        (Add, Value::Interval { .. }, Value::Timestamp(_) | Value::Date(_) | Value::Time(_)) => {
            return times(operator, b, a);
        }
        (Add, Value::Date(days), Value::Time(at)) | (Add, Value::Time(at), Value::Date(days)) => {
            midnight(*days).checked_add(*at).map(Value::Timestamp)
        }
        (Add | Subtract, Value::Date(days), Value::Int(by)) => {
            let by = if operator == Add {
                Some(*by)
            } else {
                by.checked_neg()
            };
            let days = by.and_then(|by| i64::from(*days).checked_add(by));
            days.and_then(|days| i32::try_from(days).ok())
                .map(Value::Date)
        }
        (Add, Value::Int(_), Value::Date(_)) => return times(operator, b, a),
        (Subtract, Value::Date(a), Value::Date(b)) => {
            Some(Value::Int(i64::from(*a) - i64::from(*b)))
        }
        (Subtract, Value::Timestamp(a), Value::Timestamp(b)) => {
            if [*a, *b].iter().any(|at| matches!(*at, i64::MAX | i64::MIN)) {
                return Err(RANGE.into());
            }
            Span::between(*b, *a).map(Value::from)
        }
        (Subtract, Value::Timestamp(_), Value::Date(days)) => {
            return times(operator, a, &Value::Timestamp(midnight(*days)));
        }
        (Subtract, Value::Date(days), Value::Timestamp(_)) => {
            return times(operator, &Value::Timestamp(midnight(*days)), b);
        }
        (Subtract, Value::Time(a), Value::Time(b)) => Some(Value::Interval {
            months: 0,
            days: 0,
            micros: a - b,
        }),
        (Multiply | Divide, Value::Interval { .. }, other) if Number::of(other).is_some() => {
            scaled(operator, a, other)?
        }
        (Multiply, other, Value::Interval { .. }) if Number::of(other).is_some() => {
            scaled(operator, b, other)?
        }
        // A text without a type: of the same type where that is taken away, else an interval.
        (
            Add | Subtract,
            Value::Timestamp(_) | Value::Date(_) | Value::Time(_) | Value::Interval { .. },
            Value::Text(text),
        ) => {
            let interval = |_| untyped(text, &Span::default().into());
            let b = match operator {
                Subtract => untyped(text, a).or_else(interval),
                _ => untyped(text, &Span::default().into()),
            };
            return times(operator, a, &b?);
        }
        _ => return Err(TYPES.into()),
    };
    found.ok_or_else(|| RANGE.into())
}

fn span<'a>(value: &Value) -> Result<Span, Fault<'a>> {
    Span::of(value).ok_or_else(|| TYPES.into())
}

/// An interval that is added, or taken away.
fn signed<'a>(operator: Arithmetic, interval: &Value) -> Result<Span, Fault<'a>> {
    let span = span(interval)?;
    if operator == Arithmetic::Add {
        return Ok(span);
    }
    span.negated().ok_or_else(|| RANGE.into())
}

fn scaled<'a>(
    operator: Arithmetic,
    interval: &Value,
    by: &Value,
) -> Result<Option<Value>, Fault<'a>> {
    let by = Number::of(by).map_or(f64::NAN, Number::float);
    if operator == Arithmetic::Divide && by == 0.0 {
        return Err("division by zero".into());
    }
    let scale = |part: f64| match operator {
        Arithmetic::Divide => part / by,
        _ => part * by,
    };
    Ok(span(interval)?.scaled(scale).map(Value::from))
}

/// A number or an interval with its sign turned.
pub(super) fn negated<'a>(value: &Value) -> Result<Value, Fault<'a>> {
    let found = match value {
        Value::Int(whole) => whole.checked_neg().map(Value::Int),
        Value::Numeric { unscaled, scale } => {
            let decimal = Decimal {
                unscaled: *unscaled,
                scale: *scale,
            };
            decimal.negated().map(Value::from)
        }
        Value::Float(float) => Some(Value::Float(-float)),
        interval => span(interval)?.negated().map(Value::from),
    };
    found.ok_or_else(|| RANGE.into())
}
