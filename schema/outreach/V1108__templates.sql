-- outreach: templates of mails.
--
-- Needs: utilities V0102 (uuid_generate_v4); triggers V0201; users V0303; V1101.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations and users.users, for the foreign keys.

CREATE TABLE outreach.templates (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    name            varchar(255),
    category        varchar(100),
    subject         varchar(500),
    body            text,
    variables       jsonb        DEFAULT '{}',
    is_shared       boolean      NOT NULL DEFAULT false,
    created_by      uuid,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT templates_pkey PRIMARY KEY (id),
    CONSTRAINT templates_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT templates_created_by_organization_id_fkey
        FOREIGN KEY (created_by, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (created_by)
);

COMMENT ON TABLE outreach.templates IS
    'A mail to write others from.';
COMMENT ON COLUMN outreach.templates.variables IS
    'What the subject and the body leave open, with defaults, as the application defines them.';
COMMENT ON COLUMN outreach.templates.is_shared IS
    'Whether the application offers it to the colleagues of who made it. Other organizations '
    'never see it.';

CREATE INDEX templates_organization_id_category_idx
    ON outreach.templates (organization_id, category);
CREATE INDEX templates_created_by_idx ON outreach.templates (created_by);

CREATE TRIGGER update_templates_updated_at
    BEFORE UPDATE ON outreach.templates
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE outreach.templates ENABLE ROW LEVEL SECURITY;

CREATE POLICY templates_tenant_policy ON outreach.templates
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON outreach.templates TO crm_app;
GRANT SELECT ON outreach.templates TO crm_readonly;
