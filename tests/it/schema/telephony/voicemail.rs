//! Voicemail: Asterisk's realtime and ODBC storage find what they expect, and PINs stay secret.

use super::super::users::tenants::{A, ALICE, B, acting};
use super::{ASTERISK, with_telephony};
use crate::schema::{holds, refuses};
use crate::support::{Client, Database, eventually};

/// As `app_voicemail` stores a message: every value is a text.
fn leave(database: &Database, context: &str, mailbox: &str, msgnum: &str) {
    database.execute(&format!(
        "{ASTERISK}; INSERT INTO voicemails (dir, msgnum, recording, context, macrocontext,
            callerid, origtime, duration, mailboxuser, mailboxcontext, flag, msg_id)
        VALUES ('/var/spool/asterisk/voicemail/{context}/{mailbox}/INBOX', '{msgnum}', '\\x524946',
            'internal', '', '\"Bo\" <1002>', '1772359200', '12', '{mailbox}', '{context}', '',
            '1772359200-00000001')"
    ));
}

#[test]
fn asterisk_stores_finds_moves_copies_and_deletes_messages() {
    let database = with_telephony();
    leave(&database, "a", "1001", "0");
    leave(&database, "a", "1001", "1");
    leave(&database, "b", "1001", "0");
    // A greeting has no times, and Asterisk writes '' for what is not there.
    database.execute(&format!(
        "{ASTERISK}; INSERT INTO voicemails (dir, msgnum, recording, context, macrocontext,
            callerid, origtime, duration, mailboxuser, mailboxcontext, flag, msg_id, category)
        VALUES ('/var/spool/asterisk/voicemail/a/1001/unavail', '-1', '\\x52', '', '', '', '', '',
            '1001', 'a', '', '', '')"
    ));
    let inbox = "/var/spool/asterisk/voicemail/a/1001/INBOX";
    holds(
        &database,
        ASTERISK,
        &[
            &format!("(SELECT count(*) = 2 FROM voicemails WHERE dir = '{inbox}')"),
            &format!(
                "(SELECT received_at = '2026-03-01 10:00:00' AND recording = '\\x524946'
                FROM voicemails WHERE dir = '{inbox}' AND msgnum = '1')"
            ),
            "(SELECT count(*) = 1 FROM voicemails WHERE msgnum = -1 AND received_at IS NULL)",
        ],
    );
    let owners = || {
        database.value(
            "SELECT string_agg(o.name || b.context || v.msgnum, ' ' ORDER BY v.id)
            FROM telephony.voicemails AS v
            LEFT JOIN users.organizations AS o ON o.id = v.organization_id
            LEFT JOIN telephony.voicemail_boxes AS b ON b.uniqueid = v.voicemail_box_id",
        )
    };
    assert_eq!(owners(), "Aa0 Aa1 Bb0 Aa-1");
    // To another's box: it belongs to that one now.
    database.execute(&format!(
        "{ASTERISK};
        UPDATE voicemails SET dir = 'b/1001/Old', msgnum = 5, mailboxuser = '1001',
            mailboxcontext = 'b' WHERE dir = '{inbox}' AND msgnum = 1;
        INSERT INTO voicemails (dir, msgnum, msg_id, context, macrocontext, callerid, origtime,
            duration, recording, flag, mailboxuser, mailboxcontext)
            SELECT 'b/1001/Work', 0, 'x', context, macrocontext, callerid, origtime, duration,
                recording, flag, '1001', 'b' FROM voicemails WHERE dir = '{inbox}' AND msgnum = 0;
        DELETE FROM voicemails WHERE dir = '{inbox}' AND msgnum = 0"
    ));
    assert_eq!(owners(), "Bb5 Bb0 Aa-1 Bb0");
    refuses(
        &database,
        ASTERISK,
        &[(
            "23505",
            "INSERT INTO voicemails (dir, msgnum) VALUES ('b/1001/Work', 0)",
        )],
    );
}

#[test]
fn a_message_of_no_box_is_nobodys_until_the_box_is_there() {
    let database = with_telephony();
    leave(&database, "a", "2002", "0");
    let seen = || {
        database.value(&format!(
            "{}; SELECT count(*) FROM telephony.voicemails",
            acting("crm_app", A, "")
        ))
    };
    let assign =
        || database.value("SET ROLE crm_maintenance; SELECT telephony.assign_voicemails()");
    assert_eq!((seen(), assign()), ("0".into(), "0".into()));
    database.execute(&format!(
        "{}; INSERT INTO telephony.voicemail_boxes (organization_id, context, mailbox, password)
        VALUES ('{A}', 'a', '2002', '1')",
        acting("crm_app", A, "")
    ));
    assert_eq!(
        (assign(), seen(), assign()),
        ("1".into(), "1".into(), "0".into())
    );
    // A box takes its messages along.
    database.execute("DELETE FROM telephony.voicemail_boxes WHERE mailbox = '2002'");
    assert_eq!(
        database.value("SELECT count(*) FROM telephony.voicemails"),
        "0"
    );
}

#[test]
fn a_pin_is_written_by_the_application_and_read_by_asterisk_alone() {
    let database = with_telephony();
    let app = acting("crm_app", A, ALICE);
    database.execute(&format!(
        "{app}; UPDATE telephony.voicemail_boxes SET password = '9999', fullname = 'Alice'"
    ));
    // Realtime takes the whole row; the PIN is changed by telephone.
    let row = format!(
        "{ASTERISK}; UPDATE voicemail_boxes SET password = '31415' WHERE context = 'b' AND mailbox = '1001';
        SELECT password FROM (SELECT * FROM voicemail_boxes WHERE mailbox = '1001' AND context = "
    );
    assert_eq!(database.value(&format!("{row}'a') AS x")), "9999");
    assert_eq!(database.value(&format!("{row}'b') AS x")), "31415");
    for role in ["crm_app", "crm_readonly", "crm_vendor", "crm_maintenance"] {
        refuses(
            &database,
            &acting(role, A, ALICE),
            &[
                ("42501", "SELECT password FROM telephony.voicemail_boxes"),
                ("42501", "SELECT * FROM telephony.voicemail_boxes"),
                (
                    "42501",
                    "UPDATE telephony.voicemail_boxes SET fullname = password",
                ),
                (
                    "42501",
                    "DELETE FROM telephony.voicemail_boxes WHERE password = '1'",
                ),
                (
                    "42501",
                    "DELETE FROM telephony.voicemail_boxes RETURNING password",
                ),
                ("42501", "COPY telephony.voicemail_boxes TO stdout"),
            ],
        );
    }
    refuses(
        &database,
        ASTERISK,
        &[
            (
                "42501",
                "UPDATE voicemail_boxes SET organization_id = gen_random_uuid()",
            ),
            (
                "42501",
                "INSERT INTO voicemail_boxes (mailbox, password) VALUES ('1', '1')",
            ),
            ("42501", "DELETE FROM voicemail_boxes"),
        ],
    );
    refuses(
        &database,
        &acting("crm_readonly", A, ""),
        &[("42501", "SELECT recording FROM telephony.voicemails")],
    );
}

#[test]
fn a_box_has_what_asterisk_can_read() {
    let database = with_telephony();
    let other = database.value(&format!(
        "SELECT id FROM telephony.extensions WHERE organization_id = '{B}'"
    ));
    let insert = |columns: &str, values: &str| {
        format!(
            "INSERT INTO telephony.voicemail_boxes (organization_id, context, {columns})
            VALUES ('{A}', 'a', {values})"
        )
    };
    refuses(
        &database,
        &acting("crm_app", A, ALICE),
        &[
            ("23505", &insert("mailbox, password", "'1001', '1'")),
            ("23514", &insert("mailbox, password", "'', '1'")),
            ("23514", &insert("mailbox, password", "'1', ''")),
            ("23514", &insert("mailbox, password", "'1', 'secret'")),
            ("23502", &insert("mailbox", "'1'")),
            (
                "23514",
                &insert("mailbox, password, attach", "'1', '1', 'on'"),
            ),
            (
                "23514",
                &insert("mailbox, password, forcegreetings", "'1', '1', ''"),
            ),
            (
                "23514",
                &insert("mailbox, password, maxmsg", "'1', '1', -1"),
            ),
            (
                "23503",
                &insert(
                    "mailbox, password, extension_id",
                    &format!("'1', '1', '{other}'"),
                ),
            ),
        ],
    );
    for (columns, values) in [
        ("mailbox, password", "'1', '0'"),
        (
            "mailbox, password, attach, review, operator",
            "'2', '-1234', 'yes', 'no', NULL",
        ),
        (
            "mailbox, password, email, tz, volgain",
            "'3', '1', 'a@b.co|c@d.co', 'eastern', -3.5",
        ),
    ] {
        database.execute(&format!(
            "{}; {}",
            acting("crm_app", A, ""),
            insert(columns, values)
        ));
    }
    // An extension that goes leaves its box.
    holds(
        &database,
        &format!("DELETE FROM telephony.extensions WHERE id = '{other}'"),
        &[&format!(
            "(SELECT extension_id IS NULL FROM telephony.voicemail_boxes WHERE organization_id = '{B}')"
        )],
    );
}

#[test]
fn a_message_for_a_box_that_is_just_being_deleted_is_not_refused() {
    let database = with_telephony();
    let deleting = Client::that(
        &database,
        "BEGIN; DELETE FROM telephony.voicemail_boxes WHERE context = 'a'",
    );
    std::thread::scope(|scope| {
        let leaving = scope.spawn(|| leave(&database, "a", "1001", "0"));
        eventually("the message waits", || {
            database.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                AND wait_event_type = 'Lock'",
            ) != "0"
        });
        deleting.execute("COMMIT");
        leaving.join().expect("the message");
    });
    assert_eq!(
        database.value("SELECT count(*) FROM telephony.voicemails WHERE voicemail_box_id IS NULL"),
        "1"
    );
}
