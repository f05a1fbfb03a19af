-- dialer: the triggers on the figures of agents that keep those of users.
--
-- Needs: users V0303, V1019, V1020, V1022.
-- Locks: SHARE ROW EXCLUSIVE on dialer.agent_analytics, for the triggers.

CREATE FUNCTION dialer.update_user_analytics_from_agents()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    added dialer.user_figures[];
    removed dialer.user_figures[];
    emptied uuid[];
BEGIN
    -- The rows of a day only: those of the hours say the same once more. Of an empty row there is
    -- nothing to add.
    IF TG_OP <> 'DELETE' THEN
        SELECT array_agg(ROW(
            a.user_id, a.date, a.total_calls, a.successful_calls,
            (a.total_calls > 0)::integer, a.leads_generated, a.qualified_leads, a.credits_used
        )::dialer.user_figures) INTO added
        FROM new_rows AS a
        WHERE a.hour IS NULL AND a.total_calls + a.leads_generated > 0;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT array_agg(ROW(
            a.user_id, a.date, a.total_calls, a.successful_calls,
            (a.total_calls > 0)::integer, a.leads_generated, a.qualified_leads, a.credits_used
        )::dialer.user_figures) INTO removed
        FROM old_rows AS a
        WHERE a.hour IS NULL AND a.total_calls + a.leads_generated > 0;
    END IF;
    IF added IS NULL AND removed IS NULL THEN
        RETURN NULL;
    END IF;
    -- Within another trigger, this one holds the lock.
    IF pg_trigger_depth() = 1 THEN
        PERFORM dialer.lock_figures(ARRAY(SELECT a.user_id FROM unnest(added || removed) AS a));
    END IF;

    WITH updated AS (
        INSERT INTO dialer.user_analytics AS t (
            user_id, date, total_calls, successful_calls, total_agents, total_leads,
            qualified_leads, credits_used
        )
        SELECT
            a.user_id,
            a.date,
            sum(a.n * a.total_calls),
            sum(a.n * a.successful_calls),
            sum(a.n * a.total_agents),
            sum(a.n * a.total_leads),
            sum(a.n * a.qualified_leads),
            sum(a.n * a.credits_used)
        FROM (
            SELECT 1 AS n, x.* FROM unnest(added) AS x
            UNION ALL
            SELECT -1, x.* FROM unnest(removed) AS x
        ) AS a
        -- A user who is being deleted takes its rows here along.
        WHERE EXISTS (SELECT FROM users.users AS u WHERE u.id = a.user_id)
        GROUP BY a.user_id, a.date
        ON CONFLICT (user_id, date) DO UPDATE SET
            total_calls = t.total_calls + excluded.total_calls,
            successful_calls = t.successful_calls + excluded.successful_calls,
            total_agents = t.total_agents + excluded.total_agents,
            total_leads = t.total_leads + excluded.total_leads,
            qualified_leads = t.qualified_leads + excluded.qualified_leads,
            credits_used = t.credits_used + excluded.credits_used
        RETURNING t.id, t.total_calls = 0 AND t.total_leads = 0 AS is_empty
    )
    SELECT array_agg(u.id) FILTER (WHERE u.is_empty) INTO emptied
    FROM updated AS u;

    IF emptied IS NOT NULL THEN
        DELETE FROM dialer.user_analytics AS t WHERE t.id = ANY (emptied);
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.update_user_analytics_from_agents() IS
    'Trigger, FOR EACH STATEMENT: adds what daily rows of agents gained to '
    'dialer.user_analytics, and takes back what they lost.';

REVOKE ALL ON FUNCTION dialer.update_user_analytics_from_agents() FROM PUBLIC;

CREATE TRIGGER trg_user_daily_rollup
    AFTER INSERT ON dialer.agent_analytics
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_user_analytics_from_agents();

CREATE TRIGGER trg_user_daily_rollup_on_update
    AFTER UPDATE ON dialer.agent_analytics
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_user_analytics_from_agents();

CREATE TRIGGER trg_user_daily_rollup_on_delete
    AFTER DELETE ON dialer.agent_analytics
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_user_analytics_from_agents();
