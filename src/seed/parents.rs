//! What expressions see of other rows: `owner.started_at` is of the row's owner, `user_id.email` of the
//! row that the foreign key of `user_id` refers to, `owner.owner.name` of the owner's owner; `now` is the
//! reference time.

use std::collections::BTreeMap;

use super::design::Design;
use super::layout::RowNumber;
use super::owners::Link;
use super::rows::{Drawing, Generator};
use super::value::Value;

/// The word for the parent that a row belongs to.
const OWNER: &str = "owner";

/// The word for the reference time, where there is no such column.
const NOW: &str = "now";

/// What everything is in the parent that is not there.
static NULL: Value = Value::Null;

/// The parents of a row that its expressions look at, by their keys.
pub(super) struct Parents<'a> {
    all: BTreeMap<usize, Parent<'a>>,
}

struct Parent<'a> {
    table: usize,
    row: Option<RowNumber>,
    drawing: Box<Drawing<'a>>,
}

/// The foreign key that a word before a point means.
pub(super) fn key_of(design: &Design, word: &str) -> Option<usize> {
    if let Some(column) = design.table.position(word) {
        // A key whose columns follow from the owner's tells less than one that sets the column.
        let keys = design.ties.links.iter().enumerate();
        let with_column = keys.filter(|(key, link)| {
            let columns = design.table.columns_of(&design.table.foreign_keys[*key]);
            **link != Link::Null && columns.contains(&column)
        });
        return with_column
            .min_by_key(|(key, _)| design.table.foreign_keys[*key].name.len())
            .map(|(key, _)| key);
    }
    design.ties.owner.filter(|_| word == OWNER)
}

/// A name of the form `word.rest` that is no column.
pub(super) fn split<'n>(design: &Design, name: &'n str) -> Option<(usize, &'n str)> {
    if design.positions.contains_key(name) {
        return None;
    }
    let (word, rest) = name.split_once('.')?;
    Some((key_of(design, word)?, rest))
}

impl<'a> Parents<'a> {
    /// Prepares the parents that these names look at.
    pub(super) fn new<'n>(
        generator: &'a Generator,
        table: usize,
        names: impl Iterator<Item = &'n String>,
    ) -> Self {
        let design = &generator.designs[table];
        let mut looked_at: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (key, rest) in names.filter_map(|name| split(design, name)) {
            looked_at.entry(key).or_default().push(rest.to_owned());
        }
        let parent = |(key, names): (usize, Vec<String>)| {
            // A table that looks at itself would do so without end.
            let table = generator.parents[table][key].filter(|parent| *parent != table)?;
            let drawing = Box::new(generator.drawing_for(table, &names));
            let parent = Parent {
                table,
                row: None,
                drawing,
            };
            Some((key, parent))
        };
        Self {
            all: looked_at.into_iter().filter_map(parent).collect(),
        }
    }

    /// The keys that are looked at and whose columns follow from the owner's.
    pub(super) fn following(&self, design: &Design) -> Vec<usize> {
        let keys = self.all.keys().copied();
        keys.filter(|key| design.ties.links[*key] == Link::Follows)
            .collect()
    }

    /// Sets the parent of a key, by its number among all rows of its table.
    pub(super) fn set(
        &mut self,
        generator: &Generator,
        key: usize,
        ordinal: Option<u64>,
    ) -> Result<(), String> {
        let Some(parent) = self.all.get_mut(&key) else {
            return Ok(());
        };
        let row = ordinal.map(|ordinal| generator.layout.rows[parent.table].row(ordinal));
        if row == parent.row {
            return Ok(());
        }
        if let Some(RowNumber::Generated(number)) = row {
            parent.drawing.row(number)?;
        }
        parent.row = row;
        Ok(())
    }

    /// The value of a name of the form `word.rest`.
    pub(super) fn get<'s>(
        &'s self,
        generator: &'s Generator,
        design: &Design,
        name: &str,
    ) -> Option<&'s Value> {
        if name == NOW {
            return Some(&generator.now_value);
        }
        let (key, rest) = split(design, name)?;
        let parent = self.all.get(&key)?;
        match parent.row {
            None => Some(&NULL),
            Some(RowNumber::Generated(_)) => parent.drawing.value(rest),
            Some(RowNumber::Existing(number)) => {
                let at = *generator.designs[parent.table].positions.get(rest)?;
                let row =
                    &generator.layout.rows[parent.table].existing[super::layout::index(number)];
                row.values[at].as_ref()
            }
        }
    }
}
