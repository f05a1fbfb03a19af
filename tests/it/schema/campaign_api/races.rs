//! Vendors that log leads at the same time.

use super::{RIVAL, SUMMER, Vendors, log};
use crate::schema::holds;
use crate::schema::marketing::tenants::{ACME, SPRING};
use crate::schema::marketing::{answer, at_once, waits};
use crate::support::Client;

#[test]
fn of_eight_who_log_one_number_at_once_one_does_and_is_charged_once() {
    let vendors = Vendors::new();
    let mut expected = vec!["00000"];
    expected.extend(["23505"; 7]);
    let calls = vec![log(SPRING, "+1 212 555 0001"); 8];
    let states = at_once(&vendors.database, &vendors.acting("acme"), &calls);
    assert_eq!(states, expected);
    holds(
        &vendors.database,
        "",
        &[
            "(SELECT count(*) = 1 FROM leads.leads)",
            "(SELECT sum(cost) = 10 FROM campaign_api.campaign_leads)",
            "(SELECT sum(achieved_value) = 1 FROM marketing.achievements
                WHERE achieved_on <> '2020-03-31')",
        ],
    );
}

#[test]
fn of_eight_leads_at_once_as_many_are_taken_as_the_budget_bears() {
    let vendors = Vendors::new();
    vendors.database.execute(&format!(
        "INSERT INTO marketing.budgets
            (organization_id, campaign_id, starts_on, ends_on, planned)
        SELECT organization_id, id, CURRENT_DATE - 1, CURRENT_DATE + 1, 50
        FROM marketing.campaigns WHERE id = '{SPRING}'"
    ));
    let calls: Vec<String> = (1..=8)
        .map(|n| log(SPRING, &format!("+1212555010{n}")))
        .collect();
    let mut expected = vec!["00000"; 5];
    expected.extend(["23514"; 3]);
    let states = at_once(&vendors.database, &vendors.acting("acme"), &calls);
    assert_eq!(states, expected);
    holds(
        &vendors.database,
        "",
        &[
            "(SELECT count(*) = 5 FROM leads.leads)",
            "(SELECT max(spent) = 50 FROM marketing.budgets)",
            "(SELECT count(*) = 5 FROM campaign_api.campaign_leads)",
            "(SELECT sum(achieved_value) = 5 FROM marketing.achievements
                WHERE achieved_on <> '2020-03-31')",
        ],
    );
}

/// Two vendors, so that nothing but the number makes the second wait.
#[test]
fn whoever_comes_second_waits_and_has_the_number_if_the_first_gives_it_up() {
    for (end, state) in [("COMMIT", "23505"), ("ROLLBACK", "00000")] {
        let vendors = Vendors::new();
        let url = vendors.database.url_as(&vendors.login("acme"));
        let first = Client::at(&url, &format!("BEGIN; {}", log(SPRING, "+12125550001")));
        std::thread::scope(|scope| {
            let second = scope.spawn(|| {
                let call = log(SUMMER, "+12125550001");
                answer(&vendors.database, &vendors.acting("rival"), &call)
            });
            waits(&vendors.database, &second);
            first.execute(end);
            let [found, message, _] = second.join().expect("an answer");
            assert_eq!(found, state, "{end}: {message}");
        });
        holds(
            &vendors.database,
            "",
            &["(SELECT count(*) = 1 FROM leads.leads)"],
        );
    }
}

/// Of one campaign it is one lead after the other from the start. Were the second let in as far as
/// the day's figures, the first would then wait for its number, and neither would end.
#[test]
fn several_leads_in_each_transaction_are_no_deadlock() {
    let vendors = Vendors::new();
    let acme = vendors.acting("acme");
    let url = vendors.database.url_as(&vendors.login("acme"));
    let first = Client::at(&url, &format!("BEGIN; {}", log(SPRING, "+12125550001")));
    let call = log(SPRING, "+12125550002");
    std::thread::scope(|scope| {
        let second = scope.spawn(|| answer(&vendors.database, &acme, &call));
        waits(&vendors.database, &second);
        first.execute(&format!("{call}; COMMIT"));
        let [state, ..] = second.join().expect("an answer");
        assert_eq!(state, "23505");
    });
}

/// It was its own when it asked, and is not once it has waited.
#[test]
fn a_campaign_that_is_taken_from_a_vendor_meanwhile_takes_no_lead_of_it() {
    let vendors = Vendors::new();
    let (acme, call) = (vendors.acting("acme"), log(SPRING, "+12125550001"));
    for (change, state) in [
        (
            format!(
                "UPDATE marketing.vendors SET status = 'suspended' WHERE id = '{ACME}';
                UPDATE marketing.campaigns SET name = 'Last'"
            ),
            "42501",
        ),
        (
            format!("UPDATE marketing.campaigns SET vendor_id = '{RIVAL}'"),
            "P0002",
        ),
        ("DELETE FROM marketing.campaigns".to_owned(), "P0002"),
    ] {
        vendors.database.execute(&format!(
            "UPDATE marketing.vendors SET status = 'active';
            UPDATE marketing.campaigns SET vendor_id = '{ACME}' WHERE id = '{SPRING}'"
        ));
        let begin = format!("BEGIN; {change} WHERE id = '{SPRING}'");
        let owner = Client::that(&vendors.database, &begin);
        std::thread::scope(|scope| {
            let vendor = scope.spawn(|| answer(&vendors.database, &acme, &call));
            waits(&vendors.database, &vendor);
            owner.execute("COMMIT");
            let [found, message, _] = vendor.join().expect("an answer");
            assert_eq!(found, state, "{change}: {message}");
        });
        let none = "NOT EXISTS (SELECT FROM leads.leads)";
        holds(&vendors.database, "", &[none]);
    }
}
