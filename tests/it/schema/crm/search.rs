//! Full-text search: English stems, ranking, tenants, and that the index is used.

use super::{app, id, two_tenants};
use crate::schema::users::tenants::{A, B, acting};
use crate::schema::{holds, matches};
use crate::support::Database;

const SEARCHES: [(&str, &str); 3] = [
    (
        "contacts",
        "INSERT INTO crm.contacts (organization_id, last_name, notes)",
    ),
    (
        "activities",
        "INSERT INTO crm.activities (organization_id, title, description)",
    ),
    (
        "deals",
        "INSERT INTO crm.deals (organization_id, contact_id, title, description)",
    ),
];

/// Adds rows to a table, all but one in a hundred about something else.
fn fill(database: &Database, table: &str, insert: &str) {
    let contact = match table {
        "deals" => format!("{},", id("a", "contacts")),
        _ => String::new(),
    };
    database.execute(&format!(
        "{insert} SELECT 'aaaaaaaa-0000-0000-0000-000000000000', {contact} 'row ' || i,
            CASE i % 100 WHEN 0 THEN 'negotiating mortgages' ELSE 'nothing ' || i END
        FROM generate_series(1, 3000) AS i"
    ));
    // What waits in the index's list of pending entries is moved into it.
    database.execute(&format!("VACUUM ANALYZE crm.{table}"));
}

#[test]
fn stemmed_words_are_found_through_the_index() {
    let database = two_tenants();
    for (table, insert) in SEARCHES {
        fill(&database, table, insert);
        let index = format!("{table}_organization_id_search_vector_idx");
        let plan = database.rows(&format!(
            "EXPLAIN SELECT id FROM crm.{table}
            WHERE search_vector @@ websearch_to_tsquery('pg_catalog.english', 'negotiated mortgage')"
        ));
        let plan = plan.concat().join("\n");
        assert!(
            plan.contains(&format!("Bitmap Index Scan on {index}")),
            "{plan}"
        );
        // What the functions do is the same; its statistics tell whether the index was used, and
        // that it gave no row of another organization.
        for (organization, found) in [(A, "30"), (B, "0")] {
            let rows = database.rows(&format!(
                "BEGIN; {}; SELECT count(*) FROM crm.search_{table}('negotiated mortgage', 100);
                RESET ROLE; SELECT pg_stat_get_xact_numscans(i) || ' scan, '
                    || pg_stat_get_xact_tuples_returned(i)
                FROM CAST('crm.{index}' AS regclass) AS i",
                acting("crm_app", organization, "")
            ));
            assert_eq!(
                rows.concat(),
                [found, &format!("1 scan, {found}")],
                "{table}"
            );
        }
    }
}

#[test]
fn searches_show_the_best_first_and_the_session_s_organization_only() {
    let database = two_tenants();
    database.execute(&format!(
        "{}; INSERT INTO crm.contacts (first_name, last_name, company, notes, deleted_at) VALUES
            ('Kim', 'Baker', NULL, 'sells houses', NULL),
            ('Bo', 'Stone', NULL, 'was a baker', NULL),
            ('Al', 'Baker', NULL, NULL, now());
        INSERT INTO crm.deals (contact_id, title, description) VALUES
            ({c}, 'Lake house', 'inspected twice'), ({c}, 'Flat', 'by the lake');
        INSERT INTO crm.activities (title, outcome) VALUES
            ('Inspection', NULL), ('Call', 'inspections are booked')",
        app(),
        c = id("a", "contacts")
    ));
    let found = |query: &str, expected: &[&str]| {
        let rows = database.rows(&format!("{}; {query}", app()));
        assert_eq!(rows.concat(), expected, "{query}");
    };
    found(
        "SELECT first_name FROM crm.search_contacts('baker')",
        &["Kim", "Bo"],
    );
    found(
        "SELECT first_name FROM crm.search_contacts('baker', 1)",
        &["Kim"],
    );
    found(
        "SELECT first_name FROM crm.search_contacts('baker -house')",
        &["Bo"],
    );
    found(
        "SELECT first_name FROM crm.search_contacts('selling a house')",
        &["Kim"],
    );
    found(
        "SELECT first_name FROM crm.search_contacts('ann@x.io')",
        &["Ann"],
    );
    found(
        "SELECT title FROM crm.search_deals('lakes')",
        &["Lake house", "Flat"],
    );
    found(
        "SELECT title FROM crm.search_deals('inspect')",
        &["Lake house"],
    );
    found(
        "SELECT title FROM crm.search_activities('inspecting')",
        &["Inspection", "Call"],
    );
    for organization in ["", "bbbbbbbb-0000-0000-0000-000000000000"] {
        holds(
            &database,
            &format!("SET ROLE crm_readonly; SET app.current_org_id = '{organization}'"),
            &[
                "NOT EXISTS (SELECT FROM crm.search_contacts('baker'))",
                "NOT EXISTS (SELECT FROM crm.search_deals('lake'))",
                "NOT EXISTS (SELECT FROM crm.search_activities('inspection'))",
            ],
        );
    }
    // A change is found at once, by its new words only.
    matches(
        &database,
        &format!(
            "{}; UPDATE crm.activities SET title = 'Painted' WHERE title = 'Inspection';
            SELECT title FROM crm.search_activities('painting OR inspection') ORDER BY title",
            app()
        ),
        "Call\nPainted",
    );
}

#[test]
fn a_text_of_any_length_can_be_stored() {
    let database = two_tenants();
    // Compound words of four-byte letters, no two alike: each is stored whole and in its parts.
    database.execute(
        "CREATE TEMP TABLE long AS
            SELECT string_agg(concat(chr(66560 + i / 40 % 40), chr(66560 + i % 40), '-',
                chr(131072 + i), chr(66560 + i % 40)), ' ') AS text
            FROM generate_series(1, 40000) AS i;
        UPDATE crm.contacts SET notes = text FROM long;
        UPDATE crm.deals SET description = text, notes = reverse(text) FROM long;
        UPDATE crm.activities SET description = text, outcome = reverse(text) FROM long",
    );
}
