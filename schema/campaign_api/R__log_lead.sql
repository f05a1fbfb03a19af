-- campaign_api: takes a lead from a vendor.
--
-- Needs: utilities V0104, leads (leads, is_on_dnc_list), marketing V0504 and V0505, R__campaigns.

-- SECURITY DEFINER, see R__campaigns.
CREATE OR REPLACE FUNCTION campaign_api.log_lead(
    campaign_id uuid,
    phone_number text,
    first_name text DEFAULT NULL,
    last_name text DEFAULT NULL,
    email text DEFAULT NULL,
    metadata jsonb DEFAULT NULL,
    country_code text DEFAULT NULL
)
    RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    vendor CONSTANT marketing.vendors := campaign_api.current_vendor();
    -- One lead of a campaign at a time: two transactions that log several leads and wait for each
    -- other's numbers and budgets would be a deadlock.
    campaign CONSTANT marketing.campaigns
        := campaign_api.lock_own_campaign(log_lead.campaign_id);
    clean_first_name CONSTANT text := coalesce(utilities.clean_text(log_lead.first_name), '');
    clean_last_name CONSTANT text := coalesce(utilities.clean_text(log_lead.last_name), '');
    phone CONSTANT text
        := utilities.normalize_phone_e164(log_lead.phone_number, log_lead.country_code);
    address CONSTANT text := utilities.normalize_email(log_lead.email);
    today CONSTANT date := (now() AT TIME ZONE 'UTC')::date;
    new_lead_id uuid;
BEGIN
    -- What the vendor has set in its session is not to stand in the history of the lead. (A SET
    -- clause of the function would need a superuser to create it.)
    PERFORM set_config(setting, '', true)
    FROM unnest(ARRAY[
        'app.current_org_id', 'app.current_tenant_id', 'app.current_user_id',
        'app.trigger_type', 'app.assignment_strategy'
    ]) AS setting;

    IF phone IS NULL THEN
        RAISE EXCEPTION 'not a phone number: "%"', coalesce(left(log_lead.phone_number, 40), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give it with its country, such as +12125551234, or give country_code.';
    ELSIF NOT utilities.is_valid_email(address) THEN
        RAISE EXCEPTION 'not an e-mail address: "%"', left(log_lead.email, 80)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give an address such as name@example.com, or none.';
    ELSIF length(clean_first_name) > 100 OR length(clean_last_name) > 100 THEN
        RAISE EXCEPTION 'a name has more than 100 characters'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give first_name and last_name only; the rest can go into metadata.';
    ELSIF jsonb_typeof(log_lead.metadata) <> 'object' THEN
        RAISE EXCEPTION 'metadata is no JSON object'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give it as {"key": "value"}, or none.';
    END IF;

    IF campaign.status <> 'active'
        OR today < campaign.starts_on
        OR today > campaign.ends_on
    THEN
        RAISE EXCEPTION 'campaign "%" takes no leads today', campaign.name
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('It is %s, and runs from %s%s (UTC).', campaign.status,
                      campaign.starts_on, ' to ' || campaign.ends_on),
                  HINT = 'Log the lead on a campaign that is active today.';
    ELSIF leads.is_on_dnc_list(phone, campaign.organization_id) THEN
        RAISE EXCEPTION 'number % must not be called', phone
            USING ERRCODE = 'check_violation',
                  HINT = 'It is on the do-not-call list of the organization: call it no more.';
    END IF;

    INSERT INTO leads.leads (
        organization_id, first_name, last_name, phone_number, email, source, metadata
    )
    VALUES (
        campaign.organization_id,
        clean_first_name,
        clean_last_name,
        phone,
        address,
        coalesce(
            (SELECT s.name FROM marketing.sources AS s WHERE s.id = campaign.source_id),
            left(vendor.name, 100)
        ),
        coalesce(log_lead.metadata, '{}')
    )
    ON CONFLICT (phone_number, organization_id) WHERE deleted_at IS NULL DO NOTHING
    RETURNING id INTO new_lead_id;

    IF new_lead_id IS NULL THEN
        RAISE EXCEPTION 'number % is a lead already', phone
            USING ERRCODE = 'unique_violation',
                  HINT = 'The organization has it, from whomever; it is not charged again.';
    END IF;

    UPDATE marketing.budgets AS b
    SET spent = b.spent + campaign.cost_per_lead
    WHERE b.organization_id = campaign.organization_id
        AND b.campaign_id = campaign.id
        AND today BETWEEN b.starts_on AND b.ends_on
        AND (b.overspend_allowed OR b.spent + campaign.cost_per_lead <= b.planned);
    -- Without a budget for the day there is no limit.
    IF NOT FOUND AND EXISTS (
        SELECT
        FROM marketing.budgets AS b
        WHERE b.organization_id = campaign.organization_id
            AND b.campaign_id = campaign.id
            AND today BETWEEN b.starts_on AND b.ends_on
    ) THEN
        RAISE EXCEPTION 'the budget of campaign "%" is used up', campaign.name
            USING ERRCODE = 'check_violation',
                  HINT = 'Ask the organization to raise it.';
    END IF;

    INSERT INTO campaign_api.campaign_leads (organization_id, campaign_id, lead_id, cost)
    VALUES (campaign.organization_id, campaign.id, new_lead_id, campaign.cost_per_lead);

    INSERT INTO marketing.achievements AS a (
        organization_id, campaign_id, metric, achieved_on, achieved_value
    )
    VALUES (campaign.organization_id, campaign.id, 'leads', today, 1)
    ON CONFLICT (organization_id, campaign_id, metric, achieved_on)
    DO UPDATE SET achieved_value = a.achieved_value + 1;

    RETURN new_lead_id;
END;
$$;

COMMENT ON FUNCTION campaign_api.log_lead(uuid, text, text, text, text, jsonb, text) IS
    'Adds a lead to the organization, from an active campaign of the vendor who calls; returns '
    'its id. Charges the budget of the day, and counts for the target. An error, and nothing '
    'done, when the number is a lead already, must not be called, or the budget is used up.';

REVOKE ALL ON FUNCTION campaign_api.log_lead(uuid, text, text, text, text, jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campaign_api.log_lead(uuid, text, text, text, text, jsonb, text)
    TO crm_vendor;
