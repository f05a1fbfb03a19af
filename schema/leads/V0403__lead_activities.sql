-- leads: what was done with a lead.
--
-- Needs: utilities V0102 (uuid_generate_v4); users V0303; V0402.
-- Locks: SHARE ROW EXCLUSIVE on users.users and leads.leads, for the foreign keys.

CREATE TABLE leads.lead_activities (
    id              uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    lead_id         uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    user_id         uuid,
    activity_type   varchar(50) NOT NULL,
    description     text,
    metadata        jsonb       DEFAULT '{}',
    occurred_at     timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT lead_activities_pkey PRIMARY KEY (id),
    CONSTRAINT lead_activities_lead_id_organization_id_fkey
        FOREIGN KEY (lead_id, organization_id)
        REFERENCES leads.leads (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT lead_activities_user_id_organization_id_fkey
        FOREIGN KEY (user_id, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (user_id)
);

COMMENT ON TABLE leads.lead_activities IS
    'A call, e-mail, meeting, note or other contact with a lead.';
COMMENT ON COLUMN leads.lead_activities.organization_id IS
    'The organization of the lead; filled from it.';
COMMENT ON COLUMN leads.lead_activities.user_id IS
    'Who did it; NULL for the system, or one who has left.';
COMMENT ON COLUMN leads.lead_activities.activity_type IS
    'What it was, as the application names it: call, email, sms, meeting, note.';

CREATE INDEX lead_activities_lead_id_occurred_at_idx
    ON leads.lead_activities (lead_id, occurred_at DESC);
CREATE INDEX lead_activities_user_id_idx ON leads.lead_activities (user_id);
CREATE INDEX lead_activities_organization_id_occurred_at_idx
    ON leads.lead_activities (organization_id, occurred_at);

CREATE TRIGGER fill_organization_of_lead
    BEFORE INSERT ON leads.lead_activities
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_lead();

CREATE TRIGGER update_lead_activities_updated_at
    BEFORE UPDATE ON leads.lead_activities
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE leads.lead_activities ENABLE ROW LEVEL SECURITY;

CREATE POLICY lead_activities_tenant_policy ON leads.lead_activities
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON leads.lead_activities TO crm_app;
GRANT SELECT ON leads.lead_activities TO crm_readonly;
