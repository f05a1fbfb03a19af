//! Replaces values that must not leave a database, as `mask = true` in dev.toml says.
//!
//! The same value gets the same mask wherever it stands in a column, so what was equal stays equal.

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sha2::{Digest, Sha256};

use super::bounds::Bounds;
use super::expression::{self, Expression, Row, literal, render};
use super::provider::{Draw, Provider};
use super::recipe::{ProviderRecipe, TableRecipe};
use super::tables::Table;
use super::value::Value;
use crate::error::Failure;

/// The masked columns of a table.
#[derive(Debug)]
pub struct Mask {
    table: String,
    columns: Vec<Column>,
    now: i64,
}

#[derive(Debug)]
struct Column {
    at: usize,
    name: String,
    provider: Provider,
    is_unique: bool,
    /// What was given, by what it stands for.
    given: BTreeMap<String, String>,
    taken: BTreeMap<String, String>,
}

/// The masked values of a row so far, by their columns: an address matches its person.
struct Masked(BTreeMap<String, Value>);

impl Row for Masked {
    fn get(&self, column: &str) -> Option<&Value> {
        self.0.get(column)
    }
}

impl Mask {
    /// Prepares the mask of a table. `now` is the reference time of dates that are drawn.
    ///
    /// # Errors
    ///
    /// When a masked column is part of a foreign key, or no value is known for it.
    pub fn new(
        table: &Table,
        tables: &[Table],
        recipe: &TableRecipe,
        now: i64,
    ) -> Result<Self, Failure> {
        let checks: Vec<Expression> = table
            .checks
            .iter()
            .filter_map(|check| Expression::parse(&check.text).ok())
            .collect();
        let mut columns = Vec::new();
        for (name, own) in recipe.columns.iter().filter(|(_, own)| own.mask) {
            let refuse = |why: String| {
                Failure::new(format!("`{}.{name}` cannot be masked", table.title())).detail(why)
            };
            let Some(at) = table.position(name) else {
                return Err(refuse("The table has no such column.".to_owned()));
            };
            if is_in_key(table, tables, at) {
                return Err(refuse(
                    "It is part of a foreign key: the rows would not fit each other.".to_owned(),
                ));
            }
            let column = &table.columns[at];
            let bounds: Bounds = expression::bounds(&checks, name, &column.kind);
            let recipe = own
                .provider
                .as_ref()
                .filter(|provider| **provider != ProviderRecipe::Default);
            let provider = Provider::of(recipe, &table.name, name, &column.kind, &bounds)
                .map_err(|why| refuse(format!("{why}.")))?;
            columns.push(Column {
                at,
                name: name.clone(),
                provider,
                is_unique: is_unique(table, name),
                given: BTreeMap::new(),
                taken: BTreeMap::new(),
            });
        }
        // What a value looks at comes before it.
        columns.sort_by_key(|column| column.provider.needs().len());
        Ok(Self {
            table: table.title(),
            columns,
            now,
        })
    }

    /// The names of the masked columns.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.columns
            .iter()
            .map(|column| format!("{}.{}", self.table, column.name))
    }

    /// Replaces the masked values of a row; NULL stays.
    ///
    /// # Errors
    ///
    /// When no value can be drawn.
    pub fn apply(&mut self, table: &Table, row: &mut [Option<String>]) -> Result<(), Failure> {
        let mut masked = Masked(BTreeMap::new());
        for column in &mut self.columns {
            let Some(text) = row[column.at].clone() else {
                masked.0.insert(column.name.clone(), Value::Null);
                continue;
            };
            let kind = &table.columns[column.at].kind;
            let mask = match column.given.get(&text) {
                Some(mask) => mask.clone(),
                None => {
                    let mask = column.mask(&text, &self.table, self.now, &masked, |value| {
                        render(value, kind)
                    })?;
                    column.given.insert(text.clone(), mask.clone());
                    mask
                }
            };
            if let Ok(value) = literal(&mask, kind) {
                masked.0.insert(column.name.clone(), value);
            }
            row[column.at] = Some(mask);
        }
        Ok(())
    }
}

impl Column {
    fn mask(
        &mut self,
        text: &str,
        table: &str,
        now: i64,
        row: &Masked,
        render: impl Fn(&Value) -> Option<String>,
    ) -> Result<String, Failure> {
        let refuse = |why: String| {
            Failure::new(format!(
                "a value of `{table}.{}` cannot be masked",
                self.name
            ))
            .detail(why)
        };
        for attempt in 0_u32..1000 {
            let digest: [u8; 32] =
                Sha256::digest(format!("crmdb mask {table} {} {attempt} {text}", self.name)).into();
            let value = if self.is_unique {
                let mut bytes = [0; 8];
                bytes[4..].copy_from_slice(&digest[..4]);
                let number =
                    u64::from_be_bytes(bytes) % self.provider.capacity().unwrap_or(u64::MAX).max(1);
                self.provider.nth_beside(number, now, row)
            } else {
                let mut rng = ChaCha8Rng::from_seed(digest);
                let mut draw = Draw {
                    rng: &mut rng,
                    place: 0,
                    now,
                    row,
                };
                self.provider.draw(&mut draw).map_err(&refuse)?
            };
            let mask = render(&value).ok_or_else(|| refuse("It came out as NULL.".to_owned()))?;
            let key = mask.to_lowercase();
            if !self.is_unique || !self.taken.contains_key(&key) {
                self.taken.insert(key, text.to_owned());
                return Ok(mask);
            }
        }
        Err(refuse(
            "The column is unique, and all values that are known for it are taken.".to_owned(),
        ))
    }
}

fn is_unique(table: &Table, column: &str) -> bool {
    let named =
        |text: &String| Expression::parse(text).is_ok_and(|one| one.columns().contains(column));
    table.keys.iter().any(|key| {
        key.columns.iter().any(|name| name == column) || key.expressions.iter().any(named)
    })
}

fn is_in_key(table: &Table, tables: &[Table], at: usize) -> bool {
    let own = table
        .foreign_keys
        .iter()
        .any(|key| table.columns_of(key).contains(&at));
    let keys = tables.iter().flat_map(|other| &other.foreign_keys);
    own || { keys }
        .any(|key| key.parent == table.oid && table.columns_referred_to(key).contains(&at))
}
