-- What somebody keeps others from reading, or is about to: sizes wait for it, of the table, of its
-- indexes and TOAST, and of all that it is a part of.
SELECT DISTINCT ON (t.id) t.oid::bigint AS oid, t.id AS name, b.name AS locked,
    CASE WHEN b.pid IS NULL THEN 'a prepared transaction' ELSE 'session ' || b.pid
        || coalesce(' of ' || pg_catalog.quote_ident(a.usename), '') END AS holder, b.granted
FROM (
    WITH RECURSIVE held AS MATERIALIZED (
        SELECT l.relation, l.pid, l.granted, c.oid::pg_catalog.regclass::pg_catalog.text AS name
        FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
        WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
            AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
            AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
    ), above AS (
        SELECT h.relation, h.pid, h.granted, h.name FROM held AS h
        UNION
        SELECT u.relation, h.pid, h.granted, h.name FROM above AS h CROSS JOIN LATERAL (
            SELECT i.inhparent AS relation FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = h.relation
            UNION ALL SELECT x.indrelid FROM pg_catalog.pg_index AS x WHERE x.indexrelid = h.relation
            UNION ALL SELECT c.oid FROM pg_catalog.pg_class AS c WHERE c.reltoastrelid = h.relation) AS u
    )
    SELECT * FROM above) AS b
JOIN ours AS t ON t.oid = b.relation AND t.relkind IN ('r', 'p', 'm')
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = b.pid
ORDER BY t.id, b.granted DESC, b.name = t.id DESC, b.name, b.pid
