SELECT pg_catalog.format('%s %s', CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, x.name) AS object, x.name,
    p.prorettype IN (2279, 3838) AS is_trigger, pg_catalog.quote_ident(n.nspname) AS schema,
    EXISTS (SELECT FROM pg_catalog.unnest(p.proconfig) AS c (setting) WHERE c.setting LIKE 'search\_path=%') AS is_pinned,
    EXISTS (SELECT FROM pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) AS g
        WHERE g.grantee = 0 AND g.privilege_type = 'EXECUTE') AS is_public,
    pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(p.proowner)) AS owner
FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
CROSS JOIN LATERAL (SELECT p.oid::pg_catalog.regprocedure::pg_catalog.text AS name) AS x
WHERE p.prosecdef AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND n.nspname <> {ledger}
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.deptype = 'e' AND d.objid = p.oid
        AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
ORDER BY x.name COLLATE "C"
