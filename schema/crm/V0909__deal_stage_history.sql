-- crm: which stages a deal was in, by whom it was moved, and how long it stayed.
--
-- Needs: triggers V0201; users V0303; V0908.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, users.users and crm.deals.

CREATE TABLE crm.deal_stage_history (
    id              uuid          NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid          NOT NULL DEFAULT users.current_organization_id(),
    deal_id         uuid          NOT NULL,
    from_stage      varchar(20),
    to_stage        varchar(20)   NOT NULL,
    changed_by      uuid,
    changed_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    time_in_stage   interval,
    deal_value      numeric(15,2),
    created_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT deal_stage_history_pkey PRIMARY KEY (id),
    CONSTRAINT deal_stage_history_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT deal_stage_history_deal_id_organization_id_fkey
        FOREIGN KEY (deal_id, organization_id)
        REFERENCES crm.deals (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT deal_stage_history_changed_by_organization_id_fkey
        FOREIGN KEY (changed_by, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (changed_by),
    CONSTRAINT deal_stage_history_stages_differ_check CHECK (from_stage <> to_stage),
    CONSTRAINT deal_stage_history_time_in_stage_not_negative_check
        CHECK (time_in_stage >= interval '0')
);

COMMENT ON TABLE crm.deal_stage_history IS
    'Each change of a deal''s stage, written by trigger; applications can only read it.';
COMMENT ON COLUMN crm.deal_stage_history.from_stage IS
    'NULL for the stage that the deal began in.';
COMMENT ON COLUMN crm.deal_stage_history.changed_by IS
    'app.current_user_id of who changed it; NULL when it was not set, or names no user of the '
    'organization.';
COMMENT ON COLUMN crm.deal_stage_history.time_in_stage IS
    'How long the deal was in from_stage.';
COMMENT ON COLUMN crm.deal_stage_history.deal_value IS
    'The value of the deal at that time.';

CREATE INDEX deal_stage_history_deal_id_changed_at_idx
    ON crm.deal_stage_history (deal_id, changed_at DESC);
CREATE INDEX deal_stage_history_organization_id_changed_at_idx
    ON crm.deal_stage_history (organization_id, changed_at DESC);
CREATE INDEX deal_stage_history_changed_by_idx ON crm.deal_stage_history (changed_by);

-- SECURITY DEFINER: what applications can only read, they cannot forge. The rows they hand over
-- are those that their own policy let through.
CREATE FUNCTION crm.log_deal_stage_change()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    organizations uuid[];
    deals uuid[];
    from_stages text[];
    to_stages text[];
    times timestamptz[];
    stays interval[];
    deal_values numeric[];
BEGIN
    -- In one query, before another table is touched.
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(n.organization_id), array_agg(n.id), array_agg(n.stage),
            array_agg(n.stage_changed_at), array_agg(n.value)
        INTO organizations, deals, to_stages, times, deal_values
        FROM new_rows AS n;
    ELSE
        -- A full join is never a nested loop: the plan is kept for the session, and what was
        -- made for one row would take hours for a hundred thousand.
        SELECT array_agg(n.organization_id), array_agg(n.id), array_agg(o.stage),
            array_agg(n.stage), array_agg(n.stage_changed_at),
            array_agg(n.stage_changed_at - o.stage_changed_at), array_agg(n.value)
        INTO organizations, deals, from_stages, to_stages, times, stays, deal_values
        FROM old_rows AS o
        FULL JOIN new_rows AS n ON n.id = o.id
        WHERE o.stage IS DISTINCT FROM n.stage;
    END IF;

    IF deals IS NOT NULL THEN
        INSERT INTO crm.deal_stage_history (
            organization_id, deal_id, from_stage, to_stage, changed_by, changed_at,
            time_in_stage, deal_value
        )
        SELECT c.organization_id, c.deal_id, c.from_stage, c.to_stage, u.id, c.at, c.stay, c.value
        FROM unnest(organizations, deals, from_stages, to_stages, times, stays, deal_values)
            AS c (organization_id, deal_id, from_stage, to_stage, at, stay, value)
        -- A user of another organization, such as an administrator, cannot be named.
        LEFT JOIN users.users AS u
            ON u.id = users.current_user_id() AND u.organization_id = c.organization_id;
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION crm.log_deal_stage_change() IS
    'Trigger on deals, for each statement: writes the stages they begin in and move to.';

REVOKE ALL ON FUNCTION crm.log_deal_stage_change() FROM PUBLIC;

CREATE TRIGGER log_new_deal_stage
    AFTER INSERT ON crm.deals
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.log_deal_stage_change();

CREATE TRIGGER log_deal_stage_change
    AFTER UPDATE ON crm.deals
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.log_deal_stage_change();

CREATE TRIGGER update_deal_stage_history_updated_at
    BEFORE UPDATE ON crm.deal_stage_history
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.deal_stage_history ENABLE ROW LEVEL SECURITY;

CREATE POLICY deal_stage_history_tenant_policy ON crm.deal_stage_history
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT ON crm.deal_stage_history TO crm_app, crm_readonly;
