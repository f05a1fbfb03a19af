//! The documented statements, word for word, as the owner and as an application.

use super::{A, ADA, ALICE, DOCUMENTED_PATH, acting, with_leads};
use crate::schema::{holds, refuses};

pub const TAGS_ANY: &str = "SELECT * FROM leads
WHERE tags && ARRAY['facebook', 'linkedin']
AND deleted_at IS NULL";

pub const TAGS_ALL: &str = "SELECT * FROM leads
WHERE tags @> ARRAY['hot', 'referral']
AND deleted_at IS NULL";

pub const DNC: &str = "SELECT is_on_dnc_list('+12125551234', 'org-uuid')";

pub const ROI: &str = "WITH source_metrics AS (
  SELECT
    l.source,
    COUNT(*) as total_leads,
    COUNT(CASE WHEN status = 'recruited' THEN 1 END) as recruited,
    COALESCE(SUM(c.cost_usd), 0) as total_cost
  FROM leads l
  LEFT JOIN lead_source_costs c
    ON l.source = c.source
    AND l.user_id = c.user_id
  WHERE l.user_id = $1
  GROUP BY l.source
)
SELECT
  source,
  total_leads,
  recruited,
  total_cost,
  total_cost / NULLIF(total_leads, 0) as cost_per_lead,
  recruited::float / NULLIF(total_leads, 0) as conversion_rate,
  total_cost / NULLIF(recruited, 0) as cost_per_recruit
FROM source_metrics";

pub const TIMELINE: &str = "SELECT
  'status_change' as type,
  to_status as summary,
  changed_at as timestamp
FROM lead_status_history
WHERE lead_id = $1
ORDER BY changed_at DESC
LIMIT 10";

pub const HOT: &str = "SELECT * FROM leads
WHERE status IN ('hot', 'qualified')
AND lead_score >= 70
AND deleted_at IS NULL
ORDER BY lead_score DESC, last_contact_date DESC
LIMIT 10";

pub const HOT_ABOVE: &str = "SELECT * FROM leads
WHERE status = 'hot'
AND lead_score > 70";

/// Reads every lead, by what it asks.
const WITH_HISTORY: &str = "SELECT l.*,
       json_agg(h.*) as status_history
FROM leads l
LEFT JOIN lead_status_history h ON l.id = h.lead_id
GROUP BY l.id";

#[test]
fn queries_run_as_written() {
    let database = with_leads();
    database.execute(&format!(
        "UPDATE leads.leads SET tags = '{{facebook,hot,referral}}', source = 'fb', lead_score = 85;
        UPDATE leads.leads SET status = 'qualified'; UPDATE leads.leads SET status = 'hot';
        INSERT INTO leads.leads (organization_id, user_id, tags, status, lead_score, deleted_at)
            VALUES ('{A}', '{ALICE}', '{{facebook,hot,referral}}', 'hot', 90, now());
        INSERT INTO leads.lead_source_costs (user_id, source, period, cost_usd)
            VALUES ('{ALICE}', 'fb', '2026-01', 30);
        INSERT INTO leads.dnc_list (phone_number, organization_id) VALUES ('+12125551234', '{A}')"
    ));
    for (who, acting, leads) in [
        ("the owner", String::new(), 2),
        ("the application", acting("crm_app", A, ALICE), 1),
        ("a reader", acting("crm_readonly", A, ""), 1),
        // As the document sets it.
        (
            "the tenant",
            format!("SET ROLE crm_app; SET app.current_tenant_id = '{A}'"),
            1,
        ),
    ] {
        let rows = |query: &str| {
            let query = query
                .replace(
                    "$1",
                    &format!("'{}'", if query == ROI { ALICE } else { ADA }),
                )
                .replace("org-uuid", A);
            database.rows(&format!("{acting}; {DOCUMENTED_PATH}; {query}"))
        };
        assert_eq!(rows(TAGS_ANY).len(), leads, "{who}");
        assert_eq!(rows(TAGS_ALL).len(), leads, "{who}");
        assert_eq!(rows(HOT).len(), leads, "{who}");
        // It asks for those put away, too.
        assert_eq!(rows(HOT_ABOVE).len(), leads + 1, "{who}");
        assert_eq!(
            rows(&format!("EXPLAIN ANALYZE {HOT_ABOVE}")).len().min(2),
            2
        );
        assert_eq!(rows("SELECT * FROM leads").len(), leads + 1, "{who}");
        assert_eq!(rows(WITH_HISTORY).len(), leads + 1, "{who}");
        assert_eq!(rows(DNC), [["t"]], "{who}");
        let fb = rows(ROI).into_iter().find(|row| row[0] == "fb").expect(who);
        assert_eq!(fb[1..4], ["1", "0", "30.00"], "{who}");
        let timeline = rows(TIMELINE);
        let summaries: Vec<&str> = timeline.iter().map(|row| row[1].as_str()).collect();
        assert_eq!(summaries, ["hot", "qualified", "new"], "{who}");
    }
    database.execute("VACUUM ANALYZE leads.leads");
}

#[test]
fn documented_values_fit() {
    let database = with_leads();
    holds(
        &database,
        &format!(
            "{DOCUMENTED_PATH};
            UPDATE leads SET tags = ARRAY['hot', 'referral', 'executive'], lead_score_factors = '{{
                \"qualification\": 40, \"engagement\": 25, \"intent\": 15, \"demographic\": 5, \"total\": 85
            }}' WHERE id = '{ADA}';
            SET app.current_org_id = '{A}';
            INSERT INTO nurture_sequences (name, steps) VALUES ('welcome', '[
                {{\"step\": 1, \"delay_days\": 0, \"channel\": \"sms\", \"template_id\": \"welcome_sms\"}}
            ]');
            INSERT INTO lead_sequence_enrollments (lead_id, sequence_id)
                SELECT '{ADA}', id FROM nurture_sequences;
            INSERT INTO system_config (config_key, config_value) VALUES ('currency', 'USD');
            INSERT INTO lead_activities (lead_id, activity_type) VALUES ('{ADA}', 'call');
            INSERT INTO document_collections (lead_id, name) VALUES ('{ADA}', 'application')"
        ),
        &[
            "(SELECT (lead_score_factors ->> 'total')::int = 85 AND tags[3] = 'executive'
                FROM leads.leads WHERE first_name = 'Ada')",
            "(SELECT jsonb_path_exists(steps, '$[*] ? (@.channel == \"sms\")')
                FROM leads.nurture_sequences)",
            "(SELECT status = 'active' AND current_step = 0
                FROM leads.lead_sequence_enrollments)",
            "(SELECT count(*) = 4 FROM information_schema.tables WHERE table_schema = 'leads'
                AND table_name IN ('lead_audit_log', 'lead_status_history', 'lead_score_history',
                'lead_assignments'))",
        ],
    );
}

/// It counts by a column that its table does not have, ordered by what it does not group by.
#[test]
fn the_funnel_query_cannot_run_as_written() {
    refuses(
        &with_leads(),
        DOCUMENTED_PATH,
        &[(
            "42703",
            "WITH funnel AS (
              SELECT
                to_status,
                COUNT(*) as count,
                LAG(COUNT(*)) OVER (ORDER BY stage_order) as prev_count
              FROM lead_status_history
              WHERE changed_at > NOW() - INTERVAL '30 days'
              GROUP BY to_status
            )
            SELECT
              to_status,
              count,
              count::float / NULLIF(prev_count, 0) as conversion_rate
            FROM funnel",
        )],
    );
}

#[test]
fn updated_at_follows_each_change() {
    let database = with_leads();
    database.execute("UPDATE leads.leads SET updated_at = '2020-01-01'");
    holds(
        &database,
        "",
        &["(SELECT bool_and(updated_at > now() - interval '1 hour') FROM leads.leads)"],
    );
}
