-- dialer: contacts, whom a user calls or is called by.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201, users V0303, V1001.
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign key.

CREATE TABLE dialer.contacts (
    id                        uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id                   uuid         NOT NULL,
    name                      varchar(255) NOT NULL,
    phone_number              varchar(50)  NOT NULL,
    email                     varchar(255),
    company                   varchar(255),
    notes                     text,
    is_auto_created           boolean      NOT NULL DEFAULT false,
    auto_creation_source      varchar(50),
    auto_created_from_call_id uuid,
    is_customer               boolean      NOT NULL DEFAULT false,
    not_connected             integer      NOT NULL DEFAULT 0,
    call_attempted_busy       integer      NOT NULL DEFAULT 0,
    call_attempted_no_answer  integer      NOT NULL DEFAULT 0,
    tags                      text[]       NOT NULL DEFAULT '{}',
    last_contact_at           timestamptz,
    city                      varchar(255),
    country                   varchar(255),
    business_context          text,
    created_at                timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at                timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT contacts_pkey PRIMARY KEY (id),
    CONSTRAINT contacts_id_user_id_key UNIQUE (id, user_id),
    -- The documented index is that of the documented key.
    CONSTRAINT idx_contacts_user_phone UNIQUE (user_id, phone_number),
    CONSTRAINT contacts_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    -- auto_created_from_call_id: V1004, which makes the calls.
    CONSTRAINT contacts_auto_creation_source_check
        CHECK (auto_creation_source IN ('webhook', 'manual', 'bulk_upload')),
    CONSTRAINT contacts_call_attempted_busy_check CHECK (call_attempted_busy >= 0),
    CONSTRAINT contacts_call_attempted_no_answer_check CHECK (call_attempted_no_answer >= 0)
);

COMMENT ON TABLE dialer.contacts IS
    'A person in a user''s directory, added by hand or when a call came in.';
COMMENT ON COLUMN dialer.contacts.auto_created_from_call_id IS
    'The call that the contact was made from; NULL when there is none, or it was deleted.';
COMMENT ON COLUMN dialer.contacts.is_customer IS
    'Whether the contact has become a customer; see dialer.customers.';
COMMENT ON COLUMN dialer.contacts.not_connected IS
    'How many calls were missed. This and the next two are counted by the application.';
COMMENT ON COLUMN dialer.contacts.call_attempted_busy IS
    'How many calls found the line busy.';
COMMENT ON COLUMN dialer.contacts.call_attempted_no_answer IS
    'How many calls nobody answered.';
COMMENT ON COLUMN dialer.contacts.last_contact_at IS
    'When the contact was last spoken to; set when a call is completed.';
COMMENT ON COLUMN dialer.contacts.business_context IS
    'What the agent should know about the contact''s business.';

CREATE INDEX idx_contacts_tags ON dialer.contacts USING gin (tags);
CREATE INDEX idx_contacts_last_contact ON dialer.contacts (user_id, last_contact_at DESC);
CREATE INDEX contacts_auto_created_from_call_id_idx
    ON dialer.contacts (auto_created_from_call_id)
    WHERE auto_created_from_call_id IS NOT NULL;

CREATE TRIGGER update_contacts_updated_at
    BEFORE UPDATE ON dialer.contacts
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE dialer.contacts ENABLE ROW LEVEL SECURITY;

CREATE POLICY contacts_tenant_policy ON dialer.contacts
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON dialer.contacts TO crm_app;
GRANT SELECT ON dialer.contacts TO crm_readonly;
