//! IVR menus: each key once, a target that fits, no menu that plays without end.

use super::super::users::tenants::{A, ALICE, B, acting};
use super::with_telephony;
use crate::schema::refuses;
use crate::support::{Client, Database, eventually};

/// The id of a row, as an expression.
fn of(table: &str, organization: &str) -> String {
    let id = if table == "voicemail_boxes" {
        "uniqueid"
    } else {
        "id"
    };
    format!("(SELECT {id} FROM telephony.{table} WHERE organization_id = '{organization}' LIMIT 1)")
}

/// An option in the menu of A.
fn option(digit: &str, action: &str, target: &str, value: &str) -> String {
    let menu = of("ivr_menus", A);
    format!(
        "INSERT INTO telephony.ivr_menu_options
            (organization_id, ivr_menu_id, digit, action, {target})
        VALUES ('{A}', {menu}, '{digit}', '{action}', {value})"
    )
}

#[test]
fn an_option_has_one_target_of_the_kind_of_its_action() {
    let database = with_telephony();
    let second = "INSERT INTO telephony.ivr_menus (id, organization_id, name)
        VALUES ('22222222-2222-2222-2222-222222222222', '";
    database.execute(&format!("{second}{A}', 'Second')"));
    let menu = "'22222222-2222-2222-2222-222222222222'".to_owned();
    let main = "(SELECT id FROM telephony.ivr_menus WHERE name = 'Main a')";
    let targets = [
        ("extension", "extension_id", of("extensions", A)),
        ("voicemail", "voicemail_box_id", of("voicemail_boxes", A)),
        ("menu", "target_menu_id", menu),
        ("external", "target", "'+4930123456'".to_owned()),
        ("queue", "target", "'support'".to_owned()),
        ("playback", "target", "'custom/hours'".to_owned()),
        ("repeat", "description", "'again'".to_owned()),
        ("hangup", "description", "NULL".to_owned()),
    ];
    let app = acting("crm_app", A, ALICE);
    for (number, (action, target, value)) in targets.iter().enumerate() {
        let option = |action: &str, digit: usize| {
            option(&digit.to_string(), action, target, value).replace(&of("ivr_menus", A), main)
        };
        database.execute(&format!("{app}; {}", option(action, number)));
        // The same target for an action of another kind.
        for (other, column, _) in &targets {
            if column != target {
                refuses(&database, &app, &[("23514", &option(other, 9))]);
            }
        }
    }
    for (digit, action, target, value, state) in [
        ("0", "hangup", "description", "NULL", "23505"),
        ("10", "hangup", "description", "NULL", "23514"),
        ("", "hangup", "description", "NULL", "23514"),
        ("T", "hangup", "description", "NULL", "23514"),
        ("a", "hangup", "description", "NULL", "23514"),
        ("9", "dance", "description", "NULL", "23514"),
        ("9", "external", "target", "'110'", "23514"),
        ("9", "queue", "target", "''", "23514"),
        ("9", "menu", "target_menu_id", main, "23514"),
        ("9", "menu", "target_menu_id", &of("ivr_menus", B), "23514"),
    ] {
        let option = option(digit, action, target, value).replace(&of("ivr_menus", A), main);
        refuses(&database, &app, &[(state, &option)]);
    }
    for digit in ["*", "#", "t", "i", "9"] {
        let hangup = option(digit, "hangup", "description", "NULL");
        database.execute(&hangup.replace(&of("ivr_menus", A), main));
    }
}

#[test]
fn an_option_leads_nowhere_out_of_its_organization() {
    let database = with_telephony();
    for (action, column, table) in [
        ("extension", "extension_id", "extensions"),
        ("voicemail", "voicemail_box_id", "voicemail_boxes"),
        ("menu", "target_menu_id", "ivr_menus"),
    ] {
        // Even the owner, who sees both.
        let option = option("1", action, column, &of(table, B));
        refuses(&database, "", &[("23503", &option)]);
    }
    let menu = of("ivr_menus", B);
    let into = format!(
        "INSERT INTO telephony.ivr_menu_options (organization_id, ivr_menu_id, digit, action)
        VALUES ('{A}', {menu}, '1', 'hangup')"
    );
    refuses(&database, "", &[("23503", &into)]);
}

#[test]
fn what_a_menu_leads_to_stays_and_a_menu_takes_its_options_along() {
    let database = with_telephony();
    database.execute(&option(
        "1",
        "extension",
        "extension_id",
        &of("extensions", A),
    ));
    database.execute(&option(
        "2",
        "voicemail",
        "voicemail_box_id",
        &of("voicemail_boxes", A),
    ));
    for table in ["extensions", "voicemail_boxes"] {
        let state = database.refusal(&format!("DELETE FROM telephony.{table}"));
        assert!(["23503", "23001"].contains(&state.as_str()), "{state}");
    }
    database.execute("DELETE FROM telephony.ivr_menus");
    assert_eq!(
        database.value("SELECT count(*) FROM telephony.ivr_menu_options"),
        "0"
    );
    database.execute("DELETE FROM telephony.extensions");
}

/// Menus 1 to 3 of A; `lead(1, 't', 2)` makes an option.
fn with_three() -> Database {
    let database = with_telephony();
    database.execute(&format!(
        "INSERT INTO telephony.ivr_menus (id, organization_id, name)
        SELECT ('00000000-0000-0000-0000-00000000000' || i)::uuid, '{A}', i
        FROM generate_series(1, 3) AS i"
    ));
    database
}

fn lead(from: u8, digit: &str, to: u8) -> String {
    format!(
        "INSERT INTO telephony.ivr_menu_options
            (organization_id, ivr_menu_id, digit, action, target_menu_id)
        VALUES ('{A}', '00000000-0000-0000-0000-00000000000{from}', '{digit}', 'menu',
            '00000000-0000-0000-0000-00000000000{to}')"
    )
}

#[test]
fn a_caller_may_go_in_circles_and_a_silent_line_may_not() {
    let database = with_three();
    let app = acting("crm_app", A, "");
    // By keys: back to the menu before.
    for (from, digit, to) in [
        (1, "1", 2),
        (2, "*", 1),
        (1, "t", 2),
        (2, "t", 3),
        (3, "i", 1),
    ] {
        database.execute(&format!("{app}; {}", lead(from, digit, to)));
    }
    refuses(
        &database,
        &app,
        &[("23514", &lead(3, "t", 1)), ("23514", &lead(3, "t", 2))],
    );
    refuses(
        &database,
        &app,
        &[(
            "23514",
            "UPDATE telephony.ivr_menu_options SET digit = 't' WHERE digit = 'i'",
        )],
    );
    // Both halves in one statement.
    let both = lead(1, "t", 2);
    let halves = format!(
        "DELETE FROM telephony.ivr_menu_options; {both}, ('{A}', '00000000-0000-0000-0000-000000000002',
        't', 'menu', '00000000-0000-0000-0000-000000000001')"
    );
    refuses(&database, &app, &[("23514", &halves)]);
    // The way out is opened: now the other may lead here.
    database.execute(&format!(
        "{app}; UPDATE telephony.ivr_menu_options SET action = 'hangup', target_menu_id = NULL
            WHERE digit = 't' AND ivr_menu_id::text LIKE '%1'; {}",
        lead(3, "t", 1)
    ));
}

#[test]
fn two_who_close_a_circle_at_once_do_not_both_succeed() {
    let database = with_three();
    let first = Client::that(&database, &format!("BEGIN; {}", lead(1, "t", 2)));
    std::thread::scope(|scope| {
        let second = scope.spawn(|| database.refusal(&lead(2, "t", 1)));
        eventually("the second one waits", || {
            assert!(!second.is_finished(), "it did not wait");
            database.value(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            ) != "0"
        });
        first.execute("COMMIT");
        assert_eq!(second.join().expect("a state"), "23514");
    });
}
