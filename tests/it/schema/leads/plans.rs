//! With a million leads, what is asked is found by index.

use super::documented::{HOT, HOT_ABOVE, ROI, TAGS_ALL, TAGS_ANY, TIMELINE};
use super::{DOCUMENTED_PATH, acting};
use crate::support::Database;

/// The ids of rows that `MILLION` makes.
const ORGANIZATION: &str = "00000000-0000-0000-0000-000000000007";
const USER: &str = "00000000-0000-0000-0001-000000000007";
const SEGMENT: &str = "00000000-0000-0000-0003-000000000007";

/// Fifty organizations, five hundred users, two thousand leads each, a part of them with a history.
/// Without triggers, and with indexes that are built after: it is the plans that are asked for.
const MILLION: &str = "
SET session_replication_role = replica; SET maintenance_work_mem = '256MB';
CREATE FUNCTION pg_temp.id(kind int, number int) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN ('00000000-0000-0000-000' || kind || '-' || lpad(number::text, 12, '0'))::uuid;
INSERT INTO users.organizations (id) SELECT pg_temp.id(0, i) FROM generate_series(0, 49) AS i;
INSERT INTO users.users (id, organization_id, email, name)
SELECT pg_temp.id(1, i), pg_temp.id(0, i % 50), i || '@x.io', 'First' || i
FROM generate_series(0, 499) AS i;
UPDATE pg_index SET indisready = false, indisvalid = false
WHERE indrelid IN ('leads.leads'::regclass, 'leads.lead_status_history'::regclass);
INSERT INTO leads.leads (id, user_id, organization_id, tenant_id, first_name, last_name,
    phone_number, status, lead_score, tags, source, last_contact_date, metadata)
SELECT gen_random_uuid(), u.id, u.organization_id, u.organization_id, u.name, n.last_name,
    '+1' || 2000000000 + row_number() OVER (), n.status, n.score, n.tags, n.source, n.at, n.metadata
FROM (
    SELECT 'Last' || i AS last_name,
        (ARRAY['new', 'contacted', 'qualified', 'nurturing', 'hot', 'cold', 'recruited', 'dnc'])
            [1 + i % 8] AS status,
        i % 101 AS score,
        ARRAY[CASE i % 200 WHEN 0 THEN 'hot' WHEN 1 THEN 'facebook' WHEN 2 THEN 'linkedin'
            ELSE 't' || i % 97 END, CASE i % 400 WHEN 0 THEN 'referral' ELSE 'x' END] AS tags,
        's' || i % 7 AS source, now() - i * interval '1 hour' AS at,
        CASE i % 1000 WHEN 7 THEN '{\"vip\": true}' ELSE '{}' END::jsonb AS metadata
    FROM generate_series(1, 2000) AS i OFFSET 0
) AS n, users.users AS u;
INSERT INTO leads.lead_status_history (id, lead_id, organization_id, to_status, changed_at)
SELECT id, id, organization_id, status, last_contact_date FROM leads.leads LIMIT 200000;
REINDEX TABLE leads.leads; REINDEX TABLE leads.lead_status_history;
INSERT INTO leads.dnc_list (phone_number, organization_id)
SELECT '+1' || 2000000000 + i, pg_temp.id(0, i % 50) FROM generate_series(1, 10000) AS i;
INSERT INTO leads.lead_source_costs (user_id, organization_id, source, period, cost_usd)
SELECT id, organization_id, 's0', '2026-01', 1 FROM users.users;
INSERT INTO leads.segments (id, user_id, organization_id, name, filter)
SELECT pg_temp.id(3, i), pg_temp.id(1, i), pg_temp.id(0, i), 's', '{\"tags_all\": [\"hot\", \"referral\"]}'
FROM generate_series(0, 49) AS i;
ANALYZE leads.leads, leads.lead_status_history, leads.dnc_list, leads.lead_source_costs, leads.segments";

#[test]
fn a_million_leads_are_found_by_index() {
    let database = Database::shipped();
    database.execute(MILLION);
    let lead = database.value("SELECT id FROM leads.leads LIMIT 1");
    let owner = DOCUMENTED_PATH.to_owned();
    let app = format!(
        "{}; {DOCUMENTED_PATH}",
        acting("crm_app", ORGANIZATION, USER)
    );

    let by_name = "SELECT * FROM leads WHERE first_name || ' ' || last_name ILIKE '%st17 Last20%'";
    let by_phone = "SELECT * FROM leads WHERE phone_number = '+12000000007' AND deleted_at IS NULL";
    let by_metadata = "SELECT * FROM leads WHERE metadata @? '$.vip ? (@ == true)'";
    // What each reads by as the owner. The operators of the GIN indexes are not leakproof: under
    // a policy they come after it, and the leads are those of the organization, by index too.
    for (query, index) in [
        (TAGS_ANY, "idx_leads_tags"),
        (TAGS_ALL, "idx_leads_tags"),
        (by_name, "idx_leads_search_name"),
        (by_metadata, "leads_metadata_idx"),
        (by_phone, "idx_leads_phone_"),
        (
            &ROI.replace("$1", &format!("'{USER}'")),
            "idx_leads_user_id",
        ),
        (
            &TIMELINE.replace("$1", &format!("'{lead}'")),
            "lead_status_history_lead_id_changed_at_idx",
        ),
        (HOT, "idx_leads_lead_score"),
        (HOT_ABOVE, "idx_leads_status"),
    ] {
        let plan = |who: &str| {
            let plan = database
                .rows(&format!("{who}; EXPLAIN {query}"))
                .concat()
                .join("\n");
            assert!(!plan.contains("Seq Scan"), "{who}; {query}\n{plan}");
            plan
        };
        let plan_of_owner = plan(&owner);
        assert!(plan_of_owner.contains(index), "{query}\n{plan_of_owner}");
        plan(&app);
    }

    // How a function reads is seen from what it has read.
    for (call, table) in [
        (
            format!("calculate_funnel_conversion('{ORGANIZATION}')"),
            "lead_status_history",
        ),
        (format!("calculate_lead_roi('{USER}')"), "leads"),
        (format!("segment_leads('{SEGMENT}')"), "leads"),
        (format!("refresh_segment('{SEGMENT}')"), "leads"),
        (
            format!("is_on_dnc_list('+12000000007', '{ORGANIZATION}')"),
            "dnc_list",
        ),
    ] {
        for who in [&owner, &app] {
            let scans = database.rows(&format!(
                "{who}; SELECT FROM {call}; RESET ROLE;
                SELECT seq_scan, idx_scan > 0 FROM pg_stat_xact_user_tables
                WHERE schemaname = 'leads' AND relname = '{table}'"
            ));
            assert_eq!(
                scans.last().expect("a row")[..],
                ["0", "t"],
                "{who}; {call}"
            );
        }
    }
}
