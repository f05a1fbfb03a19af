//! How each column of a table gets its value.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::{self, Expression};
use super::order::may_be_null as key_may_be_null;
use super::owners::{Link, Ties};
use super::parents;
use super::provider::Provider;
use super::recipe::{ProviderRecipe, TableRecipe};
use super::surrogate::Surrogate;
use super::tables::Table;
use super::uniqueness::{self, Unique};
use super::value::Shape;
use crate::error::Failure;
use crate::sql::{Lexer, TokenKind};

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

    /// The names in expressions that are no columns.
    fn names_of_others(&self, recipe: &TableRecipe) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for (at, source) in self.sources.iter().enumerate() {
            if let Source::Drawn(drawn) = source {
                names.extend(drawn.provider.needs());
                names.extend(drawn.when.iter().flat_map(|when| when.columns().clone()));
            }
            let when = condition(recipe, &self.table, at);
            names.extend(when.iter().flat_map(|when| when.columns().clone()));
        }
        names.retain(|name| !self.positions.contains_key(name));
        names
    }

    /// The columns that have to be there before a name has a value, as positions.
    fn behind(&self, name: &str) -> Vec<usize> {
        match (self.table.position(name), parents::split(self, name)) {
            (Some(at), _) => vec![at],
            (None, Some((key, _))) => self.set_by(key).collect(),
            (None, None) => Vec::new(),
        }
    }

    /// Puts the items into an order in which each has what it looks at.
    fn order(&self, recipe: &TableRecipe) -> Result<Vec<Item>, Failure> {
        let keys = (0..self.ties.links.len()).filter(|key| self.set_by(*key).next().is_some());
        let columns = self.sources.iter().enumerate();
        let columns = columns.filter(|(_, source)| matches!(source, Source::Drawn(_)));
        let mut waiting: Vec<Item> = keys
            .map(Item::Key)
            .chain(columns.map(|(at, _)| Item::Column(at)))
            .collect();
        // Keys first, but for those with a condition.
        waiting.sort_by_key(|item| self.needs(*item, recipe).len());
        let mut items: Vec<Item> = Vec::new();
        while !waiting.is_empty() {
            let waits_for = |item: &Item| {
                let needs = self.needs(*item, recipe);
                needs.into_iter().find(|need| {
                    waiting
                        .iter()
                        .any(|other| other != item && self.sets(*other).contains(need))
                })
            };
            match waiting.iter().position(|item| waits_for(item).is_none()) {
                Some(ready) => items.push(waiting.remove(ready)),
                None => {
                    let names: BTreeSet<usize> =
                        waiting.iter().flat_map(|item| self.sets(*item)).collect();
                    let names: Vec<&str> = names
                        .into_iter()
                        .map(|at| &*self.table.columns[at].name)
                        .collect();
                    return Err(Failure::new(format!(
                        "columns of `{}` wait for each other: {}",
                        self.table.title(),
                        names.join(", ")
                    ))
                    .hint("Look at `after`, `sql` and `when` of these columns in dev.toml."));
                }
            }
        }
        Ok(items)
    }

    fn sets(&self, item: Item) -> Vec<usize> {
        match item {
            Item::Column(at) => vec![at],
            Item::Key(key) => self.set_by(key).collect(),
        }
    }

    /// The columns that an item looks at, as positions.
    fn needs(&self, item: Item, recipe: &TableRecipe) -> BTreeSet<usize> {
        let mut names = BTreeSet::new();
        match item {
            Item::Column(at) => {
                if let Source::Drawn(drawn) = &self.sources[at] {
                    names.extend(drawn.provider.needs());
                    names.extend(drawn.when.iter().flat_map(|when| when.columns().clone()));
                    let like = drawn.like.map(|other| &self.table.columns[other]);
                    names.extend(like.map(|other| other.name.clone()));
                }
            }
            Item::Key(key) => {
                // Its first row may have to refer to itself.
                if self.ties.links[key] == Link::Earlier && !key_may_be_null(&self.table, key) {
                    let referred = self
                        .table
                        .columns_referred_to(&self.table.foreign_keys[key]);
                    let others = referred
                        .iter()
                        .filter(|at| !self.set_by(key).any(|own| own == **at));
                    names.extend(others.map(|at| self.table.columns[*at].name.clone()));
                }
                for at in self.set_by(key) {
                    names.extend(
                        condition(recipe, &self.table, at)
                            .iter()
                            .flat_map(|when| when.columns().clone()),
                    );
                }
            }
        }
        names.iter().flat_map(|name| self.behind(name)).collect()
    }

    /// The items that set these columns and may be drawn again, and what looks at them.
    pub fn redrawn(&self, columns: &BTreeSet<String>) -> Vec<usize> {
        let mut changed: BTreeSet<usize> = columns
            .iter()
            .filter_map(|name| self.table.position(name))
            .collect();
        let mut items = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            let sets = self.sets(*item);
            let looks = match item {
                Item::Column(column) => match &self.sources[*column] {
                    Source::Drawn(drawn) => {
                        drawn.like.is_some_and(|other| changed.contains(&other))
                            || drawn
                                .provider
                                .needs()
                                .iter()
                                .chain(drawn.when.iter().flat_map(|when| when.columns()))
                                .any(|name| {
                                    let mut behind = self.behind(name).into_iter();
                                    behind.any(|at| changed.contains(&at))
                                })
                    }
                    _ => false,
                },
                Item::Key(_) => false,
            };
            if (looks || sets.iter().any(|column| changed.contains(column))) && self.is_free(*item)
            {
                changed.extend(sets);
                items.push(at);
            }
        }
        items
    }

    /// Whether an item may have another value, were it NULL: nothing else depends on it.
    fn is_free(&self, item: Item) -> bool {
        let mut keys = self.unique.iter();
        let unique = keys.find(|unique| unique.fixes(item));
        let may_be_null = unique.is_none_or(|unique| !unique.nulls_equal);
        match item {
            Item::Column(at) => match &self.sources[at] {
                Source::Drawn(drawn) => unique.is_none() || may_be_null && drawn.null > 0.0,
                _ => false,
            },
            Item::Key(key) => match self.ties.links[key] {
                Link::Among(_) | Link::Earlier if unique.is_none() => true,
                Link::Among(_) | Link::Earlier | Link::Ancestor(_) => {
                    may_be_null && key_may_be_null(&self.table, key)
                }
                _ => false,
            },
        }
    }
}

/// The columns of a table that refer to a whole key of its owner.
fn owner_keys(table: &Table, ties: &Ties, owner: &Table) -> Vec<BTreeSet<usize>> {
    let Some(key) = ties.owner.map(|key| &table.foreign_keys[key]) else {
        return Vec::new();
    };
    let own = table.columns_of(key);
    let referred = owner.columns_referred_to(key);
    let columns = |names: &[String]| {
        let places = names.iter().map(|name| {
            let at = owner.position(name)?;
            let place = referred.iter().position(|column| *column == at)?;
            own.get(place).copied()
        });
        places.collect::<Option<BTreeSet<usize>>>()
    };
    let keys = owner.keys.iter().filter(|key| key.is_plain);
    keys.filter_map(|key| columns(&key.columns))
        .filter(|set| !set.is_empty())
        .collect()
}

/// The condition of a column in the recipe, if it can be read.
fn condition(recipe: &TableRecipe, table: &Table, at: usize) -> Option<Expression> {
    let when = recipe
        .columns
        .get(&table.columns[at].name)?
        .when
        .as_deref()?;
    Expression::parse(when).ok()
}

/// Where the value of a column comes from that has no surrogate.
fn source(
    table: &Table,
    ties: &Ties,
    at: usize,
    recipe: &TableRecipe,
    checks: &[(String, Expression)],
) -> Result<Source, Failure> {
    let column = &table.columns[at];
    let own = recipe.columns.get(&column.name);
    let provider = own.and_then(|own| own.provider.as_ref());
    if column.generated || provider == Some(&ProviderRecipe::Default) {
        return Ok(Source::Omitted);
    }
    let refuse = |why: String| {
        Failure::new(format!(
            "no value is known for `{}.{}`",
            table.title(),
            column.name
        ))
        .detail(why)
        .hint("Say in dev.toml where it comes from, or give the table `rows = 0`.")
    };
    let sets = |key: &usize| {
        ties.links[*key] != Link::Null && table.columns_of(&table.foreign_keys[*key]).contains(&at)
    };
    // The owner's key decides before the others, whatever their names.
    let keys = ties.owner.into_iter().chain(0..ties.links.len());
    if let Some(key) = { keys }.find(sets) {
        return Ok(Source::Key(key));
    }
    let is_null = (0..ties.links.len()).any(|key| {
        ties.links[key] == Link::Null && table.columns_of(&table.foreign_keys[key]).contains(&at)
    });
    if is_null && !column.not_null && provider.is_none() {
        return Ok(Source::Null);
    }
    if column.kind.shape == Shape::Unknown && provider.is_none() {
        return if column.default.is_some() || !column.not_null {
            Ok(Source::Omitted)
        } else {
            Err(refuse(format!(
                "The type {} is not known.",
                column.kind.name
            )))
        };
    }
    let mut own_checks: Vec<Expression> = checks.iter().map(|(_, check)| check.clone()).collect();
    own_checks.extend(
        column
            .domain_checks
            .iter()
            .filter_map(|check| Expression::parse(&for_column(check, &column.name)).ok()),
    );
    let bounds = expression::bounds(&own_checks, &column.name, &column.kind);
    let provider = match Provider::of(provider, &table.name, &column.name, &column.kind, &bounds) {
        Ok(provider) => provider,
        // What cannot be guessed is left out where it may be.
        Err(_) if provider.is_none() && column.default.is_some() => return Ok(Source::Omitted),
        Err(_) if provider.is_none() && !column.not_null => return Ok(Source::Null),
        Err(why) => return Err(refuse(format!("{why}."))),
    };
    let when = match own.and_then(|own| own.when.as_deref()) {
        Some(when) => Some(Expression::parse(when).map_err(|error| {
            refuse(format!(
                "The condition of `when` is not understood: {error}."
            ))
        })?),
        None => None,
    };
    let null = match own {
        _ if column.not_null => 0.0,
        Some(own) => {
            let is_guessed = own.provider.is_none() && own.when.is_none();
            own.null
                .unwrap_or(if is_guessed { SOME_NULLS } else { 0.0 })
        }
        None => SOME_NULLS,
    };
    Ok(Source::Drawn(Box::new(Drawn {
        provider,
        null,
        when,
        like: None,
    })))
}

/// The check of a domain, for a column of it.
fn for_column(check: &str, column: &str) -> String {
    let mut text = String::new();
    let mut done = 0;
    for token in Lexer::new(check).filter_map(Result::ok) {
        if token.kind == TokenKind::Word && token.text(check).eq_ignore_ascii_case("value") {
            text += &check[done..token.start];
            text += &crate::sql::quote_ident(column);
            done = token.end;
        }
    }
    text + &check[done..]
}
