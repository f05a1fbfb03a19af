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

-- Priority by priority, since within one the rows that are due stand before those that are not:
-- however many wait for a later time, none of them is read.
CREATE OR REPLACE FUNCTION dialer.take_queued_call(user_id uuid, call_type text, targets uuid[])
    RETURNS SETOF dialer.call_queue
    LANGUAGE plpgsql ROWS 1
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    owner ALIAS FOR $1;
    type ALIAS FOR $2;
    step bigint := 2147483648;  -- above every priority
    target uuid;
    next_id uuid;
BEGIN
    LOOP
        SELECT max(p.priority) INTO step
        FROM unnest(targets) AS t (target)
        CROSS JOIN LATERAL (
            SELECT q.priority
            FROM dialer.call_queue AS q
            WHERE CASE
                    WHEN q.call_type = 'direct' OR q.campaign_id IS NULL THEN q.user_id
                    ELSE q.campaign_id
                END = t.target
                AND q.call_type = type
                AND q.status = 'pending'
                AND q.user_id = owner
                AND q.priority < step
            ORDER BY q.priority DESC
            LIMIT 1
        ) AS p;
        EXIT WHEN step IS NULL;

        -- In the order of their first rows.
        FOR target IN
            SELECT t.target
            FROM unnest(targets) AS t (target)
            CROSS JOIN LATERAL (
                SELECT
                    CASE WHEN q.scheduled_for IS NULL THEN '-infinity' ELSE q.scheduled_for END
                        AS due_at,
                    q.created_at,
                    q.id
                FROM dialer.call_queue AS q
                WHERE CASE
                        WHEN q.call_type = 'direct' OR q.campaign_id IS NULL THEN q.user_id
                        ELSE q.campaign_id
                    END = t.target
                    AND q.call_type = type
                    AND q.status = 'pending'
                    AND q.user_id = owner
                    AND q.priority = step
                    AND CASE WHEN q.scheduled_for IS NULL THEN '-infinity' ELSE q.scheduled_for END
                        <= now()
                ORDER BY due_at, q.created_at, q.id
                LIMIT 1
            ) AS f
            ORDER BY f.due_at, f.created_at, f.id
        LOOP
            SELECT q.id INTO next_id
            FROM dialer.call_queue AS q
            WHERE CASE
                    WHEN q.call_type = 'direct' OR q.campaign_id IS NULL THEN q.user_id
                    ELSE q.campaign_id
                END = target
                AND q.call_type = type
                AND q.status = 'pending'
                AND q.user_id = owner
                AND q.priority = step
                AND CASE WHEN q.scheduled_for IS NULL THEN '-infinity' ELSE q.scheduled_for END
                    <= now()
            ORDER BY
                CASE WHEN q.scheduled_for IS NULL THEN '-infinity' ELSE q.scheduled_for END,
                q.created_at,
                q.id
            LIMIT 1
            FOR UPDATE SKIP LOCKED;
            EXIT WHEN FOUND;
        END LOOP;
        EXIT WHEN next_id IS NOT NULL;
    END LOOP;

    RETURN QUERY
    UPDATE dialer.call_queue AS q
    SET status = 'processing'
    WHERE q.id = next_id
    RETURNING q.*;
END;
$$;

COMMENT ON FUNCTION dialer.take_queued_call(uuid, text, uuid[]) IS
    'Takes the first call of a user and type that is due: its row, now processing, or no row. '
    'Targets are campaigns; the user stands for direct calls and those without a campaign.';

CREATE OR REPLACE FUNCTION dialer.get_next_direct_call_queued(user_id uuid)
    RETURNS SETOF dialer.call_queue
    LANGUAGE plpgsql ROWS 1
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF dialer.try_line(user_id) THEN
        RETURN QUERY SELECT * FROM dialer.take_queued_call(user_id, 'direct', ARRAY[user_id]);
    END IF;
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
    owner ALIAS FOR $1;
    user_zone CONSTANT text := dialer.get_user_timezone(owner);
    campaigns uuid[];
BEGIN
    RETURN QUERY SELECT * FROM dialer.get_next_direct_call_queued(owner);
    IF FOUND OR NOT dialer.try_line(owner) THEN
        RETURN;
    END IF;

    campaigns := ARRAY(
        SELECT c.id
        FROM dialer.call_campaigns AS c
        WHERE c.user_id = owner
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
    );
    RETURN QUERY SELECT * FROM dialer.take_queued_call(owner, 'campaign', campaigns || owner);
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
    dialer.take_queued_call(uuid, text, uuid[]),
    dialer.get_next_direct_call_queued(uuid),
    dialer.get_next_queued_call(uuid),
    dialer.get_call_queue_position(uuid)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    dialer.is_call_time(date, date, time, time, text, timestamptz),
    dialer.take_queued_call(uuid, text, uuid[]),
    dialer.get_next_direct_call_queued(uuid),
    dialer.get_next_queued_call(uuid),
    dialer.get_call_queue_position(uuid)
TO crm_app;

GRANT EXECUTE ON FUNCTION dialer.get_call_queue_position(uuid) TO crm_readonly;
GRANT SELECT ON dialer.queue_status_by_type TO crm_app, crm_readonly;
