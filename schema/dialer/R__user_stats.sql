-- dialer: each user's numbers at a glance.
--
-- Needs: users V0303; V1001, V1020.

-- security_invoker: the reader's own rights and row policies apply.
CREATE OR REPLACE VIEW dialer.user_stats
    WITH (security_invoker = true) AS
SELECT
    u.id AS user_id,
    u.email,
    u.name,
    coalesce(f.total_calls, 0) AS total_calls,
    coalesce(f.total_leads, 0) AS total_leads,
    (SELECT count(*) FROM dialer.agents AS a WHERE a.user_id = u.id) AS total_agents
FROM users.users AS u
LEFT JOIN (
    SELECT
        d.user_id,
        sum(d.total_calls) AS total_calls,
        sum(d.total_leads) AS total_leads
    FROM dialer.user_analytics AS d
    GROUP BY d.user_id
) AS f ON f.user_id = u.id;

COMMENT ON VIEW dialer.user_stats IS
    'Each user''s calls, leads and agents.';

GRANT SELECT ON dialer.user_stats TO crm_app, crm_readonly;
