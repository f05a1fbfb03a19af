-- telephony: extensions, the numbers that ring at somebody.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0104 (is_e164); triggers V0201; users V0303; V0802.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, users.users and telephony.accounts, for the
-- foreign keys.

CREATE TABLE telephony.extensions (
    id              uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid        NOT NULL,
    user_id         uuid,
    number          text        NOT NULL,
    context         text        NOT NULL DEFAULT 'default',
    name            text,
    accountcode     text,
    is_active       boolean     NOT NULL DEFAULT true,
    created_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT extensions_pkey PRIMARY KEY (id),
    CONSTRAINT extensions_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT extensions_organization_id_number_key UNIQUE (organization_id, number),
    CONSTRAINT extensions_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT extensions_user_id_organization_id_fkey FOREIGN KEY (user_id, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (user_id),
    CONSTRAINT extensions_accountcode_organization_id_fkey
        FOREIGN KEY (accountcode, organization_id)
        REFERENCES telephony.accounts (accountcode, organization_id)
        ON DELETE SET NULL (accountcode),
    CONSTRAINT extensions_number_format_check
        CHECK ((number COLLATE "C") ~ '^[0-9*#]{1,15}$' OR utilities.is_e164(number))
);

COMMENT ON TABLE telephony.extensions IS
    'The numbers that ring at somebody. A call is an extension''s when it calls from its number '
    'or to it.';
COMMENT ON COLUMN telephony.extensions.user_id IS
    'Whose extension it is; NULL for that of a room, a queue, or nobody yet.';
COMMENT ON COLUMN telephony.extensions.number IS
    'Internal, such as 1001, or in E.164 form. Unique in the organization, in whatever context.';
COMMENT ON COLUMN telephony.extensions.context IS
    'The context of Asterisk''s dialplan that the extension is in.';
COMMENT ON COLUMN telephony.extensions.accountcode IS
    'The account that calls from the extension go to.';

CREATE INDEX extensions_user_id_idx ON telephony.extensions (user_id);
CREATE INDEX extensions_accountcode_idx ON telephony.extensions (accountcode);

CREATE TRIGGER update_extensions_updated_at
    BEFORE UPDATE ON telephony.extensions
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE telephony.extensions ENABLE ROW LEVEL SECURITY;

CREATE POLICY extensions_tenant_policy ON telephony.extensions
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY extensions_asterisk_policy ON telephony.extensions
    FOR SELECT TO crm_asterisk USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON telephony.extensions TO crm_app;
GRANT SELECT ON telephony.extensions TO crm_readonly, crm_asterisk;
