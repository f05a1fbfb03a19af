-- index: those that no constraint and no parent index owns, with their definition, and words after it.
-- That of a plain B-tree is written by the reader, from its name on, which is many times faster.
SELECT i.indexrelid, i.indrelid, quote_ident(c.relname),
    CASE WHEN m.amname <> 'btree' OR i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
            OR c.reloptions IS NOT NULL OR NOT i.indcollation::oid[] <@ '{0, 100}'
        THEN pg_get_indexdef(i.indexrelid) END,
    i.indisunique, i.indnullsnotdistinct, c.relkind = 'I',
    i.indnkeyatts, i.indkey, i.indcollation, i.indclass, i.indoption,
    CASE WHEN NOT i.indisvalid THEN 'invalid' END,
    CASE WHEN c.reltablespace <> 0 THEN 'tablespace ' || (SELECT quote_ident(s.spcname)
        FROM pg_tablespace AS s WHERE s.oid = c.reltablespace) END,
    CASE WHEN i.indexprs IS NOT NULL THEN (SELECT 'statistics '
            || string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY a.attnum)
        FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attstattarget >= 0) END
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS m ON m.oid = c.relam
WHERE i.indrelid >= 16384 AND NOT i.indisprimary AND NOT c.relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
