//! Surrogate keys: numbers and UUIDs that stand for a row and mean nothing else.
//!
//! They tell generated rows from all others. A UUID begins with `5eed`, then come digits of the
//! `--seed` and of the table's name, and the number of the row; a number comes from a span of the
//! column's sequence that was taken for this table.

use sha2::{Digest, Sha256};

use super::tables::{Sequence, Table};
use super::value::{Shape, Value};

/// A surrogate key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Surrogate {
    /// UUIDs that go up from this one.
    Uuid(u128),
    /// Numbers from a sequence, or above those that are there.
    Number {
        /// The first.
        first: i64,
        /// From one to the next.
        increment: i64,
    },
}

impl Surrogate {
    /// The UUIDs of a table.
    #[must_use]
    pub fn uuid(seed: u64, table: &str) -> Self {
        // Version 8 (RFC 9562): the digits mean what we say. 12 and 16 bits of the table, 62 of the row.
        let of_seed = u128::from(hash(&seed.to_string()) & 0xffff);
        let of_table = u128::from(hash(table));
        Self::Uuid(
            0x5eed << 112
                | of_seed << 96
                | (of_table & 0xffff) << 80
                | 0x8 << 76
                | (of_table >> 16 & 0xfff) << 64
                | 0b10 << 62,
        )
    }

    /// The value of a generated row.
    #[must_use]
    pub fn value(&self, row: u64) -> Value {
        match self {
            Self::Uuid(first) => Value::Uuid(first + u128::from(row)),
            Self::Number { first, increment } => {
                let steps = i64::try_from(row).expect("rows are counted within the sequence");
                Value::Int(first + steps * increment)
            }
        }
    }
}

/// The surrogate columns of a table, as positions: those that stand for the row alone.
#[must_use]
pub fn columns(table: &Table) -> Vec<usize> {
    let in_foreign_key = |at: &usize| {
        let mut keys = table.foreign_keys.iter();
        keys.any(|key| table.columns_of(key).contains(at))
    };
    let stands_alone = |name: &str| {
        let mut keys = table.keys.iter();
        keys.any(|key| key.is_primary && key.columns == [name])
    };
    let is_surrogate = |at: &usize| {
        let column = &table.columns[*at];
        match column.kind.shape {
            Shape::Uuid => {
                let is_random = column
                    .default
                    .as_deref()
                    .is_some_and(|text| text.contains("uuid"));
                is_random || stands_alone(&column.name)
            }
            Shape::Int(_) => {
                column.identity || column.sequence.is_some() || stands_alone(&column.name)
            }
            _ => false,
        }
    };
    let all = 0..table.columns.len();
    all.filter(|at| !table.columns[*at].generated && !in_foreign_key(at) && is_surrogate(at))
        .collect()
}

/// How many numbers a column of this type and sequence has from `first` on.
#[must_use]
pub fn room(shape: &Shape, sequence: Option<&Sequence>, first: i64) -> u64 {
    let (mut least, mut greatest) = match shape {
        Shape::Int(2) => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Shape::Int(4) => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let mut increment = 1;
    if let Some(sequence) = sequence {
        least = least.max(sequence.least);
        greatest = greatest.min(sequence.greatest);
        increment = sequence.increment;
    }
    if first < least || first > greatest {
        return 0;
    }
    let end = if increment > 0 { greatest } else { least };
    end.abs_diff(first) / increment.unsigned_abs() + 1
}

/// The first eight bytes of a digest.
pub(super) fn hash(text: &str) -> u64 {
    let digest = Sha256::digest(text);
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_tells_where_it_comes_from() {
        let Value::Uuid(uuid) = Surrogate::uuid(1, "users.users").value(10) else {
            panic!("a UUID");
        };
        let text = format!("{uuid:032x}");
        assert!(text.starts_with("5eed"), "{text}");
        assert_eq!(&text[12..13], "8", "the version");
        assert_eq!(&text[16..], "800000000000000a");
        assert_ne!(Surrogate::uuid(1, "a.b"), Surrogate::uuid(1, "a.c"));
        assert_ne!(Surrogate::uuid(1, "a.b"), Surrogate::uuid(2, "a.b"));
    }

    #[test]
    fn room_ends_with_the_type_or_the_sequence() {
        let sequence = |increment, least, greatest| Sequence {
            name: String::new(),
            increment,
            least,
            greatest,
        };
        assert_eq!(room(&Shape::Int(2), None, 32_767), 1);
        assert_eq!(room(&Shape::Int(4), Some(&sequence(10, 1, 100)), 1), 10);
        assert_eq!(room(&Shape::Int(8), Some(&sequence(-1, -5, -1)), -1), 5);
        assert_eq!(room(&Shape::Int(4), Some(&sequence(1, 1, 5)), 6), 0);
    }
}
