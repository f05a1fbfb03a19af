//! The five fields of a cron expression as sets, and what other schedulers need to know of a zone.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::project::task::Schedule;

/// Rules of time zones are looked at from here…
const FROM: i64 = 1_577_836_800; // 2020-01-01
/// … to here.
const UNTIL: i64 = 2_208_988_800; // 2040-01-01

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The values of a field.
pub(super) type Values = BTreeSet<u8>;

/// When a task is due, as sets. Days are `None` where the field is `*`; where neither is, one of
/// both is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) minutes: Values,
    pub(super) hours: Values,
    pub(super) days: Option<Values>,
    pub(super) months: Values,
    pub(super) weekdays: Option<Values>,
}

impl Fields {
    /// Reads the fields of a schedule, which was found to be right before.
    pub(super) fn of(schedule: &Schedule) -> Self {
        let mut texts = schedule.text().split(' ');
        let mut field = |low, high, names: &[&str], first| {
            let text = texts.next().unwrap_or("*");
            (text != "*", values(text, low, high, names, first))
        };
        let (_, minutes) = field(0, 59, &[], 0);
        let (_, hours) = field(0, 23, &[], 0);
        let (some_days, days) = field(1, 31, &[], 0);
        let (_, months) = field(1, 12, &MONTHS, 1);
        let (some_weekdays, weekdays) = field(0, 7, &WEEKDAYS, 0);
        let weekdays = weekdays.into_iter().map(|day| day % 7).collect();
        Self {
            minutes,
            hours,
            days: some_days.then_some(days),
            months,
            weekdays: some_weekdays.then_some(weekdays),
        }
    }

    /// Adds the hour after each gap of the zone that swallows a time: schedulers leave such a time
    /// out, crmdb runs it after the gap.
    pub(super) fn reach_past_gaps(&mut self, zone: &Zone) {
        if self.hours.len() == 24 {
            return;
        }
        for (start, end) in &zone.gaps {
            let swallows = self.hours.iter().any(|hour| {
                let minutes = self.minutes.iter();
                minutes
                    .map(|minute| i64::from(*hour) * 60 + i64::from(*minute))
                    .any(|at| (*start..*end).contains(&at))
            });
            if let Ok(hour) = u8::try_from((end + 59) / 60 % 24)
                && swallows
            {
                self.hours.insert(hour);
            }
        }
    }

    /// Returns the fields for a scheduler that knows UTC only: each hour of each day, at the minutes
    /// that the zone's clock shows then.
    pub(super) fn each_hour(&self, zone: &Zone) -> Self {
        let shifted = zone.offsets.iter().flat_map(|offset| {
            let minutes = self.minutes.iter();
            minutes.filter_map(move |minute| {
                u8::try_from((i64::from(*minute) - offset / 60).rem_euclid(60)).ok()
            })
        });
        Self {
            minutes: shifted.collect(),
            hours: (0..24).collect(),
            days: None,
            months: (1..=12).collect(),
            weekdays: None,
        }
    }

    /// Writes them as every cron reads them.
    pub(super) fn cron(&self) -> String {
        let days = |values: &Option<Values>| match values {
            None => "*".to_owned(),
            // A star would change what the two fields of days mean together.
            Some(values) => list(values, "-"),
        };
        format!(
            "{} {} {} {} {}",
            starred(&self.minutes, 0, 59),
            starred(&self.hours, 0, 23),
            days(&self.days),
            starred(&self.months, 1, 12),
            days(&self.weekdays)
        )
    }
}

/// Writes values with a star, where all or every n-th is meant.
pub(super) fn starred(values: &Values, low: u8, high: u8) -> String {
    let step = every(values, low, high);
    match step {
        Some(1) => "*".to_owned(),
        Some(step) if values.len() > 2 => format!("*/{step}"),
        _ => list(values, "-"),
    }
}

/// Writes values as a list of numbers and ranges.
pub(super) fn list(values: &Values, dash: &str) -> String {
    let ranges = ranges(values);
    let words = ranges.iter().map(|(from, to)| {
        if from == to {
            from.to_string()
        } else {
            format!("{from}{dash}{to}")
        }
    });
    words.collect::<Vec<_>>().join(",")
}

/// Returns n where the values are every n-th from the lowest on.
pub(super) fn every(values: &Values, low: u8, high: u8) -> Option<u8> {
    let mut all = values.iter();
    let (first, second) = (*all.next()?, all.next().copied().unwrap_or(high + 1));
    let step = second.checked_sub(first).filter(|step| *step > 0)?;
    let expected = (low..=high).step_by(usize::from(step));
    (first == low && expected.eq(values.iter().copied())).then_some(step)
}

/// Returns the values as ranges without gaps.
pub(super) fn ranges(values: &Values) -> Vec<(u8, u8)> {
    let mut found: Vec<(u8, u8)> = Vec::new();
    for value in values {
        match found.last_mut() {
            Some((_, to)) if *to + 1 == *value => *to = *value,
            _ => found.push((*value, *value)),
        }
    }
    found
}

fn values(text: &str, low: u8, high: u8, names: &[&str], first: u8) -> Values {
    let number = |text: &str| {
        let named = names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text))
            .and_then(|at| u8::try_from(at).ok())
            .map(|at| at + first);
        named.or_else(|| text.parse().ok())
    };
    let mut found = Values::new();
    for part in text.split(',') {
        let (range, step) = part.split_once('/').unwrap_or((part, "1"));
        let stepped = part.contains('/');
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (number(from), number(to)),
            // Seven is Sunday again, and no end of a week.
            None if range == "*" => (Some(low), Some(if high == 7 { 6 } else { high })),
            None if stepped => (number(range), Some(if high == 7 { 6 } else { high })),
            None => (number(range), number(range)),
        };
        let step: usize = step.parse().unwrap_or(1);
        if let (Some(from), Some(to)) = (from, to) {
            found.extend((from..=to).step_by(step.max(1)));
        }
    }
    found
}

/// What is known of a time zone in the years to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Zone {
    /// Its name, in the letters that the IANA uses.
    pub(super) name: String,
    /// Seconds by which it is ahead of UTC, at one time or another.
    pub(super) offsets: BTreeSet<i64>,
    /// Minutes of the day that are left out when clocks go forward.
    gaps: BTreeSet<(i64, i64)>,
}

impl Zone {
    /// Looks at the zone of a schedule.
    pub(super) fn of(schedule: &Schedule) -> Self {
        let at = |second| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
        let (from, until) = (at(FROM), at(UNTIL));
        let zone = schedule.local(from).time_zone().clone();
        let seconds = |moment| i64::from(zone.to_offset(moment).seconds());
        let mut offsets = BTreeSet::from([seconds(from)]);
        let mut gaps = BTreeSet::new();
        for change in zone.following(from) {
            let moment = change.timestamp();
            if moment > until {
                break;
            }
            let (before, after) = (
                seconds(moment - SignedDuration::from_secs(1)),
                i64::from(change.offset().seconds()),
            );
            offsets.insert(after);
            if after > before {
                let start = (moment.as_second() + before).rem_euclid(86_400) / 60;
                gaps.insert((start, start + (after - before) / 60));
            }
        }
        Self {
            name: zone.iana_name().unwrap_or(schedule.zone()).to_owned(),
            offsets,
            gaps,
        }
    }

    /// Whether its clocks show UTC.
    pub(super) fn is_utc(&self) -> bool {
        self.offsets.iter().all(|offset| *offset == 0)
    }
}

#[cfg(test)]
mod tests;
