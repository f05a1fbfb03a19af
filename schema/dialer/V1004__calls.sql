-- dialer: calls, in and out.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201, users V0303, V1001, V1002, V1003.
-- Locks: SHARE ROW EXCLUSIVE on users.users, dialer.agents, contacts and call_campaigns, for the
-- foreign keys.

CREATE TABLE dialer.calls (
    id                    uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id               uuid         NOT NULL,
    agent_id              uuid         NOT NULL,
    contact_id            uuid,
    campaign_id           uuid,
    bolna_conversation_id varchar(255) NOT NULL,
    bolna_execution_id    varchar(255) NOT NULL,
    phone_number          varchar(50)  NOT NULL,
    call_source           varchar(20),
    caller_name           varchar(255),
    caller_email          varchar(255),
    lead_type             varchar(20),
    status                varchar(20)  NOT NULL DEFAULT 'initiated',
    duration_seconds      integer,
    recording_url         text,
    transcript            text,
    summary               text,
    sentiment             varchar(20),
    next_action           text,
    started_at            timestamptz,
    ended_at              timestamptz,
    created_at            timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at            timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    metadata              jsonb        DEFAULT '{}',
    from_number           varchar(50),
    to_number             varchar(50),

    CONSTRAINT calls_pkey PRIMARY KEY (id),
    CONSTRAINT calls_id_user_id_key UNIQUE (id, user_id),
    -- The documented index is that of the documented key.
    CONSTRAINT idx_calls_bolna_execution_id UNIQUE (bolna_execution_id),
    CONSTRAINT calls_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT calls_agent_id_user_id_fkey FOREIGN KEY (agent_id, user_id)
        REFERENCES dialer.agents (id, user_id) ON DELETE CASCADE,
    CONSTRAINT calls_contact_id_user_id_fkey FOREIGN KEY (contact_id, user_id)
        REFERENCES dialer.contacts (id, user_id) ON DELETE SET NULL (contact_id),
    CONSTRAINT calls_campaign_id_user_id_fkey FOREIGN KEY (campaign_id, user_id)
        REFERENCES dialer.call_campaigns (id, user_id) ON DELETE SET NULL (campaign_id),
    CONSTRAINT calls_call_source_check CHECK (call_source IN ('phone', 'internet', 'unknown')),
    CONSTRAINT calls_lead_type_check CHECK (lead_type IN ('inbound', 'outbound')),
    CONSTRAINT calls_status_check
        CHECK (status IN ('initiated', 'in-progress', 'completed', 'failed', 'busy', 'no-answer')),
    CONSTRAINT calls_sentiment_check
        CHECK (sentiment IN ('positive', 'neutral', 'negative', 'mixed'))
);

COMMENT ON TABLE dialer.calls IS
    'A call that an agent made or took, by telephone or over the internet.';
COMMENT ON COLUMN dialer.calls.campaign_id IS
    'The campaign that the call was made for; NULL for a direct or incoming call.';
COMMENT ON COLUMN dialer.calls.bolna_conversation_id IS
    'Groups calls that belong together at Bolna.ai.';
COMMENT ON COLUMN dialer.calls.bolna_execution_id IS
    'The call''s id at Bolna.ai.';
COMMENT ON COLUMN dialer.calls.phone_number IS
    'The number of the person at the other end.';
COMMENT ON COLUMN dialer.calls.call_source IS
    'Which way the call came; dialer.determine_call_source() tells it from the two numbers.';
COMMENT ON COLUMN dialer.calls.transcript IS
    'What was said, when it is short; long ones are in dialer.transcripts.';
COMMENT ON COLUMN dialer.calls.next_action IS
    'What the call has led to, or should lead to.';

CREATE INDEX idx_calls_user_agent_status ON dialer.calls (user_id, agent_id, status);
CREATE INDEX idx_calls_user_status_created ON dialer.calls (user_id, status, created_at DESC);
CREATE INDEX idx_calls_campaign_status ON dialer.calls (campaign_id, status)
    WHERE campaign_id IS NOT NULL;
CREATE INDEX calls_contact_id_idx ON dialer.calls (contact_id) WHERE contact_id IS NOT NULL;
-- A user's recent calls, of any status.
CREATE INDEX calls_user_id_created_at_idx ON dialer.calls (user_id, created_at DESC);
CREATE INDEX calls_metadata_idx ON dialer.calls USING gin (metadata jsonb_path_ops);

CREATE TRIGGER update_calls_updated_at
    BEFORE UPDATE ON dialer.calls
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE dialer.calls ENABLE ROW LEVEL SECURITY;

CREATE POLICY calls_tenant_policy ON dialer.calls
    USING (user_id = (SELECT users.current_user_id()));

-- By column: called_at and credits_used, V1018, are not for the application to write.
GRANT SELECT, DELETE ON dialer.calls TO crm_app;
GRANT INSERT (
    id, user_id, agent_id, contact_id, campaign_id, bolna_conversation_id, bolna_execution_id,
    phone_number, call_source, caller_name, caller_email, lead_type, status, duration_seconds,
    recording_url, transcript, summary, sentiment, next_action, started_at, ended_at,
    created_at, updated_at, metadata, from_number, to_number
), UPDATE (
    id, user_id, agent_id, contact_id, campaign_id, bolna_conversation_id, bolna_execution_id,
    phone_number, call_source, caller_name, caller_email, lead_type, status, duration_seconds,
    recording_url, transcript, summary, sentiment, next_action, started_at, ended_at,
    created_at, updated_at, metadata, from_number, to_number
) ON dialer.calls TO crm_app;
GRANT SELECT ON dialer.calls TO crm_readonly;

-- Contacts and calls refer to each other; this one had to wait.
ALTER TABLE dialer.contacts
    ADD CONSTRAINT contacts_auto_created_from_call_id_user_id_fkey
        FOREIGN KEY (auto_created_from_call_id, user_id)
        REFERENCES dialer.calls (id, user_id) ON DELETE SET NULL (auto_created_from_call_id);
