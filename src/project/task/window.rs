//! The time of day in which a task may work.

use std::fmt;

use jiff::Zoned;
use jiff::civil::Time;
use serde::Deserialize;
use serde::de::Error as _;

/// A part of each day: `22:00-05:30` goes over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    from: Time,
    until: Time,
}

impl Window {
    /// Reads `HH:MM-HH:MM`; `None` when it has another form, or both ends are the same.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, until) = text.split_once('-')?;
        let (from, until) = (clock(from)?, clock(until)?);
        (from != until).then_some(Self { from, until })
    }

    /// Whether a moment, in the task's time zone, lies in it; its end does not.
    #[must_use]
    pub fn holds(&self, moment: &Zoned) -> bool {
        let time = moment.time();
        if self.from < self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }
}

fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<i8>().ok()).flatten()
    };
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, until) = (self.from, self.until);
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            from.hour(),
            from.minute(),
            until.hour(),
            until.minute()
        )
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is no time of day like `22:00-05:30`"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn holds(window: &str, time: &str) -> bool {
        let moment: Zoned = format!("2026-11-21T{time}[Europe/Berlin]")
            .parse()
            .expect("a moment");
        Window::parse(window).expect("a window").holds(&moment)
    }

    #[test]
    fn ends_and_midnight() {
        assert!(holds("01:00-05:00", "01:00:00"));
        assert!(holds("01:00-05:00", "04:59:59"));
        assert!(!holds("01:00-05:00", "05:00:00"));
        assert!(!holds("01:00-05:00", "00:59:59"));
        assert!(holds("22:00-05:30", "23:00:00"));
        assert!(holds("22:00-05:30", "00:00:00"));
        assert!(!holds("22:00-05:30", "12:00:00"));
        for text in [
            "",
            "1:00-5:00",
            "01:00",
            "25:00-26:00",
            "01:00-01:00",
            "01:00-24:00",
        ] {
            assert_eq!(Window::parse(text), None, "{text:?}");
        }
        assert_eq!(
            Window::parse("22:00-05:30")
                .map(|w| w.to_string())
                .as_deref(),
            Some("22:00-05:30")
        );
    }
}
