//! One of a few values.

use rand_chacha::ChaCha8Rng;

use super::chance;
use crate::seed::value::Value;

/// Values, each with its weight.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) values: Vec<Value>,
    /// For each value, the sum of the weights up to it; empty: all alike.
    sums: Vec<f64>,
}

impl Choice {
    pub(super) fn even(values: Vec<Value>) -> Self {
        let sums = Vec::new();
        Self { values, sums }
    }

    /// Values of weight zero are left out.
    pub(super) fn weighted(weighted: Vec<(Value, f64)>) -> Self {
        let mut sum = 0.0;
        let mut choice = Self::even(Vec::new());
        for (value, weight) in weighted.into_iter().filter(|(_, weight)| *weight > 0.0) {
            sum += weight;
            choice.values.push(value);
            choice.sums.push(sum);
        }
        choice
    }

    pub(super) fn draw(&self, rng: &mut ChaCha8Rng) -> Value {
        let at = match self.sums.last() {
            None => chance::below(rng, self.values.len() as u64) as usize,
            Some(total) => {
                let point = chance::unit(rng) * total;
                let at = self.sums.partition_point(|sum| *sum <= point);
                at.min(self.values.len() - 1)
            }
        };
        self.values[at].clone()
    }

    /// Returns the values, each once.
    pub(super) fn distinct(&self) -> Vec<Value> {
        let mut found: Vec<Value> = Vec::new();
        for value in &self.values {
            if !found.contains(value) {
                found.push(value.clone());
            }
        }
        found
    }
}
