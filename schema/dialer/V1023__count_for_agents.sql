-- dialer: adds calls, and leads, to the figures of agents, and takes them back.
--
-- Needs: V1019, V1022.
-- Locks: nothing.
--
-- Figures are updated before missing rows are inserted, and not by ON CONFLICT: nearly always the
-- rows are there, and then the triggers on inserts do not run. Plans are generic: for arrays the
-- planner would make a new one each time, which costs more than to carry it out.

CREATE FUNCTION dialer.count_calls(added dialer.counted_call[], removed dialer.counted_call[])
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    figures dialer.call_figures[];
    updated integer;
    emptied uuid[];
BEGIN
    IF added IS NOT DISTINCT FROM removed THEN
        RETURN;  -- nothing that counts has changed
    END IF;
    PERFORM dialer.lock_figures(ARRAY(SELECT c.user_id FROM unnest(added || removed) AS c));

    -- The row of a day has no hour: the second grouping set.
    SELECT array_agg(g.f) INTO figures
    FROM (
        SELECT ROW(
            c.agent_id,
            c.user_id,
            c.date,
            c.hour,
            sum(c.n),
            coalesce(sum(c.n) FILTER (WHERE c.status = 'completed'), 0),
            coalesce(sum(c.n) FILTER (WHERE c.status IN ('failed', 'busy', 'no-answer')), 0),
            coalesce(sum(c.n) FILTER (
                WHERE c.status IN ('in-progress', 'completed') OR c.duration_seconds > 0
            ), 0),
            coalesce(sum(c.n * c.duration_seconds), 0),
            sum(c.n * c.credits_used)
        )::dialer.call_figures AS f
        FROM (
            SELECT
                s.*,
                (s.called_at AT TIME ZONE 'UTC')::date AS date,
                extract(hour FROM s.called_at AT TIME ZONE 'UTC')::integer AS hour
            FROM (
                SELECT 1::bigint AS n, a.* FROM unnest(added) AS a
                UNION ALL
                SELECT -1, r.* FROM unnest(removed) AS r
            ) AS s
        ) AS c
        GROUP BY GROUPING SETS (
            (c.agent_id, c.user_id, c.date, c.hour),
            (c.agent_id, c.user_id, c.date)
        )
    ) AS g;

    WITH updated AS (
        UPDATE dialer.agent_analytics AS t SET
            total_calls = t.total_calls + f.total_calls,
            successful_calls = t.successful_calls + f.successful_calls,
            failed_calls = t.failed_calls + f.failed_calls,
            answered_calls = t.answered_calls + f.answered_calls,
            total_duration_seconds = t.total_duration_seconds + f.total_duration_seconds,
            credits_used = t.credits_used + f.credits_used
        FROM unnest(figures) AS f
        WHERE t.agent_id = f.agent_id AND t.date = f.date AND t.hour IS NOT DISTINCT FROM f.hour
        RETURNING t.id, t.total_calls = 0 AND t.leads_generated = 0 AS is_empty
    )
    SELECT count(*), array_agg(u.id) FILTER (WHERE u.is_empty) INTO updated, emptied
    FROM updated AS u;

    -- Nobody else can add the rows that are not there yet: that is what the lock is for.
    IF updated < cardinality(figures) THEN
        INSERT INTO dialer.agent_analytics (
            agent_id, user_id, date, hour, total_calls, successful_calls, failed_calls,
            answered_calls, total_duration_seconds, credits_used
        )
        SELECT f.*
        FROM unnest(figures) AS f
        WHERE NOT EXISTS (
            SELECT
            FROM dialer.agent_analytics AS t
            WHERE t.agent_id = f.agent_id AND t.date = f.date
                AND t.hour IS NOT DISTINCT FROM f.hour
        )
            -- An agent that is being deleted takes its rows here along.
            AND EXISTS (SELECT FROM dialer.agents AS a WHERE a.id = f.agent_id);
    END IF;
    IF emptied IS NOT NULL THEN
        DELETE FROM dialer.agent_analytics AS t WHERE t.id = ANY (emptied);
    END IF;
END;
$$;

COMMENT ON FUNCTION dialer.count_calls(dialer.counted_call[], dialer.counted_call[]) IS
    'Adds calls to dialer.agent_analytics, and takes others back; a row without calls and leads '
    'is deleted.';

CREATE FUNCTION dialer.count_leads(added dialer.counted_lead[], removed dialer.counted_lead[])
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    figures dialer.lead_figures[];
    updated integer;
    emptied uuid[];
BEGIN
    IF added IS NOT DISTINCT FROM removed THEN
        RETURN;  -- nothing that counts has changed
    END IF;
    PERFORM dialer.lock_figures(ARRAY(SELECT c.user_id FROM unnest(added || removed) AS c));

    -- The row of a day has no hour: the second grouping set.
    SELECT array_agg(g.f) INTO figures
    FROM (
        SELECT ROW(
            c.agent_id,
            c.user_id,
            c.date,
            c.hour,
            sum(c.n),
            coalesce(sum(c.n) FILTER (WHERE c.is_qualified), 0),
            coalesce(sum(c.n * c.scores[1]), 0),
            coalesce(sum(c.n) FILTER (WHERE c.scores[1] IS NOT NULL), 0),
            coalesce(sum(c.n * c.scores[2]), 0),
            coalesce(sum(c.n) FILTER (WHERE c.scores[2] IS NOT NULL), 0),
            coalesce(sum(c.n * c.scores[3]), 0),
            coalesce(sum(c.n) FILTER (WHERE c.scores[3] IS NOT NULL), 0),
            coalesce(sum(c.n * c.scores[4]), 0),
            coalesce(sum(c.n) FILTER (WHERE c.scores[4] IS NOT NULL), 0),
            coalesce(sum(c.n * c.scores[5]), 0),
            coalesce(sum(c.n) FILTER (WHERE c.scores[5] IS NOT NULL), 0),
            coalesce(sum(c.n * c.scores[6]), 0),
            coalesce(sum(c.n) FILTER (WHERE c.scores[6] IS NOT NULL), 0),
            sum(c.n * c.cta_clicks[1]),
            sum(c.n * c.cta_clicks[2]),
            sum(c.n * c.cta_clicks[3]),
            sum(c.n * c.cta_clicks[4]),
            sum(c.n * c.cta_clicks[5]),
            coalesce(sum(c.n) FILTER (WHERE 0 < ANY (c.cta_clicks)), 0)
        )::dialer.lead_figures AS f
        FROM (
            SELECT
                s.*,
                (s.called_at AT TIME ZONE 'UTC')::date AS date,
                extract(hour FROM s.called_at AT TIME ZONE 'UTC')::integer AS hour
            FROM (
                SELECT 1::bigint AS n, a.* FROM unnest(added) AS a
                UNION ALL
                SELECT -1, r.* FROM unnest(removed) AS r
            ) AS s
        ) AS c
        GROUP BY GROUPING SETS (
            (c.agent_id, c.user_id, c.date, c.hour),
            (c.agent_id, c.user_id, c.date)
        )
    ) AS g;

    WITH updated AS (
        UPDATE dialer.agent_analytics AS t SET
            leads_generated = t.leads_generated + f.leads_generated,
            qualified_leads = t.qualified_leads + f.qualified_leads,
            engagement_score_sum = t.engagement_score_sum + f.engagement_score_sum,
            engagement_score_count = t.engagement_score_count + f.engagement_score_count,
            intent_score_sum = t.intent_score_sum + f.intent_score_sum,
            intent_score_count = t.intent_score_count + f.intent_score_count,
            urgency_score_sum = t.urgency_score_sum + f.urgency_score_sum,
            urgency_score_count = t.urgency_score_count + f.urgency_score_count,
            budget_score_sum = t.budget_score_sum + f.budget_score_sum,
            budget_score_count = t.budget_score_count + f.budget_score_count,
            fit_score_sum = t.fit_score_sum + f.fit_score_sum,
            fit_score_count = t.fit_score_count + f.fit_score_count,
            total_score_sum = t.total_score_sum + f.total_score_sum,
            total_score_count = t.total_score_count + f.total_score_count,
            cta_pricing_clicks = t.cta_pricing_clicks + f.cta_pricing_clicks,
            cta_demo_clicks = t.cta_demo_clicks + f.cta_demo_clicks,
            cta_followup_clicks = t.cta_followup_clicks + f.cta_followup_clicks,
            cta_sample_clicks = t.cta_sample_clicks + f.cta_sample_clicks,
            cta_human_escalations = t.cta_human_escalations + f.cta_human_escalations,
            cta_leads = t.cta_leads + f.cta_leads
        FROM unnest(figures) AS f
        WHERE t.agent_id = f.agent_id AND t.date = f.date AND t.hour IS NOT DISTINCT FROM f.hour
        RETURNING t.id, t.total_calls = 0 AND t.leads_generated = 0 AS is_empty
    )
    SELECT count(*), array_agg(u.id) FILTER (WHERE u.is_empty) INTO updated, emptied
    FROM updated AS u;

    -- As in dialer.count_calls(): a lead may be counted before its call.
    IF updated < cardinality(figures) THEN
        INSERT INTO dialer.agent_analytics (
            agent_id, user_id, date, hour, leads_generated, qualified_leads, engagement_score_sum,
            engagement_score_count, intent_score_sum, intent_score_count, urgency_score_sum,
            urgency_score_count, budget_score_sum, budget_score_count, fit_score_sum,
            fit_score_count, total_score_sum, total_score_count, cta_pricing_clicks,
            cta_demo_clicks, cta_followup_clicks, cta_sample_clicks, cta_human_escalations,
            cta_leads
        )
        SELECT f.*
        FROM unnest(figures) AS f
        WHERE NOT EXISTS (
            SELECT
            FROM dialer.agent_analytics AS t
            WHERE t.agent_id = f.agent_id AND t.date = f.date
                AND t.hour IS NOT DISTINCT FROM f.hour
        )
            -- An agent that is being deleted takes its rows here along.
            AND EXISTS (SELECT FROM dialer.agents AS a WHERE a.id = f.agent_id);
    END IF;
    IF emptied IS NOT NULL THEN
        DELETE FROM dialer.agent_analytics AS t WHERE t.id = ANY (emptied);
    END IF;
END;
$$;

COMMENT ON FUNCTION dialer.count_leads(dialer.counted_lead[], dialer.counted_lead[]) IS
    'Adds leads to dialer.agent_analytics, and takes others back; a row without calls and leads '
    'is deleted.';

REVOKE ALL ON FUNCTION
    dialer.count_calls(dialer.counted_call[], dialer.counted_call[]),
    dialer.count_leads(dialer.counted_lead[], dialer.counted_lead[])
FROM PUBLIC;
