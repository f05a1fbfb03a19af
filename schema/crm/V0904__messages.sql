-- crm: messages, the SMS and MMS with contacts.
--
-- Needs: utilities V0104 (is_e164); triggers V0201; users V0303; V0903.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, users.users, crm.contacts and
-- crm.conversations, for the foreign keys.

CREATE FUNCTION crm.is_phone_or_short_code(phone text)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN utilities.is_e164(phone) OR (phone COLLATE "C") ~ '^[0-9]{3,8}$';

COMMENT ON FUNCTION crm.is_phone_or_short_code(text) IS
    'Whether the text is a phone number in E.164 form, or a short code as mass senders have.';

REVOKE ALL ON FUNCTION crm.is_phone_or_short_code(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.is_phone_or_short_code(text) TO crm_app;

CREATE TABLE crm.messages (
    id              uuid          NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid          NOT NULL DEFAULT users.current_organization_id(),
    contact_id      uuid,
    conversation_id uuid,
    sent_by         uuid,
    channel         varchar(10)   NOT NULL DEFAULT 'sms',
    direction       varchar(10)   NOT NULL,
    status          varchar(20)   NOT NULL DEFAULT 'queued',
    from_number     varchar(20),
    to_number       varchar(20),
    body            text,
    media_urls      text[]        NOT NULL DEFAULT '{}',
    segments        smallint      NOT NULL DEFAULT 1,
    external_id     varchar(255),
    error_code      varchar(50),
    error_message   text,
    cost            numeric(10,4),
    sent_at         timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    delivered_at    timestamptz,
    read_at         timestamptz,
    metadata        jsonb         NOT NULL DEFAULT '{}',
    created_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    is_unread       boolean       GENERATED ALWAYS AS (
        direction = 'inbound' AND read_at IS NULL
    ) STORED,

    CONSTRAINT messages_pkey PRIMARY KEY (id),
    CONSTRAINT messages_organization_id_external_id_key UNIQUE (organization_id, external_id),
    CONSTRAINT messages_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT messages_contact_id_organization_id_fkey
        FOREIGN KEY (contact_id, organization_id)
        REFERENCES crm.contacts (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT messages_conversation_id_organization_id_fkey
        FOREIGN KEY (conversation_id, organization_id)
        REFERENCES crm.conversations (id, organization_id) ON DELETE SET NULL (conversation_id),
    CONSTRAINT messages_sent_by_organization_id_fkey
        FOREIGN KEY (sent_by, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (sent_by),
    CONSTRAINT messages_channel_check CHECK (channel IN ('sms', 'mms')),
    CONSTRAINT messages_direction_check CHECK (direction IN ('inbound', 'outbound')),
    CONSTRAINT messages_status_check CHECK (status IN (
        'queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'received'
    )),
    CONSTRAINT messages_from_number_format_check
        CHECK (crm.is_phone_or_short_code(from_number)),
    CONSTRAINT messages_to_number_format_check CHECK (crm.is_phone_or_short_code(to_number)),
    CONSTRAINT messages_has_content_check CHECK (body IS NOT NULL OR media_urls <> '{}'),
    CONSTRAINT messages_segments_positive_check CHECK (segments > 0),
    CONSTRAINT messages_cost_not_negative_check CHECK (cost >= 0 AND cost < 'NaN'),
    CONSTRAINT messages_delivered_after_sending_check CHECK (delivered_at >= sent_at),
    CONSTRAINT messages_read_after_sending_check CHECK (read_at >= sent_at)
);

COMMENT ON TABLE crm.messages IS
    'An SMS or MMS from or to a contact.';
COMMENT ON COLUMN crm.messages.contact_id IS
    'NULL while nobody knows whose number it is.';
COMMENT ON COLUMN crm.messages.sent_by IS
    'The user who wrote it; NULL when it is inbound, or was sent by a program.';
COMMENT ON COLUMN crm.messages.external_id IS
    'The provider''s id: a webhook that comes twice is refused the second time.';
COMMENT ON COLUMN crm.messages.sent_at IS
    'When it was sent, received, or handed over to be sent.';
COMMENT ON COLUMN crm.messages.read_at IS
    'When a user read it.';
COMMENT ON COLUMN crm.messages.is_unread IS
    'Inbound, and not read.';

CREATE INDEX messages_organization_id_sent_at_idx
    ON crm.messages (organization_id, sent_at DESC);
CREATE INDEX messages_organization_id_status_sent_at_idx
    ON crm.messages (organization_id, status, sent_at DESC);
CREATE INDEX messages_organization_id_unread_idx
    ON crm.messages (organization_id, sent_at DESC) WHERE is_unread;
CREATE INDEX messages_contact_id_sent_at_idx ON crm.messages (contact_id, sent_at DESC);
-- The last one of a conversation is found here, whichever of two at one moment it is.
CREATE INDEX messages_conversation_id_sent_at_idx
    ON crm.messages (conversation_id, sent_at DESC, id DESC);
CREATE INDEX messages_sent_by_idx ON crm.messages (sent_by) WHERE sent_by IS NOT NULL;

CREATE TRIGGER update_messages_updated_at
    BEFORE UPDATE ON crm.messages
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.messages ENABLE ROW LEVEL SECURITY;

CREATE POLICY messages_tenant_policy ON crm.messages
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON crm.messages TO crm_app;
GRANT SELECT ON crm.messages TO crm_readonly;
