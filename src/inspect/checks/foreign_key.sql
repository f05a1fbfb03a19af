-- An index serves when its first columns are of the key, in any order, and find one row as well as
-- the whole key does: what they refer to is unique by itself, as `id` is beside a tenant. Where the
-- index leaves out NULL it serves too: nobody looks for that.
SELECT pg_catalog.format('constraint %I on table %s', k.conname, t.id) AS object,
    k.confrelid::pg_catalog.regclass::pg_catalog.text AS what,
    pg_catalog.format('CREATE INDEX %sON %s (%s)', CASE WHEN t.relkind = 'p' THEN '' ELSE 'CONCURRENTLY ' END, t.id,
        (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY c.at)
            FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS c (num, at)
            JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = c.num)) AS sql
FROM ours AS t JOIN pg_catalog.pg_constraint AS k ON k.conrelid = t.oid AND k.contype = 'f' AND k.conparentid = 0
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_am AS m ON m.oid = x.relam AND m.amname IN ('btree', 'hash')
    -- What the columns refer to, up to the first that is not of the key.
    CROSS JOIN LATERAL (SELECT pg_catalog.array_agg(k.confkey[pg_catalog.array_position(k.conkey, i.indkey[p.at])]) AS columns
        FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) AS p (at)
        WHERE NOT EXISTS (SELECT FROM pg_catalog.generate_series(0, p.at) AS q (at)
            WHERE i.indkey[q.at] <> ALL (k.conkey))) AS f
    WHERE i.indrelid = t.oid AND i.indisvalid
        AND (i.indpred IS NULL OR EXISTS (SELECT FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = t.oid AND a.attnum = ANY (k.conkey)
                AND pg_catalog.pg_get_expr(i.indpred, t.oid) = pg_catalog.format('(%I IS NOT NULL)', a.attname)))
        AND EXISTS (SELECT FROM pg_catalog.pg_index AS u
            WHERE u.indrelid = k.confrelid AND u.indisunique AND u.indisvalid AND u.indpred IS NULL AND u.indexprs IS NULL
                AND (u.indkey::int2[])[0:u.indnkeyatts - 1] <@ f.columns))
ORDER BY 1
