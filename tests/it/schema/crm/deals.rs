//! Deals: their stages, the history of them, when they were closed.

use super::{app, id, two_tenants};
use crate::schema::users::tenants::{A, ALICE, B, BOB, acting};
use crate::schema::{holds, matches};
use crate::support::Client;

const HISTORY: &str = "SELECT coalesce(from_stage, '-'), to_stage, deal_value,
        CASE changed_by WHEN 'aaaaaaaa-0000-0000-0000-00000000000a' THEN 'alice' END,
        time_in_stage IS NULL
    FROM crm.deal_stage_history WHERE organization_id = 'aaaaaaaa-0000-0000-0000-000000000000'";

#[test]
fn each_change_of_a_stage_is_in_the_history_and_nothing_else_is() {
    let database = two_tenants();
    let app = app();
    for change in [
        "stage = 'offer', value = 250000",
        "stage = 'offer'",
        "value = 240000",
        "stage = 'closed_won'",
    ] {
        database.execute(&format!("{app}; UPDATE crm.deals SET {change}"));
    }
    // Nobody, and somebody who is no user of the organization.
    for user in ["", BOB] {
        let stage = if user.is_empty() {
            "lead"
        } else {
            "negotiation"
        };
        database.execute(&format!(
            "{}; UPDATE crm.deals SET stage = '{stage}'",
            acting("crm_app", A, user)
        ));
    }
    matches(
        &database,
        HISTORY,
        "- | lead | | alice | t
        lead | offer | 250000.00 | alice | f
        offer | closed_won | 240000.00 | alice | f
        closed_won | lead | 240000.00 | | f
        lead | negotiation | 240000.00 | | f",
    );
    let theirs =
        format!("SELECT count(*) FROM crm.deal_stage_history WHERE organization_id = '{B}'");
    assert_eq!(database.value(&theirs), "1");
}

#[test]
fn many_deals_moved_at_once_each_have_their_change() {
    let database = two_tenants();
    // One first: a plan that is kept was made for it.
    holds(
        &database,
        &format!(
            "{}; UPDATE crm.deals SET stage = 'offer';
            INSERT INTO crm.deals (contact_id, title, stage)
            SELECT {}, 'd' || i, CASE WHEN i % 2 = 0 THEN 'lead' ELSE 'offer' END
            FROM generate_series(1, 5000) AS i;
            UPDATE crm.deals SET stage = 'offer'",
            app(),
            id("a", "contacts")
        ),
        &[
            "(SELECT count(*) = 2500 FROM crm.deal_stage_history
            WHERE from_stage = 'lead' AND to_stage = 'offer' AND deal_id <> md5('a deals')::uuid)",
            "(SELECT count(*) = 5001 FROM crm.deal_stage_history WHERE from_stage IS NULL)",
            "NOT EXISTS (SELECT FROM crm.deals d JOIN LATERAL (
                SELECT h.to_stage, h.changed_at FROM crm.deal_stage_history h
                WHERE h.deal_id = d.id ORDER BY h.changed_at DESC LIMIT 1
            ) l ON true WHERE l.to_stage <> d.stage OR l.changed_at <> d.stage_changed_at)",
        ],
    );
}

#[test]
fn the_time_in_a_stage_is_never_negative_though_a_transaction_began_earlier() {
    let database = two_tenants();
    let late = Client::that(&database, &format!("BEGIN; {}; SELECT now()", app()));
    database.execute(&format!("{}; UPDATE crm.deals SET stage = 'offer'", app()));
    late.execute("UPDATE crm.deals SET stage = 'negotiation'; COMMIT");
    holds(
        &database,
        "",
        &[
            &format!(
                "(SELECT count(*) = 3 AND bool_and(time_in_stage > '0' IS NOT FALSE)
                FROM crm.deal_stage_history WHERE organization_id = '{A}')"
            ),
            "(SELECT bool_and(h.changed_at = p.changed_at + h.time_in_stage)
            FROM crm.deal_stage_history h JOIN crm.deal_stage_history p
            ON p.deal_id = h.deal_id AND p.to_stage = h.from_stage)",
        ],
    );
}

#[test]
fn a_deal_is_closed_when_its_stage_says_so() {
    let database = two_tenants();
    let app = app();
    let closed = |truth: &str| format!("(SELECT {truth} FROM crm.deals)");
    for (change, truth) in [
        (
            "stage = 'closed_lost', lost_reason = 'price'",
            "closed_at = now()",
        ),
        (
            "stage = 'closed_won', closed_at = now() + interval '1 day'",
            "closed_at = now() + interval '1 day'",
        ),
        ("stage = 'offer'", "closed_at IS NULL"),
        ("closed_at = now()", "closed_at IS NULL"),
        (
            "stage_changed_at = '2000-01-01'",
            "stage_changed_at > '2001-01-01'",
        ),
    ] {
        holds(
            &database,
            &format!("{app}; UPDATE crm.deals SET {change}"),
            &[&closed(truth)],
        );
    }
    // However far ahead its time was said to be, it can be moved, and the pipeline shown.
    let ahead = format!(
        "{app}; INSERT INTO crm.deals (contact_id, title, stage_changed_at)
        VALUES ({c}, 'ahead', 'infinity'), ({c}, 'ahead', now() + interval '1 day');
        UPDATE crm.deals SET stage = 'offer' WHERE title = 'ahead'",
        c = id("a", "contacts")
    );
    holds(
        &database,
        &ahead,
        &[
            "(SELECT count(*) = 2 AND bool_and(stage_changed_at <= clock_timestamp()
                AND time_in_stage >= '0') FROM crm.deal_pipeline WHERE title = 'ahead')",
            "(SELECT count(*) = 4 AND bool_and(changed_at <= clock_timestamp())
            FROM crm.deal_stage_history JOIN crm.deals ON deals.id = deal_id
            WHERE title = 'ahead')",
        ],
    );
    // As an import writes it: long ago, and already over.
    holds(
        &database,
        &format!(
            "{}; INSERT INTO crm.deals (contact_id, title, stage, created_at, closed_at)
            VALUES ({}, 'old', 'closed_won', '2001-01-01', '2001-02-01')",
            acting("crm_app", A, ALICE),
            id("a", "contacts")
        ),
        &["(SELECT closed_at = '2001-02-01' FROM crm.deals WHERE title = 'old')"],
    );
}
