SELECT c.id AS name, f.live AS live_rows, f.dead AS dead_rows,
    o.threshold::bigint AS dead_threshold, o.enabled AS autovacuum,
    pg_catalog.to_char(pg_catalog.pg_stat_get_last_vacuum_time(c.oid), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_vacuum,
    pg_catalog.to_char(pg_catalog.pg_stat_get_last_autovacuum_time(c.oid), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_autovacuum,
    pg_catalog.to_char(pg_catalog.pg_stat_get_last_analyze_time(c.oid), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_analyze,
    pg_catalog.to_char(pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_autoanalyze,
    greatest(pg_catalog.age(c.relfrozenxid), CASE WHEN t.oid IS NOT NULL THEN pg_catalog.age(t.relfrozenxid) END)::bigint AS xid_age,
    greatest(pg_catalog.mxid_age(c.relminmxid), CASE WHEN t.oid IS NOT NULL THEN pg_catalog.mxid_age(t.relminmxid) END)::bigint AS multixact_age,
    o.freeze_max_age, o.multixact_freeze_max_age
FROM ours AS c LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.reltoastrelid
CROSS JOIN LATERAL (SELECT pg_catalog.pg_stat_get_live_tuples(c.oid) AS live,
    pg_catalog.pg_stat_get_dead_tuples(c.oid) AS dead) AS f
CROSS JOIN LATERAL (
    SELECT least(
            -- From PostgreSQL 18 on there is an upper end; -1 is none.
            nullif(coalesce(s.values ->> 'autovacuum_vacuum_max_threshold',
                pg_catalog.current_setting('autovacuum_vacuum_max_threshold', true))::float8, -1),
            coalesce(s.values ->> 'autovacuum_vacuum_threshold',
                pg_catalog.current_setting('autovacuum_vacuum_threshold'))::float8
            + coalesce(s.values ->> 'autovacuum_vacuum_scale_factor',
                pg_catalog.current_setting('autovacuum_vacuum_scale_factor'))::float8 * greatest(c.reltuples, 0)) AS threshold,
        coalesce(s.values ->> 'autovacuum_enabled', 'true')::bool AS enabled,
        -- A table may only want it earlier than the server.
        least((s.values ->> 'autovacuum_freeze_max_age')::bigint,
            pg_catalog.current_setting('autovacuum_freeze_max_age')::bigint) AS freeze_max_age,
        least((s.values ->> 'autovacuum_multixact_freeze_max_age')::bigint,
            pg_catalog.current_setting('autovacuum_multixact_freeze_max_age')::bigint) AS multixact_freeze_max_age
    FROM (SELECT pg_catalog.jsonb_object_agg(x.option_name, x.option_value) AS values
        FROM pg_catalog.pg_options_to_table(c.reloptions) AS x) AS s) AS o
WHERE c.relkind IN ('r', 'm')
ORDER BY f.dead / greatest(o.threshold, 1) DESC, xid_age DESC, c.id COLLATE "C"
