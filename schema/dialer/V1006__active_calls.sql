-- dialer: the calls under way, and how they are forgotten when they end.
--
-- Needs: utilities V0102 (uuid_generate_v4), users V0303, V1004, V1005.
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign key, and on dialer.calls and
-- call_queue, for the triggers.

CREATE TABLE dialer.active_calls (
    id                 uuid         NOT NULL,
    user_id            uuid         NOT NULL,
    call_type          varchar(20)  NOT NULL,
    started_at         timestamptz  NOT NULL DEFAULT now(),
    bolna_execution_id varchar(255),
    metadata           jsonb        DEFAULT '{}',

    CONSTRAINT active_calls_pkey PRIMARY KEY (id),
    CONSTRAINT active_calls_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT active_calls_call_type_check CHECK (call_type IN ('direct', 'campaign'))
);

COMMENT ON TABLE dialer.active_calls IS
    'A call that is under way, for as long as it is: what the limits on concurrent calls count.';
COMMENT ON COLUMN dialer.active_calls.id IS
    'The id of the row of dialer.call_queue or dialer.calls that it is about.';
COMMENT ON COLUMN dialer.active_calls.bolna_execution_id IS
    'The call''s id at Bolna.ai, once it is known.';

CREATE INDEX idx_active_calls_user_id ON dialer.active_calls (user_id);
CREATE INDEX idx_active_calls_call_type ON dialer.active_calls (call_type);
CREATE INDEX idx_active_calls_bolna_execution_id ON dialer.active_calls (bolna_execution_id);

-- A foreign key names one table. Locked, the row cannot go before we are done; when it goes
-- later, cleanup_active_calls_on_delete takes ours along.
CREATE FUNCTION dialer.check_active_call_reference()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM
    FROM dialer.call_queue AS q
    WHERE q.id = NEW.id AND q.user_id = NEW.user_id AND q.call_type = NEW.call_type
    FOR KEY SHARE;
    IF FOUND THEN
        RETURN NEW;
    END IF;

    PERFORM
    FROM dialer.calls AS c
    WHERE c.id = NEW.id AND c.user_id = NEW.user_id
        AND (c.campaign_id IS NULL OR NEW.call_type = 'campaign')
    FOR KEY SHARE;
    IF FOUND THEN
        RETURN NEW;
    END IF;

    RAISE EXCEPTION 'active call "%" is no % call of user "%"', NEW.id, NEW.call_type, NEW.user_id
        USING ERRCODE = 'foreign_key_violation',
              HINT = 'Its id is that of a row of dialer.call_queue or dialer.calls.';
END;
$$;

COMMENT ON FUNCTION dialer.check_active_call_reference() IS
    'Trigger: an active call is a row of the queue or a call, of the same user and type.';

-- By statement: however many calls end at once, the table is read once.
CREATE FUNCTION dialer.cleanup_active_calls_on_status_change()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ended uuid[];
    owners uuid[];
    executions text[];
BEGIN
    SELECT array_agg(n.id), array_agg(DISTINCT n.user_id), array_agg(n.bolna_execution_id)
    INTO ended, owners, executions
    FROM new_rows AS n
    WHERE n.status IN ('completed', 'failed', 'busy', 'no-answer');

    IF ended IS NOT NULL THEN
        DELETE FROM dialer.active_calls AS a
        WHERE a.id = ANY (ended)
            -- Only a user's own: what somebody else wrote there ends nobody's call.
            OR (a.bolna_execution_id = ANY (executions) AND a.user_id = ANY (owners))
            OR a.id IN (SELECT q.id FROM dialer.call_queue AS q WHERE q.call_id = ANY (ended));
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.cleanup_active_calls_on_status_change() IS
    'Trigger: a call that has ended is not active any more, by its id, its execution at '
    'Bolna.ai, or its row of the queue.';

CREATE FUNCTION dialer.cleanup_active_calls_on_queue_change()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM dialer.active_calls AS a WHERE a.id = NEW.id;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.cleanup_active_calls_on_queue_change() IS
    'Trigger: a row of the queue that is not being processed any more is no active call.';

CREATE FUNCTION dialer.cleanup_active_calls_on_delete()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    deleted uuid[];
BEGIN
    SELECT array_agg(o.id) INTO deleted FROM old_rows AS o;
    IF deleted IS NOT NULL THEN
        DELETE FROM dialer.active_calls AS a WHERE a.id = ANY (deleted);
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.cleanup_active_calls_on_delete() IS
    'Trigger: a call, or a row of the queue, that is deleted is no active call any more.';

REVOKE ALL ON FUNCTION
    dialer.check_active_call_reference(),
    dialer.cleanup_active_calls_on_status_change(),
    dialer.cleanup_active_calls_on_queue_change(),
    dialer.cleanup_active_calls_on_delete()
FROM PUBLIC;

CREATE TRIGGER check_active_call_reference
    BEFORE INSERT OR UPDATE OF id, user_id, call_type ON dialer.active_calls
    FOR EACH ROW EXECUTE FUNCTION dialer.check_active_call_reference();

CREATE TRIGGER cleanup_active_calls_on_status_change
    AFTER UPDATE ON dialer.calls
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.cleanup_active_calls_on_status_change();

CREATE TRIGGER cleanup_active_calls_on_queue_change
    AFTER UPDATE OF status ON dialer.call_queue
    FOR EACH ROW WHEN (OLD.status = 'processing' AND NEW.status <> 'processing')
    EXECUTE FUNCTION dialer.cleanup_active_calls_on_queue_change();

CREATE TRIGGER cleanup_active_calls_on_delete
    AFTER DELETE ON dialer.calls
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.cleanup_active_calls_on_delete();

CREATE TRIGGER cleanup_active_calls_on_delete
    AFTER DELETE ON dialer.call_queue
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.cleanup_active_calls_on_delete();

ALTER TABLE dialer.active_calls ENABLE ROW LEVEL SECURITY;

CREATE POLICY active_calls_tenant_policy ON dialer.active_calls
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON dialer.active_calls TO crm_app;
GRANT SELECT ON dialer.active_calls TO crm_readonly;
