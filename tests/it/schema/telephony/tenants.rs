//! Row security and rights: what one organization has, another neither sees nor changes.

use super::super::users::tenants::{A, ALICE, B, BOB, acting};
use super::{ASTERISK, with_telephony};
use crate::schema::{holds, refuses};
use crate::support::Database;

const RELATIONS: [&str; 11] = [
    "accounts",
    "extensions",
    "call_logs",
    "voicemail_contexts",
    "voicemail_boxes",
    "voicemails",
    "ivr_menus",
    "ivr_menu_options",
    "extension_calls",
    "missed_calls",
    "calls_per_extension_daily",
];

/// Each organization has a row in each of them; nobody has one more call and one more message.
fn filled() -> Database {
    let database = with_telephony();
    database.execute(&format!(
        "{ASTERISK}; INSERT INTO call_logs (calldate, src, dst, disposition, accountcode) VALUES
            ('2026-03-01', '+4930', '1001', 'NO ANSWER', 'acc-a'),
            ('2026-03-01', '+4930', '1001', 'NO ANSWER', 'acc-b'),
            ('2026-03-01', '+4930', '1001', 'NO ANSWER', 'acc-c');
        INSERT INTO voicemails (dir, msgnum, mailboxuser, mailboxcontext) VALUES
            ('a', 0, '1001', 'a'), ('b', 0, '1001', 'b'), ('c', 0, '1001', 'c');
        RESET ROLE; INSERT INTO ivr_menu_options (organization_id, ivr_menu_id, digit, action)
            SELECT organization_id, id, '1', 'hangup' FROM ivr_menus"
    ));
    database
}

fn seen(database: &Database, acting: &str) -> Vec<String> {
    let counts = RELATIONS.map(|name| format!("(SELECT count(*) FROM telephony.{name})"));
    let rows = database.rows(&format!("{acting}; SELECT {}", counts.join(", ")));
    rows.into_iter().next().expect("a row")
}

#[test]
fn each_sees_its_own_rows_and_without_a_setting_there_are_none() {
    let database = filled();
    assert_eq!(
        seen(&database, ""),
        ["2", "2", "3", "2", "2", "3", "2", "2", "2", "2", "2"]
    );
    for role in ["crm_app", "crm_readonly"] {
        assert_eq!(seen(&database, &format!("SET ROLE {role}")), ["0"; 11]);
        assert_eq!(seen(&database, &acting(role, "", ALICE)), ["0"; 11]);
        for organization in [A, B] {
            let acting = acting(role, organization, "");
            assert_eq!(seen(&database, &acting), ["1"; 11], "{role}");
            for relation in RELATIONS {
                holds(
                    &database,
                    &acting,
                    &[&format!(
                        "(SELECT organization_id = '{organization}' FROM telephony.{relation})"
                    )],
                );
            }
        }
    }
}

#[test]
fn what_is_anothers_cannot_be_changed_deleted_or_linked_to() {
    let database = filled();
    let app = acting("crm_app", A, ALICE);
    for table in [
        "extensions",
        "voicemail_boxes",
        "ivr_menus",
        "ivr_menu_options",
    ] {
        for statement in [
            format!("UPDATE telephony.{table} SET created_at = now()"),
            format!(
                "UPDATE telephony.{table} SET created_at = now() WHERE organization_id = '{B}'"
            ),
        ] {
            let own = !statement.contains("WHERE");
            let sql = format!("{app}; WITH x AS ({statement} RETURNING 1) SELECT count(*) FROM x");
            assert_eq!(database.value(&sql) == "1", own, "{statement}");
        }
        let give = format!("UPDATE telephony.{table} SET organization_id = '{B}'");
        refuses(&database, &app, &[("42501", &give)]);
    }
    let extension = |organization: &str, columns: &str, values: &str| {
        format!(
            "INSERT INTO telephony.extensions (organization_id, number, {columns})
            VALUES ('{organization}', '7', {values})"
        )
    };
    refuses(
        &database,
        &app,
        &[
            ("42501", &extension(B, "name", "'x'")),
            ("23503", &extension(A, "user_id", &format!("'{BOB}'"))),
            ("23503", &extension(A, "accountcode", "'acc-b'")),
            ("42501", "INSERT INTO telephony.call_logs DEFAULT VALUES"),
            ("42501", "UPDATE telephony.call_logs SET src = 'x'"),
            ("42501", "DELETE FROM telephony.call_logs"),
            ("42501", "UPDATE telephony.voicemails SET flag = 'x'"),
        ],
    );
    // A message may be deleted, one's own.
    assert_eq!(
        database.value(&format!(
            "{app}; WITH x AS (DELETE FROM telephony.voicemails RETURNING 1) SELECT count(*) FROM x"
        )),
        "1"
    );
    assert_eq!(
        database.value("SELECT count(*) FROM telephony.voicemails"),
        "2"
    );
}

#[test]
fn numbers_of_extensions_are_internal_or_e164_and_unique_in_an_organization() {
    let database = with_telephony();
    let app = acting("crm_app", A, ALICE);
    let insert = |number: &str| {
        format!(
            "INSERT INTO telephony.extensions (organization_id, number) VALUES ('{A}', '{number}')"
        )
    };
    for number in ["1002", "*98", "+4930123456"] {
        database.execute(&format!("{app}; {}", insert(number)));
    }
    for (state, number) in [
        ("23505", "1001"),
        ("23505", "1002"),
        ("23514", ""),
        ("23514", "+49 30"),
        ("23514", "ada"),
        ("23514", "1234567890123456"),
    ] {
        refuses(&database, &app, &[(state, &insert(number))]);
    }
    // A user who goes leaves the extension.
    holds(
        &database,
        &format!("DELETE FROM users.users WHERE id = '{ALICE}'"),
        &[
            "(SELECT count(*) = 4 AND count(user_id) = 0 FROM telephony.extensions
            WHERE organization_id::text LIKE 'a%')",
        ],
    );
}

#[test]
fn asterisk_adds_calls_and_reads_what_it_needs_and_no_more() {
    let database = filled();
    refuses(
        &database,
        ASTERISK,
        &[
            ("42501", "SELECT FROM call_logs"),
            ("42501", "UPDATE call_logs SET src = ''"),
            ("42501", "DELETE FROM call_logs"),
            ("42501", "SELECT FROM accounts"),
            ("42501", "SELECT FROM voicemail_contexts"),
            ("42501", "DELETE FROM extensions"),
            ("42501", "UPDATE ivr_menus SET name = 'x'"),
            ("42501", "SELECT FROM users.users"),
            ("42501", "SELECT FROM extension_calls"),
        ],
    );
    holds(
        &database,
        ASTERISK,
        &[
            "(SELECT count(*) = 2 FROM extensions)",
            "(SELECT count(*) = 2 FROM ivr_menus)",
            "(SELECT count(*) = 2 FROM ivr_menu_options)",
            "(SELECT count(*) = 2 FROM voicemail_boxes)",
            "(SELECT count(*) = 3 FROM voicemails)",
        ],
    );
    for relation in RELATIONS {
        for role in ["crm_vendor", "crm_maintenance"] {
            let select = format!("SELECT FROM telephony.{relation}");
            refuses(&database, &acting(role, A, ""), &[("42501", &select)]);
        }
    }
}

/// Whoever had a box in another's context would be left that one's messages.
#[test]
fn a_context_is_one_organizations_and_given_out_by_the_operator() {
    let database = with_telephony();
    let insert = |context: &str| {
        format!(
            "INSERT INTO telephony.voicemail_boxes (organization_id, context, mailbox, password)
            VALUES ('{A}', '{context}', '3003', '1')"
        )
    };
    let own = "INSERT INTO telephony.voicemail_contexts VALUES ('mine', '";
    refuses(
        &database,
        &acting("crm_app", A, ""),
        &[
            ("23503", &insert("b")),
            ("23503", &insert("default")),
            (
                "23503",
                "UPDATE telephony.voicemail_boxes SET context = 'b'",
            ),
            ("42501", &format!("{own}{A}')")),
            (
                "42501",
                "UPDATE telephony.voicemail_contexts SET context = 'x'",
            ),
            ("42501", "DELETE FROM telephony.voicemail_contexts"),
        ],
    );
    database.execute(&format!("{}; {}", acting("crm_app", A, ""), insert("a")));
    refuses(
        &database,
        "",
        &[
            (
                "23505",
                &format!("INSERT INTO telephony.voicemail_contexts VALUES ('a', '{B}')"),
            ),
            (
                "23503",
                &format!("UPDATE telephony.voicemail_contexts SET organization_id = '{B}'"),
            ),
            ("23514", &format!("{own}{A}'), ('', '{A}')")),
        ],
    );
}
