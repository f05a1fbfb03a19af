//! Two organizations and each role: what one sees and links of another's, which is nothing.

use super::{TABLES, app, id, two_tenants};
use crate::schema::users::tenants::{A, ALICE, B, BOB, acting};
use crate::schema::{holds, refuses};

#[test]
fn each_sees_and_changes_its_own_rows_and_without_a_setting_there_are_none() {
    let database = two_tenants();
    let views = ["contact_summary", "deal_pipeline", "activity_dashboard"];
    for relation in TABLES.into_iter().chain(views) {
        let count = format!("SELECT count(*) FROM crm.{relation}");
        assert_eq!(database.value(&count), "2", "{relation}, the owner");
        for role in ["crm_app", "crm_readonly"] {
            for (organization, rows) in [("", "0"), (A, "1"), (B, "1")] {
                let sql = format!("{}; {count}", acting(role, organization, ""));
                assert_eq!(
                    database.value(&sql),
                    rows,
                    "{relation}, {role}, {organization}"
                );
            }
        }
        for role in ["crm_maintenance", "crm_vendor"] {
            refuses(&database, &format!("SET ROLE {role}"), &[("42501", &count)]);
        }
    }
    for table in TABLES {
        let write = format!("UPDATE crm.{table} SET id = id");
        let delete = format!("DELETE FROM crm.{table}");
        refuses(
            &database,
            &acting("crm_readonly", A, ALICE),
            &[("42501", &write), ("42501", &delete)],
        );
        if table == "deal_stage_history" {
            refuses(&database, &app(), &[("42501", &write), ("42501", &delete)]);
            continue;
        }
        let sql = format!(
            "{}; {delete} WHERE id = {} RETURNING id",
            app(),
            id("b", table)
        );
        assert!(database.rows(&sql).is_empty(), "{table}");
    }
}

#[test]
fn what_is_written_belongs_to_the_organization_of_the_session() {
    let database = two_tenants();
    for table in TABLES {
        let theirs = format!("UPDATE crm.{table} SET organization_id = '{B}'");
        refuses(&database, &app(), &[("42501", &theirs)]);
    }
    refuses(
        &database,
        &app(),
        &[(
            "42501",
            &format!("INSERT INTO crm.tags (organization_id, name) VALUES ('{B}', 'x')"),
        )],
    );
    // Without a setting there is no organization to write for, not even for the owner.
    let nobodys = "INSERT INTO crm.tags (name) VALUES ('x')";
    refuses(&database, "", &[("23502", nobodys)]);
    refuses(&database, &acting("crm_app", "", ""), &[("42501", nobodys)]);
}

/// Who tries to give others' rows others' tags learns no more than that they are not its own.
#[test]
fn nobody_learns_which_tags_others_have() {
    let database = two_tenants();
    let (contact, deal) = (id("b", "contacts"), id("b", "deals"));
    for tag in [id("b", "tags"), "gen_random_uuid()".to_owned()] {
        refuses(
            &database,
            &app(),
            &[
                (
                    "23503",
                    &format!(
                        "INSERT INTO crm.contact_tags (contact_id, tag_id) VALUES ({contact}, {tag})"
                    ),
                ),
                (
                    "23503",
                    &format!("INSERT INTO crm.deal_tags (deal_id, tag_id) VALUES ({deal}, {tag})"),
                ),
            ],
        );
    }
}

/// The owner, whom no policy binds, cannot do it either.
#[test]
fn rows_of_two_organizations_cannot_be_linked() {
    let database = two_tenants();
    for (table, column, other) in [
        ("contact_tags", "contact_id", "contacts"),
        ("contact_tags", "tag_id", "tags"),
        ("conversations", "contact_id", "contacts"),
        ("messages", "contact_id", "contacts"),
        ("messages", "conversation_id", "conversations"),
        ("calls", "contact_id", "contacts"),
        ("calls", "conversation_id", "conversations"),
        ("emails", "contact_id", "contacts"),
        ("emails", "conversation_id", "conversations"),
        ("deals", "contact_id", "contacts"),
        ("deal_tags", "deal_id", "deals"),
        ("deal_tags", "tag_id", "tags"),
        ("deal_stage_history", "deal_id", "deals"),
        ("activities", "contact_id", "contacts"),
        ("activities", "deal_id", "deals"),
        ("documents", "deal_id", "deals"),
        ("phone_numbers", "assistant_id", "assistants"),
        ("vapi_calls", "assistant_id", "assistants"),
        ("vapi_calls", "phone_number_id", "phone_numbers"),
        ("vapi_calls", "contact_id", "contacts"),
        ("vapi_calls", "call_id", "calls"),
    ] {
        let set = |letter: &str| {
            format!(
                "UPDATE crm.{table} SET {column} = {} WHERE id = {}",
                id(letter, other),
                if table == "deal_stage_history" {
                    format!("(SELECT id FROM crm.{table} WHERE organization_id = '{A}')")
                } else {
                    id("a", table)
                },
            )
        };
        database.execute(&set("a"));
        refuses(&database, "", &[("23503", &set("b"))]);
    }
    for (table, column) in [
        ("contacts", "assigned_to"),
        ("conversations", "assigned_to"),
        ("messages", "sent_by"),
        ("calls", "handled_by"),
        ("emails", "sent_by"),
        ("deals", "assigned_to"),
        ("activities", "assigned_to"),
        ("activities", "created_by"),
        ("documents", "uploaded_by"),
    ] {
        let set = |user: &str| {
            format!(
                "UPDATE crm.{table} SET {column} = '{user}' WHERE id = {}",
                id("a", table)
            )
        };
        database.execute(&set(ALICE));
        refuses(&database, "", &[("23503", &set(BOB))]);
    }
    for (column, other) in [("contact_id", "contacts"), ("activity_id", "activities")] {
        let set = format!(
            "UPDATE crm.documents SET deal_id = NULL, {column} = {} WHERE id = {}",
            id("b", other),
            id("a", "documents")
        );
        refuses(&database, "", &[("23503", &set)]);
    }
}

#[test]
fn two_organizations_may_have_the_same_tag_number_and_provider_ids() {
    let database = two_tenants();
    refuses(
        &database,
        &app(),
        &[
            ("23505", "INSERT INTO crm.tags (name) VALUES ('hOt')"),
            (
                "23505",
                "INSERT INTO crm.phone_numbers (phone_number) VALUES ('+12125550199')",
            ),
            (
                "23505",
                "INSERT INTO crm.vapi_calls (vapi_call_id) VALUES ('v1')",
            ),
            (
                "23505",
                "INSERT INTO crm.contact_tags (contact_id, tag_id)
                SELECT contact_id, tag_id FROM crm.contact_tags",
            ),
            (
                "23505",
                "INSERT INTO crm.deal_tags (deal_id, tag_id)
                SELECT deal_id, tag_id FROM crm.deal_tags",
            ),
        ],
    );
    // A number that was given back can be bought again.
    holds(
        &database,
        &format!(
            "{}; UPDATE crm.phone_numbers SET status = 'released';
            INSERT INTO crm.phone_numbers (phone_number) VALUES ('+12125550199')",
            app()
        ),
        &["(SELECT count(*) = 2 FROM crm.phone_numbers)"],
    );
}

#[test]
fn functions_answer_for_the_organization_of_the_session_only() {
    let database = two_tenants();
    let theirs = id("b", "contacts");
    holds(
        &database,
        &app(),
        &[
            &format!("crm.get_contact_tags({theirs}) = '{{}}'"),
            &format!("crm.calculate_contact_score({theirs}) IS NULL"),
            &format!("crm.get_contact_tags({}) = '{{Hot}}'", id("a", "contacts")),
        ],
    );
}
