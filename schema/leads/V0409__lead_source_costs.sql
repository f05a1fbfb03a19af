-- leads: what the sources of leads cost, by month.
--
-- Needs: utilities V0102 (uuid_generate_v4); triggers V0201; users V0303; V0401.
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign key.

CREATE FUNCTION leads.fill_organization_of_user()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- The session's, if it has one: then the foreign key says whether the user belongs to it.
    NEW.organization_id := coalesce(
        users.current_organization_id(),
        (SELECT u.organization_id FROM users.users AS u WHERE u.id = NEW.user_id)
    );
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION leads.fill_organization_of_user() IS
    'Trigger, for tables that belong to a user: fills organization_id from the session, else '
    'from the user.';

REVOKE ALL ON FUNCTION leads.fill_organization_of_user() FROM PUBLIC;

CREATE TABLE leads.lead_source_costs (
    id              uuid          NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id         uuid          NOT NULL,
    organization_id uuid          NOT NULL,
    source          varchar(100)  NOT NULL,
    period          varchar(7)    NOT NULL,
    cost_usd        numeric(10,2) NOT NULL,
    created_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT lead_source_costs_pkey PRIMARY KEY (id),
    -- With the organization: another's row cannot be run into, and so not be found out.
    CONSTRAINT lead_source_costs_user_id_organization_id_source_period_key
        UNIQUE (user_id, organization_id, source, period),
    CONSTRAINT lead_source_costs_user_id_organization_id_fkey
        FOREIGN KEY (user_id, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT lead_source_costs_period_month_check
        CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    CONSTRAINT lead_source_costs_cost_usd_not_negative_check
        CHECK (cost_usd >= 0 AND cost_usd < 'NaN')
);

COMMENT ON TABLE leads.lead_source_costs IS
    'What a user paid for the leads of a source in a month.';
COMMENT ON COLUMN leads.lead_source_costs.source IS
    'As in leads.leads.source.';
COMMENT ON COLUMN leads.lead_source_costs.period IS
    'The month, as YYYY-MM.';

CREATE INDEX lead_source_costs_organization_id_idx
    ON leads.lead_source_costs (organization_id);

CREATE TRIGGER fill_organization_of_user
    BEFORE INSERT ON leads.lead_source_costs
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_user();

CREATE TRIGGER update_lead_source_costs_updated_at
    BEFORE UPDATE ON leads.lead_source_costs
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE leads.lead_source_costs ENABLE ROW LEVEL SECURITY;

CREATE POLICY lead_source_costs_tenant_policy ON leads.lead_source_costs
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON leads.lead_source_costs TO crm_app;
GRANT SELECT ON leads.lead_source_costs TO crm_readonly;
