-- outreach: leads, the people who are written to.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0104 (is_valid_email); triggers V0201; users V0303;
--   V1102.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, for the foreign key.

CREATE TABLE outreach.leads (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    campaign_id     uuid,
    email           varchar(255) NOT NULL,
    first_name      varchar(100),
    last_name       varchar(100),
    company         varchar(255),
    data            jsonb        DEFAULT '{}',
    status          varchar(50)  NOT NULL DEFAULT 'active',
    tags            text[],
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT leads_pkey PRIMARY KEY (id),
    -- For foreign keys that also say that both rows belong to one organization.
    CONSTRAINT leads_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT leads_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT leads_campaign_id_organization_id_fkey
        FOREIGN KEY (campaign_id, organization_id)
        REFERENCES outreach.campaigns (id, organization_id) ON DELETE SET NULL (campaign_id),
    CONSTRAINT leads_email_format_check
        CHECK (utilities.is_valid_email(email) AND email = lower(email COLLATE "C"))
);

COMMENT ON TABLE outreach.leads IS
    'A person who is written to in a campaign. Deleting one deletes its mails and activities; '
    'that its address unsubscribed stays known.';
COMMENT ON COLUMN outreach.leads.email IS
    'In lower case. The same address may be a lead of several campaigns.';
COMMENT ON COLUMN outreach.leads.data IS
    'The organization''s own fields.';
COMMENT ON COLUMN outreach.leads.status IS
    'Mails are sent while this is active. A reply makes it replied, a bounce bounced.';

CREATE INDEX leads_organization_id_email_idx ON outreach.leads (organization_id, email);
CREATE INDEX leads_campaign_id_status_idx ON outreach.leads (campaign_id, status);
CREATE INDEX leads_data_idx ON outreach.leads USING gin (data jsonb_path_ops);
CREATE INDEX leads_tags_idx ON outreach.leads USING gin (tags);

-- Cleaning costs as much as the rest of an import: only where there is something but printable
-- ASCII without capitals.
CREATE TRIGGER normalize_lead_email
    BEFORE INSERT OR UPDATE OF email ON outreach.leads
    FOR EACH ROW WHEN ((NEW.email COLLATE "C") ~ '[^!-@[-~]')
    EXECUTE FUNCTION outreach.normalize_email_column();

CREATE TRIGGER update_leads_updated_at
    BEFORE UPDATE ON outreach.leads
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE outreach.leads ENABLE ROW LEVEL SECURITY;

CREATE POLICY leads_tenant_policy ON outreach.leads
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON outreach.leads TO crm_app;
GRANT SELECT ON outreach.leads TO crm_readonly;
