SELECT p.pid, p.phase,
  CASE p.phase
    WHEN 'scanning heap' THEN 100.0 * p.heap_blks_scanned / nullif(p.heap_blks_total, 0)
    WHEN 'vacuuming heap' THEN 100.0 * p.heap_blks_vacuumed / nullif(p.heap_blks_total, 0)
  END
FROM pg_catalog.pg_stat_progress_vacuum AS p WHERE p.pid IN ({pids})
UNION ALL
SELECT p.pid, p.phase,
  CASE WHEN p.phase IN ('acquiring sample rows', 'acquiring inherited sample rows')
    THEN 100.0 * p.sample_blks_scanned / nullif(p.sample_blks_total, 0) END
FROM pg_catalog.pg_stat_progress_analyze AS p WHERE p.pid IN ({pids})
UNION ALL
SELECT p.pid, p.phase, 100.0 * p.blocks_done / nullif(p.blocks_total, 0)
FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.pid IN ({pids})
