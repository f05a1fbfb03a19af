-- users: how often and when each user logged in.
--
-- Needs: V0303, V0308.

-- security_invoker: the reader's own rights and row policies apply.
CREATE OR REPLACE VIEW users.user_login_stats
    WITH (security_invoker = true) AS
SELECT
    u.id AS user_id,
    u.email,
    u.name,
    coalesce(a.login_count, 0) AS login_count,
    coalesce(a.login_count_30_days, 0) AS login_count_30_days,
    coalesce(a.failed_count, 0) AS failed_count,
    a.last_login,
    a.last_failure
FROM users.users AS u
LEFT JOIN (
    SELECT
        lower(t.email) AS email,
        count(*) FILTER (WHERE t.success) AS login_count,
        count(*) FILTER (
            WHERE t.success AND t.attempted_at > now() - interval '30 days'
        ) AS login_count_30_days,
        count(*) FILTER (WHERE NOT t.success) AS failed_count,
        max(t.attempted_at) FILTER (WHERE t.success) AS last_login,
        max(t.attempted_at) FILTER (WHERE NOT t.success) AS last_failure
    FROM users.login_attempts AS t
    GROUP BY lower(t.email)
) AS a ON a.email = lower(u.email);

COMMENT ON VIEW users.user_login_stats IS
    'Each user''s log-ins and failed attempts, as far back as login_attempts goes (90 days).';

GRANT SELECT ON users.user_login_stats TO crm_app, crm_readonly;
