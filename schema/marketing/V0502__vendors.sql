-- marketing: the schema, vendors, and the retainers agreed with them.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0104 (is_valid_email, is_e164); triggers V0201;
-- users V0302; V0501.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, for the foreign key.

CREATE SCHEMA marketing;

COMMENT ON SCHEMA marketing IS
    'Vendors, campaigns and their sources, budgets, targets and what was achieved.';

GRANT USAGE ON SCHEMA marketing TO crm_app, crm_readonly;

CREATE TABLE marketing.vendors (
    id              uuid          NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid          NOT NULL DEFAULT users.current_organization_id(),
    name            varchar(255)  NOT NULL,
    contact_name    varchar(255),
    email           varchar(255),
    phone           varchar(20),
    login_role      name,
    status          varchar(20)   NOT NULL DEFAULT 'active',
    cost_per_lead   numeric(15,2) NOT NULL DEFAULT 0,
    currency        varchar(3)    NOT NULL DEFAULT 'USD',
    created_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT vendors_pkey PRIMARY KEY (id),
    -- For foreign keys that also say that both rows belong to one organization.
    CONSTRAINT vendors_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT vendors_login_role_key UNIQUE (login_role),
    CONSTRAINT vendors_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT vendors_name_not_blank_check CHECK (btrim(name) <> ''),
    CONSTRAINT vendors_email_format_check CHECK (utilities.is_valid_email(email)),
    CONSTRAINT vendors_phone_e164_check CHECK (utilities.is_e164(phone)),
    CONSTRAINT vendors_status_check CHECK (status IN ('active', 'suspended', 'ended')),
    CONSTRAINT vendors_cost_per_lead_not_negative_check
        CHECK (cost_per_lead >= 0 AND cost_per_lead < 'NaN'),
    CONSTRAINT vendors_currency_iso_check CHECK (currency ~ '^[A-Z]{3}$')
);

COMMENT ON TABLE marketing.vendors IS
    'Who brings an organization leads for money.';
COMMENT ON COLUMN marketing.vendors.login_role IS
    'The database login by which the vendor proves who it is (session_user), as a member of '
    'crm_vendor; NULL: it cannot call campaign_api. Only the owner of the table sets it.';
COMMENT ON COLUMN marketing.vendors.status IS
    'active, suspended, or ended. Only an active vendor may call campaign_api.';
COMMENT ON COLUMN marketing.vendors.cost_per_lead IS
    'The agreed price; campaigns that the vendor creates take it over.';
COMMENT ON COLUMN marketing.vendors.currency IS
    'ISO 4217, in capitals.';

CREATE UNIQUE INDEX vendors_organization_id_name_key
    ON marketing.vendors (organization_id, lower(name));

CREATE TRIGGER update_vendors_updated_at
    BEFORE UPDATE ON marketing.vendors
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TABLE marketing.retainer_fees (
    id              uuid          NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid          NOT NULL DEFAULT users.current_organization_id(),
    vendor_id       uuid          NOT NULL,
    amount          numeric(15,2) NOT NULL,
    currency        varchar(3)    NOT NULL DEFAULT 'USD',
    billing         varchar(20)   NOT NULL DEFAULT 'monthly',
    starts_on       date          NOT NULL DEFAULT CURRENT_DATE,
    ends_on         date,
    created_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT retainer_fees_pkey PRIMARY KEY (id),
    CONSTRAINT retainer_fees_vendor_id_organization_id_fkey
        FOREIGN KEY (vendor_id, organization_id)
        REFERENCES marketing.vendors (id, organization_id) ON DELETE RESTRICT,
    CONSTRAINT retainer_fees_amount_not_negative_check CHECK (amount >= 0 AND amount < 'NaN'),
    CONSTRAINT retainer_fees_currency_iso_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT retainer_fees_billing_check
        CHECK (billing IN ('once', 'monthly', 'quarterly', 'yearly')),
    CONSTRAINT retainer_fees_period_order_check CHECK (ends_on >= starts_on),
    -- With the organization: another's row cannot be run into, and so not be found out.
    CONSTRAINT retainer_fees_period_excl EXCLUDE USING gist (
        vendor_id WITH =, organization_id WITH =,
        daterange(starts_on, ends_on, '[]') WITH &&
    )
);

COMMENT ON TABLE marketing.retainer_fees IS
    'What a vendor is paid besides its leads: one fee at a time.';
COMMENT ON COLUMN marketing.retainer_fees.billing IS
    'How often the amount is due: once, monthly, quarterly, or yearly.';
COMMENT ON COLUMN marketing.retainer_fees.ends_on IS
    'The last day it is agreed for; NULL: until further notice.';

CREATE INDEX retainer_fees_organization_id_vendor_id_idx
    ON marketing.retainer_fees (organization_id, vendor_id);

CREATE TRIGGER update_retainer_fees_updated_at
    BEFORE UPDATE ON marketing.retainer_fees
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE marketing.vendors ENABLE ROW LEVEL SECURITY;
ALTER TABLE marketing.retainer_fees ENABLE ROW LEVEL SECURITY;

CREATE POLICY vendors_tenant_policy ON marketing.vendors
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY retainer_fees_tenant_policy ON marketing.retainer_fees
    USING (organization_id = (SELECT users.current_organization_id()));

-- All but login_role: with it one organization could take the login of another's vendor.
GRANT INSERT (
    id, organization_id, name, contact_name, email, phone, status, cost_per_lead, currency,
    created_at, updated_at
), UPDATE (
    id, organization_id, name, contact_name, email, phone, status, cost_per_lead, currency,
    created_at, updated_at
) ON marketing.vendors TO crm_app;
GRANT SELECT, DELETE ON marketing.vendors TO crm_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON marketing.retainer_fees TO crm_app;
GRANT SELECT ON marketing.vendors, marketing.retainer_fees TO crm_readonly;
