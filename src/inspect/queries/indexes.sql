-- Of a partitioned index, what its parts say together.
SELECT c.oid::pg_catalog.regclass::pg_catalog.text AS name, t.id AS table,
    m.amname AS method, i.indisunique AS is_unique, i.indisprimary AS is_primary,
    i.indisvalid AS is_valid, pg_catalog.pg_get_indexdef(c.oid) AS definition,
    pg_catalog.count(*) FILTER (WHERE p.isleaf)::bigint AS parts,
    coalesce(pg_catalog.sum(pg_catalog.pg_relation_size(p.relid)), 0)::bigint AS bytes,
    coalesce(pg_catalog.sum(pg_catalog.pg_stat_get_numscans(p.relid)), 0)::bigint AS scans,
    coalesce(pg_catalog.sum(pg_catalog.pg_stat_get_tuples_returned(p.relid)), 0)::bigint AS entries_read
FROM free AS t JOIN pg_catalog.pg_index AS i ON i.indrelid = t.oid
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am AS m ON m.oid = c.relam
CROSS JOIN LATERAL (SELECT c.oid AS relid, true AS isleaf WHERE c.relkind = 'i'
    UNION ALL
    SELECT q.relid, q.isleaf FROM pg_catalog.pg_partition_tree(c.oid) AS q WHERE c.relkind = 'I') AS p
WHERE NOT c.relispartition
GROUP BY c.oid, t.id, m.amname, i.indisunique, i.indisprimary, i.indisvalid
ORDER BY bytes DESC, c.oid::pg_catalog.regclass::pg_catalog.text COLLATE "C"
