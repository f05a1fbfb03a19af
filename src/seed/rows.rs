//! Draws rows. A row is a function of the seed, the reference time, its table and its number:
//! nothing else is looked at, so any row can be made at any time, by any worker.

mod draw;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sha2::{Digest, Sha256};

use super::design::{Design, Source};
use super::expression::Row;
use super::layout::{Layout, Pool, RowNumber};
use super::owners::Link;
use super::parents::Parents;
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
}
