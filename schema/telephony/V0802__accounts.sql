-- telephony: account codes, by which a call finds its organization.
--
-- Needs: triggers V0201; users V0302 (organizations); V0801.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, for the foreign key.

CREATE TABLE telephony.accounts (
    accountcode     text        NOT NULL,
    organization_id uuid        NOT NULL,
    description     text,
    created_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    -- One Asterisk serves all organizations: a code is one organization's, and no other's.
    CONSTRAINT accounts_pkey PRIMARY KEY (accountcode),
    CONSTRAINT accounts_accountcode_organization_id_key UNIQUE (accountcode, organization_id),
    CONSTRAINT accounts_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    -- Asterisk keeps 80 bytes.
    CONSTRAINT accounts_accountcode_length_check
        CHECK (accountcode <> '' AND octet_length(accountcode) < 80)
);

COMMENT ON TABLE telephony.accounts IS
    'The account codes that Asterisk writes to its call records, and whose they are.';
COMMENT ON COLUMN telephony.accounts.accountcode IS
    'As set in Asterisk for an endpoint, or by Set(CHANNEL(accountcode)=…).';
COMMENT ON COLUMN telephony.accounts.organization_id IS
    'Who sees the calls. Calls that are logged keep the organization that they were given.';

CREATE INDEX accounts_organization_id_idx ON telephony.accounts (organization_id);

CREATE TRIGGER update_accounts_updated_at
    BEFORE UPDATE ON telephony.accounts
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE telephony.accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY accounts_tenant_policy ON telephony.accounts
    USING (organization_id = (SELECT users.current_organization_id()));

-- Who takes a code sees its calls: codes are given out by the operator, not by a tenant.
GRANT SELECT ON telephony.accounts TO crm_app, crm_readonly;
