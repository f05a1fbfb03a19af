//! Which parent row a row belongs to, and among which rows its other parents are looked for.
//!
//! Rows of a table are shared out among the rows of one parent table, their *owners*: the calls of
//! a user among users, users among organizations. Rows of one owner stand together, and so do those
//! of their owner's owner. So the rows of any table that belong to one organization are a few spans
//! of numbers, and a foreign key that carries the tenant finds its parents there, without looking
//! anything up.

use std::cmp::Reverse;

use super::order::may_be_null;
use super::tables::{Key, Table};
use crate::error::Failure;

/// How a foreign key of a table finds its parent row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Its parent is the owner.
    Owner,
    /// Its columns follow from those of the owner's key.
    Follows,
    /// Its parent is the owner's owner (1), the owner of that (2)…
    Ancestor(usize),
    /// One of the rows that belong to the owner (0), the owner's owner (1)…; any row for `None`.
    Among(Option<usize>),
    /// An earlier row of the same table, of the same owner.
    Earlier,
    /// Nothing: it stays NULL.
    Null,
}

/// How one table hangs on the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// The foreign key to the owner.
    pub owner: Option<usize>,
    /// The tables of the owner, of its owner, and so on, as positions.
    pub chain: Vec<usize>,
    /// A link for each foreign key.
    pub links: Vec<Link>,
}

/// The tables in the order of their filling, those done so far tied.
pub struct Tying<'a> {
    /// The tables.
    pub tables: &'a [Table],
    /// The ties of the first of them.
    pub done: Vec<Ties>,
}

impl Tying<'_> {
    /// Ties the next table. `wanted` are the columns of the key to its owner, where a recipe has
    /// them; `left_null` the keys that stay NULL. A table that is not filled needs no parents.
    ///
    /// # Errors
    ///
    /// When the recipe names no foreign key; when a key that is NOT NULL cannot be satisfied.
    pub fn tie(
        &mut self,
        wanted: &[String],
        left_null: &[usize],
        is_filled: bool,
    ) -> Result<(), Failure> {
        let table = &self.tables[self.done.len()];
        let free = |key: &usize| !left_null.contains(key) && self.parent(table, *key).is_some();
        let candidates: Vec<usize> = (0..table.foreign_keys.len()).filter(free).collect();
        let ties = if wanted.is_empty() {
            let mut all: Vec<(Option<usize>, Ties)> = candidates
                .into_iter()
                .map(Some)
                .chain([None])
                .map(|owner| (owner, self.with_owner(table, owner, left_null)))
                .collect();
            all.sort_by_cached_key(|(owner, ties)| self.merit(table, *owner, ties));
            all.swap_remove(0).1
        } else {
            let owner = candidates.into_iter().find(|key| {
                let columns = table.columns_of(&table.foreign_keys[*key]);
                columns.len() == wanted.len()
                    && columns
                        .iter()
                        .all(|at| wanted.contains(&table.columns[*at].name))
            });
            if owner.is_none() {
                return Err(Failure::new(format!(
                    "`{}` has no foreign key of the columns {}",
                    table.title(),
                    wanted.join(", ")
                ))
                .hint(
                    "`owner` in dev.toml lists the columns of one foreign key to another table.",
                ));
            }
            self.with_owner(table, owner, left_null)
        };
        for (at, link) in ties.links.iter().enumerate() {
            if is_filled && *link == Link::Null && !stays_null(table, &ties, at) {
                return Err(refuse(table, at));
            }
        }
        self.done.push(ties);
        Ok(())
    }

    /// What makes one owner better than another; the least is the best.
    fn merit(&self, table: &Table, owner: Option<usize>, ties: &Ties) -> impl Ord + use<> {
        let lost = ties
            .links
            .iter()
            .filter(|link| **link == Link::Null)
            .count();
        let children = |oid: u32| {
            let keys = self.tables.iter().flat_map(|table| &table.foreign_keys);
            keys.filter(|key| key.parent == oid).count()
        };
        (
            lost,
            owner.is_none_or(|key| may_be_null(table, key)),
            owner.is_none(),
            Reverse(owner.map(|key| self.carriers(table, key))),
            ties.chain.len(),
            Reverse(owner.map(|key| children(table.foreign_keys[key].parent))),
            owner,
        )
    }

    /// How many keys of other columns, too, refer to the columns of a key: those of the tenant.
    fn carriers(&self, table: &Table, key: usize) -> usize {
        let own = table.columns_of(&table.foreign_keys[key]);
        let is_own = |key: &Key| {
            let columns = key.columns.iter().map(|name| table.position(name));
            let count = key.columns.len();
            key.is_plain && count == own.len() && { columns }
                .all(|at| at.is_some_and(|at| own.contains(&at)))
        };
        // One row of an owner has no others beside it.
        if table.keys.iter().any(is_own) {
            return 0;
        }
        let keys = self.tables.iter().flat_map(|other| &other.foreign_keys);
        keys.filter(|key| key.parent == table.oid)
            .map(|key| table.columns_referred_to(key))
            .filter(|referred| referred.len() > own.len())
            .filter(|referred| own.iter().all(|column| referred.contains(column)))
            .count()
    }

    fn with_owner(&self, table: &Table, owner: Option<usize>, left_null: &[usize]) -> Ties {
        let mut ties = Ties {
            owner,
            ..Ties::default()
        };
        if let Some(parent) = owner.and_then(|key| self.parent(table, key)) {
            ties.chain.push(parent);
            ties.chain.extend(&self.done[parent].chain);
        }
        for key in 0..table.foreign_keys.len() {
            let link = if left_null.contains(&key) {
                Link::Null
            } else {
                self.link(table, &ties, key)
            };
            ties.links.push(link);
        }
        ties
    }

    fn parent(&self, table: &Table, key: usize) -> Option<usize> {
        let oid = table.foreign_keys[key].parent;
        let done = &self.tables[..self.done.len()];
        done.iter().position(|other| other.oid == oid)
    }

    fn link(&self, table: &Table, ties: &Ties, at: usize) -> Link {
        let key = &table.foreign_keys[at];
        if ties.owner == Some(at) {
            return Link::Owner;
        }
        if key.parent == table.oid {
            // All columns but one have to follow from the owner.
            return if self.shared(table, ties, at).len() + 1 >= table.columns_of(key).len() {
                Link::Earlier
            } else {
                Link::Null
            };
        }
        let Some(parent) = self.parent(table, at) else {
            return Link::Null;
        };
        let columns = table.columns_of(key);
        let shared = self.shared(table, ties, at);
        let link = match ties.chain.iter().position(|above| *above == parent) {
            _ if shared.len() == columns.len() => Link::Follows,
            Some(level) if level > 0 => Link::Ancestor(level),
            Some(_) => Link::Among((ties.chain.len() > 1).then_some(1)),
            None => {
                let of_parent = &self.done[parent].chain;
                Link::Among(
                    ties.chain
                        .iter()
                        .position(|above| of_parent.contains(above)),
                )
            }
        };
        let holds = shared
            .iter()
            .all(|(column, referred)| self.agrees(table, ties, *column, parent, *referred, link));
        // A column that another key sets, and that does not follow from the owner, fits by luck only.
        let earlier = (0..at)
            .filter(|other| matches!(ties.links[*other], Link::Among(_) | Link::Ancestor(_)));
        let alone = earlier.into_iter().all(|other| {
            let others = table.columns_of(&table.foreign_keys[other]);
            columns.iter().all(|column| {
                !others.contains(column) || shared.iter().any(|(common, _)| common == column)
            })
        });
        if holds && alone { link } else { Link::Null }
    }

    /// The columns that a key has in common with the owner's, and the parent's columns for them.
    fn shared(&self, table: &Table, ties: &Ties, at: usize) -> Vec<(usize, usize)> {
        let key = &table.foreign_keys[at];
        let Some(owner) = ties.owner else {
            return Vec::new();
        };
        let owned = table.columns_of(&table.foreign_keys[owner]);
        let parent = self.tables.iter().find(|other| other.oid == key.parent);
        let referred = parent
            .map(|parent| parent.columns_referred_to(key))
            .unwrap_or_default();
        let pairs = table.columns_of(key).into_iter().zip(referred);
        pairs.filter(|(column, _)| owned.contains(column)).collect()
    }

    /// Whether a column of the table has what the parent's has, for every parent of the link.
    fn agrees(
        &self,
        table: &Table,
        ties: &Ties,
        column: usize,
        parent: usize,
        referred: usize,
        link: Link,
    ) -> bool {
        let level = match link {
            Link::Ancestor(level) | Link::Among(Some(level)) => level,
            Link::Follows => 0,
            _ => return false,
        };
        let of_parent = self.origins(parent, referred);
        let own = self.origins_of(table, ties, column);
        own.iter()
            .any(|origin| ties.chain[level..].contains(&origin.0) && of_parent.contains(origin))
    }

    /// Where a column of the table that is being tied comes from, owner by owner.
    fn origins_of(&self, table: &Table, ties: &Ties, column: usize) -> Vec<(usize, usize)> {
        let Some((owner, parent)) = ties.owner.zip(ties.chain.first()) else {
            return Vec::new();
        };
        let key = &table.foreign_keys[owner];
        let place = table.columns_of(key).iter().position(|own| *own == column);
        let referred = self.tables[*parent].columns_referred_to(key);
        match place.and_then(|place| referred.get(place)) {
            Some(column) => self.origins(*parent, *column),
            None => Vec::new(),
        }
    }

    /// A column of a table that is tied, and where it comes from, owner by owner.
    fn origins(&self, table: usize, column: usize) -> Vec<(usize, usize)> {
        let mut origins = vec![(table, column)];
        if let Some(ties) = self.done.get(table) {
            origins.extend(self.origins_of(&self.tables[table], ties, column));
        }
        origins
    }
}

/// Whether a key has a column that may be NULL and that no other key sets.
fn stays_null(table: &Table, ties: &Ties, key: usize) -> bool {
    let others = ties
        .links
        .iter()
        .enumerate()
        .filter(|(_, link)| **link != Link::Null);
    let set: Vec<usize> = others
        .flat_map(|(other, _)| table.columns_of(&table.foreign_keys[other]))
        .collect();
    let mut free = table.columns_of(&table.foreign_keys[key]).into_iter();
    may_be_null(table, key)
        && free.any(|column| !table.columns[column].not_null && !set.contains(&column))
}

fn refuse(table: &Table, key: usize) -> Failure {
    let key = &table.foreign_keys[key];
    Failure::new(format!(
        "no parent can be found for the foreign key `{}` of `{}`",
        key.name,
        table.title()
    ))
    .detail(
        "It shares columns with another key, or refers to a table that is not filled, and is NOT NULL.",
    )
    .hint(
        "Name the columns of the key that decides as `owner` of the table in dev.toml, or give it \
         `rows = 0`.",
    )
}

#[cfg(test)]
mod tests;
