//! What vendors do through their functions, and that they can do nothing else.

mod campaigns;
mod leads;
mod performance;
mod races;
mod vendors;

use crate::schema::marketing::tenants::{ACME, BOLT, SPRING, marketing};
use crate::support::Database;

/// A second vendor of Acme's organization.
const RIVAL: &str = "aaaaaaaa-5000-0000-0000-000000000002";
/// Its campaign.
const SUMMER: &str = "aaaaaaaa-5000-0000-0000-000000000004";

/// Two organizations; Acme and Rival work for one of them, Bolt for the other. Each has a login
/// and an active campaign; Acme's costs 10 a lead.
struct Vendors {
    database: Database,
}

impl Vendors {
    fn new() -> Self {
        let vendors = Self {
            database: marketing(),
        };
        let logins = ["acme", "rival", "bolt"].map(|vendor| vendors.login(vendor));
        for login in &logins {
            vendors
                .database
                .execute(&format!("CREATE ROLE {login} LOGIN IN ROLE crm_vendor"));
        }
        let [acme, rival, bolt] = logins;
        vendors.database.execute(&format!(
            "INSERT INTO marketing.vendors (id, organization_id, name)
                SELECT '{RIVAL}', organization_id, 'Rival' FROM marketing.vendors
                WHERE id = '{ACME}';
            INSERT INTO marketing.campaigns (id, organization_id, vendor_id, name)
                SELECT '{SUMMER}', organization_id, id, 'Summer' FROM marketing.vendors
                WHERE id = '{RIVAL}';
            UPDATE marketing.vendors SET login_role = '{acme}', cost_per_lead = 10,
                currency = 'EUR' WHERE id = '{ACME}';
            UPDATE marketing.vendors SET login_role = '{rival}' WHERE id = '{RIVAL}';
            UPDATE marketing.vendors SET login_role = '{bolt}' WHERE id = '{BOLT}';
            UPDATE marketing.campaigns SET status = 'active', starts_on = CURRENT_DATE - 30;
            UPDATE marketing.campaigns SET cost_per_lead = 10 WHERE id = '{SPRING}'"
        ));
        vendors
    }

    /// Roles belong to the cluster: each test has its own.
    fn login(&self, vendor: &str) -> String {
        format!("{vendor}_of_{}", self.database.name())
    }

    /// The start of a session as the server sees it after the vendor has logged in.
    fn acting(&self, vendor: &str) -> String {
        format!("SET SESSION AUTHORIZATION {}", self.login(vendor))
    }
}

impl Drop for Vendors {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let logins = ["acme", "rival", "bolt"].map(|vendor| self.login(vendor));
            let drop = format!("DROP ROLE {}", logins.join(", "));
            self.database.execute(&drop);
        }
    }
}

/// A lead with this number, on a campaign.
fn log(campaign: &str, phone: &str) -> String {
    format!("SELECT campaign_api.log_lead('{campaign}', '{phone}')")
}
