-- dialer: the triggers on calls and leads that keep the figures of agents.
--
-- Needs: V1018, V1021, V1023.
-- Locks: SHARE ROW EXCLUSIVE on dialer.calls and dialer.lead_analytics, for the triggers.
--
-- A statement is counted at once, however many rows it changes. Its transition table is read once,
-- into an array, before a table is touched: Citus wants it so. A trigger with transition tables
-- serves one event, hence three of each.

CREATE FUNCTION dialer.update_agent_analytics_from_calls()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    added dialer.counted_call[];
    removed dialer.counted_call[];
    moved uuid[] := '{}';
BEGIN
    IF TG_OP <> 'DELETE' THEN
        SELECT array_agg(ROW(
            c.id, c.agent_id, c.user_id, c.called_at, c.status, c.duration_seconds,
            c.credits_used
        )::dialer.counted_call) INTO added
        FROM new_rows AS c;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT array_agg(ROW(
            c.id, c.agent_id, c.user_id, c.called_at, c.status, c.duration_seconds,
            c.credits_used
        )::dialer.counted_call) INTO removed
        FROM old_rows AS c;
    END IF;

    IF TG_OP = 'UPDATE' AND added IS DISTINCT FROM removed THEN
        moved := ARRAY(
            SELECT m.call_id
            FROM (
                SELECT a.call_id, a.agent_id, a.user_id, a.called_at FROM unnest(added) AS a
                EXCEPT
                SELECT r.call_id, r.agent_id, r.user_id, r.called_at FROM unnest(removed) AS r
            ) AS m
        );
    END IF;
    IF moved <> '{}' THEN
        -- Leads first and figures after them: in this order they are locked by a change to a lead.
        PERFORM FROM dialer.lead_analytics AS l WHERE l.call_id = ANY (moved) FOR NO KEY UPDATE;
    END IF;
    PERFORM dialer.count_calls(added, removed);
    IF moved <> '{}' THEN
        UPDATE dialer.lead_analytics AS l SET
            agent_id = c.agent_id,
            called_at = c.called_at
        FROM dialer.calls AS c
        WHERE c.id = l.call_id AND l.call_id = ANY (moved);
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.update_agent_analytics_from_calls() IS
    'Trigger, FOR EACH STATEMENT: adds new calls to dialer.agent_analytics, takes deleted ones '
    'back, and does both for changed ones; leads of calls that move are moved along.';

CREATE FUNCTION dialer.update_agent_scores_from_lead_analytics()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    added dialer.counted_lead[];
    removed dialer.counted_lead[];
BEGIN
    IF TG_OP <> 'DELETE' THEN
        SELECT array_agg(ROW(
            l.agent_id, l.user_id, l.called_at,
            l.qualification_status IS NOT DISTINCT FROM 'qualified',
            ARRAY[
                l.engagement_score, l.intent_score, l.urgency_score, l.budget_score, l.fit_score,
                l.total_score
            ],
            dialer.cta_clicks(l.ai_analysis)
        )::dialer.counted_lead) INTO added
        FROM new_rows AS l;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT array_agg(ROW(
            l.agent_id, l.user_id, l.called_at,
            l.qualification_status IS NOT DISTINCT FROM 'qualified',
            ARRAY[
                l.engagement_score, l.intent_score, l.urgency_score, l.budget_score, l.fit_score,
                l.total_score
            ],
            dialer.cta_clicks(l.ai_analysis)
        )::dialer.counted_lead) INTO removed
        FROM old_rows AS l;
    END IF;
    PERFORM dialer.count_leads(added, removed);
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.update_agent_scores_from_lead_analytics() IS
    'Trigger, FOR EACH STATEMENT: adds new leads to dialer.agent_analytics, takes deleted ones '
    'back, and does both for changed ones.';

REVOKE ALL ON FUNCTION
    dialer.update_agent_analytics_from_calls(),
    dialer.update_agent_scores_from_lead_analytics()
FROM PUBLIC;

CREATE TRIGGER trg_calls_daily_analytics
    AFTER INSERT ON dialer.calls
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_analytics_from_calls();

CREATE TRIGGER trg_calls_daily_analytics_on_update
    AFTER UPDATE ON dialer.calls
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_analytics_from_calls();

CREATE TRIGGER trg_calls_daily_analytics_on_delete
    AFTER DELETE ON dialer.calls
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_analytics_from_calls();

CREATE TRIGGER trg_leads_daily_analytics
    AFTER INSERT ON dialer.lead_analytics
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_scores_from_lead_analytics();

CREATE TRIGGER trg_leads_daily_analytics_on_update
    AFTER UPDATE ON dialer.lead_analytics
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_scores_from_lead_analytics();

CREATE TRIGGER trg_leads_daily_analytics_on_delete
    AFTER DELETE ON dialer.lead_analytics
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_scores_from_lead_analytics();
