SELECT s.queryid::pg_catalog.text AS query_id, pg_catalog.pg_get_userbyid(s.userid) AS role,
    CASE WHEN s.query <> '<insufficient privilege>' THEN s.query END AS query,
    s.calls, s.rows, s.total_exec_time AS total_ms, s.mean_exec_time AS mean_ms,
    s.max_exec_time AS max_ms,
    s.shared_blks_hit::float8 / nullif(s.shared_blks_hit + s.shared_blks_read, 0) AS hit_ratio,
    s.total_exec_time / nullif(pg_catalog.sum(s.total_exec_time) OVER (), 0) AS part_of_total
FROM {schema}.pg_stat_statements AS s
WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database AS d
    WHERE d.datname = pg_catalog.current_database())
ORDER BY {order} DESC, query_id LIMIT {limit}
