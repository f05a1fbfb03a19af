-- Of a partitioned table, those of the whole: autovacuum never makes them.
SELECT t.id AS name, r.rows, r.readable,
    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_statistic_ext AS x
        WHERE x.stxrelid = t.oid AND coalesce((pg_catalog.to_jsonb(x) ->> 'stxstattarget')::int, -1) <> 0
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_stats_ext AS e
                JOIN pg_catalog.pg_namespace AS n ON n.nspname = e.statistics_schemaname
                WHERE n.oid = x.stxnamespace AND e.statistics_name = x.stxname))::bigint AS objects,
    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v'
            AND coalesce(a.attstattarget, -1) <> 0
            AND EXISTS (SELECT FROM pg_catalog.pg_operator AS o WHERE o.oprname = '='
                AND o.oprnamespace = 'pg_catalog'::pg_catalog.regnamespace AND o.oprleft = a.atttypid)
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_stats AS s WHERE s.schemaname = t.nspname
                AND s.tablename = t.relname AND s.attname = a.attname AND s.inherited = (t.relkind = 'p')))::bigint AS columns
FROM free AS t
CROSS JOIN LATERAL (SELECT
    CASE WHEN t.relkind = 'p' THEN (SELECT pg_catalog.sum(pg_catalog.pg_stat_get_live_tuples(q.relid))
            FROM pg_catalog.pg_partition_tree(t.oid) AS q WHERE q.isleaf)
        ELSE greatest(t.reltuples, pg_catalog.pg_stat_get_live_tuples(t.oid)) END::bigint AS rows,
    pg_catalog.has_table_privilege(t.oid, 'SELECT') AND NOT pg_catalog.row_security_active(t.oid) AS readable) AS r
WHERE t.relkind IN ('r', 'p', 'm') AND r.rows > 0 AND r.readable IS NOT NULL
ORDER BY t.id COLLATE "C"
