-- marketing: sources, where leads come from, and campaigns, what is done to get them.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201, users V0303; V0502.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, users.users and marketing.vendors, for the
-- foreign keys.

CREATE TABLE marketing.sources (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    name            varchar(100) NOT NULL,
    channel         varchar(20)  NOT NULL DEFAULT 'other',
    is_active       boolean      NOT NULL DEFAULT true,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT sources_pkey PRIMARY KEY (id),
    CONSTRAINT sources_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT sources_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT sources_name_not_blank_check CHECK (btrim(name) <> ''),
    CONSTRAINT sources_channel_check CHECK (channel IN (
        'search', 'social', 'display', 'email', 'sms', 'phone', 'print', 'event', 'referral',
        'organic', 'list', 'other'
    ))
);

COMMENT ON TABLE marketing.sources IS
    'Where leads come from, under the name that a lead carries as its source.';
COMMENT ON COLUMN marketing.sources.is_active IS
    'Whether new campaigns may name it.';

CREATE UNIQUE INDEX sources_organization_id_name_key
    ON marketing.sources (organization_id, lower(name));

CREATE TRIGGER update_sources_updated_at
    BEFORE UPDATE ON marketing.sources
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TABLE marketing.campaigns (
    id              uuid          NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid          NOT NULL DEFAULT users.current_organization_id(),
    vendor_id       uuid,
    source_id       uuid,
    name            varchar(255)  NOT NULL,
    description     text,
    status          varchar(20)   NOT NULL DEFAULT 'draft',
    starts_on       date          NOT NULL DEFAULT CURRENT_DATE,
    ends_on         date,
    cost_per_lead   numeric(15,2) NOT NULL DEFAULT 0,
    currency        varchar(3)    NOT NULL DEFAULT 'USD',
    created_by      uuid,
    created_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT campaigns_pkey PRIMARY KEY (id),
    CONSTRAINT campaigns_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT campaigns_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT campaigns_vendor_id_organization_id_fkey FOREIGN KEY (vendor_id, organization_id)
        REFERENCES marketing.vendors (id, organization_id) ON DELETE RESTRICT,
    CONSTRAINT campaigns_source_id_organization_id_fkey FOREIGN KEY (source_id, organization_id)
        REFERENCES marketing.sources (id, organization_id) ON DELETE RESTRICT,
    CONSTRAINT campaigns_created_by_organization_id_fkey FOREIGN KEY (created_by, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (created_by),
    CONSTRAINT campaigns_name_not_blank_check CHECK (btrim(name) <> ''),
    CONSTRAINT campaigns_status_check
        CHECK (status IN ('draft', 'active', 'paused', 'finished', 'cancelled')),
    CONSTRAINT campaigns_period_order_check CHECK (ends_on >= starts_on),
    CONSTRAINT campaigns_cost_per_lead_not_negative_check
        CHECK (cost_per_lead >= 0 AND cost_per_lead < 'NaN'),
    CONSTRAINT campaigns_currency_iso_check CHECK (currency ~ '^[A-Z]{3}$')
);

COMMENT ON TABLE marketing.campaigns IS
    'An effort to get leads, by a vendor or the organization itself.';
COMMENT ON COLUMN marketing.campaigns.vendor_id IS
    'Who runs it; NULL: the organization itself.';
COMMENT ON COLUMN marketing.campaigns.status IS
    'draft, active, paused, finished, or cancelled. Vendors log leads on active ones only.';
COMMENT ON COLUMN marketing.campaigns.ends_on IS
    'Its last day; NULL: until it is finished.';
COMMENT ON COLUMN marketing.campaigns.cost_per_lead IS
    'What each lead costs that is logged from now on.';
COMMENT ON COLUMN marketing.campaigns.currency IS
    'ISO 4217, in capitals; of all money of the campaign.';
COMMENT ON COLUMN marketing.campaigns.created_by IS
    'The user who created it; NULL when it was the vendor.';

-- One vendor does not learn from a collision how another calls its campaigns.
CREATE UNIQUE INDEX campaigns_organization_id_vendor_id_name_key
    ON marketing.campaigns (organization_id, vendor_id, lower(name)) NULLS NOT DISTINCT;
CREATE INDEX campaigns_source_id_idx ON marketing.campaigns (source_id);
CREATE INDEX campaigns_created_by_idx ON marketing.campaigns (created_by);

CREATE TRIGGER update_campaigns_updated_at
    BEFORE UPDATE ON marketing.campaigns
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE marketing.sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE marketing.campaigns ENABLE ROW LEVEL SECURITY;

CREATE POLICY sources_tenant_policy ON marketing.sources
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY campaigns_tenant_policy ON marketing.campaigns
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON marketing.sources, marketing.campaigns TO crm_app;
GRANT SELECT ON marketing.sources, marketing.campaigns TO crm_readonly;
