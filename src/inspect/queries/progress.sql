SELECT p.pid, coalesce((SELECT c.oid::pg_catalog.regclass::pg_catalog.text FROM pg_catalog.pg_class AS c
        WHERE c.oid = p.relid AND p.datname = pg_catalog.current_database()), p.relid::pg_catalog.text) AS table,
    p.datname AS database, p.phase, p.heap_blks_total AS blocks_total, p.heap_blks_scanned AS blocks_scanned,
    p.heap_blks_vacuumed AS blocks_vacuumed, p.index_vacuum_count AS index_rounds
FROM pg_catalog.pg_stat_progress_vacuum AS p ORDER BY p.pid
