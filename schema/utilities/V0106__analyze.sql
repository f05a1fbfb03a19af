-- utilities: planner statistics for all tables of a schema.
--
-- Needs: V0101 (roles).
-- Locks: nothing; when called, SHARE UPDATE EXCLUSIVE on each table, which readers and writers
-- do not meet.
--
-- VACUUM and REINDEX CONCURRENTLY cannot run inside a function: `crmdb maintain` does them.

-- SECURITY DEFINER: before PostgreSQL 17 only the owner of a table may analyze it.
CREATE FUNCTION utilities.analyze_tables(in_schema name)
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation record;
    analyzed integer := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = in_schema) THEN
        RAISE EXCEPTION 'schema "%" does not exist', coalesce(in_schema, 'NULL')
            USING ERRCODE = 'invalid_schema_name';
    END IF;

    -- A partitioned table takes its partitions along; autovacuum never analyzes it itself.
    FOR relation IN
        SELECT c.relname
        FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = in_schema
            AND c.relkind IN ('r', 'p', 'm')
            AND NOT c.relispartition
            AND pg_has_role(c.relowner, 'USAGE')
        ORDER BY c.relname
    LOOP
        EXECUTE format('ANALYZE %I.%I', in_schema, relation.relname);
        analyzed := analyzed + 1;
    END LOOP;
    RETURN analyzed;
END;
$$;

COMMENT ON FUNCTION utilities.analyze_tables(name) IS
    'Collects planner statistics for each table of the schema, as after a large load; returns '
    'the number of tables. Tables of other owners are left out.';

REVOKE ALL ON FUNCTION utilities.analyze_tables(name) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION utilities.analyze_tables(name) TO crm_maintenance;
