//! The SQL expressions of CHECK constraints, of partial indexes and of `dev.toml`.
//!
//! A part of SQL that PostgreSQL prints and people write is read and answered here, without a
//! server: TRUE, FALSE or NULL as PostgreSQL would say. What is not understood (a function of the
//! user, say) stays in its place, and only an answer that depends on it is an error.
//!
//! Texts are compared by their bytes, as with the collation `C`.

mod arithmetic;
mod arrays;
mod bounds;
mod calendar;
mod call;
mod compare;
mod convert;
mod decimal;
mod eval;
mod function;
mod limit;
mod literal;
mod moment;
mod node;
mod parse;
mod pattern;
mod render;
mod span;
mod texts;
mod token;

use std::collections::BTreeSet;
use std::fmt;

use super::value::Value;
use node::{Comparison, Node};

pub use bounds::bounds;
pub use convert::convert;
pub use literal::literal;
pub use render::render;

/// The values of one row.
pub trait Row {
    /// The value of a column, when the row has it.
    fn get(&self, column: &str) -> Option<&Value>;
}

/// An expression that has been read.
#[derive(Clone, Debug)]
pub struct Expression {
    node: Node,
    columns: BTreeSet<String>,
}

impl Expression {
    /// Reads an expression: a bare one, what stands inside `CHECK (…)`, or the whole of that.
    ///
    /// # Errors
    ///
    /// When the text cannot be followed at all.
    pub fn parse(text: &str) -> Result<Self, Unsupported> {
        let node = parse::parse(text)?;
        let mut columns = BTreeSet::new();
        node.collect_columns(&mut columns);
        Ok(Self { node, columns })
    }

    /// The columns that it names, without quotes; those that parts name which are not understood
    /// are there too, where they can be told.
    #[must_use]
    pub fn columns(&self) -> &BTreeSet<String> {
        &self.columns
    }

    /// Pairs of columns that are equal wherever it holds.
    #[must_use]
    pub fn equalities(&self) -> Vec<(&str, &str)> {
        fn collect<'a>(node: &'a Node, pairs: &mut Vec<(&'a str, &'a str)>) {
            match node {
                Node::And(nodes) => nodes.iter().for_each(|node| collect(node, pairs)),
                Node::Compare(Comparison::Equal, both) => {
                    if let [Node::Column(one), Node::Column(other)] = &**both {
                        pairs.push((one, other));
                    }
                }
                _ => {}
            }
        }
        let mut pairs = Vec::new();
        collect(&self.node, &mut pairs);
        pairs
    }

    /// Its value in a row.
    ///
    /// # Errors
    ///
    /// When it depends on a part that is not understood or a column that the row does not have, or
    /// PostgreSQL would stop with an error, as at a division by zero.
    pub fn eval(&self, row: &dyn Row) -> Result<Value, Unsupported> {
        let value = self.node.value(row).map_err(eval::Fault::into_unsupported);
        Ok(value?.into_owned())
    }

    /// Whether it is true in a row; nothing when that is unknown. A CHECK constraint lets both
    /// pass, an index and a condition only what is true.
    ///
    /// # Errors
    ///
    /// As [`Expression::eval`], and when it is no boolean.
    pub fn truth(&self, row: &dyn Row) -> Result<Option<bool>, Unsupported> {
        let truth = self.node.truth(row);
        truth.map_err(eval::Fault::into_unsupported)
    }
}

/// What is not understood, in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported(pub String);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unsupported {}

#[cfg(test)]
mod tests;
