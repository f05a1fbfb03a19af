//! Leads, their history, do-not-call lists, nurturing, segments, costs, budgets.

mod budget;
mod documented;
mod history;
mod plans;
mod reports;
mod segments;
mod similar;
mod tenants;
mod validation;

use super::users::tenants::{A, ALICE, B, BOB, CAROL, acting, tenants};
use crate::support::Database;

/// The search path with which documented statements run.
const DOCUMENTED_PATH: &str =
    "SET search_path = leads, users, utilities, triggers, extensions, public";

/// A lead of each organization, with the same phone number.
const ADA: &str = "aaaaaaaa-0000-0000-0000-0000000000ad";
const BEN: &str = "bbbbbbbb-0000-0000-0000-0000000000be";

/// Two organizations with a user and a lead each.
fn with_leads() -> Database {
    let database = tenants();
    database.execute(&format!(
        "INSERT INTO leads.leads (id, organization_id, user_id, first_name, last_name, phone_number)
        VALUES ('{ADA}', '{A}', '{ALICE}', 'Ada', 'Lovelace', '+12125551234'),
            ('{BEN}', '{B}', '{BOB}', 'Ben', 'Nevis', '+12125551234')"
    ));
    database
}
