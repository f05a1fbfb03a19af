-- dialer: reports on what constraints cannot say, and a picture of the tables.
--
-- Needs: V1002, V1004, V1005, V1006, V1009, V1014.
--
-- They run with the caller's rights: a user sees its own rows, the owner everybody's.

CREATE OR REPLACE FUNCTION dialer.validate_user_data_consistency()
    RETURNS TABLE (user_id uuid, finding text, row_count bigint, example_id uuid)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
WITH ledger AS (
    SELECT
        t.id,
        t.user_id,
        t.amount,
        t.balance_after,
        t.entry_number,
        lag(t.balance_after) OVER w AS balance_before,
        lag(t.entry_number, 1, 0) OVER w AS entry_before,
        lead(t.id) OVER w IS NULL AS is_last
    FROM dialer.credit_transactions AS t
    WINDOW w AS (PARTITION BY t.user_id ORDER BY t.entry_number)
), findings AS (
    SELECT u.id AS user_id, 'credits are not the balance of the ledger' AS finding, l.id
    FROM ledger AS l
    JOIN users.users AS u ON u.id = l.user_id
    WHERE l.is_last AND l.balance_after <> u.credits
    UNION ALL
    SELECT l.user_id, 'the ledger has a gap', l.id
    FROM ledger AS l
    WHERE l.entry_number <> l.entry_before + 1
        OR l.balance_after <> l.balance_before + l.amount
    UNION ALL
    SELECT a.user_id, 'active call without a call under way', a.id
    FROM dialer.active_calls AS a
    WHERE NOT EXISTS (
            SELECT FROM dialer.calls AS c
            WHERE c.id = a.id AND c.user_id = a.user_id
                AND c.status IN ('initiated', 'in-progress')
        )
        AND NOT EXISTS (
            SELECT FROM dialer.call_queue AS q
            WHERE q.id = a.id AND q.user_id = a.user_id
                AND q.status IN ('pending', 'processing')
        )
    UNION ALL
    SELECT q.user_id, 'queued call linked to a call of another contact', q.id
    FROM dialer.call_queue AS q
    JOIN dialer.calls AS c ON c.id = q.call_id
    WHERE c.contact_id <> q.contact_id
    UNION ALL
    SELECT c.user_id, 'call that ended before it started', c.id
    FROM dialer.calls AS c
    WHERE c.ended_at < c.started_at
    UNION ALL
    SELECT c.user_id, 'customer whose contact is not marked as one', c.id
    FROM dialer.customers AS c
    JOIN dialer.contacts AS o ON o.id = c.contact_id
    WHERE NOT o.is_customer
)
SELECT f.user_id, f.finding, count(*), min(f.id::text)::uuid
FROM findings AS f
GROUP BY f.user_id, f.finding
ORDER BY f.user_id, f.finding;
$$;

COMMENT ON FUNCTION dialer.validate_user_data_consistency() IS
    'Each kind of inconsistency that a user''s rows have, how many rows, and one of them. No row: '
    'nothing was found. Reads whole tables.';

CREATE OR REPLACE FUNCTION dialer.audit_data_isolation()
    RETURNS TABLE (
        table_name text,
        column_name text,
        referenced_table text,
        is_enforced boolean,
        violations bigint
    )
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    link record;
BEGIN
    FOR link IN
        SELECT
            k.conrelid::regclass AS child,
            k.confrelid::regclass AS parent,
            a.attname AS child_column,
            p.attname AS parent_column,
            cardinality(k.conkey) > 1 AS is_composite
        FROM pg_constraint AS k
        CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS u (child_number, parent_number)
        JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.child_number
        JOIN pg_attribute AS p ON p.attrelid = k.confrelid AND p.attnum = u.parent_number
        WHERE k.contype = 'f'
            AND k.connamespace = 'dialer'::regnamespace
            AND a.attname <> 'user_id'
            -- Both have an owner.
            AND 2 = (
                SELECT count(*)
                FROM pg_attribute AS o
                WHERE o.attrelid IN (k.conrelid, k.confrelid) AND o.attname = 'user_id'
            )
        ORDER BY k.conrelid::regclass::text, k.conname
    LOOP
        table_name := link.child;
        column_name := link.child_column;
        referenced_table := link.parent;
        is_enforced := link.is_composite;
        EXECUTE format(
            'SELECT count(*) FROM %1$s AS c WHERE c.%2$I IS NOT NULL AND NOT EXISTS ('
            'SELECT FROM %3$s AS p WHERE p.%4$I = c.%2$I AND p.user_id = c.user_id)',
            link.child, link.child_column, link.parent, link.parent_column
        ) INTO violations;
        RETURN NEXT;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION dialer.audit_data_isolation() IS
    'Each link between two tables of users'' rows, whether its foreign key compares the user, and '
    'how many rows refer to a row of another user. Reads whole tables.';

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

REVOKE ALL ON FUNCTION
    dialer.validate_user_data_consistency(),
    dialer.audit_data_isolation(),
    dialer.show_db_tree()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    dialer.validate_user_data_consistency(),
    dialer.audit_data_isolation(),
    dialer.show_db_tree()
TO crm_app, crm_readonly;
