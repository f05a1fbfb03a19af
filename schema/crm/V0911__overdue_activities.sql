-- crm: activities become overdue.
--
-- Needs: V0910.
-- Locks: SHARE ROW EXCLUSIVE on crm.activities.

CREATE FUNCTION crm.update_activity_status()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NEW.status IN ('pending', 'in_progress') AND NEW.due_at < now() THEN
        NEW.status := 'overdue';
    ELSIF NEW.status = 'overdue' AND (NEW.due_at < now()) IS NOT TRUE THEN
        NEW.status := 'pending';
    END IF;
    NEW.completed_at := CASE NEW.status WHEN 'completed' THEN coalesce(NEW.completed_at, now()) END;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION crm.update_activity_status() IS
    'Trigger: makes an activity that is written after its due_at overdue, one that is put off '
    'pending again, and notes when it was completed.';

CREATE TRIGGER update_activity_status
    BEFORE INSERT OR UPDATE OF status, due_at, completed_at ON crm.activities
    FOR EACH ROW EXECUTE FUNCTION crm.update_activity_status();

-- No trigger fires because time passes. SECURITY DEFINER: for all organizations, and
-- crm_maintenance has no table.
CREATE FUNCTION crm.mark_overdue_activities(batch_size integer DEFAULT 10000)
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    marked integer;
BEGIN
    IF batch_size IS NULL OR batch_size NOT BETWEEN 1 AND 1000000 THEN
        RAISE EXCEPTION 'invalid batch size: %', coalesce(batch_size::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a number from 1 to 1000000.';
    END IF;

    -- Those that somebody is working on are left for the next time.
    UPDATE crm.activities AS a
    SET status = 'overdue'
    WHERE a.id = ANY (ARRAY(
        SELECT d.id
        FROM crm.activities AS d
        WHERE d.status IN ('pending', 'in_progress') AND d.due_at < now()
        ORDER BY d.due_at
        LIMIT batch_size
        FOR NO KEY UPDATE SKIP LOCKED
    ));
    GET DIAGNOSTICS marked = ROW_COUNT;
    RETURN marked;
END;
$$;

COMMENT ON FUNCTION crm.mark_overdue_activities(integer) IS
    'Task, every few minutes: makes pending activities overdue whose due_at has passed, the '
    'oldest first; returns how many. Call it again while it returns the batch size.';

REVOKE ALL ON FUNCTION
    crm.update_activity_status(),
    crm.mark_overdue_activities(integer)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION crm.mark_overdue_activities(integer) TO crm_maintenance;
