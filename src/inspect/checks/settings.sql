SELECT s.name, s.setting AS value,
    s.name IN ('fsync', 'full_page_writes', 'zero_damaged_pages', 'ignore_checksum_failure', 'ignore_system_indexes') AS loses,
    pg_catalog.format('ALTER SYSTEM SET %I = %L', s.name, w.wanted) AS sql
FROM pg_catalog.pg_settings AS s
JOIN (VALUES ('fsync', 'on'), ('full_page_writes', 'on'), ('zero_damaged_pages', 'off'),
    ('ignore_checksum_failure', 'off'), ('autovacuum', 'on'), ('track_counts', 'on'), ('track_activities', 'on'))
    AS w (name, wanted) ON w.name = s.name AND w.wanted <> s.setting
ORDER BY 1
