//! What may be stored.

use super::{A, ADA, ALICE, B, with_leads};
use crate::schema::{holds, refuses};

/// The documented statuses, with and without rows in `lead_statuses`.
const STATUSES: [&str; 8] = [
    "new",
    "contacted",
    "qualified",
    "nurturing",
    "hot",
    "cold",
    "recruited",
    "dnc",
];

#[test]
fn a_lead_has_a_documented_status_a_score_up_to_a_hundred_and_a_proper_phone_and_address() {
    let database = with_leads();
    holds(
        &database,
        "",
        &["(SELECT count(*) = 0 FROM leads.lead_statuses)"],
    );
    for status in STATUSES {
        database.execute(&format!("UPDATE leads.leads SET status = '{status}'"));
    }
    database.execute(
        "UPDATE leads.leads SET lead_score = 0; UPDATE leads.leads SET lead_score = 100;
        UPDATE leads.leads SET phone_number = NULL, email = NULL, lead_score = NULL, tags = NULL",
    );
    let cases = [
        ("23514", "status = 'won'"),
        ("23514", "status = 'New'"),
        ("23502", "status = NULL"),
        ("23514", "lead_score = -1"),
        ("23514", "lead_score = 101"),
        ("23514", "phone_number = '2125551234'"),
        ("23514", "phone_number = '+1 212 555 1234'"),
        ("23514", "phone_number = '+0125551234'"),
        ("22001", "phone_number = '+123456789012345678901'"),
        ("23514", "email = 'ada'"),
        ("23502", "organization_id = NULL, tenant_id = NULL"),
    ];
    for (state, assignment) in cases {
        let update = format!("UPDATE leads.leads SET {assignment}");
        refuses(&database, "", &[(state, &update)]);
    }
}

#[test]
fn statuses_have_an_order() {
    let database = with_leads();
    database.execute(
        "INSERT INTO leads.lead_statuses (status, label, stage_order) VALUES ('new', 'New', 1);
        INSERT INTO leads.lead_statuses (status, label) VALUES ('cold', 'Cold'), ('dnc', 'No')",
    );
    let insert = |values: &str| format!("INSERT INTO leads.lead_statuses VALUES ({values})");
    refuses(
        &database,
        "",
        &[
            ("23505", &insert("'hot', 'Hot', NULL, 1")),
            ("23505", &insert("'new', 'New', NULL, 2")),
            ("23514", &insert("'won', 'Won', NULL, 2")),
        ],
    );
}

#[test]
fn a_phone_number_stands_once_in_an_organization_among_the_leads_in_use() {
    let database = with_leads();
    let again = |organization: &str| {
        format!(
            "INSERT INTO leads.leads (organization_id, phone_number)
            VALUES ('{organization}', '+12125551234')"
        )
    };
    refuses(&database, "", &[("23505", &again(A)), ("23505", &again(B))]);
    database.execute(&format!(
        "UPDATE leads.leads SET deleted_at = now() WHERE id = '{ADA}'; {}",
        again(A)
    ));
    refuses(
        &database,
        "",
        &[("23505", "UPDATE leads.leads SET deleted_at = NULL")],
    );
}

#[test]
fn organization_and_tenant_are_one_and_fill_each_other() {
    let database = with_leads();
    database.execute(&format!(
        "INSERT INTO leads.leads (tenant_id, source) VALUES ('{A}', 'tenant');
        INSERT INTO leads.leads (organization_id, source) VALUES ('{A}', 'organization');
        SET app.current_tenant_id = '{A}'; INSERT INTO leads.leads (source) VALUES ('session')"
    ));
    holds(
        &database,
        "",
        &[&format!(
            "(SELECT count(*) = 3 FROM leads.leads WHERE source IS NOT NULL
            AND organization_id = '{A}' AND tenant_id = '{A}')"
        )],
    );
    refuses(
        &database,
        "",
        &[
            (
                "23502",
                "INSERT INTO leads.leads (source) VALUES ('nobody')",
            ),
            (
                "23514",
                &format!("UPDATE leads.leads SET tenant_id = '{B}' WHERE id = '{ADA}'"),
            ),
        ],
    );
}

/// NULL || ' ' || 'Smith' is NULL, and the documented index would not have it.
#[test]
fn a_lead_with_one_name_is_found_by_it() {
    let database = with_leads();
    database.execute(&format!(
        "INSERT INTO leads.leads (organization_id, first_name, last_name) VALUES
            ('{A}', NULL, 'Smithers'), ('{A}', 'Smithy', NULL);
        INSERT INTO leads.leads (organization_id, first_name) VALUES ('{A}', 'Smith');
        UPDATE leads.leads SET first_name = NULL WHERE id = '{ADA}'"
    ));
    holds(
        &database,
        "",
        &[
            "(SELECT count(*) = 3 FROM leads.leads WHERE first_name || ' ' || last_name ILIKE '%smith%')",
            "(SELECT first_name = '' FROM leads.leads WHERE last_name = 'Lovelace')",
        ],
    );
}

#[test]
fn costs_enrollments_and_the_rest_keep_their_rules() {
    let database = with_leads();
    database.execute(&format!(
        "INSERT INTO leads.lead_source_costs (user_id, source, period, cost_usd)
            VALUES ('{ALICE}', 'fb', '2026-12', 0);
        INSERT INTO leads.nurture_sequences (organization_id, name) VALUES ('{A}', 'n');
        INSERT INTO leads.lead_sequence_enrollments (lead_id, sequence_id, status)
            SELECT '{ADA}', id, s FROM leads.nurture_sequences, unnest(ARRAY['active', 'completed']) AS s;
        INSERT INTO leads.system_config (organization_id, config_key) VALUES ('{A}', 'k'), ('{B}', 'k')"
    ));
    let cost = |period: &str, cost: &str| {
        format!(
            "INSERT INTO leads.lead_source_costs (user_id, source, period, cost_usd)
            VALUES ('{ALICE}', 'fb', '{period}', {cost})"
        )
    };
    let enroll = |column: &str, value: &str| {
        format!(
            "INSERT INTO leads.lead_sequence_enrollments (lead_id, sequence_id, {column})
            SELECT '{ADA}', id, {value} FROM leads.nurture_sequences"
        )
    };
    refuses(
        &database,
        "",
        &[
            ("23514", &cost("2026-13", "1")),
            ("23514", &cost("2026-00", "1")),
            ("23514", &cost("2026-1", "1")),
            ("22001", &cost("2026-01-01", "1")),
            ("23514", &cost("2026-01", "-0.01")),
            ("23514", &cost("2026-01", "'NaN'")),
            ("23502", &cost("2026-01", "NULL")),
            ("22003", &cost("2026-01", "100000000")),
            ("23505", &cost("2026-12", "1")),
            ("23505", &enroll("status", "'active'")),
            ("23514", &enroll("status", "'lost'")),
            ("23514", &enroll("current_step", "-1")),
            ("23514", "UPDATE leads.nurture_sequences SET steps = '{}'"),
            (
                "23505",
                &format!(
                    "INSERT INTO leads.system_config (organization_id, config_key) VALUES ('{A}', 'k')"
                ),
            ),
            (
                "23514",
                &format!(
                    "INSERT INTO leads.segments (user_id, name, filter) VALUES ('{ALICE}', 's', '[]')"
                ),
            ),
            (
                "23514",
                &format!(
                    "INSERT INTO leads.dnc_list (organization_id, phone_number) VALUES ('{A}', '123')"
                ),
            ),
        ],
    );
    // A sequence takes its enrollments along.
    database.execute("DELETE FROM leads.nurture_sequences");
    holds(
        &database,
        "",
        &["(SELECT count(*) = 0 FROM leads.lead_sequence_enrollments)"],
    );
}

#[test]
fn deletions_take_along_what_is_documented_and_stop_at_the_rest() {
    let database = with_leads();
    database.execute(&format!(
        "INSERT INTO leads.lead_activities (lead_id, user_id, activity_type)
            VALUES ('{ADA}', '{ALICE}', 'call');
        INSERT INTO leads.document_collections (lead_id, name) VALUES ('{ADA}', 'c');
        INSERT INTO leads.documents (collection_id, user_id, file_name)
            SELECT id, '{ALICE}', 'f' FROM leads.document_collections;
        INSERT INTO leads.segments (user_id, name) VALUES ('{ALICE}', 's');
        INSERT INTO leads.lead_source_costs (user_id, source, period, cost_usd)
            VALUES ('{ALICE}', 'fb', '2026-12', 1);
        INSERT INTO leads.budget_transactions (user_id, transaction_type, amount_usd)
            VALUES ('{ALICE}', 'credit', 1)"
    ));
    let refused = database.refusal(&format!("DELETE FROM users.users WHERE id = '{ALICE}'"));
    assert!(["23503", "23001"].contains(&refused.as_str()), "{refused}");
    let refused = database.refusal(&format!("DELETE FROM users.organizations WHERE id = '{A}'"));
    assert!(["23503", "23001"].contains(&refused.as_str()), "{refused}");
    database.execute(&format!(
        "DELETE FROM leads.budget_transactions; DELETE FROM users.users WHERE id = '{ALICE}'"
    ));
    holds(
        &database,
        "",
        &[
            "(SELECT user_id IS NULL FROM leads.lead_activities)",
            "(SELECT user_id IS NULL FROM leads.documents)",
            "(SELECT count(*) = 0 FROM leads.segments)",
            "(SELECT count(*) = 0 FROM leads.lead_source_costs)",
        ],
    );
    database.execute(&format!("DELETE FROM leads.leads WHERE id = '{ADA}'"));
    holds(
        &database,
        "",
        &[
            "(SELECT count(*) = 0 FROM leads.lead_activities)",
            "(SELECT count(*) = 0 FROM leads.documents)",
        ],
    );
}
