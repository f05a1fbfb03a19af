-- dialer: the triggers on calls that keep the counters of campaigns.
--
-- Needs: V1003, V1004.
-- Locks: SHARE ROW EXCLUSIVE on dialer.calls, for the triggers.

COMMENT ON COLUMN dialer.call_campaigns.total_contacts IS
    'How many contacts are to be called, as the application says.';
COMMENT ON COLUMN dialer.call_campaigns.completed_calls IS
    'Calls of the campaign that ended, well or not. Counted by triggers, with the next two.';
COMMENT ON COLUMN dialer.call_campaigns.successful_calls IS
    'Calls with status completed.';
COMMENT ON COLUMN dialer.call_campaigns.failed_calls IS
    'Calls with status failed, busy or no-answer.';

CREATE FUNCTION dialer.count_for_campaigns(
    added_to uuid[],
    added text[],
    removed_from uuid[],
    removed text[]
)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF (added_to, added) IS NOT DISTINCT FROM (removed_from, removed) THEN
        RETURN;  -- nothing that counts has changed
    END IF;

    IF cardinality(added_to || removed_from) > 1 THEN
        -- In the order of their ids, or two statements could block each other.
        PERFORM
        FROM dialer.call_campaigns AS t
        WHERE t.id = ANY (added_to || removed_from)
        ORDER BY t.id
        FOR NO KEY UPDATE;
    END IF;

    UPDATE dialer.call_campaigns AS t SET
        completed_calls = t.completed_calls + d.completed,
        successful_calls = t.successful_calls + d.successful,
        failed_calls = t.failed_calls + d.completed - d.successful
    FROM (
        SELECT
            c.campaign_id,
            sum(c.n) AS completed,
            coalesce(sum(c.n) FILTER (WHERE c.status = 'completed'), 0) AS successful
        FROM (
            SELECT 1 AS n, a.* FROM unnest(added_to, added) AS a (campaign_id, status)
            UNION ALL
            SELECT -1, r.* FROM unnest(removed_from, removed) AS r (campaign_id, status)
        ) AS c
        GROUP BY c.campaign_id
    ) AS d
    WHERE t.id = d.campaign_id AND (d.completed <> 0 OR d.successful <> 0);
END;
$$;

COMMENT ON FUNCTION dialer.count_for_campaigns(uuid[], text[], uuid[], text[]) IS
    'Adds calls that ended, by their campaigns and status, to the counters of the campaigns, and '
    'takes others back.';

CREATE FUNCTION dialer.update_campaign_statistics()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    added_to uuid[];
    added text[];
    removed_from uuid[];
    removed text[];
BEGIN
    SELECT array_agg(c.campaign_id), array_agg(c.status) INTO added_to, added
    FROM new_rows AS c
    WHERE c.campaign_id IS NOT NULL AND c.status NOT IN ('initiated', 'in-progress');
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(c.campaign_id), array_agg(c.status) INTO removed_from, removed
        FROM old_rows AS c
        WHERE c.campaign_id IS NOT NULL AND c.status NOT IN ('initiated', 'in-progress');
    END IF;
    PERFORM dialer.count_for_campaigns(added_to, added, removed_from, removed);
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.update_campaign_statistics() IS
    'Trigger, FOR EACH STATEMENT: counts calls that ended for their campaigns.';

CREATE FUNCTION dialer.update_campaign_statistics_on_delete()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    removed_from uuid[];
    removed text[];
BEGIN
    SELECT array_agg(c.campaign_id), array_agg(c.status) INTO removed_from, removed
    FROM old_rows AS c
    WHERE c.campaign_id IS NOT NULL AND c.status NOT IN ('initiated', 'in-progress');
    PERFORM dialer.count_for_campaigns(NULL, NULL, removed_from, removed);
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.update_campaign_statistics_on_delete() IS
    'Trigger, FOR EACH STATEMENT: takes deleted calls back from their campaigns.';

REVOKE ALL ON FUNCTION
    dialer.count_for_campaigns(uuid[], text[], uuid[], text[]),
    dialer.update_campaign_statistics(),
    dialer.update_campaign_statistics_on_delete()
FROM PUBLIC;

CREATE TRIGGER update_campaign_statistics
    AFTER INSERT ON dialer.calls
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_campaign_statistics();

CREATE TRIGGER update_campaign_statistics_on_update
    AFTER UPDATE ON dialer.calls
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_campaign_statistics();

CREATE TRIGGER update_campaign_statistics_on_delete
    AFTER DELETE ON dialer.calls
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_campaign_statistics_on_delete();
