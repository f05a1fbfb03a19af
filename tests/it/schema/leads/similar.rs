//! Leads that resemble one, where the server has vectors.

use super::{A, ADA, ALICE, B, BEN, BOB, acting, with_leads};
use crate::schema::refuses;

#[test]
fn similar_leads_are_those_of_the_organization_with_the_nearest_vectors() {
    let database = with_leads();
    let there = "SELECT to_regclass('leads.lead_embeddings') IS NOT NULL";
    let offered = "SELECT count(*) > 0 FROM pg_available_extensions WHERE name = 'vector'";
    assert_eq!(database.value(there), database.value(offered));
    if database.value(there) == "f" {
        return;
    }

    // Angles in the plane of the first two numbers: 0 for Ada, then growing.
    database.execute(&format!(
        "INSERT INTO leads.leads (id, organization_id, first_name, deleted_at) SELECT
            ('aaaaaaaa-0000-0000-0000-00000000001' || i)::uuid, '{A}', i, CASE i WHEN 2 THEN now() END
            FROM generate_series(1, 4) AS i;
        INSERT INTO leads.lead_embeddings (lead_id, model, embedding)
        SELECT id, m, (ARRAY[cosd(angle), sind(angle)] || array_fill(0, ARRAY[1534]))::extensions.vector
        FROM (SELECT id, 20 * (CASE WHEN first_name ~ '^[0-9]$' THEN first_name ELSE '0' END)::int
            FROM leads.leads) AS l (id, angle), unnest(ARRAY['m1']) AS m"
    ));
    let similar = |who: &str, lead: &str, limit: &str| {
        database.rows(&format!(
            "{who}; SELECT right(similar_lead_id::text, 2), round(similarity::numeric, 3)
            FROM leads.find_similar_leads('{lead}'{limit})"
        ))
    };
    let expected = [["11", "0.940"], ["13", "0.500"], ["14", "0.174"]];
    let app = acting("crm_app", A, ALICE);
    assert_eq!(similar("", ADA, ""), expected);
    assert_eq!(similar(&app, ADA, ""), expected);
    assert_eq!(similar(&app, ADA, ", 1"), expected[..1]);
    assert!(similar(&app, BEN, "").is_empty(), "another's");
    assert!(similar("", BEN, "").is_empty(), "alone");
    assert!(similar(&acting("crm_app", B, BOB), ADA, "").is_empty());
    refuses(
        &database,
        &app,
        &[
            (
                "23503",
                &format!(
                    "INSERT INTO leads.lead_embeddings (lead_id, model, embedding) SELECT '{BEN}',
                    'm2', embedding FROM leads.lead_embeddings LIMIT 1"
                ),
            ),
            (
                "23503",
                &format!(
                    "INSERT INTO leads.lead_embeddings (lead_id, organization_id, model, embedding)
                    SELECT '{BEN}', '{A}', 'm1', embedding FROM leads.lead_embeddings LIMIT 1"
                ),
            ),
            (
                "22000",
                &format!(
                    "INSERT INTO leads.lead_embeddings (lead_id, model, embedding) VALUES ('{ADA}', 'm2', '[1]')"
                ),
            ),
        ],
    );
    database.execute("DELETE FROM leads.leads");
    assert_eq!(
        database.value("SELECT count(*) FROM leads.lead_embeddings"),
        "0"
    );
}
