-- property: what is said of a relation as a whole.
SELECT 'pg_class', c.oid, 0, v.property, v.value
FROM pg_class AS c
LEFT JOIN pg_am AS m ON m.oid = c.relam
CROSS JOIN LATERAL (VALUES
    ('persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' END),
    ('partition by', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END),
    ('bound', CASE WHEN c.relispartition AND c.relkind <> 'I' THEN pg_get_expr(c.relpartbound, c.oid) END),
    ('of type', CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype::text END),
    ('row security', CASE WHEN c.relrowsecurity THEN 'enabled' END),
    ('row security of the owner', CASE WHEN c.relforcerowsecurity THEN 'forced' END),
    ('replica identity', CASE WHEN c.relkind IN ('r', 'p', 'm') THEN
        CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' END END),
    ('options', CASE WHEN c.reloptions IS NOT NULL THEN
        (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(c.reloptions) AS o) END),
    ('access method', CASE WHEN m.amname <> 'heap' AND c.relkind IN ('r', 'p', 'm') THEN quote_ident(m.amname) END),
    ('tablespace', CASE WHEN c.reltablespace <> 0 THEN (SELECT quote_ident(s.spcname)
        FROM pg_tablespace AS s WHERE s.oid = c.reltablespace) END),
    ('definition', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END)
) AS v (property, value)
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND v.value IS NOT NULL
UNION ALL
SELECT 'pg_class', i.inhrelid, 0, CASE WHEN c.relispartition THEN 'partition of' ELSE 'inherits ' || i.inhseqno END,
    i.inhparent::regclass::text
FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'pg_class', c.oid, 0, 'toast options', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C")
    FROM unnest(t.reloptions) AS o)
FROM pg_class AS t JOIN pg_class AS c ON c.reltoastrelid = t.oid
WHERE t.relkind = 't' AND t.reloptions IS NOT NULL
UNION ALL
SELECT 'pg_class', i.indrelid, 0, u.property, quote_ident(c.relname)
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
CROSS JOIN LATERAL (VALUES ('clustered on', i.indisclustered), ('replica identity', i.indisreplident))
    AS u (property, holds)
WHERE i.indrelid >= 16384 AND u.holds
UNION ALL
SELECT 'pg_class', s.seqrelid, 0, 'definition', concat_ws(' ', format_type(s.seqtypid, NULL),
    'start', s.seqstart, 'increment', s.seqincrement, 'minimum', s.seqmin, 'maximum', s.seqmax,
    'cache', s.seqcache, CASE WHEN s.seqcycle THEN 'cycle' END)
FROM pg_sequence AS s
UNION ALL
SELECT 'pg_class', d.objid, 0, CASE d.deptype WHEN 'i' THEN 'identity of' ELSE 'owned by' END,
    d.refobjid::regclass || '.' || quote_ident(a.attname)
FROM pg_depend AS d JOIN pg_sequence AS s ON s.seqrelid = d.objid
JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND d.refclassid = 'pg_class'::regclass
    AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
UNION ALL
SELECT 'pg_class', f.ftrelid, 0, v.property, v.value
FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver
CROSS JOIN LATERAL (VALUES ('server', quote_ident(s.srvname)), ('foreign options',
    (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(f.ftoptions) AS o))) AS v (property, value)
WHERE v.value IS NOT NULL
