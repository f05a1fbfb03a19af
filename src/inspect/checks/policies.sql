-- A column by which policies of several tables part rows is meant to part rows everywhere.
SELECT 'table ' || t.id AS object, t.relrowsecurity AS is_on, t.relforcerowsecurity AS is_forced, p.policies,
    (SELECT pg_catalog.min(a.attname) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = ANY (s.columns)) AS tenant,
    t.relispartition AS is_partition, t.id AS name
FROM ours AS t
CROSS JOIN LATERAL (SELECT pg_catalog.count(*)::bigint AS policies FROM pg_catalog.pg_policy AS y WHERE y.polrelid = t.oid) AS p
LEFT JOIN (
    SELECT b.nspname, pg_catalog.array_agg(b.attname) AS columns
    FROM (SELECT u.nspname, b.attname FROM pg_catalog.pg_depend AS d
        JOIN pg_catalog.pg_policy AS y ON y.oid = d.objid AND y.polrelid = d.refobjid
        JOIN ours AS u ON u.oid = y.polrelid AND u.relrowsecurity
        JOIN pg_catalog.pg_attribute AS b ON b.attrelid = d.refobjid AND b.attnum = d.refobjsubid
        WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
        GROUP BY u.nspname, b.attname HAVING pg_catalog.count(DISTINCT y.polrelid) > 1) AS b
    GROUP BY b.nspname) AS s ON s.nspname = t.nspname
WHERE t.relkind IN ('r', 'p')
ORDER BY 1
