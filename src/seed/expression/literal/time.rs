//! Timestamps, dates and times of day, in the form of ISO 8601.

use crate::seed::expression::calendar::{Civil, DAY, HOUR, MINUTE, SECOND};

/// Microseconds since 2000-01-01 UTC. The zone is read, and counts when the type has one.
pub(super) fn timestamp(text: &str, zoned: bool) -> Option<i64> {
    match text {
        "infinity" | "+infinity" => return Some(i64::MAX),
        "-infinity" => return Some(i64::MIN),
        _ => {}
    }
    let (text, before_christ) = era(text);
    let (day, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim_ascii_start()),
        None => (text, ""),
    };
    let midnight = civil(day, before_christ)?.days().checked_mul(DAY)?;
    if time.is_empty() {
        return Some(midnight);
    }
    let (time, zone) = match time.find(['+', '-', 'Z', 'z', 'U', 'u', ' ']) {
        Some(at) => (&time[..at], time[at..].trim_ascii_start()),
        None => (time, ""),
    };
    let offset = offset(zone)?;
    let local = midnight.checked_add(of_day(time)?)?;
    if zoned {
        local.checked_sub(offset)
    } else {
        Some(local)
    }
}

/// Days since 2000-01-01.
pub(super) fn date(text: &str) -> Option<i32> {
    match text {
        "infinity" | "+infinity" => return Some(i32::MAX),
        "-infinity" => return Some(i32::MIN),
        _ => {}
    }
    let (text, before_christ) = era(text);
    i32::try_from(civil(text, before_christ)?.days()).ok()
}

/// Microseconds since midnight.
pub(super) fn time(text: &str) -> Option<i64> {
    of_day(text)
}

fn era(text: &str) -> (&str, bool) {
    match text.strip_suffix("BC") {
        Some(text) => (text.trim_ascii_end(), true),
        None => (text, false),
    }
}

/// `YYYY-MM-DD`.
fn civil(text: &str, before_christ: bool) -> Option<Civil> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next().filter(|year| (3..=7).contains(&year.len()))?;
    let year = digits(year).filter(|year| *year > 0)?;
    let civil = Civil {
        year: if before_christ { 1 - year } else { year },
        month: digits(parts.next()?)?,
        day: digits(parts.next()?)?,
    };
    civil.is_date().then_some(civil)
}

/// `HH:MM[:SS[.f]]`.
fn of_day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let hours = digits(parts.next()?).filter(|hours| *hours <= 24)?;
    let minutes = digits(parts.next()?).filter(|minutes| *minutes < 60)?;
    let seconds = match parts.next() {
        Some(seconds) => micros(seconds)?,
        None => 0,
    };
    let all = hours * HOUR + minutes * MINUTE + seconds;
    // A leap second and midnight as 24:00 go over into what follows.
    (seconds <= 60 * SECOND && all <= DAY).then_some(all)
}

/// Seconds with what is behind their point, in microseconds.
pub(super) fn micros(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = digits(whole)?.checked_mul(SECOND)?;
    if fraction.is_empty() {
        return Some(whole);
    }
    digits(fraction.get(..18).unwrap_or(fraction))?;
    let seven = format!("{fraction:0<7}");
    let fraction = digits(seven.get(..7)?)?;
    whole.checked_add((fraction + 5) / 10)
}

/// A number of digits alone.
pub(super) fn digits(text: &str) -> Option<i64> {
    let all = text.bytes().all(|byte| byte.is_ascii_digit());
    (all && !text.is_empty()).then(|| text.parse().ok())?
}

/// What a zone is ahead of UTC: `Z`, `UTC`, `+02`, `-05:30`, `+0530`.
fn offset(zone: &str) -> Option<i64> {
    if zone.len() > "+00:00:00".len() {
        return None;
    }
    if zone.is_empty() || ["z", "utc"].contains(&zone.to_ascii_lowercase().as_str()) {
        return Some(0);
    }
    let (sign, rest) = match zone.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+')?),
    };
    let plain = rest.replace(':', "");
    let (hours, rest) = plain.split_at_checked(plain.len().min(2))?;
    let (minutes, seconds) = rest.split_at_checked(rest.len().min(2))?;
    let part = |text: &str| {
        if text.is_empty() {
            Some(0)
        } else {
            digits(text)
        }
    };
    let offset = digits(hours)? * HOUR + part(minutes)? * MINUTE + part(seconds)? * SECOND;
    (offset < 16 * HOUR).then_some(sign * offset)
}
