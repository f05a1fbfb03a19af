-- property: rights that differ from those that an object has by itself, so that a list that was
-- never written and one that says the same are equal, and versions with more rights are alike.
WITH acl AS (
    SELECT 'pg_class' AS class, c.oid, 0 AS sub, c.relowner AS owner, c.relacl AS acl,
        acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner) AS usual
    FROM pg_class AS c WHERE c.oid >= 16384 AND c.relacl IS NOT NULL
    UNION ALL
    SELECT 'pg_class', a.attrelid, a.attnum, 0, a.attacl, NULL::aclitem[] FROM pg_attribute AS a
    WHERE a.attrelid >= 16384 AND a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL
    SELECT 'pg_namespace', n.oid, 0, n.nspowner, n.nspacl, acldefault('n', n.nspowner)
    FROM pg_namespace AS n WHERE n.nspacl IS NOT NULL
    UNION ALL
    SELECT 'pg_proc', p.oid, 0, p.proowner, p.proacl, acldefault('f', p.proowner)
    FROM pg_proc AS p WHERE p.oid >= 16384 AND p.proacl IS NOT NULL
    UNION ALL
    SELECT 'pg_type', t.oid, 0, t.typowner, t.typacl, acldefault('T', t.typowner)
    FROM pg_type AS t WHERE t.oid >= 16384 AND t.typacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_server', s.oid, 0, s.srvowner, s.srvacl, acldefault('S', s.srvowner)
    FROM pg_foreign_server AS s WHERE s.srvacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_data_wrapper', w.oid, 0, w.fdwowner, w.fdwacl, acldefault('F', w.fdwowner)
    FROM pg_foreign_data_wrapper AS w WHERE w.fdwacl IS NOT NULL
    UNION ALL
    SELECT 'pg_language', l.oid, 0, l.lanowner, l.lanacl, acldefault('l', l.lanowner)
    FROM pg_language AS l WHERE l.oid >= 16384 AND l.lanacl IS NOT NULL
    UNION ALL
    SELECT 'pg_default_acl', d.oid, 0, d.defaclrole, d.defaclacl, CASE WHEN d.defaclnamespace = 0
        THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole)
        ELSE NULL::aclitem[] END
    FROM pg_default_acl AS d
    UNION ALL
    SELECT 'pg_database', d.oid, 0, d.datdba, d.datacl, acldefault('d', d.datdba)
    FROM pg_database AS d WHERE d.datname = current_database() AND d.datacl IS NOT NULL
), given AS (
    SELECT a.class, a.oid, a.sub, a.owner, x.grantee, x.privilege_type
        || CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END AS right_name
    FROM acl AS a CROSS JOIN aclexplode(a.acl) AS x
), usual AS (
    SELECT a.class, a.oid, a.sub, a.owner, x.grantee, x.privilege_type AS right_name
    FROM acl AS a CROSS JOIN aclexplode(a.usual) AS x
), delta AS (
    SELECT 'grant to ' AS verb, g.* FROM (SELECT * FROM given EXCEPT SELECT * FROM usual) AS g
    UNION ALL
    SELECT 'revoke from ', r.* FROM (SELECT * FROM usual EXCEPT SELECT * FROM given) AS r
)
SELECT d.class, d.oid, d.sub, d.verb || CASE WHEN d.grantee = 0 THEN 'public' WHEN d.grantee = d.owner THEN 'owner'
        ELSE 'role ' || quote_ident(pg_get_userbyid(d.grantee)) END,
    string_agg(lower(d.right_name), ', ' ORDER BY d.right_name COLLATE "C")
FROM delta AS d GROUP BY d.class, d.oid, d.sub, d.verb, d.owner, d.grantee
