-- The same columns, or the first ones of another index. One that keeps a key is only as good as a key.
SELECT DISTINCT ON (a.indexrelid) a.indexrelid::pg_catalog.regclass::pg_catalog.text AS name,
    b.indexrelid::pg_catalog.regclass::pg_catalog.text AS other,
    a.indnkeyatts = b.indnkeyatts AND a.indnatts = b.indnatts AS is_same,
    (SELECT coalesce(pg_catalog.sum(pg_catalog.pg_relation_size(p.relid)), 0)
        FROM (SELECT a.indexrelid AS relid UNION
            SELECT q.relid FROM pg_catalog.pg_partition_tree(a.indexrelid) AS q) AS p)::bigint AS bytes,
    ca.relkind = 'I' AS is_partitioned
FROM free AS t JOIN pg_catalog.pg_index AS a ON a.indrelid = t.oid
JOIN pg_catalog.pg_index AS b ON b.indrelid = t.oid AND b.indexrelid <> a.indexrelid
JOIN pg_catalog.pg_class AS ca ON ca.oid = a.indexrelid
JOIN pg_catalog.pg_class AS cb ON cb.oid = b.indexrelid AND cb.relam = ca.relam
JOIN pg_catalog.pg_am AS m ON m.oid = ca.relam
CROSS JOIN LATERAL (SELECT a.indnkeyatts - 1 AS last) AS k
WHERE a.indisvalid AND b.indisvalid AND NOT a.indisreplident AND NOT ca.relispartition
    AND (NOT a.indisunique OR (b.indisunique AND b.indnkeyatts = a.indnkeyatts
        AND a.indnullsnotdistinct = b.indnullsnotdistinct))
    AND pg_catalog.pg_get_expr(a.indpred, t.oid) IS NOT DISTINCT FROM pg_catalog.pg_get_expr(b.indpred, t.oid)
    AND pg_catalog.pg_get_expr(a.indexprs, t.oid) IS NOT DISTINCT FROM pg_catalog.pg_get_expr(b.indexprs, t.oid)
    AND (m.amname = 'btree' OR a.indnkeyatts = b.indnkeyatts) AND b.indnkeyatts >= a.indnkeyatts
    AND (a.indnatts = a.indnkeyatts OR a.indkey::int2[] = b.indkey::int2[])
    AND (a.indkey::int2[])[0:k.last] = (b.indkey::int2[])[0:k.last]
    AND (a.indclass::pg_catalog.oid[])[0:k.last] = (b.indclass::pg_catalog.oid[])[0:k.last]
    AND (a.indcollation::pg_catalog.oid[])[0:k.last] = (b.indcollation::pg_catalog.oid[])[0:k.last]
    AND (a.indoption::int2[])[0:k.last] = (b.indoption::int2[])[0:k.last]
    AND (b.indnkeyatts > a.indnkeyatts OR b.indnatts > a.indnatts OR (b.indisunique AND NOT a.indisunique)
        OR EXISTS (SELECT FROM pg_catalog.pg_constraint AS d WHERE d.conindid = b.indexrelid)
        OR a.indexrelid > b.indexrelid)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS d WHERE d.conindid = a.indexrelid)
ORDER BY a.indexrelid, is_same DESC, b.indexrelid
