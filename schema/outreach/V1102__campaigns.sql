-- outreach: campaigns.
--
-- Needs: utilities V0102 (uuid_generate_v4); triggers V0201; users V0303; V1101.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations and users.users, for the foreign keys.

CREATE TABLE outreach.campaigns (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    name            varchar(255),
    status          varchar(50)  NOT NULL DEFAULT 'draft',
    config          jsonb,
    created_by      uuid,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT campaigns_pkey PRIMARY KEY (id),
    -- For foreign keys that also say that both rows belong to one organization.
    CONSTRAINT campaigns_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT campaigns_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT campaigns_created_by_organization_id_fkey
        FOREIGN KEY (created_by, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (created_by)
);

COMMENT ON TABLE outreach.campaigns IS
    'A sequence of mails to a list of leads.';
COMMENT ON COLUMN outreach.campaigns.status IS
    'Its mails are sent while this is active.';
COMMENT ON COLUMN outreach.campaigns.config IS
    'Sequences, settings and the like, as the application defines them.';

CREATE INDEX campaigns_organization_id_status_idx ON outreach.campaigns (organization_id, status);
CREATE INDEX campaigns_created_by_idx ON outreach.campaigns (created_by);

CREATE TRIGGER update_campaigns_updated_at
    BEFORE UPDATE ON outreach.campaigns
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE outreach.campaigns ENABLE ROW LEVEL SECURITY;

CREATE POLICY campaigns_tenant_policy ON outreach.campaigns
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON outreach.campaigns TO crm_app;
GRANT SELECT ON outreach.campaigns TO crm_readonly;
