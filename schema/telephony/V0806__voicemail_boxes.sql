-- telephony: voicemail contexts, and the boxes in them, which Asterisk reads as its realtime table
-- `voicemail`.
--
-- Needs: triggers V0201; users V0302 (organizations); V0803.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations and telephony.extensions, for the foreign keys.

CREATE TABLE telephony.voicemail_contexts (
    context         varchar(80) NOT NULL,
    organization_id uuid        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    -- Asterisk knows no organizations: a context is one organization's, and no other's.
    CONSTRAINT voicemail_contexts_pkey PRIMARY KEY (context),
    CONSTRAINT voicemail_contexts_context_organization_id_key UNIQUE (context, organization_id),
    CONSTRAINT voicemail_contexts_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT voicemail_contexts_context_not_empty_check CHECK (context <> '')
);

COMMENT ON TABLE telephony.voicemail_contexts IS
    'The voicemail contexts, and whose they are.';

CREATE INDEX voicemail_contexts_organization_id_idx
    ON telephony.voicemail_contexts (organization_id);

CREATE TABLE telephony.voicemail_boxes (
    uniqueid        bigint       GENERATED ALWAYS AS IDENTITY,
    organization_id uuid         NOT NULL,
    extension_id    uuid,
    context         varchar(80)  NOT NULL,
    mailbox         varchar(80)  NOT NULL,
    password        varchar(80)  NOT NULL,
    fullname        varchar(80),
    alias           varchar(80),
    email           text,
    pager           text,
    attach          varchar(3),
    attachfmt       varchar(10),
    serveremail     varchar(80),
    language        varchar(20),
    tz              varchar(30),
    deletevoicemail varchar(3),
    saycid          varchar(3),
    sendvoicemail   varchar(3),
    review          varchar(3),
    tempgreetwarn   varchar(3),
    operator        varchar(3),
    envelope        varchar(3),
    sayduration     integer,
    forcename       varchar(3),
    forcegreetings  varchar(3),
    callback        varchar(80),
    dialout         varchar(80),
    exitcontext     varchar(80),
    maxmsg          integer,
    volgain         numeric(5,2),
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT voicemail_boxes_pkey PRIMARY KEY (uniqueid),
    CONSTRAINT voicemail_boxes_uniqueid_organization_id_key UNIQUE (uniqueid, organization_id),
    -- How Asterisk finds a box. The organization follows from the context; with it in the key
    -- nobody learns which boxes are in another's context.
    CONSTRAINT voicemail_boxes_context_mailbox_organization_id_key
        UNIQUE (context, mailbox, organization_id),
    CONSTRAINT voicemail_boxes_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT voicemail_boxes_extension_id_organization_id_fkey
        FOREIGN KEY (extension_id, organization_id)
        REFERENCES telephony.extensions (id, organization_id) ON DELETE SET NULL (extension_id),
    CONSTRAINT voicemail_boxes_context_organization_id_fkey
        FOREIGN KEY (context, organization_id)
        REFERENCES telephony.voicemail_contexts (context, organization_id) ON DELETE RESTRICT,
    CONSTRAINT voicemail_boxes_mailbox_not_empty_check CHECK (mailbox <> ''),
    CONSTRAINT voicemail_boxes_password_pin_check
        CHECK ((password COLLATE "C") ~ '^-?[0-9]+$'),
    CONSTRAINT voicemail_boxes_yes_or_no_check CHECK (
        array_remove(
            ARRAY[
                attach, deletevoicemail, saycid, sendvoicemail, review, tempgreetwarn, operator,
                envelope, forcename, forcegreetings
            ]::text[],
            NULL
        ) <@ ARRAY['yes', 'no']
    ),
    CONSTRAINT voicemail_boxes_maxmsg_check CHECK (maxmsg BETWEEN 0 AND 9999)
);

COMMENT ON TABLE telephony.voicemail_boxes IS
    'Voicemail boxes, as Asterisk''s realtime reads them; NULL in a column is Asterisk''s default.';
COMMENT ON COLUMN telephony.voicemail_boxes.extension_id IS
    'The extension whose calls end here; NULL for a box of its own.';
COMMENT ON COLUMN telephony.voicemail_boxes.context IS
    'The voicemail context, one of the organization''s.';
COMMENT ON COLUMN telephony.voicemail_boxes.mailbox IS
    'The number of the box.';
COMMENT ON COLUMN telephony.voicemail_boxes.password IS
    'The PIN. Plain, since Asterisk compares it so; only Asterisk reads it. With a - in front the '
    'owner cannot change it.';
COMMENT ON COLUMN telephony.voicemail_boxes.email IS
    'Where a new message is announced; several addresses are parted by a bar.';
COMMENT ON COLUMN telephony.voicemail_boxes.attach IS
    'Whether the recording goes along with the e-mail.';
COMMENT ON COLUMN telephony.voicemail_boxes.tz IS
    'The zone of voicemail.conf in which times are read out.';
COMMENT ON COLUMN telephony.voicemail_boxes.deletevoicemail IS
    'Whether a message is deleted once it is sent by e-mail.';
COMMENT ON COLUMN telephony.voicemail_boxes.maxmsg IS
    'How many messages a folder of the box takes.';
COMMENT ON COLUMN telephony.voicemail_boxes.volgain IS
    'Gain of recordings that go by e-mail, in dB.';

CREATE INDEX voicemail_boxes_organization_id_idx ON telephony.voicemail_boxes (organization_id);
CREATE INDEX voicemail_boxes_extension_id_idx ON telephony.voicemail_boxes (extension_id);

CREATE TRIGGER update_voicemail_contexts_updated_at
    BEFORE UPDATE ON telephony.voicemail_contexts
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TRIGGER update_voicemail_boxes_updated_at
    BEFORE UPDATE ON telephony.voicemail_boxes
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE telephony.voicemail_contexts ENABLE ROW LEVEL SECURITY;
ALTER TABLE telephony.voicemail_boxes ENABLE ROW LEVEL SECURITY;

CREATE POLICY voicemail_contexts_tenant_policy ON telephony.voicemail_contexts
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY voicemail_boxes_tenant_policy ON telephony.voicemail_boxes
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY voicemail_boxes_asterisk_policy ON telephony.voicemail_boxes
    TO crm_asterisk USING (true);

-- Who takes a context hears the messages that are left in it: like account codes, contexts are
-- given out by the operator, not by a tenant.
GRANT SELECT ON telephony.voicemail_contexts TO crm_app, crm_readonly;
-- The application sets a PIN and never reads one. Asterisk reads a box as a whole, and changes
-- the PIN when the owner does so by telephone.
GRANT SELECT (
    uniqueid, organization_id, extension_id, context, mailbox, fullname, alias, email, pager,
    attach, attachfmt, serveremail, language, tz, deletevoicemail, saycid, sendvoicemail, review,
    tempgreetwarn, operator, envelope, sayduration, forcename, forcegreetings, callback, dialout,
    exitcontext, maxmsg, volgain, created_at, updated_at
) ON telephony.voicemail_boxes TO crm_app, crm_readonly;
GRANT INSERT, UPDATE, DELETE ON telephony.voicemail_boxes TO crm_app;
GRANT SELECT, UPDATE (password) ON telephony.voicemail_boxes TO crm_asterisk;
