SELECT 'table ' || t.id AS object, NULL::pg_catalog.text AS sql,
    (SELECT pg_catalog.min(c.relname) FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
        WHERE i.indrelid = t.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.oid
                AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) AND NOT a.attnotnull)) AS what
FROM ours AS t
WHERE t.relkind IN ('r', 'p') AND NOT t.relispartition
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_index AS i WHERE i.indrelid = t.oid AND i.indisprimary)
ORDER BY 1
