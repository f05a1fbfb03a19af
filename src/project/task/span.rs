//! Lengths of calendar time as they are typed: `90 days`, `1 month`.

use std::fmt;

use serde::Deserialize;
use serde::de::Error as _;

/// A length of calendar time: PostgreSQL's interval of one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// A unit of calendar time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// From midnight to midnight.
    Day,
    /// Seven days.
    Week,
    /// A calendar month.
    Month,
    /// Twelve months.
    Year,
}

impl Unit {
    const ALL: [Self; 6] = [
        Self::Minute,
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Year,
    ];

    /// Its name in SQL, for `interval` and `date_trunc`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

impl Span {
    /// Reads a span; `None` when it has another form, or is nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (count, word) = text.split_once(' ')?;
        let is_number = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
        let count: u32 = is_number.then(|| count.parse().ok()).flatten()?;
        // PostgreSQL counts months in 32 bits.
        let unit = Unit::ALL
            .into_iter()
            .find(|unit| word.strip_suffix('s').unwrap_or(word) == unit.word())?;
        (1..=100_000)
            .contains(&count)
            .then_some(Self { count, unit })
    }
}

impl fmt::Display for Span {
    /// As PostgreSQL reads an interval.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit.word())
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no length of time like `30 minutes`, `90 days` or `1 month`"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, written) in [
            ("90 days", "90 days"),
            ("1 month", "1 month"),
            ("1 months", "1 month"),
            ("2 year", "2 years"),
            ("30 minutes", "30 minutes"),
        ] {
            assert_eq!(
                Span::parse(text).map(|span| span.to_string()).as_deref(),
                Some(written)
            );
        }
        for text in [
            "",
            "90",
            "days",
            "0 days",
            "-1 days",
            "1.5 days",
            "90  days",
            "90d",
            "1 day; DROP",
        ] {
            assert_eq!(Span::parse(text), None, "{text:?}");
        }
    }
}
