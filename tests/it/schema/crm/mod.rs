//! Contacts, conversations, deals, activities, documents, assistants.

mod activities;
mod checks;
mod conversation_races;
mod conversations;
mod deals;
mod deletions;
mod rules;
mod scores;
mod search;
mod tenants;
mod views;

use crate::schema::users::tenants::{A, ALICE, B, BOB, acting};
use crate::support::Database;

/// The tables of the document.
const TABLES: [&str; 15] = [
    "contacts",
    "tags",
    "contact_tags",
    "messages",
    "calls",
    "emails",
    "conversations",
    "activities",
    "deals",
    "deal_tags",
    "deal_stage_history",
    "documents",
    "assistants",
    "phone_numbers",
    "vapi_calls",
];

/// A row in each table for each of two organizations, as `crm_app` puts them in: `organization_id`
/// is never given. The id of a row is the MD5 hash of the organization's letter and the table.
fn two_tenants() -> Database {
    let database = Database::shipped();
    database.execute(&format!(
        "INSERT INTO users.organizations (id, name) VALUES ('{A}', 'A'), ('{B}', 'B');
        INSERT INTO users.users (id, organization_id, email) VALUES
            ('{ALICE}', '{A}', 'alice@a.io'), ('{BOB}', '{B}', 'bob@b.io')"
    ));
    for (letter, organization, user) in [("a", A, ALICE), ("b", B, BOB)] {
        database.execute(&format!(
            "{};
            INSERT INTO crm.contacts (id, first_name, last_name, email, phone)
            VALUES ({contact}, 'Ann', 'Lee', 'Ann@X.io', '+12125550100');
            INSERT INTO crm.tags (id, name) VALUES ({tag}, 'Hot');
            INSERT INTO crm.contact_tags (id, contact_id, tag_id)
            VALUES ({contact_tag}, {contact}, {tag});
            INSERT INTO crm.conversations (id, contact_id) VALUES ({conversation}, {contact});
            INSERT INTO crm.messages (id, contact_id, conversation_id, direction, body)
            VALUES ({message}, {contact}, {conversation}, 'inbound', 'Hello');
            INSERT INTO crm.calls (id, contact_id, conversation_id, direction)
            VALUES ({call}, {contact}, {conversation}, 'outbound');
            INSERT INTO crm.emails
                (id, contact_id, conversation_id, direction, from_address, to_addresses)
            VALUES ({email}, {contact}, {conversation}, 'outbound', 'a@x.io', '{{b@x.io}}');
            INSERT INTO crm.deals (id, contact_id, title) VALUES ({deal}, {contact}, 'House');
            INSERT INTO crm.deal_tags (id, deal_id, tag_id) VALUES ({deal_tag}, {deal}, {tag});
            INSERT INTO crm.activities (id, contact_id, deal_id, title)
            VALUES ({activity}, {contact}, {deal}, 'Visit');
            INSERT INTO crm.documents (id, deal_id, name, storage_path)
            VALUES ({document}, {deal}, 'Plan', 's3://plan');
            INSERT INTO crm.assistants (id, name) VALUES ({assistant}, 'Eve');
            INSERT INTO crm.phone_numbers (id, assistant_id, phone_number)
            VALUES ({phone_number}, {assistant}, '+12125550199');
            INSERT INTO crm.vapi_calls
                (id, assistant_id, phone_number_id, contact_id, call_id, vapi_call_id)
            VALUES ({vapi_call}, {assistant}, {phone_number}, {contact}, {call}, 'v1')",
            acting("crm_app", organization, user),
            contact = id(letter, "contacts"),
            tag = id(letter, "tags"),
            contact_tag = id(letter, "contact_tags"),
            conversation = id(letter, "conversations"),
            message = id(letter, "messages"),
            call = id(letter, "calls"),
            email = id(letter, "emails"),
            deal = id(letter, "deals"),
            deal_tag = id(letter, "deal_tags"),
            activity = id(letter, "activities"),
            document = id(letter, "documents"),
            assistant = id(letter, "assistants"),
            phone_number = id(letter, "phone_numbers"),
            vapi_call = id(letter, "vapi_calls"),
        ));
    }
    database
}

/// The id of a row of `two_tenants()`, as an expression.
fn id(letter: &str, table: &str) -> String {
    format!("md5('{letter} {table}')::uuid")
}

/// The start of a session of the application for the first organization.
fn app() -> String {
    acting("crm_app", A, ALICE)
}
