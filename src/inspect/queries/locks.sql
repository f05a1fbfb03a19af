-- Who waits and who is waited for. pg_blocking_pids tells a session once for each of its locks.
WITH waiting AS MATERIALIZED (
    SELECT w.pid, pg_catalog.array_agg(DISTINCT b.pid) AS blockers
    FROM (SELECT DISTINCT l.pid FROM pg_catalog.pg_locks AS l WHERE NOT l.granted AND l.pid IS NOT NULL) AS w
    CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) AS b (pid)
    GROUP BY w.pid
)
SELECT p.pid, a.usename AS role, a.application_name AS application, a.datname AS database, a.state,
    CASE WHEN a.query <> '<insufficient privilege>' THEN a.query END AS query,
    extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8 * 1000 AS transaction_ms,
    extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(l.waitstart, a.query_start))::float8 * 1000 AS waiting_ms,
    coalesce(w.blockers, '{}') AS blocked_by, l.mode AS lock_mode,
    CASE l.locktype WHEN 'relation' THEN 'relation ' || coalesce(r.name, l.relation::pg_catalog.text)
        WHEN 'tuple' THEN 'row of ' || coalesce(r.name, l.relation::pg_catalog.text)
        WHEN 'extend' THEN 'extension of ' || coalesce(r.name, l.relation::pg_catalog.text)
        WHEN 'transactionid' THEN 'end of transaction ' || l.transactionid::pg_catalog.text
            || coalesce(', row of ' || o.name, '')
        WHEN 'virtualxid' THEN 'end of transaction ' || l.virtualxid
        WHEN 'advisory' THEN 'advisory lock ' || l.classid::pg_catalog.text || ', ' || l.objid::pg_catalog.text
        ELSE l.locktype END AS lock_on,
    'SELECT pg_catalog.pg_terminate_backend(' || p.pid || ')' AS terminate
FROM (SELECT w.pid FROM waiting AS w UNION SELECT b.pid FROM waiting AS w, pg_catalog.unnest(w.blockers) AS b (pid)) AS p
LEFT JOIN waiting AS w ON w.pid = p.pid
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = p.pid
LEFT JOIN LATERAL (SELECT x.* FROM pg_catalog.pg_locks AS x WHERE x.pid = p.pid AND NOT x.granted LIMIT 1) AS l ON true
LEFT JOIN LATERAL (SELECT c.oid::pg_catalog.regclass::pg_catalog.text AS name FROM pg_catalog.pg_class AS c
    WHERE c.oid = l.relation AND a.datname = pg_catalog.current_database()) AS r ON true
-- Who waits for the end of a transaction, for a row's sake, holds the first place in the row's queue.
LEFT JOIN LATERAL (SELECT c.oid::pg_catalog.regclass::pg_catalog.text AS name FROM pg_catalog.pg_locks AS x
    JOIN pg_catalog.pg_class AS c ON c.oid = x.relation
    WHERE x.pid = p.pid AND x.granted AND x.locktype = 'tuple' AND l.locktype = 'transactionid'
        AND a.datname = pg_catalog.current_database() LIMIT 1) AS o ON true
ORDER BY p.pid
