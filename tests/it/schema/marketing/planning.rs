//! What vendors, campaigns, targets and retainers may be, and what was achieved of a target.

use super::is_needed;
use super::tenants::{ACME, SPRING, marketing};
use crate::schema::users::tenants::{A, ALICE, B, acting};
use crate::schema::{holds, refuses};

#[test]
fn what_makes_no_sense_is_refused() {
    let database = marketing();
    for (table, values) in [
        (
            "vendors",
            &[
                "name = ' '",
                "email = 'no address'",
                "phone = '555 1234'",
                "status = 'gone'",
                "cost_per_lead = -0.01",
                "cost_per_lead = 'NaN'",
                "currency = 'usd'",
                "currency = 'EU'",
            ][..],
        ),
        ("sources", &["name = ''", "channel = 'telepathy'"]),
        (
            "campaigns",
            &[
                "name = ' '",
                "status = 'running'",
                "starts_on = '2020-02-02', ends_on = '2020-02-01'",
                "cost_per_lead = -1",
                "cost_per_lead = 'NaN'",
                "currency = '€'",
            ],
        ),
        (
            "budgets",
            &[
                "planned = -1",
                "spent = -1",
                "planned = 'NaN'",
                "spent = 'NaN', overspend_allowed = true",
                "ends_on = '2020-02-28'",
            ],
        ),
        (
            "targets",
            &[
                "metric = 'love'",
                "target_value = -1",
                "target_value = 'NaN'",
                "ends_on = '2020-02-28'",
            ],
        ),
        (
            "achievements",
            &[
                "metric = 'love'",
                "achieved_value = -1",
                "achieved_value = 'NaN'",
            ],
        ),
        (
            "retainer_fees",
            &[
                "amount = -1",
                "amount = 'NaN'",
                "currency = 'dollar'",
                "billing = 'weekly'",
                "ends_on = '2019-12-31'",
            ],
        ),
    ] {
        for value in values {
            let update = format!("UPDATE marketing.{table} SET {value}");
            let refusal = database.refusal(&update);
            // A currency of more than three letters does not even fit.
            assert!(
                refusal == "23514"
                    || (*value, refusal.as_str()) == ("currency = 'dollar'", "22001"),
                "{refusal}: {update}"
            );
        }
    }
}

#[test]
fn a_name_is_used_once_whatever_its_case() {
    let database = marketing();
    refuses(
        &database,
        "",
        &[
            (
                "23505",
                &format!(
                    "INSERT INTO marketing.vendors (organization_id, name)
                    VALUES ('{A}', 'VENDOR of Spring')"
                ),
            ),
            (
                "23505",
                &format!(
                    "INSERT INTO marketing.sources (organization_id, name) VALUES ('{A}', 'WEB')"
                ),
            ),
            (
                "23505",
                &format!(
                    "INSERT INTO marketing.campaigns (organization_id, vendor_id, name)
                    VALUES ('{A}', '{ACME}', 'SPRING')"
                ),
            ),
            (
                "23505",
                &format!(
                    "INSERT INTO marketing.campaigns (organization_id, name)
                    VALUES ('{A}', 'ours'), ('{A}', 'Ours')"
                ),
            ),
        ],
    );
    // Of another vendor, of nobody, or of another organization, it is another campaign.
    database.execute(&format!(
        "INSERT INTO marketing.vendors (organization_id, name) VALUES ('{A}', 'Second');
        INSERT INTO marketing.campaigns (organization_id, vendor_id, name)
            SELECT organization_id, id, 'Spring' FROM marketing.vendors WHERE name = 'Second'
            UNION ALL SELECT '{A}', NULL, 'Spring' UNION ALL SELECT '{B}', NULL, 'Spring'"
    ));
}

#[test]
fn periods_of_one_thing_do_not_overlap() {
    let database = marketing();
    let budget = |first: &str, last: &str| {
        format!(
            "INSERT INTO marketing.budgets
                (organization_id, campaign_id, starts_on, ends_on, planned)
            VALUES ('{A}', '{SPRING}', '{first}', '{last}', 1)"
        )
    };
    let target = |metric: &str, first: &str, last: &str| {
        format!(
            "INSERT INTO marketing.targets
                (organization_id, campaign_id, metric, starts_on, ends_on, target_value)
            VALUES ('{A}', '{SPRING}', '{metric}', '{first}', '{last}', 1)"
        )
    };
    let retainer = |first: &str| {
        format!(
            "INSERT INTO marketing.retainer_fees (organization_id, vendor_id, amount, starts_on)
            VALUES ('{A}', '{ACME}', 1, '{first}')"
        )
    };
    refuses(
        &database,
        "",
        &[
            ("23P01", &budget("2020-03-31", "2020-04-30")),
            ("23P01", &budget("2020-02-01", "2020-03-01")),
            ("23P01", &target("leads", "2020-03-10", "2020-03-10")),
            ("23P01", &retainer("2030-01-01")),
        ],
    );
    database.execute(&format!(
        "{}; {}; {}; {}; UPDATE marketing.retainer_fees SET ends_on = '2020-12-31'; {}",
        budget("2020-04-01", "2020-04-30"),
        budget("2020-02-01", "2020-02-28"),
        target("leads", "2020-04-01", "2020-04-30"),
        target("clicks", "2020-03-10", "2020-03-10"),
        retainer("2027-01-01"),
    ));
}

#[test]
fn what_was_achieved_is_set_against_the_target_of_its_period() {
    let database = marketing();
    database.execute(&format!(
        "INSERT INTO marketing.achievements
            (organization_id, campaign_id, metric, achieved_on, achieved_value) VALUES
            ('{A}', '{SPRING}', 'leads', '2020-02-28', 1000),
            ('{A}', '{SPRING}', 'leads', '2020-03-01', 4),
            ('{A}', '{SPRING}', 'leads', '2020-04-01', 1000),
            ('{A}', '{SPRING}', 'clicks', '2020-03-02', 1000),
            ('{A}', '{SPRING}', 'revenue', '2020-03-05', 30.50);
        INSERT INTO marketing.targets
            (organization_id, campaign_id, metric, starts_on, ends_on, target_value) VALUES
            ('{A}', '{SPRING}', 'revenue', '2020-03-01', '2020-03-31', 20),
            ('{A}', '{SPRING}', 'clicks', '2020-03-01', '2020-03-31', 0),
            ('{A}', '{SPRING}', 'conversions', '2020-03-01', '2020-03-31', 3)"
    ));
    assert_eq!(
        database.rows(&format!(
            "{}; SELECT metric, target_value, achieved_value, remaining_value, percent_achieved
            FROM marketing.target_progress ORDER BY metric",
            acting("crm_readonly", A, "")
        )),
        [
            ["clicks", "0.00", "1000.00", "-1000.00", ""],
            ["conversions", "3.00", "0", "3.00", "0.00"],
            ["leads", "50.00", "24.00", "26.00", "48.00"],
            ["revenue", "20.00", "30.50", "-10.50", "152.50"],
        ]
    );
}

#[test]
fn a_day_has_one_figure_which_can_be_corrected() {
    let database = marketing();
    let insert = format!(
        "INSERT INTO marketing.achievements
            (organization_id, campaign_id, metric, achieved_on, achieved_value)
        VALUES ('{A}', '{SPRING}', 'leads', '2020-03-31', 7)"
    );
    let app = acting("crm_app", A, ALICE);
    refuses(&database, &app, &[("23505", &insert)]);
    holds(
        &database,
        &format!(
            "{app}; {insert} ON CONFLICT (organization_id, campaign_id, metric, achieved_on)
            DO UPDATE SET achieved_value = excluded.achieved_value"
        ),
        &["(SELECT achieved_value = 7 FROM marketing.achievements)"],
    );
}

#[test]
fn a_campaign_takes_its_plan_along_and_keeps_what_it_needs() {
    let database = marketing();
    let app = acting("crm_app", A, ALICE);
    database.execute(&format!(
        "UPDATE marketing.campaigns SET created_by = '{ALICE}' WHERE id = '{SPRING}';
        DELETE FROM users.users WHERE id = '{ALICE}'"
    ));
    holds(
        &database,
        &app,
        &["(SELECT created_by IS NULL AND organization_id IS NOT NULL FROM marketing.campaigns)"],
    );
    is_needed(&database, &app, "DELETE FROM marketing.sources");
    is_needed(
        &database,
        "",
        &format!("DELETE FROM users.organizations WHERE id = '{A}'"),
    );
    is_needed(
        &database,
        "",
        &format!(
            "DELETE FROM marketing.retainer_fees; DELETE FROM marketing.vendors WHERE id = '{ACME}'"
        ),
    );
    database.execute(&format!("{app}; DELETE FROM marketing.campaigns"));
    is_needed(&database, &app, "DELETE FROM marketing.vendors");
    holds(
        &database,
        "",
        &[
            "(SELECT count(*) = 1 FROM marketing.budgets)",
            "(SELECT count(*) = 1 FROM marketing.targets)",
            "(SELECT count(*) = 1 FROM marketing.achievements)",
        ],
    );
}
