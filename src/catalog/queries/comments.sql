-- property: comments.
SELECT d.classoid::regclass, d.objoid, d.objsubid, 'comment', d.description
FROM pg_description AS d WHERE d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass
UNION ALL
SELECT 'pg_database', d.objoid, 0, 'comment', d.description
FROM pg_shdescription AS d WHERE d.classoid = 'pg_database'::regclass
    AND d.objoid = (SELECT b.oid FROM pg_database AS b WHERE b.datname = current_database())
