//! The value of an expression, as its column takes it.

use super::limits;
use super::moment;
use crate::seed::value::{Shape, Value};

/// Rounds numbers for columns of integers, and cuts moments for columns of dates; anything else
/// stays as it is.
pub(super) fn fitted(value: Value, shape: &Shape) -> Value {
    let found = match (shape, &value) {
        (Shape::Int(_), Value::Numeric { unscaled, scale }) => {
            // Half away from zero, as PostgreSQL rounds a numeric.
            let whole = limits::rescaled(unscaled.abs(), *scale, 0);
            let twice = limits::rescaled(unscaled.abs().saturating_mul(2), *scale, 0);
            let rounded = whole.zip(twice).map(|(whole, twice)| whole + twice % 2);
            let number = rounded.and_then(|number| i64::try_from(number).ok());
            number.map(|number| Value::Int(if *unscaled < 0 { -number } else { number }))
        }
        (Shape::Int(_), Value::Float(number)) if number.is_finite() => {
            Some(Value::Int(number.round_ties_even() as i64))
        }
        (Shape::Date, Value::Timestamp(micros)) => moment::of_instant(*micros, shape),
        (Shape::Timestamp, Value::Date(_)) => moment::instant(&value).map(Value::Timestamp),
        _ => None,
    };
    found.unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_moments() {
        let numeric = |unscaled, scale| Value::Numeric { unscaled, scale };
        for (value, shape, expected) in [
            (numeric(1249, 2), Shape::Int(4), Value::Int(12)),
            (numeric(125, 1), Shape::Int(4), Value::Int(13)),
            (numeric(-125, 1), Shape::Int(4), Value::Int(-13)),
            (numeric(7, 0), Shape::Int(4), Value::Int(7)),
            (Value::Float(2.5), Shape::Int(4), Value::Int(2)),
            (
                Value::Date(1),
                Shape::Timestamp,
                Value::Timestamp(moment::DAY),
            ),
            (Value::Timestamp(-1), Shape::Date, Value::Date(-1)),
            (Value::Null, Shape::Int(4), Value::Null),
        ] {
            assert_eq!(fitted(value, &shape), expected);
        }
    }
}
