-- crm: conversations, the threads that messages, calls and e-mails belong to.
--
-- Needs: triggers V0201; users V0303; V0901.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, users.users and crm.contacts, for the
-- foreign keys.

CREATE TABLE crm.conversations (
    id                     uuid         NOT NULL DEFAULT gen_random_uuid(),
    organization_id        uuid         NOT NULL DEFAULT users.current_organization_id(),
    contact_id             uuid         NOT NULL,
    assigned_to            uuid,
    subject                varchar(255),
    status                 varchar(20)  NOT NULL DEFAULT 'open',
    priority               varchar(10)  NOT NULL DEFAULT 'medium',
    labels                 text[]       NOT NULL DEFAULT '{}',
    message_count          integer      NOT NULL DEFAULT 0,
    call_count             integer      NOT NULL DEFAULT 0,
    email_count            integer      NOT NULL DEFAULT 0,
    unread_count           integer      NOT NULL DEFAULT 0,
    last_message_at        timestamptz,
    last_message_channel   varchar(10),
    last_message_direction varchar(10),
    last_message_preview   varchar(160),
    metadata               jsonb        NOT NULL DEFAULT '{}',
    created_at             timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at             timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT conversations_pkey PRIMARY KEY (id),
    CONSTRAINT conversations_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT conversations_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT conversations_contact_id_organization_id_fkey
        FOREIGN KEY (contact_id, organization_id)
        REFERENCES crm.contacts (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT conversations_assigned_to_organization_id_fkey
        FOREIGN KEY (assigned_to, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (assigned_to),
    CONSTRAINT conversations_status_check
        CHECK (status IN ('open', 'waiting', 'snoozed', 'closed')),
    CONSTRAINT conversations_priority_check
        CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    CONSTRAINT conversations_message_count_not_negative_check CHECK (message_count >= 0),
    CONSTRAINT conversations_call_count_not_negative_check CHECK (call_count >= 0),
    CONSTRAINT conversations_email_count_not_negative_check CHECK (email_count >= 0),
    CONSTRAINT conversations_unread_count_check
        CHECK (unread_count BETWEEN 0 AND message_count + call_count + email_count)
);

COMMENT ON TABLE crm.conversations IS
    'A thread with a contact, over all channels. Its statistics are kept by triggers on messages, '
    'calls and emails; applications cannot write them.';
COMMENT ON COLUMN crm.conversations.unread_count IS
    'Inbound messages and e-mails not read, and missed calls not seen.';
COMMENT ON COLUMN crm.conversations.last_message_at IS
    'When the last message, call or e-mail was; NULL while there is none.';
COMMENT ON COLUMN crm.conversations.last_message_channel IS
    'sms, mms, call or email.';
COMMENT ON COLUMN crm.conversations.last_message_preview IS
    'The first 160 characters of the message, the subject of the e-mail, or the summary of the '
    'call.';

CREATE INDEX conversations_organization_id_last_message_at_idx
    ON crm.conversations (organization_id, last_message_at DESC);
CREATE INDEX conversations_organization_id_status_last_message_at_idx
    ON crm.conversations (organization_id, status, last_message_at DESC)
    WHERE status <> 'closed';
CREATE INDEX conversations_organization_id_unread_idx
    ON crm.conversations (organization_id, last_message_at DESC) WHERE unread_count > 0;
CREATE INDEX conversations_contact_id_last_message_at_idx
    ON crm.conversations (contact_id, last_message_at DESC);
CREATE INDEX conversations_assigned_to_status_idx ON crm.conversations (assigned_to, status);
CREATE INDEX conversations_labels_idx ON crm.conversations USING gin (labels);

CREATE TRIGGER update_conversations_updated_at
    BEFORE UPDATE ON crm.conversations
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.conversations ENABLE ROW LEVEL SECURITY;

CREATE POLICY conversations_tenant_policy ON crm.conversations
    USING (organization_id = (SELECT users.current_organization_id()));

-- Everything but the statistics may be written.
GRANT SELECT, DELETE ON crm.conversations TO crm_app;
GRANT INSERT (
    id, organization_id, contact_id, assigned_to, subject, status, priority, labels, metadata,
    created_at, updated_at
), UPDATE (
    id, organization_id, contact_id, assigned_to, subject, status, priority, labels, metadata,
    created_at, updated_at
) ON crm.conversations TO crm_app;
GRANT SELECT ON crm.conversations TO crm_readonly;
