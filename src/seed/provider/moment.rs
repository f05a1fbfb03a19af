//! Dates and timestamps.

use rand_chacha::ChaCha8Rng;

use super::limits::Limits;
use super::{Draw, chance};
use crate::seed::value::{Shape, Value};

/// The microseconds of a second.
pub(super) const SECOND: i64 = 1_000_000;
/// The microseconds of an hour.
pub(super) const HOUR: i64 = 3600 * SECOND;
/// The microseconds of a day.
pub(super) const DAY: i64 = 24 * HOUR;

/// How busy the hours from 8 to 18 are.
const HOURS: [u64; 10] = [5, 9, 11, 10, 5, 6, 10, 11, 9, 4];

/// A column of moments.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    way: Way,
    /// Columns that hold earlier moments (for [`Way::Before`]: later ones).
    beside: Vec<String>,
    /// Whole days.
    is_date: bool,
    least: Option<i64>,
    greatest: Option<i64>,
}

/// Where the moments lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// So many days before the reference time, and so many after it.
    Within {
        days: u32,
        ahead: u32,
        working: bool,
    },
    /// So long after the last one of the columns beside it.
    After {
        least: i64,
        greatest: i64,
        past: bool,
    },
    /// So long before the first one of the columns beside it.
    Before { least: i64, greatest: i64 },
}

impl Moment {
    pub(super) fn new(limits: &Limits, way: Way, beside: Vec<String>) -> Option<Self> {
        let is_date = match limits.kind.shape {
            Shape::Date => true,
            Shape::Timestamp => false,
            _ => return None,
        };
        let unit = if is_date { DAY } else { 1 };
        let end = |bound: &Option<(Value, bool)>, inward: i64| {
            let (value, taken) = bound.as_ref()?;
            Some(instant(value)? + if *taken { 0 } else { unit * inward })
        };
        Some(Self {
            way,
            beside,
            is_date,
            least: end(&limits.bounds.least, 1),
            greatest: end(&limits.bounds.greatest, -1),
        })
    }

    /// Narrows the range to what lies between two moments.
    pub(super) fn between(limits: &Limits, low: &Value, high: &Value) -> Option<Self> {
        let way = Way::Within {
            days: 0,
            ahead: 0,
            working: false,
        };
        let mut moment = Self::new(limits, way, Vec::new())?;
        let (low, high) = (instant(low)?, instant(high)?);
        moment.least = Some(moment.least.map_or(low, |least| least.max(low)));
        moment.greatest = Some(moment.greatest.map_or(high, |greatest| greatest.min(high)));
        (moment.least <= moment.greatest).then_some(moment)
    }

    pub(super) fn needs(&self) -> &[String] {
        &self.beside
    }

    pub(super) fn draw(&self, draw: &mut Draw<'_>) -> Value {
        let now = draw.now;
        let known = self
            .beside
            .iter()
            .filter_map(|name| instant(draw.row.get(name)?));
        let found = match self.way {
            Way::Within {
                days,
                ahead,
                working,
            } => within(draw.rng, now, days, ahead, working),
            Way::After {
                least,
                greatest,
                past,
            } => {
                let base = known.max();
                let base = base.unwrap_or_else(|| within(draw.rng, now, 90, 0, true));
                let unit = chance::unit(draw.rng);
                let gap = least + (unit * unit * (greatest - least) as f64) as i64;
                let found = base + gap;
                if past && found > now {
                    base + (unit * (now - base).max(gap.min(HOUR)) as f64) as i64
                } else {
                    found
                }
            }
            Way::Before { least, greatest } => {
                let base = known.min();
                let base = base.unwrap_or_else(|| within(draw.rng, now, 30, 30, true));
                base - least - chance::below(draw.rng, greatest.abs_diff(least)) as i64
            }
        };
        self.value(self.clamped(draw.rng, found))
    }

    fn clamped(&self, rng: &mut ChaCha8Rng, found: i64) -> i64 {
        let low = self.least.is_some_and(|least| found < least);
        let high = self.greatest.is_some_and(|greatest| found > greatest);
        if !low && !high {
            return found;
        }
        let year = 365 * DAY;
        let (least, greatest) = match (self.least, self.greatest) {
            (Some(least), Some(greatest)) => (least, greatest),
            (Some(least), None) => (least, least.saturating_add(year)),
            (None, Some(greatest)) => (greatest.saturating_sub(year), greatest),
            (None, None) => return found,
        };
        least + chance::below(rng, greatest.abs_diff(least) + 1) as i64
    }

    pub(super) fn capacity(&self) -> Option<u64> {
        let (least, greatest) = (self.least?, self.greatest?);
        let unit = if self.is_date { DAY as u64 } else { 1 };
        if greatest < least {
            return Some(0);
        }
        Some(greatest.abs_diff(least) / unit + 1)
    }

    /// Back from the reference time, or from the greatest moment that there may be.
    pub(super) fn nth(&self, n: u64, now: i64) -> Value {
        let step = match (self.is_date, self.capacity()) {
            (true, _) => DAY,
            (false, Some(capacity)) => (capacity as i64 / 100_000_000).clamp(1, SECOND),
            (false, None) => SECOND,
        };
        let passed = (n as i64).saturating_mul(step);
        self.value(match (self.least, self.greatest) {
            (Some(least), None) => least.saturating_add(passed),
            (_, greatest) => greatest.unwrap_or(now).saturating_sub(passed),
        })
    }

    fn value(&self, micros: i64) -> Value {
        if self.is_date {
            Value::Date(micros.div_euclid(DAY) as i32)
        } else {
            Value::Timestamp(micros)
        }
    }
}

/// Returns a date or a timestamp in microseconds.
pub(super) fn instant(value: &Value) -> Option<i64> {
    match value {
        Value::Timestamp(micros) => Some(*micros),
        Value::Date(days) => Some(i64::from(*days) * DAY),
        _ => None,
    }
}

/// Returns the value of a moment in the form of a column.
pub(super) fn of_instant(micros: i64, shape: &Shape) -> Option<Value> {
    match shape {
        Shape::Timestamp => Some(Value::Timestamp(micros)),
        Shape::Date => Some(Value::Date(micros.div_euclid(DAY) as i32)),
        Shape::Time => Some(Value::Time(micros.rem_euclid(DAY))),
        _ => None,
    }
}

/// Draws a moment of some days before and after, to the millisecond.
fn within(rng: &mut ChaCha8Rng, now: i64, days: u32, ahead: u32, working: bool) -> i64 {
    let first = now - i64::from(days) * DAY;
    let length = (i64::from(days) + i64::from(ahead)) * DAY;
    if working {
        // The window may hold no working hour at all.
        for _ in 0..24 {
            let day = (first + chance::below(rng, length as u64 + 1) as i64).div_euclid(DAY);
            // 2000-01-01 was a Saturday.
            if (day + 5).rem_euclid(7) > 4 {
                continue;
            }
            let found = day * DAY + working_time(rng);
            if (first..=first + length).contains(&found) {
                return found;
            }
        }
    }
    let millis = chance::below(rng, length as u64 / 1000 + 1) as i64;
    first + millis * 1000
}

/// Draws a time of the working day.
pub(super) fn working_time(rng: &mut ChaCha8Rng) -> i64 {
    let mut point = chance::below(rng, HOURS.iter().sum());
    let mut hour = 8;
    for weight in HOURS {
        if point < weight {
            break;
        }
        point -= weight;
        hour += 1;
    }
    hour * HOUR + chance::below(rng, 3_600_000) as i64 * 1000
}
