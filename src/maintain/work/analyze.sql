WITH RECURSIVE busy AS MATERIALIZED (
  SELECT DISTINCT l.relation
  FROM pg_catalog.pg_locks AS l
  JOIN pg_catalog.pg_stat_progress_analyze AS p ON p.pid = l.pid AND p.datid = l.database
  WHERE l.locktype = 'relation' AND l.granted AND l.mode = 'ShareUpdateExclusiveLock'
), tree AS (
  SELECT p.oid AS root, i.inhrelid AS member
  FROM pg_catalog.pg_class AS p
  JOIN pg_catalog.pg_inherits AS i ON i.inhparent = p.oid
  WHERE p.relkind = 'p'
  UNION ALL
  SELECT t.root, i.inhrelid
  FROM tree AS t
  JOIN pg_catalog.pg_inherits AS i ON i.inhparent = t.member
), parents AS MATERIALIZED (
  SELECT t.root,
    pg_catalog.sum(greatest(l.reltuples, 0))::pg_catalog.float8 AS rows,
    pg_catalog.sum(l.relpages) AS pages,
    pg_catalog.sum(pg_catalog.pg_stat_get_tuples_inserted(l.oid)
      + pg_catalog.pg_stat_get_tuples_updated(l.oid)
      + pg_catalog.pg_stat_get_tuples_deleted(l.oid)) AS writes,
    pg_catalog.sum(pg_catalog.pg_stat_get_live_tuples(l.oid)) AS live
  FROM tree AS t
  JOIN pg_catalog.pg_class AS l ON l.oid = t.member AND l.relkind = 'r'
  GROUP BY t.root
)
SELECT c.oid, n.nspname, c.relname,
  greatest(coalesce(t.pages, c.relpages), pg_catalog.pg_stat_get_live_tuples(c.oid) / 50) AS pages,
  {permission},
  EXISTS (SELECT FROM busy AS b WHERE b.relation = c.oid),
  c.relkind = 'p',
  CASE c.relkind WHEN 'p' THEN t.writes
    ELSE pg_catalog.pg_stat_get_mod_since_analyze(c.oid) END,
  coalesce(o.threshold,
      pg_catalog.current_setting('autovacuum_analyze_threshold')::pg_catalog.float8)
    + coalesce(o.scale,
      pg_catalog.current_setting('autovacuum_analyze_scale_factor')::pg_catalog.float8)
    * greatest(coalesce(t.rows, c.reltuples), 0),
  pg_catalog.pg_stat_get_last_analyze_time(c.oid) IS NULL
    AND pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid) IS NULL
    AND (c.reltuples > 0 OR t.rows > 0
      OR coalesce(t.live, pg_catalog.pg_stat_get_live_tuples(c.oid)) > 0),
  {missing},
  (SELECT pg_catalog.string_agg(m.root::pg_catalog.text, ' ') FROM tree AS m
    WHERE m.member = c.oid)
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_database AS d ON d.datname = pg_catalog.current_database()
LEFT JOIN parents AS t ON t.root = c.oid
CROSS JOIN LATERAL (
  SELECT
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_analyze_threshold')
      ::pg_catalog.float8 AS threshold,
    max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_analyze_scale_factor')
      ::pg_catalog.float8 AS scale
  FROM pg_catalog.pg_options_to_table(c.reloptions) AS o
) AS o
WHERE c.relkind IN ('r', 'm', 'p') AND {scope}
ORDER BY pages DESC, n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C"
