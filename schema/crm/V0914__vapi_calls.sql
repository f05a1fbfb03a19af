-- crm: calls that assistants held by VAPI, with what they cost and what came of them.
--
-- Needs: utilities V0104 (is_e164); triggers V0201; users V0302; V0901, V0905, V0913.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, crm.contacts, crm.calls, crm.assistants and
-- crm.phone_numbers, for the foreign keys.

CREATE TABLE crm.vapi_calls (
    id               uuid          NOT NULL DEFAULT gen_random_uuid(),
    organization_id  uuid          NOT NULL DEFAULT users.current_organization_id(),
    assistant_id     uuid,
    phone_number_id  uuid,
    contact_id       uuid,
    call_id          uuid,
    vapi_call_id     varchar(100)  NOT NULL,
    call_type        varchar(20)   NOT NULL DEFAULT 'outbound',
    status           varchar(20)   NOT NULL DEFAULT 'queued',
    ended_reason     varchar(100),
    customer_number  varchar(20),
    started_at       timestamptz,
    ended_at         timestamptz,
    duration_seconds integer,
    cost             numeric(10,4),
    cost_breakdown   jsonb         NOT NULL DEFAULT '{}',
    recording_url    text,
    transcript       text,
    summary          text,
    sentiment        varchar(10),
    is_successful    boolean,
    analysis         jsonb         NOT NULL DEFAULT '{}',
    metadata         jsonb         NOT NULL DEFAULT '{}',
    created_at       timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at       timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT vapi_calls_pkey PRIMARY KEY (id),
    CONSTRAINT vapi_calls_organization_id_vapi_call_id_key
        UNIQUE (organization_id, vapi_call_id),
    CONSTRAINT vapi_calls_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT vapi_calls_assistant_id_organization_id_fkey
        FOREIGN KEY (assistant_id, organization_id)
        REFERENCES crm.assistants (id, organization_id) ON DELETE SET NULL (assistant_id),
    CONSTRAINT vapi_calls_phone_number_id_organization_id_fkey
        FOREIGN KEY (phone_number_id, organization_id)
        REFERENCES crm.phone_numbers (id, organization_id) ON DELETE SET NULL (phone_number_id),
    CONSTRAINT vapi_calls_contact_id_organization_id_fkey
        FOREIGN KEY (contact_id, organization_id)
        REFERENCES crm.contacts (id, organization_id) ON DELETE SET NULL (contact_id),
    CONSTRAINT vapi_calls_call_id_organization_id_fkey FOREIGN KEY (call_id, organization_id)
        REFERENCES crm.calls (id, organization_id) ON DELETE SET NULL (call_id),
    CONSTRAINT vapi_calls_call_type_check CHECK (call_type IN ('inbound', 'outbound', 'web')),
    CONSTRAINT vapi_calls_status_check CHECK (status IN (
        'scheduled', 'queued', 'ringing', 'in_progress', 'forwarding', 'ended', 'failed'
    )),
    CONSTRAINT vapi_calls_customer_number_e164_check CHECK (utilities.is_e164(customer_number)),
    CONSTRAINT vapi_calls_duration_seconds_not_negative_check CHECK (duration_seconds >= 0),
    CONSTRAINT vapi_calls_cost_not_negative_check CHECK (cost >= 0 AND cost < 'NaN'),
    CONSTRAINT vapi_calls_sentiment_check
        CHECK (sentiment IN ('positive', 'neutral', 'negative')),
    CONSTRAINT vapi_calls_ended_after_start_check CHECK (ended_at >= started_at)
);

COMMENT ON TABLE crm.vapi_calls IS
    'A call that VAPI held for an assistant. It stays, with its cost, when the contact or the '
    'assistant is deleted.';
COMMENT ON COLUMN crm.vapi_calls.call_id IS
    'The same call in calls, with those that people held.';
COMMENT ON COLUMN crm.vapi_calls.vapi_call_id IS
    'Its id at VAPI: a webhook that comes twice is refused the second time.';
COMMENT ON COLUMN crm.vapi_calls.cost_breakdown IS
    'As VAPI gives it: transport, transcriber, model, voice.';
COMMENT ON COLUMN crm.vapi_calls.analysis IS
    'As VAPI gives it: structured data, success evaluation.';

CREATE INDEX vapi_calls_organization_id_started_at_idx
    ON crm.vapi_calls (organization_id, started_at DESC);
CREATE INDEX vapi_calls_organization_id_status_started_at_idx
    ON crm.vapi_calls (organization_id, status, started_at DESC);
CREATE INDEX vapi_calls_organization_id_in_progress_idx
    ON crm.vapi_calls (organization_id, created_at) WHERE status NOT IN ('ended', 'failed');
CREATE INDEX vapi_calls_assistant_id_started_at_idx
    ON crm.vapi_calls (assistant_id, started_at DESC);
CREATE INDEX vapi_calls_phone_number_id_idx ON crm.vapi_calls (phone_number_id);
CREATE INDEX vapi_calls_contact_id_started_at_idx ON crm.vapi_calls (contact_id, started_at DESC);
CREATE INDEX vapi_calls_call_id_idx ON crm.vapi_calls (call_id) WHERE call_id IS NOT NULL;

CREATE TRIGGER update_vapi_calls_updated_at
    BEFORE UPDATE ON crm.vapi_calls
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.vapi_calls ENABLE ROW LEVEL SECURITY;

CREATE POLICY vapi_calls_tenant_policy ON crm.vapi_calls
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON crm.vapi_calls TO crm_app;
GRANT SELECT ON crm.vapi_calls TO crm_readonly;
