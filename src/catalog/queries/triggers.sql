-- part: triggers, policies, rules.
SELECT 'pg_trigger', t.oid, 0, 'pg_class', t.tgrelid, 'trigger ' || quote_ident(t.tgname),
    pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'O' THEN '' WHEN 'D' THEN ' disabled'
        WHEN 'R' THEN ' enabled on replicas' ELSE ' enabled always' END
FROM pg_trigger AS t LEFT JOIN pg_trigger AS p ON p.oid = t.tgparentid
WHERE NOT t.tgisinternal AND (p.oid IS NULL OR p.tgenabled <> t.tgenabled)
UNION ALL
SELECT 'pg_policy', p.oid, 0, 'pg_class', p.polrelid, 'policy ' || quote_ident(p.polname),
    concat_ws(' ', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
        'for ' || CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update'
            WHEN 'd' THEN 'delete' ELSE 'all' END,
        'to ' || (SELECT string_agg(r.name, ', ' ORDER BY r.name COLLATE "C") FROM (
            SELECT CASE WHEN o = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(o)) END
            FROM unnest(p.polroles) AS o) AS r (name)),
        'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
        'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
FROM pg_policy AS p
UNION ALL
SELECT 'pg_rewrite', r.oid, 0, 'pg_class', r.ev_class, 'rule ' || quote_ident(r.rulename),
    pg_get_ruledef(r.oid) || CASE r.ev_enabled WHEN 'O' THEN '' WHEN 'D' THEN ' disabled'
        WHEN 'R' THEN ' enabled on replicas' ELSE ' enabled always' END
FROM pg_rewrite AS r WHERE r.oid >= 16384 AND r.rulename <> '_RETURN'
