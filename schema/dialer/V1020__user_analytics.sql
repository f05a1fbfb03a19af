-- dialer: figures of each user, a row a day: those of the user's agents, added up.
--
-- Needs: utilities V0102 (uuid_generate_v4), users V0301, V0303.
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign key.

CREATE TABLE dialer.user_analytics (
    id               uuid    NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id          uuid    NOT NULL,
    date             date    NOT NULL,
    total_calls      integer NOT NULL DEFAULT 0,
    successful_calls integer NOT NULL DEFAULT 0,
    total_agents     integer NOT NULL DEFAULT 0,
    total_leads      integer NOT NULL DEFAULT 0,
    qualified_leads  integer NOT NULL DEFAULT 0,
    credits_used     integer NOT NULL DEFAULT 0,

    CONSTRAINT user_analytics_pkey PRIMARY KEY (id),
    CONSTRAINT user_analytics_user_id_date_key UNIQUE (user_id, date),
    CONSTRAINT user_analytics_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE
)
WITH (fillfactor = 50);

COMMENT ON TABLE dialer.user_analytics IS
    'Figures of a user''s calls, a row a day (UTC). Always equal to the sum of the daily rows of '
    'the user''s agents in dialer.agent_analytics, whose columns tell what is counted.';
COMMENT ON COLUMN dialer.user_analytics.total_agents IS
    'Agents with a call on that day.';

ALTER TABLE dialer.user_analytics ENABLE ROW LEVEL SECURITY;

CREATE POLICY user_analytics_tenant_policy ON dialer.user_analytics
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT ON dialer.user_analytics TO crm_app, crm_readonly;
