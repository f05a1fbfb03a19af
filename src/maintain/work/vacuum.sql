WITH busy AS MATERIALIZED (
  SELECT DISTINCT l.relation
  FROM pg_catalog.pg_locks AS l
  JOIN pg_catalog.pg_stat_progress_vacuum AS p ON p.pid = l.pid AND p.datid = l.database
  WHERE l.locktype = 'relation' AND l.granted AND l.mode = 'ShareUpdateExclusiveLock'
), settings AS MATERIALIZED (
  SELECT
    pg_catalog.current_setting('autovacuum_vacuum_threshold')::pg_catalog.float8 AS threshold,
    pg_catalog.current_setting('autovacuum_vacuum_scale_factor')::pg_catalog.float8 AS scale,
    {max_setting} AS most,
    pg_catalog.current_setting('autovacuum_vacuum_insert_threshold')::pg_catalog.float8
      AS insert_threshold,
    pg_catalog.current_setting('autovacuum_vacuum_insert_scale_factor')::pg_catalog.float8
      AS insert_scale,
    pg_catalog.current_setting('autovacuum_freeze_max_age')::pg_catalog.float8 AS freeze,
    pg_catalog.current_setting('autovacuum_multixact_freeze_max_age')::pg_catalog.float8
      AS multixact_freeze
), options AS (
  SELECT r.oid AS relation, v.*
  FROM pg_catalog.pg_class AS r
  LEFT JOIN pg_catalog.pg_class AS main ON r.relkind = 't' AND main.reltoastrelid = r.oid
  CROSS JOIN LATERAL (
    SELECT
      max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_threshold')
        ::pg_catalog.float8 AS threshold,
      max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_scale_factor')
        ::pg_catalog.float8 AS scale,
      max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_max_threshold')
        ::pg_catalog.float8 AS most,
      max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_insert_threshold')
        ::pg_catalog.float8 AS insert_threshold,
      max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_insert_scale_factor')
        ::pg_catalog.float8 AS insert_scale,
      max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_freeze_max_age')
        ::pg_catalog.float8 AS freeze,
      max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_multixact_freeze_max_age')
        ::pg_catalog.float8 AS multixact_freeze
    FROM pg_catalog.pg_options_to_table(coalesce(r.reloptions, main.reloptions)) AS o
  ) AS v
  WHERE coalesce(r.reloptions, main.reloptions) IS NOT NULL
)
SELECT c.oid, n.nspname, c.relname, z.pages, {permission},
  EXISTS (SELECT FROM busy AS b WHERE b.relation IN (c.oid, c.reltoastrelid)),
  r.relkind = 't',
  pg_catalog.pg_stat_get_dead_tuples(r.oid),
  CASE WHEN x.most >= 0 THEN least(x.most, x.threshold + x.scale * x.rows)
    ELSE x.threshold + x.scale * x.rows END,
  pg_catalog.pg_stat_get_ins_since_vacuum(r.oid),
  CASE WHEN x.insert_threshold >= 0
    THEN x.insert_threshold + x.insert_scale * x.rows * {unfrozen} END,
  pg_catalog.age(r.relfrozenxid), x.freeze,
  pg_catalog.mxid_age(r.relminmxid), x.multixact_freeze,
  pg_catalog.pg_stat_get_last_vacuum_time(c.oid) IS NULL
    AND pg_catalog.pg_stat_get_last_autovacuum_time(c.oid) IS NULL
    AND (c.reltuples > 0 OR pg_catalog.pg_stat_get_live_tuples(c.oid) > 0)
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_database AS d ON d.datname = pg_catalog.current_database()
CROSS JOIN settings AS s
CROSS JOIN LATERAL (
  -- A table that was never vacuumed has no pages yet.
  SELECT greatest(c.relpages, (pg_catalog.pg_stat_get_live_tuples(c.oid)
    + pg_catalog.pg_stat_get_dead_tuples(c.oid)) / 50) AS pages
) AS z
JOIN pg_catalog.pg_class AS r ON r.oid = ANY (ARRAY[c.oid, c.reltoastrelid])
LEFT JOIN options AS o ON o.relation = r.oid
CROSS JOIN LATERAL (
  SELECT greatest(r.reltuples, 0)::pg_catalog.float8 AS rows,
    coalesce(o.threshold, s.threshold) AS threshold,
    coalesce(o.scale, s.scale) AS scale,
    coalesce(o.most, s.most) AS most,
    coalesce(o.insert_threshold, s.insert_threshold) AS insert_threshold,
    coalesce(o.insert_scale, s.insert_scale) AS insert_scale,
    least(o.freeze, s.freeze) AS freeze,
    least(o.multixact_freeze, s.multixact_freeze) AS multixact_freeze
) AS x
WHERE c.relkind IN ('r', 'm') AND {scope}
ORDER BY z.pages DESC, n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C",
  r.oid <> c.oid
