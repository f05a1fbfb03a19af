//! How large the next batch is, and how long to rest before it. Pure.

use std::time::Duration;

/// The smallest batch, and the largest.
const SIZES: (f64, f64) = (100.0, 100_000.0);

/// The first batch.
const FIRST: f64 = 1_000.0;

/// How much the last batch weighs against those before it.
const WEIGHT: f64 = 0.4;

/// By how much a batch may differ from the one before.
const STEP: (f64, f64) = (0.5, 1.5);

/// Leads the size of batches towards a duration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    target: f64,
    duty: f64,
    size: f64,
    /// Seconds that a batch takes, by what was seen; scaled with the size.
    average: Option<f64>,
}

impl Pace {
    /// Returns a pace towards batches of `target`, working for the part `duty` of the time.
    pub(super) fn new(target: Duration, duty: f64) -> Self {
        Self {
            target: target.as_secs_f64(),
            duty,
            size: FIRST,
            average: None,
        }
    }

    /// How many rows the next batch looks at.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between the smallest and the largest size"
    )]
    pub(super) fn size(&self) -> u32 {
        self.size as u32
    }

    /// Takes in how long a batch took, and returns how long to rest.
    pub(super) fn next(&mut self, took: Duration) -> Duration {
        let seconds = took.as_secs_f64();
        let average = match self.average {
            Some(average) => WEIGHT * seconds + (1.0 - WEIGHT) * average,
            None => seconds,
        };
        let step = (self.target / average.max(1e-6)).clamp(STEP.0, STEP.1);
        let size = (self.size * step).clamp(SIZES.0, SIZES.1);
        // What the batches before would have taken at the new size.
        self.average = Some(average * size / self.size);
        self.size = size;
        Duration::from_secs_f64(seconds * (1.0 / self.duty - 1.0))
    }

    /// Halves the size; says whether it could.
    pub(super) fn halve(&mut self) -> bool {
        let halved = (self.size / 2.0).max(SIZES.0);
        let could = halved < self.size;
        self.average = self.average.map(|average| average * halved / self.size);
        self.size = halved;
        could
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Batches of so many rows a second, until the size stands; the durations of all.
    fn run(pace: &mut Pace, rows_a_second: f64, batches: usize) -> Vec<f64> {
        let mut took = Vec::new();
        for _ in 0..batches {
            let seconds = f64::from(pace.size()) / rows_a_second;
            pace.next(Duration::from_secs_f64(seconds));
            took.push(seconds);
        }
        took
    }

    #[test]
    fn it_comes_to_the_target_and_stays() {
        for rows_a_second in [2_000.0, 30_000.0, 200_000.0] {
            let mut pace = Pace::new(Duration::from_millis(250), 0.5);
            let took = run(&mut pace, rows_a_second, 40);
            for seconds in &took[20..] {
                assert!((0.2..0.3).contains(seconds), "{rows_a_second}: {took:?}");
            }
        }
    }

    #[test]
    fn it_never_leaves_its_bounds() {
        let mut pace = Pace::new(Duration::from_millis(250), 0.5);
        run(&mut pace, 1e9, 40);
        assert_eq!(pace.size(), 100_000);
        run(&mut pace, 10.0, 60);
        assert_eq!(pace.size(), 100);
        assert!(!pace.halve());
    }

    #[test]
    fn a_server_that_gets_slower_is_followed() {
        let mut pace = Pace::new(Duration::from_millis(250), 0.5);
        run(&mut pace, 200_000.0, 20);
        let took = run(&mut pace, 20_000.0, 12);
        assert!(took[11] < 0.35, "{took:?}");
    }

    #[test]
    fn it_rests_for_its_share() {
        let mut pace = Pace::new(Duration::from_millis(250), 0.25);
        let rest = pace.next(Duration::from_millis(200));
        assert_eq!(rest, Duration::from_millis(600));
        let mut pace = Pace::new(Duration::from_millis(250), 1.0);
        assert_eq!(pace.next(Duration::from_millis(200)), Duration::ZERO);
    }
}
