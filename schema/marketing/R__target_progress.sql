-- marketing: what was achieved, against its target.
--
-- Needs: V0503, V0505.

-- security_invoker: the reader's own rights and row policies apply.
CREATE OR REPLACE VIEW marketing.target_progress
    WITH (security_invoker = true) AS
SELECT
    t.id AS target_id,
    t.organization_id,
    t.campaign_id,
    c.name AS campaign_name,
    c.vendor_id,
    t.metric,
    t.starts_on,
    t.ends_on,
    t.target_value,
    a.achieved_value,
    t.target_value - a.achieved_value AS remaining_value,
    round(100 * a.achieved_value / nullif(t.target_value, 0), 2) AS percent_achieved
FROM marketing.targets AS t
JOIN marketing.campaigns AS c ON c.id = t.campaign_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(d.achieved_value), 0) AS achieved_value
    FROM marketing.achievements AS d
    WHERE d.organization_id = t.organization_id
        AND d.campaign_id = t.campaign_id
        AND d.metric = t.metric
        AND d.achieved_on BETWEEN t.starts_on AND t.ends_on
) AS a;

COMMENT ON VIEW marketing.target_progress IS
    'Each target with what was achieved in its period.';
COMMENT ON COLUMN marketing.target_progress.remaining_value IS
    'What is missing; negative when more was achieved.';
COMMENT ON COLUMN marketing.target_progress.percent_achieved IS
    'Of the target; NULL for a target of 0.';

GRANT SELECT ON marketing.target_progress TO crm_app, crm_readonly;
