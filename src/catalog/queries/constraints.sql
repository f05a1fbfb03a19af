-- part: constraints of relations and domains; a NOT NULL belongs to its column.
SELECT 'pg_constraint', k.oid, 0,
    CASE WHEN k.conrelid <> 0 THEN 'pg_class' ELSE 'pg_type' END,
    CASE WHEN k.conrelid <> 0 THEN k.conrelid ELSE k.contypid END,
    'constraint ' || quote_ident(k.conname),
    concat_ws(' ', pg_get_constraintdef(k.oid), CASE WHEN k.conislocal THEN NULL ELSE 'inherited' END)
FROM pg_constraint AS k
WHERE k.oid >= 16384 AND k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0
UNION ALL
-- From PostgreSQL 18 on a NOT NULL is a constraint too, and may be not valid or not inherited.
SELECT 'pg_constraint', k.oid, 0, 'pg_class', k.conrelid, 'constraint ' || quote_ident(k.conname),
    pg_get_constraintdef(k.oid)
FROM pg_constraint AS k
WHERE k.contype = 'n' AND k.oid >= 16384 AND (NOT k.convalidated OR k.connoinherit)
