SELECT 'index ' || x.name AS object, t.id AS table, c.relkind = 'I' AS is_partitioned, x.is_left_over,
    CASE WHEN c.relkind = 'I' THEN NULL
        -- Where duplicates stopped it, they would stop REINDEX, which leaves one more.
        WHEN x.is_left_over OR d.query IS NOT NULL THEN 'DROP INDEX CONCURRENTLY ' || x.name
        ELSE 'REINDEX INDEX CONCURRENTLY ' || x.name END AS sql,
    CASE WHEN c.relkind = 'i' AND NOT x.is_left_over THEN d.query END AS duplicates
FROM ours AS t JOIN pg_catalog.pg_index AS i ON i.indrelid = t.oid
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
CROSS JOIN LATERAL (SELECT c.oid::pg_catalog.regclass::pg_catalog.text AS name,
    -- What REINDEX CONCURRENTLY leaves when it fails.
    c.relname ~ '_cc(new|old)[0-9]*$' AS is_left_over) AS x
-- An index that a constraint needs cannot be dropped.
LEFT JOIN LATERAL (SELECT pg_catalog.format('SELECT %s, pg_catalog.count(*) FROM %s%s GROUP BY %s HAVING pg_catalog.count(*) > 1',
        k.columns, t.id, ' WHERE ' || nullif(pg_catalog.concat_ws(' AND ',
            pg_catalog.pg_get_expr(i.indpred, t.oid), CASE WHEN NOT i.indnullsnotdistinct THEN k.known END), ''), k.columns) AS query
    FROM (SELECT pg_catalog.string_agg(e.key, ', ' ORDER BY e.at) AS columns,
            pg_catalog.string_agg(e.key || ' IS NOT NULL', ' AND ' ORDER BY e.at) AS known
        FROM (SELECT n.at, pg_catalog.pg_get_indexdef(i.indexrelid, n.at, false) AS key
            FROM pg_catalog.generate_series(1, i.indnkeyatts) AS n (at)) AS e) AS k
    WHERE i.indisunique AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS o WHERE o.conindid = i.indexrelid)) AS d ON true
WHERE NOT i.indisvalid AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS p
    WHERE p.index_relid = i.indexrelid OR p.relid = i.indrelid)
ORDER BY x.name COLLATE "C"
