-- leads: settings of an organization.
--
-- Needs: utilities V0102 (uuid_generate_v4); triggers V0201; users V0302; V0401.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, for the foreign key.

CREATE TABLE leads.system_config (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    config_key      varchar(100) NOT NULL,
    config_value    text,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT system_config_pkey PRIMARY KEY (id),
    CONSTRAINT system_config_organization_id_config_key_key
        UNIQUE (organization_id, config_key),
    CONSTRAINT system_config_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE CASCADE
);

COMMENT ON TABLE leads.system_config IS
    'Settings of an organization, by name. Not for passwords: whoever reads leads reads them.';

CREATE TRIGGER update_system_config_updated_at
    BEFORE UPDATE ON leads.system_config
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE leads.system_config ENABLE ROW LEVEL SECURITY;

CREATE POLICY system_config_tenant_policy ON leads.system_config
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON leads.system_config TO crm_app;
GRANT SELECT ON leads.system_config TO crm_readonly;
