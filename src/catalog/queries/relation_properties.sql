-- property: what else is said of a relation.
SELECT 'pg_class', i.inhrelid, 0, CASE WHEN c.relispartition THEN 'partition of' ELSE 'inherits ' || i.inhseqno END,
    i.inhparent::regclass::text
FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'pg_class', c.oid, 0, 'toast options', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C")
    FROM unnest(t.reloptions) AS o)
FROM pg_class AS t JOIN pg_class AS c ON c.reltoastrelid = t.oid
WHERE t.relkind = 't' AND t.reloptions IS NOT NULL
UNION ALL
SELECT 'pg_class', i.indrelid, 0, 'clustered on', quote_ident(c.relname)
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid >= 16384 AND i.indisclustered
UNION ALL
SELECT 'pg_class', i.indrelid, 0, 'replica identity', quote_ident(c.relname)
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid >= 16384 AND i.indisreplident
UNION ALL
SELECT 'pg_class', s.seqrelid, 0, 'definition', concat_ws(' ', format_type(s.seqtypid, NULL),
    'start', s.seqstart, 'increment', s.seqincrement, 'minimum', s.seqmin, 'maximum', s.seqmax,
    'cache', s.seqcache, CASE WHEN s.seqcycle THEN 'cycle' END)
FROM pg_sequence AS s
UNION ALL
SELECT 'pg_class', f.ftrelid, 0, v.property, v.value
FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver
CROSS JOIN LATERAL (VALUES ('server', quote_ident(s.srvname)), ('foreign options',
    (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(f.ftoptions) AS o))) AS v (property, value)
WHERE v.value IS NOT NULL
