-- dialer: what a call says about the lead: scores, qualification, outcome.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201, users V0301, V0303, V1001, V1002,
-- V1018.
-- Locks: SHARE ROW EXCLUSIVE on users.users, dialer.agents, contacts and calls, for the foreign
-- keys.

CREATE TABLE dialer.lead_analytics (
    id                   uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    call_id              uuid         NOT NULL,
    user_id              uuid         NOT NULL,
    agent_id             uuid         NOT NULL,
    contact_id           uuid,
    engagement_score     numeric(5,2),
    intent_score         numeric(5,2),
    urgency_score        numeric(5,2),
    budget_score         numeric(5,2),
    fit_score            numeric(5,2),
    total_score          numeric(5,2),
    qualification_status varchar(20),
    lifecycle_status     varchar(50)  DEFAULT 'new',
    key_topics           text[]       DEFAULT '{}',
    pain_points          text[]       DEFAULT '{}',
    objections           text[]       DEFAULT '{}',
    next_steps           text[]       DEFAULT '{}',
    competitor_mentions  text[]       DEFAULT '{}',
    decision_timeline    varchar(100),
    budget_range         varchar(100),
    decision_maker       boolean,
    call_outcome         varchar(50),
    meeting_scheduled_at timestamptz,
    follow_up_date       date,
    notes                text,
    ai_analysis          jsonb        DEFAULT '{}',
    created_at           timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at           timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    called_at            timestamptz  NOT NULL,

    CONSTRAINT lead_analytics_pkey PRIMARY KEY (id),
    CONSTRAINT lead_analytics_call_id_key UNIQUE (call_id),
    -- A call that is given to another user takes its lead along.
    CONSTRAINT lead_analytics_call_id_user_id_fkey FOREIGN KEY (call_id, user_id)
        REFERENCES dialer.calls (id, user_id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT lead_analytics_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT lead_analytics_agent_id_user_id_fkey FOREIGN KEY (agent_id, user_id)
        REFERENCES dialer.agents (id, user_id) ON DELETE CASCADE,
    CONSTRAINT lead_analytics_contact_id_user_id_fkey FOREIGN KEY (contact_id, user_id)
        REFERENCES dialer.contacts (id, user_id) ON DELETE SET NULL (contact_id),
    CONSTRAINT lead_analytics_engagement_score_check CHECK (engagement_score BETWEEN 0 AND 100),
    CONSTRAINT lead_analytics_intent_score_check CHECK (intent_score BETWEEN 0 AND 100),
    CONSTRAINT lead_analytics_urgency_score_check CHECK (urgency_score BETWEEN 0 AND 100),
    CONSTRAINT lead_analytics_budget_score_check CHECK (budget_score BETWEEN 0 AND 100),
    CONSTRAINT lead_analytics_fit_score_check CHECK (fit_score BETWEEN 0 AND 100),
    CONSTRAINT lead_analytics_total_score_check CHECK (total_score BETWEEN 0 AND 100),
    CONSTRAINT lead_analytics_qualification_status_check
        CHECK (qualification_status IN ('qualified', 'unqualified', 'needs_review')),
    CONSTRAINT lead_analytics_lifecycle_status_check CHECK (lifecycle_status IN (
        'new', 'contacted', 'qualified', 'proposal', 'negotiation', 'closed_won', 'closed_lost',
        'nurture'
    )),
    CONSTRAINT lead_analytics_call_outcome_check CHECK (call_outcome IN (
        'meeting_booked', 'callback_scheduled', 'not_interested', 'wrong_number', 'voicemail',
        'follow_up_needed', 'qualified', 'unqualified', 'needs_review'
    ))
);

COMMENT ON TABLE dialer.lead_analytics IS
    'What the analysis of a call found out about the lead; one row a call at most.';
COMMENT ON COLUMN dialer.lead_analytics.agent_id IS
    'The agent of the call, whatever was written; it follows the call.';
COMMENT ON COLUMN dialer.lead_analytics.total_score IS
    'When it is not given: the mean of the scores that are. A score made so follows them.';
COMMENT ON COLUMN dialer.lead_analytics.ai_analysis IS
    'The analysis as it came. The numbers cta_pricing_clicks, cta_demo_clicks, '
    'cta_followup_clicks, cta_sample_clicks and cta_human_escalations in it are counted in '
    'dialer.agent_analytics.';
COMMENT ON COLUMN dialer.lead_analytics.called_at IS
    'The call''s called_at, whatever was written: the lead counts where its call does.';

CREATE INDEX lead_analytics_user_id_idx ON dialer.lead_analytics (user_id);
CREATE INDEX lead_analytics_qualification_status_idx
    ON dialer.lead_analytics (qualification_status, user_id);
CREATE INDEX lead_analytics_lifecycle_status_idx
    ON dialer.lead_analytics (lifecycle_status, user_id);
CREATE INDEX lead_analytics_call_outcome_idx ON dialer.lead_analytics (call_outcome, user_id);
CREATE INDEX lead_analytics_agent_id_called_at_idx ON dialer.lead_analytics (agent_id, called_at);
CREATE INDEX lead_analytics_contact_id_idx ON dialer.lead_analytics (contact_id)
    WHERE contact_id IS NOT NULL;
CREATE INDEX lead_analytics_ai_analysis_idx
    ON dialer.lead_analytics USING gin (ai_analysis jsonb_path_ops);

CREATE FUNCTION dialer.mean_score(scores numeric[])
    RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT round(avg(s), 2) FROM unnest(scores) AS s);

COMMENT ON FUNCTION dialer.mean_score(numeric[]) IS
    'The mean of the scores that are not NULL; NULL without one.';

CREATE FUNCTION dialer.complete_lead()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    call record;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.total_score = OLD.total_score
        AND OLD.total_score = dialer.mean_score(ARRAY[
            OLD.engagement_score, OLD.intent_score, OLD.urgency_score, OLD.budget_score,
            OLD.fit_score
        ])
    THEN
        NEW.total_score := NULL;  -- it came from the other scores, and follows them
    END IF;
    IF NEW.total_score IS NULL THEN
        NEW.total_score := dialer.mean_score(ARRAY[
            NEW.engagement_score, NEW.intent_score, NEW.urgency_score, NEW.budget_score,
            NEW.fit_score
        ]);
    END IF;
    IF TG_OP = 'INSERT' OR (NEW.call_id, NEW.user_id, NEW.agent_id, NEW.called_at)
        IS DISTINCT FROM (OLD.call_id, OLD.user_id, OLD.agent_id, OLD.called_at)
    THEN
        -- Locked: the call cannot move before its lead is there to move along.
        SELECT c.agent_id, c.called_at INTO call
        FROM dialer.calls AS c
        WHERE c.id = NEW.call_id AND c.user_id = NEW.user_id
        FOR SHARE;
        IF FOUND THEN
            NEW.agent_id := call.agent_id;
            NEW.called_at := call.called_at;
        ELSE
            NEW.called_at := CURRENT_TIMESTAMP;  -- so that it is the foreign key that fails
        END IF;
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION dialer.complete_lead() IS
    'Trigger: gives a lead the agent and time of its call, and a total score.';

REVOKE ALL ON FUNCTION dialer.mean_score(numeric[]), dialer.complete_lead() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION dialer.mean_score(numeric[]) TO crm_app;

CREATE TRIGGER complete_lead
    BEFORE INSERT OR UPDATE ON dialer.lead_analytics
    FOR EACH ROW EXECUTE FUNCTION dialer.complete_lead();

CREATE TRIGGER update_lead_analytics_updated_at
    BEFORE UPDATE ON dialer.lead_analytics
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE dialer.lead_analytics ENABLE ROW LEVEL SECURITY;

CREATE POLICY lead_analytics_tenant_policy ON dialer.lead_analytics
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON dialer.lead_analytics TO crm_app;
GRANT SELECT ON dialer.lead_analytics TO crm_readonly;
