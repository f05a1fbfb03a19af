WITH settings AS MATERIALIZED (
  SELECT pg_catalog.current_setting('block_size')::pg_catalog.float8 AS block
), wanted AS MATERIALIZED (
  SELECT x.indexrelid, x.indrelid, x.indkey, x.indnatts, x.indisexclusion, n.nspname,
    i.relname, c.relname AS relation, i.relpages,
    -- The table may have grown since the index was looked at.
    coalesce(nullif(i.reltuples, -1), c.reltuples)
      * CASE WHEN c.reltuples > 0
        THEN greatest(1, pg_catalog.pg_stat_get_live_tuples(c.oid) / c.reltuples) ELSE 1 END AS rows,
    coalesce((SELECT o.option_value::pg_catalog.float8
      FROM pg_catalog.pg_options_to_table(i.reloptions) AS o
      WHERE o.option_name = 'fillfactor'), 90) AS fill,
    s.block
  FROM pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid AND i.relkind = 'i'
  JOIN pg_catalog.pg_class AS c ON c.oid = x.indrelid AND c.relkind IN ('r', 'm')
  JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace
  JOIN pg_catalog.pg_am AS a ON a.oid = i.relam AND a.amname = 'btree'
  CROSS JOIN settings AS s
  WHERE x.indisvalid AND x.indisready AND x.indislive
    AND i.relpages * s.block >= {least} AND {scope}
), widths AS (
  SELECT w.indexrelid,
    pg_catalog.sum((1 - s.null_frac) * s.avg_width) AS width,
    pg_catalog.max(s.null_frac) AS nulls,
    pg_catalog.count(s.avg_width) = w.indnatts AS is_known
  FROM wanted AS w
  JOIN pg_catalog.pg_attribute AS k ON k.attrelid = w.indexrelid AND k.attnum > 0
  LEFT JOIN pg_catalog.pg_attribute AS t
    ON t.attrelid = w.indrelid AND t.attnum = w.indkey[k.attnum - 1] AND t.attnum <> 0
  LEFT JOIN pg_catalog.pg_stats AS s ON s.schemaname = w.nspname AND NOT s.inherited
    AND s.tablename = CASE WHEN t.attnum IS NULL THEN w.relname ELSE w.relation END
    AND s.attname = coalesce(t.attname, k.attname)
  GROUP BY w.indexrelid, w.indnatts
)
SELECT w.indexrelid, w.nspname, w.relname, w.relpages, w.block, w.fill, w.indisexclusion,
  -- A line pointer, the header (longer where there are nulls), and the key, both aligned.
  CASE WHEN s.is_known THEN 2 + 1.01 * pg_catalog.ceil(w.rows / greatest(1, pg_catalog.floor(
    (w.block - 40) * w.fill / 100
      / (4 + CASE WHEN s.nulls > 0 THEN 16 ELSE 8 END + 8 * pg_catalog.ceil(s.width / 8))))) END
FROM wanted AS w
LEFT JOIN widths AS s USING (indexrelid)
ORDER BY w.relpages, w.nspname COLLATE pg_catalog."C", w.relname COLLATE pg_catalog."C"
