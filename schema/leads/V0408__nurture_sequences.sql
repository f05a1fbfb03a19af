-- leads: nurture sequences, and the leads that go through them.
--
-- Needs: utilities V0102 (uuid_generate_v4); triggers V0201; users V0302; V0402.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations and leads.leads, for the foreign keys.

CREATE TABLE leads.nurture_sequences (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    name            varchar(255) NOT NULL,
    description     text,
    steps           jsonb        NOT NULL DEFAULT '[]',
    active          boolean      NOT NULL DEFAULT true,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT nurture_sequences_pkey PRIMARY KEY (id),
    CONSTRAINT nurture_sequences_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT nurture_sequences_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE CASCADE,
    CONSTRAINT nurture_sequences_steps_array_check CHECK (jsonb_typeof(steps) = 'array')
);

COMMENT ON TABLE leads.nurture_sequences IS
    'Messages that are sent to a lead one after the other until it is ready to buy.';
COMMENT ON COLUMN leads.nurture_sequences.steps IS
    'In order: [{"step": 1, "delay_days": 0, "channel": "sms", "template_id": "…"}, …].';
COMMENT ON COLUMN leads.nurture_sequences.active IS
    'Whether leads may be enrolled.';

CREATE TABLE leads.lead_sequence_enrollments (
    id                     uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    lead_id                uuid        NOT NULL,
    sequence_id            uuid        NOT NULL,
    organization_id        uuid        NOT NULL,
    current_step           integer     NOT NULL DEFAULT 0,
    status                 varchar(20) NOT NULL DEFAULT 'active',
    enrolled_at            timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    next_step_scheduled_at timestamptz,
    updated_at             timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT lead_sequence_enrollments_pkey PRIMARY KEY (id),
    CONSTRAINT lead_sequence_enrollments_lead_id_organization_id_fkey
        FOREIGN KEY (lead_id, organization_id)
        REFERENCES leads.leads (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT lead_sequence_enrollments_sequence_id_organization_id_fkey
        FOREIGN KEY (sequence_id, organization_id)
        REFERENCES leads.nurture_sequences (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT lead_sequence_enrollments_current_step_not_negative_check
        CHECK (current_step >= 0),
    CONSTRAINT lead_sequence_enrollments_status_check
        CHECK (status IN ('active', 'paused', 'completed', 'cancelled'))
);

COMMENT ON TABLE leads.lead_sequence_enrollments IS
    'How far a lead is in a sequence.';
COMMENT ON COLUMN leads.lead_sequence_enrollments.organization_id IS
    'The organization of the lead, and so of the sequence; filled from the lead.';
COMMENT ON COLUMN leads.lead_sequence_enrollments.current_step IS
    'The last step that was done; 0 before the first one.';
COMMENT ON COLUMN leads.lead_sequence_enrollments.next_step_scheduled_at IS
    'When the next step is due; NULL when there is none.';

CREATE INDEX nurture_sequences_organization_id_idx
    ON leads.nurture_sequences (organization_id);
CREATE INDEX lead_sequence_enrollments_lead_id_idx
    ON leads.lead_sequence_enrollments (lead_id);
CREATE INDEX lead_sequence_enrollments_sequence_id_idx
    ON leads.lead_sequence_enrollments (sequence_id);
CREATE INDEX lead_sequence_enrollments_organization_id_idx
    ON leads.lead_sequence_enrollments (organization_id);

CREATE INDEX idx_enrollments_next_step
    ON leads.lead_sequence_enrollments (next_step_scheduled_at)
    WHERE status = 'active';

-- Enrolled twice at once, a lead would get each message twice. With the organization: another's
-- row cannot be run into, and so not be found out.
CREATE UNIQUE INDEX lead_sequence_enrollments_lead_id_sequence_id_active_key
    ON leads.lead_sequence_enrollments (lead_id, sequence_id, organization_id)
    WHERE status = 'active';

CREATE TRIGGER fill_organization_of_lead
    BEFORE INSERT ON leads.lead_sequence_enrollments
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_lead();

CREATE TRIGGER update_nurture_sequences_updated_at
    BEFORE UPDATE ON leads.nurture_sequences
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TRIGGER update_lead_sequence_enrollments_updated_at
    BEFORE UPDATE ON leads.lead_sequence_enrollments
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE leads.nurture_sequences ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads.lead_sequence_enrollments ENABLE ROW LEVEL SECURITY;

CREATE POLICY nurture_sequences_tenant_policy ON leads.nurture_sequences
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY lead_sequence_enrollments_tenant_policy ON leads.lead_sequence_enrollments
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE
    ON leads.nurture_sequences, leads.lead_sequence_enrollments TO crm_app;
GRANT SELECT ON leads.nurture_sequences, leads.lead_sequence_enrollments TO crm_readonly;
