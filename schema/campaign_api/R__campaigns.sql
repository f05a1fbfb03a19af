-- campaign_api: who calls, and the campaigns that are its own.
--
-- Needs: utilities V0104 (clean_text), marketing V0503, V0601.
--
-- What vendors call is SECURITY DEFINER and sees every row: each statement below names the vendor
-- or a campaign that own_campaign() has let through.

CREATE OR REPLACE FUNCTION campaign_api.current_vendor()
    RETURNS marketing.vendors
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    vendor marketing.vendors;
BEGIN
    -- The login, not a setting: whoever runs SQL can set any setting, and SET ROLE changes
    -- current_user; session_user stays who has proved to be it to the server.
    SELECT v.* INTO vendor
    FROM marketing.vendors AS v
    WHERE v.login_role = session_user AND v.status = 'active';

    IF NOT FOUND THEN
        RAISE EXCEPTION 'login "%" belongs to no active vendor', session_user
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Log in as the vendor itself; an administrator sets '
                      'marketing.vendors.login_role.';
    END IF;
    RETURN vendor;
END;
$$;

COMMENT ON FUNCTION campaign_api.current_vendor() IS
    'The vendor whose login the session is; an error when there is none. Not for callers.';

CREATE OR REPLACE FUNCTION campaign_api.own_campaign(campaign_id uuid)
    RETURNS marketing.campaigns
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    vendor CONSTANT marketing.vendors := campaign_api.current_vendor();
    campaign marketing.campaigns;
BEGIN
    SELECT c.* INTO campaign
    FROM marketing.campaigns AS c
    WHERE c.id = own_campaign.campaign_id
        AND c.vendor_id = vendor.id
        AND c.organization_id = vendor.organization_id;

    IF NOT FOUND THEN
        -- The same for one of another vendor: not even that it exists is told.
        RAISE EXCEPTION 'campaign "%" does not exist', coalesce(campaign_id::text, 'NULL')
            USING ERRCODE = 'no_data_found',
                  HINT = 'SELECT * FROM campaign_api.list_campaigns() shows your own.';
    END IF;
    RETURN campaign;
END;
$$;

COMMENT ON FUNCTION campaign_api.own_campaign(uuid) IS
    'The campaign, if it is of the vendor who calls; an error otherwise. Not for callers.';

CREATE OR REPLACE FUNCTION campaign_api.lock_own_campaign(campaign_id uuid)
    RETURNS marketing.campaigns
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    vendor CONSTANT marketing.vendors := campaign_api.current_vendor();
BEGIN
    PERFORM
    FROM marketing.campaigns AS c
    WHERE c.id = lock_own_campaign.campaign_id AND c.vendor_id = vendor.id
    FOR NO KEY UPDATE;
    -- Only now: while this waited, it may have been given to another vendor, or deleted.
    RETURN campaign_api.own_campaign(campaign_id);
END;
$$;

COMMENT ON FUNCTION campaign_api.lock_own_campaign(uuid) IS
    'As own_campaign(), and until the transaction ends nobody else changes it or logs a lead on '
    'it. Not for callers.';

CREATE OR REPLACE FUNCTION campaign_api.set_campaign_status(
    campaign_id uuid,
    new_status text,
    old_statuses text[]
)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Waits for leads that are being logged; afterwards there are no more.
    campaign CONSTANT marketing.campaigns := campaign_api.lock_own_campaign(campaign_id);
BEGIN
    IF campaign.status = new_status THEN
        RETURN;
    ELSIF campaign.status <> ALL (old_statuses) THEN
        RAISE EXCEPTION 'campaign "%" is %', campaign.name, campaign.status
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('It can be %s while it is %s.',
                      new_status, array_to_string(old_statuses, ' or '));
    END IF;

    UPDATE marketing.campaigns AS c
    SET status = new_status
    WHERE c.id = campaign.id;
END;
$$;

COMMENT ON FUNCTION campaign_api.set_campaign_status(uuid, text, text[]) IS
    'Changes the status of an own campaign that has one of the old statuses. Not for callers.';

CREATE OR REPLACE FUNCTION campaign_api.create_campaign(
    name text,
    starts_on date DEFAULT NULL,
    ends_on date DEFAULT NULL,
    source text DEFAULT NULL,
    description text DEFAULT NULL
)
    RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    vendor CONSTANT marketing.vendors := campaign_api.current_vendor();
    first_day CONSTANT date
        := coalesce(create_campaign.starts_on, (now() AT TIME ZONE 'UTC')::date);
    clean_name CONSTANT text := utilities.clean_text(create_campaign.name);
    source_id uuid;
    campaign_id uuid;
BEGIN
    IF clean_name IS NULL OR length(clean_name) > 255 THEN
        RAISE EXCEPTION 'a campaign needs a name of 1 to 255 characters'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a name that none of your campaigns has.';
    ELSIF create_campaign.ends_on < first_day THEN
        RAISE EXCEPTION 'the campaign would end on %, before it starts on %',
            create_campaign.ends_on, first_day
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give an ends_on that is not before starts_on, or none.';
    END IF;

    IF create_campaign.source IS NOT NULL THEN
        SELECT s.id INTO source_id
        FROM marketing.sources AS s
        WHERE s.organization_id = vendor.organization_id
            AND lower(s.name) = lower(utilities.clean_text(create_campaign.source))
            AND s.is_active;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'source "%" does not exist', left(create_campaign.source, 100)
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'Ask the organization for the names of its sources, or give none.';
        END IF;
    END IF;

    INSERT INTO marketing.campaigns (
        organization_id, vendor_id, source_id, name, description, status, starts_on, ends_on,
        cost_per_lead, currency
    )
    VALUES (
        vendor.organization_id,
        vendor.id,
        source_id,
        clean_name,
        create_campaign.description,
        'active',
        first_day,
        create_campaign.ends_on,
        vendor.cost_per_lead,
        vendor.currency
    )
    ON CONFLICT (organization_id, vendor_id, lower(name)) DO NOTHING
    RETURNING id INTO campaign_id;

    IF campaign_id IS NULL THEN
        RAISE EXCEPTION 'campaign "%" exists already', clean_name
            USING ERRCODE = 'unique_violation',
                  HINT = 'SELECT * FROM campaign_api.list_campaigns() shows your own.';
    END IF;
    RETURN campaign_id;
END;
$$;

COMMENT ON FUNCTION campaign_api.create_campaign(text, date, date, text, text) IS
    'Starts a campaign of the vendor who calls, at the agreed price of a lead; returns its id. '
    'Days are in UTC; without starts_on it starts today.';

CREATE OR REPLACE FUNCTION campaign_api.pause_campaign(campaign_id uuid)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM campaign_api.set_campaign_status(campaign_id, 'paused', ARRAY['active']);
END;
$$;

COMMENT ON FUNCTION campaign_api.pause_campaign(uuid) IS
    'Pauses an active campaign of the vendor who calls. The organization starts it again.';

CREATE OR REPLACE FUNCTION campaign_api.finish_campaign(campaign_id uuid)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM campaign_api.set_campaign_status(
        campaign_id, 'finished', ARRAY['draft', 'active', 'paused']
    );
END;
$$;

COMMENT ON FUNCTION campaign_api.finish_campaign(uuid) IS
    'Ends a campaign of the vendor who calls, for good.';

REVOKE ALL ON FUNCTION
    campaign_api.current_vendor(),
    campaign_api.own_campaign(uuid),
    campaign_api.lock_own_campaign(uuid),
    campaign_api.set_campaign_status(uuid, text, text[]),
    campaign_api.create_campaign(text, date, date, text, text),
    campaign_api.pause_campaign(uuid),
    campaign_api.finish_campaign(uuid)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    campaign_api.create_campaign(text, date, date, text, text),
    campaign_api.pause_campaign(uuid),
    campaign_api.finish_campaign(uuid)
TO crm_vendor;
