//! The tree of an expression.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::Row;
use super::function::Function;
use super::pattern::Pattern;
use crate::seed::value::{Kind, Value};

/// One operator, call, column or constant.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Constant(Value),
    /// A number above or below all that [`Value`] can hold: `'NaN'::numeric`, `'-Infinity'::numeric`.
    Beyond(Ordering),
    Column(String),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    /// `IS [NOT] NULL`, `TRUE`, `FALSE`, `UNKNOWN`.
    Is {
        operand: Box<Node>,
        what: Is,
        negated: bool,
    },
    Compare(Comparison, Box<[Node; 2]>),
    /// `IS DISTINCT FROM`; its negation has [`Node::Not`] around it.
    Distinct(Box<[Node; 2]>),
    /// `= ANY (array)`, `<> ALL (array)`.
    Any {
        comparison: Comparison,
        operands: Box<[Node; 2]>,
        all: bool,
    },
    /// `LIKE`, `~`.
    Matches(Box<Node>, Pattern),
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    Cast(Box<Node>, Kind),
    Case {
        branches: Vec<(Node, Node)>,
        otherwise: Box<Node>,
    },
    Call(Function, Vec<Node>),
    Array(Vec<Node>),
    /// What is not understood, with the operands that are.
    Unknown {
        message: String,
        operands: Vec<Node>,
    },
}

/// What `IS` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    Null,
    True,
    False,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// The comparison of an operator.
    pub(super) fn of(operator: &str) -> Option<Self> {
        Some(match operator {
            "=" => Self::Equal,
            "<>" | "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    /// Whether it holds for two values in this order.
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// The same with its sides exchanged.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    /// The one that holds when this does not.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }
}

/// What is done with two numbers or times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// No column at all.
struct Empty;

impl Row for Empty {
    fn get(&self, _: &str) -> Option<&Value> {
        None
    }
}

impl Node {
    pub(super) fn null() -> Self {
        Self::Constant(Value::Null)
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Constant(Value::Text(text.into()))
    }

    pub(super) fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// The parts that it is made of.
    fn operands(&self) -> Vec<&Self> {
        match self {
            Self::Constant(_) | Self::Beyond(_) | Self::Column(_) => Vec::new(),
            Self::And(nodes) | Self::Or(nodes) | Self::Array(nodes) | Self::Call(_, nodes) => {
                nodes.iter().collect()
            }
            Self::Not(node) | Self::Matches(node, _) | Self::Cast(node, _) => vec![node],
            Self::Is { operand, .. } => vec![operand],
            Self::Compare(_, both)
            | Self::Distinct(both)
            | Self::Arithmetic(_, both)
            | Self::Any { operands: both, .. } => both.iter().collect(),
            Self::Case {
                branches,
                otherwise,
            } => {
                let branches = branches.iter().flat_map(|(when, then)| [when, then]);
                branches.chain([&**otherwise]).collect()
            }
            Self::Unknown { operands, .. } => operands.iter().collect(),
        }
    }

    pub(super) fn collect_columns(&self, columns: &mut BTreeSet<String>) {
        if let Self::Column(name) = self {
            columns.insert(name.clone());
        }
        for operand in self.operands() {
            operand.collect_columns(columns);
        }
    }

    /// The constant that it comes to, where it is made of constants alone.
    pub(super) fn folded(self) -> Self {
        let constant = |node: &&Self| matches!(node, Self::Constant(_));
        let value = match &self {
            Self::Constant(_) | Self::Beyond(_) | Self::Column(_) | Self::Unknown { .. } => None,
            node if node.operands().iter().all(constant) => node.value(&Empty).ok(),
            _ => None,
        };
        match value.map(std::borrow::Cow::into_owned) {
            Some(value) => Self::Constant(value),
            None => self,
        }
    }
}
