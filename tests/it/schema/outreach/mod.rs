//! Cold e-mail: accounts, campaigns, leads, the queue and its workers, unsubscribes, statistics.

mod activities;
mod credentials;
mod documented;
mod limits;
mod sending;
mod sending_races;
mod tenants;
mod unsubscribe_races;
mod unsubscribes;

use super::users::tenants::{A, B, acting};
use crate::support::Database;

/// The rows of `outreach()`, one of each organization.
const ACCOUNT: u32 = 0xac;
const CAMPAIGN: u32 = 0xca;
const LEAD: u32 = 0x1e;
const MAIL: u32 = 0xe0;

/// The id of a row of an organization.
fn id(organization: &str, what: u32) -> String {
    format!("{}{what:012x}", &organization[..24])
}

/// Organizations A and B, each with an account that may send two mails a day, an active campaign
/// and a lead with a mail that is due.
fn outreach() -> Database {
    let database = super::users::tenants::tenants();
    for (organization, name) in [(A, "a"), (B, "b")] {
        database.execute(&format!(
            "INSERT INTO outreach.email_accounts
                (id, organization_id, email, warmup_status, daily_limit)
                VALUES ('{account}', '{organization}', 'from@{name}.io', 'completed', 2);
            INSERT INTO outreach.campaigns (id, organization_id, name, status)
                VALUES ('{campaign}', '{organization}', '{name}', 'active');
            INSERT INTO outreach.leads (id, organization_id, campaign_id, email)
                VALUES ('{lead}', '{organization}', '{campaign}', 'to@{name}.io');
            INSERT INTO outreach.email_queue (id, lead_id, subject)
                VALUES ('{mail}', '{lead}', 'Hello')",
            account = id(organization, ACCOUNT),
            campaign = id(organization, CAMPAIGN),
            lead = id(organization, LEAD),
            mail = id(organization, MAIL),
        ));
    }
    database
}

/// The application, for organization A.
fn app() -> String {
    acting("crm_app", A, "")
}

/// The first column of the first row, as the application for organization A.
#[track_caller]
fn value(database: &Database, sql: &str) -> String {
    database.value(&format!("{}; {sql}", app()))
}

/// How many more leads of A with a mail each, numbered from 1: `lead<n>@x.io`.
fn mails(database: &Database, count: u32) {
    database.execute(&format!(
        "WITH lead AS (
            INSERT INTO outreach.leads (organization_id, campaign_id, email)
            SELECT '{A}', '{}', 'lead' || n || '@x.io' FROM generate_series(1, {count}) AS n
            RETURNING id, organization_id, campaign_id
        )
        INSERT INTO outreach.email_queue (lead_id, organization_id, campaign_id)
        SELECT id, organization_id, campaign_id FROM lead",
        id(A, CAMPAIGN)
    ));
}
