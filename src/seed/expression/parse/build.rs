//! Nodes that are made of others.

use std::cmp::Ordering;

use super::Node;
use crate::seed::expression::function::Function;
use crate::seed::expression::node::Comparison;
use crate::seed::expression::pattern::Pattern;
use crate::seed::value::{Kind, Shape, Value};

pub(super) fn and(left: Node, right: Node) -> Node {
    let mut nodes = match left {
        Node::And(nodes) => nodes,
        other => vec![other],
    };
    nodes.push(right);
    Node::And(nodes)
}

pub(super) fn or(left: Node, right: Node) -> Node {
    let mut nodes = match left {
        Node::Or(nodes) => nodes,
        other => vec![other],
    };
    nodes.push(right);
    Node::Or(nodes)
}

/// A cast. One to a type that is not known leaves the value: it is that of an enum or a domain.
pub(super) fn cast(node: Node, kind: Kind) -> Node {
    if let (Node::Constant(Value::Text(text)), Shape::Numeric(_)) = (&node, &kind.shape) {
        match text.trim().to_ascii_lowercase().as_str() {
            "nan" | "inf" | "infinity" | "+inf" | "+infinity" => {
                return Node::Beyond(Ordering::Greater);
            }
            "-inf" | "-infinity" => return Node::Beyond(Ordering::Less),
            _ => {}
        }
    }
    match (node, &kind.shape) {
        (node, Shape::Unknown) => node,
        (Node::Beyond(side), Shape::Numeric(_)) => Node::Beyond(side),
        (node, _) => Node::Cast(Box::new(node), kind).folded(),
    }
}

/// An operator that is no comparison and no arithmetic; nothing when it is not known.
pub(super) fn operator(operator: &str, left: Node, right: Node) -> Option<Node> {
    let call = |function| Some(Node::Call(function, vec![left.clone(), right.clone()]));
    match operator {
        "||" => call(Function::ArrayConcat),
        "@>" => call(Function::ArrayContains),
        "<@" => Some(Node::Call(Function::ArrayContains, vec![right, left])),
        "&&" => call(Function::ArrayOverlap),
        "^@" => call(Function::StartsWith),
        "~" | "~*" => regex(left, &right, operator == "~*"),
        "!~" | "!~*" => Some(regex(left, &right, operator == "!~*")?.negated()),
        "~~" | "~~*" => like(left, &right, Some('\\'), operator == "~~*"),
        "!~~" | "!~~*" => {
            let node = like(left, &right, Some('\\'), operator == "!~~*")?;
            Some(node.negated())
        }
        _ => None,
    }
}

fn regex(left: Node, pattern: &Node, ignore_case: bool) -> Option<Node> {
    matched(left, pattern, |text| Pattern::posix(text, ignore_case).ok())
}

pub(super) fn like(
    left: Node,
    pattern: &Node,
    escape: Option<char>,
    ignore_case: bool,
) -> Option<Node> {
    matched(left, pattern, |text| {
        Pattern::like(text, escape, ignore_case).ok()
    })
}

fn matched(left: Node, pattern: &Node, compile: impl Fn(&str) -> Option<Pattern>) -> Option<Node> {
    match pattern {
        Node::Constant(Value::Null) => Some(Node::null()),
        Node::Constant(Value::Text(text)) => Some(Node::Matches(Box::new(left), compile(text)?)),
        _ => None,
    }
}

/// An operator with `ANY (array)` or `ALL (array)` on its right.
pub(super) fn any(operator_name: &str, left: Node, array: Node, all: bool) -> Option<Node> {
    if let Some(comparison) = Comparison::of(operator_name) {
        let elements = match array {
            // The elements alone may be understood where not all of them are.
            Node::Array(elements) => return Some(each(comparison, &left, elements, all)),
            array => array,
        };
        let any = Node::Any {
            comparison,
            operands: Box::new([left, elements]),
            all,
        };
        return Some(any.folded());
    }
    let Node::Constant(Value::Array(elements)) = array else {
        return None;
    };
    let elements = elements.into_iter();
    let nodes =
        elements.map(|element| operator(operator_name, left.clone(), Node::Constant(element)));
    let nodes = nodes.collect::<Option<Vec<_>>>()?;
    Some(if all {
        Node::And(nodes)
    } else {
        Node::Or(nodes)
    })
}

/// `left IN (items)`.
pub(super) fn in_list(left: Node, items: Vec<Node>) -> Node {
    let constant = |node: &Node| match node {
        Node::Constant(value) => Some(value.clone()),
        _ => None,
    };
    match items.iter().map(constant).collect::<Option<Vec<_>>>() {
        Some(values) => Node::Any {
            comparison: Comparison::Equal,
            operands: Box::new([left, Node::Constant(Value::Array(values))]),
            all: false,
        }
        .folded(),
        None => each(Comparison::Equal, &left, items, false),
    }
}

fn each(comparison: Comparison, left: &Node, items: Vec<Node>, all: bool) -> Node {
    let items = items.into_iter();
    let nodes = items
        .map(|item| Node::Compare(comparison, Box::new([left.clone(), item])))
        .collect();
    if all {
        Node::And(nodes)
    } else {
        Node::Or(nodes)
    }
}
