//! Points in time, in UTC, as names of files and documents have them.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::seed::moment;

/// Writes a time for a document: `2026-11-21T06:30:00Z`.
#[must_use]
pub fn timestamp(time: SystemTime) -> String {
    let (hours, minutes, seconds) = of_day(time);
    let day = moment::day(moment::of(time));
    format!("{day}T{hours:02}:{minutes:02}:{seconds:02}Z")
}

/// Writes a time for the name of a file: `20261121T063000Z`.
#[must_use]
pub fn stamp(time: SystemTime) -> String {
    timestamp(time).replace(['-', ':'], "")
}

fn of_day(time: SystemTime) -> (u64, u64, u64) {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
        % 86_400;
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_are_in_utc() {
        let time = UNIX_EPOCH + Duration::from_secs(1_795_242_645);
        assert_eq!(timestamp(time), "2026-11-21T06:30:45Z");
        assert_eq!(stamp(time), "20261121T063045Z");
        assert_eq!(timestamp(UNIX_EPOCH), "1970-01-01T00:00:00Z");
    }
}
