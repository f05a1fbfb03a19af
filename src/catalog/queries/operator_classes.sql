-- operator class: those of B-trees, with the type that each takes.
SELECT o.oid, CASE WHEN n.nspname = 'pg_catalog' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(o.opcname),
    o.opcintype, o.opcdefault, t.typispreferred OR t.typtype = 'p'
FROM pg_opclass AS o JOIN pg_am AS m ON m.oid = o.opcmethod AND m.amname = 'btree'
JOIN pg_namespace AS n ON n.oid = o.opcnamespace JOIN pg_type AS t ON t.oid = o.opcintype
