-- utilities: what the tables and indexes weigh, which are used, which need care.
--
-- Needs: V0101 (roles).
--
-- They read the server's statistics, which count from the last pg_stat_reset() on.

CREATE OR REPLACE FUNCTION utilities.table_sizes(in_schema name DEFAULT NULL)
    RETURNS TABLE (
        schema_name name,
        table_name name,
        estimated_rows bigint,
        table_bytes bigint,
        index_bytes bigint,
        total_bytes bigint,
        total_size text
    )
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT
    n.nspname,
    c.relname,
    CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END,
    pg_table_size(c.oid),
    pg_indexes_size(c.oid),
    pg_total_relation_size(c.oid),
    pg_size_pretty(pg_total_relation_size(c.oid))
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm')
    AND n.nspname = coalesce(in_schema, n.nspname)
    AND n.nspname <> 'information_schema'
    AND n.nspname NOT LIKE 'pg\_%'
ORDER BY pg_total_relation_size(c.oid) DESC, n.nspname, c.relname;
$$;

COMMENT ON FUNCTION utilities.table_sizes(name) IS
    'Tables, materialized views and partitions by size, largest first. Rows are the planner''s '
    'estimate, NULL before the first ANALYZE.';

CREATE OR REPLACE FUNCTION utilities.index_usage(in_schema name DEFAULT NULL)
    RETURNS TABLE (
        schema_name name,
        table_name name,
        index_name name,
        scans bigint,
        index_bytes bigint,
        index_size text,
        is_valid boolean,
        is_unused boolean
    )
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT
    s.schemaname,
    s.relname,
    s.indexrelname,
    s.idx_scan,
    pg_relation_size(s.indexrelid),
    pg_size_pretty(pg_relation_size(s.indexrelid)),
    i.indisvalid,
    s.idx_scan = 0
        AND NOT i.indisunique
        AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid)
FROM pg_stat_user_indexes AS s
JOIN pg_index AS i ON i.indexrelid = s.indexrelid
WHERE s.schemaname = coalesce(in_schema, s.schemaname)
ORDER BY s.idx_scan, pg_relation_size(s.indexrelid) DESC, s.schemaname, s.indexrelname;
$$;

COMMENT ON FUNCTION utilities.index_usage(name) IS
    'Indexes by use, least used first. Unused are those never scanned that no constraint '
    'needs; an invalid one is left over from a failed concurrent build.';

CREATE OR REPLACE FUNCTION utilities.maintenance_candidates(in_schema name DEFAULT NULL)
    RETURNS TABLE (
        schema_name name,
        table_name name,
        live_rows bigint,
        dead_rows bigint,
        changed_rows bigint,
        last_vacuum timestamptz,
        last_analyze timestamptz,
        needs_vacuum boolean,
        needs_analyze boolean
    )
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
WITH candidate AS (
    SELECT
        s.*,
        c.relkind,
        greatest(c.reltuples, 0) AS row_estimate,
        coalesce(
            (
                SELECT jsonb_object_agg(o.option_name, o.option_value)
                FROM pg_options_to_table(c.reloptions) AS o
            ),
            '{}'
        ) AS options
    FROM pg_stat_user_tables AS s
    JOIN pg_class AS c ON c.oid = s.relid
    WHERE s.schemaname = coalesce(in_schema, s.schemaname)
),
judged AS (
    SELECT
        k.*,
        k.n_dead_tup > coalesce(
            k.options ->> 'autovacuum_vacuum_threshold',
            current_setting('autovacuum_vacuum_threshold')
        )::float8 + k.row_estimate * coalesce(
            k.options ->> 'autovacuum_vacuum_scale_factor',
            current_setting('autovacuum_vacuum_scale_factor')
        )::float8 AS wants_vacuum,
        k.n_mod_since_analyze > coalesce(
            k.options ->> 'autovacuum_analyze_threshold',
            current_setting('autovacuum_analyze_threshold')
        )::float8 + k.row_estimate * coalesce(
            k.options ->> 'autovacuum_analyze_scale_factor',
            current_setting('autovacuum_analyze_scale_factor')
        )::float8
        -- autovacuum passes partitioned tables by.
        OR (k.relkind = 'p' AND k.last_analyze IS NULL) AS wants_analyze
    FROM candidate AS k
)
SELECT
    j.schemaname,
    j.relname,
    j.n_live_tup,
    j.n_dead_tup,
    j.n_mod_since_analyze,
    greatest(j.last_vacuum, j.last_autovacuum),
    greatest(j.last_analyze, j.last_autoanalyze),
    j.wants_vacuum,
    j.wants_analyze
FROM judged AS j
WHERE j.wants_vacuum OR j.wants_analyze
ORDER BY j.n_dead_tup DESC, j.schemaname, j.relname;
$$;

COMMENT ON FUNCTION utilities.maintenance_candidates(name) IS
    'Tables past the limits at which autovacuum would vacuum or analyze them (the table''s own '
    'settings count). `crmdb maintain` vacuums; analyze_tables() analyzes.';

REVOKE ALL ON FUNCTION
    utilities.table_sizes(name),
    utilities.index_usage(name),
    utilities.maintenance_candidates(name)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    utilities.table_sizes(name),
    utilities.index_usage(name),
    utilities.maintenance_candidates(name)
TO crm_readonly, crm_maintenance;
