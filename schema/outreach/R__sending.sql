-- outreach: hands mails to workers, and takes the outcome.
--
-- Needs: V1101, V1105, V1106, V1107.
--
-- A worker claims a mail, commits, sends, and says how it went, with the attempt it was given:
-- a worker that was taken for dead cannot speak for the one that has the mail now.

CREATE OR REPLACE FUNCTION outreach.claim_next_email(account_id uuid DEFAULT NULL)
    RETURNS TABLE (
        email_queue_id uuid,
        attempt integer,
        organization_id uuid,
        campaign_id uuid,
        lead_id uuid,
        email_account_id uuid,
        recipient varchar,
        sequence_step integer,
        subject varchar,
        body text
    )
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    -- While statistics are missing or old, the planner would read and sort all that is queued. A
    -- sort that there is no way around counts as dear, hence no JIT.
    SET enable_sort = off
    SET enable_incremental_sort = off
    SET jit = off
AS $$
DECLARE
    account record;
    due record;
    mail record;
    obstacle text;
    after_at timestamptz;
    after_id uuid;
BEGIN
    -- The queries for mails say in which order, where any mail would do: then they follow an
    -- index. They name the account in it: beside IS NULL the planner does not see that it is
    -- constant.
    FOR account IN
        SELECT a.id, a.organization_id
        FROM outreach.email_accounts AS a
        WHERE (account_id IS NULL OR a.id = account_id)
            AND outreach.remaining_today(a) > 0
            AND (
                (
                    SELECT true
                    FROM outreach.email_queue AS q
                    WHERE q.email_account_id = a.id
                        AND q.status = 'queued' AND q.scheduled_at <= now()
                    ORDER BY q.scheduled_at
                    LIMIT 1
                )
                OR a.organization_id IN (
                    SELECT c.organization_id
                    FROM outreach.campaigns AS c
                    WHERE c.status = 'active'
                        AND (
                            SELECT true
                            FROM outreach.email_queue AS q
                            WHERE q.campaign_id = c.id AND q.email_account_id IS NULL
                                AND q.status = 'queued' AND q.scheduled_at <= now()
                            ORDER BY q.email_account_id, q.scheduled_at
                            LIMIT 1
                        )
                )
            )
        ORDER BY a.last_sent_at NULLS FIRST
    LOOP
        -- An account hands out one mail at a time. One that is busy is passed over, not waited
        -- for; what it may still send is asked again under the lock.
        PERFORM
        FROM outreach.email_accounts AS a
        WHERE a.id = account.id AND outreach.remaining_today(a) > 0
        FOR NO KEY UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;

        FOR due IN
            SELECT c.id AS campaign_id, first.is_assigned
            FROM outreach.campaigns AS c
            CROSS JOIN LATERAL (
                (
                    SELECT true AS is_assigned, q.scheduled_at
                    FROM outreach.email_queue AS q
                    WHERE q.campaign_id = c.id AND q.email_account_id = account.id
                        AND q.status = 'queued' AND q.scheduled_at <= now()
                    ORDER BY q.scheduled_at, q.id
                    LIMIT 1
                )
                UNION ALL
                (
                    SELECT false, q.scheduled_at
                    FROM outreach.email_queue AS q
                    WHERE q.campaign_id = c.id AND q.email_account_id IS NULL
                        AND q.status = 'queued' AND q.scheduled_at <= now()
                    ORDER BY q.email_account_id, q.scheduled_at, q.id
                    LIMIT 1
                )
            ) AS first
            WHERE c.organization_id = account.organization_id AND c.status = 'active'
            ORDER BY first.scheduled_at
        LOOP
            after_at := '-infinity';
            after_id := '00000000-0000-0000-0000-000000000000';
            LOOP
                -- From where the last one was: the index still has what this call cancelled, and
                -- from the beginning a paused list of leads would be read once for each of them.
                IF due.is_assigned THEN
                    SELECT q.id, q.lead_id, q.scheduled_at INTO mail
                    FROM outreach.email_queue AS q
                    WHERE q.campaign_id = due.campaign_id AND q.email_account_id = account.id
                        AND q.status = 'queued' AND q.scheduled_at <= now()
                        AND (q.scheduled_at, q.id) > (after_at, after_id)
                    ORDER BY q.scheduled_at, q.id
                    LIMIT 1
                    FOR UPDATE SKIP LOCKED;
                ELSE
                    SELECT q.id, q.lead_id, q.scheduled_at INTO mail
                    FROM outreach.email_queue AS q
                    WHERE q.campaign_id = due.campaign_id AND q.email_account_id IS NULL
                        AND q.status = 'queued' AND q.scheduled_at <= now()
                        AND (q.scheduled_at, q.id) > (after_at, after_id)
                    ORDER BY q.email_account_id, q.scheduled_at, q.id
                    LIMIT 1
                    FOR UPDATE SKIP LOCKED;
                END IF;
                EXIT WHEN NOT FOUND;
                after_at := mail.scheduled_at;
                after_id := mail.id;

                obstacle := outreach.mail_obstacle(mail.lead_id);
                IF obstacle IS NOT NULL THEN
                    UPDATE outreach.email_queue AS q
                    SET status = 'cancelled', error_message = obstacle
                    WHERE q.id = mail.id;
                    CONTINUE;
                END IF;

                UPDATE outreach.email_accounts AS a
                SET current_sent_today = a.current_sent_today + 1, last_sent_at = now()
                WHERE a.id = account.id;

                RETURN QUERY
                UPDATE outreach.email_queue AS q
                SET status = 'sending',
                    email_account_id = account.id,
                    attempts = q.attempts + 1,
                    last_attempt_at = now()
                FROM outreach.leads AS l
                WHERE q.id = mail.id AND l.id = q.lead_id
                RETURNING q.id, q.attempts, q.organization_id, q.campaign_id, q.lead_id,
                    q.email_account_id, l.email, q.sequence_step, q.subject, q.body;
                RETURN;
            END LOOP;
        END LOOP;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION outreach.claim_next_email(uuid) IS
    'Takes the next mail that is due, of the account or of any, and counts it against the '
    'account''s daily limit. Never waits: no row means nothing is due, or others are at it. '
    'Commit before you send.';

CREATE OR REPLACE FUNCTION outreach.mark_sent(
    email_queue_id uuid,
    attempt integer,
    n8n_execution_id text DEFAULT NULL
)
    RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE outreach.email_queue AS q
    SET status = 'sent',
        error_message = NULL,
        n8n_execution_id = coalesce(mark_sent.n8n_execution_id, q.n8n_execution_id)
    WHERE q.id = mark_sent.email_queue_id
        AND q.status = 'sending'
        AND q.attempts = mark_sent.attempt;
    IF NOT FOUND THEN
        RETURN false;
    END IF;

    INSERT INTO outreach.email_activities (
        organization_id, email_queue_id, lead_id, campaign_id, event_type, n8n_execution_id
    )
    SELECT q.organization_id, q.id, q.lead_id, q.campaign_id, 'sent', q.n8n_execution_id
    FROM outreach.email_queue AS q
    WHERE q.id = mark_sent.email_queue_id;
    RETURN true;
END;
$$;

COMMENT ON FUNCTION outreach.mark_sent(uuid, integer, text) IS
    'The attempt succeeded: the mail is sent, and an activity says so. False when this attempt '
    'does not have the mail any more.';

CREATE OR REPLACE FUNCTION outreach.mark_failed(
    email_queue_id uuid,
    attempt integer,
    error_message text,
    is_permanent boolean DEFAULT false,
    max_attempts integer DEFAULT 5
)
    RETURNS text
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    outcome text;
BEGIN
    UPDATE outreach.email_queue AS q
    SET status = CASE
            WHEN is_permanent OR q.attempts >= max_attempts THEN 'failed'
            ELSE 'queued'
        END,
        -- 5, 10, 20, 40 minutes, and so on to most of a day.
        scheduled_at = now() + interval '5 minutes' * 2 ^ least(q.attempts - 1, 8),
        error_message = mark_failed.error_message
    WHERE q.id = mark_failed.email_queue_id
        AND q.status = 'sending'
        AND q.attempts = mark_failed.attempt
    RETURNING q.status INTO outcome;
    RETURN outcome;
END;
$$;

COMMENT ON FUNCTION outreach.mark_failed(uuid, integer, text, boolean, integer) IS
    'The attempt failed: the mail is queued again for later, failed for good, or cancelled '
    'because the lead has left meanwhile. Returns which; NULL when this attempt does not have '
    'the mail any more.';

REVOKE ALL ON FUNCTION
    outreach.claim_next_email(uuid),
    outreach.mark_sent(uuid, integer, text),
    outreach.mark_failed(uuid, integer, text, boolean, integer)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    outreach.claim_next_email(uuid),
    outreach.mark_sent(uuid, integer, text),
    outreach.mark_failed(uuid, integer, text, boolean, integer)
TO crm_app;
