-- crm: e-mails with contacts, and whether they were opened.
--
-- Needs: utilities V0104 (is_valid_email); triggers V0201; users V0303; V0903.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, users.users, crm.contacts and
-- crm.conversations, for the foreign keys.

CREATE FUNCTION crm.are_valid_emails(addresses text[])
    RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (
        SELECT coalesce(bool_and(coalesce(utilities.is_valid_email(a.address), false)), true)
        FROM unnest(addresses) AS a (address)
    );

COMMENT ON FUNCTION crm.are_valid_emails(text[]) IS
    'Whether each element is an e-mail address; true when there is none.';

REVOKE ALL ON FUNCTION crm.are_valid_emails(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.are_valid_emails(text[]) TO crm_app;

CREATE TABLE crm.emails (
    id              uuid         NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    contact_id      uuid,
    conversation_id uuid,
    sent_by         uuid,
    direction       varchar(10)  NOT NULL,
    status          varchar(20)  NOT NULL DEFAULT 'queued',
    from_address    varchar(255) NOT NULL,
    to_addresses    text[]       NOT NULL,
    cc_addresses    text[]       NOT NULL DEFAULT '{}',
    bcc_addresses   text[]       NOT NULL DEFAULT '{}',
    subject         varchar(998),
    body_text       text,
    body_html       text,
    message_id      varchar(998),
    in_reply_to     varchar(998),
    labels          text[]       NOT NULL DEFAULT '{}',
    open_count      integer      NOT NULL DEFAULT 0,
    click_count     integer      NOT NULL DEFAULT 0,
    error_message   text,
    sent_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    opened_at       timestamptz,
    clicked_at      timestamptz,
    read_at         timestamptz,
    metadata        jsonb        NOT NULL DEFAULT '{}',
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    is_unread       boolean      GENERATED ALWAYS AS (
        direction = 'inbound' AND read_at IS NULL
    ) STORED,

    CONSTRAINT emails_pkey PRIMARY KEY (id),
    CONSTRAINT emails_organization_id_message_id_key UNIQUE (organization_id, message_id),
    CONSTRAINT emails_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT emails_contact_id_organization_id_fkey
        FOREIGN KEY (contact_id, organization_id)
        REFERENCES crm.contacts (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT emails_conversation_id_organization_id_fkey
        FOREIGN KEY (conversation_id, organization_id)
        REFERENCES crm.conversations (id, organization_id) ON DELETE SET NULL (conversation_id),
    CONSTRAINT emails_sent_by_organization_id_fkey
        FOREIGN KEY (sent_by, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (sent_by),
    CONSTRAINT emails_direction_check CHECK (direction IN ('inbound', 'outbound')),
    CONSTRAINT emails_status_check CHECK (status IN (
        'queued', 'sent', 'delivered', 'opened', 'clicked', 'bounced', 'complained', 'failed',
        'received'
    )),
    CONSTRAINT emails_from_address_format_check CHECK (utilities.is_valid_email(from_address)),
    CONSTRAINT emails_to_addresses_format_check
        CHECK (to_addresses <> '{}' AND crm.are_valid_emails(to_addresses)),
    CONSTRAINT emails_cc_addresses_format_check CHECK (crm.are_valid_emails(cc_addresses)),
    CONSTRAINT emails_bcc_addresses_format_check CHECK (crm.are_valid_emails(bcc_addresses)),
    CONSTRAINT emails_open_count_not_negative_check CHECK (open_count >= 0),
    CONSTRAINT emails_click_count_not_negative_check CHECK (click_count >= 0),
    CONSTRAINT emails_opened_after_sending_check CHECK (opened_at >= sent_at),
    CONSTRAINT emails_clicked_after_sending_check CHECK (clicked_at >= sent_at),
    CONSTRAINT emails_read_after_sending_check CHECK (read_at >= sent_at)
);

COMMENT ON TABLE crm.emails IS
    'An e-mail from or to a contact.';
COMMENT ON COLUMN crm.emails.contact_id IS
    'NULL while nobody knows whose address it is.';
COMMENT ON COLUMN crm.emails.sent_by IS
    'The user who wrote it; NULL when it is inbound, or was sent by a program.';
COMMENT ON COLUMN crm.emails.message_id IS
    'The header Message-ID: an e-mail that is fetched twice is refused the second time.';
COMMENT ON COLUMN crm.emails.in_reply_to IS
    'The Message-ID of the e-mail that this one answers.';
COMMENT ON COLUMN crm.emails.sent_at IS
    'When it was sent, received, or handed over to be sent.';
COMMENT ON COLUMN crm.emails.opened_at IS
    'When the contact first opened it, as clicked_at is the first click.';
COMMENT ON COLUMN crm.emails.read_at IS
    'When a user read it.';
COMMENT ON COLUMN crm.emails.is_unread IS
    'Inbound, and not read.';

CREATE INDEX emails_organization_id_sent_at_idx ON crm.emails (organization_id, sent_at DESC);
CREATE INDEX emails_organization_id_status_sent_at_idx
    ON crm.emails (organization_id, status, sent_at DESC);
CREATE INDEX emails_organization_id_unread_idx
    ON crm.emails (organization_id, sent_at DESC) WHERE is_unread;
CREATE INDEX emails_contact_id_sent_at_idx ON crm.emails (contact_id, sent_at DESC);
CREATE INDEX emails_conversation_id_sent_at_idx
    ON crm.emails (conversation_id, sent_at DESC, id DESC);
CREATE INDEX emails_sent_by_idx ON crm.emails (sent_by) WHERE sent_by IS NOT NULL;
CREATE INDEX emails_labels_idx ON crm.emails USING gin (labels);

CREATE TRIGGER update_emails_updated_at
    BEFORE UPDATE ON crm.emails
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.emails ENABLE ROW LEVEL SECURITY;

CREATE POLICY emails_tenant_policy ON crm.emails
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON crm.emails TO crm_app;
GRANT SELECT ON crm.emails TO crm_readonly;
