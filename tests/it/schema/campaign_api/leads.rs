//! What comes of a lead that a vendor logs.

use super::{SUMMER, Vendors, log};
use crate::schema::holds;
use crate::schema::marketing::tenants::{ACME, BARGAIN, SPRING};
use crate::schema::marketing::{answer, is_needed};
use crate::schema::users::tenants::{A, ALICE, B};

const BUDGET: &str = "INSERT INTO marketing.budgets
    (organization_id, campaign_id, starts_on, ends_on, planned, overspend_allowed)
    SELECT organization_id, id, CURRENT_DATE - 1, CURRENT_DATE + 1, {planned}, {allowed}
    FROM marketing.campaigns WHERE id = '{campaign}'";

fn budget(campaign: &str, planned: u32, allowed: bool) -> String {
    BUDGET
        .replace("{campaign}", campaign)
        .replace("{planned}", &planned.to_string())
        .replace("{allowed}", &allowed.to_string())
}

#[test]
fn a_lead_is_cleaned_and_belongs_to_the_organization() {
    let vendors = Vendors::new();
    vendors.database.execute(&format!(
        "{}; SELECT campaign_api.log_lead('{SPRING}', ' 00 44 (0)20 7946-0001', E' Ann\\u200b ',
            'O''Neil', ' Ann@Example.COM', '{{\"form\": 7}}');
        SELECT campaign_api.log_lead('{SPRING}', '(212) 555-0001', country_code => '1')",
        vendors.acting("acme")
    ));
    assert_eq!(
        vendors.database.rows(
            "SELECT phone_number, first_name, last_name, email, source, status, metadata, user_id
            FROM leads.leads ORDER BY phone_number"
        ),
        [
            ["+12125550001", "", "", "", "Web", "new", "{}", ""],
            [
                "+442079460001",
                "Ann",
                "O'Neil",
                "ann@example.com",
                "Web",
                "new",
                "{\"form\": 7}",
                ""
            ],
        ]
    );
    // Without a source the lead has the vendor's name there.
    vendors.database.execute(&format!(
        "{}; {}",
        vendors.acting("rival"),
        log(SUMMER, "+12125550002")
    ));
    holds(
        &vendors.database,
        "",
        &[
            "(SELECT source = 'Rival' FROM leads.leads WHERE phone_number = '+12125550002')",
            &format!("(SELECT count(*) = 3 FROM leads.leads WHERE organization_id = '{A}')"),
            &format!(
                "(SELECT count(*) = 2 FROM campaign_api.campaign_leads WHERE campaign_id = '{SPRING}'
                    AND organization_id = '{A}' AND cost = 10 AND lead_id IS NOT NULL)"
            ),
        ],
    );
}

/// What a vendor sets in its session is no part of an organization's records.
#[test]
fn a_vendor_forges_no_history() {
    let vendors = Vendors::new();
    vendors.database.execute(&format!(
        "{}; SET app.current_user_id = '{ALICE}'; SET app.current_org_id = '{B}';
        SET app.current_tenant_id = 'no id'; SET app.trigger_type = 'manual';
        SET app.assignment_strategy = 'x'; {}",
        vendors.acting("acme"),
        log(SPRING, "+12125550001")
    ));
    holds(
        &vendors.database,
        "",
        &[&format!(
            "(SELECT changed_by IS NULL AND trigger_type = 'system' AND organization_id = '{A}'
            FROM leads.lead_status_history)"
        )],
    );
}

#[test]
fn what_is_no_lead_is_refused_with_a_hint_and_costs_nothing() {
    let vendors = Vendors::new();
    vendors.database.execute(&format!(
        "{}; {}; {}; RESET SESSION AUTHORIZATION;
        INSERT INTO leads.dnc_list (organization_id, phone_number)
            VALUES ('{A}', '+12125550666'), ('{B}', '+12125550777')",
        budget(SPRING, 1000, false),
        vendors.acting("acme"),
        log(SPRING, "+12125550001")
    ));
    for (state, arguments) in [
        ("22023", "NULL"),
        ("22023", "''"),
        ("22023", "'555 0001'"),
        ("22023", "'+1 212 555 0002 ext. 3'"),
        ("22023", "'2125550002', country_code => 'US'"),
        ("22023", "'+12125550002', email => 'nobody'"),
        ("22023", "'+12125550002', metadata => '[1]'"),
        ("22023", "'+12125550002', repeat('x', 101)"),
        ("22023", "'+12125550002', '', repeat('x', 101)"),
        ("22023", "'+12125550002', metadata => 'null'"),
        ("23505", "'+1 (212) 555-0001'"),
        ("23505", "'2125550001', country_code => '+1'"),
        ("23514", "'+1 212 555 0666'"),
    ] {
        let call = format!("SELECT campaign_api.log_lead('{SPRING}', {arguments})");
        let [found, message, hint] = answer(&vendors.database, &vendors.acting("acme"), &call);
        assert_eq!(found, state, "{call}: {message}");
        assert!(!hint.is_empty(), "no hint: {message}");
    }
    let once = [
        "(SELECT count(*) = 1 FROM leads.leads)",
        "(SELECT count(*) = 1 FROM campaign_api.campaign_leads)",
        "(SELECT sum(spent) = 10 FROM marketing.budgets)",
        "(SELECT count(*) = 1 FROM marketing.achievements WHERE achieved_value = 1)",
    ];
    holds(&vendors.database, "", &once);
    // Another vendor of the organization is told the same; another organization has its own.
    let again = log(SUMMER, "+12125550001");
    let [state, ..] = answer(&vendors.database, &vendors.acting("rival"), &again);
    assert_eq!(state, "23505");
    vendors.database.execute(&format!(
        "{}; {}; {}",
        vendors.acting("bolt"),
        log(BARGAIN, "+12125550001"),
        log(BARGAIN, "+12125550666")
    ));
    // Once it is put away, it is a new one.
    vendors.database.execute(&format!(
        "UPDATE leads.leads SET deleted_at = now(); {}; {again}",
        vendors.acting("rival")
    ));
}

#[test]
fn a_campaign_takes_leads_while_it_runs() {
    let vendors = Vendors::new();
    let call = log(SPRING, "+12125550001");
    for (change, state) in [
        ("status = 'draft'", "55000"),
        ("status = 'paused'", "55000"),
        ("status = 'finished'", "55000"),
        ("status = 'cancelled'", "55000"),
        ("starts_on = (now() AT TIME ZONE 'UTC')::date + 1", "55000"),
        ("ends_on = (now() AT TIME ZONE 'UTC')::date - 1", "55000"),
        (
            "starts_on = (now() AT TIME ZONE 'UTC')::date, ends_on = (now() AT TIME ZONE 'UTC')::date",
            "00000",
        ),
    ] {
        // Taken back at the end, so that each starts from the same campaign.
        let acting = format!(
            "BEGIN; UPDATE marketing.campaigns SET {change} WHERE id = '{SPRING}'; {}",
            vendors.acting("acme")
        );
        let [found, message, hint] = answer(&vendors.database, &acting, &call);
        assert_eq!(found, state, "{change}: {message}");
        assert!(state == "00000" || !hint.is_empty(), "no hint: {message}");
    }
    holds(
        &vendors.database,
        "",
        &["NOT EXISTS (SELECT FROM leads.leads)"],
    );
}

#[test]
fn a_lead_is_charged_to_the_budget_of_the_day_and_counts_for_the_target() {
    let vendors = Vendors::new();
    let acme = vendors.acting("acme");
    let call = |n: u32| log(SPRING, &format!("+1212555010{n}"));
    vendors.database.execute(&format!(
        "{}; INSERT INTO marketing.targets
            (organization_id, campaign_id, metric, starts_on, ends_on, target_value)
        VALUES ('{A}', '{SPRING}', 'leads', CURRENT_DATE - 1, CURRENT_DATE + 1, 8)",
        budget(SPRING, 25, false)
    ));
    vendors
        .database
        .execute(&format!("{acme}; {}; {}", call(1), call(2)));
    let [state, message, hint] = answer(&vendors.database, &acme, &call(3));
    assert_eq!(
        [state.as_str(), message.as_str(), hint.as_str()],
        [
            "23514",
            "the budget of campaign \"Spring\" is used up",
            "Ask the organization to raise it."
        ]
    );
    let figures = |spent: u32, achieved: u32, percent: &str| {
        [
            format!("(SELECT spent = {spent} FROM marketing.budgets WHERE ends_on > CURRENT_DATE)"),
            format!("(SELECT count(*) = {achieved} FROM leads.leads)"),
            format!(
                "(SELECT achieved_value = {achieved} AND percent_achieved = {percent}
                FROM marketing.target_progress WHERE ends_on > CURRENT_DATE)"
            ),
        ]
    };
    let holds_all = |figures: [String; 3]| {
        let figures: Vec<&str> = figures.iter().map(String::as_str).collect();
        holds(&vendors.database, "", &figures);
    };
    holds_all(figures(20, 2, "25"));
    vendors.database.execute(&format!(
        "UPDATE marketing.budgets SET overspend_allowed = true; {acme}; {}",
        call(3)
    ));
    holds_all(figures(30, 3, "37.5"));
    // Another day's budget is not asked, and without one there is no limit.
    vendors.database.execute(&format!(
        "DELETE FROM marketing.budgets WHERE ends_on > CURRENT_DATE; {acme}; {}",
        call(4)
    ));
    holds(
        &vendors.database,
        "",
        &["(SELECT sum(spent) = 0 FROM marketing.budgets)"],
    );
}

#[test]
fn who_wants_to_be_forgotten_takes_no_cost_along() {
    let vendors = Vendors::new();
    vendors.database.execute(&format!(
        "{}; {}; RESET SESSION AUTHORIZATION; DELETE FROM leads.leads",
        vendors.acting("acme"),
        log(SPRING, "+12125550001")
    ));
    holds(
        &vendors.database,
        "",
        &["(SELECT lead_id IS NULL AND cost = 10 FROM campaign_api.campaign_leads)"],
    );
    let campaign = format!("DELETE FROM marketing.campaigns WHERE id = '{SPRING}'");
    is_needed(&vendors.database, "", &campaign);
    let vendor = format!("DELETE FROM marketing.vendors WHERE id = '{ACME}'");
    is_needed(&vendors.database, "", &vendor);
}
