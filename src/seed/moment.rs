//! The reference time of generated rows: the beginning of a day, in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Failure;

/// Days from 1970-01-01 to 2000-01-01.
const EPOCH_DAYS: i64 = 10_957;
const MICROS_A_DAY: i64 = 86_400_000_000;

/// The beginning of the day of a point in time, in microseconds since 2000.
#[must_use]
pub fn of(time: SystemTime) -> i64 {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let days = i64::try_from(seconds / 86_400).unwrap_or(0);
    (days - EPOCH_DAYS) * MICROS_A_DAY
}

/// Reads a day, `2026-11-21`, as microseconds since 2000.
///
/// # Errors
///
/// When it is none.
pub fn parse(text: &str) -> Result<i64, Failure> {
    let refuse = || Failure::new(format!("`{text}` is no day")).hint("Write it as 2026-11-21.");
    let mut parts = text.splitn(3, '-').map(|part| {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok()).flatten()
    });
    let (Some(Some(year)), Some(Some(month)), Some(Some(day))) =
        (parts.next(), parts.next(), parts.next())
    else {
        return Err(refuse());
    };
    let days = days_of(year, month, day);
    let is_day = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && day >= 1
        && civil(days) == (year, month, day);
    if is_day {
        Ok(days * MICROS_A_DAY)
    } else {
        Err(refuse())
    }
}

/// Writes a day, `2026-11-21`.
#[must_use]
pub fn day(moment: i64) -> String {
    let (year, month, day) = civil(moment.div_euclid(MICROS_A_DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// Days since 2000 of a date: years begin in March here, so that the leap day is the last.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + day
        - 1
        - 730_425
}

/// The date of a number of days since 2000.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 730_425;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let year = year_of_era + era * 400;
    let (month, year) = if month < 10 {
        (month + 3, year)
    } else {
        (month - 9, year + 1)
    };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written() {
        assert_eq!(parse("2000-01-01").expect("a day"), 0);
        assert_eq!(parse("2000-03-01").expect("a day"), 60 * MICROS_A_DAY);
        assert_eq!(of(UNIX_EPOCH), -EPOCH_DAYS * MICROS_A_DAY);
        for text in [
            "1970-01-01",
            "1999-12-31",
            "2024-02-29",
            "2026-11-21",
            "9999-12-31",
            "0001-01-01",
        ] {
            assert_eq!(day(parse(text).expect("a day")), text);
        }
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-1",
            "x",
            "2026-00-10",
            "2026-04-31",
            "-1-01-01",
            "",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
