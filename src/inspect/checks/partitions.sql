SELECT t.id AS name, b.is_open, b.parts, d.default_rows, d.default_name,
    pg_catalog.to_char(b.until, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS covered_until,
    CASE WHEN pg_catalog.isfinite(b.until) THEN extract(epoch FROM b.until - pg_catalog.now())::float8 END AS ahead_seconds,
    y.oid IN (1082, 1114, 1184) AND p.partstrat = 'r' AND p.partnatts = 1 AS is_by_time
FROM free AS t JOIN pg_catalog.pg_partitioned_table AS p ON p.partrelid = t.oid
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = p.partattrs[0]
LEFT JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid
CROSS JOIN LATERAL (
    SELECT pg_catalog.count(*) FILTER (WHERE e.bound <> 'DEFAULT')::bigint AS parts,
        coalesce(pg_catalog.bool_or(e.bound ~ 'TO \(MAXVALUE'), false) AS is_open,
        pg_catalog.max(CASE WHEN y.oid IN (1082, 1114, 1184) AND p.partstrat = 'r' AND p.partnatts = 1
            THEN (pg_catalog.regexp_match(e.bound, 'TO \(''([^'']+)''\)'))[1]::timestamptz END) AS until
    FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
    CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound) AS e
    WHERE i.inhparent = t.oid) AS b
CROSS JOIN LATERAL (
    SELECT pg_catalog.sum(pg_catalog.pg_stat_get_live_tuples(coalesce(q.relid, p.partdefid)))::bigint AS default_rows,
        nullif(p.partdefid, 0)::pg_catalog.regclass::pg_catalog.text AS default_name
    FROM pg_catalog.pg_partition_tree(nullif(p.partdefid, 0)) AS q) AS d
ORDER BY t.id COLLATE "C"
