//! Draws rows. A row is a function of the seed, the reference time, its table and its number:
//! nothing else is looked at, so any row can be made at any time, by any worker.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest, Sha256};

use super::design::{Design, Item, Source};
use super::expression::Row;
use super::layout::{Layout, Pool, RowNumber};
use super::owners::Link;
use super::parents::Parents;
use super::provider::Draw;
use super::uniqueness::{Scope, Unique};
use super::value::Value;

/// How often values are drawn again that a CHECK constraint does not let pass.
const ATTEMPTS: u32 = 200;

/// After so many, NULL is drawn more often where it may be.
const EASY_ATTEMPTS: u32 = 20;

/// The share of NULLs then.
const MANY_NULLS: f64 = 0.5;

/// The share of NULLs in a foreign key that may be NULL, where nothing else is said.
const SOME_NULLS: f64 = 0.1;

/// All that rows are made of.
#[derive(Debug)]
pub struct Generator {
    /// How each table is filled, parents first.
    pub designs: Vec<Design>,
    /// The recipes' share of NULLs and conditions of foreign keys, by table and key.
    pub key_nulls: Vec<Vec<Nulls>>,
    /// The tables that the foreign keys refer to, by table and key, where they are filled.
    pub parents: Vec<Vec<Option<usize>>>,
    /// Whose rows are whose.
    pub layout: Layout,
    /// The seed.
    pub seed: u64,
    /// The reference time, in microseconds since 2000.
    pub now: i64,
    /// The same, as expressions see it.
    pub now_value: Value,
}

/// Where a foreign key is NULL.
#[derive(Debug, Default)]
pub struct Nulls {
    /// The share; the usual one for nothing.
    pub share: Option<f64>,
    /// Where this does not hold.
    pub when: Option<super::expression::Expression>,
    /// Whether it may be at all.
    pub may_be: bool,
}

/// Makes the rows of one table, best in their order.
pub struct Drawing<'a> {
    generator: &'a Generator,
    table: usize,
    key: [u8; 32],
    owner: Option<Owner>,
    values: Vec<Value>,
    is_set: Vec<bool>,
    parents: Parents<'a>,
    /// Whether values were drawn in vain so often that NULL is to be more frequent.
    is_hard: bool,
}

/// What is known of an owner while its rows are made.
struct Owner {
    number: u64,
    /// The first generated row of the owner, and behind the last.
    rows: (u64, u64),
    /// For each foreign key, the rows that it may refer to.
    pools: Vec<Pool>,
    /// For each unique key, the first row of its scope.
    scopes: Vec<u64>,
}

/// A row while it is made: the columns that have a value.
struct Partial<'a> {
    generator: &'a Generator,
    design: &'a Design,
    values: &'a [Value],
    is_set: &'a [bool],
    parents: &'a Parents<'a>,
}

impl Row for Partial<'_> {
    fn get(&self, column: &str) -> Option<&Value> {
        match self.design.positions.get(column) {
            Some(at) => self.is_set[*at].then(|| &self.values[*at]),
            None => self.parents.get(self.generator, self.design, column),
        }
    }
}

impl Generator {
    /// Starts to make rows of a table.
    #[must_use]
    pub fn drawing(&self, table: usize) -> Drawing<'_> {
        self.drawing_for(table, &[])
    }

    /// Starts to make rows of a table, of which others look at these names.
    pub(super) fn drawing_for(&self, table: usize, names: &[String]) -> Drawing<'_> {
        let title = self.designs[table].table.title();
        let columns = self.designs[table].table.columns.len();
        Drawing {
            generator: self,
            table,
            key: Sha256::digest(format!("crmdb {} {title}", self.seed)).into(),
            owner: None,
            values: vec![Value::Null; columns],
            is_set: vec![false; columns],
            parents: Parents::new(self, table, self.designs[table].others.iter().chain(names)),
            is_hard: false,
        }
    }

    /// The value of a column in any row.
    fn value(&self, table: usize, row: RowNumber, column: usize) -> Result<Value, String> {
        let number = match row {
            RowNumber::Existing(number) => {
                let row = &self.layout.rows[table].existing[super::layout::index(number)];
                return Ok(row.values[column].clone().unwrap_or(Value::Null));
            }
            RowNumber::Generated(number) => number,
        };
        let design = &self.designs[table];
        match &design.sources[column] {
            Source::Surrogate(surrogate) => Ok(surrogate.value(number)),
            Source::Key(key) if design.ties.links[*key] == Link::Owner => {
                let owner = self.layout.rows[table].owner(row);
                self.referred(table, *key, column, owner)
            }
            // Rarely: a foreign key to a column that is no surrogate.
            _ => Ok(self.drawing(table).row(number)?[column].clone()),
        }
    }

    /// What a column of a foreign key has when it refers to the row `ordinal` of its parent table.
    fn referred(
        &self,
        table: usize,
        key: usize,
        column: usize,
        ordinal: u64,
    ) -> Result<Value, String> {
        let child = &self.designs[table].table;
        let foreign_key = &child.foreign_keys[key];
        let parent = self.parents[table][key].ok_or("a foreign key without a parent")?;
        let place = child
            .columns_of(foreign_key)
            .iter()
            .position(|at| *at == column);
        let referred = self.designs[parent].table.columns_referred_to(foreign_key);
        let referred = place
            .and_then(|place| referred.get(place))
            .ok_or("a foreign key without a column")?;
        let row = self.layout.rows[parent].row(ordinal);
        self.value(parent, row, *referred)
    }
}

impl Drawing<'_> {
    /// The values of a row, column by column; those that are left to the server are NULL.
    ///
    /// # Errors
    ///
    /// Why no values are found, in a line.
    pub fn row(&mut self, number: u64) -> Result<&[Value], String> {
        let generator = self.generator;
        let design = &generator.designs[self.table];
        let mut rng = ChaCha8Rng::from_seed(self.key);
        rng.set_stream(number);
        self.enter(number)?;
        self.is_hard = false;
        self.is_set.fill(false);
        self.values.fill(Value::Null);
        for (at, source) in design.sources.iter().enumerate() {
            match source {
                Source::Surrogate(surrogate) => self.set(at, surrogate.value(number)),
                Source::Null => self.set(at, Value::Null),
                _ => {}
            }
        }
        for key in self.parents.following(design) {
            let parent = generator.parents[self.table][key];
            let level = design
                .ties
                .chain
                .iter()
                .position(|above| Some(*above) == parent);
            let owner = self.owner().number;
            let ordinal = level.map(|level| generator.layout.above(self.table, owner, level));
            self.parents.set(generator, key, ordinal)?;
        }
        for item in &design.items {
            self.draw(*item, number, &mut rng)?;
        }
        self.satisfy(number, &mut rng)?;
        Ok(&self.values)
    }

    /// Draws again what a condition does not let pass.
    fn satisfy(&mut self, number: u64, rng: &mut ChaCha8Rng) -> Result<(), String> {
        let design = &self.generator.designs[self.table];
        let mut attempts = 0;
        'again: loop {
            self.is_hard = attempts > EASY_ATTEMPTS;
            for rule in &design.rules {
                let partial = self.partial();
                if rule.condition.truth(&partial) == Ok(Some(false)) {
                    attempts += 1;
                    if attempts > ATTEMPTS || rule.items.is_empty() {
                        return Err(format!(
                            "no values found that the constraint `{}` lets pass",
                            rule.name
                        ));
                    }
                    for at in &rule.items {
                        self.draw(design.items[*at], number, rng)?;
                    }
                    continue 'again;
                }
            }
            for unique in &design.unique {
                if self.is_repeated(unique, number) {
                    attempts += 1;
                    if attempts > ATTEMPTS {
                        return Err(format!(
                            "no values found that the key `{}` lets pass",
                            unique.name
                        ));
                    }
                    for at in &unique.redrawn {
                        self.draw(design.items[*at], number, rng)?;
                    }
                    continue 'again;
                }
            }
            return Ok(());
        }
    }

    /// Whether a row is one too many for a key that holds for some rows only, and is one of them.
    fn is_repeated(&self, unique: &Unique, number: u64) -> bool {
        let Some(predicate) = &unique.predicate else {
            return false;
        };
        self.lap(unique, number) > 0 && predicate.truth(&self.partial()) == Ok(Some(true))
    }

    /// The value that a name has in the row that was made last.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        let design = &self.generator.designs[self.table];
        match design.positions.get(name) {
            Some(at) => self.is_set[*at].then(|| &self.values[*at]),
            None => self.parents.get(self.generator, design, name),
        }
    }

    fn partial(&self) -> Partial<'_> {
        Partial {
            generator: self.generator,
            parents: &self.parents,
            design: &self.generator.designs[self.table],
            values: &self.values,
            is_set: &self.is_set,
        }
    }

    fn set(&mut self, column: usize, value: Value) {
        self.values[column] = value;
        self.is_set[column] = true;
    }

    /// Looks up the owner of a row, unless it is that of the row before.
    fn enter(&mut self, number: u64) -> Result<(), String> {
        if self
            .owner
            .as_ref()
            .is_some_and(|owner| (owner.rows.0..owner.rows.1).contains(&number))
        {
            return Ok(());
        }
        let (layout, design) = (&self.generator.layout, &self.generator.designs[self.table]);
        let rows = &layout.rows[self.table];
        if number >= rows.generated {
            return Err(format!("there is no row {number}"));
        }
        let owner = rows.owner(RowNumber::Generated(number));
        let span = rows.generated_of(super::layout::Span {
            start: owner,
            end: owner + 1,
        });
        let parents = &self.generator.parents[self.table];
        let pools = design
            .ties
            .links
            .iter()
            .zip(parents)
            .map(|(link, parent)| match parent {
                Some(parent) => layout.candidates(self.table, *parent, *link, owner),
                None => Pool::default(),
            });
        let scopes = design.unique.iter().map(|unique| match unique.scope {
            Scope::Table => 0,
            Scope::Above(0) => span.start,
            Scope::Above(level) => {
                let above = layout.above(self.table, owner, level);
                let first = layout.first_under(self.table, level, above);
                first.unwrap_or(span.start)
            }
        });
        self.owner = Some(Owner {
            number: owner,
            rows: (span.start, span.end),
            pools: pools.collect(),
            scopes: scopes.collect(),
        });
        Ok(())
    }

    fn owner(&self) -> &Owner {
        self.owner
            .as_ref()
            .expect("a row is entered before it is drawn")
    }

    /// Gives an item a value.
    fn draw(&mut self, item: Item, number: u64, rng: &mut ChaCha8Rng) -> Result<(), String> {
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
    fn lap(&self, unique: &Unique, number: u64) -> u64 {
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
