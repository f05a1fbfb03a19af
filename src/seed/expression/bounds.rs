//! What CHECK constraints say of one column alone.

use std::collections::BTreeSet;

use super::Expression;
use super::compare::equal;
use super::function::Function;
use super::limit::{Side, exactly, hull, keeps_order, lengths, meet, narrow, rounded_down};
use super::node::{Comparison, Is, Node};
use crate::seed::bounds::Bounds;
use crate::seed::value::{Kind, Shape, Value};

/// The limits of a column: those of its type, and those of each condition that names this column
/// alone and always has to hold. Conditions of another form set none.
#[must_use]
pub fn bounds(checks: &[Expression], column: &str, kind: &Kind) -> Bounds {
    let mut bounds = Bounds::default();
    match &kind.shape {
        Shape::Text(length) => bounds.longest = *length,
        Shape::Enum(labels) => {
            bounds.list = Some(labels.iter().cloned().map(Value::Text).collect());
        }
        _ => {}
    }
    let reader = Reader { column, kind };
    for check in checks {
        reader.condition(&check.node, true, &mut bounds);
    }
    bounds
}

struct Reader<'a> {
    column: &'a str,
    kind: &'a Kind,
}

impl Reader<'_> {
    /// Narrows the bounds by a condition, or by its contrary when it must not hold.
    fn condition(&self, node: &Node, holds: bool, bounds: &mut Bounds) {
        match (node, holds) {
            (Node::And(nodes), true) | (Node::Or(nodes), false) => {
                for node in nodes {
                    self.condition(node, holds, bounds);
                }
            }
            (Node::Not(node), _) => self.condition(node, !holds, bounds),
            (Node::Call(Function::ArrayContains, both), true) => self.contained(both, bounds),
            _ if !self.is_alone(node) => {}
            (Node::Or(nodes), true) | (Node::And(nodes), false) => {
                self.one_of(nodes, holds, bounds);
            }
            (Node::Compare(comparison, both), _) => {
                let comparison = if holds {
                    *comparison
                } else {
                    comparison.negated()
                };
                match &**both {
                    [left, Node::Constant(value)] => self.compare(left, comparison, value, bounds),
                    [Node::Constant(value), right] => {
                        self.compare(right, comparison.turned(), value, bounds);
                    }
                    _ => {}
                }
            }
            (
                Node::Any {
                    comparison,
                    operands,
                    all,
                },
                _,
            ) => {
                if let [left, Node::Constant(Value::Array(values))] = &**operands
                    && self.is_column(left)
                {
                    match (comparison, all, holds) {
                        (Comparison::Equal, false, true) | (Comparison::NotEqual, true, false) => {
                            self.only(values, bounds);
                        }
                        (Comparison::NotEqual, true, true) | (Comparison::Equal, false, false) => {
                            for value in values {
                                self.without(value, bounds);
                            }
                        }
                        _ => {}
                    }
                }
            }
            (Node::Matches(operand, pattern), true) if self.is_column(operand) => {
                let new = |pattern: &&String| !bounds.patterns.contains(pattern);
                let pattern = pattern.posix.as_ref().filter(new).cloned();
                bounds.patterns.extend(pattern);
            }
            (Node::Column(_), _) => self.only(&[Value::Bool(holds)], bounds),
            (
                Node::Is {
                    operand,
                    what: what @ (Is::True | Is::False),
                    negated,
                },
                _,
            ) if *negated != holds && self.is_column(operand) => {
                self.only(&[Value::Bool(*what == Is::True)], bounds);
            }
            _ => {}
        }
    }

    /// `part <@ ARRAY[…]`, whose operands stand the other way round. The column may be the part, or
    /// an element of it.
    fn contained(&self, both: &[Node], bounds: &mut Bounds) {
        let [Node::Constant(Value::Array(values)), part] = both else {
            return;
        };
        let part = match part {
            Node::Call(Function::ArrayRemove, arguments) => arguments.first().unwrap_or(part),
            part => part,
        };
        match (part, &self.kind.shape) {
            (Node::Array(elements), _) if elements.iter().any(|node| self.is_column(node)) => {
                self.only(values, bounds);
            }
            (part, Shape::Array(element)) if self.is_column(part) => {
                let values = values.iter().filter_map(|value| exactly(value, element));
                bounds.elements = Some(meet(bounds.elements.take(), values.collect()));
            }
            _ => {}
        }
    }

    /// One of several conditions holds: what holds of all of them. `IS NULL` among them is passed
    /// over, as bounds are those of values.
    fn one_of(&self, nodes: &[Node], holds: bool, bounds: &mut Bounds) {
        let is_null = |node: &Node| match node {
            Node::Is {
                operand,
                what: Is::Null,
                negated,
            } => *negated != holds && self.is_column(operand),
            _ => false,
        };
        let each = nodes.iter().filter(|node| !is_null(node)).map(|node| {
            let mut one = bounds.clone();
            self.condition(node, holds, &mut one);
            one
        });
        if let Some(all) = each.reduce(hull) {
            *bounds = all;
        }
    }

    /// Whether a condition names no other column.
    fn is_alone(&self, node: &Node) -> bool {
        let mut columns = BTreeSet::new();
        node.collect_columns(&mut columns);
        columns.len() == 1 && columns.contains(self.column)
    }

    /// Whether a node is the column, perhaps with a cast that changes no order.
    fn is_column(&self, node: &Node) -> bool {
        match node {
            Node::Column(name) => name == self.column,
            Node::Cast(node, kind) => keeps_order(kind, self.kind) && self.is_column(node),
            _ => false,
        }
    }

    /// `left comparison value`, where `left` has something to do with the column.
    fn compare(&self, left: &Node, comparison: Comparison, value: &Value, bounds: &mut Bounds) {
        if self.is_column(left) {
            return self.value(comparison, value, bounds);
        }
        let Node::Call(function, arguments) = left else {
            return;
        };
        if !arguments.first().is_some_and(|first| self.is_column(first)) {
            return;
        }
        match (function, value) {
            (Function::Btrim | Function::Ltrim | Function::Rtrim, Value::Text(text))
                if text.is_empty() && comparison == Comparison::NotEqual =>
            {
                bounds.shortest = bounds.shortest.max(1);
            }
            (
                Function::Length
                | Function::Cardinality
                | Function::ArrayLength
                | Function::OctetLength,
                Value::Int(length),
            ) => {
                let of_bytes = matches!(self.kind.shape, Shape::Bytes);
                if of_bytes && comparison == Comparison::Equal {
                    bounds.bytes = u32::try_from(*length).ok();
                }
                lengths(comparison, *length, bounds);
            }
            _ => {}
        }
    }

    /// `column comparison value`.
    fn value(&self, comparison: Comparison, value: &Value, bounds: &mut Bounds) {
        match comparison {
            Comparison::Equal => self.only(std::slice::from_ref(value), bounds),
            Comparison::NotEqual => {
                let empty = match value {
                    Value::Text(text) => match self.kind.shape {
                        Shape::Array(_) => text == "{}",
                        Shape::Bytes => text == "\\x",
                        _ => text.is_empty(),
                    },
                    Value::Array(elements) => elements.is_empty(),
                    Value::Bytes(bytes) => bytes.is_empty(),
                    _ => false,
                };
                if empty {
                    bounds.shortest = bounds.shortest.max(1);
                }
                self.without(value, bounds);
            }
            Comparison::Greater | Comparison::GreaterOrEqual => {
                if let Some((value, exact)) = rounded_down(value, self.kind) {
                    let taken = exact && comparison == Comparison::GreaterOrEqual;
                    narrow(&mut bounds.least, (value, taken), Side::Least);
                }
            }
            Comparison::Less | Comparison::LessOrEqual => {
                if let Some((value, exact)) = rounded_down(value, self.kind) {
                    let taken = !exact || comparison == Comparison::LessOrEqual;
                    narrow(&mut bounds.greatest, (value, taken), Side::Greatest);
                }
            }
        }
    }

    /// The column has one of these values.
    fn only(&self, values: &[Value], bounds: &mut Bounds) {
        let values = values.iter().filter(|value| **value != Value::Null);
        let values = values.filter_map(|value| exactly(value, self.kind));
        bounds.list = Some(meet(bounds.list.take(), values.collect()));
    }

    /// The column does not have this value.
    fn without(&self, value: &Value, bounds: &mut Bounds) {
        if let Some(list) = &mut bounds.list {
            list.retain(|other| !equal(other, value).unwrap_or(false));
        }
    }
}
