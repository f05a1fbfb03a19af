//! Draws the items of a row: a column, or the parent of a foreign key.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng as _;

use super::{Drawing, MANY_NULLS, Partial, SOME_NULLS};
use crate::seed::design::{Item, Source};
use crate::seed::owners::Link;
use crate::seed::provider::Draw;
use crate::seed::uniqueness::Unique;
use crate::seed::value::Value;

impl Drawing<'_> {
    /// Gives an item a value.
    pub(super) fn draw(
        &mut self,
        item: Item,
        number: u64,
        rng: &mut ChaCha8Rng,
    ) -> Result<(), String> {
        match item {
            Item::Column(column) => self.draw_column(column, number, rng),
            Item::Key(key) => self.draw_key(key, number, rng),
        }
    }

    fn draw_column(
        &mut self,
        column: usize,
        number: u64,
        rng: &mut ChaCha8Rng,
    ) -> Result<(), String> {
        let generator = self.generator;
        let Source::Drawn(drawn) = &generator.designs[self.table].sources[column] else {
            return Ok(());
        };
        // The column itself is not looked at while it is drawn again.
        self.is_set[column] = false;
        let unique = self.unique(Item::Column(column));
        let may_be_null = unique.is_none_or(|(_, unique)| !unique.nulls_equal);
        let holds = match &drawn.when {
            Some(when) => {
                when.truth(&self.partial())
                    .map_err(|error| self.of(column, &error.to_string()))?
                    == Some(true)
            }
            None => true,
        };
        let value =
            if !holds || may_be_null && self.is_null(column, unique, drawn.null, number, rng) {
                Value::Null
            } else if let Some(other) = drawn.like {
                self.values[other].clone()
            } else if let Some((at, unique)) = unique {
                let place = number - self.owner().scopes[at];
                if unique.is_finite {
                    let place = self.digit(unique, Item::Column(column), place);
                    drawn.provider.nth(place, generator.now)
                } else {
                    drawn
                        .provider
                        .nth_beside(place, generator.now, &self.partial())
                }
            } else {
                let partial = Partial {
                    generator,
                    parents: &self.parents,
                    design: &generator.designs[self.table],
                    values: &self.values,
                    is_set: &self.is_set,
                };
                let place = number - self.owner().rows.0;
                let mut draw = Draw {
                    rng,
                    place,
                    now: generator.now,
                    row: &partial,
                };
                drawn
                    .provider
                    .draw(&mut draw)
                    .map_err(|why| self.of(column, &why))?
            };
        self.set(column, value);
        Ok(())
    }

    /// The share of NULLs at this attempt.
    fn share(&self, usual: f64) -> f64 {
        if self.is_hard && usual > 0.0 {
            usual.max(MANY_NULLS)
        } else {
            usual
        }
    }

    /// Whether a column is NULL: by chance, or because a key for what is not NULL has no more values.
    fn is_null(
        &self,
        column: usize,
        unique: Option<(usize, &Unique)>,
        usual: f64,
        number: u64,
        rng: &mut ChaCha8Rng,
    ) -> bool {
        let items = &self.generator.designs[self.table].items;
        let is_spent = |unique: &Unique| {
            let mut redrawn = unique.redrawn.iter();
            redrawn.any(|at| items[*at] == Item::Column(column)) && self.lap(unique, number) > 0
        };
        chance(rng, self.share(usual))
            || usual > 0.0 && unique.is_some_and(|(_, unique)| is_spent(unique))
    }

    fn of(&self, column: usize, why: &str) -> String {
        format!(
            "`{}`: {why}",
            self.generator.designs[self.table].table.columns[column].name
        )
    }

    fn draw_key(&mut self, key: usize, number: u64, rng: &mut ChaCha8Rng) -> Result<(), String> {
        let generator = self.generator;
        let design = &generator.designs[self.table];
        let nulls = &generator.key_nulls[self.table][key];
        let link = design.ties.links[key];
        let unique = self.unique(Item::Key(key));
        let place = number - self.owner().rows.0;
        let holds = match &nulls.when {
            Some(when) => {
                when.truth(&self.partial())
                    .map_err(|error| error.to_string())?
                    == Some(true)
            }
            None => true,
        };
        let share = nulls.share.unwrap_or(SOME_NULLS);
        // Rows are counted by their owners: each has one.
        let may_be_null = nulls.may_be && unique.is_none_or(|(_, unique)| !unique.nulls_equal);
        let is_null =
            link != Link::Owner && (!holds || may_be_null && chance(rng, self.share(share)));
        let owner = self.owner();
        let parent = match link {
            _ if is_null => None,
            Link::Owner => Some(owner.number),
            // Without an earlier row it is its own parent, if it needs one. Where no two rows may
            // have the same, each has the one before it.
            Link::Earlier if place == 0 || unique.is_some() && !nulls.may_be => {
                return self.refer_to_itself(key);
            }
            Link::Earlier => {
                let existing = generator.layout.rows[self.table].existing.len() as u64;
                let earlier = match unique {
                    Some(_) => place - 1,
                    None => below(rng, place),
                };
                Some(existing + owner.rows.0 + earlier)
            }
            Link::Among(_) | Link::Ancestor(_) => {
                let pool = &owner.pools[key];
                let place = match unique {
                    Some((at, unique)) => {
                        self.digit(unique, Item::Key(key), number - owner.scopes[at])
                    }
                    None => below(rng, pool.len()),
                };
                pool.get(place)
            }
            Link::Follows | Link::Null => None,
        };
        self.parents.set(generator, key, parent)?;
        for column in design.set_by(key) {
            let value = match parent {
                Some(ordinal) => generator.referred(self.table, key, column, ordinal)?,
                None if design.table.columns[column].not_null => {
                    return Err(self.of(column, "there is no row that it could refer to"));
                }
                None => Value::Null,
            };
            self.set(column, value);
        }
        Ok(())
    }

    /// Lets a key to its own table be NULL, or refer to the row that it stands in.
    fn refer_to_itself(&mut self, key: usize) -> Result<(), String> {
        let design = &self.generator.designs[self.table];
        let foreign_key = &design.table.foreign_keys[key];
        let own = design.table.columns_of(foreign_key);
        let referred = design.table.columns_referred_to(foreign_key);
        for (column, referred) in own.into_iter().zip(referred) {
            if !matches!(design.sources[column], Source::Key(by) if by == key) {
                continue;
            }
            let value = match design.table.columns[column].not_null {
                true if self.is_set[referred] => self.values[referred].clone(),
                true => return Err(self.of(column, "there is no row that it could refer to")),
                false => Value::Null,
            };
            self.set(column, value);
        }
        Ok(())
    }

    /// The unique key that fixes an item, and where it stands among the keys.
    fn unique(&self, item: Item) -> Option<(usize, &'_ Unique)> {
        let design = &self.generator.designs[self.table];
        design
            .unique
            .iter()
            .enumerate()
            .find(|(_, unique)| unique.fixes(item))
    }

    /// How many values a part of a key has, for the rows of the owner.
    fn size(&self, part: Item) -> u64 {
        let design = &self.generator.designs[self.table];
        let size = match part {
            Item::Key(key) => self.owner().pools[key].len(),
            Item::Column(column) => match &design.sources[column] {
                Source::Drawn(drawn) => drawn.provider.capacity().unwrap_or(u64::MAX),
                _ => 1,
            },
        };
        size.max(1)
    }

    /// Which value a part of a key has in the row `place` of its scope.
    fn digit(&self, unique: &Unique, part: Item, place: u64) -> u64 {
        let mut place = place;
        for other in &unique.parts {
            let size = self.size(*other);
            if *other == part {
                return place % size;
            }
            place /= size;
        }
        0
    }

    /// How often all combinations of a key were taken before this row.
    pub(super) fn lap(&self, unique: &Unique, number: u64) -> u64 {
        let at = self.generator.designs[self.table]
            .unique
            .iter()
            .position(|one| std::ptr::eq(one, unique));
        let first = at.map_or(0, |at| self.owner().scopes[at]);
        let sizes = unique.parts.iter().map(|part| self.size(*part));
        (number - first) / sizes.fold(1_u64, u64::saturating_mul).max(1)
    }
}

/// Whether something of this probability happens.
fn chance(rng: &mut ChaCha8Rng, probability: f64) -> bool {
    #[allow(clippy::cast_precision_loss, reason = "a fraction")]
    let drawn = (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    drawn < probability
}

/// A number below `end`; 0 when there is none.
fn below(rng: &mut ChaCha8Rng, end: u64) -> u64 {
    let product = u128::from(rng.next_u64()) * u128::from(end);
    u64::try_from(product >> 64).expect("the upper half of a product")
}
