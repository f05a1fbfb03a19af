-- object: relations, with the kind that a reader calls them, and what is said of each as a whole.
SELECT 'pg_class', c.oid, 0,
    CASE WHEN c.relispartition AND c.relkind IN ('r', 'p', 'f') THEN 'partition'
        WHEN c.relkind = 'f' THEN 'foreign table' WHEN c.relkind = 'v' THEN 'view'
        WHEN c.relkind = 'm' THEN 'materialized view' WHEN c.relkind = 'S' THEN 'sequence'
        WHEN c.relkind = 'c' THEN 'type' ELSE 'table' END,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname), n.oid,
    quote_ident(pg_get_userbyid(c.relowner)) AS owner,
    CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
    CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partition by",
    CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS bound,
    CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype END AS "of type",
    CASE WHEN c.relrowsecurity THEN 'enabled' END AS "row security",
    CASE WHEN c.relforcerowsecurity THEN 'forced' END AS "row security of the owner",
    CASE WHEN c.relkind IN ('r', 'p', 'm') THEN
        CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' END END AS "replica identity",
    CASE WHEN c.reloptions IS NOT NULL THEN
        (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(c.reloptions) AS o) END AS options,
    CASE WHEN c.relkind IN ('r', 'p', 'm') AND c.relam <> 0 THEN
        (SELECT quote_ident(m.amname) FROM pg_am AS m WHERE m.oid = c.relam AND m.amname <> 'heap')
        END AS "access method",
    CASE WHEN c.reltablespace <> 0 THEN
        (SELECT quote_ident(s.spcname) FROM pg_tablespace AS s WHERE s.oid = c.reltablespace)
        END AS tablespace,
    CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c') AND c.relpersistence <> 't'
