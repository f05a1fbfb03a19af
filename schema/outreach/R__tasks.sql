-- outreach: what is to be done from time to time, for all organizations.
--
-- Needs: V1101, V1105, V1106.

CREATE OR REPLACE FUNCTION outreach.requeue_stuck_emails(
    older_than interval DEFAULT '1 hour',
    max_attempts integer DEFAULT 5
)
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    requeued integer;
BEGIN
    IF older_than IS NULL OR older_than < interval '0' THEN
        RAISE EXCEPTION 'invalid time to wait for a worker: %', coalesce(older_than::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a positive interval, such as ''1 hour''.';
    ELSIF max_attempts IS NULL OR max_attempts < 1 THEN
        RAISE EXCEPTION 'invalid number of attempts: %', coalesce(max_attempts::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a number from 1.';
    END IF;

    -- What another one is working on is not stuck.
    UPDATE outreach.email_queue AS q
    SET status = CASE WHEN q.attempts >= max_attempts THEN 'failed' ELSE 'queued' END,
        error_message = 'the worker did not say how it went'
    WHERE q.id = ANY (ARRAY(
        SELECT s.id
        FROM outreach.email_queue AS s
        WHERE s.status = 'sending' AND s.last_attempt_at < now() - older_than
        FOR UPDATE SKIP LOCKED
    ));
    GET DIAGNOSTICS requeued = ROW_COUNT;
    RETURN requeued;
END;
$$;

COMMENT ON FUNCTION outreach.requeue_stuck_emails(interval, integer) IS
    'Task, every 15 minutes: gives mails whose worker has died to another one, or up after the '
    'last attempt. Returns how many. A mail that had gone out all the same is sent twice.';

CREATE OR REPLACE FUNCTION outreach.reset_daily_limits()
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today CONSTANT date := (now() AT TIME ZONE 'UTC')::date;
    reset integer;
BEGIN
    -- An account that is just handing out a mail begins the day by itself.
    UPDATE outreach.email_accounts AS a
    SET current_sent_today = 0, sent_on = today
    WHERE a.id = ANY (ARRAY(
        SELECT s.id
        FROM outreach.email_accounts AS s
        WHERE s.sent_on < today
        FOR NO KEY UPDATE SKIP LOCKED
    ));
    GET DIAGNOSTICS reset = ROW_COUNT;
    RETURN reset;
END;
$$;

COMMENT ON FUNCTION outreach.reset_daily_limits() IS
    'Task, daily after midnight UTC: sets current_sent_today to 0, returns for how many accounts. '
    'For those who read the column: the limit starts anew without it.';

REVOKE ALL ON FUNCTION
    outreach.requeue_stuck_emails(interval, integer),
    outreach.reset_daily_limits()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    outreach.requeue_stuck_emails(interval, integer),
    outreach.reset_daily_limits()
TO crm_maintenance;
