-- leads: triggers that write the history of a lead.
--
-- Needs: users V0301; V0402, V0405.
-- Locks: SHARE ROW EXCLUSIVE on leads.leads and on the tables of V0405.
--
-- For each statement, not each row: an import or a mass change writes its history at once.
-- SECURITY DEFINER: what applications can only read, they cannot forge. The rows they hand over
-- are those that their own policy let through.

CREATE FUNCTION leads.trigger_type()
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(
        nullif(current_setting('app.trigger_type', true), ''),
        CASE WHEN users.current_user_id() IS NULL THEN 'system' ELSE 'manual' END
    );

COMMENT ON FUNCTION leads.trigger_type() IS
    'What brings about the changes of the session: app.trigger_type; without it manual where '
    'app.current_user_id is set, else system.';

CREATE FUNCTION leads.assignment_strategy()
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(nullif(current_setting('app.assignment_strategy', true), ''), 'manual');

COMMENT ON FUNCTION leads.assignment_strategy() IS
    'How the session chooses the users of leads: app.assignment_strategy; without it manual.';

CREATE FUNCTION leads.record_new_leads()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    by_user CONSTANT uuid := users.current_user_id();
BEGIN
    INSERT INTO leads.lead_status_history (
        lead_id, organization_id, to_status, trigger_type, changed_by
    )
    SELECT n.id, n.organization_id, n.status, leads.trigger_type(), by_user
    FROM new_rows AS n;

    INSERT INTO leads.lead_score_history (lead_id, organization_id, score, factors)
    SELECT n.id, n.organization_id, n.lead_score, n.lead_score_factors
    FROM new_rows AS n
    WHERE n.lead_score IS NOT NULL;

    INSERT INTO leads.lead_assignments (
        lead_id, organization_id, to_user_id, strategy, assigned_by
    )
    SELECT n.id, n.organization_id, n.user_id, leads.assignment_strategy(), by_user
    FROM new_rows AS n
    WHERE n.user_id IS NOT NULL;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION leads.record_new_leads() IS
    'Trigger, for each INSERT: writes the first status, score and user of the leads.';

-- The plan of a statement is kept for the session. Made for one row it is a nested loop, which
-- takes minutes for 20,000: hence the first setting. It makes plans look so dear that the server
-- would compile them, which takes longer than the work: hence the second.
CREATE FUNCTION leads.record_lead_changes()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET enable_nestloop = off
    SET jit = off
AS $$
DECLARE
    by_user CONSTANT uuid := users.current_user_id();
BEGIN
    INSERT INTO leads.lead_audit_log (
        lead_id, organization_id, field_name, old_value, new_value, changed_by
    )
    SELECT c.id, c.organization_id, f.key, c.old_row ->> f.key, f.value, by_user
    FROM (
        SELECT n.id, n.organization_id, to_jsonb(o) AS old_row, to_jsonb(n) AS new_row
        FROM new_rows AS n
        JOIN old_rows AS o ON o.id = n.id
        OFFSET 0  -- makes each row into JSON once, not once a column
    ) AS c
    CROSS JOIN LATERAL jsonb_each_text(c.new_row) AS f
    WHERE f.key <> 'updated_at'
        AND f.value IS DISTINCT FROM c.old_row ->> f.key;

    INSERT INTO leads.lead_status_history (
        lead_id, organization_id, from_status, to_status, trigger_type, changed_by
    )
    SELECT n.id, n.organization_id, o.status, n.status, leads.trigger_type(), by_user
    FROM new_rows AS n
    JOIN old_rows AS o ON o.id = n.id
    WHERE n.status <> o.status;

    INSERT INTO leads.lead_score_history (lead_id, organization_id, score, factors)
    SELECT n.id, n.organization_id, n.lead_score, n.lead_score_factors
    FROM new_rows AS n
    JOIN old_rows AS o ON o.id = n.id
    WHERE (n.lead_score, n.lead_score_factors)
        IS DISTINCT FROM (o.lead_score, o.lead_score_factors);

    INSERT INTO leads.lead_assignments (
        lead_id, organization_id, from_user_id, to_user_id, strategy, assigned_by
    )
    SELECT
        n.id, n.organization_id, o.user_id, n.user_id, leads.assignment_strategy(), by_user
    FROM new_rows AS n
    JOIN old_rows AS o ON o.id = n.id
    WHERE n.user_id IS DISTINCT FROM o.user_id;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION leads.record_lead_changes() IS
    'Trigger, for each UPDATE: writes what it changed to the audit log, and new statuses, '
    'scores and users of the leads to their histories.';

REVOKE ALL ON FUNCTION
    leads.trigger_type(),
    leads.assignment_strategy(),
    leads.record_new_leads(),
    leads.record_lead_changes()
FROM PUBLIC;

CREATE TRIGGER record_new_leads
    AFTER INSERT ON leads.leads
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads.record_new_leads();

CREATE TRIGGER record_lead_changes
    AFTER UPDATE ON leads.leads
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads.record_lead_changes();

-- For whoever repairs a history by hand.
CREATE TRIGGER fill_organization_of_lead
    BEFORE INSERT ON leads.lead_audit_log
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_lead();
CREATE TRIGGER fill_organization_of_lead
    BEFORE INSERT ON leads.lead_status_history
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_lead();
CREATE TRIGGER fill_organization_of_lead
    BEFORE INSERT ON leads.lead_score_history
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_lead();
CREATE TRIGGER fill_organization_of_lead
    BEFORE INSERT ON leads.lead_assignments
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_lead();
