-- campaign_api: what a vendor sees of its campaigns.
--
-- Needs: leads (leads), marketing V0503, V0601, R__campaigns.
--
-- SECURITY DEFINER, see R__campaigns.

CREATE OR REPLACE FUNCTION campaign_api.list_campaigns()
    RETURNS TABLE (
        campaign_id uuid,
        name text,
        status text,
        source text,
        starts_on date,
        ends_on date,
        cost_per_lead numeric,
        currency text,
        lead_count bigint
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    vendor CONSTANT marketing.vendors := campaign_api.current_vendor();
BEGIN
    RETURN QUERY
    SELECT
        c.id,
        c.name::text,
        c.status::text,
        s.name::text,
        c.starts_on,
        c.ends_on,
        c.cost_per_lead,
        c.currency::text,
        (
            SELECT count(*)
            FROM campaign_api.campaign_leads AS l
            WHERE l.organization_id = c.organization_id AND l.campaign_id = c.id
        )
    FROM marketing.campaigns AS c
    LEFT JOIN marketing.sources AS s ON s.id = c.source_id
    WHERE c.organization_id = vendor.organization_id AND c.vendor_id = vendor.id
    ORDER BY c.starts_on DESC, c.name;
END;
$$;

COMMENT ON FUNCTION campaign_api.list_campaigns() IS
    'The campaigns of the vendor who calls, the latest first.';

CREATE OR REPLACE FUNCTION campaign_api.get_campaign_performance(
    campaign_id uuid,
    from_date date DEFAULT NULL,
    to_date date DEFAULT NULL,
    OUT leads bigint,
    OUT leads_by_status jsonb,
    OUT conversions bigint,
    OUT conversion_rate numeric,
    OUT cost numeric,
    OUT cost_per_lead numeric,
    OUT currency text
)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    campaign CONSTANT marketing.campaigns
        := campaign_api.own_campaign(get_campaign_performance.campaign_id);
BEGIN
    IF to_date < from_date THEN
        RAISE EXCEPTION 'the period would end on %, before it begins on %', to_date, from_date
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a to_date that is not before from_date, or none.';
    END IF;

    SELECT
        coalesce(sum(g.lead_count), 0),
        coalesce(jsonb_object_agg(g.status, g.lead_count), '{}'),
        coalesce(sum(g.lead_count) FILTER (WHERE g.status = 'recruited'), 0),
        coalesce(sum(g.cost), 0)
    INTO leads, leads_by_status, conversions, cost
    FROM (
        SELECT
            coalesce(d.status, 'deleted') AS status,
            count(*) AS lead_count,
            sum(l.cost) AS cost
        FROM campaign_api.campaign_leads AS l
        LEFT JOIN leads.leads AS d ON d.id = l.lead_id
        WHERE l.organization_id = campaign.organization_id
            AND l.campaign_id = campaign.id
            AND (from_date IS NULL OR l.logged_at >= from_date::timestamp AT TIME ZONE 'UTC')
            AND (to_date IS NULL OR l.logged_at < (to_date + 1)::timestamp AT TIME ZONE 'UTC')
        GROUP BY coalesce(d.status, 'deleted')
    ) AS g;

    conversion_rate := round(conversions / nullif(leads, 0)::numeric, 4);
    cost_per_lead := round(cost / nullif(leads, 0), 2);
    currency := campaign.currency;
END;
$$;

COMMENT ON FUNCTION campaign_api.get_campaign_performance(uuid, date, date) IS
    'The leads of a campaign of the vendor who calls, logged in the period (days in UTC, both '
    'included; NULL is open), with the statuses they have by now. A conversion is a lead that '
    'was recruited; the rate is from 0 to 1, and NULL without leads, as is the cost per lead.';

REVOKE ALL ON FUNCTION
    campaign_api.list_campaigns(),
    campaign_api.get_campaign_performance(uuid, date, date)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    campaign_api.list_campaigns(),
    campaign_api.get_campaign_performance(uuid, date, date)
TO crm_vendor;
