//! Who owns what in a few schemas.

use super::*;
use crate::seed::tables::samples::{Key, table};

#[test]
fn a_tenant_is_the_owner_of_what_carries_it() {
    let tables = [
        table(1, "tenants", &["id!"], &[]),
        table(
            2,
            "users",
            &["id!", "approved_by!", "tenant!"],
            &[
                Key::to(1, &["approved_by"], &["id"]),
                Key::to(1, &["tenant"], &["id"]),
            ],
        ),
        table(
            3,
            "calls",
            &["id!", "tenant!", "caller!", "callee"],
            &[
                Key::to(2, &["tenant", "callee"], &["tenant", "id"]),
                Key::to(2, &["tenant", "caller"], &["tenant", "id"]),
                Key::to(1, &["tenant"], &["id"]),
                Key::to(3, &["tenant", "id"], &["tenant", "id"]),
            ],
        ),
    ];
    let mut tying = Tying {
        tables: &tables,
        done: Vec::new(),
    };
    for _ in 0..3 {
        tying.tie(&[], &[], false).expect("ties");
    }
    let users = &tying.done[1];
    assert_eq!(users.owner, Some(1), "the key that calls carry");
    let calls = &tying.done[2];
    assert_eq!((calls.owner, &*calls.chain), (Some(2), &[0][..]));
    assert_eq!(calls.links[0], Link::Among(Some(0)));
    assert_eq!(calls.links[1], Link::Among(Some(0)));
    assert_eq!(calls.links[3], Link::Earlier);
}

#[test]
fn an_owner_of_the_owner_is_an_ancestor() {
    let tables = [
        table(1, "tenants", &["id!"], &[]),
        table(
            2,
            "users",
            &["id!", "tenant!"],
            &[Key::to(1, &["tenant"], &["id"])],
        ),
        table(
            3,
            "calls",
            &["id!", "tenant!", "user!"],
            &[
                Key::to(2, &["tenant", "user"], &["tenant", "id"]),
                Key::to(1, &["tenant"], &["id"]),
            ],
        ),
    ];
    let mut tying = Tying {
        tables: &tables,
        done: Vec::new(),
    };
    tying.tie(&[], &[], true).expect("ties");
    tying.tie(&[], &[], true).expect("ties");
    let wanted = ["tenant".to_owned(), "user".to_owned()];
    tying.tie(&wanted, &[], true).expect("ties");
    assert_eq!(tying.done[2].chain, [1, 0]);
    assert_eq!(tying.done[2].links, [Link::Owner, Link::Follows]);
}

#[test]
fn a_key_that_no_parent_fits_is_refused() {
    let tables = [table(
        1,
        "a",
        &["id!", "b!"],
        &[Key::to(9, &["b"], &["id"])],
    )];
    let mut tying = Tying {
        tables: &tables,
        done: Vec::new(),
    };
    let failure = tying.tie(&[], &[], true).expect_err("no parent");
    assert!(failure.to_string().contains("`s.a`"), "{failure}");
    tying
        .tie(&[], &[], false)
        .expect("an empty table needs none");
}
