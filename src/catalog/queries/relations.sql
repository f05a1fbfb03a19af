-- object: relations, with the kind that a reader calls them.
SELECT 'pg_class', c.oid, 0,
    CASE WHEN c.relispartition AND c.relkind IN ('r', 'p', 'f') THEN 'partition'
        WHEN c.relkind = 'f' THEN 'foreign table' WHEN c.relkind = 'v' THEN 'view'
        WHEN c.relkind = 'm' THEN 'materialized view' WHEN c.relkind = 'S' THEN 'sequence'
        WHEN c.relkind = 'c' THEN 'type' ELSE 'table' END,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname), n.oid
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c') AND c.relpersistence <> 't'
