SELECT 'database ' || pg_catalog.quote_ident(d.datname) AS object,
    d.datcollversion || ', and the library has ' || v.actual AS what,
    pg_catalog.format('ALTER DATABASE %I REFRESH COLLATION VERSION', d.datname) AS sql
FROM pg_catalog.pg_database AS d
CROSS JOIN LATERAL (SELECT pg_catalog.pg_database_collation_actual_version(d.oid) AS actual) AS v
WHERE d.datname = pg_catalog.current_database() AND d.datcollversion <> v.actual
UNION ALL
SELECT 'collation ' || x.name, c.collversion || ', and the library has ' || v.actual,
    pg_catalog.format('ALTER COLLATION %s REFRESH VERSION', x.name)
FROM pg_catalog.pg_collation AS c
CROSS JOIN LATERAL (SELECT c.oid::pg_catalog.regcollation::pg_catalog.text AS name,
    pg_catalog.pg_collation_actual_version(c.oid) AS actual) AS v
CROSS JOIN LATERAL (SELECT v.name) AS x
-- Those that nothing is sorted by say nothing.
WHERE c.collversion <> v.actual AND (c.oid >= 16384 OR EXISTS (
    SELECT FROM pg_catalog.pg_index AS i WHERE i.indrelid >= 16384 AND c.oid = ANY (i.indcollation::pg_catalog.oid[])))
ORDER BY 1
