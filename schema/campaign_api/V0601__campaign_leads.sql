-- campaign_api: the schema, and which campaign brought a lead, at what cost.
--
-- Needs: utilities V0102 (uuid_generate_v4), users V0301, leads (leads), marketing V0503.
-- Locks: SHARE ROW EXCLUSIVE on leads.leads and marketing.campaigns, for the foreign keys.

CREATE SCHEMA campaign_api;

COMMENT ON SCHEMA campaign_api IS
    'What a vendor may call: create campaigns, log leads, see how they perform.';

GRANT USAGE ON SCHEMA campaign_api TO crm_app, crm_readonly, crm_vendor;

CREATE TABLE campaign_api.campaign_leads (
    id              uuid          NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid          NOT NULL,
    campaign_id     uuid          NOT NULL,
    lead_id         uuid,
    cost            numeric(15,2) NOT NULL,
    logged_at       timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT campaign_leads_pkey PRIMARY KEY (id),
    CONSTRAINT campaign_leads_lead_id_key UNIQUE (lead_id),
    CONSTRAINT campaign_leads_campaign_id_organization_id_fkey
        FOREIGN KEY (campaign_id, organization_id)
        REFERENCES marketing.campaigns (id, organization_id) ON DELETE RESTRICT,
    -- Who wants to be forgotten takes no cost along.
    CONSTRAINT campaign_leads_lead_id_organization_id_fkey FOREIGN KEY (lead_id, organization_id)
        REFERENCES leads.leads (id, organization_id) ON DELETE SET NULL (lead_id),
    CONSTRAINT campaign_leads_cost_not_negative_check CHECK (cost >= 0 AND cost < 'NaN')
);

COMMENT ON TABLE campaign_api.campaign_leads IS
    'The leads that vendors logged. Written by campaign_api.log_lead() alone.';
COMMENT ON COLUMN campaign_api.campaign_leads.lead_id IS
    'The lead; NULL when its row has been deleted.';
COMMENT ON COLUMN campaign_api.campaign_leads.cost IS
    'The price of a lead of the campaign at that time, in its currency.';

CREATE INDEX campaign_leads_organization_id_campaign_id_logged_at_idx
    ON campaign_api.campaign_leads (organization_id, campaign_id, logged_at);

ALTER TABLE campaign_api.campaign_leads ENABLE ROW LEVEL SECURITY;

CREATE POLICY campaign_leads_tenant_policy ON campaign_api.campaign_leads
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT ON campaign_api.campaign_leads TO crm_app, crm_readonly;
