-- marketing: what a campaign may cost in a period, and what it has cost.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201; V0501, V0503.
-- Locks: SHARE ROW EXCLUSIVE on marketing.campaigns, for the foreign key.

CREATE TABLE marketing.budgets (
    id                uuid          NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id   uuid          NOT NULL DEFAULT users.current_organization_id(),
    campaign_id       uuid          NOT NULL,
    starts_on         date          NOT NULL,
    ends_on           date          NOT NULL,
    planned           numeric(15,2) NOT NULL,
    spent             numeric(15,2) NOT NULL DEFAULT 0,
    overspend_allowed boolean       NOT NULL DEFAULT false,
    created_at        timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at        timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT budgets_pkey PRIMARY KEY (id),
    CONSTRAINT budgets_campaign_id_organization_id_fkey FOREIGN KEY (campaign_id, organization_id)
        REFERENCES marketing.campaigns (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT budgets_period_order_check CHECK (ends_on >= starts_on),
    CONSTRAINT budgets_planned_not_negative_check CHECK (planned >= 0 AND planned < 'NaN'),
    CONSTRAINT budgets_spent_not_negative_check CHECK (spent >= 0 AND spent < 'NaN'),
    CONSTRAINT budgets_spent_within_planned_check CHECK (spent <= planned OR overspend_allowed),
    CONSTRAINT budgets_period_excl EXCLUDE USING gist (
        campaign_id WITH =, organization_id WITH =,
        daterange(starts_on, ends_on, '[]') WITH &&
    )
);

COMMENT ON TABLE marketing.budgets IS
    'What a campaign may cost in a period, and has cost; in the currency of the campaign. A day '
    'belongs to one budget at most.';
COMMENT ON COLUMN marketing.budgets.ends_on IS
    'The last day of the period.';
COMMENT ON COLUMN marketing.budgets.spent IS
    'Leads that vendors log are added by themselves; add other spending with '
    'SET spent = spent + …: then no two who do so at once lose anything.';
COMMENT ON COLUMN marketing.budgets.overspend_allowed IS
    'Whether more may be spent than was planned; else the spending is refused.';

CREATE INDEX budgets_organization_id_campaign_id_starts_on_idx
    ON marketing.budgets (organization_id, campaign_id, starts_on);

CREATE TRIGGER update_budgets_updated_at
    BEFORE UPDATE ON marketing.budgets
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE marketing.budgets ENABLE ROW LEVEL SECURITY;

CREATE POLICY budgets_tenant_policy ON marketing.budgets
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON marketing.budgets TO crm_app;
GRANT SELECT ON marketing.budgets TO crm_readonly;
