WITH ns AS (
    SELECT n.oid, n.nspname, n.nspowner, n.nspacl FROM pg_catalog.pg_namespace AS n
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'crmdb')
), member AS (
    SELECT d.classid, d.objid FROM pg_catalog.pg_depend AS d WHERE d.deptype = 'e'
), rel AS (
    SELECT c.*, ns.nspname, c.oid::regclass::text AS fq FROM pg_catalog.pg_class AS c
    JOIN ns ON ns.oid = c.relnamespace
    WHERE (1259, c.oid) NOT IN (SELECT classid::int, objid FROM member)
), fn AS (
    SELECT p.* FROM pg_catalog.pg_proc AS p JOIN ns ON ns.oid = p.pronamespace
    WHERE (1255, p.oid) NOT IN (SELECT classid::int, objid FROM member)
)
SELECT * FROM (
    SELECT 'schema', ns.nspname::text, concat_ws(' ', nspowner::regrole, nspacl) FROM ns
    UNION ALL SELECT 'extension', e.extname, concat_ws(' ', e.extnamespace::regnamespace, e.extversion)
        FROM pg_catalog.pg_extension AS e
    UNION ALL SELECT 'relation', fq, concat_ws(' ', relkind, relpersistence, relowner::regrole, relacl,
        reloptions, relrowsecurity, relforcerowsecurity, relreplident, relispartition,
        pg_get_expr(relpartbound, oid), CASE WHEN relkind = 'p' THEN pg_get_partkeydef(oid) END,
        CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END) FROM rel
    UNION ALL SELECT 'column', fq || '.' || a.attname, concat_ws(' ', (SELECT count(*) FROM pg_catalog.pg_attribute AS l
        WHERE l.attrelid = a.attrelid AND l.attnum BETWEEN 1 AND a.attnum AND NOT l.attisdropped),
        format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
        a.attstorage, a.attcollation::regcollation, a.attacl,
        (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef AS d
         WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum))
        FROM rel JOIN pg_catalog.pg_attribute AS a ON a.attrelid = rel.oid AND a.attnum > 0
        AND NOT a.attisdropped WHERE rel.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
    UNION ALL SELECT 'constraint', coalesce(k.conrelid::regclass::text, '') || '.' || k.conname,
        concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated)
        FROM pg_catalog.pg_constraint AS k JOIN ns ON ns.oid = k.connamespace
    UNION ALL SELECT 'index', i.indexrelid::regclass::text, concat_ws(' ', pg_get_indexdef(i.indexrelid),
        i.indisvalid, i.indisclustered, i.indisreplident)
        FROM pg_catalog.pg_index AS i JOIN rel ON rel.oid = i.indrelid
    UNION ALL SELECT 'sequence', rel.fq, concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement,
        s.seqmax, s.seqmin, s.seqcache, s.seqcycle)
        FROM pg_catalog.pg_sequence AS s JOIN rel ON rel.oid = s.seqrelid
    UNION ALL SELECT 'function', fn.oid::regprocedure::text, concat_ws(' ', fn.proowner::regrole,
        fn.proacl, CASE WHEN fn.prokind <> 'a' THEN pg_get_functiondef(fn.oid) END) FROM fn
    UNION ALL SELECT 'trigger', rel.fq || '.' || t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
        FROM pg_catalog.pg_trigger AS t JOIN rel ON rel.oid = t.tgrelid WHERE NOT t.tgisinternal
    UNION ALL SELECT 'policy', rel.fq || '.' || p.polname, concat_ws(' ', p.polcmd, p.polpermissive,
        p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
        FROM pg_catalog.pg_policy AS p JOIN rel ON rel.oid = p.polrelid
    UNION ALL SELECT 'rule', rel.fq || '.' || r.rulename, pg_get_ruledef(r.oid)
        FROM pg_catalog.pg_rewrite AS r JOIN rel ON rel.oid = r.ev_class WHERE r.rulename <> '_RETURN'
    UNION ALL SELECT 'type', t.oid::regtype::text, concat_ws(' ', t.typtype, t.typowner::regrole, t.typacl,
        t.typdefault, t.typnotnull, format_type(t.typbasetype, t.typtypmod),
        (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum AS e
         WHERE e.enumtypid = t.oid))
        FROM pg_catalog.pg_type AS t JOIN ns ON ns.oid = t.typnamespace
        WHERE (1247, t.oid) NOT IN (SELECT classid::int, objid FROM member)
    UNION ALL SELECT 'default acl', d.defaclobjtype::text, concat_ws(' ', d.defaclrole::regrole,
        d.defaclnamespace::regnamespace, d.defaclacl) FROM pg_catalog.pg_default_acl AS d
    UNION ALL SELECT 'comment', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description
        FROM pg_catalog.pg_description AS d WHERE d.objoid >= 16384
        AND pg_describe_object(d.classoid, d.objoid, d.objsubid) NOT LIKE '%crmdb.%'
        AND pg_describe_object(d.classoid, d.objoid, d.objsubid) <> 'schema crmdb'
        AND (d.classoid::int, d.objoid) NOT IN (SELECT classid::int, objid FROM member)
    UNION ALL SELECT 'setting', coalesce(s.setrole::regrole::text, ''), s.setconfig::text
        FROM pg_catalog.pg_db_role_setting AS s
        WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
) AS all_objects (kind, name, definition)
ORDER BY kind COLLATE "C", name COLLATE "C", definition COLLATE "C"
