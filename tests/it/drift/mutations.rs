//! Every kind of single change made to the shipped schema by SQL is found, in its class, and undone
//! leaves no trace.
//!
//! `mutations.txt` has the changes: a statement, what undoes it, and what is to be found.

use crmdb::catalog::compare;

use super::{Viewer, lines};
use crate::support::Database;

/// A change, what undoes it, and what is to be found.
#[derive(Default)]
struct Mutation {
    change: &'static str,
    undo: &'static str,
    finds: Vec<&'static str>,
}

fn mutations() -> Vec<Mutation> {
    let mut all: Vec<Mutation> = Vec::new();
    for line in include_str!("mutations.txt").lines() {
        match (
            line.strip_prefix("    undo "),
            line.strip_prefix("    finds "),
        ) {
            (Some(undo), _) => all.last_mut().expect("a change").undo = undo,
            (_, Some(finds)) => all.last_mut().expect("a change").finds.push(finds),
            (None, None) => all.push(Mutation {
                change: line,
                ..Mutation::default()
            }),
        }
    }
    all
}

#[test]
fn each_single_change_is_found_and_rightly_classed() {
    let database = Database::shipped();
    database.execute(include_str!("every_kind.sql"));
    let viewer = Viewer::of(database.url());
    let before = viewer.snapshot();
    let mut wrong = Vec::new();
    let mutations = mutations();
    // What an undo leaves behind would be found with the next change.
    for mutation in &mutations {
        let token = viewer.token();
        database.execute(mutation.change);
        let found = lines(&compare(&before, &viewer.snapshot()));
        if token == viewer.token() {
            wrong.push(format!("{}\n  leaves the token as it is", mutation.change));
        }
        if found != mutation.finds {
            wrong.push(format!("{}\n  found {found:#?}", mutation.change));
        }
        database.execute(mutation.undo);
    }
    let left = lines(&compare(&before, &viewer.snapshot()));
    assert!(left.is_empty(), "the last one: {left:#?}");
    assert!(mutations.len() >= 120, "{}", mutations.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
