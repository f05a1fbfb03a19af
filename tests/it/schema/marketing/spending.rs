//! Budgets: nothing is spent beyond the plan, however many spend at once.

use super::at_once;
use super::tenants::{SPRING, marketing};
use crate::schema::users::tenants::{A, ALICE, acting};
use crate::schema::{holds, refuses};

#[test]
fn no_more_is_spent_than_planned_unless_it_is_allowed() {
    let database = marketing();
    let app = acting("crm_app", A, ALICE);
    database.execute(&format!(
        "{app}; UPDATE marketing.budgets SET spent = spent + 100"
    ));
    refuses(
        &database,
        &app,
        &[
            ("23514", "UPDATE marketing.budgets SET spent = spent + 0.01"),
            ("23514", "UPDATE marketing.budgets SET planned = 99.99"),
        ],
    );
    database.execute(&format!(
        "{app}; UPDATE marketing.budgets SET overspend_allowed = true, spent = 250"
    ));
    refuses(
        &database,
        &app,
        &[(
            "23514",
            "UPDATE marketing.budgets SET overspend_allowed = false",
        )],
    );
}

#[test]
fn of_eight_who_spend_at_once_as_many_do_as_the_budget_bears() {
    let database = marketing();
    let app = acting("crm_app", A, ALICE);
    let spend =
        format!("UPDATE marketing.budgets SET spent = spent + 20 WHERE campaign_id = '{SPRING}'");
    let mut expected = vec!["00000"; 5];
    expected.extend(["23514"; 3]);
    assert_eq!(at_once(&database, &app, &vec![spend; 8]), expected);
    holds(
        &database,
        &app,
        &["(SELECT spent = 100 FROM marketing.budgets)"],
    );
}
