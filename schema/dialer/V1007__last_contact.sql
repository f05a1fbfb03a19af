-- dialer: when a contact was last spoken to.
--
-- Needs: V1002, V1004.
-- Locks: SHARE ROW EXCLUSIVE on dialer.calls, for the triggers.

-- By statement: a load of many calls changes each contact once. A call that is written again
-- without ending later changes nothing.
CREATE FUNCTION dialer.update_contact_last_contact()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    contact_ids uuid[];
    moments timestamptz[];
BEGIN
    SELECT array_agg(t.contact_id), array_agg(t.moment)
    INTO contact_ids, moments
    FROM (
        SELECT
            n.contact_id,
            max(coalesce(n.ended_at, n.started_at, n.created_at)) AS moment
        FROM new_rows AS n
        WHERE n.status = 'completed' AND n.contact_id IS NOT NULL
        GROUP BY n.contact_id
    ) AS t;

    IF contact_ids IS NOT NULL THEN
        UPDATE dialer.contacts AS c
        SET last_contact_at = t.moment
        FROM unnest(contact_ids, moments) AS t (contact_id, moment)
        WHERE c.id = t.contact_id
            AND (c.last_contact_at IS NULL OR c.last_contact_at < t.moment);
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.update_contact_last_contact() IS
    'Trigger: a completed call moves last_contact_at of its contact forward.';

REVOKE ALL ON FUNCTION dialer.update_contact_last_contact() FROM PUBLIC;

CREATE TRIGGER update_contact_last_contact_on_insert
    AFTER INSERT ON dialer.calls
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_contact_last_contact();

CREATE TRIGGER update_contact_last_contact_on_update
    AFTER UPDATE ON dialer.calls
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_contact_last_contact();
