SELECT a.pid, a.usename AS role, a.application_name AS application, a.state,
    extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8 * 1000 AS open_ms,
    CASE WHEN a.state LIKE 'idle in transaction%' THEN
        extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change)::float8 * 1000 END AS idle_ms,
    CASE WHEN a.query <> '<insufficient privilege>' THEN a.query END AS query
FROM pg_catalog.pg_stat_activity AS a
WHERE a.datname = pg_catalog.current_database() AND a.xact_start IS NOT NULL
    AND a.backend_type = 'client backend' AND a.pid <> pg_catalog.pg_backend_pid()
ORDER BY a.xact_start, a.pid
