-- Functions whose body is a text: PostgreSQL does not know what it uses.
SELECT n.nspname, pg_catalog.pg_describe_object('pg_proc'::regclass, p.oid, 0), p.prosrc
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang AND l.lanname IN ('plpgsql', 'sql')
WHERE p.oid >= 16384 AND p.prosqlbody IS NULL
ORDER BY 1, 2
