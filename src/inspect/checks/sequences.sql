SELECT s.id AS name, b.last_value, b.readable, l.hard_end, u.used, c.name AS column,
    -- The least that gives it room: its own limit, its type, the types of its columns.
    CASE WHEN NOT l.own_is_type AND l.own <> l.hard_type AND u.by_limit < 0.5
            THEN pg_catalog.format('ALTER SEQUENCE %s %s', s.id, l.without)
        WHEN l.own <> l.column_end AND u.by_type < 0.5
            THEN pg_catalog.format('ALTER SEQUENCE %s AS %s %s', s.id, coalesce(c.type, 'bigint'), l.without)
        WHEN c.alters IS NOT NULL
            THEN pg_catalog.format('ALTER SEQUENCE %s AS bigint %s; %s', s.id, l.without, c.alters)
        WHEN l.own <> l.column_end THEN pg_catalog.format('ALTER SEQUENCE %s AS bigint %s', s.id, l.without)
        END AS sql
FROM ours AS s JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = s.oid
CROSS JOIN LATERAL (SELECT coalesce(pg_catalog.has_sequence_privilege(s.oid, 'USAGE, SELECT'), true) AS readable,
    CASE WHEN pg_catalog.has_sequence_privilege(s.oid, 'USAGE, SELECT')
        THEN pg_catalog.pg_sequence_last_value(s.oid) END AS last_value) AS b
-- The columns that own it, or take their default from it alone; the narrowest counts.
CROSS JOIN LATERAL (
    SELECT (pg_catalog.array_agg(x.id || '.' || pg_catalog.quote_ident(x.attname) ORDER BY x.width, x.id, x.attname))[1] AS name,
        pg_catalog.min(x.width) AS width,
        (ARRAY['smallint', 'integer', 'bigint'])[pg_catalog.min(x.width)] AS type,
        pg_catalog.string_agg(DISTINCT pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I TYPE bigint', x.root, x.attname), '; ')
            FILTER (WHERE x.width < 3) AS alters
    FROM (SELECT a.attname, a.attrelid::pg_catalog.regclass::pg_catalog.text AS id,
            -- A partition has its columns from the whole.
            coalesce(pg_catalog.pg_partition_root(a.attrelid), a.attrelid)::pg_catalog.regclass::pg_catalog.text AS root,
            CASE a.atttypid WHEN 21 THEN 1 WHEN 23 THEN 2 ELSE 3 END AS width
        FROM (SELECT d.refobjid AS relid, d.refobjsubid AS num FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = s.oid
                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
            UNION
            SELECT f.adrelid, f.adnum FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_attrdef AS f ON f.oid = d.objid
            WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = s.oid
                AND pg_catalog.pg_get_expr(f.adbin, f.adrelid)
                    ~ '^\(?nextval\(''([^'']|'''')*''::regclass\)\)?(::(smallint|integer|bigint))?$') AS k
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.relid AND a.attnum = k.num) AS x) AS c
CROSS JOIN LATERAL (SELECT w.own, w.column_end, w.own = w.type_end AS own_is_type, w.without,
        CASE WHEN q.seqincrement > 0 THEN least(w.type_end, w.column_end) ELSE greatest(w.type_end, w.column_end) END AS hard_type,
        CASE WHEN q.seqincrement > 0 THEN least(w.own, w.column_end) ELSE greatest(w.own, w.column_end) END AS hard_end
    FROM (SELECT q.seqmax AS own, 'NO MAXVALUE' AS without,
            CASE q.seqtypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 ELSE 9223372036854775807 END AS type_end,
            CASE c.width WHEN 1 THEN 32767 WHEN 2 THEN 2147483647 ELSE 9223372036854775807 END AS column_end
        WHERE q.seqincrement > 0
        UNION ALL
        SELECT q.seqmin, 'NO MINVALUE',
            CASE q.seqtypid WHEN 21 THEN -32768 WHEN 23 THEN -2147483648 ELSE -9223372036854775808 END,
            CASE c.width WHEN 1 THEN -32768 WHEN 2 THEN -2147483648 ELSE -9223372036854775808 END
        WHERE q.seqincrement < 0) AS w) AS l
-- Parts of what is there now, without its own limit, and without that of its type.
CROSS JOIN LATERAL (SELECT p.gone / nullif(pg_catalog.abs(l.hard_end::float8 - p.start), 0) AS used,
        p.gone / nullif(pg_catalog.abs(l.hard_type::float8 - p.start), 0) AS by_limit,
        p.gone / nullif(pg_catalog.abs(l.column_end::float8 - p.start), 0) AS by_type
    FROM (SELECT e.start, pg_catalog.abs(b.last_value::float8 - e.start) AS gone
        FROM (SELECT (CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END)::float8 AS start) AS e) AS p) AS u
WHERE NOT q.seqcycle
ORDER BY s.id COLLATE "C"
