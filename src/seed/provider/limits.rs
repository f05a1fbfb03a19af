//! Whether a value is one that its column can hold.

use std::cmp::Ordering;

use regex::Regex;

use crate::seed::bounds::Bounds;
use crate::seed::value::{Kind, Shape, Value};

/// The bounds of a column, ready to be asked.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) bounds: Bounds,
    pub(super) kind: Kind,
    patterns: Vec<Regex>,
}

impl Limits {
    /// What is no regular expression here is left out.
    pub(super) fn new(kind: &Kind, bounds: &Bounds) -> Self {
        let patterns = bounds.patterns.iter();
        Self {
            bounds: bounds.clone(),
            kind: kind.clone(),
            patterns: patterns.filter_map(|text| Regex::new(text).ok()).collect(),
        }
    }

    /// The fewest and the most characters of a text.
    pub(super) fn characters(&self) -> (usize, usize) {
        let most = match self.kind.shape {
            Shape::Text(Some(length)) => length.min(self.bounds.longest.unwrap_or(length)),
            _ => self.bounds.longest.unwrap_or(u32::MAX),
        };
        (self.bounds.shortest as usize, most as usize)
    }

    /// Whether the column takes the value.
    pub(super) fn allow(&self, value: &Value) -> bool {
        let bounds = &self.bounds;
        let listed = bounds
            .list
            .as_ref()
            .is_none_or(|list| list.iter().any(|one| equal(one, value)));
        listed && self.fits_type(value) && self.between(value) && self.fits_form(value)
    }

    fn fits_type(&self, value: &Value) -> bool {
        match (&self.kind.shape, value) {
            (Shape::Int(bytes), Value::Int(number)) => {
                let (least, greatest) = integers(*bytes);
                (least..=greatest).contains(number)
            }
            (
                Shape::Numeric(Some((precision, scale))),
                Value::Numeric {
                    unscaled,
                    scale: own,
                },
            ) => {
                let wanted = i32::from(*precision) - i32::from(*scale) + i32::from(*own);
                let limit = u32::try_from(wanted)
                    .ok()
                    .and_then(|n| 10_i128.checked_pow(n));
                limit.is_none_or(|limit| unscaled.abs() < limit)
            }
            (Shape::Enum(labels), Value::Text(text)) => labels.contains(text),
            (Shape::Text(Some(length)), Value::Text(text)) => {
                text.chars().count() <= *length as usize
            }
            _ => true,
        }
    }

    fn between(&self, value: &Value) -> bool {
        let side = |bound: &Option<(Value, bool)>, wrong: Ordering| {
            bound.as_ref().is_none_or(|(bound, taken)| {
                order(value, bound)
                    .is_none_or(|found| found != wrong && (*taken || found != Ordering::Equal))
            })
        };
        side(&self.bounds.least, Ordering::Less) && side(&self.bounds.greatest, Ordering::Greater)
    }

    fn fits_form(&self, value: &Value) -> bool {
        let bounds = &self.bounds;
        let length = match value {
            Value::Text(text) => text.chars().count(),
            Value::Array(items) => items.len(),
            Value::Bytes(bytes) => {
                return bounds
                    .bytes
                    .is_none_or(|wanted| bytes.len() == wanted as usize);
            }
            _ => return true,
        };
        let longest = bounds.longest.is_none_or(|most| length <= most as usize);
        let matches = match value {
            Value::Text(text) => self.patterns.iter().all(|one| one.is_match(text)),
            Value::Array(items) => bounds.elements.as_ref().is_none_or(|known| {
                items
                    .iter()
                    .all(|item| known.iter().any(|one| equal(one, item)))
            }),
            _ => true,
        };
        longest && length >= bounds.shortest as usize && matches
    }
}

/// The least and the greatest integer of so many bytes.
pub(super) fn integers(bytes: u8) -> (i64, i64) {
    match bytes {
        2 => (i16::MIN.into(), i16::MAX.into()),
        4 => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    }
}

fn equal(one: &Value, other: &Value) -> bool {
    order(one, other) == Some(Ordering::Equal)
}

/// Compares two values of one type, numbers with each other.
pub(super) fn order(one: &Value, other: &Value) -> Option<Ordering> {
    use Value::{Date, Float, Interval, Text, Time, Timestamp};
    match (one, other) {
        (Text(one), Text(other)) => Some(one.cmp(other)),
        (Timestamp(one), Timestamp(other)) | (Time(one), Time(other)) => Some(one.cmp(other)),
        (Date(one), Date(other)) => Some(one.cmp(other)),
        (Interval { .. }, Interval { .. }) => Some(length(one)?.cmp(&length(other)?)),
        (Float(_), _) | (_, Float(_)) => float(one)?.partial_cmp(&float(other)?),
        _ => match (decimal(one), decimal(other)) {
            (Some((one, scale)), Some((other, wanted))) => {
                let common = scale.max(wanted);
                Some(rescaled(one, scale, common)?.cmp(&rescaled(other, wanted, common)?))
            }
            _ => (one == other).then_some(Ordering::Equal),
        },
    }
}

/// Returns an integer or a numeric as its digits and its scale.
pub(super) fn decimal(value: &Value) -> Option<(i128, u16)> {
    match value {
        Value::Int(number) => Some(((*number).into(), 0)),
        Value::Numeric { unscaled, scale } => Some((*unscaled, *scale)),
        _ => None,
    }
}

/// Brings digits from one scale to a greater one, or to a smaller one towards minus infinity.
pub(super) fn rescaled(digits: i128, from: u16, to: u16) -> Option<i128> {
    let power = 10_i128.checked_pow(from.abs_diff(to).into())?;
    if to >= from {
        digits.checked_mul(power)
    } else {
        Some(digits.div_euclid(power))
    }
}

/// Returns a number as a float.
pub(super) fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(number) => Some(*number),
        _ => {
            let (digits, scale) = decimal(value)?;
            let mut power = 1.0;
            for _ in 0..scale {
                power *= 10.0;
            }
            Some(digits as f64 / power)
        }
    }
}

/// Returns the microseconds of an interval, a month of 30 days.
pub(super) fn length(value: &Value) -> Option<i64> {
    let Value::Interval {
        months,
        days,
        micros,
    } = value
    else {
        return None;
    };
    let days = i64::from(*months) * 30 + i64::from(*days);
    days.checked_mul(super::moment::DAY)?.checked_add(*micros)
}
