//! What a deletion takes along, and what stays.

use super::{app, id, two_tenants};
use crate::schema::users::tenants::{A, ALICE};
use crate::schema::{holds, refuses};

#[test]
fn a_contact_takes_what_was_exchanged_and_planned_along_but_not_files_and_costs() {
    let database = two_tenants();
    let count = |table: &str, rows: u32| format!("(SELECT count(*) = {rows} FROM crm.{table})");
    holds(
        &database,
        &format!("{}; DELETE FROM crm.contacts", app()),
        &[
            &count("contact_tags", 0),
            &count("conversations", 0),
            &count("messages", 0),
            &count("calls", 0),
            &count("emails", 0),
            &count("activities", 0),
            &count("deals", 0),
            &count("deal_tags", 0),
            &count("deal_stage_history", 0),
            &count("tags", 1),
            "(SELECT num_nulls(contact_id, deal_id, activity_id) = 3 FROM crm.documents)",
            "(SELECT contact_id IS NULL AND call_id IS NULL AND assistant_id IS NOT NULL
            FROM crm.vapi_calls)",
        ],
    );
    assert_eq!(database.value("SELECT count(*) FROM crm.messages"), "1");
}

#[test]
fn what_is_optional_is_set_to_null() {
    let database = two_tenants();
    for (table, row, column) in [
        ("conversations", "messages", "conversation_id"),
        ("conversations", "calls", "conversation_id"),
        ("conversations", "emails", "conversation_id"),
        ("deals", "activities", "deal_id"),
        ("deals", "documents", "deal_id"),
        ("assistants", "phone_numbers", "assistant_id"),
        ("assistants", "vapi_calls", "assistant_id"),
        ("phone_numbers", "vapi_calls", "phone_number_id"),
        ("calls", "vapi_calls", "call_id"),
    ] {
        holds(
            &database,
            &format!("BEGIN; DELETE FROM crm.{table}"),
            &[&format!(
                "(SELECT count(*) = 2 AND bool_and({column} IS NULL AND organization_id IS NOT NULL)
                FROM crm.{row})"
            )],
        );
    }
    for column in ["contact_id", "activity_id"] {
        let owner = if column == "contact_id" {
            "contacts"
        } else {
            "activities"
        };
        holds(
            &database,
            &format!(
                "BEGIN; UPDATE crm.documents SET deal_id = NULL, {column} = {} WHERE id = {};
                DELETE FROM crm.{owner}",
                id("a", owner),
                id("a", "documents")
            ),
            &[&format!(
                "(SELECT count(*) = 2 AND bool_and({column} IS NULL) FROM crm.documents)"
            )],
        );
    }
}

#[test]
fn a_user_who_leaves_is_forgotten_and_an_organization_with_rows_stays() {
    let database = two_tenants();
    database.execute(&format!(
        "UPDATE crm.contacts SET assigned_to = '{ALICE}' WHERE organization_id = '{A}';
        UPDATE crm.activities SET assigned_to = '{ALICE}', created_by = '{ALICE}'
        WHERE organization_id = '{A}'"
    ));
    holds(
        &database,
        &format!(
            "BEGIN; SELECT 1 / count(*) FROM crm.deal_stage_history WHERE changed_by = '{ALICE}';
            DELETE FROM users.users"
        ),
        &[
            "(SELECT bool_and(assigned_to IS NULL) FROM crm.contacts)",
            "(SELECT bool_and(assigned_to IS NULL AND created_by IS NULL) FROM crm.activities)",
            "(SELECT bool_and(changed_by IS NULL) FROM crm.deal_stage_history)",
        ],
    );
    // 23001 from PostgreSQL 18 on.
    let state = database.refusal(&format!(
        "DELETE FROM users.users; DELETE FROM users.organizations WHERE id = '{A}'"
    ));
    assert!(["23001", "23503"].contains(&state.as_str()), "{state}");
    refuses(
        &database,
        "",
        &[(
            "23503",
            "INSERT INTO crm.tags (organization_id, name) VALUES (gen_random_uuid(), 'x')",
        )],
    );
}
