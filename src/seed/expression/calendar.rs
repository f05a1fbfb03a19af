//! Days and dates, in the calendar of PostgreSQL: Gregorian for all time.

use crate::seed::value::Value;

/// Microseconds.
pub(super) const SECOND: i64 = 1_000_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// 2000-01-01, in days since 0000-03-01.
const EPOCH: i64 = 730_425;

/// A date; the year 0 is 1 BC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
}

impl Civil {
    /// The date so many days after 2000-01-01.
    pub(super) fn of_days(days: i64) -> Self {
        // Years begin in March here, so that the leap day is their last.
        let days = days + EPOCH;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        Self {
            year: year + era * 400 + i64::from(month <= 2),
            month,
            day: of_year - (153 * from_march + 2) / 5 + 1,
        }
    }

    /// Days since 2000-01-01.
    pub(super) fn days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let from_march = (self.month + 9) % 12;
        let of_year = (153 * from_march + 2) / 5 + self.day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH
    }

    /// Whether there is such a date.
    pub(super) fn is_date(self) -> bool {
        (1..=12).contains(&self.month) && self.day >= 1 && self.day <= self.month_length()
    }

    pub(super) fn month_length(self) -> i64 {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        match self.month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// So many months later; a day that its month does not have becomes the last.
    pub(super) fn plus_months(self, months: i64) -> Self {
        let months = self.year * 12 + self.month - 1 + months;
        let moved = Self {
            year: months.div_euclid(12),
            month: months.rem_euclid(12) + 1,
            day: 1,
        };
        Self {
            day: self.day.min(moved.month_length()),
            ..moved
        }
    }
}

/// The day of a timestamp, and what of it has gone by.
pub(super) fn split(timestamp: i64) -> (Civil, i64) {
    let day = Civil::of_days(timestamp.div_euclid(DAY));
    (day, timestamp.rem_euclid(DAY))
}

/// The midnight with which a date begins; `infinity` stays.
pub(super) fn midnight(days: i32) -> i64 {
    match days {
        i32::MAX => i64::MAX,
        i32::MIN => i64::MIN,
        days => i64::from(days) * DAY,
    }
}

/// The date of a timestamp; `infinity` stays.
pub(super) fn date(timestamp: i64) -> Value {
    Value::Date(match timestamp {
        i64::MAX => i32::MAX,
        i64::MIN => i32::MIN,
        timestamp => {
            i32::try_from(timestamp.div_euclid(DAY)).expect("there are 2^27 days in 2^63 µs")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days() {
        for (year, month, day, days) in [
            (2000, 1, 1, 0),
            (2000, 2, 29, 59),
            (1999, 12, 31, -1),
            (1970, 1, 1, -10_957),
            (2026, 11, 21, 9_821),
            (1, 1, 1, -730_119),
            (0, 12, 31, -730_120),
            (9999, 12, 31, 2_921_939),
        ] {
            let civil = Civil { year, month, day };
            assert_eq!((civil.days(), civil), (days, Civil::of_days(days)));
        }
        for days in -1_000_000..1_000_000 {
            let civil = Civil::of_days(days);
            assert!(civil.is_date() && civil.days() == days, "{days}");
        }
    }
}
