//! What a vendor sees of its campaigns.

use super::{Vendors, log};
use crate::schema::marketing::tenants::SPRING;
use crate::schema::refuses;

/// Five leads of Acme's, from five moments.
fn with_leads() -> Vendors {
    let vendors = Vendors::new();
    for (n, status, cost, logged_at) in [
        (1, "new", "10", "2020-02-28 23:59:59.999+00"),
        (2, "contacted", "10", "2020-03-01 00:00+00"),
        (3, "recruited", "10", "2020-03-15 12:00+00"),
        (4, "recruited", "15.01", "2020-03-31 23:59:59.999+00"),
        (5, "hot", "20", "2020-04-01 00:00+00"),
    ] {
        let phone = format!("+1212555010{n}");
        vendors.database.execute(&format!(
            "{}; {}; RESET SESSION AUTHORIZATION;
            UPDATE leads.leads SET status = '{status}' WHERE phone_number = '{phone}';
            UPDATE campaign_api.campaign_leads SET cost = {cost}, logged_at = '{logged_at}'
                WHERE lead_id = (SELECT id FROM leads.leads WHERE phone_number = '{phone}')",
            vendors.acting("acme"),
            log(SPRING, &phone)
        ));
    }
    vendors
}

#[track_caller]
fn performance(vendors: &Vendors, zone: &str, period: &str) -> Vec<String> {
    let rows = vendors.database.rows(&format!(
        "{}; SET timezone = '{zone}'; SELECT leads, leads_by_status, conversions, conversion_rate,
            cost, cost_per_lead, currency
        FROM campaign_api.get_campaign_performance('{SPRING}'{period})",
        vendors.acting("acme")
    ));
    assert_eq!(rows.len(), 1);
    rows.into_iter().next().expect("a row")
}

#[test]
fn the_figures_are_those_of_the_period() {
    let vendors = with_leads();
    for zone in ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        assert_eq!(
            performance(&vendors, zone, ", '2020-03-01', '2020-03-31'"),
            [
                "3",
                "{\"contacted\": 1, \"recruited\": 2}",
                "2",
                "0.6667",
                "35.01",
                "11.67",
                "USD"
            ],
            "{zone}"
        );
    }
    for (period, leads, cost) in [
        ("", "5", "65.01"),
        (", '2020-03-01'", "4", "55.01"),
        (", NULL, '2020-02-28'", "1", "10.00"),
        (", to_date => '2020-04-01'", "5", "65.01"),
    ] {
        let found = performance(&vendors, "UTC", period);
        assert_eq!([&found[0], &found[4]], [leads, cost], "{period}");
    }
    assert_eq!(
        performance(&vendors, "UTC", ", '2027-01-01'"),
        ["0", "{}", "0", "", "0", "", "USD"]
    );
    let backwards = format!(
        "SELECT campaign_api.get_campaign_performance('{SPRING}', '2020-03-02', '2020-03-01')"
    );
    refuses(
        &vendors.database,
        &vendors.acting("acme"),
        &[("22023", &backwards)],
    );
}

#[test]
fn a_lead_that_was_delivered_counts_whatever_became_of_it() {
    let vendors = with_leads();
    vendors.database.execute(
        "UPDATE leads.leads SET deleted_at = now() WHERE status = 'recruited';
        DELETE FROM leads.leads WHERE status = 'hot'",
    );
    let found = performance(&vendors, "UTC", "");
    assert_eq!(
        found[..3],
        [
            "5",
            "{\"new\": 1, \"deleted\": 1, \"contacted\": 1, \"recruited\": 2}",
            "2"
        ]
    );
    assert_eq!(
        vendors.database.rows(&format!(
            "{}; SELECT name, status, source, lead_count, cost_per_lead
            FROM campaign_api.list_campaigns()",
            vendors.acting("acme")
        )),
        [["Spring", "active", "Web", "5", "10.00"]]
    );
}
