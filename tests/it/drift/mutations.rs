//! Every kind of single change made to the shipped schema by SQL is found, in its class, and undone
//! leaves no trace.

use crmdb::catalog::compare;

use super::mutations_list::MUTATIONS;
use super::{lines, snapshot};
use crate::support::Database;

#[test]
fn each_single_change_is_found_and_rightly_classed() {
    let database = Database::shipped();
    super::mutations_list::prepare(&database);
    let before = snapshot(&database);
    let mut wrong = Vec::new();
    for mutation in MUTATIONS {
        database.execute(mutation.change);
        let found = lines(&compare(&before, &snapshot(&database)));
        if found != mutation.finds {
            wrong.push(format!("{}\n  found {found:#?}", mutation.change));
        }
        database.execute(mutation.undo);
        let left = lines(&compare(&before, &snapshot(&database)));
        if !left.is_empty() {
            wrong.push(format!("{}\n  left {left:#?}", mutation.undo));
        }
    }
    assert!(MUTATIONS.len() >= 120, "{}", MUTATIONS.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
