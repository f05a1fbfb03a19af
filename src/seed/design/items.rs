//! What is drawn together, and in which order: each item after what it looks at.

use std::collections::BTreeSet;

use super::source::condition;
use super::{Design, Item, Source};
use crate::error::Failure;
use crate::seed::order::may_be_null as key_may_be_null;
use crate::seed::owners::Link;
use crate::seed::parents;
use crate::seed::recipe::TableRecipe;

impl Design {
    /// The names in expressions that are no columns.
    pub(super) fn names_of_others(&self, recipe: &TableRecipe) -> BTreeSet<String> {
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
    pub(super) fn order(&self, recipe: &TableRecipe) -> Result<Vec<Item>, Failure> {
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
