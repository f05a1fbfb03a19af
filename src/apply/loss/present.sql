WITH RECURSIVE named AS (
    SELECT c.oid, a.attname, v.with_referrers
    FROM ROWS FROM (
        pg_catalog.unnest({tables}), pg_catalog.unnest({columns}), pg_catalog.unnest({referrers})
    ) AS v (table_name, column_name, with_referrers)
    JOIN pg_catalog.pg_class AS c
        ON c.oid = pg_catalog.to_regclass(v.table_name) AND c.relkind IN ('r', 'p')
    LEFT JOIN pg_catalog.pg_attribute AS a
        ON a.attrelid = c.oid AND a.attname = v.column_name
        AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE v.column_name IS NULL OR a.attname IS NOT NULL
), emptied AS (
    SELECT n.oid FROM named AS n WHERE n.with_referrers
    UNION
    SELECT k.conrelid FROM emptied AS e
    JOIN pg_catalog.pg_constraint AS k ON k.confrelid = e.oid AND k.contype = 'f'
), dropped AS (
    SELECT c.oid FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND n.nspname = ANY ({schemas})
)
SELECT found.oid::pg_catalog.regclass::text, pg_catalog.quote_ident(found.attname)
FROM (
    SELECT n.oid, n.attname FROM named AS n
    UNION SELECT e.oid, NULL FROM emptied AS e
    UNION SELECT d.oid, NULL FROM dropped AS d
) AS found
JOIN pg_catalog.pg_class AS c ON c.oid = found.oid
-- An empty file has no rows; a partitioned table has none of its own.
WHERE c.relkind = 'p' OR pg_catalog.pg_relation_size(c.oid) > 0
ORDER BY 1, 2
