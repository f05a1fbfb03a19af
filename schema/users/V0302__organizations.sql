-- users: organizations, the tenants.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201, V0301.
-- Locks: nothing.

CREATE TABLE users.organizations (
    id         uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    name       varchar(255),
    plan_type  varchar(50)  DEFAULT 'free',
    settings   jsonb        DEFAULT '{}',
    created_at timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT organizations_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE users.organizations IS
    'A customer of the platform. What belongs to one is hidden from the others.';
COMMENT ON COLUMN users.organizations.plan_type IS
    'The plan the organization has booked.';
COMMENT ON COLUMN users.organizations.settings IS
    'The organization''s own settings, as the application defines them.';

CREATE TRIGGER update_organizations_updated_at
    BEFORE UPDATE ON users.organizations
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE users.organizations ENABLE ROW LEVEL SECURITY;

-- Without a setting there is no row to see. The owner of the table is not bound: migrations,
-- seeds and back-ups see everything.
CREATE POLICY organizations_tenant_policy ON users.organizations
    USING (id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON users.organizations TO crm_app;
GRANT SELECT ON users.organizations TO crm_readonly;
