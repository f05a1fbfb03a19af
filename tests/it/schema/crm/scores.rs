//! calculate_contact_score() and get_contact_tags().

use super::{app, id, two_tenants};
use crate::schema::holds;

#[test]
fn a_score_is_the_sum_of_its_parts() {
    let database = two_tenants();
    let app = app();
    database.execute(&format!("{app}; DELETE FROM crm.contacts"));
    let contact = id("a", "contacts");
    let score = format!("SELECT crm.calculate_contact_score({contact})");
    // Each step adds to what is there.
    for (step, expected) in [
        (
            "INSERT INTO crm.contacts (id, last_name) VALUES ({c}, 'Lee')",
            "0",
        ),
        ("UPDATE crm.contacts SET phone = '+12125550100'", "5"),
        (
            "UPDATE crm.contacts SET email = 'a@x.io', estimated_value = 1",
            "15",
        ),
        (
            "UPDATE crm.contacts SET property_address = '1 Main St'",
            "20",
        ),
        // Long ago, then in the last 90, 30 and 7 days; only inbound ones count as an answer.
        (
            "INSERT INTO crm.messages (contact_id, direction, body, sent_at)
            VALUES ({c}, 'inbound', 'x', now() - interval '91 days')",
            "20",
        ),
        (
            "INSERT INTO crm.messages (contact_id, direction, body, sent_at)
            VALUES ({c}, 'outbound', 'x', now() - interval '80 days')",
            "25",
        ),
        (
            "INSERT INTO crm.messages (contact_id, direction, body, sent_at)
            VALUES ({c}, 'inbound', 'x', now() - interval '80 days')",
            "28",
        ),
        (
            "INSERT INTO crm.emails (contact_id, direction, from_address, to_addresses, sent_at)
            VALUES ({c}, 'inbound', 'a@x.io', '{b@x.io}', now() - interval '20 days')",
            "41",
        ),
        (
            "INSERT INTO crm.calls (contact_id, direction, status, started_at)
            VALUES ({c}, 'outbound', 'no_answer', now() - interval '1 day')",
            "51",
        ),
        ("UPDATE crm.calls SET status = 'completed'", "54"),
        (
            "INSERT INTO crm.deals (contact_id, title, stage) VALUES ({c}, 'd', 'closed_lost')",
            "54",
        ),
        (
            "INSERT INTO crm.deals (contact_id, title) VALUES ({c}, 'd')",
            "69",
        ),
        (
            "INSERT INTO crm.deals (contact_id, title) VALUES ({c}, 'd')",
            "69",
        ),
        (
            "INSERT INTO crm.deals (contact_id, title, stage) VALUES ({c}, 'd', 'closed_won')",
            "79",
        ),
        (
            "INSERT INTO crm.messages (contact_id, direction, body)
            SELECT {c}, 'inbound', 'x' FROM generate_series(1, 40)",
            "100",
        ),
        ("UPDATE crm.contacts SET status = 'do_not_contact'", "0"),
        ("UPDATE crm.contacts SET status = 'active'", "100"),
        ("UPDATE crm.contacts SET deleted_at = now()", "0"),
    ] {
        database.execute(&format!("{app}; {}", step.replace("{c}", &contact)));
        assert_eq!(database.value(&score), expected, "{step}");
    }
    holds(
        &database,
        "",
        &[
            "crm.calculate_contact_score(gen_random_uuid()) IS NULL",
            "crm.calculate_contact_score(NULL) IS NULL",
        ],
    );
}

#[test]
fn the_tags_of_a_contact_are_a_sorted_array() {
    let database = two_tenants();
    let contact = id("a", "contacts");
    holds(
        &database,
        &format!(
            "{}; INSERT INTO crm.tags (name) VALUES ('Buyer'), ('Zoning'), ('Unused');
            INSERT INTO crm.contact_tags (contact_id, tag_id)
            SELECT {contact}, id FROM crm.tags WHERE name IN ('Zoning', 'Buyer')",
            app()
        ),
        &[
            &format!("crm.get_contact_tags({contact}) = '{{Buyer,Hot,Zoning}}'"),
            &format!(
                "(SELECT tags = '{{Buyer,Hot,Zoning}}' FROM crm.contact_summary
                WHERE contact_id = {contact})"
            ),
            "crm.get_contact_tags(gen_random_uuid()) = '{}'",
        ],
    );
}
