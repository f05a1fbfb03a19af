-- dialer: a picture of the tables.
--
-- Needs: V1001.

CREATE OR REPLACE FUNCTION dialer.show_db_tree()
    RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
-- Each table stands once, as deep as it can: below the last of those that take it along, or
-- hold on to it. References that become NULL are left out, and without them there is no circle.
WITH RECURSIVE links AS (
    SELECT DISTINCT k.conrelid AS child, k.confrelid AS parent
    FROM pg_constraint AS k
    WHERE k.contype = 'f' AND k.connamespace = 'dialer'::regnamespace
        AND k.confdeltype IN ('c', 'r') AND k.conrelid <> k.confrelid
), paths AS (
    SELECT 'users.users'::regclass::oid AS relation, ARRAY['users.users' COLLATE "C"] AS path
    UNION ALL
    SELECT l.child, p.path || c.relname::text
    FROM paths AS p
    JOIN links AS l ON l.parent = p.relation
    JOIN pg_class AS c ON c.oid = l.child
), places AS (
    SELECT DISTINCT ON (p.relation) p.relation, p.path
    FROM paths AS p
    ORDER BY p.relation, cardinality(p.path) DESC, p.path
), shown AS (
    SELECT p.relation, p.path FROM places AS p
    UNION ALL
    SELECT c.oid, ARRAY[c.relname::text COLLATE "C"]
    FROM pg_class AS c
    WHERE c.relnamespace = 'dialer'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT FROM places AS p WHERE p.relation = c.oid)
)
SELECT string_agg(
    repeat('  ', cardinality(s.path) - 1) || s.path[cardinality(s.path)] || coalesce(r.keys, ''),
    E'\n' ORDER BY s.path[1] <> 'users.users', s.path
)
FROM shown AS s
CROSS JOIN LATERAL (
    SELECT ' (' || string_agg(
        format(
            '%s > %s %s',
            a.attname,
            f.relname,
            CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT' ELSE 'SET NULL' END
        ),
        ', ' ORDER BY f.relname, a.attname
    ) || ')' AS keys
    FROM pg_constraint AS k
    JOIN pg_class AS f ON f.oid = k.confrelid
    -- The first column names the row; the user behind it only says whose both are.
    JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.conrelid = s.relation AND k.contype = 'f'
        AND s.relation <> 'users.users'::regclass
) AS r;
$$;

COMMENT ON FUNCTION dialer.show_db_tree() IS
    'The tables as a tree, from the user down: what goes when a row above it goes, with the '
    'references of each table and what a deletion does to them.';

REVOKE ALL ON FUNCTION dialer.show_db_tree() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dialer.show_db_tree() TO crm_app, crm_readonly;
