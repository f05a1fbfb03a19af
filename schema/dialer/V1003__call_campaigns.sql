-- dialer: campaigns of calls, and what a time zone is.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201, users V0303, V1001.
-- Locks: SHARE ROW EXCLUSIVE on users.users and dialer.agents, for the foreign keys.

-- Looking into pg_timezone_names would read hundreds of files for each campaign.
CREATE FUNCTION dialer.is_time_zone(name text)
    RETURNS boolean
    LANGUAGE plpgsql STABLE STRICT
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Any letters before a number would pass as a POSIX time zone: numbers in names of Etc only.
    IF name !~ '^([A-Za-z_-]+(/[A-Za-z_-]+)*|Etc/GMT[+-]?[0-9]+)$' THEN
        RETURN false;
    END IF;
    PERFORM now() AT TIME ZONE name;
    RETURN true;
EXCEPTION
    WHEN invalid_parameter_value THEN
        RETURN false;
END;
$$;

COMMENT ON FUNCTION dialer.is_time_zone(text) IS
    'Whether the text names a time zone that the server knows: Europe/Berlin, UTC.';

REVOKE ALL ON FUNCTION dialer.is_time_zone(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dialer.is_time_zone(text) TO crm_app, crm_readonly;

CREATE TABLE dialer.call_campaigns (
    id                     uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id                uuid         NOT NULL,
    agent_id               uuid         NOT NULL,
    name                   varchar(255) NOT NULL,
    description            text,
    next_action            text         NOT NULL,
    status                 varchar(20)  NOT NULL DEFAULT 'draft',
    first_call_time        time         NOT NULL,
    last_call_time         time         NOT NULL,
    start_date             date         NOT NULL,
    end_date               date,
    campaign_timezone      varchar(50),
    use_custom_timezone    boolean      DEFAULT false,
    max_retries            integer      NOT NULL DEFAULT 0,
    retry_interval_minutes integer      NOT NULL DEFAULT 60,
    total_contacts         integer      NOT NULL DEFAULT 0,
    completed_calls        integer      NOT NULL DEFAULT 0,
    successful_calls       integer      NOT NULL DEFAULT 0,
    failed_calls           integer      NOT NULL DEFAULT 0,
    started_at             timestamptz,
    completed_at           timestamptz,
    created_at             timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at             timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT call_campaigns_pkey PRIMARY KEY (id),
    CONSTRAINT call_campaigns_id_user_id_key UNIQUE (id, user_id),
    CONSTRAINT call_campaigns_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT call_campaigns_agent_id_user_id_fkey FOREIGN KEY (agent_id, user_id)
        REFERENCES dialer.agents (id, user_id) ON DELETE RESTRICT,
    CONSTRAINT call_campaigns_status_check
        CHECK (status IN ('draft', 'scheduled', 'active', 'paused', 'completed', 'cancelled')),
    -- One that the server does not know would stop the queue instead of the campaign.
    CONSTRAINT call_campaigns_campaign_timezone_check
        CHECK (dialer.is_time_zone(campaign_timezone)),
    CONSTRAINT call_campaigns_max_retries_check CHECK (max_retries BETWEEN 0 AND 5),
    CONSTRAINT call_campaigns_retry_interval_minutes_check
        CHECK (retry_interval_minutes BETWEEN 1 AND 1440)
);

COMMENT ON TABLE dialer.call_campaigns IS
    'A campaign: many contacts, called by one agent, on certain days and at certain hours.';
COMMENT ON COLUMN dialer.call_campaigns.next_action IS
    'The user''s goal: what a call should lead to.';
COMMENT ON COLUMN dialer.call_campaigns.first_call_time IS
    'From when calls are made each day, in the campaign''s time zone.';
COMMENT ON COLUMN dialer.call_campaigns.last_call_time IS
    'Until when; before first_call_time it means the next morning.';
COMMENT ON COLUMN dialer.call_campaigns.end_date IS
    'The last day; NULL: no end.';
COMMENT ON COLUMN dialer.call_campaigns.campaign_timezone IS
    'Used with use_custom_timezone; else dialer.get_user_timezone() tells the zone.';
COMMENT ON COLUMN dialer.call_campaigns.max_retries IS
    'How often a contact that was busy or did not answer is called again.';
COMMENT ON COLUMN dialer.call_campaigns.retry_interval_minutes IS
    'How long to wait before that.';

CREATE INDEX idx_campaigns_user_status ON dialer.call_campaigns (user_id, status);
CREATE INDEX idx_campaigns_status_date ON dialer.call_campaigns (status, start_date);
CREATE INDEX call_campaigns_agent_id_idx ON dialer.call_campaigns (agent_id);

CREATE TRIGGER update_call_campaigns_updated_at
    BEFORE UPDATE ON dialer.call_campaigns
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE dialer.call_campaigns ENABLE ROW LEVEL SECURITY;

CREATE POLICY call_campaigns_tenant_policy ON dialer.call_campaigns
    USING (user_id = (SELECT users.current_user_id()));

-- The three counters are not written, but counted: V1026.
GRANT SELECT, DELETE ON dialer.call_campaigns TO crm_app;
GRANT INSERT (
    id, user_id, agent_id, name, description, next_action, status, first_call_time,
    last_call_time, start_date, end_date, campaign_timezone, use_custom_timezone, max_retries,
    retry_interval_minutes, total_contacts, started_at, completed_at, created_at, updated_at
), UPDATE (
    id, user_id, agent_id, name, description, next_action, status, first_call_time,
    last_call_time, start_date, end_date, campaign_timezone, use_custom_timezone, max_retries,
    retry_interval_minutes, total_contacts, started_at, completed_at, created_at, updated_at
) ON dialer.call_campaigns TO crm_app;
GRANT SELECT ON dialer.call_campaigns TO crm_readonly;
