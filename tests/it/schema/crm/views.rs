//! The three views: their values, and that a row costs what a row costs.

use super::{app, id, two_tenants};
use crate::schema::{holds, matches};

#[test]
fn a_summary_counts_what_belongs_to_the_contact() {
    let database = two_tenants();
    let contact = id("a", "contacts");
    database.execute(&format!(
        "{}; INSERT INTO crm.contacts (last_name) VALUES ('Empty');
        INSERT INTO crm.contacts (last_name, deleted_at) VALUES ('Gone', now());
        INSERT INTO crm.messages (contact_id, direction, body, sent_at)
        VALUES ({contact}, 'outbound', 'x', now() + interval '1 hour');
        INSERT INTO crm.deals (contact_id, title, value, stage) VALUES
            ({contact}, 'd', 100.50, 'offer'), ({contact}, 'd', 10, 'closed_won'),
            ({contact}, 'd', 1, 'closed_lost'), ({contact}, 'd', 20, 'closed_won');
        INSERT INTO crm.activities (contact_id, title, status, due_at) VALUES
            ({contact}, 't', 'pending', now() - interval '1 hour'),
            ({contact}, 't', 'pending', now() + interval '1 hour'),
            ({contact}, 't', 'completed', now() - interval '2 hours')",
        app()
    ));
    matches(
        &database,
        &format!(
            "{}; SELECT last_name, tags, message_count, call_count, email_count, unread_count,
                last_contacted_at > now(), activity_count, pending_activity_count,
                overdue_activity_count, next_due_at < now(), deal_count, open_deal_count,
                open_deal_value, won_deal_value
            FROM crm.contact_summary",
            app()
        ),
        "Lee | {Hot} | 2 | 1 | 1 | 1 | t | 4 | 3 | 1 | t | 5 | 2 | 100.50 | 30.00
        Empty | {} | 0 | 0 | 0 | 0 | | 0 | 0 | 0 | | 0 | 0 | 0 | 0",
    );
}

#[test]
fn the_pipeline_has_the_open_deals_with_their_contact() {
    let database = two_tenants();
    database.execute(&format!(
        "{}; UPDATE crm.deals SET stage = 'offer', value = 200, probability = 33,
            assigned_to = users.current_user_id(), expected_close_date = CURRENT_DATE - 1;
        INSERT INTO crm.deals (contact_id, title, stage)
        VALUES ({c}, 'won', 'closed_won'), ({c}, 'lost', 'closed_lost'), ({c}, 'new', 'lead')",
        app(),
        c = id("a", "contacts")
    ));
    matches(
        &database,
        &format!(
            "{}; SELECT title, stage, stage_position, weighted_value, is_late, contact_name,
                contact_email, contact_phone, assigned_to_name, tags, time_in_stage >= '0'
            FROM crm.deal_pipeline",
            app()
        ),
        "House | offer | 4 | 66.00 | t | Ann Lee | ann@x.io | +12125550100 | alice | {Hot} | t
        new | lead | 1 | | | Ann Lee | ann@x.io | +12125550100 | | {} | t",
    );
}

#[test]
fn the_dashboard_says_when_each_activity_is_due() {
    let database = two_tenants();
    database.execute(&format!(
        "{}; DELETE FROM crm.activities; INSERT INTO crm.activities (title, status, due_at) VALUES
            ('none', 'pending', NULL), ('late', 'in_progress', now() - interval '1 minute'),
            ('week', 'pending', CURRENT_DATE + 2), ('later', 'pending', CURRENT_DATE + 30),
            ('done', 'completed', now() - interval '1 minute'), ('off', 'cancelled', NULL);
        INSERT INTO crm.activities (contact_id, deal_id, assigned_to, title, due_at)
        VALUES ({}, {}, users.current_user_id(), 'linked', CURRENT_DATE + 30)",
        app(),
        id("a", "contacts"),
        id("a", "deals")
    ));
    let view = format!(
        "{}; SELECT title, status, due, contact_name, deal_title, assigned_to_name
        FROM crm.activity_dashboard",
        app()
    );
    matches(
        &database,
        &view,
        "none | pending | no_date | | |
        late | overdue | overdue | | |
        week | pending | this_week | | |
        later | pending | later | | |
        done | completed | done | | |
        off | cancelled | done | | |
        linked | pending | later | Ann Lee | House | alice",
    );
    // What is due this evening is due today, in whichever zone the session is.
    holds(
        &database,
        &format!(
            "BEGIN; {}; UPDATE crm.activities SET due_at = now() + interval '1 microsecond' ",
            app()
        ),
        &["(SELECT bool_and(due = 'today') FROM crm.activity_dashboard
            WHERE status NOT IN ('completed', 'cancelled'))"],
    );
}

/// With many rows of others around, no table is read from end to end for one contact.
#[test]
fn one_contact_is_looked_up_by_index() {
    let database = two_tenants();
    database.execute(
        "SET app.current_org_id = 'aaaaaaaa-0000-0000-0000-000000000000';
        INSERT INTO crm.contacts (id, last_name)
        SELECT md5(i::text)::uuid, 'c' || i FROM generate_series(1, 2000) AS i;
        INSERT INTO crm.messages (contact_id, direction, body)
        SELECT md5(i::text)::uuid, 'inbound', 'x' FROM generate_series(1, 2000) AS i;
        INSERT INTO crm.calls (contact_id, direction)
        SELECT md5(i::text)::uuid, 'inbound' FROM generate_series(1, 2000) AS i;
        INSERT INTO crm.emails (contact_id, direction, from_address, to_addresses)
        SELECT md5(i::text)::uuid, 'inbound', 'a@x.io', '{b@x.io}'
        FROM generate_series(1, 2000) AS i;
        INSERT INTO crm.deals (contact_id, title)
        SELECT md5(i::text)::uuid, 'd' FROM generate_series(1, 2000) AS i;
        INSERT INTO crm.activities (contact_id, title)
        SELECT md5(i::text)::uuid, 'a' FROM generate_series(1, 2000) AS i;
        ANALYZE crm.contacts, crm.messages, crm.calls, crm.emails, crm.deals, crm.activities",
    );
    let plan = database.rows(&format!(
        "{}; EXPLAIN SELECT * FROM crm.contact_summary WHERE contact_id = md5('7')::uuid",
        app()
    ));
    let plan = plan.concat().join("\n");
    for index in [
        "messages_contact_id_sent_at_idx",
        "calls_contact_id_started_at_idx",
        "emails_contact_id_sent_at_idx",
        "activities_contact_id_due_at_idx",
        "deals_contact_id_stage_idx",
    ] {
        assert!(plan.contains(index), "{index}:\n{plan}");
    }
    assert!(!plan.contains("Seq Scan"), "{plan}");
}
