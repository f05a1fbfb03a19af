//! When a task is due: a cron expression in a time zone.

use std::fmt;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The five fields that every cron knows, in a time zone.
///
/// Where clocks change, Vixie cron's rule holds: a fixed time that is skipped runs right after the
/// jump, one that comes twice runs once; what runs every so often goes by real time.
#[derive(Clone, PartialEq)]
pub struct Schedule {
    text: String,
    cron: Cron,
    zone: TimeZone,
    zone_name: String,
}

/// The names that fields may hold beside numbers.
const NAMES: [&str; 19] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", "SUN",
    "MON", "TUE", "WED", "THU", "FRI", "SAT",
];

impl Schedule {
    /// Reads an expression of five fields and the name of a time zone, as the IANA lists them.
    ///
    /// # Errors
    ///
    /// What is wrong, as one line: a form that not every cron knows, a time that never comes, an
    /// unknown zone.
    pub fn parse(text: &str, zone: &str) -> Result<Self, String> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        if fields.len() != 5 {
            return Err(format!(
                "`{text}` has not the five fields of a cron expression: minute, hour, day of the \
                 month, month, day of the week"
            ));
        }
        for field in &fields {
            let mut words = field.split(|c: char| !c.is_ascii_alphabetic());
            let is_known = |word: &str| {
                word.is_empty() || NAMES.iter().any(|name| name.eq_ignore_ascii_case(word))
            };
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "*,-/".contains(c);
            if !words.all(is_known) || !field.chars().all(is_plain) {
                return Err(format!("`{field}` is not understood by every cron"));
            }
        }
        let cron = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build()
            .parse(&fields.join(" "))
            .map_err(|error| format!("`{text}` is no cron expression: {error}"))?;
        let time_zone = TimeZone::get(zone)
            .map_err(|_| format!("`{zone}` is no time zone such as `UTC` or `Europe/Berlin`"))?;
        let schedule = Self {
            text: fields.join(" "),
            cron,
            zone: time_zone,
            zone_name: zone.to_owned(),
        };
        let epoch = Timestamp::UNIX_EPOCH;
        if schedule.after(epoch).is_none() {
            return Err(format!("`{text}` never comes"));
        }
        Ok(schedule)
    }

    /// The expression.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name of the time zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone_name
    }

    /// A moment in the time zone.
    #[must_use]
    pub fn local(&self, moment: Timestamp) -> Zoned {
        moment.to_zoned(self.zone.clone())
    }

    /// The first time after a moment; `None` where there is none any more.
    #[must_use]
    pub fn after(&self, moment: Timestamp) -> Option<Timestamp> {
        let next = self.cron.find_next_occurrence(&self.local(moment), false);
        next.ok().map(|next| next.timestamp())
    }

    /// The last time up to a moment, that moment included.
    #[must_use]
    pub fn before(&self, moment: Timestamp) -> Option<Timestamp> {
        let last = self
            .cron
            .find_previous_occurrence(&self.local(moment), true);
        last.ok().map(|last| last.timestamp())
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        if self.zone_name == "UTC" {
            return Ok(());
        }
        write!(f, " {}", self.zone_name)
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schedule({} {})", self.text, self.zone_name)
    }
}

#[cfg(test)]
mod tests;
