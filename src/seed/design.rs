//! How each column of a table gets its value.

mod items;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use super::expression::Expression;
use super::owners::Ties;
use super::provider::Provider;
use super::recipe::TableRecipe;
use super::surrogate::Surrogate;
use super::tables::Table;
use super::uniqueness::{self, Unique};
use crate::error::Failure;
use source::{owner_keys, source};

/// The share of NULLs in a column that may have them, where nothing else is said.
const SOME_NULLS: f64 = 0.15;

/// How the rows of a table are made.
#[derive(Debug)]
pub struct Design {
    /// The table.
    pub table: Table,
    /// How it hangs on the others.
    pub ties: Ties,
    /// Sets of columns that say which owner a row has, each for itself.
    pub owner_keys: Vec<BTreeSet<usize>>,
    /// For each column, where its value comes from.
    pub sources: Vec<Source>,
    /// Columns and foreign keys in the order in which they are drawn.
    pub items: Vec<Item>,
    /// The CHECK constraints that can be judged here.
    pub rules: Vec<Rule>,
    /// How no two rows come to be alike.
    pub unique: Vec<Unique>,
    /// The columns by their names.
    pub positions: BTreeMap<String, usize>,
    /// The names that expressions have for columns of other rows.
    pub others: BTreeSet<String>,
}

/// Where the value of a column comes from.
#[derive(Debug)]
pub enum Source {
    /// Left to the server: a generated column, a default.
    Omitted,
    /// NULL: a foreign key without a parent.
    Null,
    /// The number of the row.
    Surrogate(Surrogate),
    /// A foreign key: the first that sets it.
    Key(usize),
    /// A provider.
    Drawn(Box<Drawn>),
}

/// A column with a provider.
#[derive(Debug)]
pub struct Drawn {
    /// Gives the value.
    pub provider: Provider,
    /// The share of NULLs.
    pub null: f64,
    /// Where this does not hold, it is NULL.
    pub when: Option<Expression>,
    /// The column whose value it has, as a constraint says.
    pub like: Option<usize>,
}

/// What is drawn in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A column.
    Column(usize),
    /// The parent row of a foreign key.
    Key(usize),
}

/// A condition on a row, and what may be drawn again where it fails.
#[derive(Debug)]
pub struct Rule {
    /// The constraint.
    pub name: String,
    /// The condition.
    pub condition: Expression,
    /// The positions of items among the items.
    pub items: Vec<usize>,
}

impl Design {
    /// Decides how the rows of a table are made.
    ///
    /// # Errors
    ///
    /// When a column that must have a value has none to get; when the recipe does not fit.
    pub fn new(
        table: Table,
        ties: Ties,
        recipe: &TableRecipe,
        mut surrogates: BTreeMap<usize, Surrogate>,
        owner: Option<&Table>,
        is_filled: bool,
    ) -> Result<Self, Failure> {
        if let Some(name) = recipe
            .columns
            .keys()
            .find(|name| table.position(name).is_none())
        {
            return Err(Failure::new(format!(
                "`{}` in dev.toml has a column `{name}` that the table does not have",
                table.title()
            )));
        }
        let mut checks: Vec<(String, Expression)> = table
            .checks
            .iter()
            .filter_map(|check| Some((check.name.clone(), Expression::parse(&check.text).ok()?)))
            .collect();
        // A row without a partition is refused like one that a constraint does not let pass.
        let partitions = table.partitions.as_ref();
        let condition = partitions.and_then(|partitions| partitions.condition(&table));
        if let Some(condition) = condition.and_then(|text| Expression::parse(&text).ok()) {
            checks.push((format!("partitions of {}", table.name), condition));
        }
        let mut sources = Vec::new();
        for at in 0..table.columns.len() {
            let source = match surrogates.remove(&at) {
                _ if !is_filled => Source::Omitted,
                Some(surrogate) => Source::Surrogate(surrogate),
                None => source(&table, &ties, at, recipe, &checks)?,
            };
            sources.push(source);
        }
        let positions = (0..).zip(&table.columns);
        let positions = positions
            .map(|(at, column)| (column.name.clone(), at))
            .collect();
        let mut design = Self {
            owner_keys: owner.map_or_else(Vec::new, |owner| owner_keys(&table, &ties, owner)),
            table,
            ties,
            sources,
            items: Vec::new(),
            rules: Vec::new(),
            unique: Vec::new(),
            positions,
            others: BTreeSet::new(),
        };
        if !is_filled {
            return Ok(design);
        }
        design.take_alike(recipe, &checks);
        design.others = design.names_of_others(recipe);
        design.items = design.order(recipe)?;
        design.unique = uniqueness::of(&design)?;
        for at in 0..design.unique.len() {
            let predicate = design.unique[at].predicate.as_ref();
            let items = predicate.map(|one| design.redrawn(one.columns()));
            design.unique[at].redrawn = items.unwrap_or_default();
        }
        for (name, condition) in checks {
            let items = design.redrawn(condition.columns());
            design.rules.push(Rule {
                name,
                condition,
                items,
            });
        }
        Ok(design)
    }

    /// The columns that COPY writes, as positions.
    pub fn copied(&self) -> impl Iterator<Item = usize> + '_ {
        let sources = self.sources.iter().enumerate();
        sources
            .filter(|(_, source)| !matches!(source, Source::Omitted))
            .map(|(at, _)| at)
    }

    /// The surrogate key, by which generated rows are told apart from others.
    #[must_use]
    pub fn surrogate(&self) -> Option<(usize, &Surrogate)> {
        self.sources
            .iter()
            .enumerate()
            .find_map(|(at, source)| match source {
                Source::Surrogate(surrogate) => Some((at, surrogate)),
                _ => None,
            })
    }

    /// The columns that a foreign key sets: those that no key before it sets.
    pub fn set_by(&self, key: usize) -> impl Iterator<Item = usize> + '_ {
        let columns = self.table.columns_of(&self.table.foreign_keys[key]);
        columns
            .into_iter()
            .filter(move |at| matches!(self.sources[*at], Source::Key(by) if by == key))
    }

    /// Lets a column have the value of another one where a constraint says that they are equal.
    fn take_alike(&mut self, recipe: &TableRecipe, checks: &[(String, Expression)]) {
        let pairs = checks.iter().flat_map(|(_, check)| check.equalities());
        for (one, other) in pairs {
            let (Some(one), Some(other)) = (self.table.position(one), self.table.position(other))
            else {
                continue;
            };
            // What is never NULL takes nothing from what may be.
            for (taker, giver) in [(other, one), (one, other)] {
                let columns = &self.table.columns;
                let is_apt = columns[giver].not_null || !columns[taker].not_null;
                let alike = columns[giver].kind == columns[taker].kind;
                let is_told = recipe.columns.contains_key(&columns[taker].name);
                let takes = |drawn: &Drawn| drawn.like.is_some();
                let is_taken = self.sources.iter().any(
                    |source| matches!(source, Source::Drawn(drawn) if drawn.like == Some(taker)),
                );
                let gives = match &self.sources[giver] {
                    Source::Drawn(drawn) => !takes(drawn),
                    source => !matches!(source, Source::Omitted),
                };
                if let Source::Drawn(drawn) = &mut self.sources[taker]
                    && (is_apt && alike && gives && !is_told && !is_taken && drawn.like.is_none())
                {
                    drawn.like = Some(giver);
                    break;
                }
            }
        }
    }
}
