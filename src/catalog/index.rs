//! The definition of an index, made of what the catalog has of it.
//!
//! `pg_get_indexdef` looks among all operator classes for the usual one of each column, which takes
//! longer than the rest of a snapshot. So it is asked only about indexes with an expression, a
//! condition, options, an unusual collation or another access method than the B-tree.

use std::collections::{BTreeMap, HashMap};

/// The collation that a database has by itself.
const DEFAULT_COLLATION: u32 = 100;

/// What an index has to know of a column.
pub(super) struct Column {
    pub(super) name: String,
    /// Its type, or the one below its domain.
    pub(super) type_: u32,
    pub(super) collation: u32,
}

/// What a B-tree orders the values of a type by.
pub(super) struct OperatorClass {
    pub(super) name: String,
    /// The type.
    pub(super) takes: u32,
    /// It is the usual one of the type.
    pub(super) is_default: bool,
    /// The type stands for others that have no usual one of their own.
    pub(super) is_preferred: bool,
}

/// The operator classes, by their number.
#[derive(Default)]
pub(super) struct OperatorClasses {
    all: HashMap<u32, OperatorClass>,
    /// The usual one of each type that has one.
    usual: HashMap<u32, u32>,
}

impl OperatorClasses {
    pub(super) fn add(&mut self, oid: u32, class: OperatorClass) {
        if class.is_default {
            self.usual.insert(class.takes, oid);
        }
        self.all.insert(oid, class);
    }

    /// The name of a class to be written for a column of `type_`; none when it goes without saying.
    fn name(&self, oid: u32, type_: u32) -> Option<&str> {
        let class = self.all.get(&oid)?;
        let goes_without_saying = match self.usual.get(&type_) {
            Some(usual) => *usual == oid,
            None => class.is_default && class.is_preferred,
        };
        (!goes_without_saying).then_some(&*class.name)
    }
}

/// A B-tree over columns.
pub(super) struct PlainIndex<'a> {
    pub(super) name: &'a str,
    pub(super) relation: &'a str,
    pub(super) is_unique: bool,
    pub(super) nulls_are_equal: bool,
    pub(super) is_partitioned: bool,
    /// How many of the columns are keys; the others are only included.
    pub(super) keys: usize,
    pub(super) columns: Vec<i32>,
    pub(super) collations: Vec<u32>,
    pub(super) classes: Vec<u32>,
    /// 1: descending; 2: nulls first.
    pub(super) options: Vec<u8>,
}

impl PlainIndex<'_> {
    /// Returns the definition as `pg_get_indexdef` writes it; nothing when a column is unknown.
    pub(super) fn definition(
        &self,
        columns: &BTreeMap<i32, Column>,
        classes: &OperatorClasses,
    ) -> Option<String> {
        let mut keys = Vec::new();
        let mut included = Vec::new();
        for (at, number) in self.columns.iter().enumerate() {
            let column = columns.get(number)?;
            if at >= self.keys {
                included.push(column.name.as_str());
                continue;
            }
            let mut key = column.name.clone();
            if *self.collations.get(at)? != column.collation
                && *self.collations.get(at)? == DEFAULT_COLLATION
            {
                key.push_str(" COLLATE \"default\"");
            }
            if let Some(name) = classes.name(*self.classes.get(at)?, column.type_) {
                key.push(' ');
                key.push_str(name);
            }
            key.push_str(match self.options.get(at)? {
                0 => "",
                1 => " DESC NULLS LAST",
                2 => " NULLS FIRST",
                _ => " DESC",
            });
            keys.push(key);
        }
        let mut text = format!(
            "CREATE {}INDEX {} ON {}{} USING btree ({})",
            if self.is_unique { "UNIQUE " } else { "" },
            self.name,
            if self.is_partitioned { "ONLY " } else { "" },
            self.relation,
            keys.join(", "),
        );
        if !included.is_empty() {
            text.push_str(&format!(" INCLUDE ({})", included.join(", ")));
        }
        if self.nulls_are_equal {
            text.push_str(" NULLS NOT DISTINCT");
        }
        Some(text)
    }
}
