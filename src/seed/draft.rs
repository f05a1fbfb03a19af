//! From tables and recipes to a generator: what is decided before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::Client;

use super::design::Design;
use super::existing;
use super::expression::Expression;
use super::layout::{ExistingRow, Layout, Share};
use super::order::{may_be_null, order};
use super::owners::{Link, Ties, Tying};
use super::recipe::{Growth, Recipe, TableRecipe};
use super::rows::{Generator, Nulls};
use super::surrogate::{self, Surrogate};
use super::tables::Table;
use super::uniqueness;
use super::value::{Shape, Value};
use crate::error::Failure;

/// How many rows a table gets at scale 1 that no recipe speaks of.
const USUAL_ROWS: u64 = 100;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// The same seed gives the same rows.
    pub seed: u64,
    /// So many times the rows of scale 1.
    pub scale: f64,
    /// The reference time, in microseconds since 2000.
    pub now: i64,
}

/// Tables in the order of their filling, with what recipes say of them, tied to each other.
#[derive(Debug)]
pub struct Draft {
    tables: Vec<Table>,
    recipes: Vec<TableRecipe>,
    ties: Vec<Ties>,
}

impl Draft {
    /// Puts tables into their order, and ties each to its parents. `recipes` are the modules', by
    /// their schema.
    ///
    /// # Errors
    ///
    /// When a recipe names a table that is not there; when foreign keys cannot be satisfied.
    pub fn new(
        mut tables: Vec<Table>,
        recipes: &BTreeMap<String, Recipe>,
    ) -> Result<Self, Failure> {
        for (schema, recipe) in recipes {
            let known = |name: &String| {
                let mut tables = tables.iter();
                tables.any(|table| table.schema == *schema && table.name == *name)
            };
            // A table that waits for an extension may not be there; it would get no rows anyway.
            let missing = recipe
                .tables
                .iter()
                .find(|(name, own)| own.rows != Some(0) && !known(name));
            if let Some((name, _)) = missing {
                return Err(Failure::new(format!("there is no table `{schema}.{name}`"))
                    .detail(format!("`schema/{schema}/seeds/dev.toml` speaks of it."))
                    .hint("Correct the name; run `crmdb migrate up` if the table is to come."));
            }
        }
        let own = |table: &Table| {
            recipes
                .get(&table.schema)
                .and_then(|recipe| recipe.tables.get(&table.name))
        };
        // A table that gets no rows stands in nobody's way.
        let order = order(&tables)?;
        let mut left_null = vec![Vec::new(); tables.len()];
        for (table, key) in &order.left_null {
            left_null[*table].push(*key);
        }
        let mut places: Vec<Option<Table>> = tables.drain(..).map(Some).collect();
        let mut ordered = Vec::new();
        let mut nulls = Vec::new();
        for at in order.tables {
            ordered.extend(places[at].take());
            nulls.push(std::mem::take(&mut left_null[at]));
        }
        let recipes: Vec<TableRecipe> = ordered
            .iter()
            .map(|table| own(table).cloned().unwrap_or_default())
            .collect();
        let mut tying = Tying {
            tables: &ordered,
            done: Vec::new(),
        };
        for (recipe, nulls) in recipes.iter().zip(&nulls) {
            tying.tie(&recipe.owner, nulls, recipe.rows != Some(0))?;
        }
        let ties = tying.done;
        Ok(Self {
            tables: ordered,
            recipes,
            ties,
        })
    }

    /// The tables, in the order of their filling.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Whether rows of a table are generated.
    #[must_use]
    pub fn is_filled(&self, table: usize) -> bool {
        self.recipes[table].rows != Some(0)
    }

    /// Reads what is there, and decides on every row.
    ///
    /// `conditions` tell rows that were generated before, by table; `numbers` the first
    /// number of each numbered column, by table, where that is decided already.
    ///
    /// # Errors
    ///
    /// When a table cannot be filled; when the server refuses.
    pub async fn finish(
        self,
        client: &Client,
        wish: &Wish,
        conditions: &BTreeMap<String, Vec<String>>,
        numbers: &BTreeMap<String, BTreeMap<String, i64>>,
    ) -> anyhow::Result<Generator> {
        let existing = existing::rows(client, &self.tables, &self.ties, conditions).await?;
        let mut surrogates = Vec::new();
        for (at, table) in self.tables.iter().enumerate() {
            let mut own = BTreeMap::new();
            for column in surrogate::columns(table) {
                if !self.is_filled(at) {
                    continue;
                }
                let surrogate = match &table.columns[column].kind.shape {
                    Shape::Uuid => Surrogate::uuid(
                        wish.seed,
                        &format!("{}.{}", table.title(), table.columns[column].name),
                    ),
                    _ => {
                        let (first, increment) =
                            existing::next_numbers(client, table, column).await?;
                        let decided = numbers
                            .get(&table.relation)
                            .and_then(|own| own.get(&table.columns[column].name));
                        let first = decided.copied().unwrap_or(first);
                        Surrogate::Number { first, increment }
                    }
                };
                own.insert(column, surrogate);
            }
            surrogates.push(own);
        }
        Ok(self.generator(wish, existing, surrogates)?)
    }

    /// Decides on every row. Pure.
    ///
    /// # Errors
    ///
    /// When a table cannot be filled.
    pub fn generator(
        self,
        wish: &Wish,
        existing: Vec<Vec<ExistingRow>>,
        surrogates: Vec<BTreeMap<usize, Surrogate>>,
    ) -> Result<Generator, Failure> {
        let mut generator = Generator {
            designs: Vec::new(),
            key_nulls: Vec::new(),
            parents: Vec::new(),
            layout: Layout {
                ties: self.ties.clone(),
                rows: Vec::new(),
            },
            seed: wish.seed,
            now: wish.now,
            now_value: Value::Timestamp(wish.now),
        };
        let numbers: BTreeMap<u32, usize> = self
            .tables
            .iter()
            .enumerate()
            .map(|(at, table)| (table.oid, at))
            .collect();
        let parts = self.tables.into_iter().zip(self.ties).zip(self.recipes);
        let parts = parts.zip(existing).zip(surrogates);
        for ((((table, ties), recipe), existing), surrogates) in parts {
            // A key that stays NULL waits for nothing.
            let keys = table.foreign_keys.iter().zip(&ties.links);
            let parents: Vec<Option<usize>> = keys
                .map(|(key, link)| match link {
                    Link::Null => None,
                    _ => numbers.get(&key.parent).copied(),
                })
                .collect();
            let owner = ties.owner.and_then(|key| parents[key]);
            let owner = owner.map(|owner: usize| &generator.designs[owner].table);
            let key_nulls = key_nulls(&table, &recipe)?;
            let wanted = wanted(&recipe, wish.scale);
            if let Some(key) = ties.owner
                && (key_nulls[key].share.is_some() || key_nulls[key].when.is_some())
            {
                return Err(Failure::new(format!("a row of `{}` without its owner", table.title()))
                    .detail("`null` or `when` stands at a column by which the rows are shared out.")
                    .hint("Take it away, or name the columns of another foreign key as `owner` in dev.toml."));
            }
            let share = Share {
                wanted: wanted.min(room_of_numbers(&table, &surrogates)),
                spread: recipe.spread,
                to_existing: !recipe.spares_existing,
            };
            let design = Design::new(table, ties, &recipe, surrogates, owner, wanted > 0)?;
            generator
                .layout
                .share_out(&share, existing, |layout, owner| {
                    if lacks_parent(&design, layout, &parents, &key_nulls, owner) {
                        return Some(0);
                    }
                    uniqueness::room(&design, layout, &parents, owner)
                });
            let rows = generator.layout.rows.last();
            if wanted > 0 && rows.is_none_or(|rows| rows.generated == 0) {
                return Err(without_rows(&design, &generator, &parents));
            }
            generator.designs.push(design);
            generator.key_nulls.push(key_nulls);
            generator.parents.push(parents);
        }
        Ok(generator)
    }
}

/// How many rows a table is to get.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of rows, times a scale"
)]
fn wanted(recipe: &TableRecipe, scale: f64) -> u64 {
    let rows = recipe.rows.unwrap_or(USUAL_ROWS);
    let times = match recipe.growth {
        Growth::Linear => scale,
        Growth::Root => scale.sqrt(),
        Growth::None => 1.0,
    };
    let wanted = (rows as f64 * times).round() as u64;
    wanted.max(u64::from(rows > 0))
}

fn room_of_numbers(table: &Table, surrogates: &BTreeMap<usize, Surrogate>) -> u64 {
    let rooms = surrogates
        .iter()
        .filter_map(|(at, surrogate)| match surrogate {
            Surrogate::Uuid(_) => None,
            Surrogate::Number { first, .. } => {
                let column = &table.columns[*at];
                Some(surrogate::room(
                    &column.kind.shape,
                    column.sequence.as_ref(),
                    *first,
                ))
            }
        });
    rooms.min().unwrap_or(u64::MAX)
}

/// Where the foreign keys of a table are NULL.
fn key_nulls(table: &Table, recipe: &TableRecipe) -> Result<Vec<Nulls>, Failure> {
    let mut all = Vec::new();
    for (at, key) in table.foreign_keys.iter().enumerate() {
        let own = table.columns_of(key).into_iter();
        let own = own.filter_map(|column| recipe.columns.get(&table.columns[column].name));
        let mut nulls = Nulls {
            may_be: may_be_null(table, at),
            ..Nulls::default()
        };
        for column in own {
            nulls.share = nulls.share.or(column.null);
            if let Some(when) = &column.when {
                let when = Expression::parse(when).map_err(|error| {
                    Failure::new(format!(
                        "`when` of a column of `{}` is not understood",
                        table.title()
                    ))
                    .detail(error.to_string())
                })?;
                nulls.when = Some(when);
                nulls.share = nulls.share.or(Some(0.0));
            }
        }
        all.push(nulls);
    }
    Ok(all)
}

/// Whether rows of an owner would need a parent that is not there.
fn lacks_parent(
    design: &Design,
    layout: &Layout,
    parents: &[Option<usize>],
    nulls: &[Nulls],
    owner: u64,
) -> bool {
    let table = layout.rows.len() - 1;
    let links = design.ties.links.iter().zip(parents).zip(nulls);
    { links }.any(|((link, parent), nulls)| match (link, parent) {
        (Link::Among(_), Some(parent)) if !nulls.may_be => {
            layout.candidates(table, *parent, *link, owner).is_empty()
        }
        _ => false,
    })
}

/// Says why a table gets no row.
fn without_rows(design: &Design, generator: &Generator, parents: &[Option<usize>]) -> Failure {
    let title = design.table.title();
    let rows = &generator.layout.rows;
    let empty: BTreeSet<String> = parents
        .iter()
        .flatten()
        .filter(|parent| rows[**parent].all() == 0 && **parent + 1 < rows.len())
        .map(|parent| format!("`{}`", generator.designs[*parent].table.title()))
        .collect();
    let failure = Failure::new(format!("no row of `{title}` can be generated"));
    let failure = if empty.is_empty() {
        failure.detail("Its keys have no room for any, or no owner has the parents that it needs.")
    } else {
        let empty: Vec<String> = empty.into_iter().collect();
        failure.detail(format!(
            "It refers to {}, which has none.",
            empty.join(", ")
        ))
    };
    failure.hint(format!(
        "Give `{title}` `rows = 0` in dev.toml, or the tables that it needs some rows."
    ))
}
