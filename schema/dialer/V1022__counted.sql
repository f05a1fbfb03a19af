-- dialer: what is counted of calls and leads, and who may count at a time.
--
-- Needs: users V0303 (the ids).
-- Locks: nothing.

CREATE TYPE dialer.counted_call AS (
    call_id          uuid,
    agent_id         uuid,
    user_id          uuid,
    called_at        timestamptz,
    status           text,
    duration_seconds integer,
    credits_used     integer
);

COMMENT ON TYPE dialer.counted_call IS
    'What counts of a call in dialer.agent_analytics.';

CREATE TYPE dialer.call_figures AS (
    agent_id               uuid,
    user_id                uuid,
    date                   date,
    hour                   integer,
    total_calls            integer,
    successful_calls       integer,
    failed_calls           integer,
    answered_calls         integer,
    total_duration_seconds bigint,
    credits_used           integer
);

COMMENT ON TYPE dialer.call_figures IS
    'What calls add to a row of dialer.agent_analytics; negative: what they take from it.';

CREATE TYPE dialer.counted_lead AS (
    agent_id     uuid,
    user_id      uuid,
    called_at    timestamptz,
    is_qualified boolean,
    scores       numeric[],
    cta_clicks   integer[]
);

COMMENT ON TYPE dialer.counted_lead IS
    'What counts of a lead in dialer.agent_analytics: scores and clicks in the order of the '
    'columns there.';

CREATE TYPE dialer.lead_figures AS (
    agent_id               uuid,
    user_id                uuid,
    date                   date,
    hour                   integer,
    leads_generated        integer,
    qualified_leads        integer,
    engagement_score_sum   numeric,
    engagement_score_count integer,
    intent_score_sum       numeric,
    intent_score_count     integer,
    urgency_score_sum      numeric,
    urgency_score_count    integer,
    budget_score_sum       numeric,
    budget_score_count     integer,
    fit_score_sum          numeric,
    fit_score_count        integer,
    total_score_sum        numeric,
    total_score_count      integer,
    cta_pricing_clicks     integer,
    cta_demo_clicks        integer,
    cta_followup_clicks    integer,
    cta_sample_clicks      integer,
    cta_human_escalations  integer,
    cta_leads              integer
);

COMMENT ON TYPE dialer.lead_figures IS
    'What leads add to a row of dialer.agent_analytics; negative: what they take from it.';

CREATE TYPE dialer.user_figures AS (
    user_id          uuid,
    date             date,
    total_calls      integer,
    successful_calls integer,
    total_agents     integer,
    total_leads      integer,
    qualified_leads  integer,
    credits_used     integer
);

COMMENT ON TYPE dialer.user_figures IS
    'What a row of dialer.agent_analytics gives to dialer.user_analytics.';

CREATE FUNCTION dialer.lock_figures(user_ids uuid[])
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    -- A key for many users: a statement over all of them must not fill the server's lock table.
    PERFORM pg_advisory_xact_lock(1022, k.key)
    FROM (SELECT DISTINCT uuid_hash(u) & 1023 AS key FROM unnest(user_ids) AS u ORDER BY key) AS k;
END;
$$;

COMMENT ON FUNCTION dialer.lock_figures(uuid[]) IS
    'Waits until no other transaction changes figures of these users, and keeps others waiting '
    'until this one ends. Two calls of a user change the same row of the day anyway; with one '
    'lock before all rows, the order in which agents are written cannot lead to a deadlock.';

-- A number that is none, or an absurd one, must not stop the lead from being stored.
CREATE FUNCTION dialer.cta_clicks(analysis jsonb)
    RETURNS integer[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY(
        SELECT CASE jsonb_typeof(analysis -> k.key)
            WHEN 'number' THEN least(greatest((analysis ->> k.key)::numeric, 0), 1000)::integer
            WHEN 'boolean' THEN (analysis ->> k.key)::boolean::integer
            ELSE 0
        END
        FROM unnest(ARRAY[
            'cta_pricing_clicks', 'cta_demo_clicks', 'cta_followup_clicks', 'cta_sample_clicks',
            'cta_human_escalations'
        ]) WITH ORDINALITY AS k (key, n)
        ORDER BY k.n
    );

COMMENT ON FUNCTION dialer.cta_clicks(jsonb) IS
    'How often a lead followed each call to action, by the ai_analysis of a lead: a number from '
    '0 to 1000, or true for once.';

REVOKE ALL ON FUNCTION dialer.lock_figures(uuid[]), dialer.cta_clicks(jsonb) FROM PUBLIC;

-- For dialer.charge_call(), which works with the rights of its caller.
GRANT EXECUTE ON FUNCTION dialer.lock_figures(uuid[]) TO crm_app;
