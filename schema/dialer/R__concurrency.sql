-- dialer: how many calls are under way, and whether there may be one more.
--
-- Needs: V1005, V1006, V1013.

CREATE OR REPLACE FUNCTION dialer.count_active_calls(user_id uuid)
    RETURNS integer
    LANGUAGE sql STABLE
    RETURN (
        SELECT count(*)::integer
        FROM dialer.active_calls AS a
        WHERE a.user_id = count_active_calls.user_id
    );

COMMENT ON FUNCTION dialer.count_active_calls(uuid) IS
    'How many calls of the user are under way.';

CREATE OR REPLACE FUNCTION dialer.get_user_active_calls_count(user_id uuid)
    RETURNS integer
    LANGUAGE sql STABLE
    RETURN dialer.count_active_calls(user_id);

COMMENT ON FUNCTION dialer.get_user_active_calls_count(uuid) IS
    'The same as count_active_calls(): the document has both names.';

CREATE OR REPLACE FUNCTION dialer.count_user_direct_calls_queued(user_id uuid)
    RETURNS integer
    LANGUAGE sql STABLE
    RETURN (
        SELECT count(*)::integer
        FROM dialer.call_queue AS q
        WHERE q.user_id = count_user_direct_calls_queued.user_id
            AND q.status = 'pending'
            AND q.call_type = 'direct'
    );

COMMENT ON FUNCTION dialer.count_user_direct_calls_queued(uuid) IS
    'How many direct calls of the user wait in the queue.';

-- SECURITY DEFINER here and below: the system's numbers are those of all users. Nothing but
-- numbers comes out.
CREATE OR REPLACE FUNCTION dialer.system_active_calls(
    OUT direct_calls integer,
    OUT campaign_calls integer,
    OUT total_active integer
)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT
    count(*) FILTER (WHERE a.call_type = 'direct'),
    count(*) FILTER (WHERE a.call_type = 'campaign'),
    count(*)
FROM dialer.active_calls AS a;
$$;

COMMENT ON FUNCTION dialer.system_active_calls() IS
    'How many calls of all users are under way, direct ones and those of campaigns.';

CREATE OR REPLACE FUNCTION dialer.get_system_active_calls_count()
    RETURNS integer
    LANGUAGE sql STABLE
    RETURN (SELECT s.total_active FROM dialer.system_active_calls() AS s);

COMMENT ON FUNCTION dialer.get_system_active_calls_count() IS
    'How many calls of all users are under way.';

-- A line is taken from the moment a row leaves the queue, and not only once the call is active.
-- Rows that have been processed for hours belong to a worker that died.
CREATE OR REPLACE FUNCTION dialer.count_lines_in_use(user_id uuid)
    RETURNS integer
    LANGUAGE sql STABLE
    RETURN dialer.count_active_calls(user_id) + (
        SELECT count(*)::integer
        FROM dialer.call_queue AS q
        WHERE q.user_id = count_lines_in_use.user_id
            AND q.status = 'processing'
            AND q.processing_started_at > now() - interval '2 hours'
            AND NOT EXISTS (
                SELECT FROM dialer.active_calls AS a WHERE a.id IN (q.id, q.call_id)
            )
    );

COMMENT ON FUNCTION dialer.count_lines_in_use(uuid) IS
    'How many calls of the user are under way or about to be: active, or taken from the queue.';

CREATE OR REPLACE FUNCTION dialer.count_system_lines_in_use()
    RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT (
    (SELECT count(*) FROM dialer.active_calls)
    + (
        SELECT count(*)
        FROM dialer.call_queue AS q
        WHERE q.status = 'processing'
            AND q.processing_started_at > now() - interval '2 hours'
            AND NOT EXISTS (
                SELECT FROM dialer.active_calls AS a WHERE a.id IN (q.id, q.call_id)
            )
    )
)::integer;
$$;

COMMENT ON FUNCTION dialer.count_system_lines_in_use() IS
    'The same as count_lines_in_use(), of all users.';

CREATE OR REPLACE FUNCTION dialer.try_line(user_id uuid)
    RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    user_limit CONSTANT integer := dialer.config_integer('max_concurrent_calls_per_user');
    system_limit CONSTANT integer := dialer.config_integer('max_concurrent_calls');
BEGIN
    -- What another worker takes cannot be counted before its commit: only one at a time may
    -- count and take. It is tried, not waited for. The count is a statement of its own, after the
    -- lock: in one with it, it would not see what was committed just before the lock was free.
    IF user_limit IS NOT NULL THEN
        IF NOT pg_try_advisory_xact_lock(hashtextextended('dialer lines of ' || user_id, 0)) THEN
            RETURN false;
        END IF;
        IF dialer.count_lines_in_use(user_id) >= user_limit THEN
            RETURN false;
        END IF;
    END IF;
    IF system_limit IS NOT NULL THEN
        IF NOT pg_try_advisory_xact_lock(hashtextextended('dialer lines', 0)) THEN
            RETURN false;
        END IF;
        IF dialer.count_system_lines_in_use() >= system_limit THEN
            RETURN false;
        END IF;
    END IF;
    RETURN true;
END;
$$;

COMMENT ON FUNCTION dialer.try_line(uuid) IS
    'Whether the user may have one more call under the limits of dialer.system_config '
    '(max_concurrent_calls, max_concurrent_calls_per_user; without them always). With a limit '
    'it is also false while another worker is taking a call; ask again.';

CREATE OR REPLACE FUNCTION dialer.cleanup_orphaned_active_calls()
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    deleted integer;
BEGIN
    DELETE FROM dialer.active_calls AS a
    WHERE a.started_at < now() - interval '2 hours'
        OR NOT (
            EXISTS (
                SELECT FROM dialer.calls AS c
                WHERE c.id = a.id AND c.status IN ('initiated', 'in-progress')
            )
            OR EXISTS (
                SELECT FROM dialer.call_queue AS q
                WHERE q.id = a.id AND q.status IN ('pending', 'processing')
            )
        );
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END;
$$;

COMMENT ON FUNCTION dialer.cleanup_orphaned_active_calls() IS
    'Task, every 5 minutes: forgets active calls that began more than 2 hours ago, or whose call '
    'or row of the queue is over or gone; returns how many.';

-- security_invoker: the reader's own rights and row policies apply.
CREATE OR REPLACE VIEW dialer.user_concurrency_status
    WITH (security_invoker = true) AS
SELECT
    a.user_id,
    a.call_type,
    count(*) AS active_calls
FROM dialer.active_calls AS a
GROUP BY a.user_id, a.call_type;

COMMENT ON VIEW dialer.user_concurrency_status IS
    'How many calls are under way, by user and type.';

CREATE OR REPLACE VIEW dialer.system_concurrency_overview
    WITH (security_invoker = true) AS
SELECT s.direct_calls, s.campaign_calls, s.total_active
FROM dialer.system_active_calls() AS s;

COMMENT ON VIEW dialer.system_concurrency_overview IS
    'How many calls of all users are under way: one row of numbers, the same for everyone.';

REVOKE ALL ON FUNCTION
    dialer.count_active_calls(uuid),
    dialer.get_user_active_calls_count(uuid),
    dialer.count_user_direct_calls_queued(uuid),
    dialer.system_active_calls(),
    dialer.get_system_active_calls_count(),
    dialer.count_lines_in_use(uuid),
    dialer.count_system_lines_in_use(),
    dialer.try_line(uuid),
    dialer.cleanup_orphaned_active_calls()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    dialer.count_active_calls(uuid),
    dialer.get_user_active_calls_count(uuid),
    dialer.count_user_direct_calls_queued(uuid),
    dialer.system_active_calls(),
    dialer.get_system_active_calls_count()
TO crm_app, crm_readonly;

GRANT EXECUTE ON FUNCTION
    dialer.count_lines_in_use(uuid),
    dialer.count_system_lines_in_use(),
    dialer.try_line(uuid)
TO crm_app;

GRANT EXECUTE ON FUNCTION dialer.cleanup_orphaned_active_calls() TO crm_maintenance;

GRANT SELECT ON
    dialer.user_concurrency_status,
    dialer.system_concurrency_overview
TO crm_app, crm_readonly;
