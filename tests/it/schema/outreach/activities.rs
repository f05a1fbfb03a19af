//! What happened to the mails, what follows from it, and what it comes to.

use super::{CAMPAIGN, LEAD, app, id, mails, outreach, value};
use crate::schema::holds;
use crate::schema::users::tenants::A;

#[test]
fn a_reply_or_a_bounce_ends_the_sequence_of_that_lead() {
    for event in ["sent", "opened", "clicked", "replied", "bounced"] {
        let database = outreach();
        mails(&database, 1);
        let ends = ["replied", "bounced"].contains(&event);
        let (status, queued) = if ends {
            (event, "cancelled")
        } else {
            ("active", "queued")
        };
        holds(
            &database,
            &format!(
                "{}; INSERT INTO outreach.email_activities (lead_id, event_type)
                VALUES ('{lead}', '{event}')",
                app(),
                lead = id(A, LEAD)
            ),
            &[
                &format!(
                    "(SELECT array_agg(status ORDER BY email) = '{{active,{status}}}'
                    FROM outreach.leads)"
                ),
                &format!(
                    "(SELECT array_agg(q.status ORDER BY l.email) = '{{queued,{queued}}}'
                    FROM outreach.email_queue AS q JOIN outreach.leads AS l ON l.id = q.lead_id)"
                ),
                &format!(
                    "(SELECT count(*) FROM outreach.email_queue
                    WHERE error_message = 'lead is {event}') = {}",
                    u8::from(ends)
                ),
            ],
        );
    }
    // What was decided about a lead before stays.
    let database = outreach();
    holds(
        &database,
        &format!(
            "{}; UPDATE outreach.leads SET status = 'customer';
            INSERT INTO outreach.email_activities (lead_id, event_type)
                VALUES ('{}', 'replied')",
            app(),
            id(A, LEAD)
        ),
        &["(SELECT status = 'customer' FROM outreach.leads)"],
    );
}

#[test]
fn statistics_count_each_mail_once() {
    let database = outreach();
    mails(&database, 2);
    let shares = "SELECT concat_ws(' ', name, status, sent, opened, clicked, replied, bounced,
        open_rate, click_rate, reply_rate, bounce_rate) FROM outreach.campaign_statistics";
    assert_eq!(value(&database, shares), "a active 0 0 0 0 0");
    database.execute(&format!(
        "{}; INSERT INTO outreach.email_activities (email_queue_id, event_type)
        SELECT q.id, event FROM outreach.email_queue AS q
        JOIN outreach.leads AS l ON l.id = q.lead_id
        CROSS JOIN LATERAL unnest(CASE l.email
            WHEN 'to@a.io' THEN '{{sent,opened,opened,clicked,replied}}'
            WHEN 'lead1@x.io' THEN '{{sent,opened}}' ELSE '{{sent,bounced}}' END::text[]) AS event;
        INSERT INTO outreach.email_activities (lead_id, campaign_id, event_type)
            VALUES ('{}', '{}', 'clicked')",
        app(),
        id(A, LEAD),
        id(A, CAMPAIGN)
    ));
    let expected = "a active 3 2 2 1 1 0.6667 0.6667 0.3333 0.3333";
    assert_eq!(value(&database, shares), expected);
    let one = format!("{shares} WHERE campaign_id = '{}'", id(A, CAMPAIGN));
    assert_eq!(value(&database, &one), expected);
}

/// Indexes that the document lists, on tables large enough that reading them all costs more.
#[test]
fn the_documented_look_ups_use_an_index() {
    let database = outreach();
    database.execute(&format!(
        "SET session_replication_role = replica;
        INSERT INTO outreach.leads (organization_id, email, campaign_id, tags, data)
            SELECT '{A}', 'n' || n || '@x.io', extensions.uuid_generate_v4(),
                ARRAY['t' || n % 500], jsonb_build_object('k', n % 500)
            FROM generate_series(1, 5000) AS n;
        INSERT INTO outreach.email_activities
                (organization_id, lead_id, campaign_id, event_type, n8n_execution_id)
            SELECT organization_id, id, campaign_id, 'sent', email FROM outreach.leads;
        INSERT INTO outreach.campaigns (organization_id, status)
            SELECT extensions.uuid_generate_v4(), 'active' FROM generate_series(1, 5000);
        INSERT INTO outreach.n8n_executions (execution_id, workflow_name, organization_id)
            SELECT email, email, '{A}' FROM outreach.leads;
        INSERT INTO outreach.unsubscribes (organization_id, email)
            SELECT organization_id, email FROM outreach.leads;
        ANALYZE outreach.leads, outreach.email_activities, outreach.campaigns,
            outreach.n8n_executions, outreach.unsubscribes"
    ));
    let lead = id(A, LEAD);
    for query in [
        "campaigns WHERE status = 'active'".to_owned(),
        "leads WHERE email = 'n17@x.io'".to_owned(),
        format!("leads WHERE campaign_id = '{lead}' AND status = 'active'"),
        format!("email_activities WHERE lead_id = '{lead}' ORDER BY timestamp DESC LIMIT 10"),
        format!("email_activities WHERE campaign_id = '{lead}' AND timestamp > now()"),
        "email_activities WHERE n8n_execution_id = 'n17@x.io'".to_owned(),
        "n8n_executions WHERE execution_id = 'n17@x.io'".to_owned(),
        "n8n_executions WHERE workflow_name = 'n17@x.io' ORDER BY started_at DESC".to_owned(),
        "unsubscribes WHERE email = 'n17@x.io'".to_owned(),
        format!("campaign_statistics WHERE campaign_id = '{lead}'"),
    ] {
        let plan = database.rows(&format!(
            "{}; EXPLAIN SELECT * FROM outreach.{query}",
            app()
        ));
        let plan = plan.concat().join("\n");
        assert!(
            plan.contains("Index") && !plan.contains("Seq Scan"),
            "{query}\n{plan}"
        );
    }
    for search in ["leads_with_tags('{t17}')", "leads_with_data('{\"k\": 17}')"] {
        let rows = database.rows(&format!(
            "BEGIN; {}; SELECT count(*) FROM outreach.{search};
            SELECT seq_scan, idx_tup_fetch FROM pg_stat_xact_user_tables
            WHERE relid = 'outreach.leads'::regclass; COMMIT",
            app()
        ));
        assert_eq!(rows, [vec!["10"], vec!["0", "10"]], "{search}");
    }
}
