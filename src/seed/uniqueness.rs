//! How unique keys are kept: by construction, never by looking up what there is.
//!
//! A key holds when one of its columns is different in each row, as a surrogate or the n-th of as
//! many texts as are wanted. Where each column has only so many values (a status, the tags of an
//! organization), the rows take the combinations in turn, and there are as many rows as
//! combinations.

use std::collections::BTreeSet;

use super::design::{Design, Item, Source};
use super::expression::{Expression, Row};
use super::layout::Layout;
use super::owners::Link;
use super::tables::{Key, Table};
use super::value::Value;
use crate::error::Failure;

/// So many values are enough for one column to keep a key alone.
const AMPLE: u64 = 1_000_000;

/// How one key is kept, where a surrogate does not do it.
#[derive(Debug)]
pub struct Unique {
    /// The name of the key.
    pub name: String,
    /// What counts the rows that have to differ.
    pub scope: Scope,
    /// The items that make the difference, the one that changes first in front.
    pub parts: Vec<Item>,
    /// Where this is not true, rows may be alike.
    pub predicate: Option<Expression>,
    /// Whether the parts have only so many values.
    pub is_finite: bool,
    /// Whether NULL counts as a value like any other.
    pub nulls_equal: bool,
    /// The positions of items that are drawn again to get out of the predicate.
    pub redrawn: Vec<usize>,
}

/// Among which rows the number of a row is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of the table.
    Table,
    /// Those of the owner (0), of the owner's owner (1)…
    Above(usize),
}

impl Unique {
    /// Whether an item has to keep the value that the row's number gives it.
    #[must_use]
    pub fn fixes(&self, item: Item) -> bool {
        self.parts.contains(&item)
    }
}

/// How the keys of a table are kept.
///
/// # Errors
///
/// When one cannot be.
pub fn of(design: &Design) -> Result<Vec<Unique>, Failure> {
    let mut kept = Vec::new();
    // What is narrow keeps what is wide, and what holds for all rows what holds for some.
    let mut keys: Vec<&Key> = design.table.keys.iter().collect();
    keys.sort_by_key(|key| (columns(design, key).len(), key.predicate.is_some()));
    for key in keys {
        if let Some(unique) = keep(design, key, &mut kept)? {
            kept.push(unique);
        }
    }
    Ok(kept)
}

/// The columns in a key, those in its expressions and behind its computed columns, too.
fn columns(design: &Design, key: &Key) -> BTreeSet<usize> {
    let table = &design.table;
    let behind = |text: &str| match Expression::parse(text) {
        Ok(expression) => expression.columns().clone(),
        Err(_) => BTreeSet::new(),
    };
    let mut columns = BTreeSet::new();
    let named = key.expressions.iter().flat_map(|text| behind(text));
    for name in key.columns.iter().cloned().chain(named) {
        let Some(at) = table.position(&name) else {
            continue;
        };
        match table.columns[at].default.as_deref() {
            Some(text) if table.columns[at].generated => {
                let names = behind(text);
                columns.extend(names.iter().filter_map(|name| table.position(name)));
            }
            _ => {
                columns.insert(at);
            }
        }
    }
    columns
}

/// A row of which only is known where it is not NULL.
struct Present<'a>(&'a Table);

impl Row for Present<'_> {
    fn get(&self, column: &str) -> Option<&Value> {
        const SOMETHING: &Value = &Value::Bytes(Vec::new());
        let at = self.0.position(column)?;
        self.0.columns[at].not_null.then_some(SOMETHING)
    }
}

fn keep(design: &Design, key: &Key, kept: &mut [Unique]) -> Result<Option<Unique>, Failure> {
    let columns = columns(design, key);
    let source = |at: &usize| &design.sources[*at];
    // A column that the server fills is taken to be different each time (`now()` aside); one that
    // is NULL is like no other.
    if columns.iter().any(|at| match source(at) {
        Source::Surrogate(_) | Source::Omitted => true,
        Source::Null => !key.nulls_equal,
        _ => false,
    }) {
        return Ok(None);
    }
    let holds_owner = design
        .owner_keys
        .iter()
        .any(|owner| owner.is_subset(&columns));
    let mut parts: Vec<Item> = Vec::new();
    let mut level = None;
    for at in &columns {
        let item = match source(at) {
            Source::Drawn(drawn) => Item::Column(drawn.like.unwrap_or(*at)),
            Source::Key(by) => match design.ties.links[*by] {
                Link::Owner | Link::Follows | Link::Ancestor(_) => continue,
                Link::Among(among) => {
                    level = level.max(Some(among.unwrap_or(usize::MAX)));
                    Item::Key(*by)
                }
                _ => Item::Key(*by),
            },
            _ => continue,
        };
        if !parts.contains(&item) {
            parts.push(item);
        }
    }
    let scope = match level {
        _ if holds_owner => Scope::Above(0),
        Some(level) if level < design.ties.chain.len() => Scope::Above(level),
        _ => Scope::Table,
    };
    let predicate = key
        .predicate
        .as_deref()
        .map(Expression::parse)
        .transpose()
        .unwrap_or(None)
        .filter(|predicate| predicate.truth(&Present(&design.table)) != Ok(Some(true)));
    let capacity = |item: &Item| match item {
        Item::Column(at) => match source(at) {
            Source::Drawn(drawn) => drawn.provider.capacity(),
            _ => Some(1),
        },
        Item::Key(by) if design.ties.links[*by] == Link::Earlier => None,
        Item::Key(_) => Some(0),
    };
    let is_ample = |item: &Item| capacity(item).is_none_or(|values| values >= AMPLE);
    // What another key has made different already is different here, too.
    let condition = |unique: &Unique| {
        let mut keys = design.table.keys.iter();
        let key = keys.find(|key| key.name == unique.name);
        key.and_then(|key| key.predicate.as_deref())
    };
    let done = kept.iter().position(|unique| {
        (unique.predicate.is_none() || condition(unique) == key.predicate.as_deref())
            && unique.parts.iter().all(|part| parts.contains(part))
            && (unique.scope == Scope::Table || unique.scope == scope)
    });
    if let Some(done) = done {
        kept[done].nulls_equal |= key.nulls_equal;
        return Ok(None);
    }
    // What is different among the rows of an owner can be so among all.
    let ample = |unique: &&mut Unique| match &*unique.parts {
        [part] => parts.contains(part) && is_ample(part) && unique.predicate.is_none(),
        _ => false,
    };
    if let Some(unique) = kept.iter_mut().find(ample) {
        unique.scope = Scope::Table;
        unique.nulls_equal |= key.nulls_equal;
        return Ok(None);
    }
    let fixed = |item: &Item| kept.iter().any(|unique| unique.fixes(*item));
    let free_and_ample = parts.iter().filter(|item| is_ample(item) && !fixed(item));
    if let Some(item) = free_and_ample.max_by_key(|item| capacity(item).unwrap_or(u64::MAX)) {
        // Among the rows of an owner the number is small and the text short; else among all.
        let scope = if holds_owner { scope } else { Scope::Table };
        return Ok(Some(Unique {
            name: key.name.clone(),
            scope,
            parts: vec![*item],
            predicate: None,
            is_finite: capacity(item).is_some(),
            nulls_equal: key.nulls_equal,
            redrawn: Vec::new(),
        }));
    }
    let free: Vec<Item> = parts.iter().filter(|item| !fixed(item)).copied().collect();
    if free.is_empty() {
        // One row for each row above that the key tells apart.
        let above = (0..design.ties.links.len()).filter_map(|by| {
            let own = design.table.columns_of(&design.table.foreign_keys[by]);
            match design.ties.links[by] {
                Link::Ancestor(level) if own.iter().all(|at| columns.contains(at)) => Some(level),
                _ => None,
            }
        });
        let owner = holds_owner.then_some(0);
        let Some(level) = owner.into_iter().chain(above).min() else {
            return Err(refuse(design, key));
        };
        return Ok(Some(Unique {
            name: key.name.clone(),
            scope: Scope::Above(level),
            parts: Vec::new(),
            predicate,
            is_finite: true,
            nulls_equal: key.nulls_equal,
            redrawn: Vec::new(),
        }));
    }
    // Keys first: the first rows of an owner are of different parents.
    let (keys, others): (Vec<Item>, Vec<Item>) = free
        .into_iter()
        .partition(|item| matches!(item, Item::Key(_)));
    Ok(Some(Unique {
        name: key.name.clone(),
        scope,
        parts: keys.into_iter().chain(others).collect(),
        predicate,
        is_finite: true,
        nulls_equal: key.nulls_equal,
        redrawn: Vec::new(),
    }))
}

fn refuse(design: &Design, key: &Key) -> Failure {
    let (kind, columns) = if key.is_exclusion {
        (
            "exclusion constraint",
            "It compares no column with `=` that can be made different.",
        )
    } else {
        (
            "unique key",
            "Its columns have few values, or another key needs them.",
        )
    };
    Failure::new(format!(
        "the {kind} `{}` of `{}` cannot be kept",
        key.name,
        design.table.title()
    ))
    .detail(columns)
    .hint("Give one of its columns more values in dev.toml, or the table `rows = 0`.")
}

/// How many rows of one owner the keys of a table have room for; `None`: any number.
#[must_use]
pub fn room(
    design: &Design,
    layout: &Layout,
    parents: &[Option<usize>],
    owner: u64,
) -> Option<u64> {
    let table = layout.rows.len() - 1;
    // Rows that were there may have taken the first combinations.
    let has_existing = layout.rows[table]
        .existing
        .iter()
        .any(|row| row.owner == owner);
    let counts = |unique: &Unique| unique.is_finite || unique.scope == Scope::Above(0);
    if has_existing && design.unique.iter().any(counts) {
        return Some(0);
    }
    let mut room: Option<u64> = None;
    for unique in &design.unique {
        if !unique.is_finite || !unique.redrawn.is_empty() {
            continue;
        }
        let combinations = combinations(design, layout, table, parents, unique, owner);
        // What belongs to a row further up is for all owners below it.
        let (place, sharers) = match unique.scope {
            Scope::Above(0) => (0, 1),
            Scope::Above(level) => {
                let chain = &layout.ties[table].chain;
                let above = layout.above(table, owner, level);
                let sharers = layout.pool(chain[0], Some((chain[level], above)));
                (sharers.place(owner).unwrap_or(0), sharers.len())
            }
            Scope::Table => match layout.ties[table].chain.first() {
                Some(owners) => (owner, layout.rows[*owners].all()),
                None => (0, 1),
            },
        };
        // What does not go round is for the first of them.
        let part = combinations.map(|all| {
            let sharers = sharers.max(1);
            all / sharers + u64::from(place < all % sharers)
        });
        room = match (room, part) {
            (Some(room), Some(part)) => Some(room.min(part)),
            (room, part) => room.or(part),
        };
    }
    room
}

/// How many different combinations the parts of a key have for the rows of an owner.
fn combinations(
    design: &Design,
    layout: &Layout,
    table: usize,
    parents: &[Option<usize>],
    unique: &Unique,
    owner: u64,
) -> Option<u64> {
    let sizes = unique.parts.iter().map(|part| match part {
        Item::Column(at) => match &design.sources[*at] {
            Source::Drawn(drawn) => drawn.provider.capacity(),
            _ => Some(1),
        },
        Item::Key(key) => match (design.ties.links[*key], parents[*key]) {
            (link @ Link::Among(_), Some(parent)) => {
                Some(layout.candidates(table, parent, link, owner).len())
            }
            _ => Some(1),
        },
    });
    { sizes }.try_fold(1_u64, |all, size| Some(all.saturating_mul(size?)))
}
