SELECT pg_catalog.format('trigger %I on table %s', g.tgname, t.id) AS object,
    CASE WHEN g.tgisinternal THEN (SELECT pg_catalog.quote_ident(k.conname)
        FROM pg_catalog.pg_constraint AS k WHERE k.oid = g.tgconstraint) END AS what,
    pg_catalog.format('ALTER TABLE %s ENABLE TRIGGER %I', t.id, g.tgname) AS sql
FROM ours AS t JOIN pg_catalog.pg_trigger AS g ON g.tgrelid = t.oid
WHERE g.tgenabled = 'D'
UNION ALL
SELECT pg_catalog.format('event trigger %I', e.evtname), NULL, pg_catalog.format('ALTER EVENT TRIGGER %I ENABLE', e.evtname)
FROM pg_catalog.pg_event_trigger AS e WHERE e.evtenabled = 'D'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.deptype = 'e' AND d.objid = e.oid
        AND d.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass)
ORDER BY 1
