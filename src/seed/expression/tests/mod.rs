mod bounds;
mod eval;
mod shipped;

use std::collections::BTreeMap;

use super::compare::plain;
use super::{Expression, Row, literal};
use crate::seed::value::{Kind, Shape, Value};

/// Columns with their values.
struct Given(BTreeMap<&'static str, Value>);

impl Row for Given {
    fn get(&self, column: &str) -> Option<&Value> {
        self.0.get(column)
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn read(value: &str, shape: Shape) -> Value {
    literal(value, &plain(shape)).unwrap()
}

/// One column of each of a few types.
fn row() -> Given {
    let array = |texts: &[&str]| Value::Array(texts.iter().copied().map(text).collect());
    let timestamp = |value| read(value, Shape::Timestamp);
    Given(BTreeMap::from([
        ("i", Value::Int(7)),
        ("z", Value::Int(0)),
        ("n", read("2.50", Shape::Numeric(None))),
        ("f", Value::Float(0.5)),
        ("t", text("Ab c ")),
        ("e", text("")),
        ("s", text("active")),
        ("yes", Value::Bool(true)),
        ("no", Value::Bool(false)),
        ("nothing", Value::Null),
        ("at", timestamp("2026-03-31 10:20:30.5+00")),
        ("later", timestamp("2026-04-02 11:20:30.5+00")),
        ("d", read("2024-02-29", Shape::Date)),
        ("tags", array(&["a", "b"])),
        ("none", array(&[])),
        ("j", text(r#" [1, 2]"#)),
        ("b", Value::Bytes(vec![1, 2])),
        (
            "u",
            read("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", Shape::Uuid),
        ),
        ("Odd one", Value::Int(1)),
    ]))
}

fn parse(text: &str) -> Expression {
    Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn kind(shape: Shape) -> Kind {
    plain(shape)
}
