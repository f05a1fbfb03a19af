SELECT pg_catalog.current_database() AS database, CURRENT_USER AS role,
    pg_catalog.current_setting('server_version_num')::int AS version,
    pg_catalog.current_setting('track_counts')::bool AS track_counts,
    pg_catalog.current_setting('track_activities')::bool AS track_activities,
    pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS reads_all_stats,
    (SELECT a.rolsuper FROM pg_catalog.pg_roles AS a WHERE a.rolname = CURRENT_USER) AS is_superuser,
    pg_catalog.to_char(s.since, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS stats_since,
    extract(epoch FROM pg_catalog.now() - s.since) AS stats_seconds,
    (SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_extension AS e
        JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
        WHERE e.extname = 'pg_stat_statements') AS statements_schema,
    (SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_extension AS e
        JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
        WHERE e.extname = 'pgstattuple' AND EXISTS (SELECT FROM pg_catalog.pg_proc AS p
            WHERE p.pronamespace = n.oid AND p.proname = 'pgstatindex'
                AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE'))) AS tuple_schema
-- A crash throws all statistics away; those of the background writer then begin anew.
FROM (SELECT greatest(b.stats_reset, (SELECT d.stats_reset FROM pg_catalog.pg_stat_database AS d
        WHERE d.datname = pg_catalog.current_database())) AS since
    FROM pg_catalog.pg_stat_bgwriter AS b) AS s
