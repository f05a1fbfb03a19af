//! Campaigns that vendors create, pause and finish.

use super::{SUMMER, Vendors};
use crate::schema::marketing::answer;
use crate::schema::marketing::tenants::{ACME, SPRING};
use crate::schema::users::tenants::{A, B};
use crate::schema::{holds, refuses};

#[test]
fn a_campaign_begins_at_the_agreed_price() {
    let vendors = Vendors::new();
    // Whatever the vendor's clock says: a day is a day in UTC.
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        vendors.database.execute(&format!(
            "{}; SET timezone = '{zone}';
            SELECT campaign_api.create_campaign(E'  In\\t{zone} ', description => 'd',
                source => 'WEB', ends_on => '2999-12-31')",
            vendors.acting("acme")
        ));
        holds(
            &vendors.database,
            "",
            &[&format!(
                "(SELECT organization_id = '{A}' AND vendor_id = '{ACME}' AND status = 'active'
                    AND cost_per_lead = 10 AND currency = 'EUR' AND description = 'd'
                    AND starts_on = (created_at AT TIME ZONE 'UTC')::date
                    AND ends_on = '2999-12-31' AND created_by IS NULL
                    AND source_id = (SELECT id FROM marketing.sources WHERE organization_id = '{A}')
                FROM marketing.campaigns WHERE name = 'In {zone}')"
            )],
        );
    }
}

#[test]
fn what_makes_no_campaign_is_refused_with_a_hint() {
    let vendors = Vendors::new();
    vendors.database.execute(&format!(
        "INSERT INTO marketing.sources (organization_id, name, is_active)
            VALUES ('{A}', 'Old', false), ('{B}', 'Theirs', true)"
    ));
    let long = format!("'{}'", "x".repeat(256));
    for (state, arguments) in [
        ("22023", "NULL"),
        ("22023", "E' \\t '"),
        ("22023", &long),
        ("22023", "'New', '2020-02-02', '2020-02-01'"),
        ("22023", "'New', ends_on => '2020-01-01'"),
        ("22023", "'New', source => 'Nowhere'"),
        ("22023", "'New', source => 'Old'"),
        ("22023", "'New', source => 'Theirs'"),
        ("22023", "'New', source => ''"),
        ("23505", "' SPRING'"),
    ] {
        let call = format!("SELECT campaign_api.create_campaign({arguments})");
        let [found, message, hint] = answer(&vendors.database, &vendors.acting("acme"), &call);
        assert_eq!(found, state, "{call}: {message}");
        assert!(!hint.is_empty(), "no hint: {message}");
    }
    // How another vendor calls its campaigns is not told.
    let call = "SELECT campaign_api.create_campaign('Summer')";
    let [state, ..] = answer(&vendors.database, &vendors.acting("acme"), call);
    assert_eq!(state, "00000");
}

#[test]
fn a_vendor_stops_a_campaign_and_does_not_start_it_again() {
    let vendors = Vendors::new();
    let acme = vendors.acting("acme");
    let pause = format!("SELECT campaign_api.pause_campaign('{SPRING}')");
    let finish = format!("SELECT campaign_api.finish_campaign('{SPRING}')");
    let status = |expected: &str| {
        format!("(SELECT status = '{expected}' FROM marketing.campaigns WHERE id = '{SPRING}')")
    };
    for (before, allowed) in [
        ("draft", [false, true]),
        ("active", [true, true]),
        ("paused", [true, true]),
        ("finished", [false, true]),
        ("cancelled", [false, false]),
    ] {
        let set = format!("UPDATE marketing.campaigns SET status = '{before}'");
        for (call, after, allowed) in [
            (&pause, "paused", allowed[0]),
            (&finish, "finished", allowed[1]),
        ] {
            vendors.database.execute(&set);
            if allowed {
                vendors.database.execute(&format!("{acme}; {call}"));
                holds(&vendors.database, "", &[&status(after)]);
            } else {
                refuses(&vendors.database, &acme, &[("55000", call)]);
                holds(&vendors.database, "", &[&status(before)]);
            }
        }
    }
    let untouched =
        format!("(SELECT status = 'cancelled' FROM marketing.campaigns WHERE id = '{SUMMER}')");
    holds(&vendors.database, "", &[&untouched]);
}
