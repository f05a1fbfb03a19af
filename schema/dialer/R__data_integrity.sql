-- dialer: reports on what constraints cannot say.
--
-- Needs: V1002 to V1006, V1009, V1014, V1018 to V1021.
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
    UNION ALL
    SELECT c.user_id, 'call whose credits are not those of the ledger', c.id
    FROM dialer.calls AS c
    LEFT JOIN (
        SELECT t.call_id, -sum(t.amount) AS credits
        FROM dialer.credit_transactions AS t
        WHERE t.type IN ('usage', 'refund')
        GROUP BY t.call_id
    ) AS t ON t.call_id = c.id
    WHERE c.credits_used <> coalesce(t.credits, 0)
    UNION ALL
    SELECT k.user_id, 'campaign whose counters are not those of its calls', k.id
    FROM dialer.call_campaigns AS k
    LEFT JOIN (
        SELECT
            c.campaign_id,
            count(*) AS completed,
            count(*) FILTER (WHERE c.status = 'completed') AS successful
        FROM dialer.calls AS c
        WHERE c.status NOT IN ('initiated', 'in-progress')
        GROUP BY c.campaign_id
    ) AS c ON c.campaign_id = k.id
    WHERE k.completed_calls <> coalesce(c.completed, 0)
        OR k.successful_calls <> coalesce(c.successful, 0)
        OR k.failed_calls <> coalesce(c.completed - c.successful, 0)
    UNION ALL
    SELECT coalesce(a.user_id, c.user_id), 'agent whose day is not that of its calls',
        coalesce(a.agent_id, c.agent_id)
    FROM (SELECT d.* FROM dialer.agent_analytics AS d WHERE d.hour IS NULL) AS a
    FULL JOIN (
        SELECT
            c.agent_id,
            c.user_id,
            (c.called_at AT TIME ZONE 'UTC')::date AS date,
            count(*) AS calls,
            count(*) FILTER (WHERE c.status = 'completed') AS successful,
            coalesce(sum(c.duration_seconds), 0) AS seconds,
            sum(c.credits_used) AS credits,
            count(l.id) AS leads
        FROM dialer.calls AS c
        LEFT JOIN dialer.lead_analytics AS l ON l.call_id = c.id
        GROUP BY c.agent_id, c.user_id, date
    ) AS c ON c.agent_id = a.agent_id AND c.date = a.date
    WHERE (
        a.total_calls, a.successful_calls, a.total_duration_seconds, a.credits_used,
        a.leads_generated
    ) IS DISTINCT FROM (c.calls, c.successful, c.seconds, c.credits, c.leads)
    UNION ALL
    SELECT coalesce(u.user_id, a.user_id), 'user whose day is not that of the agents',
        coalesce(u.user_id, a.user_id)
    FROM dialer.user_analytics AS u
    FULL JOIN (
        SELECT
            d.user_id,
            d.date,
            sum(d.total_calls) AS calls,
            sum(d.leads_generated) AS leads,
            sum(d.credits_used) AS credits
        FROM dialer.agent_analytics AS d
        WHERE d.hour IS NULL
        GROUP BY d.user_id, d.date
    ) AS a ON a.user_id = u.user_id AND a.date = u.date
    WHERE (u.total_calls, u.total_leads, u.credits_used)
        IS DISTINCT FROM (a.calls, a.leads, a.credits)
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

REVOKE ALL ON FUNCTION
    dialer.validate_user_data_consistency(),
    dialer.audit_data_isolation()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    dialer.validate_user_data_consistency(),
    dialer.audit_data_isolation()
TO crm_app, crm_readonly;
