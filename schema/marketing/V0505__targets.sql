-- marketing: what a campaign is to bring in a period, and what it brought each day.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201; V0501, V0503.
-- Locks: SHARE ROW EXCLUSIVE on marketing.campaigns, for the foreign keys.

CREATE FUNCTION marketing.is_metric(value text)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN value IN (
        'impressions', 'clicks', 'leads', 'qualified_leads', 'appointments', 'conversions',
        'revenue'
    );

COMMENT ON FUNCTION marketing.is_metric(text) IS
    'Whether this is something that targets are set for: impressions, clicks, leads, '
    'qualified_leads, appointments, conversions, or revenue.';

REVOKE ALL ON FUNCTION marketing.is_metric(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION marketing.is_metric(text) TO crm_app;

CREATE TABLE marketing.targets (
    id              uuid          NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid          NOT NULL DEFAULT users.current_organization_id(),
    campaign_id     uuid          NOT NULL,
    metric          varchar(20)   NOT NULL,
    starts_on       date          NOT NULL,
    ends_on         date          NOT NULL,
    target_value    numeric(15,2) NOT NULL,
    created_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT targets_pkey PRIMARY KEY (id),
    CONSTRAINT targets_campaign_id_organization_id_fkey FOREIGN KEY (campaign_id, organization_id)
        REFERENCES marketing.campaigns (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT targets_metric_check CHECK (marketing.is_metric(metric)),
    CONSTRAINT targets_period_order_check CHECK (ends_on >= starts_on),
    CONSTRAINT targets_target_value_not_negative_check
        CHECK (target_value >= 0 AND target_value < 'NaN'),
    CONSTRAINT targets_period_excl EXCLUDE USING gist (
        campaign_id WITH =, organization_id WITH =, metric WITH =,
        daterange(starts_on, ends_on, '[]') WITH &&
    )
);

COMMENT ON TABLE marketing.targets IS
    'What a campaign is to bring in a period. For one metric, periods do not overlap.';
COMMENT ON COLUMN marketing.targets.metric IS
    'What is counted; see marketing.is_metric(). Money is in the currency of the campaign.';
COMMENT ON COLUMN marketing.targets.ends_on IS
    'The last day of the period.';

CREATE INDEX targets_organization_id_campaign_id_idx
    ON marketing.targets (organization_id, campaign_id);

CREATE TRIGGER update_targets_updated_at
    BEFORE UPDATE ON marketing.targets
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TABLE marketing.achievements (
    id              uuid          NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid          NOT NULL DEFAULT users.current_organization_id(),
    campaign_id     uuid          NOT NULL,
    metric          varchar(20)   NOT NULL,
    achieved_on     date          NOT NULL DEFAULT CURRENT_DATE,
    achieved_value  numeric(15,2) NOT NULL,
    created_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT achievements_pkey PRIMARY KEY (id),
    CONSTRAINT achievements_organization_id_campaign_id_metric_achieved_on_key
        UNIQUE (organization_id, campaign_id, metric, achieved_on),
    CONSTRAINT achievements_campaign_id_organization_id_fkey
        FOREIGN KEY (campaign_id, organization_id)
        REFERENCES marketing.campaigns (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT achievements_metric_check CHECK (marketing.is_metric(metric)),
    CONSTRAINT achievements_achieved_value_not_negative_check
        CHECK (achieved_value >= 0 AND achieved_value < 'NaN')
);

COMMENT ON TABLE marketing.achievements IS
    'What a campaign brought on a day. Leads that vendors log are counted by themselves, on days '
    'in UTC; other figures come from the application.';
COMMENT ON COLUMN marketing.achievements.metric IS
    'What was counted; see marketing.is_metric(). Money is in the currency of the campaign.';

CREATE TRIGGER update_achievements_updated_at
    BEFORE UPDATE ON marketing.achievements
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE marketing.targets ENABLE ROW LEVEL SECURITY;
ALTER TABLE marketing.achievements ENABLE ROW LEVEL SECURITY;

CREATE POLICY targets_tenant_policy ON marketing.targets
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY achievements_tenant_policy ON marketing.achievements
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON marketing.targets, marketing.achievements TO crm_app;
GRANT SELECT ON marketing.targets, marketing.achievements TO crm_readonly;
