-- What a body can name, and the schemas themselves.
SELECT n.nspname, c.relname FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid >= 16384
UNION
SELECT n.nspname, p.proname FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace WHERE p.oid >= 16384
UNION
SELECT n.nspname, '' FROM pg_catalog.pg_namespace AS n
