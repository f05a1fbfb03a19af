-- part: indexes that no constraint and no parent index owns.
SELECT 'pg_class', i.indexrelid, 0, 'pg_class', i.indrelid, 'index ' || quote_ident(c.relname),
    concat_ws(' ', pg_get_indexdef(i.indexrelid), CASE WHEN NOT i.indisvalid THEN 'invalid' END,
        CASE WHEN c.reltablespace <> 0 THEN 'tablespace ' || (SELECT quote_ident(s.spcname)
            FROM pg_tablespace AS s WHERE s.oid = c.reltablespace) END,
        (SELECT 'statistics ' || string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY a.attnum)
            FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attstattarget >= 0))
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE i.indrelid >= 16384
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
        AND d.objid = i.indexrelid AND d.deptype IN ('i', 'P', 'S')
        AND (d.refclassid = 'pg_constraint'::regclass OR d.deptype IN ('P', 'S')))
