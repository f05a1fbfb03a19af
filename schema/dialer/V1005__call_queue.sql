-- dialer: the queue of calls to make, and what becomes of one that was not answered.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201, users V0303, V1001 to V1004.
-- Locks: SHARE ROW EXCLUSIVE on users.users, dialer.agents, contacts, call_campaigns and calls,
-- for the foreign keys.

CREATE TABLE dialer.call_queue (
    id                    uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id               uuid         NOT NULL,
    campaign_id           uuid,
    contact_id            uuid         NOT NULL,
    agent_id              uuid         NOT NULL,
    phone_number          varchar(50)  NOT NULL,
    contact_name          varchar(255),
    status                varchar(20)  NOT NULL DEFAULT 'pending',
    priority              integer      NOT NULL DEFAULT 0,
    scheduled_for         timestamptz,
    attempts              integer      NOT NULL DEFAULT 0,
    max_retries           integer      NOT NULL DEFAULT 0,
    last_attempt_at       timestamptz,
    processing_started_at timestamptz,
    completed_at          timestamptz,
    error_message         text,
    metadata              jsonb        DEFAULT '{}',
    created_at            timestamptz  NOT NULL DEFAULT now(),
    updated_at            timestamptz  NOT NULL DEFAULT now(),
    call_id               uuid,
    call_type             varchar(20)  NOT NULL DEFAULT 'campaign',

    CONSTRAINT call_queue_pkey PRIMARY KEY (id),
    CONSTRAINT call_queue_id_user_id_key UNIQUE (id, user_id),
    CONSTRAINT call_queue_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT call_queue_campaign_id_user_id_fkey FOREIGN KEY (campaign_id, user_id)
        REFERENCES dialer.call_campaigns (id, user_id) ON DELETE CASCADE,
    CONSTRAINT call_queue_contact_id_user_id_fkey FOREIGN KEY (contact_id, user_id)
        REFERENCES dialer.contacts (id, user_id) ON DELETE CASCADE,
    CONSTRAINT call_queue_agent_id_user_id_fkey FOREIGN KEY (agent_id, user_id)
        REFERENCES dialer.agents (id, user_id) ON DELETE CASCADE,
    CONSTRAINT call_queue_call_id_user_id_fkey FOREIGN KEY (call_id, user_id)
        REFERENCES dialer.calls (id, user_id) ON DELETE SET NULL (call_id),
    CONSTRAINT call_queue_status_check CHECK (status IN (
        'pending', 'processing', 'completed', 'failed', 'cancelled', 'busy', 'no_answer'
    )),
    CONSTRAINT call_queue_call_type_check CHECK (call_type IN ('campaign', 'direct'))
);

COMMENT ON TABLE dialer.call_queue IS
    'A call to be made. get_next_queued_call() takes the next one; whoever took it writes what '
    'became of it into the status.';
COMMENT ON COLUMN dialer.call_queue.status IS
    'A row set to busy or no_answer becomes pending again while retries are left.';
COMMENT ON COLUMN dialer.call_queue.priority IS
    'Higher is sooner.';
COMMENT ON COLUMN dialer.call_queue.scheduled_for IS
    'Not before this time; NULL: at once.';
COMMENT ON COLUMN dialer.call_queue.attempts IS
    'How often it was tried; counted when the status changes.';
COMMENT ON COLUMN dialer.call_queue.max_retries IS
    'How often it is tried again after the first time; 0 in a new row takes the campaign''s.';
COMMENT ON COLUMN dialer.call_queue.call_id IS
    'The call that was made, the last one when there were several.';
COMMENT ON COLUMN dialer.call_queue.call_type IS
    'Direct calls go before those of campaigns, and at any hour.';

CREATE INDEX idx_call_queue_priority
    ON dialer.call_queue (status, priority DESC, scheduled_for);
-- In the order in which a user's rows are taken; id makes it a total one.
CREATE INDEX idx_call_queue_user_pending
    ON dialer.call_queue (
        user_id, call_type, priority DESC, scheduled_for NULLS FIRST, created_at, id
    )
    WHERE status = 'pending';
CREATE INDEX idx_call_queue_campaign_status ON dialer.call_queue (campaign_id, status)
    WHERE campaign_id IS NOT NULL;
-- For dialer.take_queued_call(), the same order within a campaign: rows of a paused one are not
-- read past. Direct calls, and rows without a campaign, stand under their user. CASE, because
-- coalesce() is not taken for leakproof, and under row security such an index would not be used.
CREATE INDEX call_queue_pending_idx
    ON dialer.call_queue (
        (CASE WHEN call_type = 'direct' OR campaign_id IS NULL THEN user_id ELSE campaign_id END),
        call_type,
        priority DESC,
        (CASE WHEN scheduled_for IS NULL THEN '-infinity' ELSE scheduled_for END),
        created_at,
        id
    )
    WHERE status = 'pending';
CREATE INDEX call_queue_user_id_status_call_type_idx
    ON dialer.call_queue (user_id, status, call_type);
CREATE INDEX call_queue_contact_id_idx ON dialer.call_queue (contact_id);
CREATE INDEX call_queue_agent_id_idx ON dialer.call_queue (agent_id);
CREATE INDEX call_queue_call_id_idx ON dialer.call_queue (call_id) WHERE call_id IS NOT NULL;
CREATE INDEX call_queue_metadata_idx
    ON dialer.call_queue USING gin (metadata jsonb_path_ops);

CREATE FUNCTION dialer.take_campaign_retries()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT c.max_retries INTO NEW.max_retries
    FROM dialer.call_campaigns AS c
    WHERE c.id = NEW.campaign_id AND c.user_id = NEW.user_id;
    NEW.max_retries := coalesce(NEW.max_retries, 0);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION dialer.take_campaign_retries() IS
    'Trigger: a new row of the queue that names no retries gets those of its campaign.';

CREATE FUNCTION dialer.track_call_attempt()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    campaign record;
BEGIN
    IF NEW.status = 'pending' THEN
        RETURN NEW;
    END IF;

    -- An attempt begins with processing, or was made without saying so. What the statement
    -- counted itself is not counted twice.
    IF NEW.attempts = OLD.attempts AND (
        NEW.status = 'processing'
        OR (NEW.status IN ('busy', 'no_answer') AND OLD.status = 'pending')
    ) THEN
        NEW.attempts := OLD.attempts + 1;
    END IF;

    IF NEW.status = 'processing' THEN
        NEW.last_attempt_at := now();
        NEW.processing_started_at := now();
        RETURN NEW;
    END IF;

    IF NEW.status IN ('busy', 'no_answer') AND NEW.attempts <= NEW.max_retries THEN
        SELECT c.status, c.retry_interval_minutes INTO campaign
        FROM dialer.call_campaigns AS c
        WHERE c.id = NEW.campaign_id AND c.user_id = NEW.user_id;

        IF campaign.status IS NULL OR campaign.status NOT IN ('completed', 'cancelled') THEN
            NEW.status := 'pending';
            NEW.scheduled_for :=
                now() + make_interval(mins => coalesce(campaign.retry_interval_minutes, 60));
            NEW.processing_started_at := NULL;
            RETURN NEW;
        END IF;
    END IF;

    NEW.completed_at := now();
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION dialer.track_call_attempt() IS
    'Trigger: counts the attempts of a row of the queue, makes it pending again when it was busy '
    'or not answered and retries are left, and notes when it was taken and when it ended.';

REVOKE ALL ON FUNCTION
    dialer.take_campaign_retries(),
    dialer.track_call_attempt()
FROM PUBLIC;

CREATE TRIGGER take_campaign_retries
    BEFORE INSERT ON dialer.call_queue
    FOR EACH ROW WHEN (NEW.campaign_id IS NOT NULL AND NEW.max_retries = 0)
    EXECUTE FUNCTION dialer.take_campaign_retries();

CREATE TRIGGER track_call_attempt
    BEFORE UPDATE OF status ON dialer.call_queue
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION dialer.track_call_attempt();

CREATE TRIGGER update_call_queue_updated_at
    BEFORE UPDATE ON dialer.call_queue
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE dialer.call_queue ENABLE ROW LEVEL SECURITY;

CREATE POLICY call_queue_tenant_policy ON dialer.call_queue
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON dialer.call_queue TO crm_app;
GRANT SELECT ON dialer.call_queue TO crm_readonly;
