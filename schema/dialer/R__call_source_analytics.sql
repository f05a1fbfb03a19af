-- dialer: where calls come from.
--
-- Needs: V1004, V1019 (percent), V1021.

-- security_invoker: the reader's own rights and row policies apply.
CREATE OR REPLACE VIEW dialer.call_source_analytics
    WITH (security_invoker = true) AS
SELECT
    c.user_id,
    coalesce(c.call_source, 'unknown') AS call_source,
    count(*) AS total_calls,
    count(*) FILTER (WHERE c.status = 'completed') AS successful_calls,
    count(*) FILTER (WHERE c.status IN ('failed', 'busy', 'no-answer')) AS failed_calls,
    dialer.percent(
        count(*) FILTER (WHERE c.status = 'completed'),
        count(*) FILTER (WHERE c.status NOT IN ('initiated', 'in-progress'))
    ) AS success_rate,
    coalesce(sum(c.duration_seconds), 0) AS total_duration_seconds,
    count(l.id) AS total_leads,
    count(*) FILTER (WHERE l.qualification_status = 'qualified') AS qualified_leads
FROM dialer.calls AS c
LEFT JOIN dialer.lead_analytics AS l ON l.call_id = c.id
GROUP BY c.user_id, coalesce(c.call_source, 'unknown');

COMMENT ON VIEW dialer.call_source_analytics IS
    'Each user''s calls by source: phone, internet, or unknown, also where none is given. Counts '
    'the calls themselves.';

GRANT SELECT ON dialer.call_source_analytics TO crm_app, crm_readonly;
