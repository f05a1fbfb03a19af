//! Who is a vendor: the login says, and nothing that a session may set or call.

use super::{RIVAL, SUMMER, Vendors, log};
use crate::schema::marketing::answer;
use crate::schema::marketing::tenants::{ACME, BARGAIN, BOLT, SPRING};
use crate::schema::users::tenants::{A, ALICE, B, acting};
use crate::schema::{holds, refuses};
use crate::support::Client;

const CALLS: [&str; 6] = [
    "SELECT campaign_api.create_campaign('New')",
    "SELECT campaign_api.log_lead('{campaign}', '+12125550001')",
    "SELECT campaign_api.get_campaign_performance('{campaign}')",
    "SELECT campaign_api.pause_campaign('{campaign}')",
    "SELECT campaign_api.finish_campaign('{campaign}')",
    "SELECT campaign_api.list_campaigns()",
];

/// Connected by the vendor's own login, not as the tests' superuser in another's name.
#[test]
fn a_vendor_who_has_logged_in_does_its_work() {
    let vendors = Vendors::new();
    let url = vendors.database.url_as(&vendors.login("acme"));
    let client = Client::at(&url, "SET default_transaction_isolation = 'serializable'");
    for call in CALLS {
        client.execute(&call.replace("{campaign}", SPRING));
    }
    holds(
        &vendors.database,
        "",
        &[
            &format!(
                "(SELECT count(*) = 1 FROM leads.leads
                WHERE organization_id = '{A}' AND tenant_id = '{A}')"
            ),
            &format!("(SELECT status = 'finished' FROM marketing.campaigns WHERE id = '{SPRING}')"),
            &format!(
                "(SELECT vendor_id = '{ACME}' AND organization_id = '{A}' AND status = 'active'
                FROM marketing.campaigns WHERE name = 'New')"
            ),
        ],
    );
}

/// The campaign of another vendor, in the same organization or not, is one that does not exist.
#[test]
fn a_vendor_sees_and_touches_only_its_own() {
    let vendors = Vendors::new();
    let unknown = "aaaaaaaa-5000-0000-0000-00000000000f";
    for (vendor, own) in [("acme", SPRING), ("rival", SUMMER), ("bolt", BARGAIN)] {
        let acting = vendors.acting(vendor);
        let list = format!("{acting}; SELECT campaign_id FROM campaign_api.list_campaigns()");
        assert_eq!(vendors.database.rows(&list), [[own]], "{vendor}");
        for call in &CALLS[1..5] {
            for campaign in [SPRING, SUMMER, BARGAIN] {
                let said =
                    |id: &str| answer(&vendors.database, &acting, &call.replace("{campaign}", id));
                if campaign == own {
                    continue;
                }
                let [state, message, hint] = said(campaign);
                assert_eq!(state, "P0002", "{call}: {message}");
                let nowhere = said(unknown).map(|text| text.replace(unknown, campaign));
                assert_eq!([state, message, hint], nowhere);
            }
        }
    }
    holds(
        &vendors.database,
        "",
        &[
            "(SELECT count(*) = 3 FROM marketing.campaigns WHERE status = 'active')",
            "NOT EXISTS (SELECT FROM leads.leads)",
        ],
    );
}

#[test]
fn no_setting_and_no_role_makes_one_vendor_another() {
    let vendors = Vendors::new();
    let acme = vendors.acting("acme");
    for attempt in [
        format!("SET app.current_vendor_id = '{BOLT}'; SET app.current_org_id = '{B}'"),
        format!("SET app.current_org_id = '{B}'; SET app.current_tenant_id = '{B}'"),
        "SET ROLE crm_vendor".to_owned(),
        "SET row_security = off".to_owned(),
        // Never committed: a table that goes only after the session would keep the login.
        "SET search_path = pg_temp, public; BEGIN;
            CREATE TEMP TABLE vendors (id uuid, login_role name)"
            .to_owned(),
    ] {
        let sql = format!("{acme}; {attempt}; SELECT name FROM campaign_api.list_campaigns()");
        let rows = vendors.database.rows(&sql);
        assert_eq!(rows, [["Spring"]], "{attempt}");
    }
    let bolt = vendors.login("bolt");
    let url = vendors.database.url_as(&vendors.login("acme"));
    for attempt in [
        format!("SET ROLE {bolt}"),
        format!("SET SESSION AUTHORIZATION {bolt}"),
        "SET ROLE crm_app".to_owned(),
    ] {
        let refusal = Client::at(&url, "").refusal(&attempt);
        assert_eq!(refusal, "42501", "{attempt}");
    }
}

#[test]
fn who_is_no_active_vendor_may_call_nothing() {
    let vendors = Vendors::new();
    for (role, why) in [
        ("crm_app", "permission denied for function"),
        ("crm_readonly", "permission denied for function"),
        (
            "crm_maintenance",
            "permission denied for schema campaign_api",
        ),
        // A superuser may call everything, and still is no vendor.
        ("postgres", "belongs to no active vendor"),
        ("crm_vendor", "belongs to no active vendor"),
    ] {
        for call in CALLS {
            let call = call.replace("{campaign}", SPRING);
            let [state, message, _] = answer(&vendors.database, &acting(role, A, ALICE), &call);
            assert_eq!(state, "42501", "{role}: {call}");
            assert!(message.contains(why), "{role}: {message}");
        }
    }
    for status in ["suspended", "ended"] {
        vendors.database.execute(&format!(
            "UPDATE marketing.vendors SET status = '{status}' WHERE id = '{RIVAL}'"
        ));
        for call in CALLS {
            let call = call.replace("{campaign}", SUMMER);
            let [state, message, hint] = answer(&vendors.database, &vendors.acting("rival"), &call);
            assert_eq!(state, "42501", "{message}");
            assert!(hint.contains("login_role"), "{hint}");
        }
    }
}

#[test]
fn a_vendor_reads_no_table_and_calls_nothing_else() {
    let vendors = Vendors::new();
    let acme = vendors.acting("acme");
    // Of all schemas, among all relations and functions that there are.
    let open = vendors.database.rows(&format!(
        "{acme}; SELECT c.oid::regclass FROM pg_class AS c
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname !~ '^pg_'
            AND n.nspname <> 'information_schema'
            AND (has_schema_privilege(n.oid, 'USAGE') AND CASE c.relkind
                WHEN 'S' THEN has_sequence_privilege(c.oid, 'USAGE, SELECT, UPDATE')
                ELSE has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
                    OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE') END)"
    ));
    assert!(open.is_empty(), "{open:?}");
    let callable = vendors.database.rows(&format!(
        "{acme}; SELECT p.proname FROM pg_proc AS p JOIN pg_namespace AS n
            ON n.oid = p.pronamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'extensions')
            AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')
        ORDER BY 1"
    ));
    assert_eq!(
        callable,
        [
            ["create_campaign"],
            ["finish_campaign"],
            ["get_campaign_performance"],
            ["list_campaigns"],
            ["log_lead"],
            ["pause_campaign"],
        ]
    );
    refuses(
        &vendors.database,
        &acme,
        &[
            ("42501", "SELECT * FROM campaign_api.campaign_leads"),
            ("42501", "SELECT campaign_api.current_vendor()"),
            (
                "42501",
                &format!("SELECT campaign_api.own_campaign('{SPRING}')"),
            ),
            (
                "42501",
                &format!("SELECT campaign_api.lock_own_campaign('{SPRING}')"),
            ),
            (
                "42501",
                &format!(
                    "SELECT campaign_api.set_campaign_status('{SPRING}', 'active', '{{paused}}')"
                ),
            ),
            ("42501", "SELECT extensions.uuid_generate_v4()"),
        ],
    );
}

#[test]
fn the_organization_sees_what_was_logged_and_does_not_write_it() {
    let vendors = Vendors::new();
    vendors.database.execute(&format!(
        "{}; {}",
        vendors.acting("acme"),
        log(SPRING, "+12125550001")
    ));
    for role in ["crm_app", "crm_readonly"] {
        for (organization, count) in [(A, "1"), (B, "0"), ("", "0")] {
            let sql = format!(
                "{}; SELECT count(*) FROM campaign_api.campaign_leads",
                acting(role, organization, "")
            );
            assert_eq!(vendors.database.value(&sql), count, "{role}");
        }
    }
    refuses(
        &vendors.database,
        &acting("crm_app", A, ALICE),
        &[
            ("42501", "UPDATE campaign_api.campaign_leads SET cost = 0"),
            ("42501", "DELETE FROM campaign_api.campaign_leads"),
            (
                "42501",
                "INSERT INTO campaign_api.campaign_leads DEFAULT VALUES",
            ),
        ],
    );
    // Not even the owner links what belongs to two organizations.
    refuses(
        &vendors.database,
        "",
        &[
            (
                "23503",
                &format!("UPDATE campaign_api.campaign_leads SET campaign_id = '{BARGAIN}'"),
            ),
            (
                "23503",
                &format!(
                    "INSERT INTO leads.leads (organization_id, phone_number)
                        VALUES ('{B}', '+12125550009');
                    UPDATE campaign_api.campaign_leads SET lead_id =
                        (SELECT id FROM leads.leads WHERE organization_id = '{B}')"
                ),
            ),
        ],
    );
}
