-- dialer: refreshes the dashboard's figures, and shows a user its own.
--
-- Needs: users V0301, V1019, V1020, V1029.
-- Locks: nothing.

CREATE FUNCTION dialer.refresh_user_kpi_summary()
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Before the refresh looks: a change that it does not see keeps its note.
    DELETE FROM dialer.user_kpi_changes;
    IF (SELECT c.relispopulated FROM pg_class AS c
        WHERE c.oid = 'dialer.user_kpi_summary'::regclass)
    THEN
        REFRESH MATERIALIZED VIEW CONCURRENTLY dialer.user_kpi_summary;
    ELSE
        REFRESH MATERIALIZED VIEW dialer.user_kpi_summary;
    END IF;
END;
$$;

COMMENT ON FUNCTION dialer.refresh_user_kpi_summary() IS
    'Refreshes dialer.user_kpi_summary; those who read it meanwhile see it as it was.';

CREATE FUNCTION dialer.scheduled_refresh_user_kpi_summary()
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM dialer.user_kpi_changes) THEN
        PERFORM dialer.refresh_user_kpi_summary();
    END IF;
END;
$$;

COMMENT ON FUNCTION dialer.scheduled_refresh_user_kpi_summary() IS
    'Task, hourly: refreshes dialer.user_kpi_summary when something has changed since.';

CREATE FUNCTION dialer.count_user_kpi_differences(user_id uuid)
    RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT count(*)
FROM (SELECT k.* FROM dialer.user_kpis AS k WHERE k.user_id = $1) AS now_is
FULL JOIN (SELECT k.* FROM dialer.user_kpi_summary AS k WHERE k.user_id = $1) AS was
    ON was.date = now_is.date
WHERE now_is IS DISTINCT FROM was
$$;

COMMENT ON FUNCTION dialer.count_user_kpi_differences(uuid) IS
    'How many days of a user dialer.user_kpi_summary has not, has wrong, or has too many.';

CREATE FUNCTION dialer.refresh_user_kpi_summary_for_user(user_id uuid)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF dialer.count_user_kpi_differences(user_id) > 0 THEN
        PERFORM dialer.refresh_user_kpi_summary();
    END IF;
END;
$$;

COMMENT ON FUNCTION dialer.refresh_user_kpi_summary_for_user(uuid) IS
    'Refreshes dialer.user_kpi_summary if it is out of date for this user. A materialized view '
    'is refreshed as a whole: there is no refresh of a part.';

CREATE FUNCTION dialer.test_cache_invalidation(user_id uuid)
    RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN format(
        'user_kpi_summary: days of the user out of date: %s; transactions with changes since '
        'the last refresh: %s',
        dialer.count_user_kpi_differences(user_id),
        (SELECT count(*) FROM dialer.user_kpi_changes)
    );
END;
$$;

COMMENT ON FUNCTION dialer.test_cache_invalidation(uuid) IS
    'For debugging: how far dialer.user_kpi_summary is behind, in words.';

CREATE FUNCTION dialer.get_user_kpi_summary()
    RETURNS SETOF dialer.user_kpi_summary
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT k.*
FROM dialer.user_kpi_summary AS k
WHERE k.user_id = (SELECT users.current_user_id())
$$;

COMMENT ON FUNCTION dialer.get_user_kpi_summary() IS
    'The rows of dialer.user_kpi_summary of the user that the session works for '
    '(app.current_user_id); none without one.';

REVOKE ALL ON FUNCTION
    dialer.refresh_user_kpi_summary(),
    dialer.scheduled_refresh_user_kpi_summary(),
    dialer.count_user_kpi_differences(uuid),
    dialer.refresh_user_kpi_summary_for_user(uuid),
    dialer.test_cache_invalidation(uuid),
    dialer.get_user_kpi_summary()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    dialer.refresh_user_kpi_summary(),
    dialer.scheduled_refresh_user_kpi_summary(),
    dialer.refresh_user_kpi_summary_for_user(uuid),
    dialer.test_cache_invalidation(uuid)
TO crm_maintenance;
GRANT EXECUTE ON FUNCTION dialer.get_user_kpi_summary() TO crm_app, crm_readonly;
