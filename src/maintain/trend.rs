//! Whether the runs of a task get longer.

use std::time::Duration;

/// So many earlier runs are needed before there is a trend.
const ENOUGH: usize = 4;

/// Returns the median; `None` of nothing.
#[must_use]
pub fn median(durations: &[Duration]) -> Option<Duration> {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

/// Returns by how many percent the newest run took longer than the median of those before it;
/// `None` where there are too few. The newest comes first.
#[must_use]
pub fn trend(durations: &[Duration]) -> Option<i64> {
    let (newest, before) = durations.split_first()?;
    let usual = median(before).filter(|usual| before.len() >= ENOUGH && !usual.is_zero())?;
    let percent = (newest.as_secs_f64() / usual.as_secs_f64() - 1.0) * 100.0;
    #[expect(clippy::cast_possible_truncation, reason = "rounded to whole percents")]
    let percent = percent.round() as i64;
    Some(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn against_the_usual() {
        let seconds = |all: &[u64]| {
            all.iter()
                .map(|s| Duration::from_secs(*s))
                .collect::<Vec<_>>()
        };
        assert_eq!(trend(&seconds(&[15, 10, 10, 9, 11])), Some(50));
        assert_eq!(trend(&seconds(&[5, 10, 10, 9, 100])), Some(-50));
        assert_eq!(trend(&seconds(&[15, 10, 10])), None);
        assert_eq!(trend(&[]), None);
    }
}
