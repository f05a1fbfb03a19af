-- dialer: counts the figures of a day anew, from the calls and leads themselves.
--
-- Needs: V1018, V1019, V1020, V1021, V1023, V1025.
-- Locks: nothing.
--
-- Nothing needs this in daily use: it repairs figures after a change that no trigger saw, and
-- shows that they are right.

CREATE FUNCTION dialer.recompute_agent_daily_from_calls(agent_id uuid, target_date date)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    agent ALIAS FOR $1;
    day ALIAS FOR $2;
    calls dialer.counted_call[];
    leads dialer.counted_lead[];
BEGIN
    -- From here on no call of the user is counted by others. Each statement sees what was
    -- committed before it (READ COMMITTED): what comes later adds itself to the result.
    PERFORM dialer.lock_figures(ARRAY(SELECT a.user_id FROM dialer.agents AS a WHERE a.id = agent));

    SELECT array_agg(ROW(
        c.id, c.agent_id, c.user_id, c.called_at, c.status, c.duration_seconds, c.credits_used
    )::dialer.counted_call) INTO calls
    FROM dialer.calls AS c
    WHERE c.agent_id = agent
        AND c.called_at >= day::timestamp AT TIME ZONE 'UTC'
        AND c.called_at < (day + 1)::timestamp AT TIME ZONE 'UTC';

    SELECT array_agg(ROW(
        l.agent_id, l.user_id, l.called_at,
        l.qualification_status IS NOT DISTINCT FROM 'qualified',
        ARRAY[
            l.engagement_score, l.intent_score, l.urgency_score, l.budget_score, l.fit_score,
            l.total_score
        ],
        dialer.cta_clicks(l.ai_analysis)
    )::dialer.counted_lead) INTO leads
    FROM dialer.lead_analytics AS l
    WHERE l.agent_id = agent
        AND l.called_at >= day::timestamp AT TIME ZONE 'UTC'
        AND l.called_at < (day + 1)::timestamp AT TIME ZONE 'UTC';

    DELETE FROM dialer.agent_analytics AS t WHERE t.agent_id = agent AND t.date = day;
    PERFORM dialer.count_calls(calls, NULL);
    PERFORM dialer.count_leads(leads, NULL);
END;
$$;

COMMENT ON FUNCTION dialer.recompute_agent_daily_from_calls(uuid, date) IS
    'Counts an agent''s day (UTC) anew, with its hours; the user''s figures follow by trigger.';

CREATE FUNCTION dialer.recompute_user_daily_from_agent(user_id uuid, target_date date)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    owner ALIAS FOR $1;
    day ALIAS FOR $2;
BEGIN
    PERFORM dialer.lock_figures(ARRAY[owner]);
    DELETE FROM dialer.user_analytics AS t WHERE t.user_id = owner AND t.date = day;
    INSERT INTO dialer.user_analytics (
        user_id, date, total_calls, successful_calls, total_agents, total_leads, qualified_leads,
        credits_used
    )
    SELECT
        a.user_id,
        a.date,
        sum(a.total_calls),
        sum(a.successful_calls),
        count(*) FILTER (WHERE a.total_calls > 0),
        sum(a.leads_generated),
        sum(a.qualified_leads),
        sum(a.credits_used)
    FROM dialer.agent_analytics AS a
    WHERE a.user_id = owner AND a.date = day AND a.hour IS NULL
    GROUP BY a.user_id, a.date;
END;
$$;

COMMENT ON FUNCTION dialer.recompute_user_daily_from_agent(uuid, date) IS
    'Adds a user''s day up anew, from the daily rows of the agents.';

CREATE FUNCTION dialer.calculate_daily_call_analytics(user_id uuid, target_date date)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    owner ALIAS FOR $1;
    day ALIAS FOR $2;
BEGIN
    PERFORM dialer.recompute_agent_daily_from_calls(a.id, day)
    FROM dialer.agents AS a
    WHERE a.user_id = owner;
    PERFORM dialer.recompute_user_daily_from_agent(owner, day);
END;
$$;

COMMENT ON FUNCTION dialer.calculate_daily_call_analytics(uuid, date) IS
    'Counts a user''s day (UTC) anew, with that of each agent.';

CREATE FUNCTION dialer.batch_calculate_call_analytics(
    user_id uuid,
    start_date date,
    end_date date
)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (start_date <= end_date AND isfinite(start_date) AND isfinite(end_date)) IS NOT TRUE THEN
        RAISE EXCEPTION 'invalid days: % to %',
            coalesce(start_date::text, 'NULL'), coalesce(end_date::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the first day and the last, both included.';
    END IF;
    PERFORM dialer.calculate_daily_call_analytics(user_id, start_date + n)
    FROM generate_series(0, end_date - start_date) AS n;
END;
$$;

COMMENT ON FUNCTION dialer.batch_calculate_call_analytics(uuid, date, date) IS
    'Counts a user''s days (UTC) anew, from the first to the last, both included.';

REVOKE ALL ON FUNCTION
    dialer.recompute_agent_daily_from_calls(uuid, date),
    dialer.recompute_user_daily_from_agent(uuid, date),
    dialer.calculate_daily_call_analytics(uuid, date),
    dialer.batch_calculate_call_analytics(uuid, date, date)
FROM PUBLIC;

-- They write nothing but what is true, of whichever user: not for crm_app.
GRANT EXECUTE ON FUNCTION
    dialer.recompute_agent_daily_from_calls(uuid, date),
    dialer.recompute_user_daily_from_agent(uuid, date),
    dialer.calculate_daily_call_analytics(uuid, date),
    dialer.batch_calculate_call_analytics(uuid, date, date)
TO crm_maintenance;
