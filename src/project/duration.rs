//! Lengths of time as they are typed: `500ms`, `5s`, `2m`, `1h`, `0`.

use std::time::Duration;

/// The form, for messages.
pub(super) const FORM: &str = "`500ms`, `5s`, `2m` or `1h`";

/// PostgreSQL keeps time-outs as milliseconds in a signed 32-bit number.
const LONGEST: u64 = i32::MAX as u64;

/// Reads a length of time; `None` when it has another form, or is more than PostgreSQL can hold.
pub(super) fn parse(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let milliseconds = number.parse::<u64>().ok()?.checked_mul(factor)?;
    (milliseconds <= LONGEST).then(|| Duration::from_millis(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, milliseconds) in [
            ("0", 0),
            ("0s", 0),
            ("500ms", 500),
            ("5s", 5_000),
            ("2m", 120_000),
            ("1h", 3_600_000),
            ("2147483647ms", 2_147_483_647),
        ] {
            assert_eq!(parse(text), Some(Duration::from_millis(milliseconds)));
        }
        for text in [
            "",
            "5",
            "s",
            "5 s",
            "-5s",
            "+5s",
            "1.5s",
            "5S",
            "1d",
            "5s ",
            "1h30m",
            "2147483648ms",
            "99999999999999999999s",
            "٣s",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
