//! Figures and texts as people read them.

use super::clean;

/// Returns a size as people read it: `820 B`, `1.2 MiB`.
#[must_use]
pub fn bytes(bytes: i64) -> String {
    // Sizes of databases are far below what a double cannot count.
    let mut size = bytes as f64;
    let mut unit = "B";
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        // What would be rounded to 1024 is one of the next unit.
        if size.abs() < 1023.95 {
            break;
        }
        size /= 1024.0;
        unit = larger;
    }
    if unit == "B" {
        format!("{bytes} B")
    } else {
        format!("{size:.1} {unit}")
    }
}

/// Returns how long something has lasted, in its largest two units: `350 ms`, `12 s`, `3 h 5 min`.
#[must_use]
pub fn age(seconds: f64) -> String {
    // Clocks may differ by a moment.
    let seconds = seconds.max(0.0);
    if seconds < 1.0 {
        return format!("{:.0} ms", seconds * 1000.0);
    }
    let whole = seconds as u64;
    let (large, small) = match whole {
        0..60 => return format!("{whole} s"),
        60..3_600 => ((whole / 60, "min"), (whole % 60, "s")),
        3_600..86_400 => ((whole / 3_600, "h"), (whole % 3_600 / 60, "min")),
        _ => ((whole / 86_400, "d"), (whole % 86_400 / 3_600, "h")),
    };
    if small.0 == 0 {
        format!("{} {}", large.0, large.1)
    } else {
        format!("{} {} {} {}", large.0, large.1, small.0, small.1)
    }
}

/// Returns the beginning of a text on one line of at most `width` characters.
#[must_use]
pub fn excerpt(text: &str, width: usize) -> String {
    let text = clean(text);
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    if line.chars().count() <= width {
        return line;
    }
    let kept: String = line.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// Returns a part of a whole as percents.
#[must_use]
pub fn percent(part: f64) -> String {
    format!("{:.1} %", part * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (size, expected) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1_048_575, "1.0 MiB"),
            (1_258_291, "1.2 MiB"),
            (5 << 40, "5.0 TiB"),
            (3 << 50, "3072.0 TiB"),
        ] {
            assert_eq!(bytes(size), expected);
        }
    }

    #[test]
    fn ages() {
        for (seconds, expected) in [
            (-0.1, "0 ms"),
            (0.35, "350 ms"),
            (59.9, "59 s"),
            (60.0, "1 min"),
            (11_100.0, "3 h 5 min"),
            (90_000.0, "1 d 1 h"),
        ] {
            assert_eq!(age(seconds), expected);
        }
    }

    #[test]
    fn excerpts() {
        assert_eq!(excerpt("SELECT\n\t 1", 10), "SELECT 1");
        assert_eq!(excerpt("ääää", 3), "ää…");
    }
}
