-- crm: triggers that keep the statistics of conversations.
--
-- Needs: V0903, V0904, V0905, V0906.
-- Locks: SHARE ROW EXCLUSIVE on crm.messages, crm.calls and crm.emails.
--
-- For each statement, not each row: an import locks and writes each conversation once. A trigger
-- reads its transition tables in one query, into arrays, before it touches another table.
-- SECURITY DEFINER: applications cannot write the statistics. The rows they hand over are those
-- that their own policy let through, and the foreign keys keep conversations to their tenant.

-- One plan, made once: to plan for each call would take longer than the rest. It looks each
-- conversation up by index, however few or many there were when it was made.
CREATE FUNCTION crm.add_to_conversations(
    ids uuid[],
    messages integer[],
    calls integer[],
    emails integer[],
    unread integer[]
)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
AS $$
BEGIN
    -- In the order of their ids: two who write into the same conversations wait for each other,
    -- and never in a circle. By a statement of its own: the next one sees what the other wrote.
    PERFORM 1
    FROM crm.conversations AS c
    WHERE c.id = ANY (ids)
    ORDER BY c.id
    FOR NO KEY UPDATE;

    UPDATE crm.conversations AS c
    SET message_count = c.message_count + coalesce(d.messages, 0),
        call_count = c.call_count + coalesce(d.calls, 0),
        email_count = c.email_count + coalesce(d.emails, 0),
        unread_count = c.unread_count + coalesce(d.unread, 0),
        last_message_at = l.at,
        last_message_channel = l.channel,
        last_message_direction = l.direction,
        last_message_preview = l.preview
    FROM unnest(ids, messages, calls, emails, unread)
        AS d (id, messages, calls, emails, unread)
    LEFT JOIN LATERAL (
        (
            SELECT m.sent_at AS at, m.id, m.channel, m.direction, left(m.body, 160) AS preview
            FROM crm.messages AS m
            WHERE m.conversation_id = d.id
            ORDER BY m.sent_at DESC, m.id DESC
            LIMIT 1
        )
        UNION ALL
        (
            SELECT k.started_at, k.id, 'call', k.direction, left(k.summary, 160)
            FROM crm.calls AS k
            WHERE k.conversation_id = d.id
            ORDER BY k.started_at DESC, k.id DESC
            LIMIT 1
        )
        UNION ALL
        (
            SELECT e.sent_at, e.id, 'email', e.direction, left(e.subject, 160)
            FROM crm.emails AS e
            WHERE e.conversation_id = d.id
            ORDER BY e.sent_at DESC, e.id DESC
            LIMIT 1
        )
        ORDER BY at DESC, id DESC
        LIMIT 1
    ) AS l ON true
    WHERE c.id = d.id;
END;
$$;

COMMENT ON FUNCTION crm.add_to_conversations(
    uuid[], integer[], integer[], integer[], integer[]
) IS
    'Adds to the counts of conversations (nothing where the array is NULL), and looks up the last '
    'message, call or e-mail of each.';

CREATE FUNCTION crm.update_conversation_statistics()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ids uuid[];
    entries integer[];
    unread integer[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(s.id), array_agg(s.entries), array_agg(s.unread)
        INTO ids, entries, unread
        FROM (
            SELECT n.conversation_id AS id, count(*) AS entries,
                count(*) FILTER (WHERE n.is_unread) AS unread
            FROM new_rows AS n
            WHERE n.conversation_id IS NOT NULL
            GROUP BY n.conversation_id
        ) AS s;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(s.id), array_agg(-s.entries), array_agg(-s.unread)
        INTO ids, entries, unread
        FROM (
            SELECT o.conversation_id AS id, count(*) AS entries,
                count(*) FILTER (WHERE o.is_unread) AS unread
            FROM old_rows AS o
            WHERE o.conversation_id IS NOT NULL
            GROUP BY o.conversation_id
        ) AS s;
    -- A change that shows in no figure, such as that of a status, locks no conversation.
    ELSIF TG_TABLE_NAME = 'messages' THEN
        SELECT array_agg(s.id), array_agg(s.entries), array_agg(s.unread)
        INTO ids, entries, unread
        FROM (
            SELECT v.id, sum(v.entries) AS entries,
                coalesce(sum(v.entries) FILTER (WHERE v.is_unread), 0) AS unread
            FROM old_rows AS o
            FULL JOIN new_rows AS n ON n.id = o.id
            CROSS JOIN LATERAL (VALUES
                (o.conversation_id, -1, o.is_unread), (n.conversation_id, 1, n.is_unread)
            ) AS v (id, entries, is_unread)
            WHERE v.id IS NOT NULL
                AND (o.conversation_id, o.is_unread, o.sent_at, o.direction, o.channel, o.body)
                    IS DISTINCT FROM
                    (n.conversation_id, n.is_unread, n.sent_at, n.direction, n.channel, n.body)
            GROUP BY v.id
        ) AS s;
    ELSIF TG_TABLE_NAME = 'calls' THEN
        SELECT array_agg(s.id), array_agg(s.entries), array_agg(s.unread)
        INTO ids, entries, unread
        FROM (
            SELECT v.id, sum(v.entries) AS entries,
                coalesce(sum(v.entries) FILTER (WHERE v.is_unread), 0) AS unread
            FROM old_rows AS o
            FULL JOIN new_rows AS n ON n.id = o.id
            CROSS JOIN LATERAL (VALUES
                (o.conversation_id, -1, o.is_unread), (n.conversation_id, 1, n.is_unread)
            ) AS v (id, entries, is_unread)
            WHERE v.id IS NOT NULL
                AND (o.conversation_id, o.is_unread, o.started_at, o.direction, o.summary)
                    IS DISTINCT FROM
                    (n.conversation_id, n.is_unread, n.started_at, n.direction, n.summary)
            GROUP BY v.id
        ) AS s;
    ELSE
        SELECT array_agg(s.id), array_agg(s.entries), array_agg(s.unread)
        INTO ids, entries, unread
        FROM (
            SELECT v.id, sum(v.entries) AS entries,
                coalesce(sum(v.entries) FILTER (WHERE v.is_unread), 0) AS unread
            FROM old_rows AS o
            FULL JOIN new_rows AS n ON n.id = o.id
            CROSS JOIN LATERAL (VALUES
                (o.conversation_id, -1, o.is_unread), (n.conversation_id, 1, n.is_unread)
            ) AS v (id, entries, is_unread)
            WHERE v.id IS NOT NULL
                AND (o.conversation_id, o.is_unread, o.sent_at, o.direction, o.subject)
                    IS DISTINCT FROM
                    (n.conversation_id, n.is_unread, n.sent_at, n.direction, n.subject)
            GROUP BY v.id
        ) AS s;
    END IF;

    IF ids IS NOT NULL THEN
        PERFORM crm.add_to_conversations(
            ids,
            CASE TG_TABLE_NAME WHEN 'messages' THEN entries END,
            CASE TG_TABLE_NAME WHEN 'calls' THEN entries END,
            CASE TG_TABLE_NAME WHEN 'emails' THEN entries END,
            unread
        );
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION crm.update_conversation_statistics() IS
    'Trigger on messages, calls and emails, for each statement: keeps the statistics of their '
    'conversations.';

REVOKE ALL ON FUNCTION
    crm.add_to_conversations(uuid[], integer[], integer[], integer[], integer[]),
    crm.update_conversation_statistics()
FROM PUBLIC;

CREATE TRIGGER count_new_messages
    AFTER INSERT ON crm.messages
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics();

CREATE TRIGGER count_changed_messages
    AFTER UPDATE ON crm.messages
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics();

CREATE TRIGGER count_deleted_messages
    AFTER DELETE ON crm.messages
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics();

CREATE TRIGGER count_new_calls
    AFTER INSERT ON crm.calls
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics();

CREATE TRIGGER count_changed_calls
    AFTER UPDATE ON crm.calls
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics();

CREATE TRIGGER count_deleted_calls
    AFTER DELETE ON crm.calls
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics();

CREATE TRIGGER count_new_emails
    AFTER INSERT ON crm.emails
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics();

CREATE TRIGGER count_changed_emails
    AFTER UPDATE ON crm.emails
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics();

CREATE TRIGGER count_deleted_emails
    AFTER DELETE ON crm.emails
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics();
