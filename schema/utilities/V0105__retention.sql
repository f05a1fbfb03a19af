-- utilities: deletes rows older than a limit, in batches.
--
-- Needs: V0101 (roles).
-- Locks: nothing.

CREATE FUNCTION utilities.delete_older_than(
    target regclass,
    column_name name,
    keep interval,
    batch_size integer DEFAULT 10000
)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation record;
    attribute record;
    deleted bigint;
BEGIN
    IF keep IS NULL OR keep < interval '0' THEN
        RAISE EXCEPTION 'invalid time to keep rows: %', coalesce(keep::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a positive interval, such as ''90 days''.';
    ELSIF batch_size IS NULL OR batch_size NOT BETWEEN 1 AND 1000000 THEN
        RAISE EXCEPTION 'invalid batch size: %', coalesce(batch_size::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a number from 1 to 1000000.';
    END IF;

    SELECT c.relkind, n.nspname, c.relname INTO relation
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid = target;

    IF relation.relkind IS DISTINCT FROM 'r' THEN
        RAISE EXCEPTION '"%" is not a plain table', coalesce(target::text, 'NULL')
            USING ERRCODE = 'wrong_object_type',
                  HINT = 'Of a partitioned table, detach and drop the old partitions.';
    END IF;

    SELECT a.attnum, a.atttypid INTO attribute
    FROM pg_attribute AS a
    WHERE a.attrelid = target AND a.attname = column_name
        AND a.attnum > 0 AND NOT a.attisdropped;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'column "%" of table "%" does not exist', column_name, target
            USING ERRCODE = 'undefined_column';
    ELSIF attribute.atttypid NOT IN (
        'timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype
    ) THEN
        RAISE EXCEPTION 'column "%" of table "%" is no time', column_name, target
            USING ERRCODE = 'datatype_mismatch';
    END IF;

    -- Without an index each batch would read the whole table.
    IF NOT EXISTS (
        SELECT
        FROM pg_index AS i
        WHERE i.indrelid = target AND i.indkey[0] = attribute.attnum
            AND i.indisvalid AND i.indpred IS NULL
    ) THEN
        RAISE EXCEPTION 'no index of table "%" leads with column "%"', target, column_name
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format(
                      'CREATE INDEX CONCURRENTLY ON %I.%I (%I);',
                      relation.nspname, relation.relname, column_name
                  );
    END IF;

    -- Rows that somebody is working on are left for the next time.
    EXECUTE format(
        'DELETE FROM %1$I.%2$I WHERE ctid = ANY (ARRAY('
        'SELECT ctid FROM %1$I.%2$I WHERE %3$I < $1 ORDER BY %3$I LIMIT $2 '
        'FOR UPDATE SKIP LOCKED))',
        relation.nspname, relation.relname, column_name
    ) USING now() - keep, batch_size;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END;
$$;

COMMENT ON FUNCTION utilities.delete_older_than(regclass, name, interval, integer) IS
    'Deletes one batch of the oldest rows whose time lies further back than the interval; '
    'returns how many. Runs with the caller''s rights and row policies.';

-- No SET clause: a procedure with one cannot commit. Every name is qualified instead.
CREATE PROCEDURE utilities.purge_older_than(
    target regclass,
    column_name name,
    keep interval,
    batch_size integer DEFAULT 10000,
    INOUT deleted bigint DEFAULT 0
)
    LANGUAGE plpgsql
AS $$
DECLARE
    batch bigint;
BEGIN
    deleted := 0;
    LOOP
        batch := utilities.delete_older_than(target, column_name, keep, batch_size);
        COMMIT;
        deleted := deleted + batch;
        EXIT WHEN batch < batch_size;
    END LOOP;
END;
$$;

COMMENT ON PROCEDURE utilities.purge_older_than(regclass, name, interval, integer, bigint) IS
    'Calls delete_older_than() until nothing is left, with a commit after each batch. Not '
    'inside a transaction block; good for a scheduler such as pg_cron.';

REVOKE ALL ON FUNCTION utilities.delete_older_than(regclass, name, interval, integer) FROM PUBLIC;
REVOKE ALL ON PROCEDURE utilities.purge_older_than(regclass, name, interval, integer, bigint)
    FROM PUBLIC;

GRANT EXECUTE ON FUNCTION utilities.delete_older_than(regclass, name, interval, integer)
    TO crm_maintenance;
GRANT EXECUTE ON PROCEDURE utilities.purge_older_than(regclass, name, interval, integer, bigint)
    TO crm_maintenance;
