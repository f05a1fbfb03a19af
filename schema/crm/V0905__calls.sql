-- crm: calls, with their duration and how they ended.
--
-- Needs: utilities V0104 (is_e164); triggers V0201; users V0303; V0903.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, users.users, crm.contacts and
-- crm.conversations, for the foreign keys.

CREATE TABLE crm.calls (
    id               uuid          NOT NULL DEFAULT gen_random_uuid(),
    organization_id  uuid          NOT NULL DEFAULT users.current_organization_id(),
    contact_id       uuid,
    conversation_id  uuid,
    handled_by       uuid,
    direction        varchar(10)   NOT NULL,
    status           varchar(20)   NOT NULL DEFAULT 'queued',
    from_number      varchar(20),
    to_number        varchar(20),
    started_at       timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    answered_at      timestamptz,
    ended_at         timestamptz,
    seen_at          timestamptz,
    duration_seconds integer,
    outcome          varchar(50),
    recording_url    text,
    transcript       text,
    summary          text,
    notes            text,
    external_id      varchar(255),
    cost             numeric(10,4),
    metadata         jsonb         NOT NULL DEFAULT '{}',
    created_at       timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at       timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    is_unread        boolean       GENERATED ALWAYS AS (
        direction = 'inbound' AND status IN ('no_answer', 'voicemail') AND seen_at IS NULL
    ) STORED,

    CONSTRAINT calls_pkey PRIMARY KEY (id),
    CONSTRAINT calls_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT calls_organization_id_external_id_key UNIQUE (organization_id, external_id),
    CONSTRAINT calls_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT calls_contact_id_organization_id_fkey
        FOREIGN KEY (contact_id, organization_id)
        REFERENCES crm.contacts (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT calls_conversation_id_organization_id_fkey
        FOREIGN KEY (conversation_id, organization_id)
        REFERENCES crm.conversations (id, organization_id) ON DELETE SET NULL (conversation_id),
    CONSTRAINT calls_handled_by_organization_id_fkey
        FOREIGN KEY (handled_by, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (handled_by),
    CONSTRAINT calls_direction_check CHECK (direction IN ('inbound', 'outbound')),
    CONSTRAINT calls_status_check CHECK (status IN (
        'queued', 'ringing', 'in_progress', 'completed', 'no_answer', 'busy', 'voicemail',
        'failed', 'cancelled'
    )),
    CONSTRAINT calls_from_number_e164_check CHECK (utilities.is_e164(from_number)),
    CONSTRAINT calls_to_number_e164_check CHECK (utilities.is_e164(to_number)),
    CONSTRAINT calls_duration_seconds_not_negative_check CHECK (duration_seconds >= 0),
    CONSTRAINT calls_cost_not_negative_check CHECK (cost >= 0 AND cost < 'NaN'),
    CONSTRAINT calls_answered_after_start_check CHECK (answered_at >= started_at),
    CONSTRAINT calls_ended_after_start_check
        CHECK (ended_at >= greatest(started_at, answered_at)),
    CONSTRAINT calls_seen_after_start_check CHECK (seen_at >= started_at)
);

COMMENT ON TABLE crm.calls IS
    'A phone call with a contact. One that an assistant held is in vapi_calls too.';
COMMENT ON COLUMN crm.calls.contact_id IS
    'NULL while nobody knows whose number it is.';
COMMENT ON COLUMN crm.calls.handled_by IS
    'The user who called or answered; NULL for none.';
COMMENT ON COLUMN crm.calls.from_number IS
    'E.164; NULL when it was withheld.';
COMMENT ON COLUMN crm.calls.seen_at IS
    'When a user took note of a call that was missed.';
COMMENT ON COLUMN crm.calls.duration_seconds IS
    'As the provider counts it.';
COMMENT ON COLUMN crm.calls.outcome IS
    'What came of it, as the application defines it.';
COMMENT ON COLUMN crm.calls.external_id IS
    'The provider''s id: a webhook that comes twice is refused the second time.';
COMMENT ON COLUMN crm.calls.is_unread IS
    'Inbound, missed or gone to voicemail, and not seen.';

CREATE INDEX calls_organization_id_started_at_idx
    ON crm.calls (organization_id, started_at DESC);
CREATE INDEX calls_organization_id_status_started_at_idx
    ON crm.calls (organization_id, status, started_at DESC);
CREATE INDEX calls_organization_id_unread_idx
    ON crm.calls (organization_id, started_at DESC) WHERE is_unread;
CREATE INDEX calls_contact_id_started_at_idx ON crm.calls (contact_id, started_at DESC);
CREATE INDEX calls_conversation_id_started_at_idx
    ON crm.calls (conversation_id, started_at DESC, id DESC);
CREATE INDEX calls_handled_by_started_at_idx ON crm.calls (handled_by, started_at DESC);

CREATE TRIGGER update_calls_updated_at
    BEFORE UPDATE ON crm.calls
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.calls ENABLE ROW LEVEL SECURITY;

CREATE POLICY calls_tenant_policy ON crm.calls
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON crm.calls TO crm_app;
GRANT SELECT ON crm.calls TO crm_readonly;
