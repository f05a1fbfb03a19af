//! The values of unique keys.

use super::{Source, chance, moment, number, seconds, text};
use crate::seed::value::Value;

/// How many seconds a day has.
const SECONDS: u64 = 86_400;

impl Source {
    pub(super) fn capacity(&self) -> Option<u64> {
        match self {
            Self::Choice(choice) => Some(choice.distinct().len() as u64),
            Self::Cycle(values) => {
                Some(super::Choice::even(values.clone()).distinct().len() as u64)
            }
            Self::Number(_) | Self::Interval { .. } | Self::Uuid | Self::Inet => None,
            Self::Default | Self::Sql { .. } | Self::After { .. } => Some(1),
            Self::Time => Some(SECONDS),
            Self::Moment(moment) => moment.capacity(),
            Self::Span(span) => span.capacity(),
            Self::Pattern(pattern) => Some(pattern.capacity()),
            Self::Text(text) => text.capacity(),
            Self::Bytes {
                most: most @ 0..8, ..
            } => Some(1 << (8 * most)),
            Self::Bytes { .. } => None,
            Self::Array {
                of,
                least: 0..=1,
                most,
            } if *most > 0 => of.capacity(),
            Self::Array { .. } => Some(1),
            Self::Range(of) => of.capacity(),
        }
    }

    pub(super) fn nth(&self, n: u64, now: i64) -> Value {
        match self {
            Self::Choice(choice) => listed(choice.distinct(), n),
            Self::Cycle(values) => listed(super::Choice::even(values.clone()).distinct(), n),
            Self::Number(shape) => number(n, shape),
            Self::Default | Self::Sql { .. } | Self::After { .. } => Value::Null,
            Self::Time => {
                let second = chance::shuffled(n, SECONDS) as i64;
                Value::Time(second * moment::SECOND)
            }
            Self::Interval { least, .. } => seconds(least.saturating_add(n as i64)),
            Self::Moment(moment) => moment.nth(n, now),
            Self::Span(span) => span.nth(n),
            Self::Pattern(pattern) => Value::Text(pattern.nth(n)),
            Self::Text(text) => text.nth(n),
            Self::Bytes { most, .. } => Value::Bytes(bytes(n, *most as usize)),
            Self::Uuid => uuid(chance::mix(n), chance::mix(!n)),
            Self::Inet => Value::Inet(text::nth_address(n)),
            Self::Array { of, most, .. } if *most > 0 => Value::Array(vec![of.nth(n, now)]),
            Self::Array { .. } => Value::Array(Vec::new()),
            Self::Range(of) => {
                let lower = of.nth(n, now);
                let upper = above(&lower, 1);
                Value::Range(Box::new(lower), Box::new(upper))
            }
        }
    }
}

fn listed(values: Vec<Value>, n: u64) -> Value {
    let count = values.len().max(1) as u64;
    let found = values.into_iter().nth((n % count) as usize);
    found.unwrap_or(Value::Null)
}

/// Bytes that begin with those of the number.
fn bytes(n: u64, count: usize) -> Vec<u8> {
    if count < 8 {
        return n.to_le_bytes()[..count].to_vec();
    }
    let mut mixed = chance::mix(n);
    let mut bytes = Vec::with_capacity(count + 8);
    while bytes.len() < count {
        bytes.extend(mixed.to_le_bytes());
        mixed = chance::mix(mixed);
    }
    bytes.truncate(count);
    bytes
}

/// A UUID of version 4 that holds all bits of the first number.
pub(super) fn uuid(whole: u64, rest: u64) -> Value {
    let high = (whole >> 16 << 16) | 0x4000 | ((whole >> 4) & 0x0FFF);
    let low = (1 << 63) | ((whole & 15) << 58) | (rest & ((1 << 58) - 1));
    Value::Uuid((u128::from(high) << 64) | u128::from(low))
}

/// The value so many units above another: days, seconds, or ones.
pub(super) fn above(value: &Value, units: i64) -> Value {
    match value {
        Value::Int(number) => Value::Int(number.saturating_add(units)),
        Value::Numeric { unscaled, scale } => {
            let one = 10_i128.saturating_pow(u32::from(*scale));
            Value::Numeric {
                unscaled: unscaled.saturating_add(one.saturating_mul(units.into())),
                scale: *scale,
            }
        }
        Value::Date(days) => Value::Date(days.saturating_add(units as i32)),
        Value::Timestamp(micros) => Value::Timestamp(micros.saturating_add(units * moment::SECOND)),
        other => other.clone(),
    }
}
