SELECT c.oid::pg_catalog.regclass::pg_catalog.text AS name, t.id AS table, c.relkind = 'I' AS is_partitioned,
    -- What is dropped meanwhile has no size.
    coalesce(pg_catalog.sum(pg_catalog.pg_relation_size(p.relid)), 0)::bigint AS bytes,
    pg_catalog.sum(pg_catalog.pg_stat_get_numscans(p.relid))::bigint AS scans,
    pg_catalog.sum(pg_catalog.pg_stat_get_numscans(x.indrelid) + coalesce((
        SELECT pg_catalog.sum(pg_catalog.pg_stat_get_numscans(o.indexrelid))
        FROM pg_catalog.pg_index AS o WHERE o.indrelid = x.indrelid), 0))::bigint AS table_scans
FROM free AS t JOIN pg_catalog.pg_index AS i ON i.indrelid = t.oid
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
CROSS JOIN LATERAL (SELECT c.oid AS relid WHERE c.relkind = 'i'
    UNION ALL
    SELECT q.relid FROM pg_catalog.pg_partition_tree(c.oid) AS q WHERE c.relkind = 'I' AND q.isleaf) AS p
JOIN pg_catalog.pg_index AS x ON x.indexrelid = p.relid
WHERE NOT c.relispartition AND NOT i.indisunique AND NOT i.indisexclusion AND NOT i.indisreplident AND i.indisvalid
GROUP BY c.oid, t.id
HAVING pg_catalog.sum(pg_catalog.pg_stat_get_numscans(p.relid)) = 0
ORDER BY bytes DESC, c.oid::pg_catalog.regclass::pg_catalog.text COLLATE "C"
