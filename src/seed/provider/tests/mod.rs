mod cases;
mod recipes;

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::rand_core::SeedableRng as _;

use super::*;
use crate::seed::provider::moment::DAY;
use cases::{between, cases, pattern};

/// 2026-06-15 12:00.
const NOW: i64 = (9497 + 165) * DAY + DAY / 2;

struct Known(BTreeMap<&'static str, Value>);

impl Row for Known {
    fn get(&self, column: &str) -> Option<&Value> {
        self.0.get(column)
    }
}

fn nothing() -> Known {
    Known(BTreeMap::new())
}

fn kind(shape: Shape) -> Kind {
    let name = match &shape {
        Shape::Text(_) => "text",
        Shape::Int(_) => "integer",
        Shape::Timestamp => "timestamp with time zone",
        _ => "other",
    };
    Kind {
        oid: 0,
        name: name.to_owned(),
        shape,
    }
}

fn guessed(table: &str, column: &str, shape: Shape, bounds: &Bounds) -> Provider {
    Provider::of(None, table, column, &kind(shape), bounds)
        .unwrap_or_else(|error| panic!("{table}.{column}: {error}"))
}

fn drawn(provider: &Provider, row: &dyn Row, count: u64) -> Vec<Value> {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    (0..count)
        .map(|place| {
            let mut draw = Draw {
                rng: &mut rng,
                place,
                now: NOW,
                row,
            };
            provider.draw(&mut draw).unwrap()
        })
        .collect()
}

fn is_of(shape: &Shape, value: &Value) -> bool {
    match (shape, value) {
        (Shape::Numeric(given), Value::Numeric { scale, .. }) => {
            given.is_none_or(|(_, wanted)| wanted == *scale)
        }
        (Shape::Array(of), Value::Array(items)) => items.iter().all(|item| is_of(&of.shape, item)),
        (Shape::Range(of), Value::Range(lower, upper)) => {
            is_of(&of.shape, lower) && limits::order(lower, upper) == Some(std::cmp::Ordering::Less)
        }
        (Shape::Bool, Value::Bool(_))
        | (Shape::Int(_), Value::Int(_))
        | (Shape::Float(_), Value::Float(_))
        | (Shape::Text(_) | Shape::Enum(_) | Shape::Json | Shape::Jsonb, Value::Text(_))
        | (Shape::Bytes, Value::Bytes(_))
        | (Shape::Uuid, Value::Uuid(_))
        | (Shape::Timestamp, Value::Timestamp(_))
        | (Shape::Date, Value::Date(_))
        | (Shape::Time, Value::Time(_))
        | (Shape::Interval, Value::Interval { .. })
        | (Shape::Inet, Value::Inet(_)) => true,
        _ => false,
    }
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

#[test]
fn guesses_are_within_bounds() {
    for (table, column, shape, bounds) in cases() {
        let limits = Limits::new(&kind(shape.clone()), &bounds);
        let provider = guessed(table, column, shape.clone(), &bounds);
        for value in drawn(&provider, &nothing(), 1000) {
            assert!(
                limits.allow(&value) && is_of(&shape, &value),
                "{table}.{column} {shape:?} {bounds:?}: {value:?}"
            );
        }
    }
}

#[test]
fn keys_are_distinct() {
    for (table, column, shape, bounds) in cases() {
        let limits = Limits::new(&kind(shape.clone()), &bounds);
        let provider = guessed(table, column, shape.clone(), &bounds);
        let count =
            provider
                .capacity()
                .unwrap_or(u64::MAX)
                .min(if matches!(shape, Shape::Text(Some(_))) {
                    2000
                } else {
                    20_000
                });
        let mut seen = BTreeSet::new();
        for n in 0..count {
            let value = provider.nth(n, NOW);
            let key = match &value {
                Value::Text(text) => text.to_lowercase(),
                other => format!("{other:?}"),
            };
            assert!(
                limits.allow(&value) && is_of(&shape, &value) && seen.insert(key),
                "{table}.{column} {shape:?} {bounds:?}: {value:?} is number {n}"
            );
        }
    }
}

#[test]
fn capacities() {
    let none = Bounds::default();
    for (column, shape, bounds, expected) in [
        ("phone", Shape::Text(None), &none, Some(10_000_000)),
        ("email", Shape::Text(None), &none, None),
        ("flag", Shape::Bool, &none, Some(2)),
        ("x", Shape::Int(2), &none, Some(65_536)),
        ("x", Shape::Int(8), &none, None),
        (
            "x",
            Shape::Int(4),
            &between(Value::Int(1), Value::Int(5)),
            Some(5),
        ),
        (
            "x",
            Shape::Date,
            &between(Value::Date(1), Value::Date(9)),
            Some(9),
        ),
        ("x", Shape::Text(None), &pattern("^[0-9]{2}$"), Some(100)),
        ("x", Shape::Text(Some(2)), &none, Some(100)),
    ] {
        let provider = guessed("t", column, shape, bounds);
        assert_eq!(provider.capacity(), expected, "{column}");
    }
}

#[test]
fn rows_go_together() {
    let row = Known(BTreeMap::from([
        ("first_name", text("Mary-Ann")),
        ("last_name", text("O'Hara")),
        ("city", text("Boston")),
        ("created_at", Value::Timestamp(NOW - 40 * DAY)),
    ]));
    let email = guessed("users", "email", Shape::Text(None), &Bounds::default());
    assert_eq!(email.needs()[..2], ["first_name", "last_name"]);
    for value in drawn(&email, &row, 50) {
        let Value::Text(address) = value else {
            panic!()
        };
        assert!(address.starts_with("mary.ann.ohara@example."), "{address}");
    }
    let addresses: BTreeSet<String> = (0..1000)
        .map(|n| format!("{:?}", email.nth_beside(n, NOW, &row)))
        .inspect(|address| assert!(address.contains("mary.ann.ohara"), "{address}"))
        .collect();
    assert_eq!(addresses.len(), 1000);
    let state = guessed("users", "state", Shape::Text(None), &Bounds::default());
    assert_eq!(drawn(&state, &row, 1), [text("Massachusetts")]);
    let updated = guessed("users", "updated_at", Shape::Timestamp, &Bounds::default());
    for value in drawn(&updated, &row, 500) {
        let Value::Timestamp(micros) = value else {
            panic!()
        };
        assert!((NOW - 40 * DAY..=NOW).contains(&micros));
    }
}

#[test]
fn the_same_everywhere() {
    let show = |column: &str, shape: Shape| {
        let provider = guessed("contacts", column, shape, &Bounds::default());
        drawn(&provider, &nothing(), 3)
    };
    let texts = |column: &str| {
        let texts = show(column, Shape::Text(None))
            .into_iter()
            .map(|value| match value {
                Value::Text(text) => text,
                other => panic!("{other:?}"),
            });
        texts.collect::<Vec<_>>().join(" | ")
    };
    let columns = [
        "name",
        "email",
        "phone",
        "company",
        "street_address",
        "title",
        "notes",
    ];
    let lines: Vec<String> = columns.iter().map(|column| texts(column)).collect();
    let expected = [
        "Mary Reinger | Daniel Baker | Grant Rodriguez",
        "mary.reinger@example.org | jacob.cohen44@example.org | barbara.jackson39@example.com",
        "+15551577960 | +15551679893 | +15557042761",
        "Robinson Capital | Granite Properties | Granite Supply",
        "245 Sunset Ct | 1266 Forest Ave | 393 Pine St",
        "Renewal discussion with Mona | Service upgrade for Baker Services | Payment reminder with Michelle",
        "Interested, but the budget is only set next quarter. Bring in the account manager. | Reviewed the contract and had two questions. | Needs a place closer to work, with parking. Confirm the date by email.",
    ];
    assert_eq!(lines, expected);
    let moments = [
        828_265_335_394_000,
        832_688_493_711_000,
        827_684_512_070_000,
    ];
    assert_eq!(
        show("created_at", Shape::Timestamp),
        moments.map(Value::Timestamp)
    );
}
