SELECT * FROM (
    SELECT 'session' AS kind, a.pid::pg_catalog.text AS name, a.pid,
        greatest(pg_catalog.age(a.backend_xmin), pg_catalog.age(a.backend_xid))::bigint AS age, a.state,
        extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8 * 1000 AS open_ms,
        a.usename AS role
    FROM pg_catalog.pg_stat_activity AS a
    WHERE (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL) AND a.pid <> pg_catalog.pg_backend_pid()
    UNION ALL
    SELECT 'replication slot', s.slot_name, NULL,
        greatest(pg_catalog.age(s.xmin), pg_catalog.age(s.catalog_xmin))::bigint,
        CASE WHEN s.active THEN 'active' ELSE 'inactive' END, NULL, NULL
    FROM pg_catalog.pg_replication_slots AS s WHERE s.xmin IS NOT NULL OR s.catalog_xmin IS NOT NULL
    UNION ALL
    SELECT 'prepared transaction', p.gid, NULL, pg_catalog.age(p.transaction)::bigint, 'prepared',
        extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared)::float8 * 1000, p.owner
    FROM pg_catalog.pg_prepared_xacts AS p
) AS h ORDER BY h.age DESC NULLS LAST, h.kind, h.name
