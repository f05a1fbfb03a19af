//! Intervals: their order, their sums and products.

use std::cmp::Ordering;

use super::calendar::{DAY, SECOND};
use crate::seed::value::Value;

/// Months, days and microseconds, each of its own sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) months: i32,
    pub(super) days: i32,
    pub(super) micros: i64,
}

impl From<Span> for Value {
    fn from(span: Span) -> Self {
        Self::Interval {
            months: span.months,
            days: span.days,
            micros: span.micros,
        }
    }
}

impl Span {
    /// The time from one timestamp to another, in days and what is left of one.
    pub(super) fn between(from: i64, to: i64) -> Option<Self> {
        let micros = to.checked_sub(from)?;
        Some(Self {
            months: 0,
            days: i32::try_from(micros / DAY).ok()?,
            micros: micros % DAY,
        })
    }

    /// All of it in microseconds, with months of 30 days and days of 24 hours.
    pub(super) fn length(self) -> i128 {
        let days = i128::from(self.months) * 30 + i128::from(self.days);
        days * i128::from(DAY) + i128::from(self.micros)
    }

    pub(super) fn compare(self, other: Self) -> Ordering {
        self.length().cmp(&other.length())
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        Some(Self {
            months: self.months.checked_add(other.months)?,
            days: self.days.checked_add(other.days)?,
            micros: self.micros.checked_add(other.micros)?,
        })
    }

    pub(super) fn negated(self) -> Option<Self> {
        Some(Self {
            months: self.months.checked_neg()?,
            days: self.days.checked_neg()?,
            micros: self.micros.checked_neg()?,
        })
    }

    /// Times a number; what is left of a month becomes days, and of a day microseconds.
    pub(super) fn scaled(self, scale: impl Fn(f64) -> f64) -> Option<Self> {
        let months = scale(f64::from(self.months));
        let days = scale(f64::from(self.days));
        let of_month = settled((months - months.trunc()) * 30.0);
        let part = days - days.trunc() + of_month - of_month.trunc();
        let seconds = settled(part * SECONDS);
        let over = (seconds / SECONDS).trunc();
        let rest = (seconds - over * SECONDS) * SECOND as f64;
        let micros = (scale(self.micros as f64) + rest).round_ties_even();
        Some(Self {
            months: whole(months.trunc())?,
            days: whole(days.trunc() + of_month.trunc() + over)?,
            micros: (micros.abs() < 9.2e18).then_some(micros as i64)?,
        })
    }
}

/// Of a day.
const SECONDS: f64 = 86_400.0;

/// To six digits, as PostgreSQL does it: without the dust of floating-point arithmetic.
fn settled(number: f64) -> f64 {
    (number * 1e6).round_ties_even() / 1e6
}

fn whole(number: f64) -> Option<i32> {
    (number.abs() <= f64::from(i32::MAX)).then_some(number as i32)
}

#[cfg(test)]
mod tests {
    use super::super::calendar::HOUR;
    use super::*;

    fn span(months: i32, days: i32, micros: i64) -> Span {
        Span {
            months,
            days,
            micros,
        }
    }

    #[test]
    fn order_and_product() {
        assert_eq!(span(0, 1, 0).compare(span(0, 0, DAY)), Ordering::Equal);
        assert_eq!(span(1, 0, 0).compare(span(0, 29, 0)), Ordering::Greater);
        let half = |of: Span| of.scaled(|part| part * 0.5);
        assert_eq!(half(span(1, 1, 0)), Some(span(0, 15, 12 * HOUR)));
        assert_eq!(half(span(0, 0, 3)), Some(span(0, 0, 2)));
        let third = span(0, 2, 0).scaled(|part| part / 3.0);
        assert_eq!(third, Some(span(0, 0, 16 * HOUR)));
    }

    #[test]
    fn differences() {
        let found = Span::between(0, DAY + HOUR);
        assert_eq!(found, Some(span(0, 1, HOUR)));
        let found = Span::between(DAY + HOUR, 0);
        assert_eq!(found, Some(span(0, -1, -HOUR)));
    }
}
