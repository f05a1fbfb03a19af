//! Intervals: `1 year 2 mons -3 days 04:05:06.7`, `5 minutes`, `P1Y2M3DT4H`.

use super::time::{digits, micros};
use crate::seed::expression::calendar::{DAY, HOUR, MINUTE, SECOND};
use crate::seed::expression::span::Span;

/// One millionth: the parts are counted in them.
const PARTS: i128 = 1_000_000;

/// Sums in millionths of a month, of a day, and of a microsecond.
#[derive(Default)]
struct Sum {
    months: i128,
    days: i128,
    micros: i128,
}

pub(super) fn interval(text: &str) -> Option<Span> {
    let mut sum = Sum::default();
    if let Some(iso) = text.strip_prefix('P') {
        sum.iso(iso)?;
        return sum.span(false);
    }
    let (text, ago) = match text.strip_suffix("ago") {
        Some(text) => (text.trim_ascii_end(), true),
        None => (text, false),
    };
    let mut words = text.split_ascii_whitespace().peekable();
    words.next_if_eq(&"@");
    words.peek()?;
    while let Some(word) = words.next() {
        if word.contains(':') {
            sum.clock(word)?;
            continue;
        }
        let end = word.find(|c: char| c.is_ascii_alphabetic());
        let (number, unit) = word.split_at(end.unwrap_or(word.len()));
        let unit = match unit {
            // A number alone at the end is one of seconds.
            "" => words.next().unwrap_or("second"),
            unit => unit,
        };
        sum.add(millionths(number)?, unit)?;
    }
    sum.span(ago)
}

impl Sum {
    fn add(&mut self, amount: i128, unit: &str) -> Option<()> {
        let micros = |length: i64| i128::from(length);
        match unit.to_ascii_lowercase().as_str() {
            "us" | "usec" | "usecs" | "microsecond" | "microseconds" => self.micros += amount,
            "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => {
                self.micros += amount * 1_000;
            }
            "s" | "sec" | "secs" | "second" | "seconds" => self.micros += amount * micros(SECOND),
            "m" | "min" | "mins" | "minute" | "minutes" => self.micros += amount * micros(MINUTE),
            "h" | "hr" | "hrs" | "hour" | "hours" => self.micros += amount * micros(HOUR),
            "d" | "day" | "days" => self.days += amount,
            "w" | "week" | "weeks" => self.days += amount * 7,
            "mon" | "mons" | "month" | "months" => self.months += amount,
            "y" | "yr" | "yrs" | "year" | "years" => self.months += amount * 12,
            "decade" | "decades" => self.months += amount * 120,
            "century" | "centuries" => self.months += amount * 1_200,
            _ => return None,
        }
        Some(())
    }

    /// `[-]HH:MM[:SS[.f]]`.
    fn clock(&mut self, word: &str) -> Option<()> {
        let (negative, word) = match word.strip_prefix('-') {
            Some(word) => (true, word),
            None => (false, word.strip_prefix('+').unwrap_or(word)),
        };
        let mut parts = word.splitn(3, ':');
        let hours = digits(parts.next()?)?.checked_mul(HOUR)?;
        let minutes = digits(parts.next()?).filter(|minutes| *minutes < 60)?;
        let seconds = parts.next().map_or(Some(0), micros)?;
        let all = hours.checked_add(minutes * MINUTE)?.checked_add(seconds)?;
        let all = i128::from(all) * PARTS;
        self.micros += if negative { -all } else { all };
        Some(())
    }

    /// What follows the `P`.
    fn iso(&mut self, text: &str) -> Option<()> {
        let (date, time) = text.split_once('T').unwrap_or((text, ""));
        let units = |letter: &str, in_time: bool| match (letter, in_time) {
            ("Y", false) => Some("years"),
            ("M", false) => Some("months"),
            ("W", false) => Some("weeks"),
            ("D", false) => Some("days"),
            ("H", true) => Some("hours"),
            ("M", true) => Some("minutes"),
            ("S", true) => Some("seconds"),
            _ => None,
        };
        for (part, in_time) in [(date, false), (time, true)] {
            let mut rest = part;
            while !rest.is_empty() {
                let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
                let unit = units(&rest[end..=end], in_time)?;
                self.add(millionths(&rest[..end])?, unit)?;
                rest = &rest[end + 1..];
            }
        }
        (!text.is_empty()).then_some(())
    }

    /// The span; a part of a month becomes days of 30 to one, a part of a day microseconds.
    fn span(self, ago: bool) -> Option<Span> {
        let days = self.days + self.months % PARTS * 30;
        let micros = self.micros + days % PARTS * i128::from(DAY);
        let half = PARTS / 2 * micros.signum();
        let span = Span {
            months: i32::try_from(self.months / PARTS).ok()?,
            days: i32::try_from(days / PARTS).ok()?,
            micros: i64::try_from((micros + half) / PARTS).ok()?,
        };
        if ago { span.negated() } else { Some(span) }
    }
}

/// A number with a sign and a point, in millionths.
fn millionths(text: &str) -> Option<i128> {
    let (negative, plain) = match text.strip_prefix('-') {
        Some(plain) => (true, plain),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let plain = match plain.strip_prefix('.') {
        Some(fraction) => micros(&format!("0.{fraction}"))?.into(),
        None => {
            let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
            let fraction = micros(&format!("0.{fraction}"))?;
            i128::from(digits(whole)?) * PARTS + i128::from(fraction)
        }
    };
    Some(if negative { -plain } else { plain })
}
