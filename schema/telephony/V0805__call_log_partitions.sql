-- telephony: makes the partitions of call_logs ahead of time, and detaches the old ones.
--
-- Needs: V0804.
-- Locks: nothing; for what the functions take see there.
--
-- Both take SHARE UPDATE EXCLUSIVE on call_logs first, so that two runs follow each other; readers
-- and writers do not meet it. What is stronger comes only when there is something to do, and a
-- wait for it ends after five seconds with 55P03: the next run tries again. Months are UTC.
--
-- A month that calls already come for is made under ACCESS EXCLUSIVE on call_logs. With less, a
-- writer that had chosen the default partition and waits for it would be refused (23514), and a
-- reader would look for the moved calls where they were.

CREATE FUNCTION telephony.create_call_log_partitions(months_ahead integer DEFAULT 3)
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET timezone = 'UTC'
    SET datestyle = 'ISO'
    SET lock_timeout = '5s'
AS $$
DECLARE
    this_month CONSTANT timestamptz := date_trunc('month', now());
    first_of_month timestamptz;
    has_begun boolean;
    first_of_next timestamptz;
    partition_name text;
    copy integer;
    created integer := 0;
BEGIN
    IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 120 THEN
        RAISE EXCEPTION 'invalid number of months: %', coalesce(months_ahead::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a number from 0 to 120.';
    END IF;

    LOCK TABLE ONLY telephony.call_logs IN SHARE UPDATE EXCLUSIVE MODE;

    -- Those that need the stronger lock come first: to ask for it while holding the default
    -- partition would be a deadlock with a writer on its way there. A month that begins within a
    -- day counts as begun, for clocks that are ahead.
    FOR first_of_month, first_of_next, has_begun IN
        SELECT m.first, m.first + interval '1 month', bool_or(m.has_begun)
        FROM (
            SELECT a.first, a.first < now() + interval '1 day'
            FROM (
                SELECT this_month + n * interval '1 month'
                FROM generate_series(0, months_ahead) AS n
            ) AS a (first)
            UNION ALL
            -- Months that calls came for before their partition was there.
            SELECT DISTINCT date_trunc('month', c.calldate), true
            FROM telephony.call_logs_default AS c
            WHERE c.calldate BETWEEN '1970-01-01' AND '9999-12-31'
        ) AS m (first, has_begun)
        -- A partition may also be one that somebody made, of another length.
        WHERE NOT EXISTS (
            SELECT
            FROM pg_inherits AS i
            JOIN pg_class AS p ON p.oid = i.inhrelid
            CROSS JOIN regexp_match(
                pg_get_expr(p.relpartbound, p.oid),
                '^FOR VALUES FROM \((?:''(.*)''|MINVALUE)\) TO \((?:''(.*)''|MAXVALUE)\)$'
            ) AS b
            WHERE i.inhparent = 'telephony.call_logs'::regclass
                AND coalesce(b[1], '-infinity')::timestamptz < m.first + interval '1 month'
                AND coalesce(b[2], 'infinity')::timestamptz > m.first
                AND b IS NOT NULL
        )
        GROUP BY m.first
        ORDER BY bool_or(m.has_begun) DESC, m.first
    LOOP
        partition_name := 'call_logs_' || to_char(first_of_month, 'YYYY_MM');
        copy := 1;
        WHILE to_regclass(format('telephony.%I', partition_name)) IS NOT NULL LOOP
            -- Somebody has detached that month by hand.
            copy := copy + 1;
            partition_name := 'call_logs_' || to_char(first_of_month, 'YYYY_MM_') || copy;
        END LOOP;

        IF has_begun THEN
            LOCK TABLE ONLY telephony.call_logs IN ACCESS EXCLUSIVE MODE;
        END IF;
        -- ATTACH takes this lock in any case. On call_logs it needs less than CREATE TABLE …
        -- PARTITION OF does.
        LOCK TABLE telephony.call_logs_default IN ACCESS EXCLUSIVE MODE;
        EXECUTE format(
            'CREATE TABLE telephony.%I (LIKE telephony.call_logs INCLUDING DEFAULTS '
            'INCLUDING CONSTRAINTS INCLUDING STORAGE)',
            partition_name
        );
        EXECUTE format(
            'WITH moved AS (DELETE FROM telephony.call_logs_default '
            'WHERE calldate >= $1 AND calldate < $2 RETURNING *) '
            'INSERT INTO telephony.%I SELECT * FROM moved',
            partition_name
        ) USING first_of_month, first_of_next;
        EXECUTE format(
            'ALTER TABLE telephony.call_logs ATTACH PARTITION telephony.%I '
            'FOR VALUES FROM (%L) TO (%L)',
            partition_name, first_of_month, first_of_next
        );
        created := created + 1;
    END LOOP;
    RETURN created;
END;
$$;

COMMENT ON FUNCTION telephony.create_call_log_partitions(integer) IS
    'Task, daily: makes the partitions of call_logs for this month, the months ahead, and each '
    'month that the default partition has calls of, which move there; returns how many. Moving '
    'holds up who reads or writes call_logs until it is done.';

CREATE FUNCTION telephony.detach_call_log_partitions(keep interval)
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET timezone = 'UTC'
    SET datestyle = 'ISO'
    SET lock_timeout = '5s'
AS $$
DECLARE
    part record;
    detached_name text;
    copy integer;
    detached integer := 0;
BEGIN
    IF keep IS NULL OR keep < interval '0' THEN
        RAISE EXCEPTION 'invalid time to keep calls: %', coalesce(keep::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a positive interval, such as ''2 years''.';
    END IF;

    LOCK TABLE ONLY telephony.call_logs IN SHARE UPDATE EXCLUSIVE MODE;

    -- By what a partition holds, never by its name.
    FOR part IN
        SELECT p.relname, b.first_after
        FROM pg_inherits AS i
        JOIN pg_class AS p ON p.oid = i.inhrelid
        CROSS JOIN LATERAL (
            SELECT substring(
                pg_get_expr(p.relpartbound, p.oid) FROM ' TO \(''(.*)''\)$'
            )::timestamptz AS first_after
        ) AS b
        WHERE i.inhparent = 'telephony.call_logs'::regclass
            AND b.first_after <= least(now() - keep, date_trunc('month', now()))
        ORDER BY b.first_after
    LOOP
        -- A late call may give the month a second partition, which is detached in its turn.
        detached_name := part.relname || '_detached';
        copy := 1;
        WHILE to_regclass(format('telephony.%I', detached_name)) IS NOT NULL LOOP
            copy := copy + 1;
            detached_name := part.relname || '_detached_' || copy;
        END LOOP;

        -- Not CONCURRENTLY: it cannot run in a function, nor where there is a default partition.
        EXECUTE format(
            'ALTER TABLE telephony.call_logs DETACH PARTITION telephony.%I', part.relname
        );
        EXECUTE format(
            'ALTER TABLE telephony.%I RENAME TO %I', part.relname, detached_name
        );
        -- It has no grants either: nobody but the owner reads it. Without the default it depends
        -- on nothing of ours, and can be moved to another schema.
        EXECUTE format(
            'ALTER TABLE telephony.%I ENABLE ROW LEVEL SECURITY, ALTER COLUMN id DROP DEFAULT',
            detached_name
        );
        EXECUTE format(
            'COMMENT ON TABLE telephony.%I IS %L',
            detached_name,
            format('Calls before %s, detached from telephony.call_logs.', part.first_after::date)
        );
        detached := detached + 1;
    END LOOP;
    RETURN detached;
END;
$$;

COMMENT ON FUNCTION telephony.detach_call_log_partitions(interval) IS
    'Task, monthly: detaches the partitions of call_logs whose last call lies further back than '
    'the interval; returns how many. They stay as tables call_logs_…_detached, for the owner to '
    'archive and drop. The current month stays.';

REVOKE ALL ON FUNCTION
    telephony.create_call_log_partitions(integer),
    telephony.detach_call_log_partitions(interval)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    telephony.create_call_log_partitions(integer),
    telephony.detach_call_log_partitions(interval)
TO crm_maintenance;
