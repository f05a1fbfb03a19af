//! Chance, the same on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng as _;

/// Returns a number below `end`, or zero when there is none.
pub(super) fn below(rng: &mut ChaCha8Rng, end: u64) -> u64 {
    ((u128::from(rng.next_u64()) * u128::from(end)) >> 64) as u64
}

/// Returns a number below `end`, which may be more than 64 bits long.
pub(super) fn below_wide(rng: &mut ChaCha8Rng, end: u128) -> u128 {
    match u64::try_from(end) {
        Ok(end) => u128::from(below(rng, end)),
        Err(_) => ((u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64())) % end,
    }
}

/// Returns a number from 0 to just below 1.
pub(super) fn unit(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// Returns an index below `end`, the first ones more often.
pub(super) fn early(rng: &mut ChaCha8Rng, end: usize) -> usize {
    let unit = unit(rng);
    ((unit * unit * end as f64) as usize).min(end.saturating_sub(1))
}

/// Returns one of a list that is not empty.
pub(super) fn pick<'a, T: ?Sized>(rng: &mut ChaCha8Rng, list: &[&'a T]) -> &'a T {
    list[below(rng, list.len() as u64) as usize]
}

/// Whether an event of this many in a hundred happens.
pub(super) fn percent(rng: &mut ChaCha8Rng, share: u64) -> bool {
    below(rng, 100) < share
}

/// Maps numbers one to one onto numbers that look random (the last step of splitmix64).
pub(super) const fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Maps the numbers below `size` one to one onto themselves, out of their order.
pub(super) fn shuffled(number: u64, size: u64) -> u64 {
    if size < 3 {
        return number % size.max(1);
    }
    // A step near the golden section of the size that has no divisor in common with it.
    let mut step = (u128::from(size) * 618 / 1000) as u64 | 1;
    while divisor(step, size) != 1 {
        step += 1;
    }
    let product = u128::from(number % size) * u128::from(step) + u128::from(size / 3);
    (product % u128::from(size)) as u64
}

fn divisor(mut one: u64, mut other: u64) -> u64 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn one_to_one() {
        for size in [1, 2, 3, 4, 10, 97, 1000, 2310] {
            let found: BTreeSet<u64> = (0..size).map(|n| shuffled(n, size)).collect();
            assert_eq!(found.len() as u64, size);
            assert!(found.last().is_some_and(|last| *last < size));
        }
    }
}
