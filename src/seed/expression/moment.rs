//! Timestamps: moved by intervals, cut to a unit, taken apart.

use super::calendar::{Civil, DAY, HOUR, MINUTE, SECOND, split};
use super::decimal::Decimal;
use super::span::Span;
use crate::seed::value::Value;

/// A timestamp moved by months, then days, then microseconds; `infinity` stays.
pub(super) fn moved(timestamp: i64, by: Span) -> Option<i64> {
    if matches!(timestamp, i64::MAX | i64::MIN) {
        return Some(timestamp);
    }
    let (day, of_day) = split(timestamp);
    let days = day.plus_months(i64::from(by.months)).days() + i64::from(by.days);
    days.checked_mul(DAY)?
        .checked_add(of_day)?
        .checked_add(by.micros)
}

/// `date_trunc` of a timestamp.
pub(super) fn cut(unit: &str, timestamp: i64) -> Option<i64> {
    if matches!(timestamp, i64::MAX | i64::MIN) {
        return Some(timestamp);
    }
    let (date, _) = split(timestamp);
    let first = |month: i64, year: i64| {
        let civil = Civil {
            year,
            month,
            day: 1,
        };
        civil.days().checked_mul(DAY)
    };
    let to = |length: i64| timestamp.checked_sub(timestamp.rem_euclid(length));
    match unit {
        "microsecond" | "microseconds" => Some(timestamp),
        "millisecond" | "milliseconds" => to(1_000),
        "second" | "seconds" => to(SECOND),
        "minute" | "minutes" => to(MINUTE),
        "hour" | "hours" => to(HOUR),
        "day" | "days" => to(DAY),
        "week" | "weeks" => to(DAY)?.checked_sub((isodow(timestamp) - 1) * DAY),
        "month" | "months" => first(date.month, date.year),
        "quarter" => first((date.month - 1) / 3 * 3 + 1, date.year),
        "year" | "years" => first(1, date.year),
        _ => None,
    }
}

/// The day of the week, from 1 for Monday to 7.
fn isodow(timestamp: i64) -> i64 {
    // 2000-01-01 was a Saturday.
    (timestamp.div_euclid(DAY) + 5).rem_euclid(7) + 1
}

/// `extract` from a timestamp, a date, a time or an interval.
pub(super) fn extract(field: &str, value: &Value) -> Option<Decimal> {
    match *value {
        Value::Timestamp(i64::MAX | i64::MIN) | Value::Date(i32::MAX | i32::MIN) => None,
        Value::Timestamp(timestamp) => of_timestamp(field, timestamp),
        Value::Date(days) => of_timestamp(field, i64::from(days) * DAY).map(|found| match field {
            // From a date there is nothing behind the point.
            "epoch" => found.round(0).unwrap_or(found),
            _ => found,
        }),
        Value::Time(micros) if field == "epoch" => Some(seconds(micros.into())),
        Value::Time(micros) => of_day(field, micros),
        Value::Interval {
            months,
            days,
            micros,
        } => of_interval(field, months, days, micros),
        _ => None,
    }
}

fn of_timestamp(field: &str, timestamp: i64) -> Option<Decimal> {
    let (date, micros) = split(timestamp);
    let whole = match field {
        // The years before 1 are called -1, -2, …
        "year" | "years" if date.year < 1 => date.year - 1,
        "year" | "years" => date.year,
        "quarter" => (date.month + 2) / 3,
        "month" | "months" => date.month,
        "day" | "days" => date.day,
        "dow" => isodow(timestamp) % 7,
        "isodow" => isodow(timestamp),
        "doy" => {
            let start = Civil {
                month: 1,
                day: 1,
                ..date
            };
            date.days() - start.days() + 1
        }
        // Since 1970.
        "epoch" => return Some(seconds(i128::from(timestamp) + 10_957 * i128::from(DAY))),
        _ => return of_day(field, micros),
    };
    Some(whole.into())
}

fn of_day(field: &str, micros: i64) -> Option<Decimal> {
    let in_minute = micros % MINUTE;
    match field {
        "hour" | "hours" => Some((micros / HOUR).into()),
        "minute" | "minutes" => Some((micros / MINUTE % 60).into()),
        "second" | "seconds" => Some(seconds(in_minute.into())),
        "millisecond" | "milliseconds" => Some(Decimal {
            unscaled: in_minute.into(),
            scale: 3,
        }),
        "microsecond" | "microseconds" => Some(in_minute.into()),
        _ => None,
    }
}

fn of_interval(field: &str, months: i32, days: i32, micros: i64) -> Option<Decimal> {
    let (months, days) = (i64::from(months), i64::from(days));
    let whole = match field {
        "year" | "years" => months / 12,
        "month" | "months" => months % 12,
        "quarter" => months % 12 / 3 + 1,
        "day" | "days" => days,
        "epoch" => {
            // A year has a quarter of a day more than 365 here, and a month has 30 days.
            let quarters = months / 12 * 1_461 + months % 12 * 120 + days * 4;
            let days = i128::from(quarters) * i128::from(DAY / 4);
            return Some(seconds(days + i128::from(micros)));
        }
        _ => return of_day(field, micros),
    };
    Some(whole.into())
}

fn seconds(micros: i128) -> Decimal {
    Decimal {
        unscaled: micros,
        scale: 6,
    }
}
