SELECT pg_catalog.format('constraint %I on table %s', k.conname, t.id) AS object, NULL::pg_catalog.text AS what,
    pg_catalog.format('ALTER TABLE %s VALIDATE CONSTRAINT %I', t.id, k.conname) AS sql
FROM ours AS t JOIN pg_catalog.pg_constraint AS k ON k.conrelid = t.oid
WHERE NOT k.convalidated AND k.contype IN ('c', 'f', 'n')
    -- PostgreSQL 18 has some that are not enforced on purpose.
    AND coalesce(pg_catalog.to_jsonb(k) ->> 'conenforced', 'true') = 'true'
UNION ALL
SELECT pg_catalog.format('constraint %I on domain %s', k.conname, d.name), NULL,
    pg_catalog.format('ALTER DOMAIN %s VALIDATE CONSTRAINT %I', d.name, k.conname)
FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_type AS y ON y.oid = k.contypid
CROSS JOIN LATERAL (SELECT y.oid::pg_catalog.regtype::pg_catalog.text AS name) AS d
WHERE NOT k.convalidated
ORDER BY 1
