-- dialer: takes the next call from the queue.
--
-- Needs: V1003, V1005; R__calls (get_user_timezone) and R__concurrency (try_line) when called.
--
-- A row is locked while it is taken, and locked rows are passed over: no worker waits for
-- another, and none gets what another has. They run with the caller's rights: a worker sets
-- app.current_user_id to the user it works for.

CREATE OR REPLACE FUNCTION dialer.is_call_time(
    start_date date,
    end_date date,
    first_call_time time,
    last_call_time time,
    zone text,
    moment timestamptz
)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT l.day BETWEEN start_date AND coalesce(end_date, 'infinity') AND l.is_open
        FROM (
            SELECT
                -- After midnight it is still the evening's day.
                (moment AT TIME ZONE zone)::date - CASE
                    WHEN first_call_time > last_call_time
                        AND (moment AT TIME ZONE zone)::time <= last_call_time
                    THEN 1
                    ELSE 0
                END AS day,
                CASE
                    WHEN first_call_time <= last_call_time
                    THEN (moment AT TIME ZONE zone)::time
                        BETWEEN first_call_time AND last_call_time
                    ELSE (moment AT TIME ZONE zone)::time >= first_call_time
                        OR (moment AT TIME ZONE zone)::time <= last_call_time
                END AS is_open
        ) AS l
    );

COMMENT ON FUNCTION dialer.is_call_time(date, date, time, time, text, timestamptz) IS
    'Whether a campaign with these days and hours, in this time zone, may call at the moment. '
    'Hours that end before they begin go past midnight.';

CREATE OR REPLACE FUNCTION dialer.get_next_direct_call_queued(user_id uuid)
    RETURNS SETOF dialer.call_queue
    LANGUAGE plpgsql ROWS 1
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    next_id uuid;
BEGIN
    IF NOT dialer.try_line(get_next_direct_call_queued.user_id) THEN
        RETURN;
    END IF;

    SELECT q.id INTO next_id
    FROM dialer.call_queue AS q
    WHERE q.user_id = get_next_direct_call_queued.user_id
        AND q.call_type = 'direct'
        AND q.status = 'pending'
        AND (q.scheduled_for IS NULL OR q.scheduled_for <= now())
    ORDER BY q.priority DESC, q.scheduled_for NULLS FIRST, q.created_at, q.id
    LIMIT 1
    FOR UPDATE SKIP LOCKED;

    RETURN QUERY
    UPDATE dialer.call_queue AS q
    SET status = 'processing'
    WHERE q.id = next_id
    RETURNING q.*;
END;
$$;

COMMENT ON FUNCTION dialer.get_next_direct_call_queued(uuid) IS
    'Takes the user''s next direct call that is due: its row, now processing, or no row.';

CREATE OR REPLACE FUNCTION dialer.get_next_queued_call(user_id uuid)
    RETURNS SETOF dialer.call_queue
    LANGUAGE plpgsql ROWS 1
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    user_zone CONSTANT text := dialer.get_user_timezone(get_next_queued_call.user_id);
    candidate record;
    next_id uuid;
BEGIN
    RETURN QUERY SELECT * FROM dialer.get_next_direct_call_queued(get_next_queued_call.user_id);
    IF FOUND OR NOT dialer.try_line(get_next_queued_call.user_id) THEN
        RETURN;
    END IF;

    -- The campaigns that may call now, in the order of their first row; what has no campaign
    -- stands under the user, as in call_queue_campaign_pending_idx. Asking each for its first row
    -- reads none of the paused ones.
    FOR candidate IN
        SELECT t.target
        FROM (
            SELECT c.id AS target
            FROM dialer.call_campaigns AS c
            WHERE c.user_id = get_next_queued_call.user_id
                AND c.status = 'active'
                AND dialer.is_call_time(
                    c.start_date,
                    c.end_date,
                    c.first_call_time,
                    c.last_call_time,
                    CASE
                        WHEN c.use_custom_timezone THEN coalesce(c.campaign_timezone, user_zone)
                        ELSE user_zone
                    END,
                    now()
                )
            UNION ALL
            SELECT get_next_queued_call.user_id
        ) AS t
        CROSS JOIN LATERAL (
            SELECT q.priority, q.scheduled_for, q.created_at, q.id
            FROM dialer.call_queue AS q
            WHERE CASE WHEN q.campaign_id IS NULL THEN q.user_id ELSE q.campaign_id END
                    = t.target
                AND q.user_id = get_next_queued_call.user_id
                AND q.call_type = 'campaign'
                AND q.status = 'pending'
                AND (q.scheduled_for IS NULL OR q.scheduled_for <= now())
            ORDER BY q.priority DESC, q.scheduled_for NULLS FIRST, q.created_at, q.id
            LIMIT 1
        ) AS f
        ORDER BY f.priority DESC, f.scheduled_for NULLS FIRST, f.created_at, f.id
    LOOP
        SELECT q.id INTO next_id
        FROM dialer.call_queue AS q
        WHERE CASE WHEN q.campaign_id IS NULL THEN q.user_id ELSE q.campaign_id END
                = candidate.target
            AND q.user_id = get_next_queued_call.user_id
            AND q.call_type = 'campaign'
            AND q.status = 'pending'
            AND (q.scheduled_for IS NULL OR q.scheduled_for <= now())
        ORDER BY q.priority DESC, q.scheduled_for NULLS FIRST, q.created_at, q.id
        LIMIT 1
        FOR UPDATE SKIP LOCKED;
        EXIT WHEN FOUND;
    END LOOP;

    RETURN QUERY
    UPDATE dialer.call_queue AS q
    SET status = 'processing'
    WHERE q.id = next_id
    RETURNING q.*;
END;
$$;

COMMENT ON FUNCTION dialer.get_next_queued_call(uuid) IS
    'Takes the user''s next call that is due: its row, now processing, or no row. Direct calls '
    'first, then those of active campaigns within their days and hours; by priority, then time.';

CREATE OR REPLACE FUNCTION dialer.get_call_queue_position(queue_id uuid)
    RETURNS integer
    LANGUAGE sql STABLE
    RETURN (
        SELECT (
            SELECT 1 + count(*)
            FROM dialer.call_queue AS q
            WHERE q.user_id = me.user_id
                AND q.status = 'pending'
                AND CASE
                    WHEN q.call_type <> me.call_type THEN q.call_type = 'direct'
                    WHEN q.priority <> me.priority THEN q.priority > me.priority
                    ELSE (coalesce(q.scheduled_for, '-infinity'), q.created_at, q.id)
                        < (coalesce(me.scheduled_for, '-infinity'), me.created_at, me.id)
                END
        )::integer
        FROM dialer.call_queue AS me
        WHERE me.id = queue_id AND me.status = 'pending'
    );

COMMENT ON FUNCTION dialer.get_call_queue_position(uuid) IS
    'The place of a pending row among all that its user has waiting, from 1; NULL when it does '
    'not wait. Whether a campaign may call just now is left aside.';

-- security_invoker: the reader's own rights and row policies apply.
CREATE OR REPLACE VIEW dialer.queue_status_by_type
    WITH (security_invoker = true) AS
SELECT
    q.status,
    q.call_type,
    count(*) AS calls
FROM dialer.call_queue AS q
GROUP BY q.status, q.call_type;

COMMENT ON VIEW dialer.queue_status_by_type IS
    'How many rows of the queue have each status, direct calls and those of campaigns.';

REVOKE ALL ON FUNCTION
    dialer.is_call_time(date, date, time, time, text, timestamptz),
    dialer.get_next_direct_call_queued(uuid),
    dialer.get_next_queued_call(uuid),
    dialer.get_call_queue_position(uuid)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    dialer.is_call_time(date, date, time, time, text, timestamptz),
    dialer.get_next_direct_call_queued(uuid),
    dialer.get_next_queued_call(uuid),
    dialer.get_call_queue_position(uuid)
TO crm_app;

GRANT EXECUTE ON FUNCTION dialer.get_call_queue_position(uuid) TO crm_readonly;
GRANT SELECT ON dialer.queue_status_by_type TO crm_app, crm_readonly;
