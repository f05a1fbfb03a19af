SELECT a.pid, a.usename AS role, a.application_name AS application, a.state,
    CASE WHEN a.query <> '<insufficient privilege>' THEN a.query END AS query,
    extract(epoch FROM pg_catalog.clock_timestamp() - a.query_start)::float8 * 1000 AS running_ms,
    a.wait_event_type, a.wait_event
FROM pg_catalog.pg_stat_activity AS a
WHERE a.datname = pg_catalog.current_database() AND a.state = 'active' AND a.backend_type = 'client backend'
    AND a.pid <> pg_catalog.pg_backend_pid()
    AND a.query_start <= pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => {seconds})
ORDER BY running_ms DESC, a.pid
