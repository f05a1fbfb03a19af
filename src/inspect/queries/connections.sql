SELECT a.usename AS role, a.datname AS database, a.application_name AS application,
    coalesce(a.state, 'hidden') AS state, pg_catalog.count(*)::bigint AS connections,
    pg_catalog.count(*) FILTER (WHERE a.client_addr IS NOT NULL AND NOT s.ssl
        AND NOT a.client_addr <<= '127.0.0.0/8' AND a.client_addr <> '::1')::bigint AS without_tls,
    pg_catalog.max(extract(epoch FROM pg_catalog.clock_timestamp() - a.backend_start))::float8 * 1000 AS oldest_ms
FROM pg_catalog.pg_stat_activity AS a LEFT JOIN pg_catalog.pg_stat_ssl AS s ON s.pid = a.pid
-- What belongs to the server itself has no database, or is hidden with its kind.
WHERE a.backend_type = 'client backend' OR (a.backend_type IS NULL AND a.datname IS NOT NULL)
GROUP BY 1, 2, 3, 4
ORDER BY connections DESC, 1, 2, 3, 4
