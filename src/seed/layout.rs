//! How many rows each table gets, and whose they are.
//!
//! A row is known by its table and its number. Rows of one owner stand together, so a *pool* (the
//! rows of a table that belong to some row above) is a few spans of numbers. Rows that were there
//! before come first: they have owners, and children, like the others.

use super::owners::{Link, Ties};
use super::recipe::Spread;
use super::value::Value;

/// A row of a table, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowNumber {
    /// One that was there, in the order of their owners.
    Existing(u64),
    /// One that is generated.
    Generated(u64),
}

/// A row that was there before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExistingRow {
    /// The number of its owner, among all rows of that table.
    pub owner: u64,
    /// Its values, by the positions of the columns; those that nothing refers to are left out.
    pub values: Vec<Option<Value>>,
}

/// The rows of one table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Those that were there, by their owners.
    pub existing: Vec<ExistingRow>,
    /// How many are generated.
    pub generated: u64,
    /// The number of the first generated row of each owner, and behind the last.
    starts: Vec<u64>,
}

impl Rows {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.existing.len() as u64 + self.generated
    }

    /// The number among all rows.
    #[must_use]
    pub fn ordinal(&self, row: RowNumber) -> u64 {
        match row {
            RowNumber::Existing(number) => number,
            RowNumber::Generated(number) => self.existing.len() as u64 + number,
        }
    }

    /// The row with this number among all.
    #[must_use]
    pub fn row(&self, ordinal: u64) -> RowNumber {
        match ordinal.checked_sub(self.existing.len() as u64) {
            Some(number) => RowNumber::Generated(number),
            None => RowNumber::Existing(ordinal),
        }
    }

    /// The owner of a row, by its number among all rows of the owner's table.
    #[must_use]
    pub fn owner(&self, row: RowNumber) -> u64 {
        match row {
            RowNumber::Existing(number) => self.existing[index(number)].owner,
            RowNumber::Generated(number) => {
                self.starts.partition_point(|start| *start <= number) as u64 - 1
            }
        }
    }

    /// The generated rows of these owners.
    #[must_use]
    pub fn generated_of(&self, owners: Span) -> Span {
        Span {
            start: self.starts[index(owners.start)],
            end: self.starts[index(owners.end)],
        }
    }

    fn existing_of(&self, owners: Span) -> Span {
        let before = |owner: u64| self.existing.partition_point(|row| row.owner < owner) as u64;
        Span {
            start: before(owners.start),
            end: before(owners.end),
        }
    }
}

/// Numbers from `start` to before `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub start: u64,
    /// The one behind the last.
    pub end: u64,
}

impl Span {
    fn len(self) -> u64 {
        self.end - self.start
    }
}

/// The rows of a table that belong to a row above, by their numbers among all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    spans: Vec<Span>,
}

impl Pool {
    fn add(&mut self, span: Span) {
        match self.spans.last_mut() {
            _ if span.len() == 0 => {}
            Some(last) if last.end == span.start => last.end = span.end,
            _ => self.spans.push(span),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.spans.iter().map(|span| span.len()).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Where a row stands among them, by its number among all rows of the table.
    #[must_use]
    pub fn place(&self, ordinal: u64) -> Option<u64> {
        let mut before = 0;
        for span in &self.spans {
            if (span.start..span.end).contains(&ordinal) {
                return Some(before + ordinal - span.start);
            }
            before += span.len();
        }
        None
    }

    /// The `place`-th of them, by its number among all rows of the table.
    #[must_use]
    pub fn get(&self, mut place: u64) -> Option<u64> {
        for span in &self.spans {
            if place < span.len() {
                return Some(span.start + place);
            }
            place -= span.len();
        }
        None
    }
}

/// What a table gets.
#[derive(Clone, Debug, Default)]
pub struct Share {
    /// So many rows, if there is room for them.
    pub wanted: u64,
    /// How they are shared out.
    pub spread: Spread,
    /// Whether rows that were there before own any.
    pub to_existing: bool,
}

/// The rows of all tables, in the order of their filling.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// How the tables hang on each other.
    pub ties: Vec<Ties>,
    /// Their rows, as far as they are laid out.
    pub rows: Vec<Rows>,
}

impl Layout {
    /// The rows of `table` that belong to the row `ordinal` of the table `above`; all for `None`.
    #[must_use]
    pub fn pool(&self, table: usize, under: Option<(usize, u64)>) -> Pool {
        let mut pool = Pool::default();
        let rows = &self.rows[table];
        let Some((above, ordinal)) = under else {
            pool.add(Span {
                start: 0,
                end: rows.all(),
            });
            return pool;
        };
        let owners = match self.ties[table].chain.first() {
            Some(owner) if *owner == above => Pool {
                spans: vec![Span {
                    start: ordinal,
                    end: ordinal + 1,
                }],
            },
            Some(owner) => self.pool(*owner, under),
            None => return pool,
        };
        let existing = rows.existing.len() as u64;
        for span in &owners.spans {
            pool.add(rows.existing_of(*span));
        }
        for span in &owners.spans {
            let generated = rows.generated_of(*span);
            pool.add(Span {
                start: existing + generated.start,
                end: existing + generated.end,
            });
        }
        pool
    }

    /// The first generated row of `table` that belongs to the row `above`, `level` steps up.
    #[must_use]
    pub fn first_under(&self, table: usize, level: usize, above: u64) -> Option<u64> {
        let pool = self.pool(table, Some((self.ties[table].chain[level], above)));
        let existing = self.rows[table].existing.len() as u64;
        let mut firsts = pool.spans.iter().map(|span| span.start.max(existing));
        let ends = pool.spans.iter().map(|span| span.end);
        firsts
            .by_ref()
            .zip(ends)
            .find(|(first, end)| first < end)
            .map(|(first, _)| first - existing)
    }

    /// The number of the row `level` steps above an owner of `table`: 0 is the owner itself.
    #[must_use]
    pub fn above(&self, table: usize, owner: u64, level: usize) -> u64 {
        let chain = &self.ties[table].chain;
        (0..level).fold(owner, |ordinal, step| {
            let rows = &self.rows[chain[step]];
            rows.owner(rows.row(ordinal))
        })
    }

    /// The rows that a key of `table` may refer to from a row of this owner.
    #[must_use]
    pub fn candidates(&self, table: usize, parent: usize, link: Link, owner: u64) -> Pool {
        let level = match link {
            Link::Among(level) => level,
            Link::Ancestor(level) => {
                let ordinal = self.above(table, owner, level);
                return Pool {
                    spans: vec![Span {
                        start: ordinal,
                        end: ordinal + 1,
                    }],
                };
            }
            _ => return Pool::default(),
        };
        let under = level.map(|level| {
            (
                self.ties[table].chain[level],
                self.above(table, owner, level),
            )
        });
        self.pool(parent, under)
    }

    /// Shares the rows of the next table out.
    ///
    /// `room` says how many rows an owner may have at most, by what was taken before it (`None`:
    /// any number), and none where a parent that every row needs is missing.
    pub fn share_out(
        &mut self,
        share: &Share,
        existing: Vec<ExistingRow>,
        room: impl Fn(&Self, u64) -> Option<u64>,
    ) {
        let table = self.rows.len();
        let owner = self.ties[table].chain.first().copied();
        self.rows.push(Rows {
            existing,
            ..Rows::default()
        });
        let Some(owner) = owner else {
            let generated = room(self, 0).map_or(share.wanted, |most| share.wanted.min(most));
            let rows = &mut self.rows[table];
            rows.starts = vec![0, generated];
            rows.generated = generated;
            return;
        };
        let owners = self.rows[owner].all();
        let old = self.rows[owner].existing.len() as u64;
        let mut most = vec![None; index(owners)];
        for number in 0..owners {
            let barred = number < old && !share.to_existing;
            most[index(number)] = if barred { Some(0) } else { room(self, number) };
        }
        let weights = self.weights(owner, share.spread, &most);
        let heirs = weights.iter().filter(|weight| **weight > 0.0).count() as u64;
        let total: f64 = weights.iter().sum();
        // Every owner has one first, as far as they reach; the rest goes by weight.
        let rest = share.wanted.saturating_sub(heirs);
        let (mut starts, mut taken, mut heir, mut sum) = (vec![0], 0, 0, 0.0);
        let mut given_before = 0;
        for (weight, most) in weights.iter().zip(&most) {
            if *weight > 0.0 {
                heir += 1;
                sum += weight;
                let given = heir.min(share.wanted) + portion(rest, sum / total);
                let mut part = given - given_before;
                given_before = given;
                if let Some(most) = most {
                    part = part.min(*most);
                }
                taken += part;
            }
            starts.push(taken);
        }
        let rows = &mut self.rows[table];
        rows.starts = starts;
        rows.generated = taken;
    }

    /// What part of the children each row of a table gets.
    fn weights(&self, owner: usize, spread: Spread, most: &[Option<u64>]) -> Vec<f64> {
        let rows = &self.rows[owner];
        let mut place_of: (u64, u64) = (0, 0);
        let mut weights = Vec::with_capacity(most.len());
        for (number, most) in (0..).zip(most) {
            let above = rows.owner(rows.row(number));
            place_of = if place_of.0 == above && number > 0 {
                (above, place_of.1 + 1)
            } else {
                (above, 0)
            };
            let weight = match (most, spread) {
                (Some(0), _) => 0.0,
                (_, Spread::Even) => 1.0,
                #[allow(clippy::cast_precision_loss, reason = "a weight")]
                (_, Spread::Skewed) => 1.0 / (1.0 + place_of.1 as f64),
            };
            weights.push(weight);
        }
        weights
    }
}

/// A part of a number, rounded down.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a part between 0 and 1 of a number of rows"
)]
fn portion(number: u64, part: f64) -> u64 {
    ((number as f64 * part) as u64).min(number)
}

/// A number of rows, as an index.
pub(super) fn index(number: u64) -> usize {
    usize::try_from(number).expect("rows are counted within the address space")
}

#[cfg(test)]
mod tests;
