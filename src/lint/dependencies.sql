-- What the objects in the modules' schemas use in another module's: from the catalog's dependencies.
WITH place AS (
    SELECT 'pg_class'::regclass AS classid, oid, relnamespace AS schema FROM pg_catalog.pg_class
    WHERE relkind NOT IN ('i', 'I')  -- what uses an index uses its table as well
    UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_catalog.pg_proc
    UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_catalog.pg_type
    UNION ALL SELECT 'pg_constraint'::regclass, oid, connamespace FROM pg_catalog.pg_constraint
    UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace FROM pg_catalog.pg_operator
    UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxnamespace FROM pg_catalog.pg_statistic_ext
    UNION ALL SELECT 'pg_trigger'::regclass, t.oid, c.relnamespace
        FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
    UNION ALL SELECT 'pg_policy'::regclass, p.oid, c.relnamespace
        FROM pg_catalog.pg_policy AS p JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
    UNION ALL SELECT 'pg_rewrite'::regclass, r.oid, c.relnamespace
        FROM pg_catalog.pg_rewrite AS r JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
    UNION ALL SELECT 'pg_attrdef'::regclass, d.oid, c.relnamespace
        FROM pg_catalog.pg_attrdef AS d JOIN pg_catalog.pg_class AS c ON c.oid = d.adrelid
)
SELECT DISTINCT un.nspname, pg_catalog.pg_describe_object(d.classid, d.objid, 0),
    dn.nspname, pg_catalog.pg_describe_object(d.refclassid, d.refobjid, 0),
    -- A trigger joins a table and a function, and may belong to the module of either.
    d.classid = 'pg_trigger'::regclass
FROM pg_catalog.pg_depend AS d
JOIN place AS u ON u.classid = d.classid AND u.oid = d.objid
JOIN place AS f ON f.classid = d.refclassid AND f.oid = d.refobjid
JOIN pg_catalog.pg_namespace AS un ON un.oid = u.schema
JOIN pg_catalog.pg_namespace AS dn ON dn.oid = f.schema
WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND u.schema <> f.schema AND d.deptype IN ('n', 'a')
ORDER BY 1, 3, 2, 4
