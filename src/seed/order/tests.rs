//! Orders of a few tables.

use super::*;
use crate::seed::tables::samples::{Key, table};

fn order_of(tables: &[Table]) -> Vec<&str> {
    let order = order(tables).expect("an order");
    let names = order.tables.iter();
    names.map(|at| &*tables[*at].name).collect()
}

#[test]
fn parents_come_first() {
    let tables = [
        table(
            1,
            "calls",
            &["id!", "user_id!"],
            &[Key::to(2, &["user_id"], &["id"])],
        ),
        table(
            2,
            "users",
            &["id!", "boss"],
            &[Key::to(2, &["boss"], &["id"])],
        ),
        table(3, "tags", &["id!", "x"], &[Key::to(99, &["x"], &["id"])]),
    ];
    assert_eq!(order_of(&tables), ["users", "calls", "tags"]);
}

#[test]
fn a_circle_is_opened_where_a_key_may_be_null() {
    let tables = [
        table(1, "a", &["id!", "b"], &[Key::to(2, &["b"], &["id"])]),
        table(2, "b", &["id!", "a!"], &[Key::to(1, &["a"], &["id"])]),
    ];
    let found = order(&tables).expect("an order");
    assert_eq!(found.tables, [0, 1]);
    assert_eq!(found.left_null, BTreeSet::from([(0, 0)]));
}

#[test]
fn a_circle_without_null_is_refused_with_its_tables() {
    let tables = [
        table(1, "a", &["id!", "b!"], &[Key::to(2, &["b"], &["id"])]),
        table(2, "b", &["id!", "a!"], &[Key::to(1, &["a"], &["id"])]),
        table(3, "c", &["id!", "a!"], &[Key::to(1, &["a"], &["id"])]),
    ];
    let failure = order(&tables).expect_err("no order");
    let detail = failure.detail.unwrap_or_default();
    assert!(detail.contains("`s.a`, `s.b`"), "{detail}");
    assert!(!detail.contains("`s.c`"), "{detail}");
}
