-- dialer: figures of each agent, a row a day and a row an hour.
--
-- Needs: utilities V0102 (uuid_generate_v4), users V0301, V0303, V1001.
-- Locks: SHARE ROW EXCLUSIVE on users.users and dialer.agents, for the foreign keys.
--
-- Only triggers and dialer.recompute_agent_daily_from_calls() write here. They write numbers that
-- can be added and taken back exactly; averages and rates follow from these by a trigger.

CREATE TABLE dialer.agent_analytics (
    id                      uuid          NOT NULL DEFAULT extensions.uuid_generate_v4(),
    agent_id                uuid          NOT NULL,
    user_id                 uuid          NOT NULL,
    date                    date          NOT NULL,
    hour                    integer,
    total_calls             integer       NOT NULL DEFAULT 0,
    successful_calls        integer       NOT NULL DEFAULT 0,
    failed_calls            integer       NOT NULL DEFAULT 0,
    total_duration_minutes  integer       NOT NULL DEFAULT 0,
    avg_duration_minutes    numeric(10,2) NOT NULL DEFAULT 0,
    leads_generated         integer       NOT NULL DEFAULT 0,
    qualified_leads         integer       NOT NULL DEFAULT 0,
    conversion_rate         numeric(5,2)  NOT NULL DEFAULT 0,
    avg_engagement_score    numeric(5,2)  NOT NULL DEFAULT 0,
    avg_intent_score        numeric(5,2)  NOT NULL DEFAULT 0,
    avg_urgency_score       numeric(5,2)  NOT NULL DEFAULT 0,
    avg_budget_score        numeric(5,2)  NOT NULL DEFAULT 0,
    avg_fit_score           numeric(5,2)  NOT NULL DEFAULT 0,
    avg_total_score         numeric(5,2)  NOT NULL DEFAULT 0,
    credits_used            integer       NOT NULL DEFAULT 0,
    cost_per_lead           numeric(10,2) NOT NULL DEFAULT 0,
    success_rate            numeric(5,2)  NOT NULL DEFAULT 0,
    answer_rate             numeric(5,2)  NOT NULL DEFAULT 0,
    cta_pricing_clicks      integer       NOT NULL DEFAULT 0,
    cta_demo_clicks         integer       NOT NULL DEFAULT 0,
    cta_followup_clicks     integer       NOT NULL DEFAULT 0,
    cta_sample_clicks       integer       NOT NULL DEFAULT 0,
    cta_human_escalations   integer       NOT NULL DEFAULT 0,
    total_cta_interactions  integer       NOT NULL DEFAULT 0,
    cta_conversion_rate     numeric(5,2)  NOT NULL DEFAULT 0,
    -- What the averages and rates are made of, where a column above does not say it exactly.
    answered_calls          integer       NOT NULL DEFAULT 0,
    total_duration_seconds  bigint        NOT NULL DEFAULT 0,
    cta_leads               integer       NOT NULL DEFAULT 0,
    engagement_score_sum    numeric(14,2) NOT NULL DEFAULT 0,
    engagement_score_count  integer       NOT NULL DEFAULT 0,
    intent_score_sum        numeric(14,2) NOT NULL DEFAULT 0,
    intent_score_count      integer       NOT NULL DEFAULT 0,
    urgency_score_sum       numeric(14,2) NOT NULL DEFAULT 0,
    urgency_score_count     integer       NOT NULL DEFAULT 0,
    budget_score_sum        numeric(14,2) NOT NULL DEFAULT 0,
    budget_score_count      integer       NOT NULL DEFAULT 0,
    fit_score_sum           numeric(14,2) NOT NULL DEFAULT 0,
    fit_score_count         integer       NOT NULL DEFAULT 0,
    total_score_sum         numeric(14,2) NOT NULL DEFAULT 0,
    total_score_count       integer       NOT NULL DEFAULT 0,

    CONSTRAINT agent_analytics_pkey PRIMARY KEY (id),
    -- One row of a day has no hour.
    CONSTRAINT agent_analytics_agent_id_date_hour_key
        UNIQUE NULLS NOT DISTINCT (agent_id, date, hour),
    CONSTRAINT agent_analytics_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT agent_analytics_agent_id_user_id_fkey FOREIGN KEY (agent_id, user_id)
        REFERENCES dialer.agents (id, user_id) ON DELETE CASCADE,
    CONSTRAINT agent_analytics_hour_check CHECK (hour BETWEEN 0 AND 23)
)
-- The rows of today change with every call: room for that beside them, and no index to touch.
WITH (fillfactor = 50);

COMMENT ON TABLE dialer.agent_analytics IS
    'Figures of an agent''s calls and their leads: a row an hour, and a row a day, in UTC. There '
    'is a row where there is a call. Always equal to a count of the calls.';
COMMENT ON COLUMN dialer.agent_analytics.hour IS
    'From 0 to 23; NULL in the row for the whole day.';
COMMENT ON COLUMN dialer.agent_analytics.successful_calls IS
    'Calls with status completed.';
COMMENT ON COLUMN dialer.agent_analytics.failed_calls IS
    'Calls with status failed, busy or no-answer.';
COMMENT ON COLUMN dialer.agent_analytics.total_duration_minutes IS
    'total_duration_seconds in minutes, rounded.';
COMMENT ON COLUMN dialer.agent_analytics.avg_duration_minutes IS
    'Minutes for each answered call.';
COMMENT ON COLUMN dialer.agent_analytics.leads_generated IS
    'Calls that dialer.lead_analytics has a row for.';
COMMENT ON COLUMN dialer.agent_analytics.qualified_leads IS
    'Leads with qualification_status qualified.';
COMMENT ON COLUMN dialer.agent_analytics.conversion_rate IS
    'Qualified leads, in percent of all calls.';
COMMENT ON COLUMN dialer.agent_analytics.avg_engagement_score IS
    'Mean of the leads that have this score, 0 without one; so the five after it.';
COMMENT ON COLUMN dialer.agent_analytics.credits_used IS
    'Credits that the calls cost, less refunds.';
COMMENT ON COLUMN dialer.agent_analytics.cost_per_lead IS
    'Credits for each lead.';
COMMENT ON COLUMN dialer.agent_analytics.success_rate IS
    'Successful calls, in percent of those that ended, well or not.';
COMMENT ON COLUMN dialer.agent_analytics.answer_rate IS
    'Answered calls, in percent of all.';
COMMENT ON COLUMN dialer.agent_analytics.cta_pricing_clicks IS
    'Calls to action that leads followed: the sum of what ai_analysis of their '
    'dialer.lead_analytics says under this column''s name; so the four after it.';
COMMENT ON COLUMN dialer.agent_analytics.total_cta_interactions IS
    'The five before, added up.';
COMMENT ON COLUMN dialer.agent_analytics.cta_conversion_rate IS
    'Leads that followed a call to action, in percent of all calls.';
COMMENT ON COLUMN dialer.agent_analytics.answered_calls IS
    'Calls with status in-progress or completed, and others that lasted.';
COMMENT ON COLUMN dialer.agent_analytics.cta_leads IS
    'Leads that followed a call to action.';
COMMENT ON COLUMN dialer.agent_analytics.engagement_score_sum IS
    'Sum and number of the scores behind avg_engagement_score; likewise the rest.';

CREATE INDEX agent_analytics_user_id_date_idx ON dialer.agent_analytics (user_id, date);

CREATE FUNCTION dialer.percent(part bigint, whole bigint)
    RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    -- While a statement takes calls back, their leads may still be counted: no more than 100.
    RETURN least(coalesce(round(100.0 * part / nullif(whole, 0), 2), 0), 100);

COMMENT ON FUNCTION dialer.percent(bigint, bigint) IS
    'A part of a whole in percent, with two decimals; 0 of nothing.';

CREATE FUNCTION dialer.mean(total numeric, number bigint)
    RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(round(total / nullif(number, 0), 2), 0);

COMMENT ON FUNCTION dialer.mean(numeric, bigint) IS
    'A total for each of a number of things, with two decimals; 0 without any.';

CREATE FUNCTION dialer.derive_agent_rates()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.total_duration_minutes := round(NEW.total_duration_seconds / 60.0);
    NEW.avg_duration_minutes :=
        dialer.mean(NEW.total_duration_seconds / 60.0, NEW.answered_calls);
    NEW.success_rate :=
        dialer.percent(NEW.successful_calls, NEW.successful_calls + NEW.failed_calls);
    NEW.answer_rate := dialer.percent(NEW.answered_calls, NEW.total_calls);
    NEW.conversion_rate := dialer.percent(NEW.qualified_leads, NEW.total_calls);
    NEW.cost_per_lead := dialer.mean(NEW.credits_used, NEW.leads_generated);
    NEW.avg_engagement_score := dialer.mean(NEW.engagement_score_sum, NEW.engagement_score_count);
    NEW.avg_intent_score := dialer.mean(NEW.intent_score_sum, NEW.intent_score_count);
    NEW.avg_urgency_score := dialer.mean(NEW.urgency_score_sum, NEW.urgency_score_count);
    NEW.avg_budget_score := dialer.mean(NEW.budget_score_sum, NEW.budget_score_count);
    NEW.avg_fit_score := dialer.mean(NEW.fit_score_sum, NEW.fit_score_count);
    NEW.avg_total_score := dialer.mean(NEW.total_score_sum, NEW.total_score_count);
    NEW.total_cta_interactions := NEW.cta_pricing_clicks + NEW.cta_demo_clicks
        + NEW.cta_followup_clicks + NEW.cta_sample_clicks + NEW.cta_human_escalations;
    NEW.cta_conversion_rate := dialer.percent(NEW.cta_leads, NEW.total_calls);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION dialer.derive_agent_rates() IS
    'Trigger: sets the minutes, averages and rates of a row from its sums, whatever was written.';

REVOKE ALL ON FUNCTION
    dialer.percent(bigint, bigint),
    dialer.mean(numeric, bigint),
    dialer.derive_agent_rates()
FROM PUBLIC;

-- For the views, which work with the rights of their readers.
GRANT EXECUTE ON FUNCTION dialer.percent(bigint, bigint), dialer.mean(numeric, bigint)
    TO crm_app, crm_readonly;

CREATE TRIGGER derive_agent_rates
    BEFORE INSERT OR UPDATE ON dialer.agent_analytics
    FOR EACH ROW EXECUTE FUNCTION dialer.derive_agent_rates();

ALTER TABLE dialer.agent_analytics ENABLE ROW LEVEL SECURITY;

CREATE POLICY agent_analytics_tenant_policy ON dialer.agent_analytics
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT ON dialer.agent_analytics TO crm_app, crm_readonly;
