-- A column, an expression of an index or an extended statistics object without statistics, though
-- there are rows.
(CASE c.relkind WHEN 'p' THEN t.rows > 0 ELSE c.reltuples > 0 END AND (
  EXISTS (
    SELECT FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attstattarget IS DISTINCT FROM 0 AND a.attgenerated <> 'v'
      AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_statistic AS s
        WHERE s.starelid = a.attrelid AND s.staattnum = a.attnum
          AND s.stainherit = (c.relkind = 'p')))
  OR EXISTS (
    SELECT FROM pg_catalog.pg_statistic_ext AS e
    WHERE e.stxrelid = c.oid AND e.stxstattarget IS DISTINCT FROM 0
      AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_statistic_ext_data AS x
        WHERE x.stxoid = e.oid AND x.stxdinherit = (c.relkind = 'p')))
  OR EXISTS (
    SELECT FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indexrelid
    WHERE i.indrelid = c.oid AND i.indexprs IS NOT NULL AND i.indkey[a.attnum - 1] = 0
      AND c.relkind <> 'p' AND i.indisvalid AND a.attstattarget IS DISTINCT FROM 0
      AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_statistic AS s
        WHERE s.starelid = a.attrelid AND s.staattnum = a.attnum))
))
