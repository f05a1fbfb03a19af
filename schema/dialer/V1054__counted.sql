-- dialer: what is counted of calls and leads, and who may count at a time.
--
-- Needs: users V0303 (the ids).
-- Locks: nothing.

CREATE TYPE dialer.counted AS (
    call_id          uuid,
    agent_id         uuid,
    user_id          uuid,
    called_at        timestamptz,
    -- Of a call; NULL for a lead.
    status           text,
    duration_seconds integer,
    credits_used     integer,
    -- Of a lead; NULL for a call.
    is_qualified     boolean,
    scores           numeric[],
    cta_clicks       integer[]
);

COMMENT ON TYPE dialer.counted IS
    'What counts in dialer.agent_analytics of a call, or of a lead: scores and clicks in the '
    'order of the columns there.';

CREATE TYPE dialer.agent_figures AS (
    agent_id               uuid,
    user_id                uuid,
    date                   date,
    hour                   integer,
    total_calls            integer,
    successful_calls       integer,
    failed_calls           integer,
    answered_calls         integer,
    total_duration_seconds bigint,
    credits_used           integer,
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

COMMENT ON TYPE dialer.agent_figures IS
    'What is added to a row of dialer.agent_analytics; negative: taken from it.';

CREATE FUNCTION dialer.lock_figures(user_ids uuid[])
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key integer;
BEGIN
    -- A key for many users: a statement over all of them must not fill the server's lock table.
    FOR key IN
        SELECT DISTINCT uuid_hash(u) & 1023 FROM unnest(user_ids) AS u ORDER BY 1
    LOOP
        PERFORM pg_advisory_xact_lock(1054, key);
    END LOOP;
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
