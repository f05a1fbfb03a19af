-- Where the figures differ from a count of the calls, leads and ledger, which shares nothing with
-- the functions that keep them: what is kept, rows there, rows that differ.
WITH call AS (
    SELECT
        c.*, l.id AS lead_id, l.qualification_status, l.engagement_score, l.intent_score,
        l.urgency_score, l.budget_score, l.fit_score, l.total_score, l.ai_analysis AS ai,
        (SELECT -sum(t.amount) FROM dialer.credit_transactions t
            WHERE t.call_id = c.id AND t.type IN ('usage', 'refund')) AS credits,
        coalesce(c.started_at, c.created_at) AT TIME ZONE 'UTC' AS moment
    FROM dialer.calls c LEFT JOIN dialer.lead_analytics l ON l.call_id = c.id
), agent AS (
    SELECT
        agent_id, user_id, moment::date AS date, extract(hour FROM moment)::int AS hour,
        count(*) AS total,
        count(*) FILTER (WHERE status = 'completed') AS successful,
        count(*) FILTER (WHERE status IN ('failed', 'busy', 'no-answer')) AS failed,
        count(*) FILTER (WHERE status IN ('in-progress', 'completed') OR duration_seconds > 0)
            AS answered,
        coalesce(sum(duration_seconds), 0) AS seconds,
        coalesce(sum(credits), 0) AS credits,
        count(lead_id) AS leads,
        count(*) FILTER (WHERE qualification_status = 'qualified') AS qualified,
        coalesce(avg(engagement_score), 0)::numeric(5,2) AS engagement,
        coalesce(avg(intent_score), 0)::numeric(5,2) AS intent,
        coalesce(avg(urgency_score), 0)::numeric(5,2) AS urgency,
        coalesce(avg(budget_score), 0)::numeric(5,2) AS budget,
        coalesce(avg(fit_score), 0)::numeric(5,2) AS fit,
        coalesce(avg(total_score), 0)::numeric(5,2) AS total_score,
        coalesce(sum((ai ->> 'cta_demo_clicks')::int), 0) AS demo,
        coalesce(sum((ai ->> 'cta_human_escalations')::boolean::int), 0) AS escalations,
        count(*) FILTER (WHERE (ai ->> 'cta_demo_clicks')::int > 0
            OR (ai ->> 'cta_human_escalations')::boolean) AS followed
    FROM call
    GROUP BY GROUPING SETS ((1, 2, 3, 4), (1, 2, 3))
), rates AS (
    SELECT
        agent_id, user_id, date, hour, total, successful, failed, answered, seconds, credits,
        leads, qualified, engagement, intent, urgency, budget, fit, total_score, demo,
        escalations,
        round(seconds / 60.0) AS minutes,
        coalesce(round(seconds / 60.0 / nullif(answered, 0), 2), 0) AS avg_minutes,
        coalesce(round(100.0 * successful / nullif(successful + failed, 0), 2), 0) AS success,
        round(100.0 * answered / total, 2) AS answer,
        round(100.0 * qualified / total, 2) AS conversion,
        coalesce(round(1.0 * credits / nullif(leads, 0), 2), 0) AS cost,
        demo + escalations AS clicks,
        round(100.0 * followed / total, 2) AS cta
    FROM agent
), kept AS (
    SELECT
        agent_id, user_id, date, hour, total_calls, successful_calls, failed_calls,
        answered_calls, total_duration_seconds, credits_used, leads_generated, qualified_leads,
        avg_engagement_score, avg_intent_score, avg_urgency_score, avg_budget_score,
        avg_fit_score, avg_total_score, cta_demo_clicks, cta_human_escalations,
        total_duration_minutes, avg_duration_minutes, success_rate, answer_rate,
        conversion_rate, cost_per_lead, total_cta_interactions, cta_conversion_rate
    FROM dialer.agent_analytics
), of_user AS (
    SELECT user_id, date, sum(total), sum(successful), count(*), sum(leads), sum(qualified),
        sum(credits)
    FROM agent WHERE hour IS NULL GROUP BY user_id, date
), kept_of_user AS (
    SELECT user_id, date, total_calls, successful_calls, total_agents, total_leads,
        qualified_leads, credits_used
    FROM dialer.user_analytics
), of_campaign AS (
    SELECT
        k.id,
        count(*) FILTER (WHERE c.status IN ('completed', 'failed', 'busy', 'no-answer')),
        count(*) FILTER (WHERE c.status = 'completed'),
        count(*) FILTER (WHERE c.status IN ('failed', 'busy', 'no-answer'))
    FROM dialer.call_campaigns k LEFT JOIN dialer.calls c ON c.campaign_id = k.id
    GROUP BY k.id
), kept_of_campaign AS (
    SELECT id, completed_calls, successful_calls, failed_calls FROM dialer.call_campaigns
)
SELECT 'agents', (SELECT count(*) FROM kept), (SELECT count(*) FROM (
    (TABLE rates EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE rates)) d)
UNION ALL
SELECT 'users', (SELECT count(*) FROM kept_of_user), (SELECT count(*) FROM (
    (TABLE of_user EXCEPT TABLE kept_of_user)
    UNION ALL (TABLE kept_of_user EXCEPT TABLE of_user)) d)
UNION ALL
SELECT 'campaigns', (SELECT count(*) FROM kept_of_campaign WHERE completed_calls > 0),
    (SELECT count(*) FROM (TABLE of_campaign EXCEPT TABLE kept_of_campaign) d)
UNION ALL
SELECT 'leads', (SELECT count(*) FROM dialer.lead_analytics),
    (SELECT count(*) FROM dialer.lead_analytics l JOIN dialer.calls c ON c.id = l.call_id
        WHERE (l.agent_id, l.user_id, l.called_at) IS DISTINCT FROM
            (c.agent_id, c.user_id, coalesce(c.started_at, c.created_at)));
