//! What a change of a lead leaves behind.

use super::{A, ADA, ALICE, B, acting, with_leads};
use crate::schema::{holds, refuses};

#[test]
fn each_changed_column_is_a_row_of_the_audit_log() {
    let database = with_leads();
    let app = acting("crm_app", A, ALICE);
    database.execute(&format!(
        "{app}; UPDATE leads.leads SET first_name = 'Augusta', email = 'ada@example.com',
            tags = '{{hot}}', last_name = last_name WHERE id = '{ADA}'"
    ));
    let rows = database.rows(
        "SELECT field_name, coalesce(old_value, 'NULL'), coalesce(new_value, 'NULL'), changed_by
        FROM leads.lead_audit_log ORDER BY field_name",
    );
    assert_eq!(
        rows,
        [
            ["email", "NULL", "ada@example.com", ALICE],
            ["first_name", "Ada", "Augusta", ALICE],
            ["tags", "[]", "[\"hot\"]", ALICE],
        ]
    );
    // A change that changes nothing leaves nothing; one by nobody has no name.
    database.execute("UPDATE leads.leads SET source = source; UPDATE leads.leads SET source = 'x'");
    holds(
        &database,
        "",
        &[
            "(SELECT count(*) = 5 FROM leads.lead_audit_log)",
            "(SELECT count(*) = 2 FROM leads.lead_audit_log
                WHERE field_name = 'source' AND changed_by IS NULL)",
        ],
    );
}

/// No column is forgotten, one that is added later neither.
#[test]
fn every_column_is_audited() {
    let database = with_leads();
    database.execute(&format!(
        "ALTER TABLE leads.leads ADD COLUMN later numeric;
        DELETE FROM leads.leads WHERE organization_id = '{B}';
        INSERT INTO users.users (id, organization_id, email)
            VALUES ('aaaaaaaa-0000-0000-0000-0000000000a2', '{A}', 'a2@a.io');
        UPDATE leads.leads SET user_id = 'aaaaaaaa-0000-0000-0000-0000000000a2', first_name = 'x',
            last_name = 'x', phone_number = '+4930123456', email = 'x@x.io', status = 'hot',
            lead_score = 1, lead_score_factors = '{{}}', tags = NULL, source = 'x',
            last_contact_date = now(), metadata = '{{\"a\": 1}}', deleted_at = now(),
            created_at = '2020-01-01', later = 1"
    ));
    // These cannot change, or change by themselves.
    let missing = "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = 'leads.leads'::regclass AND attnum > 0
        AND attname NOT IN (SELECT field_name FROM leads.lead_audit_log)";
    assert_eq!(
        database.value(missing),
        "id organization_id tenant_id updated_at"
    );
}

#[test]
fn statuses_scores_and_users_have_a_history_from_the_first_one_on() {
    let database = with_leads();
    let app = acting("crm_app", A, ALICE);
    database.execute(&format!(
        "{app}; SET app.trigger_type = 'import'; SET app.assignment_strategy = 'round_robin';
        BEGIN;
        UPDATE leads.leads SET status = 'contacted';
        UPDATE leads.leads SET status = 'hot', lead_score = 40, user_id = NULL;
        RESET app.trigger_type;
        UPDATE leads.leads SET status = 'cold', lead_score = 50, lead_score_factors = '{{\"intent\": 50}}';
        UPDATE leads.leads SET lead_score_factors = '{{\"intent\": 25}}';
        COMMIT"
    ));
    let of = |table: &str, columns: &str, time: &str| {
        database.rows(&format!(
            "SELECT {columns} FROM leads.{table} WHERE lead_id = '{ADA}' ORDER BY {time}"
        ))
    };
    assert_eq!(
        of(
            "lead_status_history",
            "from_status, to_status, trigger_type, changed_by",
            "changed_at"
        ),
        [
            ["", "new", "system", ""],
            ["new", "contacted", "import", ALICE],
            ["contacted", "hot", "import", ALICE],
            ["hot", "cold", "manual", ALICE],
        ]
    );
    assert_eq!(
        of("lead_score_history", "score, factors", "calculated_at"),
        [
            ["40", ""],
            ["50", "{\"intent\": 50}"],
            ["50", "{\"intent\": 25}"],
        ]
    );
    assert_eq!(
        of(
            "lead_assignments",
            "from_user_id, to_user_id, strategy, assigned_by",
            "assigned_at"
        ),
        [["", ALICE, "manual", ""], [ALICE, "", "round_robin", ALICE]]
    );
    let others =
        format!("(SELECT count(*) = 1 FROM leads.lead_status_history WHERE lead_id <> '{ADA}')");
    holds(&database, "", &[&others]);
}

#[test]
fn an_upsert_writes_both_kinds_of_history() {
    let database = with_leads();
    database.execute(&format!(
        "INSERT INTO leads.leads (organization_id, phone_number, status)
        VALUES ('{A}', '+12125551234', 'hot'), ('{A}', '+12125550000', 'cold')
        ON CONFLICT (phone_number, organization_id) WHERE deleted_at IS NULL
        DO UPDATE SET status = excluded.status"
    ));
    assert_eq!(
        database.rows(&format!(
            "SELECT from_status, to_status FROM leads.lead_status_history
            WHERE organization_id = '{A}' ORDER BY to_status"
        )),
        [["", "cold"], ["new", "hot"], ["", "new"]]
    );
}

#[test]
fn the_history_cannot_be_forged_and_goes_with_the_lead() {
    let database = with_leads();
    database.execute("UPDATE leads.leads SET lead_score = 5, status = 'hot'");
    let app = acting("crm_app", A, ALICE);
    for table in [
        "lead_audit_log",
        "lead_status_history",
        "lead_score_history",
        "lead_assignments",
    ] {
        refuses(
            &database,
            &app,
            &[
                (
                    "42501",
                    &format!("INSERT INTO leads.{table} (lead_id) VALUES ('{ADA}')"),
                ),
                (
                    "42501",
                    &format!("UPDATE leads.{table} SET lead_id = lead_id"),
                ),
                ("42501", &format!("DELETE FROM leads.{table}")),
            ],
        );
        holds(
            &database,
            &app,
            &[&format!("(SELECT count(*) > 0 FROM leads.{table})")],
        );
    }
    database.execute(&format!("{app}; DELETE FROM leads.leads"));
    for table in [
        "lead_audit_log",
        "lead_status_history",
        "lead_score_history",
        "lead_assignments",
    ] {
        holds(
            &database,
            "",
            &[
                &format!("NOT EXISTS (SELECT FROM leads.{table} WHERE lead_id = '{ADA}')"),
                &format!("(SELECT count(*) > 0 FROM leads.{table})"),
            ],
        );
    }
}

/// The owner may put a history right; it needs only the documented columns.
#[test]
fn the_owner_adds_to_a_history_without_naming_the_organization() {
    let database = with_leads();
    database.execute(&format!(
        "INSERT INTO leads.lead_audit_log (lead_id, field_name) VALUES ('{ADA}', 'x');
        INSERT INTO leads.lead_status_history (lead_id, to_status) VALUES ('{ADA}', 'hot');
        INSERT INTO leads.lead_score_history (lead_id, score) VALUES ('{ADA}', 7);
        INSERT INTO leads.lead_assignments (lead_id, to_user_id) VALUES ('{ADA}', '{ALICE}')"
    ));
    holds(
        &database,
        "",
        &[&format!(
            "(SELECT organization_id = '{A}' FROM leads.lead_score_history)"
        )],
    );
    let nowhere = "00000000-0000-0000-0000-000000000000";
    refuses(
        &database,
        "",
        &[(
            "23503",
            &format!(
                "INSERT INTO leads.lead_score_history (lead_id, score) VALUES ('{nowhere}', 7)"
            ),
        )],
    );
}

#[test]
fn a_user_who_leaves_leaves_the_leads_and_their_history() {
    let database = with_leads();
    database.execute(&format!("DELETE FROM users.users WHERE id = '{ALICE}'"));
    holds(
        &database,
        "",
        &[
            &format!("(SELECT user_id IS NULL FROM leads.leads WHERE id = '{ADA}')"),
            &format!(
                "(SELECT array_agg(to_user_id ORDER BY assigned_at) = ARRAY['{ALICE}', NULL]::uuid[]
                FROM leads.lead_assignments WHERE lead_id = '{ADA}')"
            ),
            &format!(
                "(SELECT from_user_id = '{ALICE}' FROM leads.lead_assignments
                WHERE lead_id = '{ADA}' AND to_user_id IS NULL)"
            ),
        ],
    );
}

/// A plan made for one row was kept, and compared each row with each other one.
#[test]
fn a_mass_change_after_a_small_one_is_not_quadratic() {
    let database = with_leads();
    database.execute(&format!(
        "INSERT INTO leads.leads (organization_id) SELECT '{A}' FROM generate_series(1, 4000)"
    ));
    let measure = "CREATE TEMP TABLE t AS SELECT clock_timestamp() AS t;
        UPDATE leads.leads SET lead_score = coalesce(lead_score, 0) + 1;
        SELECT extract(epoch FROM clock_timestamp() - t) FROM t";
    let seconds = |sql: &str| database.value(sql).parse::<f64>().expect("a number");
    let fresh = seconds(measure);
    let one = format!("UPDATE leads.leads SET status = 'hot' WHERE id = '{ADA}'");
    let after = seconds(&format!("{one}; {measure}"));
    assert!(after < 6.0 * fresh, "{after} s instead of {fresh} s");
}
