-- Policies do not hold for a superuser, for BYPASSRLS, and for the table's owner unless they are forced.
SELECT DISTINCT v.id AS name, v.relkind = 'm' AS is_materialized, t.id AS table
FROM ours AS v JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = v.oid
JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
JOIN ours AS t ON t.oid = d.refobjid AND t.relrowsecurity
JOIN pg_catalog.pg_roles AS o ON o.oid = v.relowner
WHERE v.relkind IN ('v', 'm')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_options_to_table(v.reloptions) AS x
        WHERE x.option_name = 'security_invoker' AND x.option_value::bool)
    AND (v.relkind = 'm' OR o.rolsuper OR o.rolbypassrls OR (t.relowner = v.relowner AND NOT t.relforcerowsecurity))
ORDER BY 1, 3
