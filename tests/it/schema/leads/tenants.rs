//! Row security of leads: what one tenant can see and change of another's, which is nothing.

use super::{A, ADA, ALICE, B, BEN, BOB, CAROL, acting, with_leads};
use crate::schema::{holds, refuses};
use crate::support::Database;

/// All that holds rows of tenants; each of the two has one in each.
const TABLES: [&str; 15] = [
    "leads",
    "lead_activities",
    "document_collections",
    "documents",
    "lead_audit_log",
    "lead_status_history",
    "lead_score_history",
    "lead_assignments",
    "dnc_list",
    "nurture_sequences",
    "lead_sequence_enrollments",
    "lead_source_costs",
    "segments",
    "budget_transactions",
    "system_config",
];

fn full() -> Database {
    let database = with_leads();
    database.execute(
        "UPDATE leads.leads SET lead_score = 5;
        INSERT INTO leads.lead_activities (lead_id, activity_type) SELECT id, 'call' FROM leads.leads;
        INSERT INTO leads.document_collections (lead_id, name) SELECT id, 'c' FROM leads.leads;
        INSERT INTO leads.documents (collection_id, file_name)
            SELECT id, 'f' FROM leads.document_collections;
        INSERT INTO leads.dnc_list (phone_number, organization_id)
            SELECT '+12125559999', id FROM users.organizations;
        INSERT INTO leads.nurture_sequences (organization_id, name)
            SELECT id, 'n' FROM users.organizations;
        INSERT INTO leads.lead_sequence_enrollments (lead_id, sequence_id)
            SELECT l.id, s.id FROM leads.leads AS l
            JOIN leads.nurture_sequences AS s USING (organization_id);
        INSERT INTO leads.lead_source_costs (user_id, source, period, cost_usd)
            SELECT user_id, 's', '2026-01', 1 FROM leads.leads;
        INSERT INTO leads.segments (user_id, name) SELECT user_id, 's' FROM leads.leads;
        INSERT INTO leads.budget_transactions (user_id, transaction_type, amount_usd)
            SELECT user_id, 'credit', 100 FROM leads.leads;
        INSERT INTO leads.system_config (organization_id, config_key)
            SELECT id, 'k' FROM users.organizations",
    );
    database
}

#[track_caller]
fn seen(database: &Database, acting: &str) -> Vec<String> {
    let counts = TABLES.map(|name| format!("(SELECT count(*) FROM leads.{name})"));
    let rows = database.rows(&format!("{acting}; SELECT {}", counts.join(", ")));
    rows.into_iter().next().expect("a row")
}

#[test]
fn each_sees_its_own_rows_and_without_a_setting_there_are_none() {
    let database = full();
    let tables = database.value(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'leads'::regnamespace
        AND relkind = 'r' AND relrowsecurity AND relname <> 'lead_embeddings'",
    );
    assert_eq!(tables, TABLES.len().to_string(), "none is left out");
    assert_eq!(seen(&database, ""), ["2"; 15], "the owner sees all");
    for role in ["crm_app", "crm_readonly"] {
        let tenant = |id: &str| format!("SET ROLE {role}; SET app.current_tenant_id = '{id}'");
        assert_eq!(seen(&database, &format!("SET ROLE {role}")), ["0"; 15]);
        assert_eq!(seen(&database, &acting(role, "", "")), ["0"; 15]);
        assert_eq!(seen(&database, &acting(role, "", ALICE)), ["0"; 15]);
        assert_eq!(seen(&database, &tenant("")), ["0"; 15]);
        assert_eq!(seen(&database, &tenant(CAROL)), ["0"; 15]);
        for (organization, other) in [(A, B), (B, A)] {
            let own = acting(role, organization, "");
            let mixed = format!("{own}; SET app.current_tenant_id = '{other}'");
            let both = format!("{own}; SET app.current_tenant_id = '{organization}'");
            assert_eq!(seen(&database, &own), ["1"; 15], "{role}, organization");
            assert_eq!(seen(&database, &tenant(organization)), ["1"; 15], "{role}");
            assert_eq!(seen(&database, &both), ["1"; 15], "{role}, both");
            // One of them is left over from other work.
            assert_eq!(seen(&database, &mixed), ["0"; 15], "{role}, mixed");
            for table in TABLES {
                holds(
                    &database,
                    &own,
                    &[&format!(
                        "(SELECT organization_id = '{organization}' FROM leads.{table})"
                    )],
                );
            }
        }
    }
    for role in ["crm_vendor", "crm_maintenance"] {
        for table in TABLES {
            let read = format!("SELECT FROM leads.{table}");
            refuses(&database, &acting(role, A, ALICE), &[("42501", &read)]);
        }
    }
}

#[test]
fn what_is_anothers_cannot_be_changed_or_deleted() {
    let database = full();
    let app = acting("crm_app", A, ALICE);
    // Not in the histories and the ledger: there nothing can.
    let writable = TABLES.iter().filter(|name| {
        ![
            "lead_audit_log",
            "lead_status_history",
            "lead_score_history",
            "lead_assignments",
            "budget_transactions",
        ]
        .contains(name)
    });
    // What belongs to others goes first.
    for table in writable.rev() {
        let changed = |statement: &str| {
            let sql = format!("{app}; WITH x AS ({statement} RETURNING 1) SELECT count(*) FROM x");
            database.value(&sql)
        };
        let others = format!("WHERE organization_id <> '{A}'");
        let touch = format!("UPDATE leads.{table} SET id = id");
        assert_eq!(changed(&format!("{touch} {others}")), "0", "{table}");
        assert_eq!(changed(&touch), "1", "{table}");
        let given = format!("UPDATE leads.{table} SET organization_id = '{B}'");
        refuses(&database, &app, &[("42501", &given)]);
        assert_eq!(changed(&format!("DELETE FROM leads.{table} {others}")), "0");
        assert_eq!(
            changed(&format!("DELETE FROM leads.{table}")),
            "1",
            "{table}"
        );
    }
    assert_eq!(
        database.value("SELECT string_agg(organization_id::text, ' ') FROM leads.leads"),
        B
    );
    refuses(
        &database,
        &app,
        &[
            (
                "42501",
                "UPDATE leads.budget_transactions SET amount_usd = 1",
            ),
            ("42501", "DELETE FROM leads.budget_transactions"),
            ("42501", "UPDATE leads.lead_statuses SET label = 'x'"),
        ],
    );
}

#[test]
fn nothing_is_put_into_anothers_place() {
    let database = full();
    let collection = database.value(&format!(
        "SELECT id FROM leads.document_collections WHERE organization_id = '{B}'"
    ));
    let sequence = database.value(&format!(
        "SELECT id FROM leads.nurture_sequences WHERE organization_id = '{B}'"
    ));
    let cases = [
        ("42501", "leads", "organization_id", format!("'{B}'")),
        ("42501", "leads", "tenant_id", format!("'{B}'")),
        (
            "23514",
            "leads",
            "organization_id, tenant_id",
            format!("'{A}', '{B}'"),
        ),
        (
            "23503",
            "leads",
            "organization_id, user_id",
            format!("'{A}', '{BOB}'"),
        ),
        (
            "23503",
            "lead_activities",
            "lead_id, activity_type",
            format!("'{BEN}', 'x'"),
        ),
        (
            "23503",
            "lead_activities",
            "lead_id, organization_id, activity_type",
            format!("'{BEN}', '{A}', 'x'"),
        ),
        (
            "42501",
            "lead_activities",
            "lead_id, organization_id, activity_type",
            format!("'{BEN}', '{B}', 'x'"),
        ),
        (
            "23503",
            "lead_activities",
            "lead_id, user_id, activity_type",
            format!("'{ADA}', '{BOB}', 'x'"),
        ),
        (
            "23503",
            "document_collections",
            "lead_id, name",
            format!("'{BEN}', 'x'"),
        ),
        (
            "23503",
            "documents",
            "collection_id, file_name",
            format!("'{collection}', 'x'"),
        ),
        (
            "23503",
            "lead_sequence_enrollments",
            "lead_id, sequence_id",
            format!("'{ADA}', '{sequence}'"),
        ),
        (
            "23503",
            "lead_sequence_enrollments",
            "lead_id, sequence_id, organization_id",
            format!("'{BEN}', '{sequence}', '{A}'"),
        ),
        (
            "42501",
            "dnc_list",
            "phone_number, organization_id",
            format!("'+12125550000', '{B}'"),
        ),
        (
            "42501",
            "nurture_sequences",
            "name, organization_id",
            format!("'x', '{B}'"),
        ),
        (
            "23503",
            "lead_source_costs",
            "user_id, source, period, cost_usd",
            // Bob has a row of that: nothing says so.
            format!("'{BOB}', 's', '2026-01', 1"),
        ),
        (
            "23503",
            "segments",
            "user_id, name",
            format!("'{BOB}', 'x'"),
        ),
        (
            "42501",
            "segments",
            "user_id, organization_id, name",
            format!("'{BOB}', '{B}', 'x'"),
        ),
        // Nothing that is not seen is found out: the budget of Bob covers it, and is not asked.
        (
            "23514",
            "budget_transactions",
            "user_id, transaction_type, amount_usd",
            format!("'{BOB}', 'debit', 1"),
        ),
        (
            "23503",
            "budget_transactions",
            "user_id, transaction_type, amount_usd",
            format!("'{BOB}', 'credit', 1"),
        ),
        (
            "42501",
            "budget_transactions",
            "user_id, organization_id, transaction_type, amount_usd",
            format!("'{BOB}', '{B}', 'credit', 1"),
        ),
        (
            "42501",
            "system_config",
            "organization_id, config_key",
            format!("'{B}', 'x'"),
        ),
        (
            "42501",
            "lead_statuses",
            "status, label",
            "'new', 'x'".to_owned(),
        ),
    ];
    for (state, table, columns, values) in cases {
        let insert = format!("INSERT INTO leads.{table} ({columns}) VALUES ({values})");
        refuses(&database, &acting("crm_app", A, ALICE), &[(state, &insert)]);
    }
    // Not even the owner can tie two organizations together.
    refuses(
        &database,
        "",
        &[
            (
                "23503",
                &format!("UPDATE leads.leads SET user_id = '{BOB}' WHERE id = '{ADA}'"),
            ),
            (
                "23503",
                &format!(
                    "INSERT INTO leads.lead_sequence_enrollments (lead_id, sequence_id)
                    VALUES ('{ADA}', '{sequence}')"
                ),
            ),
        ],
    );
    assert_eq!(seen(&database, ""), ["2"; 15]);
}

/// One organization's list used to keep a number off the others' (a unique index on it alone).
#[test]
fn do_not_call_lists_do_not_know_each_other() {
    let database = with_leads();
    let on_list = |who: &str, phone: &str, organization: &str| {
        let sql = format!("{who}; SELECT leads.is_on_dnc_list('{phone}', '{organization}')");
        database.value(&sql)
    };
    let add = "INSERT INTO leads.dnc_list (phone_number) VALUES ('+12125551234')";
    let (a, b) = (acting("crm_app", A, ""), acting("crm_app", B, ""));
    database.execute(&format!("{a}; {add}"));
    assert_eq!(on_list(&a, "+12125551234", A), "t");
    assert_eq!(on_list(&a, "+1 (212) 555-1234", A), "t", "as typed");
    assert_eq!(on_list(&a, "+12125551235", A), "f");
    assert_eq!(on_list(&b, "+12125551234", B), "f");
    assert_eq!(on_list("", "+12125551234", B), "f");
    database.execute(&format!("{b}; {add}"));
    assert_eq!(on_list(&b, "+12125551234", B), "t");
    refuses(&database, &a, &[("23505", add)]);

    // "No" is never said for "cannot tell".
    let ask = format!("SELECT leads.is_on_dnc_list('+12125551234', '{A}')");
    refuses(&database, &b, &[("42501", &ask)]);
    refuses(&database, "SET ROLE crm_app", &[("42501", &ask)]);
    refuses(
        &database,
        &a,
        &[(
            "22023",
            &format!("SELECT leads.is_on_dnc_list('555-1234', '{A}')"),
        )],
    );
    holds(
        &database,
        &a,
        &[&format!("leads.is_on_dnc_list(NULL, '{A}') IS NULL")],
    );
}
