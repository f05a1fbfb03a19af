SELECT c.id AS name, c.nspname AS schema,
    CASE c.relkind WHEN 'p' THEN 'partitioned table' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind,
    pg_catalog.count(*) FILTER (WHERE p.isleaf)::bigint AS parts,
    pg_catalog.sum(p.rows)::bigint AS rows,
    coalesce(pg_catalog.sum(p.main), 0)::bigint AS table_bytes,
    coalesce(pg_catalog.sum(p.indexes), 0)::bigint AS index_bytes,
    coalesce(pg_catalog.sum(p.toast), 0)::bigint AS toast_bytes,
    coalesce(pg_catalog.sum(p.total), 0)::bigint AS total_bytes,
    coalesce(pg_catalog.sum(p.inserted), 0)::bigint AS rows_inserted,
    coalesce(pg_catalog.sum(p.deleted), 0)::bigint AS rows_deleted
FROM free AS c
CROSS JOIN LATERAL (
    SELECT t.isleaf, f.reltuples,
        -- Never counted is -1; the statistics may know more.
        CASE WHEN NOT t.isleaf THEN NULL
            WHEN f.reltuples >= 0 THEN f.reltuples::bigint
            ELSE pg_catalog.pg_stat_get_live_tuples(f.oid) END AS rows,
        pg_catalog.pg_table_size(f.oid)
            - coalesce(pg_catalog.pg_total_relation_size(nullif(f.reltoastrelid, 0)), 0) AS main,
        pg_catalog.pg_indexes_size(f.oid) AS indexes,
        pg_catalog.pg_total_relation_size(nullif(f.reltoastrelid, 0)) AS toast,
        pg_catalog.pg_total_relation_size(f.oid) AS total,
        pg_catalog.pg_stat_get_tuples_inserted(f.oid) AS inserted,
        pg_catalog.pg_stat_get_tuples_deleted(f.oid) AS deleted
    FROM (SELECT c.oid AS relid, true AS isleaf WHERE c.relkind <> 'p'
        UNION ALL
        SELECT q.relid, q.isleaf FROM pg_catalog.pg_partition_tree(c.oid) AS q WHERE c.relkind = 'p') AS t
    JOIN pg_catalog.pg_class AS f ON f.oid = t.relid) AS p
WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
GROUP BY c.oid, c.id, c.nspname, c.relkind
ORDER BY total_bytes DESC, c.id COLLATE "C"
