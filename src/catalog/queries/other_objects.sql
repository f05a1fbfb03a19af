-- object: everything that is not a relation.
SELECT 'pg_namespace', n.oid, 0, 'schema', quote_ident(n.nspname), n.oid
FROM pg_namespace AS n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT 'pg_extension', e.oid, 0, 'extension', quote_ident(e.extname), 0 FROM pg_extension AS e
WHERE e.extname <> 'plpgsql'
UNION ALL
SELECT 'pg_proc', p.oid, 0,
    CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END,
    quote_ident(n.nspname) || '.' || quote_ident(p.proname)
        || '(' || pg_get_function_identity_arguments(p.oid) || ')', n.oid
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend AS d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
UNION ALL
SELECT 'pg_type', t.oid, 0, CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END,
    quote_ident(n.nspname) || '.' || quote_ident(t.typname), n.oid
FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
WHERE t.oid >= 16384 AND (t.typtype IN ('e', 'd', 'r')
    OR t.typtype IN ('b', 'p') AND t.typcategory <> 'A')
UNION ALL
SELECT 'pg_statistic_ext', s.oid, 0, 'statistics',
    quote_ident(n.nspname) || '.' || quote_ident(s.stxname), n.oid
FROM pg_statistic_ext AS s JOIN pg_namespace AS n ON n.oid = s.stxnamespace
UNION ALL
SELECT 'pg_event_trigger', e.oid, 0, 'event trigger', quote_ident(e.evtname), 0
FROM pg_event_trigger AS e
UNION ALL
SELECT 'pg_publication', p.oid, 0, 'publication', quote_ident(p.pubname), 0 FROM pg_publication AS p
UNION ALL
-- The roles that rights and policies in this database name: what they may besides counts as well.
SELECT 'pg_authid', r.oid, 0, 'role', quote_ident(r.rolname), 0 FROM pg_roles AS r
WHERE r.oid >= 16384 AND EXISTS (SELECT FROM pg_shdepend AS s
    WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid AND s.deptype IN ('a', 'r')
    AND s.dbid = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database()))
UNION ALL
SELECT 'pg_default_acl', d.oid, 0, 'default privileges',
    concat_ws(' ', quote_ident(pg_get_userbyid(d.defaclrole)),
        'in ' || quote_ident(n.nspname), 'on', CASE d.defaclobjtype WHEN 'r' THEN 'tables'
            WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
            WHEN 'n' THEN 'schemas' ELSE d.defaclobjtype::text END), coalesce(n.oid, 0)
FROM pg_default_acl AS d LEFT JOIN pg_namespace AS n ON n.oid = d.defaclnamespace
UNION ALL
SELECT 'pg_database', d.oid, 0, 'database', 'settings', 0 FROM pg_database AS d
WHERE d.datname = current_database()
UNION ALL
-- What is rare goes by the name that the server gives it.
SELECT r.class, r.oid, 0, i.type, i.identity,
    coalesce((SELECT n.oid FROM pg_namespace AS n WHERE quote_ident(n.nspname) = i.schema), 0)
FROM (
    SELECT 'pg_collation' AS class, oid FROM pg_collation WHERE oid >= 16384
    -- A range type brings a cast to its multirange along.
    UNION ALL SELECT 'pg_cast', c.oid FROM pg_cast AS c WHERE c.oid >= 16384 AND NOT EXISTS (
        SELECT FROM pg_depend AS d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i')
    UNION ALL SELECT 'pg_operator', oid FROM pg_operator WHERE oid >= 16384
    UNION ALL SELECT 'pg_opclass', oid FROM pg_opclass WHERE oid >= 16384
    UNION ALL SELECT 'pg_opfamily', oid FROM pg_opfamily WHERE oid >= 16384
    UNION ALL SELECT 'pg_ts_config', oid FROM pg_ts_config WHERE oid >= 16384
    UNION ALL SELECT 'pg_ts_dict', oid FROM pg_ts_dict WHERE oid >= 16384
    UNION ALL SELECT 'pg_ts_parser', oid FROM pg_ts_parser WHERE oid >= 16384
    UNION ALL SELECT 'pg_ts_template', oid FROM pg_ts_template WHERE oid >= 16384
    UNION ALL SELECT 'pg_foreign_data_wrapper', oid FROM pg_foreign_data_wrapper WHERE oid >= 16384
    UNION ALL SELECT 'pg_foreign_server', oid FROM pg_foreign_server WHERE oid >= 16384
    UNION ALL SELECT 'pg_language', oid FROM pg_language WHERE oid >= 16384
    UNION ALL SELECT 'pg_conversion', oid FROM pg_conversion WHERE oid >= 16384
    UNION ALL SELECT 'pg_transform', oid FROM pg_transform WHERE oid >= 16384
    UNION ALL SELECT 'pg_am', oid FROM pg_am WHERE oid >= 16384
) AS r, pg_identify_object(r.class::regclass, r.oid, 0) AS i
