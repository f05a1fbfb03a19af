SELECT c.*, n.nspname, c.oid::pg_catalog.regclass::pg_catalog.text AS id
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relpersistence <> 't' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND n.nspname <> {ledger} {schemas}
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e WHERE e.deptype = 'e'
        AND e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid)
