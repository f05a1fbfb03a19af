-- dialer: what a dashboard has computed, until it expires or an agent changes.
--
-- Needs: users V0303, V1001.
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign key, and on dialer.agents, for the
-- trigger.

CREATE TABLE dialer.dashboard_cache (
    user_id    uuid         NOT NULL,
    cache_key  varchar(255) NOT NULL,
    data       jsonb        NOT NULL,
    expires_at timestamptz  NOT NULL,
    created_at timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT dashboard_cache_pkey PRIMARY KEY (user_id, cache_key),
    CONSTRAINT dashboard_cache_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE
);

COMMENT ON TABLE dialer.dashboard_cache IS
    'A result that a user''s dashboard keeps. Every row can be computed anew.';
COMMENT ON COLUMN dialer.dashboard_cache.cache_key IS
    'Which result, as the dashboard names it.';

CREATE INDEX dashboard_cache_expires_at_idx ON dialer.dashboard_cache (expires_at);

CREATE FUNCTION dialer.update_dashboard_cache_from_agents()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM dialer.dashboard_cache AS d
    WHERE d.user_id IN (OLD.user_id, NEW.user_id);
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.update_dashboard_cache_from_agents() IS
    'Trigger: when an agent changes, what its user''s dashboard has kept is dropped.';

CREATE FUNCTION dialer.cleanup_expired_dashboard_cache()
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    deleted integer;
BEGIN
    DELETE FROM dialer.dashboard_cache AS d WHERE d.expires_at <= now();
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END;
$$;

COMMENT ON FUNCTION dialer.cleanup_expired_dashboard_cache() IS
    'Task, daily: deletes what dashboards have kept for too long, returns how many rows.';

REVOKE ALL ON FUNCTION
    dialer.update_dashboard_cache_from_agents(),
    dialer.cleanup_expired_dashboard_cache()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION dialer.cleanup_expired_dashboard_cache() TO crm_maintenance;

CREATE TRIGGER update_dashboard_cache_from_agents
    AFTER INSERT OR UPDATE OR DELETE ON dialer.agents
    FOR EACH ROW EXECUTE FUNCTION dialer.update_dashboard_cache_from_agents();

ALTER TABLE dialer.dashboard_cache ENABLE ROW LEVEL SECURITY;

CREATE POLICY dashboard_cache_tenant_policy ON dialer.dashboard_cache
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON dialer.dashboard_cache TO crm_app;
GRANT SELECT ON dialer.dashboard_cache TO crm_readonly;
