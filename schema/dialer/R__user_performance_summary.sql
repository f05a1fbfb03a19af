-- dialer: how well each user's calls go.
--
-- Needs: users V0303; V1019.

-- security_invoker: the reader's own rights and row policies apply.
CREATE OR REPLACE VIEW dialer.user_performance_summary
    WITH (security_invoker = true) AS
SELECT
    u.id AS user_id,
    u.email,
    u.name,
    coalesce(f.total_calls, 0) AS total_calls,
    coalesce(f.successful_calls, 0) AS successful_calls,
    coalesce(f.total_leads, 0) AS total_leads,
    coalesce(f.qualified_leads, 0) AS qualified_leads,
    dialer.percent(f.successful_calls, f.successful_calls + f.failed_calls) AS success_rate,
    dialer.percent(f.answered_calls, f.total_calls) AS answer_rate,
    dialer.percent(f.qualified_leads, f.total_calls) AS conversion_rate,
    dialer.mean(f.engagement_score_sum, f.engagement_score_count) AS avg_engagement_score,
    dialer.mean(f.intent_score_sum, f.intent_score_count) AS avg_intent_score,
    dialer.mean(f.urgency_score_sum, f.urgency_score_count) AS avg_urgency_score,
    dialer.mean(f.budget_score_sum, f.budget_score_count) AS avg_budget_score,
    dialer.mean(f.fit_score_sum, f.fit_score_count) AS avg_fit_score,
    dialer.mean(f.total_score_sum, f.total_score_count) AS avg_total_score
FROM users.users AS u
LEFT JOIN (
    SELECT
        d.user_id,
        sum(d.total_calls) AS total_calls,
        sum(d.successful_calls) AS successful_calls,
        sum(d.failed_calls) AS failed_calls,
        sum(d.answered_calls) AS answered_calls,
        sum(d.leads_generated) AS total_leads,
        sum(d.qualified_leads) AS qualified_leads,
        sum(d.engagement_score_sum) AS engagement_score_sum,
        sum(d.engagement_score_count) AS engagement_score_count,
        sum(d.intent_score_sum) AS intent_score_sum,
        sum(d.intent_score_count) AS intent_score_count,
        sum(d.urgency_score_sum) AS urgency_score_sum,
        sum(d.urgency_score_count) AS urgency_score_count,
        sum(d.budget_score_sum) AS budget_score_sum,
        sum(d.budget_score_count) AS budget_score_count,
        sum(d.fit_score_sum) AS fit_score_sum,
        sum(d.fit_score_count) AS fit_score_count,
        sum(d.total_score_sum) AS total_score_sum,
        sum(d.total_score_count) AS total_score_count
    FROM dialer.agent_analytics AS d
    WHERE d.hour IS NULL
    GROUP BY d.user_id
) AS f ON f.user_id = u.id;

COMMENT ON VIEW dialer.user_performance_summary IS
    'Each user''s rates and mean scores over all days; the columns of dialer.agent_analytics '
    'tell what they mean.';

GRANT SELECT ON dialer.user_performance_summary TO crm_app, crm_readonly;
