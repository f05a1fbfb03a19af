//! The statistics of conversations: whatever is done, they equal what one would count.

use super::{app, id, two_tenants};
use crate::schema::{holds, matches, refuses};

/// The conversations whose figures are not what a count of their entries gives.
pub const WRONG: &str = "
    SELECT c.id FROM crm.conversations AS c
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE kind = 'm') AS m, count(*) FILTER (WHERE kind = 'c') AS c,
            count(*) FILTER (WHERE kind = 'e') AS e, count(*) FILTER (WHERE unread) AS u,
            (array_agg(ROW(at, channel, direction, preview)::text ORDER BY at DESC, id DESC))[1]
                AS last
        FROM (
            SELECT 'm' AS kind, id, sent_at AS at, channel, direction, left(body, 160) AS preview,
                direction = 'inbound' AND read_at IS NULL AS unread
            FROM crm.messages WHERE conversation_id = c.id
            UNION ALL
            SELECT 'c', id, started_at, 'call', direction, left(summary, 160),
                direction = 'inbound' AND status IN ('no_answer', 'voicemail') AND seen_at IS NULL
            FROM crm.calls WHERE conversation_id = c.id
            UNION ALL
            SELECT 'e', id, sent_at, 'email', direction, left(subject, 160),
                direction = 'inbound' AND read_at IS NULL
            FROM crm.emails WHERE conversation_id = c.id
        ) AS x
    ) AS s
    WHERE (message_count, call_count, email_count, unread_count) <> (s.m, s.c, s.e, s.u)
        OR ROW(last_message_at, last_message_channel, last_message_direction,
            last_message_preview)::text <> coalesce(s.last, '(,,,)')";

#[test]
fn each_message_call_and_email_is_counted_and_the_last_one_shown() {
    let database = two_tenants();
    let app = app();
    let figures = "SELECT message_count, call_count, email_count, unread_count,
        last_message_channel, last_message_direction, last_message_preview
        FROM crm.conversations WHERE organization_id = 'aaaaaaaa-0000-0000-0000-000000000000'";
    for (change, expected) in [
        (
            "INSERT INTO crm.messages (conversation_id, direction, body, sent_at)
            SELECT id, 'inbound', repeat('x', 200), now() + interval '1 hour'
            FROM crm.conversations",
            format!("2 | 1 | 1 | 2 | sms | inbound | {}", "x".repeat(160)),
        ),
        (
            "UPDATE crm.messages SET body = 'short', channel = 'mms', read_at = sent_at
            WHERE sent_at > now()",
            "2 | 1 | 1 | 1 | mms | inbound | short".to_owned(),
        ),
        (
            "UPDATE crm.messages SET sent_at = now() - interval '1 day', read_at = NULL
            WHERE body = 'short'; UPDATE crm.emails
            SET sent_at = now() + interval '1 hour', subject = 'Offer'",
            "2 | 1 | 1 | 2 | email | outbound | Offer".to_owned(),
        ),
        (
            "UPDATE crm.calls SET direction = 'inbound', status = 'voicemail', summary = 'asks',
            started_at = now() + interval '2 hours'",
            "2 | 1 | 1 | 3 | call | inbound | asks".to_owned(),
        ),
        (
            "UPDATE crm.calls SET seen_at = started_at; UPDATE crm.messages SET read_at = now()",
            "2 | 1 | 1 | 0 | call | inbound | asks".to_owned(),
        ),
        (
            "UPDATE crm.calls SET conversation_id = NULL; DELETE FROM crm.emails",
            "2 | 0 | 0 | 0 | sms | inbound | Hello".to_owned(),
        ),
        ("DELETE FROM crm.messages", "0 | 0 | 0 | 0 | | |".to_owned()),
    ] {
        database.execute(&format!("{app}; {change}"));
        matches(&database, figures, &expected);
    }
    // All of it was done by the one organization.
    assert!(database.rows(WRONG).is_empty());
}

#[test]
fn the_application_cannot_write_the_statistics() {
    let database = two_tenants();
    let contact = id("a", "contacts");
    for column in [
        "message_count",
        "call_count",
        "email_count",
        "unread_count",
        "last_message_at",
        "last_message_channel",
        "last_message_direction",
        "last_message_preview",
    ] {
        refuses(
            &database,
            &app(),
            &[
                (
                    "42501",
                    &format!("UPDATE crm.conversations SET {column} = NULL"),
                ),
                (
                    "42501",
                    &format!(
                        "INSERT INTO crm.conversations (contact_id, {column})
                        VALUES ({contact}, NULL)"
                    ),
                ),
            ],
        );
    }
    database.execute(&format!(
        "{}; UPDATE crm.conversations SET status = 'closed', priority = 'high', subject = 'x',
            assigned_to = users.current_user_id(), labels = '{{vip}}', metadata = '{{}}'",
        app()
    ));
}

#[test]
fn a_change_that_shows_in_no_figure_touches_no_conversation() {
    let database = two_tenants();
    let version = "SELECT string_agg(xmin::text, ',' ORDER BY id) FROM crm.conversations";
    let before = database.value(version);
    database.execute(
        "UPDATE crm.messages SET status = 'received', cost = 1, delivered_at = now();
        UPDATE crm.emails SET status = 'opened', open_count = 1;
        UPDATE crm.calls SET status = 'completed', transcript = 'x';
        UPDATE crm.messages SET body = body WHERE false; DELETE FROM crm.messages WHERE false;
        INSERT INTO crm.messages (organization_id, direction, body)
        SELECT id, 'inbound', 'of nobody' FROM users.organizations",
    );
    assert_eq!(database.value(version), before);
}

/// Many rows a statement, ties in time, moves between conversations, deletions by cascade; each
/// seed is another history, and it is compared after each step.
#[test]
fn after_any_history_the_statistics_equal_a_recount() {
    let database = two_tenants();
    database.execute(
        "INSERT INTO crm.conversations (id, organization_id, contact_id)
        SELECT md5(i::text)::uuid, organization_id, id
        FROM crm.contacts, generate_series(1, 4) AS i
        WHERE organization_id = 'aaaaaaaa-0000-0000-0000-000000000000'",
    );
    for seed in [0.1, 0.2, 0.3] {
        database.execute(&format!(
            "{}; SELECT setseed({seed}); {}",
            app(),
            HISTORY.replace("{wrong}", WRONG)
        ));
    }
    // The histories did something.
    holds(
        &database,
        "",
        &[
            "(SELECT sum(message_count + call_count + email_count) > 50 AND sum(unread_count) > 5
            AND count(*) FILTER (WHERE last_message_at IS NOT NULL) > 2 FROM crm.conversations)",
        ],
    );
}

const HISTORY: &str = "
DO $do$
DECLARE
    what text;
    time_column text;
    read_column text;
    step text;
BEGIN
    FOR i IN 1..60 LOOP
        what := (ARRAY['messages', 'calls', 'emails'])[1 + floor(random() * 3)];
        time_column := CASE what WHEN 'calls' THEN 'started_at' ELSE 'sent_at' END;
        read_column := CASE what WHEN 'calls' THEN 'seen_at' ELSE 'read_at' END;
        -- One of the four conversations, or none; ties are wanted.
        step := CASE floor(random() * 8)
            WHEN 0 THEN format('UPDATE crm.%I SET conversation_id = %s WHERE random() < 0.3', what,
                '(SELECT id FROM crm.conversations ORDER BY random() LIMIT 1)')
            WHEN 1 THEN format('UPDATE crm.%I SET %I = %2$I - interval ''1 hour'', %I = NULL
                WHERE random() < 0.3', what, time_column,
                    read_column)
            WHEN 2 THEN format('UPDATE crm.%I SET %I = now() + interval ''1 year''
                WHERE random() < 0.5', what, read_column)
            WHEN 3 THEN format('UPDATE crm.%I SET direction = CASE direction WHEN ''inbound''
                THEN ''outbound'' ELSE ''inbound'' END WHERE random() < 0.3', what)
            WHEN 4 THEN format('DELETE FROM crm.%I WHERE random() < 0.2', what)
            WHEN 5 THEN format('UPDATE crm.%I SET conversation_id = NULL WHERE random() < 0.1', what)
            ELSE format('INSERT INTO crm.%I (conversation_id, direction, %I, status%s)
                SELECT md5(nullif(floor(random() * 5), 0)::text)::uuid,
                    CASE WHEN random() < 0.5 THEN ''inbound'' ELSE ''outbound'' END,
                    date_trunc(''hour'', now()) + floor(random() * 4) * interval ''1 hour'', %s
                FROM generate_series(1, 1 + floor(random() * 8)::integer)', what, time_column,
                CASE what WHEN 'messages' THEN ', body' WHEN 'calls' THEN ', summary'
                    ELSE ', subject, from_address, to_addresses' END,
                CASE what WHEN 'messages' THEN '''sent'', ''m'' || random()'
                    WHEN 'calls' THEN '''voicemail'', ''c'' || random()'
                    ELSE '''sent'', ''e'' || random(), ''a@x.io'', ARRAY[''b@x.io'']' END)
        END;
        EXECUTE step;
        IF i = 40 THEN
            -- The messages of one stay, without it; then it is there again.
            DELETE FROM crm.conversations WHERE id = md5('2')::uuid;
            INSERT INTO crm.conversations (id, contact_id)
            VALUES (md5('2')::uuid, md5('a contacts')::uuid);
        END IF;
        ASSERT NOT EXISTS ({wrong}), step;
    END LOOP;
END;
$do$";
