WITH RECURSIVE source (id) AS (
    SELECT c.oid FROM pg_catalog.pg_class AS c WHERE c.oid = {oid}
    UNION
    SELECT next.id
    FROM source AS s
    JOIN pg_catalog.pg_class AS c ON c.oid = s.id
    CROSS JOIN LATERAL (
        SELECT m[1]::pg_catalog.oid
        FROM pg_catalog.pg_rewrite AS r
        CROSS JOIN LATERAL pg_catalog.regexp_matches(
            r.ev_action::pg_catalog.text, ':relid ([0-9]+)', 'g') AS m
        WHERE r.ev_class = c.oid AND r.ev_type = '1' AND (c.relkind = 'v' OR c.oid = {oid})
        UNION ALL
        SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = c.oid
    ) AS next (id)
    WHERE next.id <> 0
),
relation AS MATERIALIZED (
    SELECT c.oid, c.relkind, pg_catalog.format('%s %s %s %s %s %s', c.oid, c.relkind, c.relfilenode,
        pg_catalog.pg_stat_get_tuples_inserted(c.oid), pg_catalog.pg_stat_get_tuples_updated(c.oid),
        pg_catalog.pg_stat_get_tuples_deleted(c.oid)) AS mark
    FROM source AS s JOIN pg_catalog.pg_class AS c ON c.oid = s.id
    WHERE c.oid <> {oid}
),
rule AS MATERIALIZED (
    SELECT r.ev_action::pg_catalog.text AS action, pg_catalog.format('%s %s', r.oid, r.xmin) AS mark,
        r.oid
    FROM source AS s
    JOIN pg_catalog.pg_class AS c ON c.oid = s.id
    JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = c.oid AND r.ev_type = '1'
    WHERE c.relkind = 'v' OR c.oid = {oid}
),
called AS MATERIALIZED (
    SELECT p.oid, p.proname, p.provolatile, p.prokind, pg_catalog.format('%s %s', p.oid, p.xmin) AS mark
    FROM pg_catalog.pg_proc AS p
    WHERE p.oid IN (
        SELECT m[1]::pg_catalog.oid FROM rule CROSS JOIN LATERAL pg_catalog.regexp_matches(rule.action,
            ':(?:funcid|opfuncid|aggfnoid|winfnoid|hashfuncid|negfuncid) ([0-9]+)', 'g') AS m
        UNION ALL
        SELECT o.oprcode::pg_catalog.oid FROM rule CROSS JOIN LATERAL pg_catalog.regexp_matches(
            rule.action, ':opno ([0-9]+)', 'g') AS m
        JOIN pg_catalog.pg_operator AS o ON o.oid = m[1]::pg_catalog.oid)
),
-- What is read from a text: the text `now` is a time, and names are looked up.
parsed AS MATERIALIZED (
    SELECT p.proname
    FROM rule
    CROSS JOIN LATERAL pg_catalog.regexp_matches(rule.action, ':resulttype ([0-9]+)', 'g') AS m
    JOIN pg_catalog.pg_type AS t ON t.oid = m[1]::pg_catalog.oid
    JOIN pg_catalog.pg_proc AS p ON p.oid = t.typinput
    WHERE rule.action ~ {conversion} AND p.provolatile <> 'i' AND p.proname <> 'enum_in'
)
SELECT
    CASE
        WHEN pg_catalog.current_setting('track_counts') <> 'on' THEN 'track_counts is off'
        WHEN EXISTS (SELECT FROM relation AS r WHERE r.relkind NOT IN ('r', 'p', 'v', 'm'))
            THEN 'it reads what has no counters'
        WHEN EXISTS (SELECT FROM relation AS r WHERE r.oid < 16384) THEN 'it reads the catalog'
        WHEN EXISTS (SELECT FROM rule WHERE rule.action ~ {unsteady})
            THEN 'it asks for more than rows'
        WHEN EXISTS (SELECT FROM rule WHERE rule.action ~ {names})
            OR EXISTS (SELECT FROM parsed) THEN 'it reads texts as times or names'
        ELSE (SELECT pg_catalog.format('it calls %s', pg_catalog.min(p.proname::pg_catalog.text))
            FROM called AS p
            WHERE CASE WHEN p.oid >= 16384 THEN p.provolatile <> 'i' OR p.prokind = 'a'
                ELSE p.provolatile = 'v' OR p.provolatile = 's' AND p.proname <> ALL ({by_settings}) END
            HAVING pg_catalog.count(*) > 0)
    END,
    pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.concat_ws('|',
        c.oid, d.oid, extract(epoch FROM pg_catalog.pg_stat_get_db_stat_reset_time(d.oid)), '|',
        extract(epoch FROM pg_catalog.pg_stat_get_bgwriter_stat_reset_time()), '|',
        {settings},
        (SELECT pg_catalog.string_agg(r.mark, ',' ORDER BY r.oid) FROM relation AS r), '|',
        (SELECT pg_catalog.string_agg(rule.mark, ',' ORDER BY rule.oid) FROM rule), '|',
        (SELECT pg_catalog.string_agg(p.mark, ',' ORDER BY p.oid) FROM called AS p
            WHERE p.oid >= 16384), '|',
        (SELECT pg_catalog.string_agg(pg_catalog.format('%s %s', e.oid, e.xmin), ',' ORDER BY e.oid)
            FROM pg_catalog.pg_enum AS e)
    ), 'UTF8')), 'hex')
FROM pg_catalog.pg_class AS c, pg_catalog.pg_database AS d
WHERE c.oid = {oid} AND d.datname = pg_catalog.current_database()
