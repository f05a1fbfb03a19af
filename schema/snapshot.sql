-- crmdb snapshot 1, PostgreSQL 15
-- Made by `crmdb drift snapshot`: make it anew instead of changing it.

database settings

extension "uuid-ossp"
    comment: generate universally unique identifiers (UUIDs) (created by crmdb)
    owner: postgres
    schema: extensions
    version: 1.1

extension btree_gin
    comment: support for indexing common datatypes in GIN (created by crmdb)
    owner: postgres
    schema: extensions
    version: 1.3

extension btree_gist
    comment: support for indexing common datatypes in GiST (created by crmdb)
    owner: postgres
    schema: extensions
    version: 1.7

extension pg_stat_statements
    comment: track planning and execution statistics of all SQL statements executed (created by crmdb)
    owner: postgres
    schema: extensions
    version: 1.10

extension pg_trgm
    comment: text similarity measurement and index searching based on trigrams (created by crmdb)
    owner: postgres
    schema: extensions
    version: 1.6

extension pgcrypto
    comment: cryptographic functions (created by crmdb)
    owner: postgres
    schema: extensions
    version: 1.3

function campaign_api.create_campaign(name text, starts_on date, ends_on date, source text, description text)
    comment: Starts a campaign of the vendor who calls, at the agreed price of a lead; returns its id. Days are in UTC; without starts_on it starts today.
    definition:
        |CREATE OR REPLACE FUNCTION campaign_api.create_campaign(name text, starts_on date DEFAULT NULL::date, ends_on date DEFAULT NULL::date, source text DEFAULT NULL::text, description text DEFAULT NULL::text)
        | RETURNS uuid
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |#variable_conflict use_column
        |DECLARE
        |    vendor CONSTANT marketing.vendors := campaign_api.current_vendor();
        |    first_day CONSTANT date
        |        := coalesce(create_campaign.starts_on, (now() AT TIME ZONE 'UTC')::date);
        |    clean_name CONSTANT text := utilities.clean_text(create_campaign.name);
        |    source_id uuid;
        |    campaign_id uuid;
        |BEGIN
        |    IF clean_name IS NULL OR length(clean_name) > 255 THEN
        |        RAISE EXCEPTION 'a campaign needs a name of 1 to 255 characters'
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give a name that none of your campaigns has.';
        |    ELSIF create_campaign.ends_on < first_day THEN
        |        RAISE EXCEPTION 'the campaign would end on %, before it starts on %',
        |            create_campaign.ends_on, first_day
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give an ends_on that is not before starts_on, or none.';
        |    END IF;
        |
        |    IF create_campaign.source IS NOT NULL THEN
        |        SELECT s.id INTO source_id
        |        FROM marketing.sources AS s
        |        WHERE s.organization_id = vendor.organization_id
        |            AND lower(s.name) = lower(utilities.clean_text(create_campaign.source))
        |            AND s.is_active;
        |        IF NOT FOUND THEN
        |            RAISE EXCEPTION 'source "%" does not exist', left(create_campaign.source, 100)
        |                USING ERRCODE = 'invalid_parameter_value',
        |                      HINT = 'Ask the organization for the names of its sources, or give none.';
        |        END IF;
        |    END IF;
        |
        |    INSERT INTO marketing.campaigns (
        |        organization_id, vendor_id, source_id, name, description, status, starts_on, ends_on,
        |        cost_per_lead, currency
        |    )
        |    VALUES (
        |        vendor.organization_id,
        |        vendor.id,
        |        source_id,
        |        clean_name,
        |        create_campaign.description,
        |        'active',
        |        first_day,
        |        create_campaign.ends_on,
        |        vendor.cost_per_lead,
        |        vendor.currency
        |    )
        |    ON CONFLICT (organization_id, vendor_id, lower(name)) DO NOTHING
        |    RETURNING id INTO campaign_id;
        |
        |    IF campaign_id IS NULL THEN
        |        RAISE EXCEPTION 'campaign "%" exists already', clean_name
        |            USING ERRCODE = 'unique_violation',
        |                  HINT = 'SELECT * FROM campaign_api.list_campaigns() shows your own.';
        |    END IF;
        |    RETURN campaign_id;
        |END;
        |$function$
    grant to role crm_vendor: execute
    owner: postgres
    revoke from public: execute

function campaign_api.current_vendor()
    comment: The vendor whose login the session is; an error when there is none. Not for callers.
    definition:
        |CREATE OR REPLACE FUNCTION campaign_api.current_vendor()
        | RETURNS marketing.vendors
        | LANGUAGE plpgsql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    vendor marketing.vendors;
        |BEGIN
        |    -- The login, not a setting: whoever runs SQL can set any setting, and SET ROLE changes
        |    -- current_user; session_user stays who has proved to be it to the server.
        |    SELECT v.* INTO vendor
        |    FROM marketing.vendors AS v
        |    WHERE v.login_role = session_user AND v.status = 'active';
        |
        |    IF NOT FOUND THEN
        |        RAISE EXCEPTION 'login "%" belongs to no active vendor', session_user
        |            USING ERRCODE = 'insufficient_privilege',
        |                  HINT = 'Log in as the vendor itself; an administrator sets '
        |                      'marketing.vendors.login_role.';
        |    END IF;
        |    RETURN vendor;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function campaign_api.finish_campaign(campaign_id uuid)
    comment: Ends a campaign of the vendor who calls, for good.
    definition:
        |CREATE OR REPLACE FUNCTION campaign_api.finish_campaign(campaign_id uuid)
        | RETURNS void
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    PERFORM campaign_api.set_campaign_status(
        |        campaign_id, 'finished', ARRAY['draft', 'active', 'paused']
        |    );
        |END;
        |$function$
    grant to role crm_vendor: execute
    owner: postgres
    revoke from public: execute

function campaign_api.get_campaign_performance(campaign_id uuid, from_date date, to_date date, OUT leads bigint, OUT leads_by_status jsonb, OUT conversions bigint, OUT conversion_rate numeric, OUT cost numeric, OUT cost_per_lead numeric, OUT currency text)
    comment: The leads of a campaign of the vendor who calls, logged in the period (days in UTC, both included; NULL is open), with the statuses they have by now. A conversion is a lead that was recruited; the rate is from 0 to 1, and NULL without leads, as is the cost per lead.
    definition:
        |CREATE OR REPLACE FUNCTION campaign_api.get_campaign_performance(campaign_id uuid, from_date date DEFAULT NULL::date, to_date date DEFAULT NULL::date, OUT leads bigint, OUT leads_by_status jsonb, OUT conversions bigint, OUT conversion_rate numeric, OUT cost numeric, OUT cost_per_lead numeric, OUT currency text)
        | RETURNS record
        | LANGUAGE plpgsql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    campaign CONSTANT marketing.campaigns
        |        := campaign_api.own_campaign(get_campaign_performance.campaign_id);
        |BEGIN
        |    IF to_date < from_date THEN
        |        RAISE EXCEPTION 'the period would end on %, before it begins on %', to_date, from_date
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give a to_date that is not before from_date, or none.';
        |    END IF;
        |
        |    SELECT
        |        coalesce(sum(g.lead_count), 0),
        |        coalesce(jsonb_object_agg(g.status, g.lead_count), '{}'),
        |        coalesce(sum(g.lead_count) FILTER (WHERE g.status = 'recruited'), 0),
        |        coalesce(sum(g.cost), 0)
        |    INTO leads, leads_by_status, conversions, cost
        |    FROM (
        |        SELECT
        |            coalesce(d.status, 'deleted') AS status,
        |            count(*) AS lead_count,
        |            sum(l.cost) AS cost
        |        FROM campaign_api.campaign_leads AS l
        |        LEFT JOIN leads.leads AS d ON d.id = l.lead_id
        |        WHERE l.organization_id = campaign.organization_id
        |            AND l.campaign_id = campaign.id
        |            AND (from_date IS NULL OR l.logged_at >= from_date::timestamp AT TIME ZONE 'UTC')
        |            AND (to_date IS NULL OR l.logged_at < (to_date + 1)::timestamp AT TIME ZONE 'UTC')
        |        GROUP BY coalesce(d.status, 'deleted')
        |    ) AS g;
        |
        |    conversion_rate := round(conversions / nullif(leads, 0)::numeric, 4);
        |    cost_per_lead := round(cost / nullif(leads, 0), 2);
        |    currency := campaign.currency;
        |END;
        |$function$
    grant to role crm_vendor: execute
    owner: postgres
    revoke from public: execute

function campaign_api.list_campaigns()
    comment: The campaigns of the vendor who calls, the latest first.
    definition:
        |CREATE OR REPLACE FUNCTION campaign_api.list_campaigns()
        | RETURNS TABLE(campaign_id uuid, name text, status text, source text, starts_on date, ends_on date, cost_per_lead numeric, currency text, lead_count bigint)
        | LANGUAGE plpgsql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    vendor CONSTANT marketing.vendors := campaign_api.current_vendor();
        |BEGIN
        |    RETURN QUERY
        |    SELECT
        |        c.id,
        |        c.name::text,
        |        c.status::text,
        |        s.name::text,
        |        c.starts_on,
        |        c.ends_on,
        |        c.cost_per_lead,
        |        c.currency::text,
        |        (
        |            SELECT count(*)
        |            FROM campaign_api.campaign_leads AS l
        |            WHERE l.organization_id = c.organization_id AND l.campaign_id = c.id
        |        )
        |    FROM marketing.campaigns AS c
        |    LEFT JOIN marketing.sources AS s ON s.id = c.source_id
        |    WHERE c.organization_id = vendor.organization_id AND c.vendor_id = vendor.id
        |    ORDER BY c.starts_on DESC, c.name;
        |END;
        |$function$
    grant to role crm_vendor: execute
    owner: postgres
    revoke from public: execute

function campaign_api.lock_own_campaign(campaign_id uuid)
    comment: As own_campaign(), and until the transaction ends nobody else changes it or logs a lead on it. Not for callers.
    definition:
        |CREATE OR REPLACE FUNCTION campaign_api.lock_own_campaign(campaign_id uuid)
        | RETURNS marketing.campaigns
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    vendor CONSTANT marketing.vendors := campaign_api.current_vendor();
        |BEGIN
        |    PERFORM
        |    FROM marketing.campaigns AS c
        |    WHERE c.id = lock_own_campaign.campaign_id AND c.vendor_id = vendor.id
        |    FOR NO KEY UPDATE;
        |    -- Only now: while this waited, it may have been given to another vendor, or deleted.
        |    RETURN campaign_api.own_campaign(campaign_id);
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function campaign_api.log_lead(campaign_id uuid, phone_number text, first_name text, last_name text, email text, metadata jsonb, country_code text)
    comment: Adds a lead to the organization, from an active campaign of the vendor who calls; returns its id. Charges the budget of the day, and counts for the target. An error, and nothing done, when the number is a lead already, must not be called, or the budget is used up.
    definition:
        |CREATE OR REPLACE FUNCTION campaign_api.log_lead(campaign_id uuid, phone_number text, first_name text DEFAULT NULL::text, last_name text DEFAULT NULL::text, email text DEFAULT NULL::text, metadata jsonb DEFAULT NULL::jsonb, country_code text DEFAULT NULL::text)
        | RETURNS uuid
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |#variable_conflict use_column
        |DECLARE
        |    vendor CONSTANT marketing.vendors := campaign_api.current_vendor();
        |    -- One lead of a campaign at a time: two transactions that log several leads and wait for each
        |    -- other's numbers and budgets would be a deadlock.
        |    campaign CONSTANT marketing.campaigns
        |        := campaign_api.lock_own_campaign(log_lead.campaign_id);
        |    clean_first_name CONSTANT text := coalesce(utilities.clean_text(log_lead.first_name), '');
        |    clean_last_name CONSTANT text := coalesce(utilities.clean_text(log_lead.last_name), '');
        |    phone CONSTANT text
        |        := utilities.normalize_phone_e164(log_lead.phone_number, log_lead.country_code);
        |    address CONSTANT text := utilities.normalize_email(log_lead.email);
        |    today CONSTANT date := (now() AT TIME ZONE 'UTC')::date;
        |    new_lead_id uuid;
        |BEGIN
        |    -- What the vendor has set in its session is not to stand in the history of the lead. (A SET
        |    -- clause of the function would need a superuser to create it.)
        |    PERFORM set_config(setting, '', true)
        |    FROM unnest(ARRAY[
        |        'app.current_org_id', 'app.current_tenant_id', 'app.current_user_id',
        |        'app.trigger_type', 'app.assignment_strategy'
        |    ]) AS setting;
        |
        |    IF phone IS NULL THEN
        |        RAISE EXCEPTION 'not a phone number: "%"', coalesce(left(log_lead.phone_number, 40), 'NULL')
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give it with its country, such as +12125551234, or give country_code.';
        |    ELSIF NOT utilities.is_valid_email(address) THEN
        |        RAISE EXCEPTION 'not an e-mail address: "%"', left(log_lead.email, 80)
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give an address such as name@example.com, or none.';
        |    ELSIF length(clean_first_name) > 100 OR length(clean_last_name) > 100 THEN
        |        RAISE EXCEPTION 'a name has more than 100 characters'
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give first_name and last_name only; the rest can go into metadata.';
        |    ELSIF jsonb_typeof(log_lead.metadata) <> 'object' THEN
        |        RAISE EXCEPTION 'metadata is no JSON object'
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give it as {"key": "value"}, or none.';
        |    END IF;
        |
        |    IF campaign.status <> 'active'
        |        OR today < campaign.starts_on
        |        OR today > campaign.ends_on
        |    THEN
        |        RAISE EXCEPTION 'campaign "%" takes no leads today', campaign.name
        |            USING ERRCODE = 'object_not_in_prerequisite_state',
        |                  DETAIL = format('It is %s, and runs from %s%s (UTC).', campaign.status,
        |                      campaign.starts_on, ' to ' || campaign.ends_on),
        |                  HINT = 'Log the lead on a campaign that is active today.';
        |    ELSIF leads.is_on_dnc_list(phone, campaign.organization_id) THEN
        |        RAISE EXCEPTION 'number % must not be called', phone
        |            USING ERRCODE = 'check_violation',
        |                  HINT = 'It is on the do-not-call list of the organization: call it no more.';
        |    END IF;
        |
        |    INSERT INTO leads.leads (
        |        organization_id, first_name, last_name, phone_number, email, source, metadata
        |    )
        |    VALUES (
        |        campaign.organization_id,
        |        clean_first_name,
        |        clean_last_name,
        |        phone,
        |        address,
        |        coalesce(
        |            (SELECT s.name FROM marketing.sources AS s WHERE s.id = campaign.source_id),
        |            left(vendor.name, 100)
        |        ),
        |        coalesce(log_lead.metadata, '{}')
        |    )
        |    ON CONFLICT (phone_number, organization_id) WHERE deleted_at IS NULL DO NOTHING
        |    RETURNING id INTO new_lead_id;
        |
        |    IF new_lead_id IS NULL THEN
        |        RAISE EXCEPTION 'number % is a lead already', phone
        |            USING ERRCODE = 'unique_violation',
        |                  HINT = 'The organization has it, from whomever; it is not charged again.';
        |    END IF;
        |
        |    UPDATE marketing.budgets AS b
        |    SET spent = b.spent + campaign.cost_per_lead
        |    WHERE b.organization_id = campaign.organization_id
        |        AND b.campaign_id = campaign.id
        |        AND today BETWEEN b.starts_on AND b.ends_on
        |        AND (b.overspend_allowed OR b.spent + campaign.cost_per_lead <= b.planned);
        |    -- Without a budget for the day there is no limit.
        |    IF NOT FOUND AND EXISTS (
        |        SELECT
        |        FROM marketing.budgets AS b
        |        WHERE b.organization_id = campaign.organization_id
        |            AND b.campaign_id = campaign.id
        |            AND today BETWEEN b.starts_on AND b.ends_on
        |    ) THEN
        |        RAISE EXCEPTION 'the budget of campaign "%" is used up', campaign.name
        |            USING ERRCODE = 'check_violation',
        |                  HINT = 'Ask the organization to raise it.';
        |    END IF;
        |
        |    INSERT INTO campaign_api.campaign_leads (organization_id, campaign_id, lead_id, cost)
        |    VALUES (campaign.organization_id, campaign.id, new_lead_id, campaign.cost_per_lead);
        |
        |    INSERT INTO marketing.achievements AS a (
        |        organization_id, campaign_id, metric, achieved_on, achieved_value
        |    )
        |    VALUES (campaign.organization_id, campaign.id, 'leads', today, 1)
        |    ON CONFLICT (organization_id, campaign_id, metric, achieved_on)
        |    DO UPDATE SET achieved_value = a.achieved_value + 1;
        |
        |    RETURN new_lead_id;
        |END;
        |$function$
    grant to role crm_vendor: execute
    owner: postgres
    revoke from public: execute

function campaign_api.own_campaign(campaign_id uuid)
    comment: The campaign, if it is of the vendor who calls; an error otherwise. Not for callers.
    definition:
        |CREATE OR REPLACE FUNCTION campaign_api.own_campaign(campaign_id uuid)
        | RETURNS marketing.campaigns
        | LANGUAGE plpgsql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    vendor CONSTANT marketing.vendors := campaign_api.current_vendor();
        |    campaign marketing.campaigns;
        |BEGIN
        |    SELECT c.* INTO campaign
        |    FROM marketing.campaigns AS c
        |    WHERE c.id = own_campaign.campaign_id
        |        AND c.vendor_id = vendor.id
        |        AND c.organization_id = vendor.organization_id;
        |
        |    IF NOT FOUND THEN
        |        -- The same for one of another vendor: not even that it exists is told.
        |        RAISE EXCEPTION 'campaign "%" does not exist', coalesce(campaign_id::text, 'NULL')
        |            USING ERRCODE = 'no_data_found',
        |                  HINT = 'SELECT * FROM campaign_api.list_campaigns() shows your own.';
        |    END IF;
        |    RETURN campaign;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function campaign_api.pause_campaign(campaign_id uuid)
    comment: Pauses an active campaign of the vendor who calls. The organization starts it again.
    definition:
        |CREATE OR REPLACE FUNCTION campaign_api.pause_campaign(campaign_id uuid)
        | RETURNS void
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    PERFORM campaign_api.set_campaign_status(campaign_id, 'paused', ARRAY['active']);
        |END;
        |$function$
    grant to role crm_vendor: execute
    owner: postgres
    revoke from public: execute

function campaign_api.set_campaign_status(campaign_id uuid, new_status text, old_statuses text[])
    comment: Changes the status of an own campaign that has one of the old statuses. Not for callers.
    definition:
        |CREATE OR REPLACE FUNCTION campaign_api.set_campaign_status(campaign_id uuid, new_status text, old_statuses text[])
        | RETURNS void
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    -- Waits for leads that are being logged; afterwards there are no more.
        |    campaign CONSTANT marketing.campaigns := campaign_api.lock_own_campaign(campaign_id);
        |BEGIN
        |    IF campaign.status = new_status THEN
        |        RETURN;
        |    ELSIF campaign.status <> ALL (old_statuses) THEN
        |        RAISE EXCEPTION 'campaign "%" is %', campaign.name, campaign.status
        |            USING ERRCODE = 'object_not_in_prerequisite_state',
        |                  HINT = format('It can be %s while it is %s.',
        |                      new_status, array_to_string(old_statuses, ' or '));
        |    END IF;
        |
        |    UPDATE marketing.campaigns AS c
        |    SET status = new_status
        |    WHERE c.id = campaign.id;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function crm.add_to_conversations(ids uuid[], messages integer[], calls integer[], emails integer[], unread integer[])
    comment: Adds to the counts of conversations (nothing where the array is NULL), and looks up the last message, call or e-mail of each.
    definition:
        |CREATE OR REPLACE FUNCTION crm.add_to_conversations(ids uuid[], messages integer[], calls integer[], emails integer[], unread integer[])
        | RETURNS void
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET plan_cache_mode TO 'force_generic_plan'
        | SET enable_seqscan TO 'off'
        | SET enable_hashjoin TO 'off'
        | SET enable_mergejoin TO 'off'
        |AS $function$
        |BEGIN
        |    -- In the order of their ids: two who write into the same conversations wait for each other,
        |    -- and never in a circle. By a statement of its own: the next one sees what the other wrote.
        |    PERFORM 1
        |    FROM crm.conversations AS c
        |    WHERE c.id = ANY (ids)
        |    ORDER BY c.id
        |    FOR NO KEY UPDATE;
        |
        |    UPDATE crm.conversations AS c
        |    SET message_count = c.message_count + coalesce(d.messages, 0),
        |        call_count = c.call_count + coalesce(d.calls, 0),
        |        email_count = c.email_count + coalesce(d.emails, 0),
        |        unread_count = c.unread_count + coalesce(d.unread, 0),
        |        last_message_at = l.at,
        |        last_message_channel = l.channel,
        |        last_message_direction = l.direction,
        |        last_message_preview = l.preview
        |    FROM unnest(ids, messages, calls, emails, unread)
        |        AS d (id, messages, calls, emails, unread)
        |    LEFT JOIN LATERAL (
        |        (
        |            SELECT m.sent_at AS at, m.id, m.channel, m.direction, left(m.body, 160) AS preview
        |            FROM crm.messages AS m
        |            WHERE m.conversation_id = d.id
        |            ORDER BY m.sent_at DESC, m.id DESC
        |            LIMIT 1
        |        )
        |        UNION ALL
        |        (
        |            SELECT k.started_at, k.id, 'call', k.direction, left(k.summary, 160)
        |            FROM crm.calls AS k
        |            WHERE k.conversation_id = d.id
        |            ORDER BY k.started_at DESC, k.id DESC
        |            LIMIT 1
        |        )
        |        UNION ALL
        |        (
        |            SELECT e.sent_at, e.id, 'email', e.direction, left(e.subject, 160)
        |            FROM crm.emails AS e
        |            WHERE e.conversation_id = d.id
        |            ORDER BY e.sent_at DESC, e.id DESC
        |            LIMIT 1
        |        )
        |        ORDER BY at DESC, id DESC
        |        LIMIT 1
        |    ) AS l ON true
        |    WHERE c.id = d.id;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function crm.are_valid_emails(addresses text[])
    comment: Whether each element is an e-mail address; true when there is none.
    definition:
        |CREATE OR REPLACE FUNCTION crm.are_valid_emails(addresses text[])
        | RETURNS boolean
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE STRICT
        |RETURN (SELECT COALESCE(bool_and(COALESCE(utilities.is_valid_email(a.address), false)), true) AS "coalesce" FROM unnest(are_valid_emails.addresses) a(address))
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function crm.calculate_contact_score(contact_id uuid)
    comment: How promising a contact is, from 0 to 100. 5 points each for phone, e-mail, property address and estimated value; 3 for each inbound message or e-mail and each completed call of the last 90 days, at most 30; 25, 15 or 5 when the last message, e-mail or call is not older than 7, 30 or 90 days; 15 for an open deal, 10 for one that was won. 0 when the contact was put away or is not to be contacted; NULL when it does not exist.
    definition:
        |CREATE OR REPLACE FUNCTION crm.calculate_contact_score(contact_id uuid)
        | RETURNS integer
        | LANGUAGE sql
        | STABLE PARALLEL SAFE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT CASE
        |    WHEN c.deleted_at IS NOT NULL OR c.status = 'do_not_contact' THEN 0
        |    ELSE
        |        5 * num_nonnulls(c.phone, c.email, c.property_address, c.estimated_value)
        |        + 3 * least(answers.count, 10)
        |        + CASE
        |            WHEN latest.at > now() - interval '7 days' THEN 25
        |            WHEN latest.at > now() - interval '30 days' THEN 15
        |            WHEN latest.at > now() - interval '90 days' THEN 5
        |            ELSE 0
        |        END
        |        + CASE WHEN deals.open THEN 15 ELSE 0 END
        |        + CASE WHEN deals.won THEN 10 ELSE 0 END
        |END::integer
        |FROM crm.contacts AS c
        |-- Ten are enough to know, however many there are.
        |CROSS JOIN LATERAL (
        |    SELECT count(*) AS count
        |    FROM (
        |        (
        |            SELECT FROM crm.messages AS m
        |            WHERE m.contact_id = c.id AND m.direction = 'inbound'
        |                AND m.sent_at > now() - interval '90 days'
        |            LIMIT 10
        |        )
        |        UNION ALL
        |        (
        |            SELECT FROM crm.emails AS e
        |            WHERE e.contact_id = c.id AND e.direction = 'inbound'
        |                AND e.sent_at > now() - interval '90 days'
        |            LIMIT 10
        |        )
        |        UNION ALL
        |        (
        |            SELECT FROM crm.calls AS k
        |            WHERE k.contact_id = c.id AND k.status = 'completed'
        |                AND k.started_at > now() - interval '90 days'
        |            LIMIT 10
        |        )
        |    ) AS a
        |) AS answers
        |CROSS JOIN LATERAL (
        |    SELECT greatest(
        |        (SELECT max(m.sent_at) FROM crm.messages AS m WHERE m.contact_id = c.id),
        |        (SELECT max(e.sent_at) FROM crm.emails AS e WHERE e.contact_id = c.id),
        |        (SELECT max(k.started_at) FROM crm.calls AS k WHERE k.contact_id = c.id)
        |    ) AS at
        |) AS latest
        |CROSS JOIN LATERAL (
        |    SELECT coalesce(bool_or(d.closed_at IS NULL), false) AS open,
        |        coalesce(bool_or(d.stage = 'closed_won'), false) AS won
        |    FROM crm.deals AS d
        |    WHERE d.contact_id = c.id
        |) AS deals
        |WHERE c.id = calculate_contact_score.contact_id;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function crm.get_contact_tags(contact_id uuid)
    comment: The names of the contact's tags, sorted; an empty array when it has none.
    definition:
        |CREATE OR REPLACE FUNCTION crm.get_contact_tags(contact_id uuid)
        | RETURNS text[]
        | LANGUAGE sql
        | STABLE PARALLEL SAFE
        |RETURN ARRAY(SELECT (t.name)::text AS name FROM (crm.contact_tags ct JOIN crm.tags t ON ((t.id = ct.tag_id))) WHERE (ct.contact_id = get_contact_tags.contact_id) ORDER BY t.name)
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function crm.is_phone_or_short_code(phone text)
    comment: Whether the text is a phone number in E.164 form, or a short code as mass senders have.
    definition:
        |CREATE OR REPLACE FUNCTION crm.is_phone_or_short_code(phone text)
        | RETURNS boolean
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE STRICT
        |RETURN (utilities.is_e164(phone) OR ((phone COLLATE "C") ~ '^[0-9]{3,8}$'::text))
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function crm.log_deal_stage_change()
    comment: Trigger on deals, for each statement: writes the stages they begin in and move to.
    definition:
        |CREATE OR REPLACE FUNCTION crm.log_deal_stage_change()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    organizations uuid[];
        |    deals uuid[];
        |    from_stages text[];
        |    to_stages text[];
        |    times timestamptz[];
        |    stays interval[];
        |    deal_values numeric[];
        |BEGIN
        |    -- In one query, before another table is touched.
        |    IF TG_OP = 'INSERT' THEN
        |        SELECT array_agg(n.organization_id), array_agg(n.id), array_agg(n.stage),
        |            array_agg(n.stage_changed_at), array_agg(n.value)
        |        INTO organizations, deals, to_stages, times, deal_values
        |        FROM new_rows AS n;
        |    ELSE
        |        -- A full join is never a nested loop: the plan is kept for the session, and what was
        |        -- made for one row would take hours for a hundred thousand.
        |        SELECT array_agg(n.organization_id), array_agg(n.id), array_agg(o.stage),
        |            array_agg(n.stage), array_agg(n.stage_changed_at),
        |            array_agg(n.stage_changed_at - o.stage_changed_at), array_agg(n.value)
        |        INTO organizations, deals, from_stages, to_stages, times, stays, deal_values
        |        FROM old_rows AS o
        |        FULL JOIN new_rows AS n ON n.id = o.id
        |        WHERE o.stage IS DISTINCT FROM n.stage;
        |    END IF;
        |
        |    IF deals IS NOT NULL THEN
        |        INSERT INTO crm.deal_stage_history (
        |            organization_id, deal_id, from_stage, to_stage, changed_by, changed_at,
        |            time_in_stage, deal_value
        |        )
        |        SELECT c.organization_id, c.deal_id, c.from_stage, c.to_stage, u.id, c.at, c.stay, c.value
        |        FROM unnest(organizations, deals, from_stages, to_stages, times, stays, deal_values)
        |            AS c (organization_id, deal_id, from_stage, to_stage, at, stay, value)
        |        -- A user of another organization, such as an administrator, cannot be named.
        |        LEFT JOIN users.users AS u
        |            ON u.id = users.current_user_id() AND u.organization_id = c.organization_id;
        |    END IF;
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function crm.mark_overdue_activities(batch_size integer)
    comment: Task, every few minutes: makes pending activities overdue whose due_at has passed, the oldest first; returns how many. Call it again while it returns the batch size.
    definition:
        |CREATE OR REPLACE FUNCTION crm.mark_overdue_activities(batch_size integer DEFAULT 10000)
        | RETURNS integer
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    marked integer;
        |BEGIN
        |    IF batch_size IS NULL OR batch_size NOT BETWEEN 1 AND 1000000 THEN
        |        RAISE EXCEPTION 'invalid batch size: %', coalesce(batch_size::text, 'NULL')
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give a number from 1 to 1000000.';
        |    END IF;
        |
        |    -- Those that somebody is working on are left for the next time.
        |    UPDATE crm.activities AS a
        |    SET status = 'overdue'
        |    WHERE a.id = ANY (ARRAY(
        |        SELECT d.id
        |        FROM crm.activities AS d
        |        WHERE d.status IN ('pending', 'in_progress') AND d.due_at < now()
        |        ORDER BY d.due_at
        |        LIMIT batch_size
        |        FOR NO KEY UPDATE SKIP LOCKED
        |    ));
        |    GET DIAGNOSTICS marked = ROW_COUNT;
        |    RETURN marked;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function crm.normalize_contact()
    comment: Trigger: cleans the e-mail address and makes it lower case.
    definition:
        |CREATE OR REPLACE FUNCTION crm.normalize_contact()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    NEW.email := utilities.normalize_email(NEW.email);
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function crm.search_activities(query text, max_results integer)
    comment: The activities of the current organization that have the words, as search_contacts() finds contacts.
    definition:
        |CREATE OR REPLACE FUNCTION crm.search_activities(query text, max_results integer DEFAULT 50)
        | RETURNS SETOF crm.activities
        | LANGUAGE sql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT a.*
        |FROM crm.activities AS a,
        |    websearch_to_tsquery('pg_catalog.english', search_activities.query) AS q
        |WHERE a.search_vector @@ q
        |    AND a.organization_id = (SELECT users.current_organization_id())
        |ORDER BY ts_rank(a.search_vector, q) DESC, a.id
        |LIMIT max_results;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function crm.search_contacts(query text, max_results integer)
    comment: The contacts of the current organization, not put away, that have the words, the best first. Words as in a search engine: "quoted phrase", or, -not.
    definition:
        |CREATE OR REPLACE FUNCTION crm.search_contacts(query text, max_results integer DEFAULT 50)
        | RETURNS SETOF crm.contacts
        | LANGUAGE sql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT c.*
        |FROM crm.contacts AS c,
        |    websearch_to_tsquery('pg_catalog.english', search_contacts.query) AS q
        |WHERE c.search_vector @@ q
        |    AND c.organization_id = (SELECT users.current_organization_id())
        |    AND c.deleted_at IS NULL
        |ORDER BY ts_rank(c.search_vector, q) DESC, c.id
        |LIMIT max_results;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function crm.search_deals(query text, max_results integer)
    comment: The deals of the current organization that have the words, as search_contacts() finds contacts.
    definition:
        |CREATE OR REPLACE FUNCTION crm.search_deals(query text, max_results integer DEFAULT 50)
        | RETURNS SETOF crm.deals
        | LANGUAGE sql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT d.*
        |FROM crm.deals AS d,
        |    websearch_to_tsquery('pg_catalog.english', search_deals.query) AS q
        |WHERE d.search_vector @@ q
        |    AND d.organization_id = (SELECT users.current_organization_id())
        |ORDER BY ts_rank(d.search_vector, q) DESC, d.id
        |LIMIT max_results;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function crm.stamp_deal()
    comment: Trigger: sets since when a deal is in its stage, and when it was closed.
    definition:
        |CREATE OR REPLACE FUNCTION crm.stamp_deal()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    -- The clock, since the transaction may have begun before another changed the deal.
        |    NEW.stage_changed_at := CASE
        |        WHEN TG_OP = 'INSERT' THEN least(NEW.stage_changed_at, clock_timestamp())
        |        WHEN NEW.stage = OLD.stage THEN OLD.stage_changed_at
        |        ELSE greatest(clock_timestamp(), OLD.stage_changed_at)
        |    END;
        |    NEW.closed_at := CASE
        |        WHEN NEW.stage IN ('closed_won', 'closed_lost')
        |            THEN coalesce(NEW.closed_at, greatest(CURRENT_TIMESTAMP, NEW.created_at))
        |    END;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function crm.update_activity_status()
    comment: Trigger: makes an activity that is written after its due_at overdue, one that is put off pending again, and notes when it was completed.
    definition:
        |CREATE OR REPLACE FUNCTION crm.update_activity_status()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    IF NEW.status IN ('pending', 'in_progress') AND NEW.due_at < now() THEN
        |        NEW.status := 'overdue';
        |    ELSIF NEW.status = 'overdue' AND (NEW.due_at < now()) IS NOT TRUE THEN
        |        NEW.status := 'pending';
        |    END IF;
        |    NEW.completed_at := CASE NEW.status WHEN 'completed' THEN coalesce(NEW.completed_at, now()) END;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function crm.update_conversation_statistics()
    comment: Trigger on messages, calls and emails, for each statement: keeps the statistics of their conversations.
    definition:
        |CREATE OR REPLACE FUNCTION crm.update_conversation_statistics()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    ids uuid[];
        |    entries integer[];
        |    unread integer[];
        |BEGIN
        |    IF TG_OP = 'INSERT' THEN
        |        SELECT array_agg(s.id), array_agg(s.entries), array_agg(s.unread)
        |        INTO ids, entries, unread
        |        FROM (
        |            SELECT n.conversation_id AS id, count(*) AS entries,
        |                count(*) FILTER (WHERE n.is_unread) AS unread
        |            FROM new_rows AS n
        |            WHERE n.conversation_id IS NOT NULL
        |            GROUP BY n.conversation_id
        |        ) AS s;
        |    ELSIF TG_OP = 'DELETE' THEN
        |        SELECT array_agg(s.id), array_agg(-s.entries), array_agg(-s.unread)
        |        INTO ids, entries, unread
        |        FROM (
        |            SELECT o.conversation_id AS id, count(*) AS entries,
        |                count(*) FILTER (WHERE o.is_unread) AS unread
        |            FROM old_rows AS o
        |            WHERE o.conversation_id IS NOT NULL
        |            GROUP BY o.conversation_id
        |        ) AS s;
        |    -- A change that shows in no figure, such as that of a status, locks no conversation.
        |    ELSIF TG_TABLE_NAME = 'messages' THEN
        |        SELECT array_agg(s.id), array_agg(s.entries), array_agg(s.unread)
        |        INTO ids, entries, unread
        |        FROM (
        |            SELECT v.id, sum(v.entries) AS entries,
        |                coalesce(sum(v.entries) FILTER (WHERE v.is_unread), 0) AS unread
        |            FROM old_rows AS o
        |            FULL JOIN new_rows AS n ON n.id = o.id
        |            CROSS JOIN LATERAL (VALUES
        |                (o.conversation_id, -1, o.is_unread), (n.conversation_id, 1, n.is_unread)
        |            ) AS v (id, entries, is_unread)
        |            WHERE v.id IS NOT NULL
        |                AND (o.conversation_id, o.is_unread, o.sent_at, o.direction, o.channel, o.body)
        |                    IS DISTINCT FROM
        |                    (n.conversation_id, n.is_unread, n.sent_at, n.direction, n.channel, n.body)
        |            GROUP BY v.id
        |        ) AS s;
        |    ELSIF TG_TABLE_NAME = 'calls' THEN
        |        SELECT array_agg(s.id), array_agg(s.entries), array_agg(s.unread)
        |        INTO ids, entries, unread
        |        FROM (
        |            SELECT v.id, sum(v.entries) AS entries,
        |                coalesce(sum(v.entries) FILTER (WHERE v.is_unread), 0) AS unread
        |            FROM old_rows AS o
        |            FULL JOIN new_rows AS n ON n.id = o.id
        |            CROSS JOIN LATERAL (VALUES
        |                (o.conversation_id, -1, o.is_unread), (n.conversation_id, 1, n.is_unread)
        |            ) AS v (id, entries, is_unread)
        |            WHERE v.id IS NOT NULL
        |                AND (o.conversation_id, o.is_unread, o.started_at, o.direction, o.summary)
        |                    IS DISTINCT FROM
        |                    (n.conversation_id, n.is_unread, n.started_at, n.direction, n.summary)
        |            GROUP BY v.id
        |        ) AS s;
        |    ELSE
        |        SELECT array_agg(s.id), array_agg(s.entries), array_agg(s.unread)
        |        INTO ids, entries, unread
        |        FROM (
        |            SELECT v.id, sum(v.entries) AS entries,
        |                coalesce(sum(v.entries) FILTER (WHERE v.is_unread), 0) AS unread
        |            FROM old_rows AS o
        |            FULL JOIN new_rows AS n ON n.id = o.id
        |            CROSS JOIN LATERAL (VALUES
        |                (o.conversation_id, -1, o.is_unread), (n.conversation_id, 1, n.is_unread)
        |            ) AS v (id, entries, is_unread)
        |            WHERE v.id IS NOT NULL
        |                AND (o.conversation_id, o.is_unread, o.sent_at, o.direction, o.subject)
        |                    IS DISTINCT FROM
        |                    (n.conversation_id, n.is_unread, n.sent_at, n.direction, n.subject)
        |            GROUP BY v.id
        |        ) AS s;
        |    END IF;
        |
        |    IF ids IS NOT NULL THEN
        |        PERFORM crm.add_to_conversations(
        |            ids,
        |            CASE TG_TABLE_NAME WHEN 'messages' THEN entries END,
        |            CASE TG_TABLE_NAME WHEN 'calls' THEN entries END,
        |            CASE TG_TABLE_NAME WHEN 'emails' THEN entries END,
        |            unread
        |        );
        |    END IF;
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.apply_credits()
    comment: Trigger: the balance of the last row of the ledger becomes the user's credits.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.apply_credits()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    UPDATE users.users AS u SET credits = NEW.balance_after
        |    WHERE u.id = NEW.user_id
        |        AND NOT EXISTS (
        |            SELECT
        |            FROM dialer.credit_transactions AS t
        |            WHERE t.user_id = NEW.user_id AND t.entry_number > NEW.entry_number
        |        );
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.audit_data_isolation()
    comment: Each link between two tables of users' rows, whether its foreign key compares the user, and how many rows refer to a row of another user. Reads whole tables.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.audit_data_isolation()
        | RETURNS TABLE(table_name text, column_name text, referenced_table text, is_enforced boolean, violations bigint)
        | LANGUAGE plpgsql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    link record;
        |BEGIN
        |    FOR link IN
        |        SELECT
        |            k.conrelid::regclass AS child,
        |            k.confrelid::regclass AS parent,
        |            a.attname AS child_column,
        |            p.attname AS parent_column,
        |            cardinality(k.conkey) > 1 AS is_composite
        |        FROM pg_constraint AS k
        |        CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS u (child_number, parent_number)
        |        JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.child_number
        |        JOIN pg_attribute AS p ON p.attrelid = k.confrelid AND p.attnum = u.parent_number
        |        WHERE k.contype = 'f'
        |            AND k.connamespace = 'dialer'::regnamespace
        |            AND a.attname <> 'user_id'
        |            -- Both have an owner.
        |            AND 2 = (
        |                SELECT count(*)
        |                FROM pg_attribute AS o
        |                WHERE o.attrelid IN (k.conrelid, k.confrelid) AND o.attname = 'user_id'
        |            )
        |        ORDER BY k.conrelid::regclass::text, k.conname
        |    LOOP
        |        table_name := link.child;
        |        column_name := link.child_column;
        |        referenced_table := link.parent;
        |        is_enforced := link.is_composite;
        |        EXECUTE format(
        |            'SELECT count(*) FROM %1$s AS c WHERE c.%2$I IS NOT NULL AND NOT EXISTS ('
        |            'SELECT FROM %3$s AS p WHERE p.%4$I = c.%2$I AND p.user_id = c.user_id)',
        |            link.child, link.child_column, link.parent, link.parent_column
        |        ) INTO violations;
        |        RETURN NEXT;
        |    END LOOP;
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.batch_calculate_call_analytics(user_id uuid, start_date date, end_date date)
    comment: Counts a user's days (UTC) anew, from the first to the last, both included.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.batch_calculate_call_analytics(user_id uuid, start_date date, end_date date)
        | RETURNS void
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    IF (start_date <= end_date AND isfinite(start_date) AND isfinite(end_date)) IS NOT TRUE THEN
        |        RAISE EXCEPTION 'invalid days: % to %',
        |            coalesce(start_date::text, 'NULL'), coalesce(end_date::text, 'NULL')
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give the first day and the last, both included.';
        |    END IF;
        |    PERFORM dialer.calculate_daily_call_analytics(user_id, start_date + n)
        |    FROM generate_series(0, end_date - start_date) AS n;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function dialer.calculate_daily_call_analytics(user_id uuid, target_date date)
    comment: Counts a user's day (UTC) anew, with that of each agent.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.calculate_daily_call_analytics(user_id uuid, target_date date)
        | RETURNS void
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |#variable_conflict use_column
        |DECLARE
        |    owner ALIAS FOR $1;
        |    day ALIAS FOR $2;
        |BEGIN
        |    PERFORM dialer.recompute_agent_daily_from_calls(a.id, day)
        |    FROM dialer.agents AS a
        |    WHERE a.user_id = owner;
        |    PERFORM dialer.recompute_user_daily_from_agent(owner, day);
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function dialer.charge_call(call_id uuid, credits integer)
    comment: Takes the credits for a call that has ended, once however often it is called; returns how many it took. The price is the one given, or credits_per_minute (1) for each minute begun. A call that was made is not refused: what the user does not have is left out.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.charge_call(call_id uuid, credits integer DEFAULT NULL::integer)
        | RETURNS integer
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |#variable_conflict use_column
        |DECLARE
        |    ended record;
        |    price integer;
        |    balance integer;
        |BEGIN
        |    SELECT c.user_id, c.status, c.duration_seconds INTO ended
        |    FROM dialer.calls AS c
        |    WHERE c.id = charge_call.call_id
        |    FOR NO KEY UPDATE;
        |
        |    IF NOT FOUND THEN
        |        RAISE EXCEPTION 'call "%" does not exist, or is not yours to see',
        |            coalesce(charge_call.call_id::text, 'NULL')
        |            USING ERRCODE = 'no_data_found';
        |    ELSIF ended.status IN ('initiated', 'in-progress') THEN
        |        RAISE EXCEPTION 'call "%" has not ended', charge_call.call_id
        |            USING ERRCODE = 'object_not_in_prerequisite_state';
        |    ELSIF charge_call.credits < 0 THEN
        |        RAISE EXCEPTION 'invalid price: % credits', charge_call.credits
        |            USING ERRCODE = 'invalid_parameter_value';
        |    END IF;
        |
        |    price := coalesce(
        |        charge_call.credits,
        |        ceil(greatest(ended.duration_seconds, 0) / 60.0)
        |            * coalesce(dialer.config_integer('credits_per_minute'), 1)
        |    );
        |    IF price = 0 THEN
        |        RETURN 0;
        |    END IF;
        |
        |    -- Nobody else takes credits between the look at the balance and the row of the ledger. The
        |    -- call, the figures, the balance: whoever changes a call and pays for it locks in this order.
        |    PERFORM dialer.lock_figures(ARRAY[ended.user_id]);
        |    SELECT u.credits INTO balance
        |    FROM users.users AS u
        |    WHERE u.id = ended.user_id
        |    FOR NO KEY UPDATE;
        |
        |    INSERT INTO dialer.credit_transactions (user_id, amount, type, description, call_id)
        |    VALUES (
        |        ended.user_id,
        |        -least(price, balance),
        |        'usage',
        |        CASE WHEN price > balance THEN format('%s of %s credits', balance, price) END,
        |        charge_call.call_id
        |    )
        |    ON CONFLICT (call_id, type) WHERE type IN ('usage', 'refund') DO NOTHING;
        |
        |    RETURN CASE WHEN FOUND THEN least(price, balance) ELSE 0 END;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function dialer.check_active_call_reference()
    comment: Trigger: an active call is a row of the queue or a call, of the same user and type.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.check_active_call_reference()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    PERFORM
        |    FROM dialer.call_queue AS q
        |    WHERE q.id = NEW.id AND q.user_id = NEW.user_id AND q.call_type = NEW.call_type
        |    FOR KEY SHARE;
        |    IF FOUND THEN
        |        RETURN NEW;
        |    END IF;
        |
        |    PERFORM
        |    FROM dialer.calls AS c
        |    WHERE c.id = NEW.id AND c.user_id = NEW.user_id
        |        AND (c.campaign_id IS NULL OR NEW.call_type = 'campaign')
        |    FOR KEY SHARE;
        |    IF FOUND THEN
        |        RETURN NEW;
        |    END IF;
        |
        |    RAISE EXCEPTION 'active call "%" is no % call of user "%"', NEW.id, NEW.call_type, NEW.user_id
        |        USING ERRCODE = 'foreign_key_violation',
        |              HINT = 'Its id is that of a row of dialer.call_queue or dialer.calls.';
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.cleanup_active_calls_on_delete()
    comment: Trigger: a call, or a row of the queue, that is deleted is no active call any more.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.cleanup_active_calls_on_delete()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    deleted uuid[];
        |BEGIN
        |    SELECT array_agg(o.id) INTO deleted FROM old_rows AS o;
        |    IF deleted IS NOT NULL THEN
        |        DELETE FROM dialer.active_calls AS a WHERE a.id = ANY (deleted);
        |    END IF;
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.cleanup_active_calls_on_queue_change()
    comment: Trigger: a row of the queue that is not being processed any more is no active call.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.cleanup_active_calls_on_queue_change()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    DELETE FROM dialer.active_calls AS a WHERE a.id = NEW.id;
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.cleanup_active_calls_on_status_change()
    comment: Trigger: a call that has ended is not active any more, by its id, its execution at Bolna.ai, or its row of the queue.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.cleanup_active_calls_on_status_change()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    ended uuid[];
        |    owners uuid[];
        |    executions text[];
        |BEGIN
        |    SELECT array_agg(n.id), array_agg(DISTINCT n.user_id), array_agg(n.bolna_execution_id)
        |    INTO ended, owners, executions
        |    FROM new_rows AS n
        |    WHERE n.status IN ('completed', 'failed', 'busy', 'no-answer');
        |
        |    IF ended IS NOT NULL THEN
        |        DELETE FROM dialer.active_calls AS a
        |        WHERE a.id = ANY (ended)
        |            -- Only a user's own: what somebody else wrote there ends nobody's call.
        |            OR (a.bolna_execution_id = ANY (executions) AND a.user_id = ANY (owners))
        |            OR a.id IN (SELECT q.id FROM dialer.call_queue AS q WHERE q.call_id = ANY (ended));
        |    END IF;
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.cleanup_expired_dashboard_cache()
    comment: Task, daily: deletes what dashboards have kept for too long, returns how many rows.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.cleanup_expired_dashboard_cache()
        | RETURNS integer
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    deleted integer;
        |BEGIN
        |    DELETE FROM dialer.dashboard_cache AS d WHERE d.expires_at <= now();
        |    GET DIAGNOSTICS deleted = ROW_COUNT;
        |    RETURN deleted;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function dialer.cleanup_orphaned_active_calls()
    comment: Task, every 5 minutes: forgets active calls that began more than 2 hours ago, or whose call or row of the queue is over or gone; returns how many.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.cleanup_orphaned_active_calls()
        | RETURNS integer
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    deleted integer;
        |BEGIN
        |    DELETE FROM dialer.active_calls AS a
        |    WHERE a.started_at < now() - interval '2 hours'
        |        OR NOT (
        |            EXISTS (
        |                SELECT FROM dialer.calls AS c
        |                WHERE c.id = a.id AND c.status IN ('initiated', 'in-progress')
        |            )
        |            OR EXISTS (
        |                SELECT FROM dialer.call_queue AS q
        |                WHERE q.id = a.id AND q.status IN ('pending', 'processing')
        |            )
        |        );
        |    GET DIAGNOSTICS deleted = ROW_COUNT;
        |    RETURN deleted;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function dialer.complete_lead()
    comment: Trigger: gives a lead the agent and time of its call, and a total score.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.complete_lead()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    call record;
        |BEGIN
        |    IF TG_OP = 'UPDATE' AND NEW.total_score = OLD.total_score
        |        AND OLD.total_score = dialer.mean_score(ARRAY[
        |            OLD.engagement_score, OLD.intent_score, OLD.urgency_score, OLD.budget_score,
        |            OLD.fit_score
        |        ])
        |    THEN
        |        NEW.total_score := NULL;  -- it came from the other scores, and follows them
        |    END IF;
        |    IF NEW.total_score IS NULL THEN
        |        NEW.total_score := dialer.mean_score(ARRAY[
        |            NEW.engagement_score, NEW.intent_score, NEW.urgency_score, NEW.budget_score,
        |            NEW.fit_score
        |        ]);
        |    END IF;
        |    IF TG_OP = 'INSERT' OR (NEW.call_id, NEW.user_id, NEW.agent_id, NEW.called_at)
        |        IS DISTINCT FROM (OLD.call_id, OLD.user_id, OLD.agent_id, OLD.called_at)
        |    THEN
        |        -- Locked: the call cannot move before its lead is there to move along.
        |        SELECT c.agent_id, c.called_at INTO call
        |        FROM dialer.calls AS c
        |        WHERE c.id = NEW.call_id AND c.user_id = NEW.user_id
        |        FOR SHARE;
        |        IF FOUND THEN
        |            NEW.agent_id := call.agent_id;
        |            NEW.called_at := call.called_at;
        |        ELSE
        |            NEW.called_at := CURRENT_TIMESTAMP;  -- so that it is the foreign key that fails
        |        END IF;
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.compute_balance()
    comment: Trigger: numbers a row of the ledger and computes its balance; refuses one below zero.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.compute_balance()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    balance integer;
        |    last_entry record;
        |BEGIN
        |    -- Whoever changes these credits waits here; then the ledger ends with the last of them.
        |    SELECT u.credits INTO balance
        |    FROM users.users AS u
        |    WHERE u.id = NEW.user_id
        |    FOR NO KEY UPDATE;
        |    IF NOT FOUND THEN
        |        -- No such user, or not yours: the foreign key or the policy refuses the row.
        |        NEW.entry_number := 0;
        |        NEW.balance_after := 0;
        |        RETURN NEW;
        |    END IF;
        |
        |    -- Not users.credits: with several rows in one statement it does not know the others yet.
        |    SELECT t.entry_number, t.balance_after INTO last_entry
        |    FROM dialer.credit_transactions AS t
        |    WHERE t.user_id = NEW.user_id
        |    ORDER BY t.entry_number DESC
        |    LIMIT 1;
        |
        |    balance := coalesce(last_entry.balance_after, balance);
        |    IF balance + NEW.amount < 0 THEN
        |        RAISE EXCEPTION 'user "%" has % credits, not %', NEW.user_id, balance, -NEW.amount
        |            USING ERRCODE = 'check_violation',
        |                  TABLE = 'credit_transactions',
        |                  CONSTRAINT = 'credit_transactions_balance_after_not_negative_check',
        |                  HINT = 'Insert a purchase first.';
        |    END IF;
        |
        |    NEW.entry_number := coalesce(last_entry.entry_number, 0) + 1;
        |    NEW.balance_after := balance + NEW.amount;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.config_integer(key text)
    comment: The setting as a number; NULL when there is none, or it is no number.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.config_integer(key text)
        | RETURNS integer
        | LANGUAGE sql
        | STABLE
        |RETURN (SELECT (c.value)::integer AS value FROM dialer.system_config c WHERE (((c.key)::text = config_integer.key) AND (c.value ~ '^[0-9]{1,9}$'::text)))
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.count_active_calls(user_id uuid)
    comment: How many calls of the user are under way.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.count_active_calls(user_id uuid)
        | RETURNS integer
        | LANGUAGE sql
        | STABLE
        |RETURN (SELECT (count(*))::integer AS count FROM dialer.active_calls a WHERE (a.user_id = count_active_calls.user_id))
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.count_call_credits()
    comment: Trigger, FOR EACH STATEMENT: adds what is paid for a call to its credits_used, and takes off what is refunded.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.count_call_credits()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET plan_cache_mode TO 'force_generic_plan'
        |AS $function$
        |DECLARE
        |    call_ids uuid[];
        |    amounts integer[];
        |BEGIN
        |    SELECT array_agg(t.call_id), array_agg(t.amount) INTO call_ids, amounts
        |    FROM new_rows AS t
        |    WHERE t.call_id IS NOT NULL AND t.type IN ('usage', 'refund');
        |    IF call_ids IS NOT NULL THEN
        |        UPDATE dialer.calls AS c SET credits_used = c.credits_used - t.amount
        |        FROM (
        |            SELECT u.call_id, sum(u.amount) AS amount
        |            FROM unnest(call_ids, amounts) AS u (call_id, amount)
        |            GROUP BY u.call_id
        |        ) AS t
        |        WHERE c.id = t.call_id;
        |    END IF;
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.count_calls(added dialer.counted_call[], removed dialer.counted_call[])
    comment: Adds calls to dialer.agent_analytics, and takes others back; a row without calls and leads is deleted.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.count_calls(added dialer.counted_call[], removed dialer.counted_call[])
        | RETURNS void
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET plan_cache_mode TO 'force_generic_plan'
        |AS $function$
        |DECLARE
        |    figures dialer.call_figures[];
        |    updated integer;
        |    emptied uuid[];
        |BEGIN
        |    IF added IS NOT DISTINCT FROM removed THEN
        |        RETURN;  -- nothing that counts has changed
        |    END IF;
        |    PERFORM dialer.lock_figures(ARRAY(SELECT c.user_id FROM unnest(added || removed) AS c));
        |
        |    -- The row of a day has no hour: the second grouping set.
        |    SELECT array_agg(g.f) INTO figures
        |    FROM (
        |        SELECT ROW(
        |            c.agent_id,
        |            c.user_id,
        |            c.date,
        |            c.hour,
        |            sum(c.n),
        |            coalesce(sum(c.n) FILTER (WHERE c.status = 'completed'), 0),
        |            coalesce(sum(c.n) FILTER (WHERE c.status IN ('failed', 'busy', 'no-answer')), 0),
        |            coalesce(sum(c.n) FILTER (
        |                WHERE c.status IN ('in-progress', 'completed') OR c.duration_seconds > 0
        |            ), 0),
        |            coalesce(sum(c.n * c.duration_seconds), 0),
        |            sum(c.n * c.credits_used)
        |        )::dialer.call_figures AS f
        |        FROM (
        |            SELECT
        |                s.*,
        |                (s.called_at AT TIME ZONE 'UTC')::date AS date,
        |                extract(hour FROM s.called_at AT TIME ZONE 'UTC')::integer AS hour
        |            FROM (
        |                SELECT 1::bigint AS n, a.* FROM unnest(added) AS a
        |                UNION ALL
        |                SELECT -1, r.* FROM unnest(removed) AS r
        |            ) AS s
        |        ) AS c
        |        GROUP BY GROUPING SETS (
        |            (c.agent_id, c.user_id, c.date, c.hour),
        |            (c.agent_id, c.user_id, c.date)
        |        )
        |    ) AS g;
        |
        |    WITH updated AS (
        |        UPDATE dialer.agent_analytics AS t SET
        |            total_calls = t.total_calls + f.total_calls,
        |            successful_calls = t.successful_calls + f.successful_calls,
        |            failed_calls = t.failed_calls + f.failed_calls,
        |            answered_calls = t.answered_calls + f.answered_calls,
        |            total_duration_seconds = t.total_duration_seconds + f.total_duration_seconds,
        |            credits_used = t.credits_used + f.credits_used
        |        FROM unnest(figures) AS f
        |        WHERE t.agent_id = f.agent_id AND t.date = f.date AND t.hour IS NOT DISTINCT FROM f.hour
        |        RETURNING t.id, t.total_calls = 0 AND t.leads_generated = 0 AS is_empty
        |    )
        |    SELECT count(*), array_agg(u.id) FILTER (WHERE u.is_empty) INTO updated, emptied
        |    FROM updated AS u;
        |
        |    -- Nobody else can add the rows that are not there yet: that is what the lock is for.
        |    IF updated < cardinality(figures) THEN
        |        INSERT INTO dialer.agent_analytics (
        |            agent_id, user_id, date, hour, total_calls, successful_calls, failed_calls,
        |            answered_calls, total_duration_seconds, credits_used
        |        )
        |        SELECT f.*
        |        FROM unnest(figures) AS f
        |        WHERE NOT EXISTS (
        |            SELECT
        |            FROM dialer.agent_analytics AS t
        |            WHERE t.agent_id = f.agent_id AND t.date = f.date
        |                AND t.hour IS NOT DISTINCT FROM f.hour
        |        )
        |            -- An agent that is being deleted takes its rows here along.
        |            AND EXISTS (SELECT FROM dialer.agents AS a WHERE a.id = f.agent_id);
        |    END IF;
        |    IF emptied IS NOT NULL THEN
        |        DELETE FROM dialer.agent_analytics AS t WHERE t.id = ANY (emptied);
        |    END IF;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.count_for_campaigns(added_to uuid[], added text[], removed_from uuid[], removed text[])
    comment: Adds calls that ended, by their campaigns and status, to the counters of the campaigns, and takes others back.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.count_for_campaigns(added_to uuid[], added text[], removed_from uuid[], removed text[])
        | RETURNS void
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET plan_cache_mode TO 'force_generic_plan'
        |AS $function$
        |BEGIN
        |    IF (added_to, added) IS NOT DISTINCT FROM (removed_from, removed) THEN
        |        RETURN;  -- nothing that counts has changed
        |    END IF;
        |
        |    IF cardinality(added_to || removed_from) > 1 THEN
        |        -- In the order of their ids, or two statements could block each other.
        |        PERFORM
        |        FROM dialer.call_campaigns AS t
        |        WHERE t.id = ANY (added_to || removed_from)
        |        ORDER BY t.id
        |        FOR NO KEY UPDATE;
        |    END IF;
        |
        |    UPDATE dialer.call_campaigns AS t SET
        |        completed_calls = t.completed_calls + d.completed,
        |        successful_calls = t.successful_calls + d.successful,
        |        failed_calls = t.failed_calls + d.completed - d.successful
        |    FROM (
        |        SELECT
        |            c.campaign_id,
        |            sum(c.n) AS completed,
        |            coalesce(sum(c.n) FILTER (WHERE c.status = 'completed'), 0) AS successful
        |        FROM (
        |            SELECT 1 AS n, a.* FROM unnest(added_to, added) AS a (campaign_id, status)
        |            UNION ALL
        |            SELECT -1, r.* FROM unnest(removed_from, removed) AS r (campaign_id, status)
        |        ) AS c
        |        GROUP BY c.campaign_id
        |    ) AS d
        |    WHERE t.id = d.campaign_id AND (d.completed <> 0 OR d.successful <> 0);
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.count_leads(added dialer.counted_lead[], removed dialer.counted_lead[])
    comment: Adds leads to dialer.agent_analytics, and takes others back; a row without calls and leads is deleted.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.count_leads(added dialer.counted_lead[], removed dialer.counted_lead[])
        | RETURNS void
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET plan_cache_mode TO 'force_generic_plan'
        |AS $function$
        |DECLARE
        |    figures dialer.lead_figures[];
        |    updated integer;
        |    emptied uuid[];
        |BEGIN
        |    IF added IS NOT DISTINCT FROM removed THEN
        |        RETURN;  -- nothing that counts has changed
        |    END IF;
        |    PERFORM dialer.lock_figures(ARRAY(SELECT c.user_id FROM unnest(added || removed) AS c));
        |
        |    -- The row of a day has no hour: the second grouping set.
        |    SELECT array_agg(g.f) INTO figures
        |    FROM (
        |        SELECT ROW(
        |            c.agent_id,
        |            c.user_id,
        |            c.date,
        |            c.hour,
        |            sum(c.n),
        |            coalesce(sum(c.n) FILTER (WHERE c.is_qualified), 0),
        |            coalesce(sum(c.n * c.scores[1]), 0),
        |            coalesce(sum(c.n) FILTER (WHERE c.scores[1] IS NOT NULL), 0),
        |            coalesce(sum(c.n * c.scores[2]), 0),
        |            coalesce(sum(c.n) FILTER (WHERE c.scores[2] IS NOT NULL), 0),
        |            coalesce(sum(c.n * c.scores[3]), 0),
        |            coalesce(sum(c.n) FILTER (WHERE c.scores[3] IS NOT NULL), 0),
        |            coalesce(sum(c.n * c.scores[4]), 0),
        |            coalesce(sum(c.n) FILTER (WHERE c.scores[4] IS NOT NULL), 0),
        |            coalesce(sum(c.n * c.scores[5]), 0),
        |            coalesce(sum(c.n) FILTER (WHERE c.scores[5] IS NOT NULL), 0),
        |            coalesce(sum(c.n * c.scores[6]), 0),
        |            coalesce(sum(c.n) FILTER (WHERE c.scores[6] IS NOT NULL), 0),
        |            sum(c.n * c.cta_clicks[1]),
        |            sum(c.n * c.cta_clicks[2]),
        |            sum(c.n * c.cta_clicks[3]),
        |            sum(c.n * c.cta_clicks[4]),
        |            sum(c.n * c.cta_clicks[5]),
        |            coalesce(sum(c.n) FILTER (WHERE 0 < ANY (c.cta_clicks)), 0)
        |        )::dialer.lead_figures AS f
        |        FROM (
        |            SELECT
        |                s.*,
        |                (s.called_at AT TIME ZONE 'UTC')::date AS date,
        |                extract(hour FROM s.called_at AT TIME ZONE 'UTC')::integer AS hour
        |            FROM (
        |                SELECT 1::bigint AS n, a.* FROM unnest(added) AS a
        |                UNION ALL
        |                SELECT -1, r.* FROM unnest(removed) AS r
        |            ) AS s
        |        ) AS c
        |        GROUP BY GROUPING SETS (
        |            (c.agent_id, c.user_id, c.date, c.hour),
        |            (c.agent_id, c.user_id, c.date)
        |        )
        |    ) AS g;
        |
        |    WITH updated AS (
        |        UPDATE dialer.agent_analytics AS t SET
        |            leads_generated = t.leads_generated + f.leads_generated,
        |            qualified_leads = t.qualified_leads + f.qualified_leads,
        |            engagement_score_sum = t.engagement_score_sum + f.engagement_score_sum,
        |            engagement_score_count = t.engagement_score_count + f.engagement_score_count,
        |            intent_score_sum = t.intent_score_sum + f.intent_score_sum,
        |            intent_score_count = t.intent_score_count + f.intent_score_count,
        |            urgency_score_sum = t.urgency_score_sum + f.urgency_score_sum,
        |            urgency_score_count = t.urgency_score_count + f.urgency_score_count,
        |            budget_score_sum = t.budget_score_sum + f.budget_score_sum,
        |            budget_score_count = t.budget_score_count + f.budget_score_count,
        |            fit_score_sum = t.fit_score_sum + f.fit_score_sum,
        |            fit_score_count = t.fit_score_count + f.fit_score_count,
        |            total_score_sum = t.total_score_sum + f.total_score_sum,
        |            total_score_count = t.total_score_count + f.total_score_count,
        |            cta_pricing_clicks = t.cta_pricing_clicks + f.cta_pricing_clicks,
        |            cta_demo_clicks = t.cta_demo_clicks + f.cta_demo_clicks,
        |            cta_followup_clicks = t.cta_followup_clicks + f.cta_followup_clicks,
        |            cta_sample_clicks = t.cta_sample_clicks + f.cta_sample_clicks,
        |            cta_human_escalations = t.cta_human_escalations + f.cta_human_escalations,
        |            cta_leads = t.cta_leads + f.cta_leads
        |        FROM unnest(figures) AS f
        |        WHERE t.agent_id = f.agent_id AND t.date = f.date AND t.hour IS NOT DISTINCT FROM f.hour
        |        RETURNING t.id, t.total_calls = 0 AND t.leads_generated = 0 AS is_empty
        |    )
        |    SELECT count(*), array_agg(u.id) FILTER (WHERE u.is_empty) INTO updated, emptied
        |    FROM updated AS u;
        |
        |    -- As in dialer.count_calls(): a lead may be counted before its call.
        |    IF updated < cardinality(figures) THEN
        |        INSERT INTO dialer.agent_analytics (
        |            agent_id, user_id, date, hour, leads_generated, qualified_leads, engagement_score_sum,
        |            engagement_score_count, intent_score_sum, intent_score_count, urgency_score_sum,
        |            urgency_score_count, budget_score_sum, budget_score_count, fit_score_sum,
        |            fit_score_count, total_score_sum, total_score_count, cta_pricing_clicks,
        |            cta_demo_clicks, cta_followup_clicks, cta_sample_clicks, cta_human_escalations,
        |            cta_leads
        |        )
        |        SELECT f.*
        |        FROM unnest(figures) AS f
        |        WHERE NOT EXISTS (
        |            SELECT
        |            FROM dialer.agent_analytics AS t
        |            WHERE t.agent_id = f.agent_id AND t.date = f.date
        |                AND t.hour IS NOT DISTINCT FROM f.hour
        |        )
        |            -- An agent that is being deleted takes its rows here along.
        |            AND EXISTS (SELECT FROM dialer.agents AS a WHERE a.id = f.agent_id);
        |    END IF;
        |    IF emptied IS NOT NULL THEN
        |        DELETE FROM dialer.agent_analytics AS t WHERE t.id = ANY (emptied);
        |    END IF;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.count_lines_in_use(user_id uuid)
    comment: How many calls of the user are under way or about to be: active, or taken from the queue.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.count_lines_in_use(user_id uuid)
        | RETURNS integer
        | LANGUAGE sql
        | STABLE
        |RETURN (dialer.count_active_calls(user_id) + (SELECT (count(*))::integer AS count FROM dialer.call_queue q WHERE ((q.user_id = count_lines_in_use.user_id) AND ((q.status)::text = 'processing'::text) AND (q.processing_started_at > (now() - '02:00:00'::interval)) AND (NOT (EXISTS (SELECT FROM dialer.active_calls a WHERE (a.id = ANY (ARRAY[q.id, q.call_id]))))))))
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function dialer.count_system_lines_in_use()
    comment: The same as count_lines_in_use(), of all users.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.count_system_lines_in_use()
        | RETURNS integer
        | LANGUAGE sql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT (
        |    (SELECT count(*) FROM dialer.active_calls)
        |    + (
        |        SELECT count(*)
        |        FROM dialer.call_queue AS q
        |        WHERE q.status = 'processing'
        |            AND q.processing_started_at > now() - interval '2 hours'
        |            AND NOT EXISTS (
        |                SELECT FROM dialer.active_calls AS a WHERE a.id IN (q.id, q.call_id)
        |            )
        |    )
        |)::integer;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function dialer.count_user_direct_calls_queued(user_id uuid)
    comment: How many direct calls of the user wait in the queue.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.count_user_direct_calls_queued(user_id uuid)
        | RETURNS integer
        | LANGUAGE sql
        | STABLE
        |RETURN (SELECT (count(*))::integer AS count FROM dialer.call_queue q WHERE ((q.user_id = count_user_direct_calls_queued.user_id) AND ((q.status)::text = 'pending'::text) AND ((q.call_type)::text = 'direct'::text)))
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.count_user_kpi_differences(user_id uuid)
    comment: How many days of a user dialer.user_kpi_summary has not, has wrong, or has too many.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.count_user_kpi_differences(user_id uuid)
        | RETURNS bigint
        | LANGUAGE sql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT count(*)
        |FROM (SELECT k.* FROM dialer.user_kpis AS k WHERE k.user_id = $1) AS now_is
        |FULL JOIN (SELECT k.* FROM dialer.user_kpi_summary AS k WHERE k.user_id = $1) AS was
        |    ON was.date = now_is.date
        |WHERE now_is IS DISTINCT FROM was
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.cta_clicks(analysis jsonb)
    comment: How often a lead followed each call to action, by the ai_analysis of a lead: a number from 0 to 1000, or true for once.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.cta_clicks(analysis jsonb)
        | RETURNS integer[]
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE
        |RETURN ARRAY(SELECT CASE jsonb_typeof((cta_clicks.analysis -> k.key)) WHEN 'number'::text THEN (LEAST(GREATEST(((cta_clicks.analysis ->> k.key))::numeric, (0)::numeric), (1000)::numeric))::integer WHEN 'boolean'::text THEN (((cta_clicks.analysis ->> k.key))::boolean)::integer ELSE 0 END AS "case" FROM unnest(ARRAY['cta_pricing_clicks'::text, 'cta_demo_clicks'::text, 'cta_followup_clicks'::text, 'cta_sample_clicks'::text, 'cta_human_escalations'::text]) WITH ORDINALITY k(key, n) ORDER BY k.n)
    owner: postgres
    revoke from public: execute

function dialer.derive_agent_rates()
    comment: Trigger: sets the minutes, averages and rates of a row from its sums, whatever was written.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.derive_agent_rates()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    NEW.total_duration_minutes := round(NEW.total_duration_seconds / 60.0);
        |    NEW.avg_duration_minutes :=
        |        dialer.mean(NEW.total_duration_seconds / 60.0, NEW.answered_calls);
        |    NEW.success_rate :=
        |        dialer.percent(NEW.successful_calls, NEW.successful_calls + NEW.failed_calls);
        |    NEW.answer_rate := dialer.percent(NEW.answered_calls, NEW.total_calls);
        |    NEW.conversion_rate := dialer.percent(NEW.qualified_leads, NEW.total_calls);
        |    NEW.cost_per_lead := dialer.mean(NEW.credits_used, NEW.leads_generated);
        |    NEW.avg_engagement_score := dialer.mean(NEW.engagement_score_sum, NEW.engagement_score_count);
        |    NEW.avg_intent_score := dialer.mean(NEW.intent_score_sum, NEW.intent_score_count);
        |    NEW.avg_urgency_score := dialer.mean(NEW.urgency_score_sum, NEW.urgency_score_count);
        |    NEW.avg_budget_score := dialer.mean(NEW.budget_score_sum, NEW.budget_score_count);
        |    NEW.avg_fit_score := dialer.mean(NEW.fit_score_sum, NEW.fit_score_count);
        |    NEW.avg_total_score := dialer.mean(NEW.total_score_sum, NEW.total_score_count);
        |    NEW.total_cta_interactions := NEW.cta_pricing_clicks + NEW.cta_demo_clicks
        |        + NEW.cta_followup_clicks + NEW.cta_sample_clicks + NEW.cta_human_escalations;
        |    NEW.cta_conversion_rate := dialer.percent(NEW.cta_leads, NEW.total_calls);
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.determine_call_source(from_number text, to_number text)
    comment: internet when either end is an address there (SIP, a browser), phone when what is known of both is a telephone number, else unknown.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.determine_call_source(from_number text, to_number text)
        | RETURNS character varying
        | LANGUAGE plpgsql
        | IMMUTABLE PARALLEL SAFE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    numbers CONSTANT text[] := ARRAY[lower(btrim(from_number)), lower(btrim(to_number))];
        |    -- Addresses of SIP, and what Twilio and browsers call themselves.
        |    internet CONSTANT text := '^(sips?:|client:|web|internet|browser)|@';
        |    telephone CONSTANT text := '^\\+?[0-9][0-9 ()./-]{2,24}$';
        |    address text;
        |    phones integer := 0;
        |    strange integer := 0;
        |BEGIN
        |    FOREACH address IN ARRAY numbers LOOP
        |        IF address ~ internet THEN
        |            RETURN 'internet';
        |        ELSIF address ~ telephone THEN
        |            phones := phones + 1;
        |        ELSIF address <> '' THEN
        |            strange := strange + 1;
        |        END IF;
        |    END LOOP;
        |    RETURN CASE WHEN phones > 0 AND strange = 0 THEN 'phone' ELSE 'unknown' END;
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.generate_customer_reference()
    comment: A new customer reference: CUST- and a ULID. Later ones sort after earlier ones.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.generate_customer_reference()
        | RETURNS character varying
        | LANGUAGE sql
        |RETURN ('CUST-'::text || utilities.generate_ulid())
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function dialer.get_call_queue_position(queue_id uuid)
    comment: The place of a pending row among all that its user has waiting, from 1; NULL when it does not wait. Whether a campaign may call just now is left aside.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.get_call_queue_position(queue_id uuid)
        | RETURNS integer
        | LANGUAGE sql
        | STABLE
        |RETURN (SELECT ((SELECT (1 + count(*)) FROM dialer.call_queue q WHERE ((q.user_id = me.user_id) AND ((q.status)::text = 'pending'::text) AND CASE WHEN ((q.call_type)::text <> (me.call_type)::text) THEN ((q.call_type)::text = 'direct'::text) WHEN (q.priority <> me.priority) THEN (q.priority > me.priority) ELSE (ROW(COALESCE(q.scheduled_for, '-infinity'::timestamp with time zone), q.created_at, q.id) < ROW(COALESCE(me.scheduled_for, '-infinity'::timestamp with time zone), me.created_at, me.id)) END)))::integer FROM dialer.call_queue me WHERE ((me.id = get_call_queue_position.queue_id) AND ((me.status)::text = 'pending'::text)))
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.get_next_direct_call_queued(user_id uuid)
    comment: Takes the user's next direct call that is due: its row, now processing, or no row.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.get_next_direct_call_queued(user_id uuid)
        | RETURNS SETOF dialer.call_queue
        | LANGUAGE plpgsql
        | ROWS 1
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    IF dialer.try_line(user_id) THEN
        |        RETURN QUERY SELECT * FROM dialer.take_queued_call(user_id, 'direct', ARRAY[user_id]);
        |    END IF;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function dialer.get_next_queued_call(user_id uuid)
    comment: Takes the user's next call that is due: its row, now processing, or no row. Direct calls first, then those of active campaigns within their days and hours; by priority, then time.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.get_next_queued_call(user_id uuid)
        | RETURNS SETOF dialer.call_queue
        | LANGUAGE plpgsql
        | ROWS 1
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |#variable_conflict use_column
        |DECLARE
        |    owner ALIAS FOR $1;
        |    user_zone CONSTANT text := dialer.get_user_timezone(owner);
        |    campaigns uuid[];
        |BEGIN
        |    RETURN QUERY SELECT * FROM dialer.get_next_direct_call_queued(owner);
        |    IF FOUND OR NOT dialer.try_line(owner) THEN
        |        RETURN;
        |    END IF;
        |
        |    campaigns := ARRAY(
        |        SELECT c.id
        |        FROM dialer.call_campaigns AS c
        |        WHERE c.user_id = owner
        |            AND c.status = 'active'
        |            AND dialer.is_call_time(
        |                c.start_date,
        |                c.end_date,
        |                c.first_call_time,
        |                c.last_call_time,
        |                CASE
        |                    WHEN c.use_custom_timezone THEN coalesce(c.campaign_timezone, user_zone)
        |                    ELSE user_zone
        |                END,
        |                now()
        |            )
        |    );
        |    RETURN QUERY SELECT * FROM dialer.take_queued_call(owner, 'campaign', campaigns || owner);
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function dialer.get_system_active_calls_count()
    comment: How many calls of all users are under way.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.get_system_active_calls_count()
        | RETURNS integer
        | LANGUAGE sql
        | STABLE
        |RETURN (SELECT s.total_active FROM dialer.system_active_calls() s(direct_calls, campaign_calls, total_active))
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.get_user_active_calls_count(user_id uuid)
    comment: The same as count_active_calls(): the document has both names.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.get_user_active_calls_count(user_id uuid)
        | RETURNS integer
        | LANGUAGE sql
        | STABLE
        |RETURN dialer.count_active_calls(user_id)
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.get_user_kpi_summary()
    comment: The rows of dialer.user_kpi_summary of the user that the session works for (app.current_user_id); none without one.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.get_user_kpi_summary()
        | RETURNS SETOF dialer.user_kpi_summary
        | LANGUAGE sql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT k.*
        |FROM dialer.user_kpi_summary AS k
        |WHERE k.user_id = (SELECT users.current_user_id())
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.get_user_timezone(user_id uuid)
    comment: The user's location when it names a time zone, else default_timezone of dialer.system_config, else UTC.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.get_user_timezone(user_id uuid)
        | RETURNS character varying
        | LANGUAGE plpgsql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    zone text;
        |BEGIN
        |    SELECT u.location INTO zone FROM users.users AS u WHERE u.id = get_user_timezone.user_id;
        |    IF dialer.is_time_zone(zone) THEN
        |        RETURN zone;
        |    END IF;
        |
        |    SELECT c.value INTO zone FROM dialer.system_config AS c WHERE c.key = 'default_timezone';
        |    RETURN CASE WHEN dialer.is_time_zone(zone) THEN zone ELSE 'UTC' END;
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.is_call_time(start_date date, end_date date, first_call_time time without time zone, last_call_time time without time zone, zone text, moment timestamp with time zone)
    comment: Whether a campaign with these days and hours, in this time zone, may call at the moment. Hours that end before they begin go past midnight.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.is_call_time(start_date date, end_date date, first_call_time time without time zone, last_call_time time without time zone, zone text, moment timestamp with time zone)
        | RETURNS boolean
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE
        |RETURN (SELECT (((l.day >= is_call_time.start_date) AND (l.day <= COALESCE(is_call_time.end_date, 'infinity'::date))) AND l.is_open) FROM (SELECT (((is_call_time.moment AT TIME ZONE is_call_time.zone))::date - CASE WHEN ((is_call_time.first_call_time > is_call_time.last_call_time) AND (((is_call_time.moment AT TIME ZONE is_call_time.zone))::time without time zone <= is_call_time.last_call_time)) THEN 1 ELSE 0 END) AS day, CASE WHEN (is_call_time.first_call_time <= is_call_time.last_call_time) THEN ((((is_call_time.moment AT TIME ZONE is_call_time.zone))::time without time zone >= is_call_time.first_call_time) AND (((is_call_time.moment AT TIME ZONE is_call_time.zone))::time without time zone <= is_call_time.last_call_time)) ELSE ((((is_call_time.moment AT TIME ZONE is_call_time.zone))::time without time zone >= is_call_time.first_call_time) OR (((is_call_time.moment AT TIME ZONE is_call_time.zone))::time without time zone <= is_call_time.last_call_time)) END AS is_open) l)
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function dialer.is_super_admin()
    comment: Whether the session works for an active super admin.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.is_super_admin()
        | RETURNS boolean
        | LANGUAGE sql
        | STABLE
        |RETURN (EXISTS (SELECT FROM users.users u WHERE ((u.id = (SELECT users.current_user_id() AS current_user_id)) AND ((u.role)::text = 'super_admin'::text) AND u.is_active)))
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.is_time_zone(name text)
    comment: Whether the text names a time zone that the server knows: Europe/Berlin, UTC.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.is_time_zone(name text)
        | RETURNS boolean
        | LANGUAGE plpgsql
        | STABLE STRICT
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    -- Any letters before a number would pass as a POSIX time zone: numbers in names of Etc only.
        |    IF name !~ '^([A-Za-z_-]+(/[A-Za-z_-]+)*|Etc/GMT[+-]?[0-9]+)$' THEN
        |        RETURN false;
        |    END IF;
        |    PERFORM now() AT TIME ZONE name;
        |    RETURN true;
        |EXCEPTION
        |    WHEN invalid_parameter_value THEN
        |        RETURN false;
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.lock_figures(user_ids uuid[])
    comment: Waits until no other transaction changes figures of these users, and keeps others waiting until this one ends. Two calls of a user change the same row of the day anyway; with one lock before all rows, the order in which agents are written cannot lead to a deadlock.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.lock_figures(user_ids uuid[])
        | RETURNS void
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET plan_cache_mode TO 'force_generic_plan'
        |AS $function$
        |BEGIN
        |    -- A key for many users: a statement over all of them must not fill the server's lock table.
        |    PERFORM pg_advisory_xact_lock(1022, k.key)
        |    FROM (SELECT DISTINCT uuid_hash(u) & 1023 AS key FROM unnest(user_ids) AS u ORDER BY key) AS k;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function dialer.lock_figures_for_ledger()
    comment: Trigger: an entry for a call locks the call and the user's figures, and after them the balance. Whoever changes a call and then pays for it takes them in this order too.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.lock_figures_for_ledger()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    PERFORM
        |    FROM dialer.calls AS c
        |    WHERE c.id = NEW.call_id AND c.user_id = NEW.user_id
        |    FOR NO KEY UPDATE;
        |    PERFORM dialer.lock_figures(ARRAY[NEW.user_id]);
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.mean(total numeric, number bigint)
    comment: A total for each of a number of things, with two decimals; 0 without any.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.mean(total numeric, number bigint)
        | RETURNS numeric
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE
        |RETURN COALESCE(round((total / (NULLIF(number, 0))::numeric), 2), (0)::numeric)
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.mean_score(scores numeric[])
    comment: The mean of the scores that are not NULL; NULL without one.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.mean_score(scores numeric[])
        | RETURNS numeric
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE
        |RETURN (SELECT round(avg(s.s), 2) AS round FROM unnest(mean_score.scores) s(s))
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function dialer.note_user_kpi_change()
    comment: Trigger, FOR EACH STATEMENT: notes that dialer.user_kpi_summary is out of date.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.note_user_kpi_change()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    INSERT INTO dialer.user_kpi_changes DEFAULT VALUES ON CONFLICT DO NOTHING;
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.percent(part bigint, whole bigint)
    comment: A part of a whole in percent, with two decimals; 0 of nothing.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.percent(part bigint, whole bigint)
        | RETURNS numeric
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE
        |RETURN LEAST(COALESCE(round(((100.0 * (part)::numeric) / (NULLIF(whole, 0))::numeric), 2), (0)::numeric), (100)::numeric)
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.recompute_agent_daily_from_calls(agent_id uuid, target_date date)
    comment: Counts an agent's day (UTC) anew, with its hours; the user's figures follow by trigger.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.recompute_agent_daily_from_calls(agent_id uuid, target_date date)
        | RETURNS void
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |#variable_conflict use_column
        |DECLARE
        |    agent ALIAS FOR $1;
        |    day ALIAS FOR $2;
        |    calls dialer.counted_call[];
        |    leads dialer.counted_lead[];
        |BEGIN
        |    -- From here on no call of the user is counted by others. Each statement sees what was
        |    -- committed before it (READ COMMITTED): what comes later adds itself to the result.
        |    PERFORM dialer.lock_figures(ARRAY(SELECT a.user_id FROM dialer.agents AS a WHERE a.id = agent));
        |
        |    SELECT array_agg(ROW(
        |        c.id, c.agent_id, c.user_id, c.called_at, c.status, c.duration_seconds, c.credits_used
        |    )::dialer.counted_call) INTO calls
        |    FROM dialer.calls AS c
        |    WHERE c.agent_id = agent
        |        AND c.called_at >= day::timestamp AT TIME ZONE 'UTC'
        |        AND c.called_at < (day + 1)::timestamp AT TIME ZONE 'UTC';
        |
        |    SELECT array_agg(ROW(
        |        l.agent_id, l.user_id, l.called_at,
        |        l.qualification_status IS NOT DISTINCT FROM 'qualified',
        |        ARRAY[
        |            l.engagement_score, l.intent_score, l.urgency_score, l.budget_score, l.fit_score,
        |            l.total_score
        |        ],
        |        dialer.cta_clicks(l.ai_analysis)
        |    )::dialer.counted_lead) INTO leads
        |    FROM dialer.lead_analytics AS l
        |    WHERE l.agent_id = agent
        |        AND l.called_at >= day::timestamp AT TIME ZONE 'UTC'
        |        AND l.called_at < (day + 1)::timestamp AT TIME ZONE 'UTC';
        |
        |    DELETE FROM dialer.agent_analytics AS t WHERE t.agent_id = agent AND t.date = day;
        |    PERFORM dialer.count_calls(calls, NULL);
        |    PERFORM dialer.count_leads(leads, NULL);
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function dialer.recompute_user_daily_from_agent(user_id uuid, target_date date)
    comment: Adds a user's day up anew, from the daily rows of the agents.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.recompute_user_daily_from_agent(user_id uuid, target_date date)
        | RETURNS void
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |#variable_conflict use_column
        |DECLARE
        |    owner ALIAS FOR $1;
        |    day ALIAS FOR $2;
        |BEGIN
        |    PERFORM dialer.lock_figures(ARRAY[owner]);
        |    DELETE FROM dialer.user_analytics AS t WHERE t.user_id = owner AND t.date = day;
        |    INSERT INTO dialer.user_analytics (
        |        user_id, date, total_calls, successful_calls, total_agents, total_leads, qualified_leads,
        |        credits_used
        |    )
        |    SELECT
        |        a.user_id,
        |        a.date,
        |        sum(a.total_calls),
        |        sum(a.successful_calls),
        |        count(*) FILTER (WHERE a.total_calls > 0),
        |        sum(a.leads_generated),
        |        sum(a.qualified_leads),
        |        sum(a.credits_used)
        |    FROM dialer.agent_analytics AS a
        |    WHERE a.user_id = owner AND a.date = day AND a.hour IS NULL
        |    GROUP BY a.user_id, a.date;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function dialer.refresh_user_kpi_summary()
    comment: Refreshes dialer.user_kpi_summary; those who read it meanwhile see it as it was.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.refresh_user_kpi_summary()
        | RETURNS void
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    -- Before the refresh looks: a change that it does not see keeps its note.
        |    DELETE FROM dialer.user_kpi_changes;
        |    IF (SELECT c.relispopulated FROM pg_class AS c
        |        WHERE c.oid = 'dialer.user_kpi_summary'::regclass)
        |    THEN
        |        REFRESH MATERIALIZED VIEW CONCURRENTLY dialer.user_kpi_summary;
        |    ELSE
        |        REFRESH MATERIALIZED VIEW dialer.user_kpi_summary;
        |    END IF;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function dialer.refresh_user_kpi_summary_for_user(user_id uuid)
    comment: Refreshes dialer.user_kpi_summary if it is out of date for this user. A materialized view is refreshed as a whole: there is no refresh of a part.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.refresh_user_kpi_summary_for_user(user_id uuid)
        | RETURNS void
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    IF dialer.count_user_kpi_differences(user_id) > 0 THEN
        |        PERFORM dialer.refresh_user_kpi_summary();
        |    END IF;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function dialer.refuse_direct_credit_change()
    comment: Trigger: credits are the balance of dialer.credit_transactions, and nothing else.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.refuse_direct_credit_change()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    IF NEW.credits = (
        |        SELECT t.balance_after
        |        FROM dialer.credit_transactions AS t
        |        WHERE t.user_id = NEW.id
        |        ORDER BY t.entry_number DESC
        |        LIMIT 1
        |    ) THEN
        |        RETURN NEW;
        |    END IF;
        |    RAISE EXCEPTION 'credits of user "%" cannot be changed directly', OLD.id
        |        USING ERRCODE = 'integrity_constraint_violation',
        |              HINT = 'Insert the change into dialer.credit_transactions.';
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.refuse_ledger_change()
    comment: Trigger: the ledger only grows, except that it goes with its user.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.refuse_ledger_change()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    -- Deeper, a foreign key acts: the user or the call was deleted.
        |    IF pg_trigger_depth() > 1 THEN
        |        RETURN coalesce(NEW, OLD);
        |    END IF;
        |    RAISE EXCEPTION 'rows of dialer.credit_transactions are neither changed nor deleted'
        |        USING ERRCODE = 'integrity_constraint_violation',
        |              HINT = 'Insert an adjustment.';
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.scheduled_refresh_user_kpi_summary()
    comment: Task, hourly: refreshes dialer.user_kpi_summary when something has changed since.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.scheduled_refresh_user_kpi_summary()
        | RETURNS void
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    IF EXISTS (SELECT FROM dialer.user_kpi_changes) THEN
        |        PERFORM dialer.refresh_user_kpi_summary();
        |    END IF;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function dialer.set_customer_reference()
    comment: Trigger: a customer without a reference gets one.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.set_customer_reference()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    NEW.customer_reference := dialer.generate_customer_reference();
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.show_db_tree()
    comment: The tables as a tree, from the user down: what goes when a row above it goes, with the references of each table and what a deletion does to them.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.show_db_tree()
        | RETURNS text
        | LANGUAGE sql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |-- Each table stands once, as deep as it can: below the last of those that take it along, or
        |-- hold on to it. References that become NULL are left out, and without them there is no circle.
        |WITH RECURSIVE links AS (
        |    SELECT DISTINCT k.conrelid AS child, k.confrelid AS parent
        |    FROM pg_constraint AS k
        |    WHERE k.contype = 'f' AND k.connamespace = 'dialer'::regnamespace
        |        AND k.confdeltype IN ('c', 'r') AND k.conrelid <> k.confrelid
        |), paths AS (
        |    SELECT 'users.users'::regclass::oid AS relation, ARRAY['users.users' COLLATE "C"] AS path
        |    UNION ALL
        |    SELECT l.child, p.path || c.relname::text
        |    FROM paths AS p
        |    JOIN links AS l ON l.parent = p.relation
        |    JOIN pg_class AS c ON c.oid = l.child
        |), places AS (
        |    SELECT DISTINCT ON (p.relation) p.relation, p.path
        |    FROM paths AS p
        |    ORDER BY p.relation, cardinality(p.path) DESC, p.path
        |), shown AS (
        |    SELECT p.relation, p.path FROM places AS p
        |    UNION ALL
        |    SELECT c.oid, ARRAY[c.relname::text COLLATE "C"]
        |    FROM pg_class AS c
        |    WHERE c.relnamespace = 'dialer'::regnamespace AND c.relkind IN ('r', 'p')
        |        AND NOT EXISTS (SELECT FROM places AS p WHERE p.relation = c.oid)
        |)
        |SELECT string_agg(
        |    repeat('  ', cardinality(s.path) - 1) || s.path[cardinality(s.path)] || coalesce(r.keys, ''),
        |    E'\\n' ORDER BY s.path[1] <> 'users.users', s.path
        |)
        |FROM shown AS s
        |CROSS JOIN LATERAL (
        |    SELECT ' (' || string_agg(
        |        format(
        |            '%s > %s %s',
        |            a.attname,
        |            f.relname,
        |            CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT' ELSE 'SET NULL' END
        |        ),
        |        ', ' ORDER BY f.relname, a.attname
        |    ) || ')' AS keys
        |    FROM pg_constraint AS k
        |    JOIN pg_class AS f ON f.oid = k.confrelid
        |    -- The first column names the row; the user behind it only says whose both are.
        |    JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        |    WHERE k.conrelid = s.relation AND k.contype = 'f'
        |        AND s.relation <> 'users.users'::regclass
        |) AS r;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.system_active_calls(OUT direct_calls integer, OUT campaign_calls integer, OUT total_active integer)
    comment: How many calls of all users are under way, direct ones and those of campaigns.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.system_active_calls(OUT direct_calls integer, OUT campaign_calls integer, OUT total_active integer)
        | RETURNS record
        | LANGUAGE sql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT
        |    count(*) FILTER (WHERE a.call_type = 'direct'),
        |    count(*) FILTER (WHERE a.call_type = 'campaign'),
        |    count(*)
        |FROM dialer.active_calls AS a;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function dialer.take_campaign_retries()
    comment: Trigger: a new row of the queue that names no retries gets those of its campaign.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.take_campaign_retries()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    SELECT c.max_retries INTO NEW.max_retries
        |    FROM dialer.call_campaigns AS c
        |    WHERE c.id = NEW.campaign_id AND c.user_id = NEW.user_id;
        |    NEW.max_retries := coalesce(NEW.max_retries, 0);
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.take_queued_call(user_id uuid, call_type text, targets uuid[])
    comment: Takes the first call of a user and type that is due: its row, now processing, or no row. Targets are campaigns; the user stands for direct calls and those without a campaign.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.take_queued_call(user_id uuid, call_type text, targets uuid[])
        | RETURNS SETOF dialer.call_queue
        | LANGUAGE plpgsql
        | ROWS 1
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET plan_cache_mode TO 'force_generic_plan'
        |AS $function$
        |#variable_conflict use_column
        |DECLARE
        |    owner ALIAS FOR $1;
        |    type ALIAS FOR $2;
        |    step bigint := 2147483648;  -- above every priority
        |    target uuid;
        |    next_id uuid;
        |BEGIN
        |    LOOP
        |        SELECT max(p.priority) INTO step
        |        FROM unnest(targets) AS t (target)
        |        CROSS JOIN LATERAL (
        |            SELECT q.priority
        |            FROM dialer.call_queue AS q
        |            WHERE CASE
        |                    WHEN q.call_type = 'direct' OR q.campaign_id IS NULL THEN q.user_id
        |                    ELSE q.campaign_id
        |                END = t.target
        |                AND q.call_type = type
        |                AND q.status = 'pending'
        |                AND q.user_id = owner
        |                AND q.priority < step
        |            ORDER BY q.priority DESC
        |            LIMIT 1
        |        ) AS p;
        |        EXIT WHEN step IS NULL;
        |
        |        -- In the order of their first rows.
        |        FOR target IN
        |            SELECT t.target
        |            FROM unnest(targets) AS t (target)
        |            CROSS JOIN LATERAL (
        |                SELECT
        |                    CASE WHEN q.scheduled_for IS NULL THEN '-infinity' ELSE q.scheduled_for END
        |                        AS due_at,
        |                    q.created_at,
        |                    q.id
        |                FROM dialer.call_queue AS q
        |                WHERE CASE
        |                        WHEN q.call_type = 'direct' OR q.campaign_id IS NULL THEN q.user_id
        |                        ELSE q.campaign_id
        |                    END = t.target
        |                    AND q.call_type = type
        |                    AND q.status = 'pending'
        |                    AND q.user_id = owner
        |                    AND q.priority = step
        |                    AND CASE WHEN q.scheduled_for IS NULL THEN '-infinity' ELSE q.scheduled_for END
        |                        <= now()
        |                ORDER BY due_at, q.created_at, q.id
        |                LIMIT 1
        |            ) AS f
        |            ORDER BY f.due_at, f.created_at, f.id
        |        LOOP
        |            SELECT q.id INTO next_id
        |            FROM dialer.call_queue AS q
        |            WHERE CASE
        |                    WHEN q.call_type = 'direct' OR q.campaign_id IS NULL THEN q.user_id
        |                    ELSE q.campaign_id
        |                END = target
        |                AND q.call_type = type
        |                AND q.status = 'pending'
        |                AND q.user_id = owner
        |                AND q.priority = step
        |                AND CASE WHEN q.scheduled_for IS NULL THEN '-infinity' ELSE q.scheduled_for END
        |                    <= now()
        |            ORDER BY
        |                CASE WHEN q.scheduled_for IS NULL THEN '-infinity' ELSE q.scheduled_for END,
        |                q.created_at,
        |                q.id
        |            LIMIT 1
        |            FOR UPDATE SKIP LOCKED;
        |            EXIT WHEN FOUND;
        |        END LOOP;
        |        EXIT WHEN next_id IS NOT NULL;
        |    END LOOP;
        |
        |    RETURN QUERY
        |    UPDATE dialer.call_queue AS q
        |    SET status = 'processing'
        |    WHERE q.id = next_id
        |    RETURNING q.*;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function dialer.test_cache_invalidation(user_id uuid)
    comment: For debugging: how far dialer.user_kpi_summary is behind, in words.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.test_cache_invalidation(user_id uuid)
        | RETURNS text
        | LANGUAGE plpgsql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    RETURN format(
        |        'user_kpi_summary: days of the user out of date: %s; transactions with changes since '
        |        'the last refresh: %s',
        |        dialer.count_user_kpi_differences(user_id),
        |        (SELECT count(*) FROM dialer.user_kpi_changes)
        |    );
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function dialer.track_call_attempt()
    comment: Trigger: counts the attempts of a row of the queue, makes it pending again when it was busy or not answered and retries are left, and notes when it was taken and when it ended.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.track_call_attempt()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    campaign record;
        |BEGIN
        |    IF NEW.status = 'pending' THEN
        |        RETURN NEW;
        |    END IF;
        |
        |    -- An attempt begins with processing, or was made without saying so. What the statement
        |    -- counted itself is not counted twice.
        |    IF NEW.attempts = OLD.attempts AND (
        |        NEW.status = 'processing'
        |        OR (NEW.status IN ('busy', 'no_answer') AND OLD.status = 'pending')
        |    ) THEN
        |        NEW.attempts := OLD.attempts + 1;
        |    END IF;
        |
        |    IF NEW.status = 'processing' THEN
        |        NEW.last_attempt_at := now();
        |        NEW.processing_started_at := now();
        |        RETURN NEW;
        |    END IF;
        |
        |    IF NEW.status IN ('busy', 'no_answer') AND NEW.attempts <= NEW.max_retries THEN
        |        SELECT c.status, c.retry_interval_minutes INTO campaign
        |        FROM dialer.call_campaigns AS c
        |        WHERE c.id = NEW.campaign_id AND c.user_id = NEW.user_id;
        |
        |        IF campaign.status IS NULL OR campaign.status NOT IN ('completed', 'cancelled') THEN
        |            NEW.status := 'pending';
        |            NEW.scheduled_for :=
        |                now() + make_interval(mins => coalesce(campaign.retry_interval_minutes, 60));
        |            NEW.processing_started_at := NULL;
        |            RETURN NEW;
        |        END IF;
        |    END IF;
        |
        |    NEW.completed_at := now();
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.try_line(user_id uuid)
    comment: Whether the user may have one more call under the limits of dialer.system_config (max_concurrent_calls, max_concurrent_calls_per_user; without them always). With a limit it is also false while another worker is taking a call; ask again.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.try_line(user_id uuid)
        | RETURNS boolean
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    user_limit CONSTANT integer := dialer.config_integer('max_concurrent_calls_per_user');
        |    system_limit CONSTANT integer := dialer.config_integer('max_concurrent_calls');
        |BEGIN
        |    -- What another worker takes cannot be counted before its commit: only one at a time may
        |    -- count and take. It is tried, not waited for. The count is a statement of its own, after the
        |    -- lock: in one with it, it would not see what was committed just before the lock was free.
        |    IF user_limit IS NOT NULL THEN
        |        IF NOT pg_try_advisory_xact_lock(hashtextextended('dialer lines of ' || user_id, 0)) THEN
        |            RETURN false;
        |        END IF;
        |        IF dialer.count_lines_in_use(user_id) >= user_limit THEN
        |            RETURN false;
        |        END IF;
        |    END IF;
        |    IF system_limit IS NOT NULL THEN
        |        IF NOT pg_try_advisory_xact_lock(hashtextextended('dialer lines', 0)) THEN
        |            RETURN false;
        |        END IF;
        |        IF dialer.count_system_lines_in_use() >= system_limit THEN
        |            RETURN false;
        |        END IF;
        |    END IF;
        |    RETURN true;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function dialer.update_agent_analytics_from_calls()
    comment: Trigger, FOR EACH STATEMENT: adds new calls to dialer.agent_analytics, takes deleted ones back, and does both for changed ones; leads of calls that move are moved along.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.update_agent_analytics_from_calls()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET plan_cache_mode TO 'force_generic_plan'
        |AS $function$
        |DECLARE
        |    added dialer.counted_call[];
        |    removed dialer.counted_call[];
        |    moved uuid[] := '{}';
        |BEGIN
        |    IF TG_OP <> 'DELETE' THEN
        |        SELECT array_agg(ROW(
        |            c.id, c.agent_id, c.user_id, c.called_at, c.status, c.duration_seconds,
        |            c.credits_used
        |        )::dialer.counted_call) INTO added
        |        FROM new_rows AS c;
        |    END IF;
        |    IF TG_OP <> 'INSERT' THEN
        |        SELECT array_agg(ROW(
        |            c.id, c.agent_id, c.user_id, c.called_at, c.status, c.duration_seconds,
        |            c.credits_used
        |        )::dialer.counted_call) INTO removed
        |        FROM old_rows AS c;
        |    END IF;
        |
        |    IF TG_OP = 'UPDATE' AND added IS DISTINCT FROM removed THEN
        |        moved := ARRAY(
        |            SELECT m.call_id
        |            FROM (
        |                SELECT a.call_id, a.agent_id, a.user_id, a.called_at FROM unnest(added) AS a
        |                EXCEPT
        |                SELECT r.call_id, r.agent_id, r.user_id, r.called_at FROM unnest(removed) AS r
        |            ) AS m
        |        );
        |    END IF;
        |    IF moved <> '{}' THEN
        |        -- Leads first and figures after them: in this order they are locked by a change to a lead.
        |        PERFORM FROM dialer.lead_analytics AS l WHERE l.call_id = ANY (moved) FOR NO KEY UPDATE;
        |    END IF;
        |    PERFORM dialer.count_calls(added, removed);
        |    IF moved <> '{}' THEN
        |        UPDATE dialer.lead_analytics AS l SET
        |            agent_id = c.agent_id,
        |            called_at = c.called_at
        |        FROM dialer.calls AS c
        |        WHERE c.id = l.call_id AND l.call_id = ANY (moved);
        |    END IF;
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.update_agent_scores_from_lead_analytics()
    comment: Trigger, FOR EACH STATEMENT: adds new leads to dialer.agent_analytics, takes deleted ones back, and does both for changed ones.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.update_agent_scores_from_lead_analytics()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    added dialer.counted_lead[];
        |    removed dialer.counted_lead[];
        |BEGIN
        |    IF TG_OP <> 'DELETE' THEN
        |        SELECT array_agg(ROW(
        |            l.agent_id, l.user_id, l.called_at,
        |            l.qualification_status IS NOT DISTINCT FROM 'qualified',
        |            ARRAY[
        |                l.engagement_score, l.intent_score, l.urgency_score, l.budget_score, l.fit_score,
        |                l.total_score
        |            ],
        |            dialer.cta_clicks(l.ai_analysis)
        |        )::dialer.counted_lead) INTO added
        |        FROM new_rows AS l;
        |    END IF;
        |    IF TG_OP <> 'INSERT' THEN
        |        SELECT array_agg(ROW(
        |            l.agent_id, l.user_id, l.called_at,
        |            l.qualification_status IS NOT DISTINCT FROM 'qualified',
        |            ARRAY[
        |                l.engagement_score, l.intent_score, l.urgency_score, l.budget_score, l.fit_score,
        |                l.total_score
        |            ],
        |            dialer.cta_clicks(l.ai_analysis)
        |        )::dialer.counted_lead) INTO removed
        |        FROM old_rows AS l;
        |    END IF;
        |    PERFORM dialer.count_leads(added, removed);
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.update_campaign_statistics()
    comment: Trigger, FOR EACH STATEMENT: counts calls that ended for their campaigns.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.update_campaign_statistics()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    added_to uuid[];
        |    added text[];
        |    removed_from uuid[];
        |    removed text[];
        |BEGIN
        |    SELECT array_agg(c.campaign_id), array_agg(c.status) INTO added_to, added
        |    FROM new_rows AS c
        |    WHERE c.campaign_id IS NOT NULL AND c.status NOT IN ('initiated', 'in-progress');
        |    IF TG_OP = 'UPDATE' THEN
        |        SELECT array_agg(c.campaign_id), array_agg(c.status) INTO removed_from, removed
        |        FROM old_rows AS c
        |        WHERE c.campaign_id IS NOT NULL AND c.status NOT IN ('initiated', 'in-progress');
        |    END IF;
        |    PERFORM dialer.count_for_campaigns(added_to, added, removed_from, removed);
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.update_campaign_statistics_on_delete()
    comment: Trigger, FOR EACH STATEMENT: takes deleted calls back from their campaigns.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.update_campaign_statistics_on_delete()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    removed_from uuid[];
        |    removed text[];
        |BEGIN
        |    SELECT array_agg(c.campaign_id), array_agg(c.status) INTO removed_from, removed
        |    FROM old_rows AS c
        |    WHERE c.campaign_id IS NOT NULL AND c.status NOT IN ('initiated', 'in-progress');
        |    PERFORM dialer.count_for_campaigns(NULL, NULL, removed_from, removed);
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.update_contact_last_contact()
    comment: Trigger: a completed call moves last_contact_at of its contact forward.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.update_contact_last_contact()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    contact_ids uuid[];
        |    moments timestamptz[];
        |BEGIN
        |    SELECT array_agg(t.contact_id), array_agg(t.moment)
        |    INTO contact_ids, moments
        |    FROM (
        |        SELECT
        |            n.contact_id,
        |            max(coalesce(n.ended_at, n.started_at, n.created_at)) AS moment
        |        FROM new_rows AS n
        |        WHERE n.status = 'completed' AND n.contact_id IS NOT NULL
        |        GROUP BY n.contact_id
        |    ) AS t;
        |
        |    IF contact_ids IS NOT NULL THEN
        |        UPDATE dialer.contacts AS c
        |        SET last_contact_at = t.moment
        |        FROM unnest(contact_ids, moments) AS t (contact_id, moment)
        |        WHERE c.id = t.contact_id
        |            AND (c.last_contact_at IS NULL OR c.last_contact_at < t.moment);
        |    END IF;
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.update_dashboard_cache_from_agents()
    comment: Trigger: when an agent changes, what its user's dashboard has kept is dropped.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.update_dashboard_cache_from_agents()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    DELETE FROM dialer.dashboard_cache AS d
        |    WHERE d.user_id IN (OLD.user_id, NEW.user_id);
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.update_user_analytics_from_agents()
    comment: Trigger, FOR EACH STATEMENT: adds what daily rows of agents gained to dialer.user_analytics, and takes back what they lost.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.update_user_analytics_from_agents()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET plan_cache_mode TO 'force_generic_plan'
        |AS $function$
        |DECLARE
        |    added dialer.user_figures[];
        |    removed dialer.user_figures[];
        |    emptied uuid[];
        |BEGIN
        |    -- The rows of a day only: those of the hours say the same once more. Of an empty row there is
        |    -- nothing to add.
        |    IF TG_OP <> 'DELETE' THEN
        |        SELECT array_agg(ROW(
        |            a.user_id, a.date, a.total_calls, a.successful_calls,
        |            (a.total_calls > 0)::integer, a.leads_generated, a.qualified_leads, a.credits_used
        |        )::dialer.user_figures) INTO added
        |        FROM new_rows AS a
        |        WHERE a.hour IS NULL AND a.total_calls + a.leads_generated > 0;
        |    END IF;
        |    IF TG_OP <> 'INSERT' THEN
        |        SELECT array_agg(ROW(
        |            a.user_id, a.date, a.total_calls, a.successful_calls,
        |            (a.total_calls > 0)::integer, a.leads_generated, a.qualified_leads, a.credits_used
        |        )::dialer.user_figures) INTO removed
        |        FROM old_rows AS a
        |        WHERE a.hour IS NULL AND a.total_calls + a.leads_generated > 0;
        |    END IF;
        |    IF added IS NULL AND removed IS NULL THEN
        |        RETURN NULL;
        |    END IF;
        |    -- Within another trigger, this one holds the lock.
        |    IF pg_trigger_depth() = 1 THEN
        |        PERFORM dialer.lock_figures(ARRAY(SELECT a.user_id FROM unnest(added || removed) AS a));
        |    END IF;
        |
        |    WITH updated AS (
        |        INSERT INTO dialer.user_analytics AS t (
        |            user_id, date, total_calls, successful_calls, total_agents, total_leads,
        |            qualified_leads, credits_used
        |        )
        |        SELECT
        |            a.user_id,
        |            a.date,
        |            sum(a.n * a.total_calls),
        |            sum(a.n * a.successful_calls),
        |            sum(a.n * a.total_agents),
        |            sum(a.n * a.total_leads),
        |            sum(a.n * a.qualified_leads),
        |            sum(a.n * a.credits_used)
        |        FROM (
        |            SELECT 1 AS n, x.* FROM unnest(added) AS x
        |            UNION ALL
        |            SELECT -1, x.* FROM unnest(removed) AS x
        |        ) AS a
        |        -- A user who is being deleted takes its rows here along.
        |        WHERE EXISTS (SELECT FROM users.users AS u WHERE u.id = a.user_id)
        |        GROUP BY a.user_id, a.date
        |        ON CONFLICT (user_id, date) DO UPDATE SET
        |            total_calls = t.total_calls + excluded.total_calls,
        |            successful_calls = t.successful_calls + excluded.successful_calls,
        |            total_agents = t.total_agents + excluded.total_agents,
        |            total_leads = t.total_leads + excluded.total_leads,
        |            qualified_leads = t.qualified_leads + excluded.qualified_leads,
        |            credits_used = t.credits_used + excluded.credits_used
        |        RETURNING t.id, t.total_calls = 0 AND t.total_leads = 0 AS is_empty
        |    )
        |    SELECT array_agg(u.id) FILTER (WHERE u.is_empty) INTO emptied
        |    FROM updated AS u;
        |
        |    IF emptied IS NOT NULL THEN
        |        DELETE FROM dialer.user_analytics AS t WHERE t.id = ANY (emptied);
        |    END IF;
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function dialer.validate_user_data_consistency()
    comment: Each kind of inconsistency that a user's rows have, how many rows, and one of them. No row: nothing was found. Reads whole tables.
    definition:
        |CREATE OR REPLACE FUNCTION dialer.validate_user_data_consistency()
        | RETURNS TABLE(user_id uuid, finding text, row_count bigint, example_id uuid)
        | LANGUAGE sql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |WITH ledger AS (
        |    SELECT
        |        t.id,
        |        t.user_id,
        |        t.amount,
        |        t.balance_after,
        |        t.entry_number,
        |        lag(t.balance_after) OVER w AS balance_before,
        |        lag(t.entry_number, 1, 0) OVER w AS entry_before,
        |        lead(t.id) OVER w IS NULL AS is_last
        |    FROM dialer.credit_transactions AS t
        |    WINDOW w AS (PARTITION BY t.user_id ORDER BY t.entry_number)
        |), findings AS (
        |    SELECT u.id AS user_id, 'credits are not the balance of the ledger' AS finding, l.id
        |    FROM ledger AS l
        |    JOIN users.users AS u ON u.id = l.user_id
        |    WHERE l.is_last AND l.balance_after <> u.credits
        |    UNION ALL
        |    SELECT l.user_id, 'the ledger has a gap', l.id
        |    FROM ledger AS l
        |    WHERE l.entry_number <> l.entry_before + 1
        |        OR l.balance_after <> l.balance_before + l.amount
        |    UNION ALL
        |    SELECT a.user_id, 'active call without a call under way', a.id
        |    FROM dialer.active_calls AS a
        |    WHERE NOT EXISTS (
        |            SELECT FROM dialer.calls AS c
        |            WHERE c.id = a.id AND c.user_id = a.user_id
        |                AND c.status IN ('initiated', 'in-progress')
        |        )
        |        AND NOT EXISTS (
        |            SELECT FROM dialer.call_queue AS q
        |            WHERE q.id = a.id AND q.user_id = a.user_id
        |                AND q.status IN ('pending', 'processing')
        |        )
        |    UNION ALL
        |    SELECT q.user_id, 'queued call linked to a call of another contact', q.id
        |    FROM dialer.call_queue AS q
        |    JOIN dialer.calls AS c ON c.id = q.call_id
        |    WHERE c.contact_id <> q.contact_id
        |    UNION ALL
        |    SELECT c.user_id, 'call that ended before it started', c.id
        |    FROM dialer.calls AS c
        |    WHERE c.ended_at < c.started_at
        |    UNION ALL
        |    SELECT c.user_id, 'customer whose contact is not marked as one', c.id
        |    FROM dialer.customers AS c
        |    JOIN dialer.contacts AS o ON o.id = c.contact_id
        |    WHERE NOT o.is_customer
        |    UNION ALL
        |    SELECT c.user_id, 'call whose credits are not those of the ledger', c.id
        |    FROM dialer.calls AS c
        |    LEFT JOIN (
        |        SELECT t.call_id, -sum(t.amount) AS credits
        |        FROM dialer.credit_transactions AS t
        |        WHERE t.type IN ('usage', 'refund')
        |        GROUP BY t.call_id
        |    ) AS t ON t.call_id = c.id
        |    WHERE c.credits_used <> coalesce(t.credits, 0)
        |    UNION ALL
        |    SELECT k.user_id, 'campaign whose counters are not those of its calls', k.id
        |    FROM dialer.call_campaigns AS k
        |    LEFT JOIN (
        |        SELECT
        |            c.campaign_id,
        |            count(*) AS completed,
        |            count(*) FILTER (WHERE c.status = 'completed') AS successful
        |        FROM dialer.calls AS c
        |        WHERE c.status NOT IN ('initiated', 'in-progress')
        |        GROUP BY c.campaign_id
        |    ) AS c ON c.campaign_id = k.id
        |    WHERE k.completed_calls <> coalesce(c.completed, 0)
        |        OR k.successful_calls <> coalesce(c.successful, 0)
        |        OR k.failed_calls <> coalesce(c.completed - c.successful, 0)
        |    UNION ALL
        |    SELECT coalesce(a.user_id, c.user_id), 'agent whose day is not that of its calls',
        |        coalesce(a.agent_id, c.agent_id)
        |    FROM (SELECT d.* FROM dialer.agent_analytics AS d WHERE d.hour IS NULL) AS a
        |    FULL JOIN (
        |        SELECT
        |            c.agent_id,
        |            c.user_id,
        |            (c.called_at AT TIME ZONE 'UTC')::date AS date,
        |            count(*) AS calls,
        |            count(*) FILTER (WHERE c.status = 'completed') AS successful,
        |            coalesce(sum(c.duration_seconds), 0) AS seconds,
        |            sum(c.credits_used) AS credits,
        |            count(l.id) AS leads
        |        FROM dialer.calls AS c
        |        LEFT JOIN dialer.lead_analytics AS l ON l.call_id = c.id
        |        GROUP BY c.agent_id, c.user_id, date
        |    ) AS c ON c.agent_id = a.agent_id AND c.date = a.date
        |    WHERE (
        |        a.total_calls, a.successful_calls, a.total_duration_seconds, a.credits_used,
        |        a.leads_generated
        |    ) IS DISTINCT FROM (c.calls, c.successful, c.seconds, c.credits, c.leads)
        |    UNION ALL
        |    SELECT coalesce(u.user_id, a.user_id), 'user whose day is not that of the agents',
        |        coalesce(u.user_id, a.user_id)
        |    FROM dialer.user_analytics AS u
        |    FULL JOIN (
        |        SELECT
        |            d.user_id,
        |            d.date,
        |            sum(d.total_calls) AS calls,
        |            sum(d.leads_generated) AS leads,
        |            sum(d.credits_used) AS credits
        |        FROM dialer.agent_analytics AS d
        |        WHERE d.hour IS NULL
        |        GROUP BY d.user_id, d.date
        |    ) AS a ON a.user_id = u.user_id AND a.date = u.date
        |    WHERE (u.total_calls, u.total_leads, u.credits_used)
        |        IS DISTINCT FROM (a.calls, a.leads, a.credits)
        |)
        |SELECT f.user_id, f.finding, count(*), min(f.id::text)::uuid
        |FROM findings AS f
        |GROUP BY f.user_id, f.finding
        |ORDER BY f.user_id, f.finding;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function leads.assignment_strategy()
    comment: How the session chooses the users of leads: app.assignment_strategy; without it manual.
    definition:
        |CREATE OR REPLACE FUNCTION leads.assignment_strategy()
        | RETURNS text
        | LANGUAGE sql
        | STABLE PARALLEL SAFE
        |RETURN COALESCE(NULLIF(current_setting('app.assignment_strategy'::text, true), ''::text), 'manual'::text)
    owner: postgres
    revoke from public: execute

function leads.calculate_funnel_conversion(organization uuid, since timestamp with time zone, until timestamp with time zone)
    comment: How many leads of an organization came to each status in a time (since < t <= until), and as a part of those who came to the stage before. In the order of lead_statuses, or the documented one where it has no row; statuses beside the funnel come last.
    definition:
        |CREATE OR REPLACE FUNCTION leads.calculate_funnel_conversion(organization uuid, since timestamp with time zone DEFAULT (now() - '30 days'::interval), until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone)
        | RETURNS TABLE(to_status character varying, count bigint, prev_count bigint, conversion_rate double precision)
        | LANGUAGE sql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |    WITH documented (status, stage_order) AS (
        |        VALUES
        |            ('new', 1), ('contacted', 2), ('qualified', 3), ('nurturing', 4), ('hot', 5),
        |            ('recruited', 6), ('cold', NULL), ('dnc', NULL)
        |    ), stages AS (
        |        SELECT d.status, CASE WHEN s.status IS NULL THEN d.stage_order ELSE s.stage_order END
        |            AS stage_order
        |        FROM documented AS d
        |        LEFT JOIN leads.lead_statuses AS s ON s.status = d.status
        |    ), reached AS (
        |        -- Leads, not moves: one that goes back and forth is still one.
        |        SELECT h.to_status, count(DISTINCT h.lead_id) AS count
        |        FROM leads.lead_status_history AS h
        |        WHERE h.organization_id = calculate_funnel_conversion.organization
        |            AND h.changed_at > since AND h.changed_at <= until
        |        GROUP BY h.to_status
        |    ), funnel AS (
        |        SELECT
        |            s.status,
        |            s.stage_order,
        |            coalesce(r.count, 0) AS count,
        |            CASE WHEN s.stage_order IS NOT NULL
        |                THEN lag(coalesce(r.count, 0)) OVER (ORDER BY s.stage_order)
        |            END AS prev_count
        |        FROM stages AS s
        |        LEFT JOIN reached AS r ON r.to_status = s.status
        |    )
        |    SELECT
        |        f.status,
        |        f.count,
        |        f.prev_count,
        |        f.count::double precision / nullif(f.prev_count, 0)
        |    FROM funnel AS f
        |    ORDER BY f.stage_order, f.status
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function leads.calculate_lead_roi(user_id uuid)
    comment: What the leads of a user brought and cost, by source, over all months. A source with costs and no leads is shown too.
    definition:
        |CREATE OR REPLACE FUNCTION leads.calculate_lead_roi(user_id uuid)
        | RETURNS TABLE(source character varying, total_leads bigint, recruited bigint, total_cost numeric, cost_per_lead numeric, conversion_rate double precision, cost_per_recruit numeric)
        | LANGUAGE sql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |    WITH metrics AS (
        |        SELECT
        |            l.source,
        |            count(*) AS total_leads,
        |            count(*) FILTER (WHERE l.status = 'recruited') AS recruited
        |        FROM leads.leads AS l
        |        WHERE l.user_id = calculate_lead_roi.user_id
        |        GROUP BY l.source
        |    ), costs AS (
        |        SELECT c.source, sum(c.cost_usd) AS total_cost
        |        FROM leads.lead_source_costs AS c
        |        WHERE c.user_id = calculate_lead_roi.user_id
        |        GROUP BY c.source
        |    ), both_sides AS (
        |        SELECT
        |            coalesce(m.source, c.source) AS source,
        |            coalesce(m.total_leads, 0) AS total_leads,
        |            coalesce(m.recruited, 0) AS recruited,
        |            coalesce(c.total_cost, 0) AS total_cost
        |        FROM metrics AS m
        |        FULL JOIN costs AS c ON c.source = m.source
        |    )
        |    SELECT
        |        b.source,
        |        b.total_leads,
        |        b.recruited,
        |        b.total_cost,
        |        b.total_cost / nullif(b.total_leads, 0),
        |        b.recruited::double precision / nullif(b.total_leads, 0),
        |        b.total_cost / nullif(b.recruited, 0)
        |    FROM both_sides AS b
        |    ORDER BY b.source
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function leads.fill_lead()
    comment: Trigger: fills organization and tenant from each other, or from the session, and makes a missing name an empty one.
    definition:
        |CREATE OR REPLACE FUNCTION leads.fill_lead()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    NEW.organization_id := coalesce(
        |        NEW.organization_id, NEW.tenant_id, users.current_organization_id()
        |    );
        |    NEW.tenant_id := coalesce(NEW.tenant_id, NEW.organization_id);
        |    -- NULL in one of the names would hide the other one from idx_leads_search_name.
        |    NEW.first_name := coalesce(NEW.first_name, '');
        |    NEW.last_name := coalesce(NEW.last_name, '');
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function leads.fill_organization_of_document()
    comment: Trigger: fills organization_id of a document from its collection.
    definition:
        |CREATE OR REPLACE FUNCTION leads.fill_organization_of_document()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    SELECT c.organization_id INTO NEW.organization_id
        |    FROM leads.document_collections AS c
        |    WHERE c.id = NEW.collection_id;
        |
        |    IF NOT FOUND AND NEW.collection_id IS NOT NULL THEN
        |        RAISE EXCEPTION 'document collection "%" does not exist', NEW.collection_id
        |            USING ERRCODE = 'foreign_key_violation',
        |                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'collection_id';
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function leads.fill_organization_of_lead()
    comment: Trigger, for tables that belong to a lead: fills organization_id from it.
    definition:
        |CREATE OR REPLACE FUNCTION leads.fill_organization_of_lead()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    -- Under the policy on leads: the lead of another organization is not there.
        |    SELECT l.organization_id INTO NEW.organization_id
        |    FROM leads.leads AS l
        |    WHERE l.id = NEW.lead_id;
        |
        |    IF NOT FOUND AND NEW.lead_id IS NOT NULL THEN
        |        RAISE EXCEPTION 'lead "%" does not exist', NEW.lead_id
        |            USING ERRCODE = 'foreign_key_violation',
        |                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'lead_id';
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function leads.fill_organization_of_user()
    comment: Trigger, for tables that belong to a user: fills organization_id from the session, else from the user.
    definition:
        |CREATE OR REPLACE FUNCTION leads.fill_organization_of_user()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    -- The session's, if it has one: then the foreign key says whether the user belongs to it.
        |    NEW.organization_id := coalesce(
        |        users.current_organization_id(),
        |        (SELECT u.organization_id FROM users.users AS u WHERE u.id = NEW.user_id)
        |    );
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function leads.is_on_dnc_list(phone text, organization uuid)
    comment: Whether the organization must not call the number. NULL for NULL; an error where it cannot tell: the text is no number, or the organization is not the one of the session.
    definition:
        |CREATE OR REPLACE FUNCTION leads.is_on_dnc_list(phone text, organization uuid)
        | RETURNS boolean
        | LANGUAGE plpgsql
        | STABLE STRICT
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    e164 CONSTANT text := utilities.normalize_phone_e164(phone);
        |BEGIN
        |    -- "No" must not mean "cannot tell": then somebody is called who must not be.
        |    IF e164 IS NULL THEN
        |        RAISE EXCEPTION 'not a phone number: "%"', left(phone, 40)
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give it with its country code, such as +12125551234.';
        |    ELSIF row_security_active('leads.dnc_list')
        |        AND organization IS DISTINCT FROM users.current_organization_id()
        |    THEN
        |        RAISE EXCEPTION 'the list of organization "%" cannot be seen', organization
        |            USING ERRCODE = 'insufficient_privilege',
        |                  HINT = 'Set app.current_org_id to the organization first.';
        |    END IF;
        |
        |    RETURN EXISTS (
        |        SELECT
        |        FROM leads.dnc_list AS d
        |        WHERE d.phone_number = e164 AND d.organization_id = organization
        |    );
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function leads.record_budget_transaction()
    comment: Trigger: numbers an entry of the ledger and sets the balance after it, whatever was given. Refuses what the budget does not cover.
    definition:
        |CREATE OR REPLACE FUNCTION leads.record_budget_transaction()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    last_number bigint;
        |    last_balance numeric;
        |BEGIN
        |    -- Entries of one user are made one after the other; the next one waits for the commit.
        |    PERFORM pg_advisory_xact_lock(
        |        hashtextextended('leads.budget_transactions ' || NEW.user_id, 0)
        |    );
        |
        |    SELECT t.entry_number, t.balance_after_usd INTO last_number, last_balance
        |    FROM leads.budget_transactions AS t
        |    WHERE t.user_id = NEW.user_id AND t.organization_id = NEW.organization_id
        |    ORDER BY t.entry_number DESC
        |    LIMIT 1;
        |
        |    NEW.entry_number := coalesce(last_number, 0) + 1;
        |    NEW.balance_after_usd := coalesce(last_balance, 0)
        |        + CASE NEW.transaction_type WHEN 'debit' THEN -NEW.amount_usd ELSE NEW.amount_usd END;
        |
        |    IF NEW.balance_after_usd < 0 THEN
        |        RAISE EXCEPTION 'the budget of user "%" does not cover % USD',
        |            NEW.user_id, abs(NEW.amount_usd)
        |            USING ERRCODE = 'check_violation',
        |                  DETAIL = format('It is %s USD.', coalesce(last_balance, 0)),
        |                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
        |                  COLUMN = 'balance_after_usd',
        |                  CONSTRAINT = 'budget_transactions_balance_after_usd_not_negative_check';
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function leads.record_lead_changes()
    comment: Trigger, for each UPDATE: writes what it changed to the audit log, and new statuses, scores and users of the leads to their histories.
    definition:
        |CREATE OR REPLACE FUNCTION leads.record_lead_changes()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET enable_nestloop TO 'off'
        | SET jit TO 'off'
        |AS $function$
        |DECLARE
        |    by_user CONSTANT uuid := users.current_user_id();
        |BEGIN
        |    INSERT INTO leads.lead_audit_log (
        |        lead_id, organization_id, field_name, old_value, new_value, changed_by
        |    )
        |    SELECT c.id, c.organization_id, f.key, c.old_row ->> f.key, f.value, by_user
        |    FROM (
        |        SELECT n.id, n.organization_id, to_jsonb(o) AS old_row, to_jsonb(n) AS new_row
        |        FROM new_rows AS n
        |        JOIN old_rows AS o ON o.id = n.id
        |        OFFSET 0  -- makes each row into JSON once, not once a column
        |    ) AS c
        |    CROSS JOIN LATERAL jsonb_each_text(c.new_row) AS f
        |    WHERE f.key <> 'updated_at'
        |        AND f.value IS DISTINCT FROM c.old_row ->> f.key;
        |
        |    INSERT INTO leads.lead_status_history (
        |        lead_id, organization_id, from_status, to_status, trigger_type, changed_by
        |    )
        |    SELECT n.id, n.organization_id, o.status, n.status, leads.trigger_type(), by_user
        |    FROM new_rows AS n
        |    JOIN old_rows AS o ON o.id = n.id
        |    WHERE n.status <> o.status;
        |
        |    INSERT INTO leads.lead_score_history (lead_id, organization_id, score, factors)
        |    SELECT n.id, n.organization_id, n.lead_score, n.lead_score_factors
        |    FROM new_rows AS n
        |    JOIN old_rows AS o ON o.id = n.id
        |    WHERE (n.lead_score, n.lead_score_factors)
        |        IS DISTINCT FROM (o.lead_score, o.lead_score_factors);
        |
        |    INSERT INTO leads.lead_assignments (
        |        lead_id, organization_id, from_user_id, to_user_id, strategy, assigned_by
        |    )
        |    SELECT
        |        n.id, n.organization_id, o.user_id, n.user_id, leads.assignment_strategy(), by_user
        |    FROM new_rows AS n
        |    JOIN old_rows AS o ON o.id = n.id
        |    WHERE n.user_id IS DISTINCT FROM o.user_id;
        |
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function leads.record_new_leads()
    comment: Trigger, for each INSERT: writes the first status, score and user of the leads.
    definition:
        |CREATE OR REPLACE FUNCTION leads.record_new_leads()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    by_user CONSTANT uuid := users.current_user_id();
        |BEGIN
        |    INSERT INTO leads.lead_status_history (
        |        lead_id, organization_id, to_status, trigger_type, changed_by
        |    )
        |    SELECT n.id, n.organization_id, n.status, leads.trigger_type(), by_user
        |    FROM new_rows AS n;
        |
        |    INSERT INTO leads.lead_score_history (lead_id, organization_id, score, factors)
        |    SELECT n.id, n.organization_id, n.lead_score, n.lead_score_factors
        |    FROM new_rows AS n
        |    WHERE n.lead_score IS NOT NULL;
        |
        |    INSERT INTO leads.lead_assignments (
        |        lead_id, organization_id, to_user_id, strategy, assigned_by
        |    )
        |    SELECT n.id, n.organization_id, n.user_id, leads.assignment_strategy(), by_user
        |    FROM new_rows AS n
        |    WHERE n.user_id IS NOT NULL;
        |
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function leads.refresh_segment(segment_id uuid)
    comment: Counts the leads of a segment anew and returns how many; NULL when there is no such segment.
    definition:
        |CREATE OR REPLACE FUNCTION leads.refresh_segment(segment_id uuid)
        | RETURNS integer
        | LANGUAGE plpgsql
        | STRICT
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    segment leads.segments;
        |    found_leads integer;
        |BEGIN
        |    SELECT * INTO segment FROM leads.segments AS s WHERE s.id = segment_id;
        |    IF NOT FOUND THEN
        |        RETURN NULL;
        |    END IF;
        |
        |    EXECUTE
        |        'SELECT count(*) FROM leads.leads AS l WHERE l.organization_id = $1 AND '
        |        || leads.segment_condition(segment.filter)
        |        INTO found_leads USING segment.organization_id;
        |
        |    UPDATE leads.segments AS s
        |    SET lead_count = found_leads, counted_at = now()
        |    WHERE s.id = segment_id;
        |    RETURN found_leads;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function leads.segment_condition(filter jsonb)
    comment: The SQL condition on leads.leads AS l that a filter stands for: all of its fields hold. status, source, user_id: one of these; tags_any, tags_all; min_score, max_score; metadata: a JSON path that finds something. Leads put away are left out.
    definition:
        |CREATE OR REPLACE FUNCTION leads.segment_condition(filter jsonb)
        | RETURNS text
        | LANGUAGE plpgsql
        | STABLE STRICT
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    field record;
        |    one text;
        |    many text[];
        |    conditions text[] := ARRAY['l.deleted_at IS NULL'];
        |BEGIN
        |    FOR field IN SELECT * FROM jsonb_each(filter) LOOP
        |        one := field.value #>> '{}';
        |        many := CASE jsonb_typeof(field.value)
        |            WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(field.value))
        |            ELSE ARRAY[one]
        |        END;
        |        conditions := conditions || CASE field.key
        |            WHEN 'status' THEN format('l.status = ANY (%L::text[])', many)
        |            WHEN 'source' THEN format('l.source = ANY (%L::text[])', many)
        |            WHEN 'user_id' THEN format('l.user_id = ANY (%L::uuid[])', many::uuid[])
        |            WHEN 'tags_any' THEN format('l.tags && %L::text[]', many)
        |            WHEN 'tags_all' THEN format('l.tags @> %L::text[]', many)
        |            WHEN 'min_score' THEN format('l.lead_score >= %L::integer', one::integer)
        |            WHEN 'max_score' THEN format('l.lead_score <= %L::integer', one::integer)
        |            -- What jsonb_path_exists() asks, in the form that an index answers.
        |            WHEN 'metadata' THEN format('l.metadata @? %L::jsonpath', one::jsonpath)
        |        END;
        |        IF conditions[cardinality(conditions)] IS NULL THEN
        |            RAISE EXCEPTION 'unknown field in a filter: "%"', field.key
        |                USING ERRCODE = 'invalid_parameter_value',
        |                      HINT = 'Fields are status, source, user_id, tags_any, tags_all, '
        |                          'min_score, max_score, and metadata with a JSON path.';
        |        END IF;
        |    END LOOP;
        |    RETURN array_to_string(conditions, ' AND ');
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function leads.segment_leads(segment_id uuid)
    comment: The leads of a segment, in no order; none when there is no such segment.
    definition:
        |CREATE OR REPLACE FUNCTION leads.segment_leads(segment_id uuid)
        | RETURNS SETOF leads.leads
        | LANGUAGE plpgsql
        | STABLE STRICT
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    segment leads.segments;
        |BEGIN
        |    SELECT * INTO segment FROM leads.segments AS s WHERE s.id = segment_id;
        |    RETURN QUERY EXECUTE
        |        'SELECT l.* FROM leads.leads AS l WHERE l.organization_id = $1 AND '
        |        || leads.segment_condition(coalesce(segment.filter, '{}'))
        |        USING segment.organization_id;
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function leads.trigger_type()
    comment: What brings about the changes of the session: app.trigger_type; without it manual where app.current_user_id is set, else system.
    definition:
        |CREATE OR REPLACE FUNCTION leads.trigger_type()
        | RETURNS text
        | LANGUAGE sql
        | STABLE PARALLEL SAFE
        |RETURN COALESCE(NULLIF(current_setting('app.trigger_type'::text, true), ''::text), CASE WHEN (users.current_user_id() IS NULL) THEN 'system'::text ELSE 'manual'::text END)
    owner: postgres
    revoke from public: execute

function leads.update_leads_updated_at()
    comment: Trigger: sets updated_at to the time of the transaction.
    definition:
        |CREATE OR REPLACE FUNCTION leads.update_leads_updated_at()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    NEW.updated_at := now();
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function marketing.is_metric(value text)
    comment: Whether this is something that targets are set for: impressions, clicks, leads, qualified_leads, appointments, conversions, or revenue.
    definition:
        |CREATE OR REPLACE FUNCTION marketing.is_metric(value text)
        | RETURNS boolean
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE STRICT
        |RETURN (value = ANY (ARRAY['impressions'::text, 'clicks'::text, 'leads'::text, 'qualified_leads'::text, 'appointments'::text, 'conversions'::text, 'revenue'::text]))
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function outreach.cancel_emails_to_new_address()
    comment: Trigger: a lead that gets an unsubscribed address loses what is queued for it.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.cancel_emails_to_new_address()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    PERFORM outreach.lock_addresses(NEW.organization_id, true);
        |    IF outreach.is_unsubscribed(NEW.email, NEW.organization_id) THEN
        |        UPDATE outreach.email_queue AS q
        |        SET status = 'cancelled', error_message = 'unsubscribed'
        |        WHERE q.lead_id = NEW.id AND q.status = 'queued';
        |    END IF;
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function outreach.cancel_emails_to_unsubscribed()
    comment: Trigger: an unsubscribe cancels what is queued for the address, in all campaigns.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.cancel_emails_to_unsubscribed()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    PERFORM outreach.lock_addresses(NEW.organization_id, true);
        |    UPDATE outreach.email_queue AS q
        |    SET status = 'cancelled', error_message = 'unsubscribed'
        |    FROM outreach.leads AS l
        |    WHERE l.organization_id = NEW.organization_id
        |        AND l.email = NEW.email
        |        AND q.lead_id = l.id
        |        AND q.status = 'queued';
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function outreach.cancel_hopeless_email()
    comment: Trigger: a mail that may not be sent is stored as cancelled, with the reason.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.cancel_hopeless_email()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    obstacle text;
        |BEGIN
        |    PERFORM outreach.lock_addresses(NEW.organization_id, false);
        |    obstacle := outreach.mail_obstacle(NEW.lead_id);
        |    IF obstacle IS NOT NULL THEN
        |        NEW.status := 'cancelled';
        |        NEW.error_message := obstacle;
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function outreach.claim_next_email(account_id uuid)
    comment: Takes the next mail that is due, of the account or of any, and counts it against the account's daily limit. Never waits: no row means nothing is due, or others are at it. Commit before you send.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.claim_next_email(account_id uuid DEFAULT NULL::uuid)
        | RETURNS TABLE(email_queue_id uuid, attempt integer, organization_id uuid, campaign_id uuid, lead_id uuid, email_account_id uuid, recipient character varying, sequence_step integer, subject character varying, body text)
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET enable_sort TO 'off'
        | SET enable_incremental_sort TO 'off'
        | SET jit TO 'off'
        |AS $function$
        |DECLARE
        |    account record;
        |    due record;
        |    mail record;
        |    obstacle text;
        |    after_at timestamptz;
        |    after_id uuid;
        |BEGIN
        |    -- The queries for mails say in which order, where any mail would do: then they follow an
        |    -- index. They name the account in it: beside IS NULL the planner does not see that it is
        |    -- constant.
        |    FOR account IN
        |        SELECT a.id, a.organization_id
        |        FROM outreach.email_accounts AS a
        |        WHERE (account_id IS NULL OR a.id = account_id)
        |            AND outreach.remaining_today(a) > 0
        |            AND (
        |                (
        |                    SELECT true
        |                    FROM outreach.email_queue AS q
        |                    WHERE q.email_account_id = a.id
        |                        AND q.status = 'queued' AND q.scheduled_at <= now()
        |                    ORDER BY q.scheduled_at
        |                    LIMIT 1
        |                )
        |                OR a.organization_id IN (
        |                    SELECT c.organization_id
        |                    FROM outreach.campaigns AS c
        |                    WHERE c.status = 'active'
        |                        AND (
        |                            SELECT true
        |                            FROM outreach.email_queue AS q
        |                            WHERE q.campaign_id = c.id AND q.email_account_id IS NULL
        |                                AND q.status = 'queued' AND q.scheduled_at <= now()
        |                            ORDER BY q.email_account_id, q.scheduled_at
        |                            LIMIT 1
        |                        )
        |                )
        |            )
        |        ORDER BY a.last_sent_at NULLS FIRST
        |    LOOP
        |        -- An account hands out one mail at a time. One that is busy is passed over, not waited
        |        -- for; what it may still send is asked again under the lock.
        |        PERFORM
        |        FROM outreach.email_accounts AS a
        |        WHERE a.id = account.id AND outreach.remaining_today(a) > 0
        |        FOR NO KEY UPDATE SKIP LOCKED;
        |        CONTINUE WHEN NOT FOUND;
        |
        |        FOR due IN
        |            SELECT c.id AS campaign_id, first.is_assigned
        |            FROM outreach.campaigns AS c
        |            CROSS JOIN LATERAL (
        |                (
        |                    SELECT true AS is_assigned, q.scheduled_at
        |                    FROM outreach.email_queue AS q
        |                    WHERE q.campaign_id = c.id AND q.email_account_id = account.id
        |                        AND q.status = 'queued' AND q.scheduled_at <= now()
        |                    ORDER BY q.scheduled_at, q.id
        |                    LIMIT 1
        |                )
        |                UNION ALL
        |                (
        |                    SELECT false, q.scheduled_at
        |                    FROM outreach.email_queue AS q
        |                    WHERE q.campaign_id = c.id AND q.email_account_id IS NULL
        |                        AND q.status = 'queued' AND q.scheduled_at <= now()
        |                    ORDER BY q.email_account_id, q.scheduled_at, q.id
        |                    LIMIT 1
        |                )
        |            ) AS first
        |            WHERE c.organization_id = account.organization_id AND c.status = 'active'
        |            ORDER BY first.scheduled_at
        |        LOOP
        |            after_at := '-infinity';
        |            after_id := '00000000-0000-0000-0000-000000000000';
        |            LOOP
        |                -- From where the last one was: the index still has what this call cancelled, and
        |                -- from the beginning a paused list of leads would be read once for each of them.
        |                IF due.is_assigned THEN
        |                    SELECT q.id, q.lead_id, q.scheduled_at INTO mail
        |                    FROM outreach.email_queue AS q
        |                    WHERE q.campaign_id = due.campaign_id AND q.email_account_id = account.id
        |                        AND q.status = 'queued' AND q.scheduled_at <= now()
        |                        AND (q.scheduled_at, q.id) > (after_at, after_id)
        |                    ORDER BY q.scheduled_at, q.id
        |                    LIMIT 1
        |                    FOR UPDATE SKIP LOCKED;
        |                ELSE
        |                    SELECT q.id, q.lead_id, q.scheduled_at INTO mail
        |                    FROM outreach.email_queue AS q
        |                    WHERE q.campaign_id = due.campaign_id AND q.email_account_id IS NULL
        |                        AND q.status = 'queued' AND q.scheduled_at <= now()
        |                        AND (q.scheduled_at, q.id) > (after_at, after_id)
        |                    ORDER BY q.email_account_id, q.scheduled_at, q.id
        |                    LIMIT 1
        |                    FOR UPDATE SKIP LOCKED;
        |                END IF;
        |                EXIT WHEN NOT FOUND;
        |                after_at := mail.scheduled_at;
        |                after_id := mail.id;
        |
        |                obstacle := outreach.mail_obstacle(mail.lead_id);
        |                IF obstacle IS NOT NULL THEN
        |                    UPDATE outreach.email_queue AS q
        |                    SET status = 'cancelled', error_message = obstacle
        |                    WHERE q.id = mail.id;
        |                    CONTINUE;
        |                END IF;
        |
        |                UPDATE outreach.email_accounts AS a
        |                SET current_sent_today = a.current_sent_today + 1, last_sent_at = now()
        |                WHERE a.id = account.id;
        |
        |                RETURN QUERY
        |                UPDATE outreach.email_queue AS q
        |                SET status = 'sending',
        |                    email_account_id = account.id,
        |                    attempts = q.attempts + 1,
        |                    last_attempt_at = now()
        |                FROM outreach.leads AS l
        |                WHERE q.id = mail.id AND l.id = q.lead_id
        |                RETURNING q.id, q.attempts, q.organization_id, q.campaign_id, q.lead_id,
        |                    q.email_account_id, l.email, q.sequence_step, q.subject, q.body;
        |                RETURN;
        |            END LOOP;
        |        END LOOP;
        |    END LOOP;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function outreach.count_sent_today()
    comment: Trigger: what is added to current_sent_today counts for today, and not beyond daily_limit.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.count_sent_today()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    today CONSTANT date := (now() AT TIME ZONE 'UTC')::date;
        |BEGIN
        |    IF OLD.sent_on < today AND NEW.sent_on = OLD.sent_on THEN
        |        NEW.current_sent_today := NEW.current_sent_today - OLD.current_sent_today;
        |        NEW.sent_on := today;
        |    END IF;
        |    IF NEW.current_sent_today > NEW.daily_limit THEN
        |        RAISE EXCEPTION 'account "%" has reached its daily limit of %', NEW.email, NEW.daily_limit
        |            USING ERRCODE = 'check_violation',
        |                  HINT = 'Wait for the next day in UTC, or raise daily_limit.',
        |                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'current_sent_today';
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function outreach.fill_email_activity()
    comment: Trigger: gives an activity the lead, the campaign and the organization of its mail.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.fill_email_activity()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    mail record;
        |    lead record;
        |BEGIN
        |    SELECT q.lead_id, q.campaign_id INTO mail
        |    FROM outreach.email_queue AS q
        |    WHERE q.id = NEW.email_queue_id;
        |    NEW.lead_id := coalesce(NEW.lead_id, mail.lead_id);
        |
        |    SELECT l.organization_id, l.campaign_id INTO lead
        |    FROM outreach.leads AS l
        |    WHERE l.id = NEW.lead_id;
        |    NEW.organization_id := coalesce(NEW.organization_id, lead.organization_id);
        |    NEW.campaign_id := coalesce(NEW.campaign_id, mail.campaign_id, lead.campaign_id);
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function outreach.fill_queued_email()
    comment: Trigger: gives a mail the organization and the campaign of its lead.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.fill_queued_email()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    lead record;
        |BEGIN
        |    SELECT l.organization_id, l.campaign_id INTO lead
        |    FROM outreach.leads AS l
        |    WHERE l.id = NEW.lead_id;
        |
        |    NEW.organization_id := coalesce(NEW.organization_id, lead.organization_id);
        |    NEW.campaign_id := coalesce(NEW.campaign_id, lead.campaign_id);
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function outreach.is_ciphertext(value text)
    comment: Whether the text has the form of something encrypted: v<version>:<key id>:<base64>, or an armored PGP message.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.is_ciphertext(value text)
        | RETURNS boolean
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE STRICT
        |RETURN (((value COLLATE "C") ~ '^v[0-9]+:[A-Za-z0-9_.-]+:[A-Za-z0-9+/_-]{38,}={0,2}$'::text) OR ((value COLLATE "C") ~ '^-----BEGIN PGP MESSAGE-----\\r?\\n.*\\r?\\n[A-Za-z0-9+/]{38,}.*\\r?\\n-----END PGP MESSAGE-----\\s*$'::text))
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function outreach.is_unsubscribed(email text, organization_id uuid)
    comment: Whether the address wants no more mails of the organization, however it is written.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.is_unsubscribed(email text, organization_id uuid DEFAULT users.current_organization_id())
        | RETURNS boolean
        | LANGUAGE sql
        | STABLE PARALLEL SAFE
        |RETURN (EXISTS (SELECT FROM outreach.unsubscribes u WHERE ((u.organization_id = is_unsubscribed.organization_id) AND ((u.email)::text = utilities.normalize_email(is_unsubscribed.email)))))
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function outreach.leads_with_data(data jsonb)
    comment: The leads of the organization whose own fields contain these, by index.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.leads_with_data(data jsonb)
        | RETURNS SETOF outreach.leads
        | LANGUAGE sql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT l.*
        |FROM outreach.leads AS l
        |WHERE l.organization_id = (SELECT users.current_organization_id())
        |    AND l.data @> leads_with_data.data;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function outreach.leads_with_tags(tags text[])
    comment: The leads of the organization that have all of these tags, by index.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.leads_with_tags(tags text[])
        | RETURNS SETOF outreach.leads
        | LANGUAGE sql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT l.*
        |FROM outreach.leads AS l
        |WHERE l.organization_id = (SELECT users.current_organization_id())
        |    AND l.tags @> leads_with_tags.tags;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function outreach.lock_addresses(organization_id uuid, exclusive boolean)
    comment: Keeps queueing (shared) apart from what decides whether an address may be queued (exclusive), within an organization, to the end of the transaction.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.lock_addresses(organization_id uuid, exclusive boolean)
        | RETURNS void
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    space CONSTANT integer := 'outreach.unsubscribes'::regclass::oid::integer;
        |    key CONSTANT integer := hashtext(organization_id::text);
        |BEGIN
        |    -- Under a stricter isolation what others committed while this waited would stay unseen.
        |    IF current_setting('transaction_isolation') <> 'read committed' THEN
        |        RAISE EXCEPTION 'mails and unsubscribes cannot be written in a "%" transaction',
        |            current_setting('transaction_isolation')
        |            USING ERRCODE = 'feature_not_supported',
        |                  HINT = 'Use READ COMMITTED.';
        |    END IF;
        |    IF exclusive THEN
        |        PERFORM pg_advisory_xact_lock(space, key);
        |    ELSE
        |        PERFORM pg_advisory_xact_lock_shared(space, key);
        |    END IF;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function outreach.mail_obstacle(lead_id uuid)
    comment: Why the lead may not be written to; NULL when it may.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.mail_obstacle(lead_id uuid)
        | RETURNS text
        | LANGUAGE plpgsql
        | STABLE PARALLEL SAFE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    RETURN (
        |        SELECT
        |            CASE
        |                WHEN EXISTS (
        |                    SELECT
        |                    FROM outreach.unsubscribes AS u
        |                    WHERE u.organization_id = l.organization_id AND u.email = l.email
        |                ) THEN 'unsubscribed'
        |                WHEN l.status <> 'active' THEN 'lead is ' || l.status
        |            END
        |        FROM outreach.leads AS l
        |        WHERE l.id = mail_obstacle.lead_id
        |    );
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function outreach.mark_failed(email_queue_id uuid, attempt integer, error_message text, is_permanent boolean, max_attempts integer)
    comment: The attempt failed: the mail is queued again for later, failed for good, or cancelled because the lead has left meanwhile. Returns which; NULL when this attempt does not have the mail any more.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.mark_failed(email_queue_id uuid, attempt integer, error_message text, is_permanent boolean DEFAULT false, max_attempts integer DEFAULT 5)
        | RETURNS text
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    outcome text;
        |BEGIN
        |    UPDATE outreach.email_queue AS q
        |    SET status = CASE
        |            WHEN is_permanent OR q.attempts >= max_attempts THEN 'failed'
        |            ELSE 'queued'
        |        END,
        |        -- 5, 10, 20, 40 minutes, and so on to most of a day.
        |        scheduled_at = now() + interval '5 minutes' * 2 ^ least(q.attempts - 1, 8),
        |        error_message = mark_failed.error_message
        |    WHERE q.id = mark_failed.email_queue_id
        |        AND q.status = 'sending'
        |        AND q.attempts = mark_failed.attempt
        |    RETURNING q.status INTO outcome;
        |    RETURN outcome;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function outreach.mark_sent(email_queue_id uuid, attempt integer, n8n_execution_id text)
    comment: The attempt succeeded: the mail is sent, and an activity says so. False when this attempt does not have the mail any more.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.mark_sent(email_queue_id uuid, attempt integer, n8n_execution_id text DEFAULT NULL::text)
        | RETURNS boolean
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    UPDATE outreach.email_queue AS q
        |    SET status = 'sent',
        |        error_message = NULL,
        |        n8n_execution_id = coalesce(mark_sent.n8n_execution_id, q.n8n_execution_id)
        |    WHERE q.id = mark_sent.email_queue_id
        |        AND q.status = 'sending'
        |        AND q.attempts = mark_sent.attempt;
        |    IF NOT FOUND THEN
        |        RETURN false;
        |    END IF;
        |
        |    INSERT INTO outreach.email_activities (
        |        organization_id, email_queue_id, lead_id, campaign_id, event_type, n8n_execution_id
        |    )
        |    SELECT q.organization_id, q.id, q.lead_id, q.campaign_id, 'sent', q.n8n_execution_id
        |    FROM outreach.email_queue AS q
        |    WHERE q.id = mark_sent.email_queue_id;
        |    RETURN true;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function outreach.normalize_email_column()
    comment: Trigger: stores an e-mail address cleaned and in lower case, so that equal ones are equal.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.normalize_email_column()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    NEW.email := utilities.normalize_email(NEW.email);
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function outreach.remaining_today(account outreach.email_accounts)
    comment: How many mails the account may still send today: SELECT remaining_today(a) FROM email_accounts AS a. None while it is unhealthy or not warmed up.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.remaining_today(account outreach.email_accounts)
        | RETURNS integer
        | LANGUAGE sql
        | STABLE PARALLEL SAFE
        |RETURN CASE WHEN ((account).health_score < 50) THEN 0 WHEN (((account).warmup_status)::text <> ALL ((ARRAY['warming'::character varying, 'completed'::character varying])::text[])) THEN 0 WHEN ((account).sent_on < ((now() AT TIME ZONE 'UTC'::text))::date) THEN (account).daily_limit ELSE GREATEST(((account).daily_limit - (account).current_sent_today), 0) END
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function outreach.requeue_stuck_emails(older_than interval, max_attempts integer)
    comment: Task, every 15 minutes: gives mails whose worker has died to another one, or up after the last attempt. Returns how many. A mail that had gone out all the same is sent twice.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.requeue_stuck_emails(older_than interval DEFAULT '01:00:00'::interval, max_attempts integer DEFAULT 5)
        | RETURNS integer
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    requeued integer;
        |BEGIN
        |    IF older_than IS NULL OR older_than < interval '0' THEN
        |        RAISE EXCEPTION 'invalid time to wait for a worker: %', coalesce(older_than::text, 'NULL')
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give a positive interval, such as ''1 hour''.';
        |    ELSIF max_attempts IS NULL OR max_attempts < 1 THEN
        |        RAISE EXCEPTION 'invalid number of attempts: %', coalesce(max_attempts::text, 'NULL')
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give a number from 1.';
        |    END IF;
        |
        |    -- What another one is working on is not stuck.
        |    UPDATE outreach.email_queue AS q
        |    SET status = CASE WHEN q.attempts >= max_attempts THEN 'failed' ELSE 'queued' END,
        |        error_message = 'the worker did not say how it went'
        |    WHERE q.id = ANY (ARRAY(
        |        SELECT s.id
        |        FROM outreach.email_queue AS s
        |        WHERE s.status = 'sending' AND s.last_attempt_at < now() - older_than
        |        FOR UPDATE SKIP LOCKED
        |    ));
        |    GET DIAGNOSTICS requeued = ROW_COUNT;
        |    RETURN requeued;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function outreach.reset_daily_limits()
    comment: Task, daily after midnight UTC: sets current_sent_today to 0, returns for how many accounts. For those who read the column: the limit starts anew without it.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.reset_daily_limits()
        | RETURNS integer
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    today CONSTANT date := (now() AT TIME ZONE 'UTC')::date;
        |    reset integer;
        |BEGIN
        |    -- An account that is just handing out a mail begins the day by itself.
        |    UPDATE outreach.email_accounts AS a
        |    SET current_sent_today = 0, sent_on = today
        |    WHERE a.id = ANY (ARRAY(
        |        SELECT s.id
        |        FROM outreach.email_accounts AS s
        |        WHERE s.sent_on < today
        |        FOR NO KEY UPDATE SKIP LOCKED
        |    ));
        |    GET DIAGNOSTICS reset = ROW_COUNT;
        |    RETURN reset;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function outreach.stop_sequence()
    comment: Trigger: a lead that replied, or whose mail bounced, gets no more mails until its status is active again.
    definition:
        |CREATE OR REPLACE FUNCTION outreach.stop_sequence()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    UPDATE outreach.leads AS l
        |    SET status = NEW.event_type
        |    WHERE l.id = NEW.lead_id AND l.status = 'active';
        |
        |    UPDATE outreach.email_queue AS q
        |    SET status = 'cancelled', error_message = 'lead is ' || NEW.event_type
        |    WHERE q.lead_id = NEW.lead_id AND q.status = 'queued';
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function pipeline.check_position()
    comment: Trigger: a lead enters an active pipeline, at the first stage, and makes only the moves in pipeline.transitions; at a terminal stage its position is closed.
    definition:
        |CREATE OR REPLACE FUNCTION pipeline.check_position()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    stage record;
        |    current_name text;
        |    allowed text;
        |BEGIN
        |    IF TG_OP = 'INSERT' THEN
        |        SELECT s.id, s.is_terminal, p.name AS pipeline_name, p.is_active INTO stage
        |        FROM pipeline.stages AS s
        |        JOIN pipeline.pipelines AS p ON p.id = s.pipeline_id
        |        WHERE s.pipeline_id = NEW.pipeline_id AND s.organization_id = NEW.organization_id
        |        ORDER BY s.position
        |        LIMIT 1
        |        FOR SHARE OF s;
        |
        |        IF NOT FOUND OR stage.is_terminal THEN
        |            RAISE EXCEPTION 'pipeline "%" has no stage to enter at', NEW.pipeline_id
        |                USING ERRCODE = 'object_not_in_prerequisite_state',
        |                      HINT = 'Its first stage must be there, and not terminal.';
        |        ELSIF NOT stage.is_active THEN
        |            RAISE EXCEPTION 'pipeline "%" takes no leads', stage.pipeline_name
        |                USING ERRCODE = 'object_not_in_prerequisite_state',
        |                      HINT = 'Set its is_active, or choose another.';
        |        ELSIF NEW.stage_id <> stage.id THEN
        |            RAISE EXCEPTION 'a lead enters pipeline "%" at its first stage', NEW.pipeline_id
        |                USING ERRCODE = 'check_violation',
        |                      HINT = 'Leave stage_id out, then move the lead.';
        |        END IF;
        |        NEW.stage_id := stage.id;
        |        NEW.stage_entered_at := NEW.entered_at;
        |        NEW.closed_at := NULL;
        |        RETURN NEW;
        |    ELSIF NEW.stage_id = OLD.stage_id THEN
        |        RETURN NEW;
        |    ELSIF OLD.closed_at IS NOT NULL THEN
        |        RAISE EXCEPTION 'lead "%" has left pipeline "%"', OLD.lead_id, OLD.pipeline_id
        |            USING ERRCODE = 'object_not_in_prerequisite_state',
        |                  HINT = 'It may enter again: pipeline.enter_pipeline().';
        |    END IF;
        |
        |    SELECT s.is_terminal INTO stage
        |    FROM pipeline.stages AS s
        |    JOIN pipeline.transitions AS t ON t.to_stage_id = s.id
        |    WHERE t.pipeline_id = OLD.pipeline_id
        |        AND t.from_stage_id = OLD.stage_id
        |        AND t.to_stage_id = NEW.stage_id
        |    FOR SHARE OF s;
        |
        |    IF NOT FOUND THEN
        |        SELECT s.name INTO current_name FROM pipeline.stages AS s WHERE s.id = OLD.stage_id;
        |        SELECT string_agg(format('"%s"', s.name), ', ' ORDER BY s.position) INTO allowed
        |        FROM pipeline.transitions AS t
        |        JOIN pipeline.stages AS s ON s.id = t.to_stage_id
        |        WHERE t.pipeline_id = OLD.pipeline_id AND t.from_stage_id = OLD.stage_id;
        |
        |        RAISE EXCEPTION 'a lead may not move from stage "%" to "%"',
        |            current_name,
        |            coalesce(
        |                (SELECT s.name FROM pipeline.stages AS s WHERE s.id = NEW.stage_id),
        |                NEW.stage_id::text
        |            )
        |            USING ERRCODE = 'check_violation',
        |                  HINT = CASE
        |                      WHEN allowed IS NULL THEN 'No move from there is in pipeline.transitions.'
        |                      ELSE format('Allowed: %s.', allowed)
        |                  END;
        |    END IF;
        |
        |    -- Not now(): that is when the transaction began, maybe before the last move.
        |    NEW.stage_entered_at := greatest(clock_timestamp(), OLD.stage_entered_at);
        |    IF stage.is_terminal THEN
        |        NEW.closed_at := NEW.stage_entered_at;
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function pipeline.check_stage_change()
    comment: Trigger: a stage with leads in it stays terminal, or stays not.
    definition:
        |CREATE OR REPLACE FUNCTION pipeline.check_stage_change()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    -- Who moves a lead here holds the stage in share mode: none comes in between.
        |    IF EXISTS (
        |        SELECT
        |        FROM pipeline.lead_positions AS p
        |        WHERE p.stage_id = OLD.id
        |    ) THEN
        |        RAISE EXCEPTION 'stage "%" has leads in it and cannot change whether it is terminal',
        |            OLD.name
        |            USING ERRCODE = 'object_not_in_prerequisite_state',
        |                  HINT = 'Make a new stage, and let the leads move there.';
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function pipeline.create_default_pipelines(organization_id uuid)
    comment: Gives an organization the pipelines Pre-Sale, Sales and QC, with stages and transitions; returns how many were missing. One of that name that is there is left alone.
    definition:
        |CREATE OR REPLACE FUNCTION pipeline.create_default_pipelines(organization_id uuid)
        | RETURNS integer
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |#variable_conflict use_column
        |DECLARE
        |    created integer;
        |BEGIN
        |    WITH created_pipelines AS (
        |        INSERT INTO pipeline.pipelines (organization_id, name, description)
        |        VALUES
        |            (
        |                create_default_pipelines.organization_id, 'Pre-Sale',
        |                'From the first contact to a lead that sales can work with.'
        |            ),
        |            (
        |                create_default_pipelines.organization_id, 'Sales',
        |                'From a qualified lead to a signed contract.'
        |            ),
        |            (
        |                create_default_pipelines.organization_id, 'QC',
        |                'Whether a sale is what was promised.'
        |            )
        |        -- One that is there stays as it is, whatever has become of it.
        |        ON CONFLICT (organization_id, lower(name)) DO NOTHING
        |        RETURNING id, organization_id, name
        |    ), default_stages (pipeline_name, position, name, outcome) AS (
        |        VALUES
        |            ('Pre-Sale', 1, 'New',            NULL),
        |            ('Pre-Sale', 2, 'Contacted',      NULL),
        |            ('Pre-Sale', 3, 'Interested',     NULL),
        |            ('Pre-Sale', 4, 'Qualified',      'won'),
        |            ('Pre-Sale', 5, 'Not Interested', 'lost'),
        |            ('Sales',    1, 'Open',           NULL),
        |            ('Sales',    2, 'Proposal',       NULL),
        |            ('Sales',    3, 'Negotiation',    NULL),
        |            ('Sales',    4, 'Won',            'won'),
        |            ('Sales',    5, 'Lost',           'lost'),
        |            ('QC',       1, 'Received',       NULL),
        |            ('QC',       2, 'In Review',      NULL),
        |            ('QC',       3, 'Correction',     NULL),
        |            ('QC',       4, 'Approved',       'won'),
        |            ('QC',       5, 'Rejected',       'lost')
        |    ), created_stages AS (
        |        INSERT INTO pipeline.stages (
        |            organization_id, pipeline_id, name, position, is_terminal, is_won, is_lost
        |        )
        |        SELECT
        |            p.organization_id,
        |            p.id,
        |            d.name,
        |            d.position,
        |            d.outcome IS NOT NULL,
        |            d.outcome IS NOT DISTINCT FROM 'won',
        |            d.outcome IS NOT DISTINCT FROM 'lost'
        |        FROM created_pipelines AS p
        |        JOIN default_stages AS d ON d.pipeline_name = p.name
        |        RETURNING id, pipeline_id, name
        |    ), default_transitions (pipeline_name, from_name, to_name) AS (
        |        VALUES
        |            ('Pre-Sale', 'New',         'Contacted'),
        |            ('Pre-Sale', 'New',         'Not Interested'),
        |            ('Pre-Sale', 'Contacted',   'Interested'),
        |            ('Pre-Sale', 'Contacted',   'Not Interested'),
        |            ('Pre-Sale', 'Interested',  'Contacted'),
        |            ('Pre-Sale', 'Interested',  'Qualified'),
        |            ('Pre-Sale', 'Interested',  'Not Interested'),
        |            ('Sales',    'Open',        'Proposal'),
        |            ('Sales',    'Open',        'Lost'),
        |            ('Sales',    'Proposal',    'Negotiation'),
        |            ('Sales',    'Proposal',    'Won'),
        |            ('Sales',    'Proposal',    'Lost'),
        |            ('Sales',    'Negotiation', 'Proposal'),
        |            ('Sales',    'Negotiation', 'Won'),
        |            ('Sales',    'Negotiation', 'Lost'),
        |            ('QC',       'Received',    'In Review'),
        |            ('QC',       'In Review',   'Correction'),
        |            ('QC',       'In Review',   'Approved'),
        |            ('QC',       'In Review',   'Rejected'),
        |            ('QC',       'Correction',  'In Review'),
        |            ('QC',       'Correction',  'Rejected')
        |    ), created_transitions AS (
        |        INSERT INTO pipeline.transitions (
        |            organization_id, pipeline_id, from_stage_id, to_stage_id
        |        )
        |        SELECT p.organization_id, p.id, f.id, t.id
        |        FROM created_pipelines AS p
        |        JOIN default_transitions AS d ON d.pipeline_name = p.name
        |        JOIN created_stages AS f ON f.pipeline_id = p.id AND f.name = d.from_name
        |        JOIN created_stages AS t ON t.pipeline_id = p.id AND t.name = d.to_name
        |    )
        |    SELECT count(*) INTO created FROM created_pipelines;
        |    RETURN created;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function pipeline.enter_pipeline(lead_id uuid, pipeline_id uuid, note text)
    comment: Puts a lead into a pipeline, at its first stage; returns the id of the position. A lead that has come to a terminal stage may enter again.
    definition:
        |CREATE OR REPLACE FUNCTION pipeline.enter_pipeline(lead_id uuid, pipeline_id uuid, note text DEFAULT NULL::text)
        | RETURNS uuid
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |#variable_conflict use_column
        |DECLARE
        |    entered record;
        |    position_id uuid;
        |BEGIN
        |    SELECT p.organization_id, p.name INTO entered
        |    FROM pipeline.pipelines AS p
        |    WHERE p.id = enter_pipeline.pipeline_id;
        |    IF NOT FOUND THEN
        |        RAISE EXCEPTION 'pipeline "%" does not exist',
        |            coalesce(enter_pipeline.pipeline_id::text, 'NULL')
        |            USING ERRCODE = 'no_data_found',
        |                  HINT = 'SELECT id, name FROM pipeline.pipelines shows those that do.';
        |    END IF;
        |
        |    PERFORM
        |    FROM leads.leads AS l
        |    WHERE l.id = enter_pipeline.lead_id
        |        AND l.organization_id = entered.organization_id
        |        AND l.deleted_at IS NULL;
        |    IF NOT FOUND THEN
        |        RAISE EXCEPTION 'lead "%" does not exist', coalesce(enter_pipeline.lead_id::text, 'NULL')
        |            USING ERRCODE = 'no_data_found',
        |                  HINT = 'Give a lead of the organization of the pipeline that is not deleted.';
        |    END IF;
        |
        |    INSERT INTO pipeline.lead_positions (organization_id, lead_id, pipeline_id, note)
        |    VALUES (
        |        entered.organization_id,
        |        enter_pipeline.lead_id,
        |        enter_pipeline.pipeline_id,
        |        enter_pipeline.note
        |    )
        |    ON CONFLICT (lead_id, pipeline_id) WHERE closed_at IS NULL DO NOTHING
        |    RETURNING id INTO position_id;
        |
        |    IF position_id IS NULL THEN
        |        RAISE EXCEPTION 'lead "%" is in pipeline "%" already',
        |            enter_pipeline.lead_id, entered.name
        |            USING ERRCODE = 'unique_violation',
        |                  HINT = 'Move it: pipeline.move_lead().';
        |    END IF;
        |    RETURN position_id;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function pipeline.move_lead(lead_id uuid, pipeline_id uuid, to_stage_id uuid, note text, from_stage_id uuid)
    comment: Moves a lead to another stage of the pipeline that it is in, if pipeline.transitions allows it. With from_stage_id, only if it still is there: of two who decide at once, one moves it.
    definition:
        |CREATE OR REPLACE FUNCTION pipeline.move_lead(lead_id uuid, pipeline_id uuid, to_stage_id uuid, note text DEFAULT NULL::text, from_stage_id uuid DEFAULT NULL::uuid)
        | RETURNS void
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    held record;
        |BEGIN
        |    SELECT p.id, p.stage_id INTO held
        |    FROM pipeline.lead_positions AS p
        |    WHERE p.lead_id = move_lead.lead_id
        |        AND p.pipeline_id = move_lead.pipeline_id
        |        AND p.closed_at IS NULL
        |    FOR NO KEY UPDATE;
        |
        |    IF NOT FOUND THEN
        |        RAISE EXCEPTION 'lead "%" is not in pipeline "%"',
        |            coalesce(lead_id::text, 'NULL'), coalesce(pipeline_id::text, 'NULL')
        |            USING ERRCODE = 'no_data_found',
        |                  HINT = 'Let it enter first: pipeline.enter_pipeline().';
        |    ELSIF held.stage_id <> from_stage_id OR held.stage_id = to_stage_id THEN
        |        RAISE EXCEPTION 'lead "%" is in stage "%"',
        |            lead_id, (SELECT s.name FROM pipeline.stages AS s WHERE s.id = held.stage_id)
        |            USING ERRCODE = 'object_not_in_prerequisite_state',
        |                  HINT = 'Somebody else has moved it; look again and decide anew.';
        |    ELSIF to_stage_id IS NULL THEN
        |        RAISE EXCEPTION 'no stage to move lead "%" to', lead_id
        |            USING ERRCODE = 'null_value_not_allowed';
        |    END IF;
        |
        |    UPDATE pipeline.lead_positions AS p
        |    SET stage_id = to_stage_id, note = move_lead.note
        |    WHERE p.id = held.id;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function pipeline.record_move()
    comment: Trigger: writes each entry and each move of a lead into pipeline.lead_moves.
    definition:
        |CREATE OR REPLACE FUNCTION pipeline.record_move()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    from_stage_id uuid;
        |    time_in_stage interval;
        |BEGIN
        |    IF TG_OP = 'UPDATE' THEN
        |        IF NEW.stage_id = OLD.stage_id THEN
        |            RETURN NULL;
        |        END IF;
        |        from_stage_id := OLD.stage_id;
        |        time_in_stage := NEW.stage_entered_at - OLD.stage_entered_at;
        |    END IF;
        |
        |    INSERT INTO pipeline.lead_moves (
        |        organization_id, pipeline_id, position_id, from_stage_id, to_stage_id, moved_at,
        |        time_in_stage, moved_by, note
        |    )
        |    VALUES (
        |        NEW.organization_id,
        |        NEW.pipeline_id,
        |        NEW.id,
        |        from_stage_id,
        |        NEW.stage_id,
        |        NEW.stage_entered_at,
        |        time_in_stage,
        |        -- The setting may name a user of no organization, or one that is gone.
        |        (
        |            SELECT u.id
        |            FROM users.users AS u
        |            WHERE u.id = (SELECT users.current_user_id())
        |                AND u.organization_id = NEW.organization_id
        |        ),
        |        NEW.note
        |    );
        |    RETURN NULL;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function telephony.assign_call_logs()
    comment: Task, hourly: gives calls of nobody the organization of an account that was added since; returns how many.
    definition:
        |CREATE OR REPLACE FUNCTION telephony.assign_call_logs()
        | RETURNS bigint
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    assigned bigint;
        |BEGIN
        |    UPDATE telephony.call_logs AS c
        |    SET organization_id = a.organization_id
        |    FROM telephony.accounts AS a
        |    WHERE c.organization_id IS NULL
        |        AND c.accountcode <> ''
        |        AND a.accountcode = c.accountcode;
        |    GET DIAGNOSTICS assigned = ROW_COUNT;
        |    RETURN assigned;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function telephony.assign_voicemails()
    comment: Task, hourly: gives messages of no box the box that was added since; returns how many.
    definition:
        |CREATE OR REPLACE FUNCTION telephony.assign_voicemails()
        | RETURNS bigint
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    assigned bigint;
        |BEGIN
        |    UPDATE telephony.voicemails AS v
        |    SET voicemail_box_id = b.uniqueid, organization_id = b.organization_id
        |    FROM telephony.voicemail_boxes AS b
        |    WHERE v.organization_id IS NULL
        |        AND b.context = v.mailboxcontext
        |        AND b.mailbox = v.mailboxuser;
        |    GET DIAGNOSTICS assigned = ROW_COUNT;
        |    RETURN assigned;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function telephony.create_call_log_partitions(months_ahead integer)
    comment: Task, daily: makes the partitions of call_logs for this month, the months ahead, and each month that the default partition has calls of, which move there; returns how many. Moving holds up who reads or writes call_logs until it is done.
    definition:
        |CREATE OR REPLACE FUNCTION telephony.create_call_log_partitions(months_ahead integer DEFAULT 3)
        | RETURNS integer
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET "TimeZone" TO 'UTC'
        | SET "DateStyle" TO 'ISO'
        | SET lock_timeout TO '5s'
        |AS $function$
        |DECLARE
        |    this_month CONSTANT timestamptz := date_trunc('month', now());
        |    first_of_month timestamptz;
        |    has_begun boolean;
        |    first_of_next timestamptz;
        |    partition_name text;
        |    copy integer;
        |    created integer := 0;
        |BEGIN
        |    IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 120 THEN
        |        RAISE EXCEPTION 'invalid number of months: %', coalesce(months_ahead::text, 'NULL')
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give a number from 0 to 120.';
        |    END IF;
        |
        |    LOCK TABLE ONLY telephony.call_logs IN SHARE UPDATE EXCLUSIVE MODE;
        |
        |    -- Those that need the stronger lock come first: to ask for it while holding the default
        |    -- partition would be a deadlock with a writer on its way there. A month that begins within a
        |    -- day counts as begun, for clocks that are ahead.
        |    FOR first_of_month, first_of_next, has_begun IN
        |        SELECT m.first, m.first + interval '1 month', bool_or(m.has_begun)
        |        FROM (
        |            SELECT a.first, a.first < now() + interval '1 day'
        |            FROM (
        |                SELECT this_month + n * interval '1 month'
        |                FROM generate_series(0, months_ahead) AS n
        |            ) AS a (first)
        |            UNION ALL
        |            -- Months that calls came for before their partition was there.
        |            SELECT DISTINCT date_trunc('month', c.calldate), true
        |            FROM telephony.call_logs_default AS c
        |            WHERE c.calldate BETWEEN '1970-01-01' AND '9999-12-31'
        |        ) AS m (first, has_begun)
        |        -- A partition may also be one that somebody made, of another length.
        |        WHERE NOT EXISTS (
        |            SELECT
        |            FROM pg_inherits AS i
        |            JOIN pg_class AS p ON p.oid = i.inhrelid
        |            CROSS JOIN regexp_match(
        |                pg_get_expr(p.relpartbound, p.oid),
        |                '^FOR VALUES FROM \\((?:''(.*)''|MINVALUE)\\) TO \\((?:''(.*)''|MAXVALUE)\\)$'
        |            ) AS b
        |            WHERE i.inhparent = 'telephony.call_logs'::regclass
        |                AND coalesce(b[1], '-infinity')::timestamptz < m.first + interval '1 month'
        |                AND coalesce(b[2], 'infinity')::timestamptz > m.first
        |                AND b IS NOT NULL
        |        )
        |        GROUP BY m.first
        |        ORDER BY bool_or(m.has_begun) DESC, m.first
        |    LOOP
        |        partition_name := 'call_logs_' || to_char(first_of_month, 'YYYY_MM');
        |        copy := 1;
        |        WHILE to_regclass(format('telephony.%I', partition_name)) IS NOT NULL LOOP
        |            -- Somebody has detached that month by hand.
        |            copy := copy + 1;
        |            partition_name := 'call_logs_' || to_char(first_of_month, 'YYYY_MM_') || copy;
        |        END LOOP;
        |
        |        IF has_begun THEN
        |            LOCK TABLE ONLY telephony.call_logs IN ACCESS EXCLUSIVE MODE;
        |        END IF;
        |        -- ATTACH takes this lock in any case. On call_logs it needs less than CREATE TABLE …
        |        -- PARTITION OF does.
        |        LOCK TABLE telephony.call_logs_default IN ACCESS EXCLUSIVE MODE;
        |        EXECUTE format(
        |            'CREATE TABLE telephony.%I (LIKE telephony.call_logs INCLUDING DEFAULTS '
        |            'INCLUDING CONSTRAINTS INCLUDING STORAGE)',
        |            partition_name
        |        );
        |        EXECUTE format(
        |            'WITH moved AS (DELETE FROM telephony.call_logs_default '
        |            'WHERE calldate >= $1 AND calldate < $2 RETURNING *) '
        |            'INSERT INTO telephony.%I SELECT * FROM moved',
        |            partition_name
        |        ) USING first_of_month, first_of_next;
        |        EXECUTE format(
        |            'ALTER TABLE telephony.call_logs ATTACH PARTITION telephony.%I '
        |            'FOR VALUES FROM (%L) TO (%L)',
        |            partition_name, first_of_month, first_of_next
        |        );
        |        created := created + 1;
        |    END LOOP;
        |    RETURN created;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function telephony.detach_call_log_partitions(keep interval)
    comment: Task, monthly: detaches the partitions of call_logs whose last call lies further back than the interval; returns how many. They stay as tables call_logs_…_detached, for the owner to archive and drop. The current month stays.
    definition:
        |CREATE OR REPLACE FUNCTION telephony.detach_call_log_partitions(keep interval)
        | RETURNS integer
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        | SET "TimeZone" TO 'UTC'
        | SET "DateStyle" TO 'ISO'
        | SET lock_timeout TO '5s'
        |AS $function$
        |DECLARE
        |    part record;
        |    detached_name text;
        |    copy integer;
        |    detached integer := 0;
        |BEGIN
        |    IF keep IS NULL OR keep < interval '0' THEN
        |        RAISE EXCEPTION 'invalid time to keep calls: %', coalesce(keep::text, 'NULL')
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give a positive interval, such as ''2 years''.';
        |    END IF;
        |
        |    LOCK TABLE ONLY telephony.call_logs IN SHARE UPDATE EXCLUSIVE MODE;
        |
        |    -- By what a partition holds, never by its name.
        |    FOR part IN
        |        SELECT p.relname, b.first_after
        |        FROM pg_inherits AS i
        |        JOIN pg_class AS p ON p.oid = i.inhrelid
        |        CROSS JOIN LATERAL (
        |            SELECT substring(
        |                pg_get_expr(p.relpartbound, p.oid) FROM ' TO \\(''(.*)''\\)$'
        |            )::timestamptz AS first_after
        |        ) AS b
        |        WHERE i.inhparent = 'telephony.call_logs'::regclass
        |            AND b.first_after <= least(now() - keep, date_trunc('month', now()))
        |        ORDER BY b.first_after
        |    LOOP
        |        -- A late call may give the month a second partition, which is detached in its turn.
        |        detached_name := part.relname || '_detached';
        |        copy := 1;
        |        WHILE to_regclass(format('telephony.%I', detached_name)) IS NOT NULL LOOP
        |            copy := copy + 1;
        |            detached_name := part.relname || '_detached_' || copy;
        |        END LOOP;
        |
        |        -- Not CONCURRENTLY: it cannot run in a function, nor where there is a default partition.
        |        EXECUTE format(
        |            'ALTER TABLE telephony.call_logs DETACH PARTITION telephony.%I', part.relname
        |        );
        |        EXECUTE format(
        |            'ALTER TABLE telephony.%I RENAME TO %I', part.relname, detached_name
        |        );
        |        -- It has no grants either: nobody but the owner reads it. Without the default it depends
        |        -- on nothing of ours, and can be moved to another schema.
        |        EXECUTE format(
        |            'ALTER TABLE telephony.%I ENABLE ROW LEVEL SECURITY, ALTER COLUMN id DROP DEFAULT',
        |            detached_name
        |        );
        |        EXECUTE format(
        |            'COMMENT ON TABLE telephony.%I IS %L',
        |            detached_name,
        |            format('Calls before %s, detached from telephony.call_logs.', part.first_after::date)
        |        );
        |        detached := detached + 1;
        |    END LOOP;
        |    RETURN detached;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function telephony.fill_call_log()
    comment: Trigger: gives a call the organization of its account code, and what the backends of Asterisk write differently one form.
    definition:
        |CREATE OR REPLACE FUNCTION telephony.fill_call_log()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    -- The row is in its partition by now: what it is partitioned by cannot be changed.
        |    NEW.start := coalesce(NEW.start, NEW.calldate);
        |
        |    -- Older versions write the beginning of the epoch, in their time zone, for "never".
        |    IF NEW.answer < '1970-01-03 00:00:00+00' THEN
        |        NEW.answer := NULL;
        |    END IF;
        |
        |    -- cdr_odbc writes a number unless it has dispositionstring = yes.
        |    NEW.disposition := CASE NEW.disposition
        |        WHEN '0' THEN 'NO ANSWER'
        |        WHEN '1' THEN 'NO ANSWER'
        |        WHEN '2' THEN 'FAILED'
        |        WHEN '4' THEN 'BUSY'
        |        WHEN '8' THEN 'ANSWERED'
        |        WHEN '16' THEN 'CONGESTION'
        |        ELSE NEW.disposition
        |    END;
        |
        |    IF NEW.organization_id IS NULL AND NEW.accountcode <> '' THEN
        |        NEW.organization_id := (
        |            SELECT a.organization_id
        |            FROM telephony.accounts AS a
        |            WHERE a.accountcode = NEW.accountcode
        |        );
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function telephony.fill_voicemail()
    comment: Trigger: gives a message the box that it names, and the organization of the box.
    definition:
        |CREATE OR REPLACE FUNCTION telephony.fill_voicemail()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    SELECT b.uniqueid, b.organization_id
        |    INTO NEW.voicemail_box_id, NEW.organization_id
        |    FROM telephony.voicemail_boxes AS b
        |    WHERE b.context = NEW.mailboxcontext AND b.mailbox = NEW.mailboxuser
        |    -- A box that is just being deleted is none: else the key would refuse the message.
        |    FOR KEY SHARE;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function telephony.refuse_endless_ivr()
    comment: Trigger: refuses a time-out that leads through others back to its own menu.
    definition:
        |CREATE OR REPLACE FUNCTION telephony.refuse_endless_ivr()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    -- Two who close a circle at once, each with its half, would not see each other.
        |    PERFORM pg_advisory_xact_lock(
        |        hashtextextended('telephony.ivr_menu_options ' || NEW.organization_id, 0)
        |    );
        |    IF EXISTS (
        |        WITH RECURSIVE way (menu_id) AS (
        |            SELECT NEW.target_menu_id
        |            UNION
        |            SELECT o.target_menu_id
        |            FROM way AS w
        |            JOIN telephony.ivr_menu_options AS o ON o.ivr_menu_id = w.menu_id
        |            WHERE o.digit = 't' AND o.target_menu_id IS NOT NULL
        |        )
        |        SELECT FROM way AS w WHERE w.menu_id = NEW.ivr_menu_id
        |    ) THEN
        |        RAISE EXCEPTION 'the time-outs of menu "%" lead back to it', NEW.ivr_menu_id
        |            USING ERRCODE = 'check_violation',
        |                  HINT = 'Let one of the menus on the way hang up or lead somewhere else.',
        |                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'target_menu_id';
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function triggers.hash_password()
    comment: Trigger, BEFORE INSERT OR UPDATE OF password_hash FOR EACH ROW: replaces a plain password of 8 characters to 72 bytes by its bcrypt hash (cost 12). A value that is a bcrypt hash is kept, so nothing is hashed twice; a password of that very form cannot be used.
    definition:
        |CREATE OR REPLACE FUNCTION triggers.hash_password()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    IF NEW.password_hash IS NULL THEN
        |        RETURN NEW;
        |    ELSIF TG_OP = 'UPDATE' AND NEW.password_hash IS NOT DISTINCT FROM OLD.password_hash THEN
        |        RETURN NEW;
        |    ELSIF triggers.is_bcrypt_hash(NEW.password_hash) THEN
        |        RETURN NEW;  -- hashed by the application
        |    ELSIF NEW.password_hash ~ '^\\$2[abxy]?\\$[0-9][0-9]\\$[./A-Za-z0-9]{53}$' THEN
        |        -- A higher cost would keep the server busy for seconds to days at each login.
        |        RAISE EXCEPTION 'bcrypt hash in %.%.password_hash is of a kind or cost not accepted',
        |            TG_TABLE_SCHEMA, TG_TABLE_NAME
        |            USING ERRCODE = 'check_violation',
        |                  HINT = 'Give a $2a$, $2b$ or $2y$ hash with a cost from 4 to 14.',
        |                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'password_hash';
        |    ELSIF char_length(NEW.password_hash) < 8 THEN
        |        RAISE EXCEPTION 'password is too short'
        |            USING ERRCODE = 'check_violation',
        |                  HINT = 'A password has at least 8 characters.',
        |                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'password_hash';
        |    ELSIF octet_length(NEW.password_hash) > 72 THEN
        |        -- bcrypt ignores what follows: two long passwords could be told apart no more.
        |        RAISE EXCEPTION 'password is too long'
        |            USING ERRCODE = 'check_violation',
        |                  HINT = 'A password has at most 72 bytes in UTF-8.',
        |                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'password_hash';
        |    END IF;
        |
        |    NEW.password_hash := extensions.crypt(NEW.password_hash, extensions.gen_salt('bf', 12));
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function triggers.is_bcrypt_hash(value text)
    comment: Whether the text is a bcrypt hash with a cost from 4 to 14. For the check on a column that triggers.hash_password() fills: then no plain text is stored even while triggers are off.
    definition:
        |CREATE OR REPLACE FUNCTION triggers.is_bcrypt_hash(value text)
        | RETURNS boolean
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE STRICT
        |RETURN ((value COLLATE "C") ~ '^\\$2[aby]\\$(0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}$'::text)
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function triggers.update_updated_at_column()
    comment: Trigger, BEFORE UPDATE FOR EACH ROW: sets updated_at to the time of the transaction.
    definition:
        |CREATE OR REPLACE FUNCTION triggers.update_updated_at_column()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    NEW.updated_at := CURRENT_TIMESTAMP;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function users.cleanup_expired_refresh_tokens()
    comment: Task, hourly: deletes the refresh tokens that have expired, returns how many.
    definition:
        |CREATE OR REPLACE FUNCTION users.cleanup_expired_refresh_tokens()
        | RETURNS integer
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    deleted integer;
        |BEGIN
        |    DELETE FROM users.refresh_tokens AS t WHERE t.expires_at <= now();
        |    GET DIAGNOSTICS deleted = ROW_COUNT;
        |    RETURN deleted;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function users.cleanup_expired_sessions()
    comment: Task, hourly: deletes the sessions that are over and cannot be renewed, returns how many.
    definition:
        |CREATE OR REPLACE FUNCTION users.cleanup_expired_sessions()
        | RETURNS integer
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    deleted integer;
        |BEGIN
        |    DELETE FROM users.user_sessions AS s
        |    WHERE s.expires_at <= now()
        |        AND (s.refresh_expires_at IS NULL OR s.refresh_expires_at <= now());
        |    GET DIAGNOSTICS deleted = ROW_COUNT;
        |    RETURN deleted;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function users.cleanup_old_login_attempts()
    comment: Task, daily: deletes login attempts older than 90 days, returns how many.
    definition:
        |CREATE OR REPLACE FUNCTION users.cleanup_old_login_attempts()
        | RETURNS integer
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    deleted integer;
        |BEGIN
        |    DELETE FROM users.login_attempts AS a WHERE a.attempted_at < now() - interval '90 days';
        |    GET DIAGNOSTICS deleted = ROW_COUNT;
        |    RETURN deleted;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function users.current_organization_id()
    comment: The organization the session works for: app.current_org_id or app.current_tenant_id. NULL when neither is set, or when they name different ones.
    definition:
        |CREATE OR REPLACE FUNCTION users.current_organization_id()
        | RETURNS uuid
        | LANGUAGE sql
        | STABLE PARALLEL SAFE
        |RETURN CASE WHEN (((NULLIF(current_setting('app.current_org_id'::text, true), ''::text))::uuid = users.current_tenant_id()) IS NOT FALSE) THEN COALESCE((NULLIF(current_setting('app.current_org_id'::text, true), ''::text))::uuid, users.current_tenant_id()) ELSE NULL::uuid END
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function users.current_tenant_id()
    comment: The tenant the session works for (app.current_tenant_id); NULL when it is not set.
    definition:
        |CREATE OR REPLACE FUNCTION users.current_tenant_id()
        | RETURNS uuid
        | LANGUAGE sql
        | STABLE PARALLEL SAFE
        |RETURN (NULLIF(current_setting('app.current_tenant_id'::text, true), ''::text))::uuid
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function users.current_user_id()
    comment: The user the session works for (app.current_user_id); NULL when it is not set.
    definition:
        |CREATE OR REPLACE FUNCTION users.current_user_id()
        | RETURNS uuid
        | LANGUAGE sql
        | STABLE PARALLEL SAFE
        |RETURN (NULLIF(current_setting('app.current_user_id'::text, true), ''::text))::uuid
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function users.fill_user_name()
    comment: Trigger: gives a user without a name the first and last name, or the local part of the address. A name made so follows the first and last name.
    definition:
        |CREATE OR REPLACE FUNCTION users.fill_user_name()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    IF TG_OP = 'UPDATE' AND NEW.name = OLD.name
        |        AND OLD.name = btrim(concat_ws(' ', OLD.first_name, OLD.last_name))
        |    THEN
        |        NEW.name := NULL;  -- it came from the parts, and follows them
        |    END IF;
        |    NEW.name := coalesce(
        |        NEW.name,
        |        nullif(btrim(concat_ws(' ', NEW.first_name, NEW.last_name)), ''),
        |        split_part(NEW.email, '@', 1)
        |    );
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function users.hash_session_tokens()
    comment: Trigger: replaces the tokens of a session by their hashes.
    definition:
        |CREATE OR REPLACE FUNCTION users.hash_session_tokens()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    -- A hash is left as it is. It opens nothing: what is presented is hashed before it is sought.
        |    IF NEW.token !~ '^sha256:[0-9a-f]{64}$' THEN
        |        NEW.token := users.hash_token(NEW.token);
        |    END IF;
        |    IF NEW.refresh_token !~ '^sha256:[0-9a-f]{64}$' THEN
        |        NEW.refresh_token := users.hash_token(NEW.refresh_token);
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function users.hash_token(token text)
    comment: What users.user_sessions stores for a token: look up WHERE token = users.hash_token($1).
    definition:
        |CREATE OR REPLACE FUNCTION users.hash_token(token text)
        | RETURNS text
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE STRICT
        |RETURN ('sha256:'::text || encode(sha256(convert_to(token, 'UTF8'::name)), 'hex'::text))
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function users.is_login_blocked(email text, ip_address inet)
    comment: Whether to refuse a log-in unseen. Failures in the last 15 minutes: 5 for the e-mail address from this IP address, 20 from the IP address, or 50 for the e-mail address.
    definition:
        |CREATE OR REPLACE FUNCTION users.is_login_blocked(email text, ip_address inet)
        | RETURNS boolean
        | LANGUAGE sql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |-- The limit on the pair stops a guesser without locking the user out elsewhere; the limit on the
        |-- address alone stops guessers who share the work.
        |SELECT
        |    (
        |        SELECT
        |            count(*) FILTER (WHERE a.ip_address = is_login_blocked.ip_address) >= 5
        |            OR count(*) >= 50
        |        FROM users.login_attempts AS a
        |        WHERE lower(a.email) = lower(is_login_blocked.email)
        |            AND a.attempted_at > now() - interval '15 minutes'
        |            AND NOT a.success
        |    )
        |    OR (
        |        SELECT count(*) >= 20
        |        FROM users.login_attempts AS a
        |        WHERE a.ip_address = is_login_blocked.ip_address
        |            AND a.attempted_at > now() - interval '15 minutes'
        |            AND NOT a.success
        |    );
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function users.issue_refresh_token(user_id uuid, lifetime interval, token text, ip_address inet, user_agent text)
    comment: Starts a login: stores the hash of a new refresh token, or of the one given, and returns the token. Runs with the caller's rights: the user must be visible.
    definition:
        |CREATE OR REPLACE FUNCTION users.issue_refresh_token(user_id uuid, lifetime interval DEFAULT '30 days'::interval, token text DEFAULT NULL::text, ip_address inet DEFAULT NULL::inet, user_agent text DEFAULT NULL::text)
        | RETURNS text
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    PERFORM
        |    FROM users.users AS u
        |    WHERE u.id = issue_refresh_token.user_id AND u.is_active
        |    FOR NO KEY UPDATE;
        |    IF NOT FOUND THEN
        |        RAISE EXCEPTION 'user "%" does not exist, is not active, or is not yours to see',
        |            coalesce(user_id::text, 'NULL')
        |            USING ERRCODE = 'no_data_found',
        |                  HINT = 'Set app.current_user_id after the password was verified.';
        |    END IF;
        |
        |    token := users.token_or_random(token);
        |    INSERT INTO users.refresh_tokens (user_id, token_hash, expires_at, ip_address, user_agent)
        |    VALUES (
        |        user_id, sha256(convert_to(token, 'UTF8')), now() + lifetime, ip_address, user_agent
        |    );
        |    RETURN token;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function users.renew_session(refresh_token text, new_token text, new_refresh_token text, new_expires_at timestamp with time zone, new_refresh_expires_at timestamp with time zone)
    comment: Gives the session of a refresh token new tokens. No row when it is unknown or over, or the user is not active.
    definition:
        |CREATE OR REPLACE FUNCTION users.renew_session(refresh_token text, new_token text, new_refresh_token text, new_expires_at timestamp with time zone, new_refresh_expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone)
        | RETURNS TABLE(session_id uuid, user_id uuid, organization_id uuid, expires_at timestamp with time zone)
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    -- Of two who present the same token the second finds it replaced.
        |    RETURN QUERY
        |    UPDATE users.user_sessions AS s
        |    SET token = new_token,
        |        refresh_token = new_refresh_token,
        |        expires_at = new_expires_at,
        |        refresh_expires_at = new_refresh_expires_at
        |    FROM users.users AS u
        |    WHERE u.id = s.user_id
        |        AND u.is_active
        |        AND s.refresh_token = users.hash_token(renew_session.refresh_token)
        |        AND coalesce(s.refresh_expires_at, s.expires_at) > now()
        |    RETURNING s.id, s.user_id, u.organization_id, s.expires_at;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function users.revoke_refresh_token(token text)
    comment: Log-out: revokes the login that the token belongs to. False when there was none.
    definition:
        |CREATE OR REPLACE FUNCTION users.revoke_refresh_token(token text)
        | RETURNS boolean
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    presented record;
        |BEGIN
        |    SELECT t.user_id, t.family_id INTO presented
        |    FROM users.refresh_tokens AS t
        |    WHERE t.token_hash = sha256(convert_to(token, 'UTF8'));
        |
        |    PERFORM FROM users.users AS u WHERE u.id = presented.user_id FOR NO KEY UPDATE;
        |
        |    UPDATE users.refresh_tokens AS t
        |    SET revoked_at = now()
        |    WHERE t.family_id = presented.family_id AND t.revoked_at IS NULL;
        |    RETURN FOUND;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function users.revoke_refresh_tokens(user_id uuid)
    comment: Log-out everywhere: revokes all refresh tokens of the user, returns how many. Runs with the caller's rights: the user must be visible.
    definition:
        |CREATE OR REPLACE FUNCTION users.revoke_refresh_tokens(user_id uuid)
        | RETURNS integer
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    revoked integer;
        |BEGIN
        |    PERFORM
        |    FROM users.users AS u
        |    WHERE u.id = revoke_refresh_tokens.user_id
        |    FOR NO KEY UPDATE;
        |
        |    UPDATE users.refresh_tokens AS t
        |    SET revoked_at = now()
        |    WHERE t.user_id = revoke_refresh_tokens.user_id AND t.revoked_at IS NULL;
        |    GET DIAGNOSTICS revoked = ROW_COUNT;
        |    RETURN revoked;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function users.rotate_refresh_token(token text, lifetime interval, new_token text, ip_address inet, user_agent text, OUT outcome text, OUT user_id uuid, OUT organization_id uuid, OUT refresh_token text, OUT expires_at timestamp with time zone)
    comment: Exchanges a refresh token for its successor. The outcome says what came of it: rotated (then the rest is filled in), unknown, expired, revoked, inactive (the user), or reused: the token had been exchanged before, and its whole family is now revoked.
    definition:
        |CREATE OR REPLACE FUNCTION users.rotate_refresh_token(token text, lifetime interval DEFAULT '30 days'::interval, new_token text DEFAULT NULL::text, ip_address inet DEFAULT NULL::inet, user_agent text DEFAULT NULL::text, OUT outcome text, OUT user_id uuid, OUT organization_id uuid, OUT refresh_token text, OUT expires_at timestamp with time zone)
        | RETURNS record
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    presented_hash CONSTANT bytea := sha256(convert_to(token, 'UTF8'));
        |    owner_id uuid;
        |    owner record;
        |    presented users.refresh_tokens;
        |BEGIN
        |    SELECT t.user_id INTO owner_id
        |    FROM users.refresh_tokens AS t
        |    WHERE t.token_hash = presented_hash;
        |
        |    SELECT u.organization_id, u.is_active INTO owner
        |    FROM users.users AS u
        |    WHERE u.id = owner_id
        |    FOR NO KEY UPDATE;
        |
        |    -- Read again: while we waited for the lock, somebody may have used or revoked it.
        |    SELECT t.* INTO presented
        |    FROM users.refresh_tokens AS t
        |    WHERE t.token_hash = presented_hash;
        |
        |    IF NOT FOUND THEN
        |        outcome := 'unknown';
        |    ELSIF presented.used_at IS NOT NULL THEN
        |        outcome := 'reused';
        |        user_id := presented.user_id;
        |        UPDATE users.refresh_tokens AS t
        |        SET revoked_at = now()
        |        WHERE t.family_id = presented.family_id AND t.revoked_at IS NULL;
        |    ELSIF presented.revoked_at IS NOT NULL THEN
        |        outcome := 'revoked';
        |    ELSIF presented.expires_at <= now() THEN
        |        outcome := 'expired';
        |    ELSIF NOT owner.is_active THEN
        |        outcome := 'inactive';
        |    ELSE
        |        outcome := 'rotated';
        |        user_id := presented.user_id;
        |        organization_id := owner.organization_id;
        |        refresh_token := users.token_or_random(new_token);
        |        expires_at := now() + lifetime;
        |
        |        UPDATE users.refresh_tokens AS t
        |        SET used_at = now()
        |        WHERE t.id = presented.id;
        |
        |        INSERT INTO users.refresh_tokens (
        |            user_id, family_id, token_hash, expires_at, ip_address, user_agent
        |        )
        |        VALUES (
        |            presented.user_id,
        |            presented.family_id,
        |            sha256(convert_to(refresh_token, 'UTF8')),
        |            expires_at,
        |            ip_address,
        |            user_agent
        |        );
        |    END IF;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function users.token_or_random(token text)
    comment: The token given (a JWT, say), or a new one of 256 random bits when it is NULL.
    definition:
        |CREATE OR REPLACE FUNCTION users.token_or_random(token text)
        | RETURNS text
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    IF token IS NULL THEN
        |        RETURN translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
        |    ELSIF octet_length(token) < 32 THEN
        |        RAISE EXCEPTION 'refresh token is too short'
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give a signed JWT, or NULL to have a random token made.';
        |    END IF;
        |    RETURN token;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function users.touch_session(token text)
    comment: The session of a token, and a note that it was used. No row when it is unknown or over, or the user is not active.
    definition:
        |CREATE OR REPLACE FUNCTION users.touch_session(token text)
        | RETURNS TABLE(session_id uuid, user_id uuid, organization_id uuid, expires_at timestamp with time zone)
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    presented CONSTANT text := users.hash_token(token);
        |BEGIN
        |    -- Once a minute is enough: a write for each request would cost more than it tells.
        |    UPDATE users.user_sessions AS s
        |    SET last_used_at = now()
        |    WHERE s.token = presented
        |        AND s.expires_at > now()
        |        AND s.last_used_at < now() - interval '1 minute';
        |
        |    RETURN QUERY
        |    SELECT s.id, s.user_id, u.organization_id, s.expires_at
        |    FROM users.user_sessions AS s
        |    JOIN users.users AS u ON u.id = s.user_id
        |    WHERE s.token = presented AND s.expires_at > now() AND u.is_active;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function users.update_session_last_used()
    comment: Trigger: a change to a session is a use of it, unless the change says when it was used.
    definition:
        |CREATE OR REPLACE FUNCTION users.update_session_last_used()
        | RETURNS trigger
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |BEGIN
        |    IF NEW.last_used_at IS NOT DISTINCT FROM OLD.last_used_at THEN
        |        NEW.last_used_at := CURRENT_TIMESTAMP;
        |    END IF;
        |    RETURN NEW;
        |END;
        |$function$
    owner: postgres
    revoke from public: execute

function users.verify_password(email text, password text)
    comment: The id of the active user with this address and password; NULL otherwise, without telling which of the two was wrong.
    definition:
        |CREATE OR REPLACE FUNCTION users.verify_password(email text, password text)
        | RETURNS uuid
        | LANGUAGE plpgsql
        | STABLE SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    -- Of a password that nobody has: without a user the answer takes as long as with one.
        |    nobody CONSTANT text := '$2a$12$a9AWvHsp6bq0f6zTRjygoeACzBBmIlwVma02u0sASSb8TV7OtF.0y';
        |    candidate record;
        |    hash text;
        |    matches boolean;
        |BEGIN
        |    SELECT u.id, u.is_active, u.password_hash INTO candidate
        |    FROM users.users AS u
        |    WHERE lower(u.email) = lower(btrim(verify_password.email));
        |
        |    -- pgcrypto knows the prefix 2a only; 2b and 2y name the same algorithm.
        |    hash := '$2a$' || substr(coalesce(candidate.password_hash, nobody), 5);
        |    -- Beyond 72 bytes crypt() would ignore the rest.
        |    matches := extensions.crypt(coalesce(password, ''), hash) = hash
        |        AND octet_length(password) <= 72;
        |
        |    IF matches AND candidate.is_active AND candidate.password_hash IS NOT NULL THEN
        |        RETURN candidate.id;
        |    END IF;
        |    RETURN NULL;
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function utilities.analyze_tables(in_schema name)
    comment: Collects planner statistics for each table of the schema, as after a large load; returns the number of tables. Tables of other owners are left out.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.analyze_tables(in_schema name)
        | RETURNS integer
        | LANGUAGE plpgsql
        | SECURITY DEFINER
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    relation record;
        |    analyzed integer := 0;
        |BEGIN
        |    IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = in_schema) THEN
        |        RAISE EXCEPTION 'schema "%" does not exist', coalesce(in_schema, 'NULL')
        |            USING ERRCODE = 'invalid_schema_name';
        |    END IF;
        |
        |    -- A partitioned table takes its partitions along; autovacuum never analyzes it itself.
        |    FOR relation IN
        |        SELECT c.relname
        |        FROM pg_class AS c
        |        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        |        WHERE n.nspname = in_schema
        |            AND c.relkind IN ('r', 'p', 'm')
        |            AND NOT c.relispartition
        |            AND pg_has_role(c.relowner, 'USAGE')
        |        ORDER BY c.relname
        |    LOOP
        |        EXECUTE format('ANALYZE %I.%I', in_schema, relation.relname);
        |        analyzed := analyzed + 1;
        |    END LOOP;
        |    RETURN analyzed;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function utilities.clean_text(value text)
    comment: One line of text as a person would have typed it: composed (NFC), without control and invisible characters, single spaces, trimmed. NULL when nothing is left.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.clean_text(value text)
        | RETURNS text
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE STRICT
        |RETURN NULLIF(btrim(regexp_replace(regexp_replace(NORMALIZE(value, NFC), '[\\u00AD\\u200B\\u202A-\\u202E\\u2060\\u2066-\\u2069\\uFEFF]'::text, ''::text, 'g'::text), '[\\u0001-\\u0020\\u007F-\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+'::text, ' '::text, 'g'::text)), ''::text)
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function utilities.delete_older_than(target regclass, column_name name, keep interval, batch_size integer)
    comment: Deletes one batch of the oldest rows whose time lies further back than the interval; returns how many. Runs with the caller's rights and row policies.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.delete_older_than(target regclass, column_name name, keep interval, batch_size integer DEFAULT 10000)
        | RETURNS bigint
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    relation record;
        |    attribute record;
        |    deleted bigint;
        |BEGIN
        |    IF keep IS NULL OR keep < interval '0' THEN
        |        RAISE EXCEPTION 'invalid time to keep rows: %', coalesce(keep::text, 'NULL')
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give a positive interval, such as ''90 days''.';
        |    ELSIF batch_size IS NULL OR batch_size NOT BETWEEN 1 AND 1000000 THEN
        |        RAISE EXCEPTION 'invalid batch size: %', coalesce(batch_size::text, 'NULL')
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give a number from 1 to 1000000.';
        |    END IF;
        |
        |    SELECT c.relkind, n.nspname, c.relname INTO relation
        |    FROM pg_class AS c
        |    JOIN pg_namespace AS n ON n.oid = c.relnamespace
        |    WHERE c.oid = target;
        |
        |    IF relation.relkind IS DISTINCT FROM 'r' THEN
        |        RAISE EXCEPTION '"%" is not a plain table', coalesce(target::text, 'NULL')
        |            USING ERRCODE = 'wrong_object_type',
        |                  HINT = 'Of a partitioned table, detach and drop the old partitions.';
        |    END IF;
        |
        |    SELECT a.attnum, a.atttypid INTO attribute
        |    FROM pg_attribute AS a
        |    WHERE a.attrelid = target AND a.attname = column_name
        |        AND a.attnum > 0 AND NOT a.attisdropped;
        |
        |    IF NOT FOUND THEN
        |        RAISE EXCEPTION 'column "%" of table "%" does not exist', column_name, target
        |            USING ERRCODE = 'undefined_column';
        |    ELSIF attribute.atttypid NOT IN (
        |        'timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype
        |    ) THEN
        |        RAISE EXCEPTION 'column "%" of table "%" is no time', column_name, target
        |            USING ERRCODE = 'datatype_mismatch';
        |    END IF;
        |
        |    -- Without an index each batch would read the whole table.
        |    IF NOT EXISTS (
        |        SELECT
        |        FROM pg_index AS i
        |        WHERE i.indrelid = target AND i.indkey[0] = attribute.attnum
        |            AND i.indisvalid AND i.indpred IS NULL
        |    ) THEN
        |        RAISE EXCEPTION 'no index of table "%" leads with column "%"', target, column_name
        |            USING ERRCODE = 'object_not_in_prerequisite_state',
        |                  HINT = format(
        |                      'CREATE INDEX CONCURRENTLY ON %I.%I (%I);',
        |                      relation.nspname, relation.relname, column_name
        |                  );
        |    END IF;
        |
        |    -- Rows that somebody is working on are left for the next time.
        |    EXECUTE format(
        |        'DELETE FROM %1$I.%2$I WHERE ctid = ANY (ARRAY('
        |        'SELECT ctid FROM %1$I.%2$I WHERE %3$I < $1 ORDER BY %3$I LIMIT $2 '
        |        'FOR UPDATE SKIP LOCKED))',
        |        relation.nspname, relation.relname, column_name
        |    ) USING now() - keep, batch_size;
        |    GET DIAGNOSTICS deleted = ROW_COUNT;
        |    RETURN deleted;
        |END;
        |$function$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

function utilities.generate_ulid()
    comment: A new ULID. Later milliseconds sort after earlier ones; within one the order is random.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.generate_ulid()
        | RETURNS text
        | LANGUAGE sql
        | PARALLEL SAFE
        |RETURN utilities.generate_ulid(clock_timestamp())
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function utilities.generate_ulid(moment timestamp with time zone)
    comment: A new ULID for a given moment, such as the creation time of an imported row.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.generate_ulid(moment timestamp with time zone)
        | RETURNS text
        | LANGUAGE plpgsql
        | PARALLEL SAFE STRICT
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    milliseconds numeric;
        |BEGIN
        |    milliseconds := floor(extract(epoch FROM moment) * 1000);
        |    IF NOT isfinite(moment) OR milliseconds NOT BETWEEN 0 AND 281474976710655 THEN
        |        RAISE EXCEPTION 'time is out of range for a ULID: %', moment
        |            USING ERRCODE = 'datetime_field_overflow',
        |                  HINT = 'A ULID holds times from 1970-01-01 to 10889-08-02 (UTC).';
        |    END IF;
        |    RETURN utilities.uuid_to_ulid((
        |        lpad(to_hex(milliseconds::bigint), 12, '0')
        |        || encode(extensions.gen_random_bytes(10), 'hex')
        |    )::uuid);
        |END;
        |$function$
    grant to role crm_app: execute
    owner: postgres
    revoke from public: execute

function utilities.index_usage(in_schema name)
    comment: Indexes by use, least used first. Unused are those never scanned that no constraint needs; an invalid one is left over from a failed concurrent build.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.index_usage(in_schema name DEFAULT NULL::name)
        | RETURNS TABLE(schema_name name, table_name name, index_name name, scans bigint, index_bytes bigint, index_size text, is_valid boolean, is_unused boolean)
        | LANGUAGE sql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT
        |    s.schemaname,
        |    s.relname,
        |    s.indexrelname,
        |    s.idx_scan,
        |    pg_relation_size(s.indexrelid),
        |    pg_size_pretty(pg_relation_size(s.indexrelid)),
        |    i.indisvalid,
        |    s.idx_scan = 0
        |        AND NOT i.indisunique
        |        AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid)
        |FROM pg_stat_user_indexes AS s
        |JOIN pg_index AS i ON i.indexrelid = s.indexrelid
        |WHERE s.schemaname = coalesce(in_schema, s.schemaname)
        |ORDER BY s.idx_scan, pg_relation_size(s.indexrelid) DESC, s.schemaname, s.indexrelname;
        |$function$
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function utilities.is_e164(phone text)
    comment: Whether the text is a phone number in E.164 form: + and 7 to 15 digits.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.is_e164(phone text)
        | RETURNS boolean
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE STRICT
        |RETURN ((phone COLLATE "C") ~ '^\\+[1-9][0-9]{6,14}$'::text)
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function utilities.is_valid_email(address text)
    comment: Whether the text is an e-mail address as mailbox providers accept it: ASCII, no quotes or comments, a domain with a dot (internationalised domains in their xn-- form), at most 64 characters before the @ and 254 in all.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.is_valid_email(address text)
        | RETURNS boolean
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE STRICT
        |RETURN ((length(address) <= 254) AND ((address COLLATE "C") ~ '^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$'::text) AND (strpos(address, '@'::text) <= 65))
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function utilities.is_valid_ulid(ulid text)
    comment: Whether the text is a ULID in upper case, as generate_ulid() writes it.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.is_valid_ulid(ulid text)
        | RETURNS boolean
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE STRICT
        |RETURN ((ulid COLLATE "C") ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'::text)
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function utilities.maintenance_candidates(in_schema name)
    comment: Tables past the limits at which autovacuum would vacuum or analyze them (the table's own settings count). `crmdb maintain` vacuums; analyze_tables() analyzes.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.maintenance_candidates(in_schema name DEFAULT NULL::name)
        | RETURNS TABLE(schema_name name, table_name name, live_rows bigint, dead_rows bigint, changed_rows bigint, last_vacuum timestamp with time zone, last_analyze timestamp with time zone, needs_vacuum boolean, needs_analyze boolean)
        | LANGUAGE sql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |WITH candidate AS (
        |    SELECT
        |        s.*,
        |        c.relkind,
        |        greatest(c.reltuples, 0) AS row_estimate,
        |        coalesce(
        |            (
        |                SELECT jsonb_object_agg(o.option_name, o.option_value)
        |                FROM pg_options_to_table(c.reloptions) AS o
        |            ),
        |            '{}'
        |        ) AS options
        |    FROM pg_stat_user_tables AS s
        |    JOIN pg_class AS c ON c.oid = s.relid
        |    WHERE s.schemaname = coalesce(in_schema, s.schemaname)
        |),
        |judged AS (
        |    SELECT
        |        k.*,
        |        k.n_dead_tup > coalesce(
        |            k.options ->> 'autovacuum_vacuum_threshold',
        |            current_setting('autovacuum_vacuum_threshold')
        |        )::float8 + k.row_estimate * coalesce(
        |            k.options ->> 'autovacuum_vacuum_scale_factor',
        |            current_setting('autovacuum_vacuum_scale_factor')
        |        )::float8 AS wants_vacuum,
        |        k.n_mod_since_analyze > coalesce(
        |            k.options ->> 'autovacuum_analyze_threshold',
        |            current_setting('autovacuum_analyze_threshold')
        |        )::float8 + k.row_estimate * coalesce(
        |            k.options ->> 'autovacuum_analyze_scale_factor',
        |            current_setting('autovacuum_analyze_scale_factor')
        |        )::float8
        |        -- autovacuum passes partitioned tables by.
        |        OR (k.relkind = 'p' AND k.last_analyze IS NULL) AS wants_analyze
        |    FROM candidate AS k
        |)
        |SELECT
        |    j.schemaname,
        |    j.relname,
        |    j.n_live_tup,
        |    j.n_dead_tup,
        |    j.n_mod_since_analyze,
        |    greatest(j.last_vacuum, j.last_autovacuum),
        |    greatest(j.last_analyze, j.last_autoanalyze),
        |    j.wants_vacuum,
        |    j.wants_analyze
        |FROM judged AS j
        |WHERE j.wants_vacuum OR j.wants_analyze
        |ORDER BY j.n_dead_tup DESC, j.schemaname, j.relname;
        |$function$
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function utilities.normalize_email(address text)
    comment: The address cleaned and in lower case; see is_valid_email() for whether it is one.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.normalize_email(address text)
        | RETURNS text
        | LANGUAGE sql
        | IMMUTABLE PARALLEL SAFE STRICT
        |RETURN NULLIF(lower((utilities.clean_text(address) COLLATE "C")), ''::text)
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function utilities.normalize_phone_e164(phone text, default_country_code text)
    comment: The phone number in E.164 form; NULL when it cannot be told. A number without + or 00 is taken as a national one of the default country (its calling code). A cleaner, not a numbering plan: it does not know which numbers are assigned.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.normalize_phone_e164(phone text, default_country_code text DEFAULT NULL::text)
        | RETURNS text
        | LANGUAGE plpgsql
        | IMMUTABLE PARALLEL SAFE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    country CONSTANT text := ltrim(default_country_code, '+');
        |    typed text := utilities.clean_text(phone);
        |    digits text;
        |BEGIN
        |    IF country !~ '^[1-9][0-9]{0,2}$' THEN
        |        RAISE EXCEPTION 'invalid country code: "%"', left(default_country_code, 40)
        |            USING ERRCODE = 'invalid_parameter_value',
        |                  HINT = 'Give the calling code, such as 1, 44 or 49.';
        |    END IF;
        |
        |    -- 00, and 011 in North America, are what is dialled for the +.
        |    typed := regexp_replace(typed, CASE country WHEN '1' THEN '^(00|011)' ELSE '^00' END, '+');
        |    IF typed LIKE '+%' THEN
        |        typed := replace(typed, '(0)', '');
        |    END IF;
        |    digits := regexp_replace(typed, '[ ./()\\u2010-\\u2015-]', '', 'g');
        |
        |    IF digits !~ '^\\+' AND digits !~ '^[0-9]+$' THEN
        |        RETURN NULL;  -- letters, an extension, more than one number
        |    ELSIF digits !~ '^\\+' THEN
        |        -- A national number: without its country's trunk prefix. Where the leading zero belongs
        |        -- to the number (Italy, San Marino, Ivory Coast, Congo), it stays.
        |        digits := '+' || country || CASE
        |            WHEN country = '1' THEN substring(digits FROM '^1?([2-9][0-9]{2}[2-9][0-9]{6})$')
        |            WHEN country = '7' THEN substring(digits FROM '^[78]?([3-9][0-9]{9})$')
        |            WHEN country = '36' THEN regexp_replace(digits, '^06', '')
        |            WHEN country IN ('39', '378', '225', '242') THEN digits
        |            ELSE regexp_replace(digits, '^0', '')
        |        END;
        |    END IF;
        |
        |    RETURN CASE WHEN utilities.is_e164(digits) THEN digits END;
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function utilities.table_sizes(in_schema name)
    comment: Tables, materialized views and partitions by size, largest first. Rows are the planner's estimate, NULL before the first ANALYZE.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.table_sizes(in_schema name DEFAULT NULL::name)
        | RETURNS TABLE(schema_name name, table_name name, estimated_rows bigint, table_bytes bigint, index_bytes bigint, total_bytes bigint, total_size text)
        | LANGUAGE sql
        | STABLE
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |SELECT
        |    n.nspname,
        |    c.relname,
        |    CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END,
        |    pg_table_size(c.oid),
        |    pg_indexes_size(c.oid),
        |    pg_total_relation_size(c.oid),
        |    pg_size_pretty(pg_total_relation_size(c.oid))
        |FROM pg_class AS c
        |JOIN pg_namespace AS n ON n.oid = c.relnamespace
        |WHERE c.relkind IN ('r', 'm')
        |    AND n.nspname = coalesce(in_schema, n.nspname)
        |    AND n.nspname <> 'information_schema'
        |    AND n.nspname NOT LIKE 'pg\\_%'
        |ORDER BY pg_total_relation_size(c.oid) DESC, n.nspname, c.relname;
        |$function$
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function utilities.ulid_timestamp(ulid text)
    comment: When the ULID was made, to the millisecond.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.ulid_timestamp(ulid text)
        | RETURNS timestamp with time zone
        | LANGUAGE plpgsql
        | IMMUTABLE PARALLEL SAFE STRICT
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    hex CONSTANT text := replace(utilities.ulid_to_uuid(ulid)::text, '-', '');
        |    milliseconds CONSTANT bigint := ('x' || substr(hex, 1, 12))::bit(48)::bigint;
        |BEGIN
        |    -- Whole seconds and the rest apart: a double would lose milliseconds of far times.
        |    RETURN timestamptz '1970-01-01 00:00:00+00'
        |        + milliseconds / 1000 * interval '1 second'
        |        + milliseconds % 1000 * interval '1 millisecond';
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function utilities.ulid_to_uuid(ulid text)
    comment: The 128 bits of a ULID (either case) as a uuid, which sorts the same way.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.ulid_to_uuid(ulid text)
        | RETURNS uuid
        | LANGUAGE plpgsql
        | IMMUTABLE PARALLEL SAFE STRICT
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    alphabet CONSTANT text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
        |    milliseconds bigint := 0;
        |    random_high bigint := 0;
        |    random_low bigint := 0;
        |BEGIN
        |    IF NOT utilities.is_valid_ulid(upper(ulid COLLATE "C")) THEN
        |        RAISE EXCEPTION 'invalid ULID: "%"', left(ulid, 40)
        |            USING ERRCODE = 'invalid_text_representation',
        |                  HINT = 'A ULID has 26 characters of 0-9 and A-Z without I, L, O and U, '
        |                      'the first of them 0 to 7.';
        |    END IF;
        |
        |    FOR position IN 1..26 LOOP
        |        IF position <= 10 THEN
        |            milliseconds := milliseconds << 5
        |                | strpos(alphabet, upper(substr(ulid, position, 1) COLLATE "C")) - 1;
        |        ELSIF position <= 18 THEN
        |            random_high := random_high << 5
        |                | strpos(alphabet, upper(substr(ulid, position, 1) COLLATE "C")) - 1;
        |        ELSE
        |            random_low := random_low << 5
        |                | strpos(alphabet, upper(substr(ulid, position, 1) COLLATE "C")) - 1;
        |        END IF;
        |    END LOOP;
        |    RETURN (
        |        lpad(to_hex(milliseconds), 12, '0')
        |        || lpad(to_hex(random_high), 10, '0')
        |        || lpad(to_hex(random_low), 10, '0')
        |    )::uuid;
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

function utilities.uuid_to_ulid(id uuid)
    comment: The 128 bits of a uuid written as a ULID of 26 characters.
    definition:
        |CREATE OR REPLACE FUNCTION utilities.uuid_to_ulid(id uuid)
        | RETURNS text
        | LANGUAGE plpgsql
        | IMMUTABLE PARALLEL SAFE STRICT
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $function$
        |DECLARE
        |    alphabet CONSTANT text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
        |    hex CONSTANT text := replace(id::text, '-', '');
        |    milliseconds CONSTANT bigint := ('x' || substr(hex, 1, 12))::bit(48)::bigint;
        |    random_high CONSTANT bigint := ('x' || substr(hex, 13, 10))::bit(40)::bigint;
        |    random_low CONSTANT bigint := ('x' || substr(hex, 23, 10))::bit(40)::bigint;
        |    ulid text := '';
        |BEGIN
        |    FOR position IN REVERSE 9..0 LOOP
        |        ulid := ulid || substr(alphabet, ((milliseconds >> 5 * position) & 31)::integer + 1, 1);
        |    END LOOP;
        |    FOR position IN REVERSE 7..0 LOOP
        |        ulid := ulid || substr(alphabet, ((random_high >> 5 * position) & 31)::integer + 1, 1);
        |    END LOOP;
        |    FOR position IN REVERSE 7..0 LOOP
        |        ulid := ulid || substr(alphabet, ((random_low >> 5 * position) & 31)::integer + 1, 1);
        |    END LOOP;
        |    RETURN ulid;
        |END;
        |$function$
    grant to role crm_app: execute
    grant to role crm_maintenance: execute
    grant to role crm_readonly: execute
    owner: postgres
    revoke from public: execute

materialized view dialer.user_kpi_summary
    column avg_scores: jsonb
    column conversion_rate: numeric(5,2)
    column credits_used: integer
    column date: date
    column qualified_leads: integer
    column success_rate: numeric(5,2)
    column total_calls: integer
    column user_id: uuid
    columns: user_id, date, total_calls, success_rate, conversion_rate, avg_scores, qualified_leads, credits_used
    comment: A copy of dialer.user_kpis, as of the last refresh. Row policies do not bind it: read it through dialer.get_user_kpi_summary().
    definition:
        | SELECT k.user_id,
        |    k.date,
        |    k.total_calls,
        |    k.success_rate,
        |    k.conversion_rate,
        |    k.avg_scores,
        |    k.qualified_leads,
        |    k.credits_used
        |   FROM dialer.user_kpis k;
    index idx_user_kpi_summary_date: CREATE INDEX idx_user_kpi_summary_date ON dialer.user_kpi_summary USING btree (date)
    index idx_user_kpi_summary_performance: CREATE INDEX idx_user_kpi_summary_performance ON dialer.user_kpi_summary USING btree (success_rate DESC, conversion_rate DESC)
    index user_kpi_summary_user_id_date_key: CREATE UNIQUE INDEX user_kpi_summary_user_id_date_key ON dialer.user_kpi_summary USING btree (user_id, date)
    owner: postgres

partition telephony.call_logs_default
    bound: DEFAULT
    column "end": timestamp with time zone
    column accountcode: text
    column amaflags: integer
    column answer: timestamp with time zone
    column billsec: integer
    column calldate: timestamp with time zone not null default now()
    column channel: text
    column clid: text
    column dcontext: text
    column disposition: text
    column dst: text
    column dstchannel: text
    column duration: integer
    column id: bigint not null default nextval('telephony.call_logs_id_seq'::regclass)
    column lastapp: text
    column lastdata: text
    column linkedid: text
    column organization_id: uuid
    column peeraccount: text
    column sequence: integer
    column src: text
    column start: timestamp with time zone
    column uniqueid: text
    column userfield: text
    columns: id, organization_id, calldate, start, answer, "end", clid, src, dst, dcontext, channel, dstchannel, lastapp, lastdata, duration, billsec, disposition, amaflags, accountcode, uniqueid, linkedid, peeraccount, sequence, userfield
    owner: postgres
    partition of: telephony.call_logs

procedure utilities.install_extension(IN extension_name text)
    comment: Creates an extension in schema `extensions` and marks it as ours, unless it is there. For migrations: one file for each extension, remove_extension() in its way down.
    definition:
        |CREATE OR REPLACE PROCEDURE utilities.install_extension(IN extension_name text)
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $procedure$
        |DECLARE
        |    present_in name;
        |    meaning text;
        |BEGIN
        |    SELECT n.nspname INTO present_in
        |    FROM pg_extension AS e
        |    JOIN pg_namespace AS n ON n.oid = e.extnamespace
        |    WHERE e.extname = extension_name;
        |
        |    IF present_in = 'extensions' THEN
        |        RETURN;
        |    ELSIF present_in IS NOT NULL THEN
        |        RAISE EXCEPTION 'extension "%" is in schema "%", not in "extensions"',
        |            extension_name, present_in
        |            USING ERRCODE = 'object_not_in_prerequisite_state',
        |                  HINT = format(
        |                      'Move it: ALTER EXTENSION %I SET SCHEMA extensions;', extension_name
        |                  );
        |    END IF;
        |
        |    BEGIN
        |        EXECUTE format('CREATE EXTENSION %I SCHEMA extensions', extension_name);
        |    EXCEPTION WHEN insufficient_privilege THEN
        |        RAISE EXCEPTION 'permission denied to create extension "%"', extension_name
        |            USING ERRCODE = 'insufficient_privilege',
        |                  HINT = format(
        |                      'Have an administrator run: CREATE EXTENSION %I SCHEMA extensions;',
        |                      extension_name
        |                  );
        |    END;
        |
        |    SELECT obj_description(e.oid, 'pg_extension') INTO meaning
        |    FROM pg_extension AS e
        |    WHERE e.extname = extension_name;
        |
        |    -- Some providers create the extension as their own superuser. Then it is theirs, it stays
        |    -- unmarked, and the way down leaves it alone.
        |    BEGIN
        |        EXECUTE format(
        |            'COMMENT ON EXTENSION %I IS %L',
        |            extension_name, concat_ws(' ', meaning, '(created by crmdb)')
        |        );
        |    EXCEPTION WHEN insufficient_privilege THEN
        |        RAISE NOTICE 'extension "%" belongs to another role and will stay on the way down',
        |            extension_name;
        |    END;
        |END;
        |$procedure$
    owner: postgres
    revoke from public: execute

procedure utilities.purge_older_than(IN target regclass, IN column_name name, IN keep interval, IN batch_size integer, INOUT deleted bigint)
    comment: Calls delete_older_than() until nothing is left, with a commit after each batch. Not inside a transaction block; good for a scheduler such as pg_cron.
    definition:
        |CREATE OR REPLACE PROCEDURE utilities.purge_older_than(IN target regclass, IN column_name name, IN keep interval, IN batch_size integer DEFAULT 10000, INOUT deleted bigint DEFAULT 0)
        | LANGUAGE plpgsql
        |AS $procedure$
        |DECLARE
        |    batch bigint;
        |BEGIN
        |    deleted := 0;
        |    LOOP
        |        batch := utilities.delete_older_than(target, column_name, keep, batch_size);
        |        COMMIT;
        |        deleted := deleted + batch;
        |        EXIT WHEN batch < batch_size;
        |    END LOOP;
        |END;
        |$procedure$
    grant to role crm_maintenance: execute
    owner: postgres
    revoke from public: execute

procedure utilities.remove_extension(IN extension_name text)
    comment: Drops an extension that install_extension() created; leaves one that was there before.
    definition:
        |CREATE OR REPLACE PROCEDURE utilities.remove_extension(IN extension_name text)
        | LANGUAGE plpgsql
        | SET search_path TO 'pg_catalog', 'pg_temp'
        |AS $procedure$
        |BEGIN
        |    IF EXISTS (
        |        SELECT
        |        FROM pg_extension AS e
        |        WHERE e.extname = extension_name
        |            AND obj_description(e.oid, 'pg_extension') LIKE '%(created by crmdb)'
        |    ) THEN
        |        EXECUTE format('DROP EXTENSION %I', extension_name);
        |    END IF;
        |END;
        |$procedure$
    owner: postgres
    revoke from public: execute

role crm_app
    attributes: inherits

role crm_asterisk
    attributes: inherits

role crm_maintenance
    attributes: inherits

role crm_readonly
    attributes: inherits

role crm_vendor
    attributes: inherits

schema campaign_api
    comment: What a vendor may call: create campaigns, log leads, see how they perform.
    grant to role crm_app: usage
    grant to role crm_readonly: usage
    grant to role crm_vendor: usage
    owner: postgres

schema crm
    comment: Contacts with their property, messages, calls, e-mails, deals, activities, documents, and voice assistants.
    grant to role crm_app: usage
    grant to role crm_maintenance: usage
    grant to role crm_readonly: usage
    owner: postgres

schema dialer
    comment: AI dialer: agents, contacts, calls, campaigns, the queue of calls, credits, analytics.
    grant to role crm_app: usage
    grant to role crm_maintenance: usage
    grant to role crm_readonly: usage
    owner: postgres

schema extensions
    comment: The extensions that the modules use (created by crmdb)
    grant to role crm_app: usage
    grant to role crm_readonly: usage
    owner: postgres

schema leads
    comment: Leads with their history, activities, documents, nurturing, segments, costs and budgets.
    grant to role crm_app: usage
    grant to role crm_readonly: usage
    owner: postgres

schema marketing
    comment: Vendors, campaigns and their sources, budgets, targets and what was achieved.
    grant to role crm_app: usage
    grant to role crm_readonly: usage
    owner: postgres

schema outreach
    comment: Cold e-mail: accounts, campaigns, leads, queue, activities, templates, unsubscribes.
    grant to role crm_app: usage
    grant to role crm_maintenance: usage
    grant to role crm_readonly: usage
    owner: postgres

schema pipeline
    comment: Pipelines with ordered stages, and how leads move through them.
    grant to role crm_app: usage
    grant to role crm_readonly: usage
    owner: postgres

schema public
    comment: standard public schema
    grant to public: usage
    owner: pg_database_owner

schema telephony
    comment: Asterisk: call logs, voicemail, IVR menus, extensions.
    grant to role crm_app: usage
    grant to role crm_asterisk: usage
    grant to role crm_maintenance: usage
    grant to role crm_readonly: usage
    owner: postgres

schema triggers
    comment: Trigger functions that the tables of all modules share.
    grant to role crm_app: usage
    owner: postgres

schema users
    comment: Organizations and users, the identity that all modules share; tokens, sessions, logins.
    grant to role crm_app: usage
    grant to role crm_maintenance: usage
    grant to role crm_readonly: usage
    owner: postgres

schema utilities
    comment: Shared functions: ULIDs, cleaning of text and of old rows, maintenance reports.
    grant to role crm_app: usage
    grant to role crm_maintenance: usage
    grant to role crm_readonly: usage
    owner: postgres

sequence dialer.migrations_id_seq
    definition: integer start 1 increment 1 minimum 1 maximum 2147483647 cache 1
    owned by: dialer.migrations.id
    owner: postgres

sequence pipeline.lead_moves_id_seq
    definition: bigint start 1 increment 1 minimum 1 maximum 9223372036854775807 cache 1
    identity of: pipeline.lead_moves.id
    owner: postgres

sequence telephony.call_logs_id_seq
    definition: bigint start 1 increment 1 minimum 1 maximum 9223372036854775807 cache 1
    grant to role crm_asterisk: usage
    owned by: telephony.call_logs.id
    owner: postgres

sequence telephony.voicemail_boxes_uniqueid_seq
    definition: bigint start 1 increment 1 minimum 1 maximum 9223372036854775807 cache 1
    identity of: telephony.voicemail_boxes.uniqueid
    owner: postgres

sequence telephony.voicemails_id_seq
    definition: bigint start 1 increment 1 minimum 1 maximum 9223372036854775807 cache 1
    identity of: telephony.voicemails.id
    owner: postgres

table campaign_api.campaign_leads
    column campaign_id: uuid not null
    column cost: numeric(15,2) not null
    column cost comment: The price of a lead of the campaign at that time, in its currency.
    column id: uuid not null default extensions.uuid_generate_v4()
    column lead_id: uuid
    column lead_id comment: The lead; NULL when its row has been deleted.
    column logged_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column organization_id: uuid not null
    columns: id, organization_id, campaign_id, lead_id, cost, logged_at
    comment: The leads that vendors logged. Written by campaign_api.log_lead() alone.
    constraint campaign_leads_campaign_id_organization_id_fkey: FOREIGN KEY (campaign_id, organization_id) REFERENCES marketing.campaigns(id, organization_id) ON DELETE RESTRICT
    constraint campaign_leads_cost_not_negative_check: CHECK (((cost >= (0)::numeric) AND (cost < 'NaN'::numeric)))
    constraint campaign_leads_lead_id_key: UNIQUE (lead_id)
    constraint campaign_leads_lead_id_organization_id_fkey: FOREIGN KEY (lead_id, organization_id) REFERENCES leads.leads(id, organization_id) ON DELETE SET NULL (lead_id)
    constraint campaign_leads_pkey: PRIMARY KEY (id)
    grant to role crm_app: select
    grant to role crm_readonly: select
    index campaign_leads_organization_id_campaign_id_logged_at_idx: CREATE INDEX campaign_leads_organization_id_campaign_id_logged_at_idx ON campaign_api.campaign_leads USING btree (organization_id, campaign_id, logged_at)
    owner: postgres
    policy campaign_leads_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled

table crm.activities
    column activity_type: character varying(20) not null default 'task'::character varying
    column assigned_to: uuid
    column completed_at: timestamp with time zone
    column completed_at comment: Set by trigger where it is not given, NULL while it is not completed.
    column contact_id: uuid
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_by: uuid
    column deal_id: uuid
    column description: text
    column due_at: timestamp with time zone
    column ends_at: timestamp with time zone
    column id: uuid not null default gen_random_uuid()
    column location: character varying(255)
    column metadata: jsonb not null default '{}'::jsonb
    column organization_id: uuid not null default users.current_organization_id()
    column outcome: text
    column priority: character varying(10) not null default 'medium'::character varying
    column reminder_at: timestamp with time zone
    column search_vector: tsvector generated always as ((((setweight(to_tsvector('english'::regconfig, (title)::text), 'A'::"char") || setweight(to_tsvector('english'::regconfig, (COALESCE(location, ''::character varying))::text), 'B'::"char")) || setweight(to_tsvector('english'::regconfig, "left"(COALESCE(description, ''::text), 50000)), 'C'::"char")) || setweight(to_tsvector('english'::regconfig, "left"(COALESCE(outcome, ''::text), 50000)), 'D'::"char"))) stored
    column search_vector comment: The words of the activity in their English stems, of description and outcome the first 50,000 characters; crm.search_activities() looks here.
    column starts_at: timestamp with time zone
    column status: character varying(20) not null default 'pending'::character varying
    column status comment: pending and in_progress become overdue once due_at has passed: by trigger when the row is written, else by mark_overdue_activities(). overdue becomes pending when due_at is moved to a later time.
    column title: character varying(255) not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, contact_id, deal_id, assigned_to, created_by, activity_type, title, description, status, priority, location, starts_at, ends_at, due_at, reminder_at, completed_at, outcome, metadata, created_at, updated_at, search_vector
    comment: Something to do, or done, with or without a contact and a deal.
    constraint activities_activity_type_check: CHECK (((activity_type)::text = ANY ((ARRAY['task'::character varying, 'call'::character varying, 'email'::character varying, 'message'::character varying, 'meeting'::character varying, 'showing'::character varying, 'follow_up'::character varying, 'note'::character varying])::text[])))
    constraint activities_assigned_to_organization_id_fkey: FOREIGN KEY (assigned_to, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (assigned_to)
    constraint activities_completed_at_check: CHECK (((completed_at IS NOT NULL) = ((status)::text = 'completed'::text)))
    constraint activities_contact_id_organization_id_fkey: FOREIGN KEY (contact_id, organization_id) REFERENCES crm.contacts(id, organization_id) ON DELETE CASCADE
    constraint activities_created_by_organization_id_fkey: FOREIGN KEY (created_by, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (created_by)
    constraint activities_deal_id_organization_id_fkey: FOREIGN KEY (deal_id, organization_id) REFERENCES crm.deals(id, organization_id) ON DELETE SET NULL (deal_id)
    constraint activities_ends_after_start_check: CHECK ((ends_at > starts_at))
    constraint activities_id_organization_id_key: UNIQUE (id, organization_id)
    constraint activities_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint activities_overdue_has_due_at_check: CHECK ((((status)::text <> 'overdue'::text) OR (due_at IS NOT NULL)))
    constraint activities_pkey: PRIMARY KEY (id)
    constraint activities_priority_check: CHECK (((priority)::text = ANY ((ARRAY['low'::character varying, 'medium'::character varying, 'high'::character varying, 'urgent'::character varying])::text[])))
    constraint activities_reminder_before_due_check: CHECK ((reminder_at <= due_at))
    constraint activities_status_check: CHECK (((status)::text = ANY ((ARRAY['pending'::character varying, 'in_progress'::character varying, 'overdue'::character varying, 'completed'::character varying, 'cancelled'::character varying])::text[])))
    constraint activities_title_not_blank_check: CHECK ((btrim((title)::text) <> ''::text))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index activities_assigned_to_status_due_at_idx: CREATE INDEX activities_assigned_to_status_due_at_idx ON crm.activities USING btree (assigned_to, status, due_at)
    index activities_contact_id_due_at_idx: CREATE INDEX activities_contact_id_due_at_idx ON crm.activities USING btree (contact_id, due_at)
    index activities_created_by_idx: CREATE INDEX activities_created_by_idx ON crm.activities USING btree (created_by)
    index activities_deal_id_due_at_idx: CREATE INDEX activities_deal_id_due_at_idx ON crm.activities USING btree (deal_id, due_at)
    index activities_due_at_pending_idx: CREATE INDEX activities_due_at_pending_idx ON crm.activities USING btree (due_at) WHERE ((status)::text = ANY ((ARRAY['pending'::character varying, 'in_progress'::character varying])::text[]))
    index activities_organization_id_created_at_idx: CREATE INDEX activities_organization_id_created_at_idx ON crm.activities USING btree (organization_id, created_at DESC)
    index activities_organization_id_pending_idx: CREATE INDEX activities_organization_id_pending_idx ON crm.activities USING btree (organization_id, due_at) WHERE ((status)::text = ANY ((ARRAY['pending'::character varying, 'in_progress'::character varying, 'overdue'::character varying])::text[]))
    index activities_organization_id_search_vector_idx: CREATE INDEX activities_organization_id_search_vector_idx ON crm.activities USING gin (organization_id, search_vector)
    index activities_organization_id_status_due_at_idx: CREATE INDEX activities_organization_id_status_due_at_idx ON crm.activities USING btree (organization_id, status, due_at)
    owner: postgres
    policy activities_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_activities_updated_at: CREATE TRIGGER update_activities_updated_at BEFORE UPDATE ON crm.activities FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()
    trigger update_activity_status: CREATE TRIGGER update_activity_status BEFORE INSERT OR UPDATE OF status, due_at, completed_at ON crm.activities FOR EACH ROW EXECUTE FUNCTION crm.update_activity_status()

table crm.assistants
    column capabilities: text[] not null default '{}'::text[]
    column capabilities comment: What it can do, such as book_appointment or transfer_call, as the application defines it.
    column cost_per_minute: numeric(10,4)
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column first_message: text
    column first_message comment: What it says first.
    column id: uuid not null default gen_random_uuid()
    column language: character varying(10) not null default 'en-US'::character varying
    column max_duration_seconds: integer
    column model: character varying(100)
    column model_provider: character varying(50)
    column name: character varying(255) not null
    column organization_id: uuid not null default users.current_organization_id()
    column settings: jsonb not null default '{}'::jsonb
    column settings comment: What else VAPI is told: tools, transcriber, analysis plan.
    column status: character varying(20) not null default 'draft'::character varying
    column system_prompt: text
    column system_prompt comment: What the model is told before each call.
    column temperature: numeric(3,2)
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column vapi_assistant_id: character varying(100)
    column vapi_assistant_id comment: Its id at VAPI; NULL until it is created there.
    column voice_id: character varying(100)
    column voice_provider: character varying(50)
    columns: id, organization_id, name, description, status, vapi_assistant_id, model_provider, model, voice_provider, voice_id, language, system_prompt, first_message, temperature, max_duration_seconds, cost_per_minute, capabilities, settings, created_at, updated_at
    comment: An AI voice assistant and how it is set up.
    constraint assistants_cost_per_minute_not_negative_check: CHECK (((cost_per_minute >= (0)::numeric) AND (cost_per_minute < 'NaN'::numeric)))
    constraint assistants_id_organization_id_key: UNIQUE (id, organization_id)
    constraint assistants_max_duration_seconds_positive_check: CHECK ((max_duration_seconds > 0))
    constraint assistants_name_not_blank_check: CHECK ((btrim((name)::text) <> ''::text))
    constraint assistants_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint assistants_organization_id_vapi_assistant_id_key: UNIQUE (organization_id, vapi_assistant_id)
    constraint assistants_pkey: PRIMARY KEY (id)
    constraint assistants_status_check: CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'active'::character varying, 'inactive'::character varying, 'archived'::character varying])::text[])))
    constraint assistants_temperature_check: CHECK (((temperature >= (0)::numeric) AND (temperature <= (2)::numeric)))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index assistants_capabilities_idx: CREATE INDEX assistants_capabilities_idx ON crm.assistants USING gin (capabilities)
    index assistants_organization_id_active_idx: CREATE INDEX assistants_organization_id_active_idx ON crm.assistants USING btree (organization_id, name) WHERE ((status)::text = 'active'::text)
    index assistants_organization_id_name_status_idx: CREATE INDEX assistants_organization_id_name_status_idx ON crm.assistants USING btree (organization_id, name, status)
    owner: postgres
    policy assistants_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_assistants_updated_at: CREATE TRIGGER update_assistants_updated_at BEFORE UPDATE ON crm.assistants FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.calls
    column answered_at: timestamp with time zone
    column contact_id: uuid
    column contact_id comment: NULL while nobody knows whose number it is.
    column conversation_id: uuid
    column cost: numeric(10,4)
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column direction: character varying(10) not null
    column duration_seconds: integer
    column duration_seconds comment: As the provider counts it.
    column ended_at: timestamp with time zone
    column external_id: character varying(255)
    column external_id comment: The provider's id: a webhook that comes twice is refused the second time.
    column from_number: character varying(20)
    column from_number comment: E.164; NULL when it was withheld.
    column handled_by: uuid
    column handled_by comment: The user who called or answered; NULL for none.
    column id: uuid not null default gen_random_uuid()
    column is_unread: boolean generated always as ((((direction)::text = 'inbound'::text) AND ((status)::text = ANY ((ARRAY['no_answer'::character varying, 'voicemail'::character varying])::text[])) AND (seen_at IS NULL))) stored
    column is_unread comment: Inbound, missed or gone to voicemail, and not seen.
    column metadata: jsonb not null default '{}'::jsonb
    column notes: text
    column organization_id: uuid not null default users.current_organization_id()
    column outcome: character varying(50)
    column outcome comment: What came of it, as the application defines it.
    column recording_url: text
    column seen_at: timestamp with time zone
    column seen_at comment: When a user took note of a call that was missed.
    column started_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column status: character varying(20) not null default 'queued'::character varying
    column summary: text
    column to_number: character varying(20)
    column transcript: text
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, contact_id, conversation_id, handled_by, direction, status, from_number, to_number, started_at, answered_at, ended_at, seen_at, duration_seconds, outcome, recording_url, transcript, summary, notes, external_id, cost, metadata, created_at, updated_at, is_unread
    comment: A phone call with a contact. One that an assistant held is in vapi_calls too.
    constraint calls_answered_after_start_check: CHECK ((answered_at >= started_at))
    constraint calls_contact_id_organization_id_fkey: FOREIGN KEY (contact_id, organization_id) REFERENCES crm.contacts(id, organization_id) ON DELETE CASCADE
    constraint calls_conversation_id_organization_id_fkey: FOREIGN KEY (conversation_id, organization_id) REFERENCES crm.conversations(id, organization_id) ON DELETE SET NULL (conversation_id)
    constraint calls_cost_not_negative_check: CHECK (((cost >= (0)::numeric) AND (cost < 'NaN'::numeric)))
    constraint calls_direction_check: CHECK (((direction)::text = ANY ((ARRAY['inbound'::character varying, 'outbound'::character varying])::text[])))
    constraint calls_duration_seconds_not_negative_check: CHECK ((duration_seconds >= 0))
    constraint calls_ended_after_start_check: CHECK ((ended_at >= GREATEST(started_at, answered_at)))
    constraint calls_from_number_e164_check: CHECK (utilities.is_e164((from_number)::text))
    constraint calls_handled_by_organization_id_fkey: FOREIGN KEY (handled_by, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (handled_by)
    constraint calls_id_organization_id_key: UNIQUE (id, organization_id)
    constraint calls_organization_id_external_id_key: UNIQUE (organization_id, external_id)
    constraint calls_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint calls_pkey: PRIMARY KEY (id)
    constraint calls_seen_after_start_check: CHECK ((seen_at >= started_at))
    constraint calls_status_check: CHECK (((status)::text = ANY ((ARRAY['queued'::character varying, 'ringing'::character varying, 'in_progress'::character varying, 'completed'::character varying, 'no_answer'::character varying, 'busy'::character varying, 'voicemail'::character varying, 'failed'::character varying, 'cancelled'::character varying])::text[])))
    constraint calls_to_number_e164_check: CHECK (utilities.is_e164((to_number)::text))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index calls_contact_id_started_at_idx: CREATE INDEX calls_contact_id_started_at_idx ON crm.calls USING btree (contact_id, started_at DESC)
    index calls_conversation_id_started_at_idx: CREATE INDEX calls_conversation_id_started_at_idx ON crm.calls USING btree (conversation_id, started_at DESC, id DESC)
    index calls_handled_by_started_at_idx: CREATE INDEX calls_handled_by_started_at_idx ON crm.calls USING btree (handled_by, started_at DESC)
    index calls_organization_id_started_at_idx: CREATE INDEX calls_organization_id_started_at_idx ON crm.calls USING btree (organization_id, started_at DESC)
    index calls_organization_id_status_started_at_idx: CREATE INDEX calls_organization_id_status_started_at_idx ON crm.calls USING btree (organization_id, status, started_at DESC)
    index calls_organization_id_unread_idx: CREATE INDEX calls_organization_id_unread_idx ON crm.calls USING btree (organization_id, started_at DESC) WHERE is_unread
    owner: postgres
    policy calls_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger count_changed_calls: CREATE TRIGGER count_changed_calls AFTER UPDATE ON crm.calls REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics()
    trigger count_deleted_calls: CREATE TRIGGER count_deleted_calls AFTER DELETE ON crm.calls REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics()
    trigger count_new_calls: CREATE TRIGGER count_new_calls AFTER INSERT ON crm.calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics()
    trigger update_calls_updated_at: CREATE TRIGGER update_calls_updated_at BEFORE UPDATE ON crm.calls FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.contact_tags
    column contact_id: uuid not null
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default gen_random_uuid()
    column organization_id: uuid not null default users.current_organization_id()
    column tag_id: uuid not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, contact_id, tag_id, created_at, updated_at
    comment: Which contact has which tag.
    constraint contact_tags_contact_id_organization_id_fkey: FOREIGN KEY (contact_id, organization_id) REFERENCES crm.contacts(id, organization_id) ON DELETE CASCADE
    constraint contact_tags_contact_id_tag_id_organization_id_key: UNIQUE (contact_id, tag_id, organization_id)
    constraint contact_tags_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint contact_tags_pkey: PRIMARY KEY (id)
    constraint contact_tags_tag_id_organization_id_fkey: FOREIGN KEY (tag_id, organization_id) REFERENCES crm.tags(id, organization_id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index contact_tags_organization_id_idx: CREATE INDEX contact_tags_organization_id_idx ON crm.contact_tags USING btree (organization_id)
    index contact_tags_tag_id_idx: CREATE INDEX contact_tags_tag_id_idx ON crm.contact_tags USING btree (tag_id)
    owner: postgres
    policy contact_tags_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_contact_tags_updated_at: CREATE TRIGGER update_contact_tags_updated_at BEFORE UPDATE ON crm.contact_tags FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.contacts
    column assigned_to: uuid
    column assigned_to comment: The user who looks after the contact; NULL for nobody.
    column bathrooms: numeric(4,1)
    column bedrooms: smallint
    column city: character varying(100)
    column company: character varying(255)
    column contact_type: character varying(20) not null default 'lead'::character varying
    column country: character(2)
    column country comment: ISO 3166-1, two capital letters.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column deleted_at: timestamp with time zone
    column deleted_at comment: When the contact was put away; NULL while it is in use.
    column do_not_call: boolean not null default false
    column do_not_email: boolean not null default false
    column do_not_text: boolean not null default false
    column email: character varying(255)
    column email comment: Stored in lower case: then it is found by a plain comparison.
    column estimated_value: numeric(15,2)
    column estimated_value comment: Of the property, as are the mortgage and the last sale.
    column first_name: character varying(100)
    column id: uuid not null default gen_random_uuid()
    column job_title: character varying(255)
    column last_name: character varying(100)
    column last_sale_date: date
    column last_sale_price: numeric(15,2)
    column lot_size_acres: numeric(10,4)
    column metadata: jsonb not null default '{}'::jsonb
    column metadata comment: Whatever else is known, as the application defines it.
    column mortgage_balance: numeric(15,2)
    column notes: text
    column organization_id: uuid not null default users.current_organization_id()
    column phone: character varying(20)
    column phone comment: E.164, such as +12125551234; utilities.normalize_phone_e164() makes it.
    column postal_code: character varying(20)
    column property_address: character varying(255)
    column property_city: character varying(100)
    column property_postal_code: character varying(20)
    column property_state: character varying(100)
    column property_type: character varying(20)
    column search_vector: tsvector generated always as ((((setweight(to_tsvector('english'::regconfig, (((((COALESCE(first_name, ''::character varying))::text || ' '::text) || (COALESCE(last_name, ''::character varying))::text) || ' '::text) || (COALESCE(company, ''::character varying))::text)), 'A'::"char") || setweight(to_tsvector('english'::regconfig, (((((COALESCE(email, ''::character varying))::text || ' '::text) || (COALESCE(phone, ''::character varying))::text) || ' '::text) || (COALESCE(job_title, ''::character varying))::text)), 'B'::"char")) || setweight(to_tsvector('english'::regconfig, (((((((COALESCE(street_address, ''::character varying))::text || ' '::text) || (COALESCE(city, ''::character varying))::text) || ' '::text) || (COALESCE(property_address, ''::character varying))::text) || ' '::text) || (COALESCE(property_city, ''::character varying))::text)), 'C'::"char")) || setweight(to_tsvector('english'::regconfig, "left"(COALESCE(notes, ''::text), 50000)), 'D'::"char"))) stored
    column search_vector comment: The words of the contact in their English stems, of notes the first 50,000 characters; crm.search_contacts() looks here.
    column secondary_phone: character varying(20)
    column source: character varying(100)
    column source comment: Where the contact came from.
    column square_feet: integer
    column state: character varying(100)
    column status: character varying(20) not null default 'new'::character varying
    column street_address: character varying(255)
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column year_built: smallint
    columns: id, organization_id, assigned_to, first_name, last_name, company, job_title, email, phone, secondary_phone, contact_type, status, source, street_address, city, state, postal_code, country, property_address, property_city, property_state, property_postal_code, property_type, bedrooms, bathrooms, square_feet, lot_size_acres, year_built, estimated_value, mortgage_balance, last_sale_price, last_sale_date, do_not_call, do_not_text, do_not_email, notes, metadata, deleted_at, created_at, updated_at, search_vector
    comment: A person or company, and the property it is about. Set deleted_at to put one away; deleting the row deletes its messages, calls, e-mails, activities and deals.
    constraint contacts_assigned_to_organization_id_fkey: FOREIGN KEY (assigned_to, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (assigned_to)
    constraint contacts_bathrooms_not_negative_check: CHECK (((bathrooms >= (0)::numeric) AND (bathrooms < 'NaN'::numeric)))
    constraint contacts_bedrooms_not_negative_check: CHECK ((bedrooms >= 0))
    constraint contacts_contact_type_check: CHECK (((contact_type)::text = ANY ((ARRAY['lead'::character varying, 'owner'::character varying, 'seller'::character varying, 'buyer'::character varying, 'tenant'::character varying, 'investor'::character varying, 'agent'::character varying, 'vendor'::character varying, 'other'::character varying])::text[])))
    constraint contacts_country_code_check: CHECK (((country COLLATE "C") ~ '^[A-Z]{2}$'::text))
    constraint contacts_deleted_after_creation_check: CHECK ((deleted_at >= created_at))
    constraint contacts_email_format_check: CHECK (utilities.is_valid_email((email)::text))
    constraint contacts_estimated_value_not_negative_check: CHECK (((estimated_value >= (0)::numeric) AND (estimated_value < 'NaN'::numeric)))
    constraint contacts_id_organization_id_key: UNIQUE (id, organization_id)
    constraint contacts_identified_check: CHECK ((num_nonnulls(NULLIF(btrim((first_name)::text), ''::text), NULLIF(btrim((last_name)::text), ''::text), NULLIF(btrim((company)::text), ''::text), email, phone) > 0))
    constraint contacts_last_sale_after_building_check: CHECK ((EXTRACT(year FROM last_sale_date) >= (year_built)::numeric))
    constraint contacts_last_sale_price_not_negative_check: CHECK (((last_sale_price >= (0)::numeric) AND (last_sale_price < 'NaN'::numeric)))
    constraint contacts_lot_size_acres_positive_check: CHECK (((lot_size_acres > (0)::numeric) AND (lot_size_acres < 'NaN'::numeric)))
    constraint contacts_mortgage_balance_not_negative_check: CHECK (((mortgage_balance >= (0)::numeric) AND (mortgage_balance < 'NaN'::numeric)))
    constraint contacts_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint contacts_phone_e164_check: CHECK (utilities.is_e164((phone)::text))
    constraint contacts_pkey: PRIMARY KEY (id)
    constraint contacts_property_type_check: CHECK (((property_type)::text = ANY ((ARRAY['single_family'::character varying, 'multi_family'::character varying, 'condo'::character varying, 'townhouse'::character varying, 'mobile_home'::character varying, 'land'::character varying, 'commercial'::character varying, 'other'::character varying])::text[])))
    constraint contacts_secondary_phone_e164_check: CHECK (utilities.is_e164((secondary_phone)::text))
    constraint contacts_square_feet_positive_check: CHECK ((square_feet > 0))
    constraint contacts_status_check: CHECK (((status)::text = ANY ((ARRAY['new'::character varying, 'active'::character varying, 'qualified'::character varying, 'nurturing'::character varying, 'customer'::character varying, 'inactive'::character varying, 'do_not_contact'::character varying])::text[])))
    constraint contacts_year_built_check: CHECK (((year_built >= 1000) AND (year_built <= 2999)))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index contacts_assigned_to_status_idx: CREATE INDEX contacts_assigned_to_status_idx ON crm.contacts USING btree (assigned_to, status)
    index contacts_metadata_idx: CREATE INDEX contacts_metadata_idx ON crm.contacts USING gin (metadata jsonb_path_ops)
    index contacts_organization_id_created_at_idx: CREATE INDEX contacts_organization_id_created_at_idx ON crm.contacts USING btree (organization_id, created_at DESC)
    index contacts_organization_id_email_idx: CREATE INDEX contacts_organization_id_email_idx ON crm.contacts USING btree (organization_id, email)
    index contacts_organization_id_name_status_idx: CREATE INDEX contacts_organization_id_name_status_idx ON crm.contacts USING btree (organization_id, last_name, first_name, status) WHERE (deleted_at IS NULL)
    index contacts_organization_id_phone_idx: CREATE INDEX contacts_organization_id_phone_idx ON crm.contacts USING btree (organization_id, phone)
    index contacts_organization_id_search_vector_idx: CREATE INDEX contacts_organization_id_search_vector_idx ON crm.contacts USING gin (organization_id, search_vector)
    index contacts_organization_id_status_created_at_idx: CREATE INDEX contacts_organization_id_status_created_at_idx ON crm.contacts USING btree (organization_id, status, created_at DESC) WHERE (deleted_at IS NULL)
    owner: postgres
    policy contacts_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger normalize_contact: CREATE TRIGGER normalize_contact BEFORE INSERT OR UPDATE OF email ON crm.contacts FOR EACH ROW EXECUTE FUNCTION crm.normalize_contact()
    trigger update_contacts_updated_at: CREATE TRIGGER update_contacts_updated_at BEFORE UPDATE ON crm.contacts FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.conversations
    column assigned_to: uuid
    column assigned_to grant to role crm_app: insert, update
    column call_count: integer not null default 0
    column contact_id: uuid not null
    column contact_id grant to role crm_app: insert, update
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_at grant to role crm_app: insert, update
    column email_count: integer not null default 0
    column id: uuid not null default gen_random_uuid()
    column id grant to role crm_app: insert, update
    column labels: text[] not null default '{}'::text[]
    column labels grant to role crm_app: insert, update
    column last_message_at: timestamp with time zone
    column last_message_at comment: When the last message, call or e-mail was; NULL while there is none.
    column last_message_channel: character varying(10)
    column last_message_channel comment: sms, mms, call or email.
    column last_message_direction: character varying(10)
    column last_message_preview: character varying(160)
    column last_message_preview comment: The first 160 characters of the message, the subject of the e-mail, or the summary of the call.
    column message_count: integer not null default 0
    column metadata: jsonb not null default '{}'::jsonb
    column metadata grant to role crm_app: insert, update
    column organization_id: uuid not null default users.current_organization_id()
    column organization_id grant to role crm_app: insert, update
    column priority: character varying(10) not null default 'medium'::character varying
    column priority grant to role crm_app: insert, update
    column status: character varying(20) not null default 'open'::character varying
    column status grant to role crm_app: insert, update
    column subject: character varying(255)
    column subject grant to role crm_app: insert, update
    column unread_count: integer not null default 0
    column unread_count comment: Inbound messages and e-mails not read, and missed calls not seen.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column updated_at grant to role crm_app: insert, update
    columns: id, organization_id, contact_id, assigned_to, subject, status, priority, labels, message_count, call_count, email_count, unread_count, last_message_at, last_message_channel, last_message_direction, last_message_preview, metadata, created_at, updated_at
    comment: A thread with a contact, over all channels. Its statistics are kept by triggers on messages, calls and emails; applications cannot write them.
    constraint conversations_assigned_to_organization_id_fkey: FOREIGN KEY (assigned_to, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (assigned_to)
    constraint conversations_call_count_not_negative_check: CHECK ((call_count >= 0))
    constraint conversations_contact_id_organization_id_fkey: FOREIGN KEY (contact_id, organization_id) REFERENCES crm.contacts(id, organization_id) ON DELETE CASCADE
    constraint conversations_email_count_not_negative_check: CHECK ((email_count >= 0))
    constraint conversations_id_organization_id_key: UNIQUE (id, organization_id)
    constraint conversations_message_count_not_negative_check: CHECK ((message_count >= 0))
    constraint conversations_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint conversations_pkey: PRIMARY KEY (id)
    constraint conversations_priority_check: CHECK (((priority)::text = ANY ((ARRAY['low'::character varying, 'medium'::character varying, 'high'::character varying, 'urgent'::character varying])::text[])))
    constraint conversations_status_check: CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'waiting'::character varying, 'snoozed'::character varying, 'closed'::character varying])::text[])))
    constraint conversations_unread_count_check: CHECK (((unread_count >= 0) AND (unread_count <= ((message_count + call_count) + email_count))))
    grant to role crm_app: delete, select
    grant to role crm_readonly: select
    index conversations_assigned_to_status_idx: CREATE INDEX conversations_assigned_to_status_idx ON crm.conversations USING btree (assigned_to, status)
    index conversations_contact_id_last_message_at_idx: CREATE INDEX conversations_contact_id_last_message_at_idx ON crm.conversations USING btree (contact_id, last_message_at DESC)
    index conversations_labels_idx: CREATE INDEX conversations_labels_idx ON crm.conversations USING gin (labels)
    index conversations_organization_id_last_message_at_idx: CREATE INDEX conversations_organization_id_last_message_at_idx ON crm.conversations USING btree (organization_id, last_message_at DESC)
    index conversations_organization_id_status_last_message_at_idx: CREATE INDEX conversations_organization_id_status_last_message_at_idx ON crm.conversations USING btree (organization_id, status, last_message_at DESC) WHERE ((status)::text <> 'closed'::text)
    index conversations_organization_id_unread_idx: CREATE INDEX conversations_organization_id_unread_idx ON crm.conversations USING btree (organization_id, last_message_at DESC) WHERE (unread_count > 0)
    owner: postgres
    policy conversations_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_conversations_updated_at: CREATE TRIGGER update_conversations_updated_at BEFORE UPDATE ON crm.conversations FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.deal_stage_history
    column changed_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column changed_by: uuid
    column changed_by comment: app.current_user_id of who changed it; NULL when it was not set, or names no user of the organization.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column deal_id: uuid not null
    column deal_value: numeric(15,2)
    column deal_value comment: The value of the deal at that time.
    column from_stage: character varying(20)
    column from_stage comment: NULL for the stage that the deal began in.
    column id: uuid not null default gen_random_uuid()
    column organization_id: uuid not null default users.current_organization_id()
    column time_in_stage: interval
    column time_in_stage comment: How long the deal was in from_stage.
    column to_stage: character varying(20) not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, deal_id, from_stage, to_stage, changed_by, changed_at, time_in_stage, deal_value, created_at, updated_at
    comment: Each change of a deal's stage, written by trigger; applications can only read it.
    constraint deal_stage_history_changed_by_organization_id_fkey: FOREIGN KEY (changed_by, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (changed_by)
    constraint deal_stage_history_deal_id_organization_id_fkey: FOREIGN KEY (deal_id, organization_id) REFERENCES crm.deals(id, organization_id) ON DELETE CASCADE
    constraint deal_stage_history_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint deal_stage_history_pkey: PRIMARY KEY (id)
    constraint deal_stage_history_stages_differ_check: CHECK (((from_stage)::text <> (to_stage)::text))
    constraint deal_stage_history_time_in_stage_not_negative_check: CHECK ((time_in_stage >= '00:00:00'::interval))
    grant to role crm_app: select
    grant to role crm_readonly: select
    index deal_stage_history_changed_by_idx: CREATE INDEX deal_stage_history_changed_by_idx ON crm.deal_stage_history USING btree (changed_by)
    index deal_stage_history_deal_id_changed_at_idx: CREATE INDEX deal_stage_history_deal_id_changed_at_idx ON crm.deal_stage_history USING btree (deal_id, changed_at DESC)
    index deal_stage_history_organization_id_changed_at_idx: CREATE INDEX deal_stage_history_organization_id_changed_at_idx ON crm.deal_stage_history USING btree (organization_id, changed_at DESC)
    owner: postgres
    policy deal_stage_history_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_deal_stage_history_updated_at: CREATE TRIGGER update_deal_stage_history_updated_at BEFORE UPDATE ON crm.deal_stage_history FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.deal_tags
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column deal_id: uuid not null
    column id: uuid not null default gen_random_uuid()
    column organization_id: uuid not null default users.current_organization_id()
    column tag_id: uuid not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, deal_id, tag_id, created_at, updated_at
    comment: Which deal has which tag.
    constraint deal_tags_deal_id_organization_id_fkey: FOREIGN KEY (deal_id, organization_id) REFERENCES crm.deals(id, organization_id) ON DELETE CASCADE
    constraint deal_tags_deal_id_tag_id_organization_id_key: UNIQUE (deal_id, tag_id, organization_id)
    constraint deal_tags_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint deal_tags_pkey: PRIMARY KEY (id)
    constraint deal_tags_tag_id_organization_id_fkey: FOREIGN KEY (tag_id, organization_id) REFERENCES crm.tags(id, organization_id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index deal_tags_organization_id_idx: CREATE INDEX deal_tags_organization_id_idx ON crm.deal_tags USING btree (organization_id)
    index deal_tags_tag_id_idx: CREATE INDEX deal_tags_tag_id_idx ON crm.deal_tags USING btree (tag_id)
    owner: postgres
    policy deal_tags_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_deal_tags_updated_at: CREATE TRIGGER update_deal_tags_updated_at BEFORE UPDATE ON crm.deal_tags FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.deals
    column assigned_to: uuid
    column closed_at: timestamp with time zone
    column closed_at comment: When it was won or lost; set by trigger where it is not given, NULL while it is open.
    column commission_amount: numeric(15,2)
    column contact_id: uuid not null
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column currency: character(3) not null default 'USD'::bpchar
    column currency comment: ISO 4217, of all amounts of the deal.
    column description: text
    column expected_close_date: date
    column id: uuid not null default gen_random_uuid()
    column lost_reason: text
    column metadata: jsonb not null default '{}'::jsonb
    column notes: text
    column offer_amount: numeric(15,2)
    column organization_id: uuid not null default users.current_organization_id()
    column priority: character varying(10) not null default 'medium'::character varying
    column probability: smallint
    column probability comment: In percent; NULL when nobody has said.
    column property_address: character varying(255)
    column search_vector: tsvector generated always as ((((setweight(to_tsvector('english'::regconfig, (title)::text), 'A'::"char") || setweight(to_tsvector('english'::regconfig, (COALESCE(property_address, ''::character varying))::text), 'B'::"char")) || setweight(to_tsvector('english'::regconfig, "left"(COALESCE(description, ''::text), 50000)), 'C'::"char")) || setweight(to_tsvector('english'::regconfig, "left"(COALESCE(notes, ''::text), 50000)), 'D'::"char"))) stored
    column search_vector comment: The words of the deal in their English stems, of description and notes the first 50,000 characters; crm.search_deals() looks here.
    column source: character varying(100)
    column stage: character varying(20) not null default 'lead'::character varying
    column stage comment: How far it is; closed_won and closed_lost end it. Each change is in deal_stage_history.
    column stage_changed_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column stage_changed_at comment: Since when it is in its stage; set by trigger. An import may give a time that has passed.
    column title: character varying(255) not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column value: numeric(15,2)
    columns: id, organization_id, contact_id, assigned_to, title, description, stage, priority, value, currency, probability, offer_amount, commission_amount, property_address, source, expected_close_date, stage_changed_at, closed_at, lost_reason, notes, metadata, created_at, updated_at, search_vector
    comment: A sale that may come about with a contact.
    constraint deals_assigned_to_organization_id_fkey: FOREIGN KEY (assigned_to, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (assigned_to)
    constraint deals_closed_after_creation_check: CHECK ((closed_at >= created_at))
    constraint deals_closed_at_check: CHECK (((closed_at IS NOT NULL) = ((stage)::text = ANY ((ARRAY['closed_won'::character varying, 'closed_lost'::character varying])::text[]))))
    constraint deals_commission_amount_not_negative_check: CHECK (((commission_amount >= (0)::numeric) AND (commission_amount < 'NaN'::numeric)))
    constraint deals_contact_id_organization_id_fkey: FOREIGN KEY (contact_id, organization_id) REFERENCES crm.contacts(id, organization_id) ON DELETE CASCADE
    constraint deals_currency_code_check: CHECK (((currency COLLATE "C") ~ '^[A-Z]{3}$'::text))
    constraint deals_id_organization_id_key: UNIQUE (id, organization_id)
    constraint deals_offer_amount_not_negative_check: CHECK (((offer_amount >= (0)::numeric) AND (offer_amount < 'NaN'::numeric)))
    constraint deals_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint deals_pkey: PRIMARY KEY (id)
    constraint deals_priority_check: CHECK (((priority)::text = ANY ((ARRAY['low'::character varying, 'medium'::character varying, 'high'::character varying, 'urgent'::character varying])::text[])))
    constraint deals_probability_check: CHECK (((probability >= 0) AND (probability <= 100)))
    constraint deals_stage_changed_at_finite_check: CHECK (isfinite(stage_changed_at))
    constraint deals_stage_check: CHECK (((stage)::text = ANY ((ARRAY['lead'::character varying, 'qualified'::character varying, 'appointment'::character varying, 'offer'::character varying, 'negotiation'::character varying, 'under_contract'::character varying, 'closed_won'::character varying, 'closed_lost'::character varying])::text[])))
    constraint deals_title_not_blank_check: CHECK ((btrim((title)::text) <> ''::text))
    constraint deals_value_not_negative_check: CHECK (((value >= (0)::numeric) AND (value < 'NaN'::numeric)))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index deals_assigned_to_stage_idx: CREATE INDEX deals_assigned_to_stage_idx ON crm.deals USING btree (assigned_to, stage)
    index deals_contact_id_stage_idx: CREATE INDEX deals_contact_id_stage_idx ON crm.deals USING btree (contact_id, stage)
    index deals_metadata_idx: CREATE INDEX deals_metadata_idx ON crm.deals USING gin (metadata jsonb_path_ops)
    index deals_organization_id_created_at_idx: CREATE INDEX deals_organization_id_created_at_idx ON crm.deals USING btree (organization_id, created_at DESC)
    index deals_organization_id_open_idx: CREATE INDEX deals_organization_id_open_idx ON crm.deals USING btree (organization_id, expected_close_date, stage) WHERE (closed_at IS NULL)
    index deals_organization_id_search_vector_idx: CREATE INDEX deals_organization_id_search_vector_idx ON crm.deals USING gin (organization_id, search_vector)
    index deals_organization_id_stage_created_at_idx: CREATE INDEX deals_organization_id_stage_created_at_idx ON crm.deals USING btree (organization_id, stage, created_at DESC)
    owner: postgres
    policy deals_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger log_deal_stage_change: CREATE TRIGGER log_deal_stage_change AFTER UPDATE ON crm.deals REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.log_deal_stage_change()
    trigger log_new_deal_stage: CREATE TRIGGER log_new_deal_stage AFTER INSERT ON crm.deals REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.log_deal_stage_change()
    trigger stamp_deal: CREATE TRIGGER stamp_deal BEFORE INSERT OR UPDATE OF stage, stage_changed_at, closed_at ON crm.deals FOR EACH ROW EXECUTE FUNCTION crm.stamp_deal()
    trigger update_deals_updated_at: CREATE TRIGGER update_deals_updated_at BEFORE UPDATE ON crm.deals FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.documents
    column activity_id: uuid
    column contact_id: uuid
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column deal_id: uuid
    column description: text
    column document_type: character varying(20) not null default 'other'::character varying
    column expires_at: timestamp with time zone
    column id: uuid not null default gen_random_uuid()
    column metadata: jsonb not null default '{}'::jsonb
    column mime_type: character varying(255)
    column name: character varying(255) not null
    column organization_id: uuid not null default users.current_organization_id()
    column sha256: bytea
    column sha256 comment: The hash of the content.
    column signed_at: timestamp with time zone
    column size_bytes: bigint
    column storage_path: text not null
    column storage_path comment: Where the file is kept, as the application names it; its content is not in the database.
    column tags: text[] not null default '{}'::text[]
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column uploaded_by: uuid
    columns: id, organization_id, contact_id, deal_id, activity_id, uploaded_by, name, description, document_type, storage_path, mime_type, size_bytes, sha256, tags, signed_at, expires_at, metadata, created_at, updated_at
    comment: A file that belongs to a contact, a deal or an activity. What it belonged to may be deleted; the file is then still known, and can be removed from where it is kept.
    constraint documents_activity_id_organization_id_fkey: FOREIGN KEY (activity_id, organization_id) REFERENCES crm.activities(id, organization_id) ON DELETE SET NULL (activity_id)
    constraint documents_contact_id_organization_id_fkey: FOREIGN KEY (contact_id, organization_id) REFERENCES crm.contacts(id, organization_id) ON DELETE SET NULL (contact_id)
    constraint documents_deal_id_organization_id_fkey: FOREIGN KEY (deal_id, organization_id) REFERENCES crm.deals(id, organization_id) ON DELETE SET NULL (deal_id)
    constraint documents_document_type_check: CHECK (((document_type)::text = ANY ((ARRAY['contract'::character varying, 'agreement'::character varying, 'disclosure'::character varying, 'inspection'::character varying, 'appraisal'::character varying, 'invoice'::character varying, 'photo'::character varying, 'identification'::character varying, 'other'::character varying])::text[])))
    constraint documents_expires_after_signing_check: CHECK ((expires_at > signed_at))
    constraint documents_name_not_blank_check: CHECK ((btrim((name)::text) <> ''::text))
    constraint documents_one_owner_check: CHECK ((num_nonnulls(contact_id, deal_id, activity_id) <= 1))
    constraint documents_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint documents_pkey: PRIMARY KEY (id)
    constraint documents_sha256_length_check: CHECK ((octet_length(sha256) = 32))
    constraint documents_size_bytes_not_negative_check: CHECK ((size_bytes >= 0))
    constraint documents_uploaded_by_organization_id_fkey: FOREIGN KEY (uploaded_by, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (uploaded_by)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index documents_activity_id_idx: CREATE INDEX documents_activity_id_idx ON crm.documents USING btree (activity_id) WHERE (activity_id IS NOT NULL)
    index documents_contact_id_idx: CREATE INDEX documents_contact_id_idx ON crm.documents USING btree (contact_id) WHERE (contact_id IS NOT NULL)
    index documents_deal_id_idx: CREATE INDEX documents_deal_id_idx ON crm.documents USING btree (deal_id) WHERE (deal_id IS NOT NULL)
    index documents_organization_id_created_at_idx: CREATE INDEX documents_organization_id_created_at_idx ON crm.documents USING btree (organization_id, created_at DESC)
    index documents_tags_idx: CREATE INDEX documents_tags_idx ON crm.documents USING gin (tags)
    index documents_uploaded_by_idx: CREATE INDEX documents_uploaded_by_idx ON crm.documents USING btree (uploaded_by)
    owner: postgres
    policy documents_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_documents_updated_at: CREATE TRIGGER update_documents_updated_at BEFORE UPDATE ON crm.documents FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.emails
    column bcc_addresses: text[] not null default '{}'::text[]
    column body_html: text
    column body_text: text
    column cc_addresses: text[] not null default '{}'::text[]
    column click_count: integer not null default 0
    column clicked_at: timestamp with time zone
    column contact_id: uuid
    column contact_id comment: NULL while nobody knows whose address it is.
    column conversation_id: uuid
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column direction: character varying(10) not null
    column error_message: text
    column from_address: character varying(255) not null
    column id: uuid not null default gen_random_uuid()
    column in_reply_to: character varying(998)
    column in_reply_to comment: The Message-ID of the e-mail that this one answers.
    column is_unread: boolean generated always as ((((direction)::text = 'inbound'::text) AND (read_at IS NULL))) stored
    column is_unread comment: Inbound, and not read.
    column labels: text[] not null default '{}'::text[]
    column message_id: character varying(998)
    column message_id comment: The header Message-ID: an e-mail that is fetched twice is refused the second time.
    column metadata: jsonb not null default '{}'::jsonb
    column open_count: integer not null default 0
    column opened_at: timestamp with time zone
    column opened_at comment: When the contact first opened it, as clicked_at is the first click.
    column organization_id: uuid not null default users.current_organization_id()
    column read_at: timestamp with time zone
    column read_at comment: When a user read it.
    column sent_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column sent_at comment: When it was sent, received, or handed over to be sent.
    column sent_by: uuid
    column sent_by comment: The user who wrote it; NULL when it is inbound, or was sent by a program.
    column status: character varying(20) not null default 'queued'::character varying
    column subject: character varying(998)
    column to_addresses: text[] not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, contact_id, conversation_id, sent_by, direction, status, from_address, to_addresses, cc_addresses, bcc_addresses, subject, body_text, body_html, message_id, in_reply_to, labels, open_count, click_count, error_message, sent_at, opened_at, clicked_at, read_at, metadata, created_at, updated_at, is_unread
    comment: An e-mail from or to a contact.
    constraint emails_bcc_addresses_format_check: CHECK (crm.are_valid_emails(bcc_addresses))
    constraint emails_cc_addresses_format_check: CHECK (crm.are_valid_emails(cc_addresses))
    constraint emails_click_count_not_negative_check: CHECK ((click_count >= 0))
    constraint emails_clicked_after_sending_check: CHECK ((clicked_at >= sent_at))
    constraint emails_contact_id_organization_id_fkey: FOREIGN KEY (contact_id, organization_id) REFERENCES crm.contacts(id, organization_id) ON DELETE CASCADE
    constraint emails_conversation_id_organization_id_fkey: FOREIGN KEY (conversation_id, organization_id) REFERENCES crm.conversations(id, organization_id) ON DELETE SET NULL (conversation_id)
    constraint emails_direction_check: CHECK (((direction)::text = ANY ((ARRAY['inbound'::character varying, 'outbound'::character varying])::text[])))
    constraint emails_from_address_format_check: CHECK (utilities.is_valid_email((from_address)::text))
    constraint emails_open_count_not_negative_check: CHECK ((open_count >= 0))
    constraint emails_opened_after_sending_check: CHECK ((opened_at >= sent_at))
    constraint emails_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint emails_organization_id_message_id_key: UNIQUE (organization_id, message_id)
    constraint emails_pkey: PRIMARY KEY (id)
    constraint emails_read_after_sending_check: CHECK ((read_at >= sent_at))
    constraint emails_sent_by_organization_id_fkey: FOREIGN KEY (sent_by, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (sent_by)
    constraint emails_status_check: CHECK (((status)::text = ANY ((ARRAY['queued'::character varying, 'sent'::character varying, 'delivered'::character varying, 'opened'::character varying, 'clicked'::character varying, 'bounced'::character varying, 'complained'::character varying, 'failed'::character varying, 'received'::character varying])::text[])))
    constraint emails_to_addresses_format_check: CHECK (((to_addresses <> '{}'::text[]) AND crm.are_valid_emails(to_addresses)))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index emails_contact_id_sent_at_idx: CREATE INDEX emails_contact_id_sent_at_idx ON crm.emails USING btree (contact_id, sent_at DESC)
    index emails_conversation_id_sent_at_idx: CREATE INDEX emails_conversation_id_sent_at_idx ON crm.emails USING btree (conversation_id, sent_at DESC, id DESC)
    index emails_labels_idx: CREATE INDEX emails_labels_idx ON crm.emails USING gin (labels)
    index emails_organization_id_sent_at_idx: CREATE INDEX emails_organization_id_sent_at_idx ON crm.emails USING btree (organization_id, sent_at DESC)
    index emails_organization_id_status_sent_at_idx: CREATE INDEX emails_organization_id_status_sent_at_idx ON crm.emails USING btree (organization_id, status, sent_at DESC)
    index emails_organization_id_unread_idx: CREATE INDEX emails_organization_id_unread_idx ON crm.emails USING btree (organization_id, sent_at DESC) WHERE is_unread
    index emails_sent_by_idx: CREATE INDEX emails_sent_by_idx ON crm.emails USING btree (sent_by) WHERE (sent_by IS NOT NULL)
    owner: postgres
    policy emails_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger count_changed_emails: CREATE TRIGGER count_changed_emails AFTER UPDATE ON crm.emails REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics()
    trigger count_deleted_emails: CREATE TRIGGER count_deleted_emails AFTER DELETE ON crm.emails REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics()
    trigger count_new_emails: CREATE TRIGGER count_new_emails AFTER INSERT ON crm.emails REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics()
    trigger update_emails_updated_at: CREATE TRIGGER update_emails_updated_at BEFORE UPDATE ON crm.emails FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.messages
    column body: text
    column channel: character varying(10) not null default 'sms'::character varying
    column contact_id: uuid
    column contact_id comment: NULL while nobody knows whose number it is.
    column conversation_id: uuid
    column cost: numeric(10,4)
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column delivered_at: timestamp with time zone
    column direction: character varying(10) not null
    column error_code: character varying(50)
    column error_message: text
    column external_id: character varying(255)
    column external_id comment: The provider's id: a webhook that comes twice is refused the second time.
    column from_number: character varying(20)
    column id: uuid not null default gen_random_uuid()
    column is_unread: boolean generated always as ((((direction)::text = 'inbound'::text) AND (read_at IS NULL))) stored
    column is_unread comment: Inbound, and not read.
    column media_urls: text[] not null default '{}'::text[]
    column metadata: jsonb not null default '{}'::jsonb
    column organization_id: uuid not null default users.current_organization_id()
    column read_at: timestamp with time zone
    column read_at comment: When a user read it.
    column segments: smallint not null default 1
    column sent_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column sent_at comment: When it was sent, received, or handed over to be sent.
    column sent_by: uuid
    column sent_by comment: The user who wrote it; NULL when it is inbound, or was sent by a program.
    column status: character varying(20) not null default 'queued'::character varying
    column to_number: character varying(20)
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, contact_id, conversation_id, sent_by, channel, direction, status, from_number, to_number, body, media_urls, segments, external_id, error_code, error_message, cost, sent_at, delivered_at, read_at, metadata, created_at, updated_at, is_unread
    comment: An SMS or MMS from or to a contact.
    constraint messages_channel_check: CHECK (((channel)::text = ANY ((ARRAY['sms'::character varying, 'mms'::character varying])::text[])))
    constraint messages_contact_id_organization_id_fkey: FOREIGN KEY (contact_id, organization_id) REFERENCES crm.contacts(id, organization_id) ON DELETE CASCADE
    constraint messages_conversation_id_organization_id_fkey: FOREIGN KEY (conversation_id, organization_id) REFERENCES crm.conversations(id, organization_id) ON DELETE SET NULL (conversation_id)
    constraint messages_cost_not_negative_check: CHECK (((cost >= (0)::numeric) AND (cost < 'NaN'::numeric)))
    constraint messages_delivered_after_sending_check: CHECK ((delivered_at >= sent_at))
    constraint messages_direction_check: CHECK (((direction)::text = ANY ((ARRAY['inbound'::character varying, 'outbound'::character varying])::text[])))
    constraint messages_from_number_format_check: CHECK (crm.is_phone_or_short_code((from_number)::text))
    constraint messages_has_content_check: CHECK (((body IS NOT NULL) OR (media_urls <> '{}'::text[])))
    constraint messages_organization_id_external_id_key: UNIQUE (organization_id, external_id)
    constraint messages_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint messages_pkey: PRIMARY KEY (id)
    constraint messages_read_after_sending_check: CHECK ((read_at >= sent_at))
    constraint messages_segments_positive_check: CHECK ((segments > 0))
    constraint messages_sent_by_organization_id_fkey: FOREIGN KEY (sent_by, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (sent_by)
    constraint messages_status_check: CHECK (((status)::text = ANY ((ARRAY['queued'::character varying, 'sending'::character varying, 'sent'::character varying, 'delivered'::character varying, 'undelivered'::character varying, 'failed'::character varying, 'received'::character varying])::text[])))
    constraint messages_to_number_format_check: CHECK (crm.is_phone_or_short_code((to_number)::text))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index messages_contact_id_sent_at_idx: CREATE INDEX messages_contact_id_sent_at_idx ON crm.messages USING btree (contact_id, sent_at DESC)
    index messages_conversation_id_sent_at_idx: CREATE INDEX messages_conversation_id_sent_at_idx ON crm.messages USING btree (conversation_id, sent_at DESC, id DESC)
    index messages_organization_id_sent_at_idx: CREATE INDEX messages_organization_id_sent_at_idx ON crm.messages USING btree (organization_id, sent_at DESC)
    index messages_organization_id_status_sent_at_idx: CREATE INDEX messages_organization_id_status_sent_at_idx ON crm.messages USING btree (organization_id, status, sent_at DESC)
    index messages_organization_id_unread_idx: CREATE INDEX messages_organization_id_unread_idx ON crm.messages USING btree (organization_id, sent_at DESC) WHERE is_unread
    index messages_sent_by_idx: CREATE INDEX messages_sent_by_idx ON crm.messages USING btree (sent_by) WHERE (sent_by IS NOT NULL)
    owner: postgres
    policy messages_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger count_changed_messages: CREATE TRIGGER count_changed_messages AFTER UPDATE ON crm.messages REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics()
    trigger count_deleted_messages: CREATE TRIGGER count_deleted_messages AFTER DELETE ON crm.messages REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics()
    trigger count_new_messages: CREATE TRIGGER count_new_messages AFTER INSERT ON crm.messages REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.update_conversation_statistics()
    trigger update_messages_updated_at: CREATE TRIGGER update_messages_updated_at BEFORE UPDATE ON crm.messages FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.phone_numbers
    column assistant_id: uuid
    column assistant_id comment: The assistant that answers and calls; NULL for none.
    column capabilities: text[] not null default '{voice}'::text[]
    column capabilities comment: Some of voice, sms, mms, fax.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column external_id: character varying(255)
    column external_id comment: Its id at the provider.
    column id: uuid not null default gen_random_uuid()
    column label: character varying(100)
    column metadata: jsonb not null default '{}'::jsonb
    column monthly_cost: numeric(10,4)
    column organization_id: uuid not null default users.current_organization_id()
    column phone_number: character varying(20) not null
    column provider: character varying(20) not null default 'vapi'::character varying
    column purchased_at: timestamp with time zone
    column released_at: timestamp with time zone
    column status: character varying(20) not null default 'active'::character varying
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, assistant_id, phone_number, label, provider, external_id, status, capabilities, monthly_cost, purchased_at, released_at, metadata, created_at, updated_at
    comment: A phone number that the organization calls from or is called at.
    constraint phone_numbers_assistant_id_organization_id_fkey: FOREIGN KEY (assistant_id, organization_id) REFERENCES crm.assistants(id, organization_id) ON DELETE SET NULL (assistant_id)
    constraint phone_numbers_capabilities_check: CHECK ((capabilities <@ ARRAY['voice'::text, 'sms'::text, 'mms'::text, 'fax'::text]))
    constraint phone_numbers_id_organization_id_key: UNIQUE (id, organization_id)
    constraint phone_numbers_monthly_cost_not_negative_check: CHECK (((monthly_cost >= (0)::numeric) AND (monthly_cost < 'NaN'::numeric)))
    constraint phone_numbers_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint phone_numbers_phone_number_e164_check: CHECK (utilities.is_e164((phone_number)::text))
    constraint phone_numbers_pkey: PRIMARY KEY (id)
    constraint phone_numbers_provider_check: CHECK (((provider)::text = ANY ((ARRAY['vapi'::character varying, 'twilio'::character varying, 'vonage'::character varying, 'telnyx'::character varying, 'sip'::character varying, 'other'::character varying])::text[])))
    constraint phone_numbers_released_after_purchase_check: CHECK ((released_at >= purchased_at))
    constraint phone_numbers_status_check: CHECK (((status)::text = ANY ((ARRAY['active'::character varying, 'inactive'::character varying, 'suspended'::character varying, 'released'::character varying])::text[])))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index phone_numbers_assistant_id_idx: CREATE INDEX phone_numbers_assistant_id_idx ON crm.phone_numbers USING btree (assistant_id)
    index phone_numbers_capabilities_idx: CREATE INDEX phone_numbers_capabilities_idx ON crm.phone_numbers USING gin (capabilities)
    index phone_numbers_organization_id_phone_number_in_use_key: CREATE UNIQUE INDEX phone_numbers_organization_id_phone_number_in_use_key ON crm.phone_numbers USING btree (organization_id, phone_number) WHERE ((status)::text <> 'released'::text)
    index phone_numbers_organization_id_status_idx: CREATE INDEX phone_numbers_organization_id_status_idx ON crm.phone_numbers USING btree (organization_id, status)
    owner: postgres
    policy phone_numbers_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_phone_numbers_updated_at: CREATE TRIGGER update_phone_numbers_updated_at BEFORE UPDATE ON crm.phone_numbers FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.tags
    column color: character varying(7) not null default '#6b7280'::character varying
    column color comment: How it is shown: # and six hexadecimal digits.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column id: uuid not null default gen_random_uuid()
    column name: character varying(100) not null
    column name comment: Unique in the organization; capitals make no difference.
    column organization_id: uuid not null default users.current_organization_id()
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, name, color, description, created_at, updated_at
    comment: A word that groups contacts or deals.
    constraint tags_color_format_check: CHECK ((((color)::text COLLATE "C") ~ '^#[0-9A-Fa-f]{6}$'::text))
    constraint tags_id_organization_id_key: UNIQUE (id, organization_id)
    constraint tags_name_not_blank_check: CHECK ((btrim((name)::text) <> ''::text))
    constraint tags_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint tags_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index tags_organization_id_name_lower_key: CREATE UNIQUE INDEX tags_organization_id_name_lower_key ON crm.tags USING btree (organization_id, lower((name)::text))
    owner: postgres
    policy tags_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_tags_updated_at: CREATE TRIGGER update_tags_updated_at BEFORE UPDATE ON crm.tags FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table crm.vapi_calls
    column analysis: jsonb not null default '{}'::jsonb
    column analysis comment: As VAPI gives it: structured data, success evaluation.
    column assistant_id: uuid
    column call_id: uuid
    column call_id comment: The same call in calls, with those that people held.
    column call_type: character varying(20) not null default 'outbound'::character varying
    column contact_id: uuid
    column cost: numeric(10,4)
    column cost_breakdown: jsonb not null default '{}'::jsonb
    column cost_breakdown comment: As VAPI gives it: transport, transcriber, model, voice.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column customer_number: character varying(20)
    column duration_seconds: integer
    column ended_at: timestamp with time zone
    column ended_reason: character varying(100)
    column id: uuid not null default gen_random_uuid()
    column is_successful: boolean
    column metadata: jsonb not null default '{}'::jsonb
    column organization_id: uuid not null default users.current_organization_id()
    column phone_number_id: uuid
    column recording_url: text
    column sentiment: character varying(10)
    column started_at: timestamp with time zone
    column status: character varying(20) not null default 'queued'::character varying
    column summary: text
    column transcript: text
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column vapi_call_id: character varying(100) not null
    column vapi_call_id comment: Its id at VAPI: a webhook that comes twice is refused the second time.
    columns: id, organization_id, assistant_id, phone_number_id, contact_id, call_id, vapi_call_id, call_type, status, ended_reason, customer_number, started_at, ended_at, duration_seconds, cost, cost_breakdown, recording_url, transcript, summary, sentiment, is_successful, analysis, metadata, created_at, updated_at
    comment: A call that VAPI held for an assistant. It stays, with its cost, when the contact or the assistant is deleted.
    constraint vapi_calls_assistant_id_organization_id_fkey: FOREIGN KEY (assistant_id, organization_id) REFERENCES crm.assistants(id, organization_id) ON DELETE SET NULL (assistant_id)
    constraint vapi_calls_call_id_organization_id_fkey: FOREIGN KEY (call_id, organization_id) REFERENCES crm.calls(id, organization_id) ON DELETE SET NULL (call_id)
    constraint vapi_calls_call_type_check: CHECK (((call_type)::text = ANY ((ARRAY['inbound'::character varying, 'outbound'::character varying, 'web'::character varying])::text[])))
    constraint vapi_calls_contact_id_organization_id_fkey: FOREIGN KEY (contact_id, organization_id) REFERENCES crm.contacts(id, organization_id) ON DELETE SET NULL (contact_id)
    constraint vapi_calls_cost_not_negative_check: CHECK (((cost >= (0)::numeric) AND (cost < 'NaN'::numeric)))
    constraint vapi_calls_customer_number_e164_check: CHECK (utilities.is_e164((customer_number)::text))
    constraint vapi_calls_duration_seconds_not_negative_check: CHECK ((duration_seconds >= 0))
    constraint vapi_calls_ended_after_start_check: CHECK ((ended_at >= started_at))
    constraint vapi_calls_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint vapi_calls_organization_id_vapi_call_id_key: UNIQUE (organization_id, vapi_call_id)
    constraint vapi_calls_phone_number_id_organization_id_fkey: FOREIGN KEY (phone_number_id, organization_id) REFERENCES crm.phone_numbers(id, organization_id) ON DELETE SET NULL (phone_number_id)
    constraint vapi_calls_pkey: PRIMARY KEY (id)
    constraint vapi_calls_sentiment_check: CHECK (((sentiment)::text = ANY ((ARRAY['positive'::character varying, 'neutral'::character varying, 'negative'::character varying])::text[])))
    constraint vapi_calls_status_check: CHECK (((status)::text = ANY ((ARRAY['scheduled'::character varying, 'queued'::character varying, 'ringing'::character varying, 'in_progress'::character varying, 'forwarding'::character varying, 'ended'::character varying, 'failed'::character varying])::text[])))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index vapi_calls_assistant_id_started_at_idx: CREATE INDEX vapi_calls_assistant_id_started_at_idx ON crm.vapi_calls USING btree (assistant_id, started_at DESC)
    index vapi_calls_call_id_idx: CREATE INDEX vapi_calls_call_id_idx ON crm.vapi_calls USING btree (call_id) WHERE (call_id IS NOT NULL)
    index vapi_calls_contact_id_started_at_idx: CREATE INDEX vapi_calls_contact_id_started_at_idx ON crm.vapi_calls USING btree (contact_id, started_at DESC)
    index vapi_calls_organization_id_in_progress_idx: CREATE INDEX vapi_calls_organization_id_in_progress_idx ON crm.vapi_calls USING btree (organization_id, created_at) WHERE ((status)::text <> ALL ((ARRAY['ended'::character varying, 'failed'::character varying])::text[]))
    index vapi_calls_organization_id_started_at_idx: CREATE INDEX vapi_calls_organization_id_started_at_idx ON crm.vapi_calls USING btree (organization_id, started_at DESC)
    index vapi_calls_organization_id_status_started_at_idx: CREATE INDEX vapi_calls_organization_id_status_started_at_idx ON crm.vapi_calls USING btree (organization_id, status, started_at DESC)
    index vapi_calls_phone_number_id_idx: CREATE INDEX vapi_calls_phone_number_id_idx ON crm.vapi_calls USING btree (phone_number_id)
    owner: postgres
    policy vapi_calls_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_vapi_calls_updated_at: CREATE TRIGGER update_vapi_calls_updated_at BEFORE UPDATE ON crm.vapi_calls FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table dialer.active_calls
    column bolna_execution_id: character varying(255)
    column bolna_execution_id comment: The call's id at Bolna.ai, once it is known.
    column call_type: character varying(20) not null
    column id: uuid not null
    column id comment: The id of the row of dialer.call_queue or dialer.calls that it is about.
    column metadata: jsonb default '{}'::jsonb
    column started_at: timestamp with time zone not null default now()
    column user_id: uuid not null
    columns: id, user_id, call_type, started_at, bolna_execution_id, metadata
    comment: A call that is under way, for as long as it is: what the limits on concurrent calls count.
    constraint active_calls_call_type_check: CHECK (((call_type)::text = ANY ((ARRAY['direct'::character varying, 'campaign'::character varying])::text[])))
    constraint active_calls_pkey: PRIMARY KEY (id)
    constraint active_calls_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index idx_active_calls_bolna_execution_id: CREATE INDEX idx_active_calls_bolna_execution_id ON dialer.active_calls USING btree (bolna_execution_id)
    index idx_active_calls_call_type: CREATE INDEX idx_active_calls_call_type ON dialer.active_calls USING btree (call_type)
    index idx_active_calls_user_id: CREATE INDEX idx_active_calls_user_id ON dialer.active_calls USING btree (user_id)
    owner: postgres
    policy active_calls_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger check_active_call_reference: CREATE TRIGGER check_active_call_reference BEFORE INSERT OR UPDATE OF id, user_id, call_type ON dialer.active_calls FOR EACH ROW EXECUTE FUNCTION dialer.check_active_call_reference()

table dialer.admin_audit_log
    column action: character varying(100) not null
    column admin_user_id: uuid not null
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column details: jsonb not null default '{}'::jsonb
    column id: uuid not null default extensions.uuid_generate_v4()
    column ip_address: inet
    column resource_id: character varying(255)
    column resource_id comment: Which one of the resource type.
    column resource_type: character varying(50) not null
    column target_user_id: uuid
    column target_user_id comment: The user it was done to, or for.
    column user_agent: text
    columns: id, admin_user_id, target_user_id, action, resource_type, resource_id, details, ip_address, user_agent, created_at
    comment: What an administrator did. The application adds rows, and cannot change them.
    constraint admin_audit_log_admin_user_id_fkey: FOREIGN KEY (admin_user_id) REFERENCES users.users(id) ON DELETE CASCADE
    constraint admin_audit_log_pkey: PRIMARY KEY (id)
    constraint admin_audit_log_target_user_id_fkey: FOREIGN KEY (target_user_id) REFERENCES users.users(id) ON DELETE SET NULL
    grant to role crm_app: insert, select
    grant to role crm_readonly: select
    index admin_audit_log_admin_user_id_created_at_idx: CREATE INDEX admin_audit_log_admin_user_id_created_at_idx ON dialer.admin_audit_log USING btree (admin_user_id, created_at DESC)
    index admin_audit_log_created_at_idx: CREATE INDEX admin_audit_log_created_at_idx ON dialer.admin_audit_log USING btree (created_at)
    index admin_audit_log_target_user_id_created_at_idx: CREATE INDEX admin_audit_log_target_user_id_created_at_idx ON dialer.admin_audit_log USING btree (target_user_id, created_at DESC)
    owner: postgres
    policy admin_audit_log_tenant_policy: permissive for all to public using (((admin_user_id = ( SELECT users.current_user_id() AS current_user_id)) OR ( SELECT dialer.is_super_admin() AS is_super_admin))) with check ((admin_user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled

table dialer.agent_analytics
    column agent_id: uuid not null
    column answer_rate: numeric(5,2) not null default 0
    column answer_rate comment: Answered calls, in percent of all.
    column answered_calls: integer not null default 0
    column answered_calls comment: Calls with status in-progress or completed, and others that lasted.
    column avg_budget_score: numeric(5,2) not null default 0
    column avg_duration_minutes: numeric(10,2) not null default 0
    column avg_duration_minutes comment: Minutes for each answered call.
    column avg_engagement_score: numeric(5,2) not null default 0
    column avg_engagement_score comment: Mean of the leads that have this score, 0 without one; so the five after it.
    column avg_fit_score: numeric(5,2) not null default 0
    column avg_intent_score: numeric(5,2) not null default 0
    column avg_total_score: numeric(5,2) not null default 0
    column avg_urgency_score: numeric(5,2) not null default 0
    column budget_score_count: integer not null default 0
    column budget_score_sum: numeric(14,2) not null default 0
    column conversion_rate: numeric(5,2) not null default 0
    column conversion_rate comment: Qualified leads, in percent of all calls.
    column cost_per_lead: numeric(10,2) not null default 0
    column cost_per_lead comment: Credits for each lead.
    column credits_used: integer not null default 0
    column credits_used comment: Credits that the calls cost, less refunds.
    column cta_conversion_rate: numeric(5,2) not null default 0
    column cta_conversion_rate comment: Leads that followed a call to action, in percent of all calls.
    column cta_demo_clicks: integer not null default 0
    column cta_followup_clicks: integer not null default 0
    column cta_human_escalations: integer not null default 0
    column cta_leads: integer not null default 0
    column cta_leads comment: Leads that followed a call to action.
    column cta_pricing_clicks: integer not null default 0
    column cta_pricing_clicks comment: Calls to action that leads followed: the sum of what ai_analysis of their dialer.lead_analytics says under this column's name; so the four after it.
    column cta_sample_clicks: integer not null default 0
    column date: date not null
    column engagement_score_count: integer not null default 0
    column engagement_score_sum: numeric(14,2) not null default 0
    column engagement_score_sum comment: Sum and number of the scores behind avg_engagement_score; likewise the rest.
    column failed_calls: integer not null default 0
    column failed_calls comment: Calls with status failed, busy or no-answer.
    column fit_score_count: integer not null default 0
    column fit_score_sum: numeric(14,2) not null default 0
    column hour: integer
    column hour comment: From 0 to 23; NULL in the row for the whole day.
    column id: uuid not null default extensions.uuid_generate_v4()
    column intent_score_count: integer not null default 0
    column intent_score_sum: numeric(14,2) not null default 0
    column leads_generated: integer not null default 0
    column leads_generated comment: Calls that dialer.lead_analytics has a row for.
    column qualified_leads: integer not null default 0
    column qualified_leads comment: Leads with qualification_status qualified.
    column success_rate: numeric(5,2) not null default 0
    column success_rate comment: Successful calls, in percent of those that ended, well or not.
    column successful_calls: integer not null default 0
    column successful_calls comment: Calls with status completed.
    column total_calls: integer not null default 0
    column total_cta_interactions: integer not null default 0
    column total_cta_interactions comment: The five before, added up.
    column total_duration_minutes: integer not null default 0
    column total_duration_minutes comment: total_duration_seconds in minutes, rounded.
    column total_duration_seconds: bigint not null default 0
    column total_score_count: integer not null default 0
    column total_score_sum: numeric(14,2) not null default 0
    column urgency_score_count: integer not null default 0
    column urgency_score_sum: numeric(14,2) not null default 0
    column user_id: uuid not null
    columns: id, agent_id, user_id, date, hour, total_calls, successful_calls, failed_calls, total_duration_minutes, avg_duration_minutes, leads_generated, qualified_leads, conversion_rate, avg_engagement_score, avg_intent_score, avg_urgency_score, avg_budget_score, avg_fit_score, avg_total_score, credits_used, cost_per_lead, success_rate, answer_rate, cta_pricing_clicks, cta_demo_clicks, cta_followup_clicks, cta_sample_clicks, cta_human_escalations, total_cta_interactions, cta_conversion_rate, answered_calls, total_duration_seconds, cta_leads, engagement_score_sum, engagement_score_count, intent_score_sum, intent_score_count, urgency_score_sum, urgency_score_count, budget_score_sum, budget_score_count, fit_score_sum, fit_score_count, total_score_sum, total_score_count
    comment: Figures of an agent's calls and their leads: a row an hour, and a row a day, in UTC. There is a row where there is a call. Always equal to a count of the calls.
    constraint agent_analytics_agent_id_date_hour_key: UNIQUE NULLS NOT DISTINCT (agent_id, date, hour)
    constraint agent_analytics_agent_id_user_id_fkey: FOREIGN KEY (agent_id, user_id) REFERENCES dialer.agents(id, user_id) ON DELETE CASCADE
    constraint agent_analytics_hour_check: CHECK (((hour >= 0) AND (hour <= 23)))
    constraint agent_analytics_pkey: PRIMARY KEY (id)
    constraint agent_analytics_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: select
    grant to role crm_readonly: select
    index agent_analytics_user_id_date_idx: CREATE INDEX agent_analytics_user_id_date_idx ON dialer.agent_analytics USING btree (user_id, date)
    options: fillfactor=50
    owner: postgres
    policy agent_analytics_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger derive_agent_rates: CREATE TRIGGER derive_agent_rates BEFORE INSERT OR UPDATE ON dialer.agent_analytics FOR EACH ROW EXECUTE FUNCTION dialer.derive_agent_rates()
    trigger trg_user_daily_rollup: CREATE TRIGGER trg_user_daily_rollup AFTER INSERT ON dialer.agent_analytics REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_user_analytics_from_agents()
    trigger trg_user_daily_rollup_on_delete: CREATE TRIGGER trg_user_daily_rollup_on_delete AFTER DELETE ON dialer.agent_analytics REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_user_analytics_from_agents()
    trigger trg_user_daily_rollup_on_update: CREATE TRIGGER trg_user_daily_rollup_on_update AFTER UPDATE ON dialer.agent_analytics REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_user_analytics_from_agents()
    trigger trigger_refresh_user_kpi_summary: CREATE TRIGGER trigger_refresh_user_kpi_summary AFTER INSERT OR DELETE OR UPDATE ON dialer.agent_analytics FOR EACH STATEMENT WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION dialer.note_user_kpi_change()

table dialer.agents
    column agent_type: character varying(50) not null default 'call'::character varying
    column bolna_agent_id: character varying(255) not null
    column bolna_agent_id comment: The agent's id at Bolna.ai.
    column bolna_llm_config: jsonb default '{}'::jsonb
    column bolna_task_config: jsonb default '{}'::jsonb
    column bolna_voice_config: jsonb default '{}'::jsonb
    column bolna_voice_config comment: The voice, as Bolna.ai defines it; likewise the language model and the tasks.
    column bolna_webhook_url: text
    column bolna_webhook_url comment: Where Bolna.ai reports what becomes of a call.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column id: uuid not null default extensions.uuid_generate_v4()
    column is_active: boolean not null default true
    column name: character varying(255) not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid not null
    columns: id, user_id, bolna_agent_id, name, description, agent_type, is_active, bolna_webhook_url, bolna_voice_config, bolna_llm_config, bolna_task_config, created_at, updated_at
    comment: An AI agent at Bolna.ai, as a user has configured it.
    constraint agents_agent_type_check: CHECK (((agent_type)::text = ANY ((ARRAY['call'::character varying, 'chat'::character varying])::text[])))
    constraint agents_id_user_id_key: UNIQUE (id, user_id)
    constraint agents_pkey: PRIMARY KEY (id)
    constraint agents_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    constraint idx_agents_bolna_agent_id: UNIQUE (bolna_agent_id)
    constraint idx_agents_user_bolna: UNIQUE (user_id, bolna_agent_id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    owner: postgres
    policy agents_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger update_agents_updated_at: CREATE TRIGGER update_agents_updated_at BEFORE UPDATE ON dialer.agents FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()
    trigger update_dashboard_cache_from_agents: CREATE TRIGGER update_dashboard_cache_from_agents AFTER INSERT OR DELETE OR UPDATE ON dialer.agents FOR EACH ROW EXECUTE FUNCTION dialer.update_dashboard_cache_from_agents()

table dialer.calendar_meetings
    column attendee_email: character varying(255)
    column call_id: uuid
    column contact_id: uuid
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column duration_minutes: integer not null default 30
    column google_calendar_id: character varying(255)
    column google_event_id: character varying(255)
    column google_event_id comment: The event's id at Google; NULL until it is synchronised.
    column google_meet_link: text
    column id: uuid not null default extensions.uuid_generate_v4()
    column location: character varying(500)
    column meeting_time: timestamp with time zone not null
    column status: character varying(20) not null default 'scheduled'::character varying
    column timezone: character varying(50) not null default 'UTC'::character varying
    column timezone comment: The time zone to show the meeting in.
    column title: character varying(500) not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid not null
    columns: id, user_id, call_id, contact_id, meeting_time, duration_minutes, title, description, location, attendee_email, google_event_id, google_calendar_id, google_meet_link, status, timezone, created_at, updated_at
    comment: A meeting that came of a call, as it stands in Google Calendar.
    constraint calendar_meetings_call_id_user_id_fkey: FOREIGN KEY (call_id, user_id) REFERENCES dialer.calls(id, user_id) ON DELETE SET NULL (call_id)
    constraint calendar_meetings_contact_id_user_id_fkey: FOREIGN KEY (contact_id, user_id) REFERENCES dialer.contacts(id, user_id) ON DELETE SET NULL (contact_id)
    constraint calendar_meetings_google_event_id_key: UNIQUE (google_event_id)
    constraint calendar_meetings_pkey: PRIMARY KEY (id)
    constraint calendar_meetings_status_check: CHECK (((status)::text = ANY ((ARRAY['scheduled'::character varying, 'completed'::character varying, 'cancelled'::character varying, 'rescheduled'::character varying])::text[])))
    constraint calendar_meetings_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index calendar_meetings_call_id_idx: CREATE INDEX calendar_meetings_call_id_idx ON dialer.calendar_meetings USING btree (call_id) WHERE (call_id IS NOT NULL)
    index calendar_meetings_contact_id_idx: CREATE INDEX calendar_meetings_contact_id_idx ON dialer.calendar_meetings USING btree (contact_id) WHERE (contact_id IS NOT NULL)
    index calendar_meetings_user_id_meeting_time_idx: CREATE INDEX calendar_meetings_user_id_meeting_time_idx ON dialer.calendar_meetings USING btree (user_id, meeting_time)
    owner: postgres
    policy calendar_meetings_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger update_calendar_meetings_updated_at: CREATE TRIGGER update_calendar_meetings_updated_at BEFORE UPDATE ON dialer.calendar_meetings FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table dialer.call_campaigns
    column agent_id: uuid not null
    column agent_id grant to role crm_app: insert, update
    column campaign_timezone: character varying(50)
    column campaign_timezone comment: Used with use_custom_timezone; else dialer.get_user_timezone() tells the zone.
    column campaign_timezone grant to role crm_app: insert, update
    column completed_at: timestamp with time zone
    column completed_at grant to role crm_app: insert, update
    column completed_calls: integer not null default 0
    column completed_calls comment: Calls of the campaign that ended, well or not. Counted by triggers, with the next two.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_at grant to role crm_app: insert, update
    column description: text
    column description grant to role crm_app: insert, update
    column end_date: date
    column end_date comment: The last day; NULL: no end.
    column end_date grant to role crm_app: insert, update
    column failed_calls: integer not null default 0
    column failed_calls comment: Calls with status failed, busy or no-answer.
    column first_call_time: time without time zone not null
    column first_call_time comment: From when calls are made each day, in the campaign's time zone.
    column first_call_time grant to role crm_app: insert, update
    column id: uuid not null default extensions.uuid_generate_v4()
    column id grant to role crm_app: insert, update
    column last_call_time: time without time zone not null
    column last_call_time comment: Until when; before first_call_time it means the next morning.
    column last_call_time grant to role crm_app: insert, update
    column max_retries: integer not null default 0
    column max_retries comment: How often a contact that was busy or did not answer is called again.
    column max_retries grant to role crm_app: insert, update
    column name: character varying(255) not null
    column name grant to role crm_app: insert, update
    column next_action: text not null
    column next_action comment: The user's goal: what a call should lead to.
    column next_action grant to role crm_app: insert, update
    column retry_interval_minutes: integer not null default 60
    column retry_interval_minutes comment: How long to wait before that.
    column retry_interval_minutes grant to role crm_app: insert, update
    column start_date: date not null
    column start_date grant to role crm_app: insert, update
    column started_at: timestamp with time zone
    column started_at grant to role crm_app: insert, update
    column status: character varying(20) not null default 'draft'::character varying
    column status grant to role crm_app: insert, update
    column successful_calls: integer not null default 0
    column successful_calls comment: Calls with status completed.
    column total_contacts: integer not null default 0
    column total_contacts comment: How many contacts are to be called, as the application says.
    column total_contacts grant to role crm_app: insert, update
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column updated_at grant to role crm_app: insert, update
    column use_custom_timezone: boolean default false
    column use_custom_timezone grant to role crm_app: insert, update
    column user_id: uuid not null
    column user_id grant to role crm_app: insert, update
    columns: id, user_id, agent_id, name, description, next_action, status, first_call_time, last_call_time, start_date, end_date, campaign_timezone, use_custom_timezone, max_retries, retry_interval_minutes, total_contacts, completed_calls, successful_calls, failed_calls, started_at, completed_at, created_at, updated_at
    comment: A campaign: many contacts, called by one agent, on certain days and at certain hours.
    constraint call_campaigns_agent_id_user_id_fkey: FOREIGN KEY (agent_id, user_id) REFERENCES dialer.agents(id, user_id) ON DELETE RESTRICT
    constraint call_campaigns_campaign_timezone_check: CHECK (dialer.is_time_zone((campaign_timezone)::text))
    constraint call_campaigns_id_user_id_key: UNIQUE (id, user_id)
    constraint call_campaigns_max_retries_check: CHECK (((max_retries >= 0) AND (max_retries <= 5)))
    constraint call_campaigns_pkey: PRIMARY KEY (id)
    constraint call_campaigns_retry_interval_minutes_check: CHECK (((retry_interval_minutes >= 1) AND (retry_interval_minutes <= 1440)))
    constraint call_campaigns_status_check: CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'scheduled'::character varying, 'active'::character varying, 'paused'::character varying, 'completed'::character varying, 'cancelled'::character varying])::text[])))
    constraint call_campaigns_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, select
    grant to role crm_readonly: select
    index call_campaigns_agent_id_idx: CREATE INDEX call_campaigns_agent_id_idx ON dialer.call_campaigns USING btree (agent_id)
    index idx_campaigns_status_date: CREATE INDEX idx_campaigns_status_date ON dialer.call_campaigns USING btree (status, start_date)
    index idx_campaigns_user_status: CREATE INDEX idx_campaigns_user_status ON dialer.call_campaigns USING btree (user_id, status)
    owner: postgres
    policy call_campaigns_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger update_call_campaigns_updated_at: CREATE TRIGGER update_call_campaigns_updated_at BEFORE UPDATE ON dialer.call_campaigns FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table dialer.call_queue
    column agent_id: uuid not null
    column attempts: integer not null default 0
    column attempts comment: How often it was tried; counted when the status changes.
    column call_id: uuid
    column call_id comment: The call that was made, the last one when there were several.
    column call_type: character varying(20) not null default 'campaign'::character varying
    column call_type comment: Direct calls go before those of campaigns, and at any hour.
    column campaign_id: uuid
    column completed_at: timestamp with time zone
    column contact_id: uuid not null
    column contact_name: character varying(255)
    column created_at: timestamp with time zone not null default now()
    column error_message: text
    column id: uuid not null default extensions.uuid_generate_v4()
    column last_attempt_at: timestamp with time zone
    column max_retries: integer not null default 0
    column max_retries comment: How often it is tried again after the first time; 0 in a new row takes the campaign's.
    column metadata: jsonb default '{}'::jsonb
    column phone_number: character varying(50) not null
    column priority: integer not null default 0
    column priority comment: Higher is sooner.
    column processing_started_at: timestamp with time zone
    column scheduled_for: timestamp with time zone
    column scheduled_for comment: Not before this time; NULL: at once.
    column status: character varying(20) not null default 'pending'::character varying
    column status comment: A row set to busy or no_answer becomes pending again while retries are left.
    column updated_at: timestamp with time zone not null default now()
    column user_id: uuid not null
    columns: id, user_id, campaign_id, contact_id, agent_id, phone_number, contact_name, status, priority, scheduled_for, attempts, max_retries, last_attempt_at, processing_started_at, completed_at, error_message, metadata, created_at, updated_at, call_id, call_type
    comment: A call to be made. get_next_queued_call() takes the next one; whoever took it writes what became of it into the status.
    constraint call_queue_agent_id_user_id_fkey: FOREIGN KEY (agent_id, user_id) REFERENCES dialer.agents(id, user_id) ON DELETE CASCADE
    constraint call_queue_call_id_user_id_fkey: FOREIGN KEY (call_id, user_id) REFERENCES dialer.calls(id, user_id) ON DELETE SET NULL (call_id)
    constraint call_queue_call_type_check: CHECK (((call_type)::text = ANY ((ARRAY['campaign'::character varying, 'direct'::character varying])::text[])))
    constraint call_queue_campaign_id_user_id_fkey: FOREIGN KEY (campaign_id, user_id) REFERENCES dialer.call_campaigns(id, user_id) ON DELETE CASCADE
    constraint call_queue_contact_id_user_id_fkey: FOREIGN KEY (contact_id, user_id) REFERENCES dialer.contacts(id, user_id) ON DELETE CASCADE
    constraint call_queue_id_user_id_key: UNIQUE (id, user_id)
    constraint call_queue_pkey: PRIMARY KEY (id)
    constraint call_queue_status_check: CHECK (((status)::text = ANY ((ARRAY['pending'::character varying, 'processing'::character varying, 'completed'::character varying, 'failed'::character varying, 'cancelled'::character varying, 'busy'::character varying, 'no_answer'::character varying])::text[])))
    constraint call_queue_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index call_queue_agent_id_idx: CREATE INDEX call_queue_agent_id_idx ON dialer.call_queue USING btree (agent_id)
    index call_queue_call_id_idx: CREATE INDEX call_queue_call_id_idx ON dialer.call_queue USING btree (call_id) WHERE (call_id IS NOT NULL)
    index call_queue_contact_id_idx: CREATE INDEX call_queue_contact_id_idx ON dialer.call_queue USING btree (contact_id)
    index call_queue_metadata_idx: CREATE INDEX call_queue_metadata_idx ON dialer.call_queue USING gin (metadata jsonb_path_ops)
    index call_queue_pending_idx:
        |CREATE INDEX call_queue_pending_idx ON dialer.call_queue USING btree ((
        |CASE
        |    WHEN (((call_type)::text = 'direct'::text) OR (campaign_id IS NULL)) THEN user_id
        |    ELSE campaign_id
        |END), call_type, priority DESC, (
        |CASE
        |    WHEN (scheduled_for IS NULL) THEN '-infinity'::timestamp with time zone
        |    ELSE scheduled_for
        |END), created_at, id) WHERE ((status)::text = 'pending'::text)
    index call_queue_user_id_status_call_type_idx: CREATE INDEX call_queue_user_id_status_call_type_idx ON dialer.call_queue USING btree (user_id, status, call_type)
    index idx_call_queue_campaign_status: CREATE INDEX idx_call_queue_campaign_status ON dialer.call_queue USING btree (campaign_id, status) WHERE (campaign_id IS NOT NULL)
    index idx_call_queue_priority: CREATE INDEX idx_call_queue_priority ON dialer.call_queue USING btree (status, priority DESC, scheduled_for)
    index idx_call_queue_user_pending: CREATE INDEX idx_call_queue_user_pending ON dialer.call_queue USING btree (user_id, call_type, priority DESC, scheduled_for NULLS FIRST, created_at, id) WHERE ((status)::text = 'pending'::text)
    owner: postgres
    policy call_queue_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger cleanup_active_calls_on_delete: CREATE TRIGGER cleanup_active_calls_on_delete AFTER DELETE ON dialer.call_queue REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.cleanup_active_calls_on_delete()
    trigger cleanup_active_calls_on_queue_change: CREATE TRIGGER cleanup_active_calls_on_queue_change AFTER UPDATE OF status ON dialer.call_queue FOR EACH ROW WHEN ((((old.status)::text = 'processing'::text) AND ((new.status)::text <> 'processing'::text))) EXECUTE FUNCTION dialer.cleanup_active_calls_on_queue_change()
    trigger take_campaign_retries: CREATE TRIGGER take_campaign_retries BEFORE INSERT ON dialer.call_queue FOR EACH ROW WHEN (((new.campaign_id IS NOT NULL) AND (new.max_retries = 0))) EXECUTE FUNCTION dialer.take_campaign_retries()
    trigger track_call_attempt: CREATE TRIGGER track_call_attempt BEFORE UPDATE OF status ON dialer.call_queue FOR EACH ROW WHEN (((old.status)::text IS DISTINCT FROM (new.status)::text)) EXECUTE FUNCTION dialer.track_call_attempt()
    trigger update_call_queue_updated_at: CREATE TRIGGER update_call_queue_updated_at BEFORE UPDATE ON dialer.call_queue FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table dialer.calls
    column agent_id: uuid not null
    column agent_id grant to role crm_app: insert, update
    column bolna_conversation_id: character varying(255) not null
    column bolna_conversation_id comment: Groups calls that belong together at Bolna.ai.
    column bolna_conversation_id grant to role crm_app: insert, update
    column bolna_execution_id: character varying(255) not null
    column bolna_execution_id comment: The call's id at Bolna.ai.
    column bolna_execution_id grant to role crm_app: insert, update
    column call_source: character varying(20)
    column call_source comment: Which way the call came; dialer.determine_call_source() tells it from the two numbers.
    column call_source grant to role crm_app: insert, update
    column called_at: timestamp with time zone not null generated always as (COALESCE(started_at, created_at)) stored
    column called_at comment: When the call counts in the analytics: when it started, or was created while it has not. Days and hours are those of UTC.
    column caller_email: character varying(255)
    column caller_email grant to role crm_app: insert, update
    column caller_name: character varying(255)
    column caller_name grant to role crm_app: insert, update
    column campaign_id: uuid
    column campaign_id comment: The campaign that the call was made for; NULL for a direct or incoming call.
    column campaign_id grant to role crm_app: insert, update
    column contact_id: uuid
    column contact_id grant to role crm_app: insert, update
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_at grant to role crm_app: insert, update
    column credits_used: integer not null default 0
    column credits_used comment: What the call cost: its entries in dialer.credit_transactions of the types usage and refund, added up by a trigger there.
    column duration_seconds: integer
    column duration_seconds grant to role crm_app: insert, update
    column ended_at: timestamp with time zone
    column ended_at grant to role crm_app: insert, update
    column from_number: character varying(50)
    column from_number grant to role crm_app: insert, update
    column id: uuid not null default extensions.uuid_generate_v4()
    column id grant to role crm_app: insert, update
    column lead_type: character varying(20)
    column lead_type grant to role crm_app: insert, update
    column metadata: jsonb default '{}'::jsonb
    column metadata grant to role crm_app: insert, update
    column next_action: text
    column next_action comment: What the call has led to, or should lead to.
    column next_action grant to role crm_app: insert, update
    column phone_number: character varying(50) not null
    column phone_number comment: The number of the person at the other end.
    column phone_number grant to role crm_app: insert, update
    column recording_url: text
    column recording_url grant to role crm_app: insert, update
    column sentiment: character varying(20)
    column sentiment grant to role crm_app: insert, update
    column started_at: timestamp with time zone
    column started_at grant to role crm_app: insert, update
    column status: character varying(20) not null default 'initiated'::character varying
    column status grant to role crm_app: insert, update
    column summary: text
    column summary grant to role crm_app: insert, update
    column to_number: character varying(50)
    column to_number grant to role crm_app: insert, update
    column transcript: text
    column transcript comment: What was said, when it is short; long ones are in dialer.transcripts.
    column transcript grant to role crm_app: insert, update
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column updated_at grant to role crm_app: insert, update
    column user_id: uuid not null
    column user_id grant to role crm_app: insert, update
    columns: id, user_id, agent_id, contact_id, campaign_id, bolna_conversation_id, bolna_execution_id, phone_number, call_source, caller_name, caller_email, lead_type, status, duration_seconds, recording_url, transcript, summary, sentiment, next_action, started_at, ended_at, created_at, updated_at, metadata, from_number, to_number, called_at, credits_used
    comment: A call that an agent made or took, by telephone or over the internet.
    constraint calls_agent_id_user_id_fkey: FOREIGN KEY (agent_id, user_id) REFERENCES dialer.agents(id, user_id) ON DELETE CASCADE
    constraint calls_call_source_check: CHECK (((call_source)::text = ANY ((ARRAY['phone'::character varying, 'internet'::character varying, 'unknown'::character varying])::text[])))
    constraint calls_called_at_finite_check: CHECK (isfinite(called_at))
    constraint calls_campaign_id_user_id_fkey: FOREIGN KEY (campaign_id, user_id) REFERENCES dialer.call_campaigns(id, user_id) ON DELETE SET NULL (campaign_id)
    constraint calls_contact_id_user_id_fkey: FOREIGN KEY (contact_id, user_id) REFERENCES dialer.contacts(id, user_id) ON DELETE SET NULL (contact_id)
    constraint calls_id_user_id_key: UNIQUE (id, user_id)
    constraint calls_lead_type_check: CHECK (((lead_type)::text = ANY ((ARRAY['inbound'::character varying, 'outbound'::character varying])::text[])))
    constraint calls_pkey: PRIMARY KEY (id)
    constraint calls_sentiment_check: CHECK (((sentiment)::text = ANY ((ARRAY['positive'::character varying, 'neutral'::character varying, 'negative'::character varying, 'mixed'::character varying])::text[])))
    constraint calls_status_check: CHECK (((status)::text = ANY ((ARRAY['initiated'::character varying, 'in-progress'::character varying, 'completed'::character varying, 'failed'::character varying, 'busy'::character varying, 'no-answer'::character varying])::text[])))
    constraint calls_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    constraint idx_calls_bolna_execution_id: UNIQUE (bolna_execution_id)
    grant to role crm_app: delete, select
    grant to role crm_readonly: select
    index calls_agent_id_called_at_idx: CREATE INDEX calls_agent_id_called_at_idx ON dialer.calls USING btree (agent_id, called_at)
    index calls_contact_id_idx: CREATE INDEX calls_contact_id_idx ON dialer.calls USING btree (contact_id) WHERE (contact_id IS NOT NULL)
    index calls_metadata_idx: CREATE INDEX calls_metadata_idx ON dialer.calls USING gin (metadata jsonb_path_ops)
    index calls_user_id_created_at_idx: CREATE INDEX calls_user_id_created_at_idx ON dialer.calls USING btree (user_id, created_at DESC)
    index idx_calls_campaign_status: CREATE INDEX idx_calls_campaign_status ON dialer.calls USING btree (campaign_id, status) WHERE (campaign_id IS NOT NULL)
    index idx_calls_user_agent_status: CREATE INDEX idx_calls_user_agent_status ON dialer.calls USING btree (user_id, agent_id, status)
    index idx_calls_user_status_created: CREATE INDEX idx_calls_user_status_created ON dialer.calls USING btree (user_id, status, created_at DESC)
    owner: postgres
    policy calls_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger cleanup_active_calls_on_delete: CREATE TRIGGER cleanup_active_calls_on_delete AFTER DELETE ON dialer.calls REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.cleanup_active_calls_on_delete()
    trigger cleanup_active_calls_on_status_change: CREATE TRIGGER cleanup_active_calls_on_status_change AFTER UPDATE ON dialer.calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.cleanup_active_calls_on_status_change()
    trigger trg_calls_daily_analytics: CREATE TRIGGER trg_calls_daily_analytics AFTER INSERT ON dialer.calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_analytics_from_calls()
    trigger trg_calls_daily_analytics_on_delete: CREATE TRIGGER trg_calls_daily_analytics_on_delete AFTER DELETE ON dialer.calls REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_analytics_from_calls()
    trigger trg_calls_daily_analytics_on_update: CREATE TRIGGER trg_calls_daily_analytics_on_update AFTER UPDATE ON dialer.calls REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_analytics_from_calls()
    trigger trigger_refresh_user_kpi_summary: CREATE TRIGGER trigger_refresh_user_kpi_summary AFTER INSERT OR DELETE OR UPDATE ON dialer.calls FOR EACH STATEMENT EXECUTE FUNCTION dialer.note_user_kpi_change()
    trigger update_calls_updated_at: CREATE TRIGGER update_calls_updated_at BEFORE UPDATE ON dialer.calls FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()
    trigger update_campaign_statistics: CREATE TRIGGER update_campaign_statistics AFTER INSERT ON dialer.calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_campaign_statistics()
    trigger update_campaign_statistics_on_delete: CREATE TRIGGER update_campaign_statistics_on_delete AFTER DELETE ON dialer.calls REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_campaign_statistics_on_delete()
    trigger update_campaign_statistics_on_update: CREATE TRIGGER update_campaign_statistics_on_update AFTER UPDATE ON dialer.calls REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_campaign_statistics()
    trigger update_contact_last_contact_on_insert: CREATE TRIGGER update_contact_last_contact_on_insert AFTER INSERT ON dialer.calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_contact_last_contact()
    trigger update_contact_last_contact_on_update: CREATE TRIGGER update_contact_last_contact_on_update AFTER UPDATE ON dialer.calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_contact_last_contact()

table dialer.contacts
    column auto_created_from_call_id: uuid
    column auto_created_from_call_id comment: The call that the contact was made from; NULL when there is none, or it was deleted.
    column auto_creation_source: character varying(50)
    column business_context: text
    column business_context comment: What the agent should know about the contact's business.
    column call_attempted_busy: integer not null default 0
    column call_attempted_busy comment: How many calls found the line busy.
    column call_attempted_no_answer: integer not null default 0
    column call_attempted_no_answer comment: How many calls nobody answered.
    column city: character varying(255)
    column company: character varying(255)
    column country: character varying(255)
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column email: character varying(255)
    column id: uuid not null default extensions.uuid_generate_v4()
    column is_auto_created: boolean not null default false
    column is_customer: boolean not null default false
    column is_customer comment: Whether the contact has become a customer; see dialer.customers.
    column last_contact_at: timestamp with time zone
    column last_contact_at comment: When the contact was last spoken to; set when a call is completed.
    column name: character varying(255) not null
    column not_connected: integer not null default 0
    column not_connected comment: How many calls were missed. This and the next two are counted by the application.
    column notes: text
    column phone_number: character varying(50) not null
    column tags: text[] not null default '{}'::text[]
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid not null
    columns: id, user_id, name, phone_number, email, company, notes, is_auto_created, auto_creation_source, auto_created_from_call_id, is_customer, not_connected, call_attempted_busy, call_attempted_no_answer, tags, last_contact_at, city, country, business_context, created_at, updated_at
    comment: A person in a user's directory, added by hand or when a call came in.
    constraint contacts_auto_created_from_call_id_user_id_fkey: FOREIGN KEY (auto_created_from_call_id, user_id) REFERENCES dialer.calls(id, user_id) ON DELETE SET NULL (auto_created_from_call_id)
    constraint contacts_auto_creation_source_check: CHECK (((auto_creation_source)::text = ANY ((ARRAY['webhook'::character varying, 'manual'::character varying, 'bulk_upload'::character varying])::text[])))
    constraint contacts_call_attempted_busy_check: CHECK ((call_attempted_busy >= 0))
    constraint contacts_call_attempted_no_answer_check: CHECK ((call_attempted_no_answer >= 0))
    constraint contacts_id_user_id_key: UNIQUE (id, user_id)
    constraint contacts_pkey: PRIMARY KEY (id)
    constraint contacts_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    constraint idx_contacts_user_phone: UNIQUE (user_id, phone_number)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index contacts_auto_created_from_call_id_idx: CREATE INDEX contacts_auto_created_from_call_id_idx ON dialer.contacts USING btree (auto_created_from_call_id) WHERE (auto_created_from_call_id IS NOT NULL)
    index idx_contacts_last_contact: CREATE INDEX idx_contacts_last_contact ON dialer.contacts USING btree (user_id, last_contact_at DESC)
    index idx_contacts_tags: CREATE INDEX idx_contacts_tags ON dialer.contacts USING gin (tags)
    owner: postgres
    policy contacts_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger update_contacts_updated_at: CREATE TRIGGER update_contacts_updated_at BEFORE UPDATE ON dialer.contacts FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table dialer.credit_transactions
    column amount: integer not null
    column amount comment: What is added; negative for usage.
    column balance_after: integer not null
    column balance_after comment: users.credits after it; computed, whatever is written.
    column call_id: uuid
    column call_id comment: The call that it is for. A call is paid once, and refunded once.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column entry_number: integer not null
    column entry_number comment: Counts a user's rows from 1 without a gap: two of one moment have an order.
    column id: uuid not null default extensions.uuid_generate_v4()
    column type: character varying(20) not null
    column user_id: uuid not null
    columns: id, user_id, amount, type, description, call_id, balance_after, entry_number, created_at
    comment: Every change of a user's credits, in order. A new row changes users.credits; rows are neither changed nor deleted.
    constraint credit_transactions_amount_sign_check:
        |CHECK (
        |CASE type
        |    WHEN 'usage'::text THEN (amount <= 0)
        |    WHEN 'purchase'::text THEN (amount >= 0)
        |    WHEN 'refund'::text THEN (amount >= 0)
        |    ELSE true
        |END)
    constraint credit_transactions_balance_after_not_negative_check: CHECK ((balance_after >= 0))
    constraint credit_transactions_call_id_user_id_fkey: FOREIGN KEY (call_id, user_id) REFERENCES dialer.calls(id, user_id) ON DELETE SET NULL (call_id)
    constraint credit_transactions_pkey: PRIMARY KEY (id)
    constraint credit_transactions_type_check: CHECK (((type)::text = ANY ((ARRAY['purchase'::character varying, 'usage'::character varying, 'refund'::character varying, 'adjustment'::character varying])::text[])))
    constraint credit_transactions_user_id_entry_number_key: UNIQUE (user_id, entry_number)
    constraint credit_transactions_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: insert, select
    grant to role crm_readonly: select
    index credit_transactions_call_id_idx: CREATE INDEX credit_transactions_call_id_idx ON dialer.credit_transactions USING btree (call_id) WHERE (call_id IS NOT NULL)
    index credit_transactions_call_id_type_key: CREATE UNIQUE INDEX credit_transactions_call_id_type_key ON dialer.credit_transactions USING btree (call_id, type) WHERE ((type)::text = ANY ((ARRAY['usage'::character varying, 'refund'::character varying])::text[]))
    owner: postgres
    policy credit_transactions_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger a_lock_figures: CREATE TRIGGER a_lock_figures BEFORE INSERT ON dialer.credit_transactions FOR EACH ROW WHEN ((new.call_id IS NOT NULL)) EXECUTE FUNCTION dialer.lock_figures_for_ledger()
    trigger apply_credits: CREATE TRIGGER apply_credits AFTER INSERT ON dialer.credit_transactions FOR EACH ROW EXECUTE FUNCTION dialer.apply_credits()
    trigger compute_balance: CREATE TRIGGER compute_balance BEFORE INSERT ON dialer.credit_transactions FOR EACH ROW EXECUTE FUNCTION dialer.compute_balance()
    trigger count_call_credits: CREATE TRIGGER count_call_credits AFTER INSERT ON dialer.credit_transactions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.count_call_credits()
    trigger refuse_ledger_change: CREATE TRIGGER refuse_ledger_change BEFORE DELETE OR UPDATE ON dialer.credit_transactions FOR EACH ROW EXECUTE FUNCTION dialer.refuse_ledger_change()

table dialer.customers
    column account_manager: character varying(255)
    column company_name: character varying(255)
    column contact_id: uuid not null
    column contract_end_date: date
    column contract_start_date: date
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column customer_reference: character varying(50) not null
    column customer_reference comment: What the customer is called in letters; made when none is given.
    column deal_closed_date: date
    column deal_value: numeric(12,2)
    column id: uuid not null default extensions.uuid_generate_v4()
    column industry: character varying(100)
    column notes: text
    column payment_terms: character varying(100)
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid not null
    columns: id, user_id, contact_id, customer_reference, company_name, industry, deal_value, deal_closed_date, contract_start_date, contract_end_date, payment_terms, account_manager, notes, created_at, updated_at
    comment: A contact that has become a customer, with the deal that was closed.
    constraint customers_contact_id_key: UNIQUE (contact_id)
    constraint customers_contact_id_user_id_fkey: FOREIGN KEY (contact_id, user_id) REFERENCES dialer.contacts(id, user_id) ON DELETE CASCADE
    constraint customers_customer_reference_key: UNIQUE (customer_reference)
    constraint customers_pkey: PRIMARY KEY (id)
    constraint customers_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index customers_user_id_idx: CREATE INDEX customers_user_id_idx ON dialer.customers USING btree (user_id)
    owner: postgres
    policy customers_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger trigger_generate_customer_reference: CREATE TRIGGER trigger_generate_customer_reference BEFORE INSERT ON dialer.customers FOR EACH ROW WHEN (((COALESCE(new.customer_reference, ''::character varying))::text = ''::text)) EXECUTE FUNCTION dialer.set_customer_reference()
    trigger update_customers_updated_at: CREATE TRIGGER update_customers_updated_at BEFORE UPDATE ON dialer.customers FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table dialer.dashboard_cache
    column cache_key: character varying(255) not null
    column cache_key comment: Which result, as the dashboard names it.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column data: jsonb not null
    column expires_at: timestamp with time zone not null
    column user_id: uuid not null
    columns: user_id, cache_key, data, expires_at, created_at
    comment: A result that a user's dashboard keeps. Every row can be computed anew.
    constraint dashboard_cache_pkey: PRIMARY KEY (user_id, cache_key)
    constraint dashboard_cache_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index dashboard_cache_expires_at_idx: CREATE INDEX dashboard_cache_expires_at_idx ON dialer.dashboard_cache USING btree (expires_at)
    owner: postgres
    policy dashboard_cache_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled

table dialer.failure_logs
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column duration_ms: integer not null
    column endpoint: character varying(500) not null
    column error_message: text
    column error_stack: text
    column id: uuid not null default extensions.uuid_generate_v4()
    column method: character varying(10) not null
    column request_body: jsonb
    column request_body comment: What was sent, without passwords and tokens: the application leaves them out.
    column request_id: character varying(100)
    column response_body: jsonb
    column status_code: integer not null
    column user_id: uuid
    column user_id comment: Whose request it was; NULL when that was not known.
    columns: id, endpoint, method, status_code, error_message, error_stack, request_body, response_body, duration_ms, user_id, request_id, created_at
    comment: A request to the API that failed.
    constraint failure_logs_pkey: PRIMARY KEY (id)
    constraint failure_logs_status_code_check: CHECK (((status_code >= 400) AND (status_code <= 599)))
    constraint failure_logs_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE SET NULL
    grant to role crm_app: insert, select
    grant to role crm_readonly: select
    index failure_logs_created_at_idx: CREATE INDEX failure_logs_created_at_idx ON dialer.failure_logs USING btree (created_at)
    index failure_logs_user_id_created_at_idx: CREATE INDEX failure_logs_user_id_created_at_idx ON dialer.failure_logs USING btree (user_id, created_at DESC)
    owner: postgres
    policy failure_logs_tenant_policy: permissive for all to public using (((user_id = ( SELECT users.current_user_id() AS current_user_id)) OR ( SELECT dialer.is_super_admin() AS is_super_admin))) with check (((user_id IS NULL) OR (user_id = ( SELECT users.current_user_id() AS current_user_id))))
    row security: enabled

table dialer.follow_ups
    column completed_at: timestamp with time zone
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_by: uuid
    column created_by comment: Who planned it, when it was not the user; a colleague, say.
    column follow_up_date: date not null
    column id: uuid not null default extensions.uuid_generate_v4()
    column is_completed: boolean default false
    column lead_email: character varying(255)
    column lead_name: character varying(255)
    column lead_phone: character varying(20) not null
    column remark: text
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid not null
    columns: id, user_id, lead_phone, lead_email, lead_name, follow_up_date, remark, is_completed, completed_at, created_by, created_at, updated_at
    comment: A lead that a user means to get back to on a certain day.
    constraint follow_ups_created_by_fkey: FOREIGN KEY (created_by) REFERENCES users.users(id) ON DELETE SET NULL
    constraint follow_ups_pkey: PRIMARY KEY (id)
    constraint follow_ups_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index follow_ups_created_by_idx: CREATE INDEX follow_ups_created_by_idx ON dialer.follow_ups USING btree (created_by)
    index follow_ups_user_id_follow_up_date_idx: CREATE INDEX follow_ups_user_id_follow_up_date_idx ON dialer.follow_ups USING btree (user_id, follow_up_date)
    owner: postgres
    policy follow_ups_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger update_follow_ups_updated_at: CREATE TRIGGER update_follow_ups_updated_at BEFORE UPDATE ON dialer.follow_ups FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table dialer.lead_analytics
    column agent_id: uuid not null
    column agent_id comment: The agent of the call, whatever was written; it follows the call.
    column ai_analysis: jsonb default '{}'::jsonb
    column ai_analysis comment: The analysis as it came. The numbers cta_pricing_clicks, cta_demo_clicks, cta_followup_clicks, cta_sample_clicks and cta_human_escalations in it are counted in dialer.agent_analytics.
    column budget_range: character varying(100)
    column budget_score: numeric(5,2)
    column call_id: uuid not null
    column call_outcome: character varying(50)
    column called_at: timestamp with time zone not null
    column called_at comment: The call's called_at, whatever was written: the lead counts where its call does.
    column competitor_mentions: text[] default '{}'::text[]
    column contact_id: uuid
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column decision_maker: boolean
    column decision_timeline: character varying(100)
    column engagement_score: numeric(5,2)
    column fit_score: numeric(5,2)
    column follow_up_date: date
    column id: uuid not null default extensions.uuid_generate_v4()
    column intent_score: numeric(5,2)
    column key_topics: text[] default '{}'::text[]
    column lifecycle_status: character varying(50) default 'new'::character varying
    column meeting_scheduled_at: timestamp with time zone
    column next_steps: text[] default '{}'::text[]
    column notes: text
    column objections: text[] default '{}'::text[]
    column pain_points: text[] default '{}'::text[]
    column qualification_status: character varying(20)
    column total_score: numeric(5,2)
    column total_score comment: When it is not given: the mean of the scores that are. A score made so follows them.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column urgency_score: numeric(5,2)
    column user_id: uuid not null
    columns: id, call_id, user_id, agent_id, contact_id, engagement_score, intent_score, urgency_score, budget_score, fit_score, total_score, qualification_status, lifecycle_status, key_topics, pain_points, objections, next_steps, competitor_mentions, decision_timeline, budget_range, decision_maker, call_outcome, meeting_scheduled_at, follow_up_date, notes, ai_analysis, created_at, updated_at, called_at
    comment: What the analysis of a call found out about the lead; one row a call at most.
    constraint lead_analytics_agent_id_user_id_fkey: FOREIGN KEY (agent_id, user_id) REFERENCES dialer.agents(id, user_id) ON DELETE CASCADE
    constraint lead_analytics_budget_score_check: CHECK (((budget_score >= (0)::numeric) AND (budget_score <= (100)::numeric)))
    constraint lead_analytics_call_id_key: UNIQUE (call_id)
    constraint lead_analytics_call_id_user_id_fkey: FOREIGN KEY (call_id, user_id) REFERENCES dialer.calls(id, user_id) ON UPDATE CASCADE ON DELETE CASCADE
    constraint lead_analytics_call_outcome_check: CHECK (((call_outcome)::text = ANY ((ARRAY['meeting_booked'::character varying, 'callback_scheduled'::character varying, 'not_interested'::character varying, 'wrong_number'::character varying, 'voicemail'::character varying, 'follow_up_needed'::character varying, 'qualified'::character varying, 'unqualified'::character varying, 'needs_review'::character varying])::text[])))
    constraint lead_analytics_contact_id_user_id_fkey: FOREIGN KEY (contact_id, user_id) REFERENCES dialer.contacts(id, user_id) ON DELETE SET NULL (contact_id)
    constraint lead_analytics_engagement_score_check: CHECK (((engagement_score >= (0)::numeric) AND (engagement_score <= (100)::numeric)))
    constraint lead_analytics_fit_score_check: CHECK (((fit_score >= (0)::numeric) AND (fit_score <= (100)::numeric)))
    constraint lead_analytics_intent_score_check: CHECK (((intent_score >= (0)::numeric) AND (intent_score <= (100)::numeric)))
    constraint lead_analytics_lifecycle_status_check: CHECK (((lifecycle_status)::text = ANY ((ARRAY['new'::character varying, 'contacted'::character varying, 'qualified'::character varying, 'proposal'::character varying, 'negotiation'::character varying, 'closed_won'::character varying, 'closed_lost'::character varying, 'nurture'::character varying])::text[])))
    constraint lead_analytics_pkey: PRIMARY KEY (id)
    constraint lead_analytics_qualification_status_check: CHECK (((qualification_status)::text = ANY ((ARRAY['qualified'::character varying, 'unqualified'::character varying, 'needs_review'::character varying])::text[])))
    constraint lead_analytics_total_score_check: CHECK (((total_score >= (0)::numeric) AND (total_score <= (100)::numeric)))
    constraint lead_analytics_urgency_score_check: CHECK (((urgency_score >= (0)::numeric) AND (urgency_score <= (100)::numeric)))
    constraint lead_analytics_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index lead_analytics_agent_id_called_at_idx: CREATE INDEX lead_analytics_agent_id_called_at_idx ON dialer.lead_analytics USING btree (agent_id, called_at)
    index lead_analytics_ai_analysis_idx: CREATE INDEX lead_analytics_ai_analysis_idx ON dialer.lead_analytics USING gin (ai_analysis jsonb_path_ops)
    index lead_analytics_call_outcome_idx: CREATE INDEX lead_analytics_call_outcome_idx ON dialer.lead_analytics USING btree (call_outcome, user_id)
    index lead_analytics_contact_id_idx: CREATE INDEX lead_analytics_contact_id_idx ON dialer.lead_analytics USING btree (contact_id) WHERE (contact_id IS NOT NULL)
    index lead_analytics_lifecycle_status_idx: CREATE INDEX lead_analytics_lifecycle_status_idx ON dialer.lead_analytics USING btree (lifecycle_status, user_id)
    index lead_analytics_qualification_status_idx: CREATE INDEX lead_analytics_qualification_status_idx ON dialer.lead_analytics USING btree (qualification_status, user_id)
    index lead_analytics_user_id_idx: CREATE INDEX lead_analytics_user_id_idx ON dialer.lead_analytics USING btree (user_id)
    owner: postgres
    policy lead_analytics_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger complete_lead: CREATE TRIGGER complete_lead BEFORE INSERT OR UPDATE ON dialer.lead_analytics FOR EACH ROW EXECUTE FUNCTION dialer.complete_lead()
    trigger trg_leads_daily_analytics: CREATE TRIGGER trg_leads_daily_analytics AFTER INSERT ON dialer.lead_analytics REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_scores_from_lead_analytics()
    trigger trg_leads_daily_analytics_on_delete: CREATE TRIGGER trg_leads_daily_analytics_on_delete AFTER DELETE ON dialer.lead_analytics REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_scores_from_lead_analytics()
    trigger trg_leads_daily_analytics_on_update: CREATE TRIGGER trg_leads_daily_analytics_on_update AFTER UPDATE ON dialer.lead_analytics REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dialer.update_agent_scores_from_lead_analytics()
    trigger trigger_refresh_user_kpi_summary: CREATE TRIGGER trigger_refresh_user_kpi_summary AFTER INSERT OR DELETE OR UPDATE ON dialer.lead_analytics FOR EACH STATEMENT EXECUTE FUNCTION dialer.note_user_kpi_change()
    trigger update_lead_analytics_updated_at: CREATE TRIGGER update_lead_analytics_updated_at BEFORE UPDATE ON dialer.lead_analytics FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table dialer.migrations
    column executed_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: integer not null default nextval('dialer.migrations_id_seq'::regclass)
    column name: character varying(255) not null
    columns: id, name, executed_at
    comment: For scripts of the dialer application that note here what they have run. The schema's own migrations are in the ledger of crmdb, and not here.
    constraint migrations_name_key: UNIQUE (name)
    constraint migrations_pkey: PRIMARY KEY (id)
    grant to role crm_app: select
    grant to role crm_readonly: select
    owner: postgres

table dialer.notification_preferences
    column call_completed_email: boolean not null default false
    column daily_summary_email: boolean not null default true
    column email_enabled: boolean not null default true
    column id: uuid not null default extensions.uuid_generate_v4()
    column in_app_enabled: boolean not null default true
    column meeting_booked_email: boolean not null default true
    column user_id: uuid not null
    columns: id, user_id, email_enabled, in_app_enabled, meeting_booked_email, call_completed_email, daily_summary_email
    comment: How a user wants to be told, and of what. Without a row the defaults hold.
    constraint notification_preferences_pkey: PRIMARY KEY (id)
    constraint notification_preferences_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    constraint notification_preferences_user_id_key: UNIQUE (user_id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    owner: postgres
    policy notification_preferences_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled

table dialer.notifications
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default extensions.uuid_generate_v4()
    column is_read: boolean not null default false
    column link: character varying(500)
    column link comment: Where it leads to.
    column message: text not null
    column metadata: jsonb default '{}'::jsonb
    column title: character varying(255) not null
    column type: character varying(50) not null
    column type comment: What it is about: meeting_booked, call_completed, or what else the application knows.
    column user_id: uuid not null
    columns: id, user_id, type, title, message, link, is_read, metadata, created_at
    comment: What a user is told inside the application.
    constraint notifications_pkey: PRIMARY KEY (id)
    constraint notifications_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index idx_notifications_user_created: CREATE INDEX idx_notifications_user_created ON dialer.notifications USING btree (user_id, created_at DESC)
    index idx_notifications_user_read: CREATE INDEX idx_notifications_user_read ON dialer.notifications USING btree (user_id, is_read)
    index notifications_metadata_idx: CREATE INDEX notifications_metadata_idx ON dialer.notifications USING gin (metadata jsonb_path_ops)
    owner: postgres
    policy notifications_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled

table dialer.phone_numbers
    column capabilities: jsonb default '{}'::jsonb
    column capabilities comment: What it can do: voice, sms, mms.
    column country_code: character varying(5)
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column friendly_name: character varying(255)
    column id: uuid not null default extensions.uuid_generate_v4()
    column is_active: boolean not null default true
    column phone_number: character varying(50) not null
    column twilio_sid: character varying(255)
    column twilio_sid comment: The number's id at Twilio.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid not null
    columns: id, user_id, phone_number, friendly_name, country_code, is_active, capabilities, twilio_sid, created_at, updated_at
    comment: A telephone number that a user has at Twilio.
    constraint phone_numbers_phone_number_key: UNIQUE (phone_number)
    constraint phone_numbers_pkey: PRIMARY KEY (id)
    constraint phone_numbers_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index phone_numbers_user_id_idx: CREATE INDEX phone_numbers_user_id_idx ON dialer.phone_numbers USING btree (user_id)
    owner: postgres
    policy phone_numbers_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger update_phone_numbers_updated_at: CREATE TRIGGER update_phone_numbers_updated_at BEFORE UPDATE ON dialer.phone_numbers FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table dialer.system_config
    column description: text
    column key: character varying(255) not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column value: text not null
    columns: key, value, description, updated_at
    comment: Settings of the whole system. All users may read them: no secrets. The schema itself reads max_concurrent_calls, max_concurrent_calls_per_user, credits_per_minute, default_timezone.
    constraint system_config_pkey: PRIMARY KEY (key)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    owner: postgres
    policy system_config_admin_policy: permissive for all to public using (( SELECT dialer.is_super_admin() AS is_super_admin))
    policy system_config_read_policy: permissive for select to public using (true)
    row security: enabled
    trigger update_system_config_updated_at: CREATE TRIGGER update_system_config_updated_at BEFORE UPDATE ON dialer.system_config FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table dialer.transcripts
    column agent_id: uuid not null
    column call_id: uuid not null
    column confidence_score: numeric(5,2)
    column confidence_score comment: How sure the recogniser was, as it reports it.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default extensions.uuid_generate_v4()
    column language: character varying(10) default 'en'::character varying
    column transcript_text: text not null
    column user_id: uuid not null
    column word_count: integer
    columns: id, call_id, user_id, agent_id, transcript_text, word_count, language, confidence_score, created_at
    comment: The whole text of a call.
    constraint transcripts_agent_id_user_id_fkey: FOREIGN KEY (agent_id, user_id) REFERENCES dialer.agents(id, user_id) ON DELETE CASCADE
    constraint transcripts_call_id_key: UNIQUE (call_id)
    constraint transcripts_call_id_user_id_fkey: FOREIGN KEY (call_id, user_id) REFERENCES dialer.calls(id, user_id) ON DELETE CASCADE
    constraint transcripts_pkey: PRIMARY KEY (id)
    constraint transcripts_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index transcripts_agent_id_idx: CREATE INDEX transcripts_agent_id_idx ON dialer.transcripts USING btree (agent_id)
    index transcripts_user_id_created_at_idx: CREATE INDEX transcripts_user_id_created_at_idx ON dialer.transcripts USING btree (user_id, created_at DESC)
    owner: postgres
    policy transcripts_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled

table dialer.user_analytics
    column credits_used: integer not null default 0
    column date: date not null
    column id: uuid not null default extensions.uuid_generate_v4()
    column qualified_leads: integer not null default 0
    column successful_calls: integer not null default 0
    column total_agents: integer not null default 0
    column total_agents comment: Agents with a call on that day.
    column total_calls: integer not null default 0
    column total_leads: integer not null default 0
    column user_id: uuid not null
    columns: id, user_id, date, total_calls, successful_calls, total_agents, total_leads, qualified_leads, credits_used
    comment: Figures of a user's calls, a row a day (UTC). Always equal to the sum of the daily rows of the user's agents in dialer.agent_analytics, whose columns tell what is counted.
    constraint user_analytics_pkey: PRIMARY KEY (id)
    constraint user_analytics_user_id_date_key: UNIQUE (user_id, date)
    constraint user_analytics_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: fillfactor=50
    owner: postgres
    policy user_analytics_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger trigger_refresh_user_kpi_summary: CREATE TRIGGER trigger_refresh_user_kpi_summary AFTER INSERT OR DELETE OR UPDATE ON dialer.user_analytics FOR EACH STATEMENT WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION dialer.note_user_kpi_change()

table dialer.user_email_settings
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_at grant to role crm_readonly: select
    column from_email: character varying(255) not null
    column from_email grant to role crm_readonly: select
    column from_name: character varying(255)
    column from_name grant to role crm_readonly: select
    column id: uuid not null default extensions.uuid_generate_v4()
    column id grant to role crm_readonly: select
    column smtp_host: character varying(255) not null
    column smtp_host grant to role crm_readonly: select
    column smtp_password: text not null
    column smtp_password comment: Encrypted by the application, which keeps the key: base64, hexadecimal or PGP armour.
    column smtp_port: integer not null default 587
    column smtp_port grant to role crm_readonly: select
    column smtp_secure: boolean not null default false
    column smtp_secure comment: Whether the connection is encrypted from the start, not only by STARTTLS.
    column smtp_secure grant to role crm_readonly: select
    column smtp_user: character varying(255) not null
    column smtp_user grant to role crm_readonly: select
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column updated_at grant to role crm_readonly: select
    column user_id: uuid not null
    column user_id grant to role crm_readonly: select
    columns: id, user_id, smtp_host, smtp_port, smtp_secure, smtp_user, smtp_password, from_email, from_name, created_at, updated_at
    comment: The mail server that a user's mail is sent through.
    constraint user_email_settings_pkey: PRIMARY KEY (id)
    constraint user_email_settings_smtp_password_encrypted_check: CHECK (((smtp_password ~ '^[A-Za-z0-9+/=_:.$-]{38,}$'::text) OR (smtp_password ~~ '-----BEGIN PGP MESSAGE-----%'::text)))
    constraint user_email_settings_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    constraint user_email_settings_user_id_key: UNIQUE (user_id)
    grant to role crm_app: delete, insert, select, update
    owner: postgres
    policy user_email_settings_tenant_policy: permissive for all to public using ((user_id = ( SELECT users.current_user_id() AS current_user_id)))
    row security: enabled
    trigger update_user_email_settings_updated_at: CREATE TRIGGER update_user_email_settings_updated_at BEFORE UPDATE ON dialer.user_email_settings FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table dialer.user_kpi_changes
    column changed_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column transaction_id: xid8 not null default pg_current_xact_id()
    columns: transaction_id, changed_at
    comment: Transactions that have changed what dialer.user_kpi_summary shows, since its last refresh.
    constraint user_kpi_changes_pkey: PRIMARY KEY (transaction_id, changed_at)
    owner: postgres

table leads.budget_transactions
    column amount_usd: numeric(12,2) not null
    column balance_after_usd: numeric(12,2) not null
    column balance_after_usd comment: What is left after this entry, never less than nothing; set by a trigger.
    column created_at: timestamp with time zone not null default clock_timestamp()
    column description: text
    column entry_number: bigint not null
    column entry_number comment: Counts the entries of a user, from 1, without gaps; set by a trigger.
    column id: uuid not null default extensions.uuid_generate_v4()
    column organization_id: uuid not null
    column transaction_type: character varying(20) not null
    column transaction_type comment: credit and refund add the amount, debit takes it; an adjustment does as its sign says.
    column user_id: uuid not null
    columns: id, user_id, organization_id, entry_number, transaction_type, amount_usd, balance_after_usd, description, created_at
    comment: What came into the budget of a user and went out of it. Entries are added, never changed; a mistake is put right by an adjustment.
    constraint budget_transactions_amount_usd_check: CHECK ((((amount_usd > (0)::numeric) AND (amount_usd < 'NaN'::numeric)) OR (((transaction_type)::text = 'adjustment'::text) AND (amount_usd < (0)::numeric))))
    constraint budget_transactions_balance_after_usd_not_negative_check: CHECK (((balance_after_usd >= (0)::numeric) AND (balance_after_usd < 'NaN'::numeric)))
    constraint budget_transactions_pkey: PRIMARY KEY (id)
    constraint budget_transactions_transaction_type_check: CHECK (((transaction_type)::text = ANY ((ARRAY['credit'::character varying, 'debit'::character varying, 'refund'::character varying, 'adjustment'::character varying])::text[])))
    constraint budget_transactions_user_id_organization_id_entry_number_key: UNIQUE (user_id, organization_id, entry_number)
    constraint budget_transactions_user_id_organization_id_fkey: FOREIGN KEY (user_id, organization_id) REFERENCES users.users(id, organization_id) ON DELETE RESTRICT
    grant to role crm_app: insert, select
    grant to role crm_readonly: select
    index budget_transactions_organization_id_created_at_idx: CREATE INDEX budget_transactions_organization_id_created_at_idx ON leads.budget_transactions USING btree (organization_id, created_at)
    owner: postgres
    policy budget_transactions_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_organization_of_user: CREATE TRIGGER fill_organization_of_user BEFORE INSERT ON leads.budget_transactions FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION leads.fill_organization_of_user()
    trigger record_budget_transaction: CREATE TRIGGER record_budget_transaction BEFORE INSERT ON leads.budget_transactions FOR EACH ROW EXECUTE FUNCTION leads.record_budget_transaction()

table leads.dnc_list
    column added_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default extensions.uuid_generate_v4()
    column organization_id: uuid not null default users.current_organization_id()
    column phone_number: character varying(20) not null
    column reason: text
    column source: character varying(100)
    column source comment: Where it came from: the person, a public register, a complaint.
    columns: id, phone_number, organization_id, reason, source, added_at
    comment: Do not call: numbers that nobody of the organization may call, with or without a lead.
    constraint dnc_list_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint dnc_list_phone_number_e164_check: CHECK (utilities.is_e164((phone_number)::text))
    constraint dnc_list_phone_number_organization_id_key: UNIQUE (phone_number, organization_id)
    constraint dnc_list_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index dnc_list_organization_id_idx: CREATE INDEX dnc_list_organization_id_idx ON leads.dnc_list USING btree (organization_id)
    owner: postgres
    policy org_dnc_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled

table leads.document_collections
    column completed_at: timestamp with time zone
    column completed_at comment: When nothing was missing any more; NULL while something is.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column id: uuid not null default extensions.uuid_generate_v4()
    column lead_id: uuid not null
    column name: character varying(255) not null
    column organization_id: uuid not null
    column organization_id comment: The organization of the lead; filled from it.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, lead_id, organization_id, name, description, completed_at, created_at, updated_at
    comment: Documents of a lead that belong together, such as those of an application.
    constraint document_collections_id_organization_id_key: UNIQUE (id, organization_id)
    constraint document_collections_lead_id_organization_id_fkey: FOREIGN KEY (lead_id, organization_id) REFERENCES leads.leads(id, organization_id) ON DELETE CASCADE
    constraint document_collections_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index document_collections_lead_id_idx: CREATE INDEX document_collections_lead_id_idx ON leads.document_collections USING btree (lead_id)
    index document_collections_organization_id_idx: CREATE INDEX document_collections_organization_id_idx ON leads.document_collections USING btree (organization_id)
    owner: postgres
    policy document_collections_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_organization_of_lead: CREATE TRIGGER fill_organization_of_lead BEFORE INSERT ON leads.document_collections FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION leads.fill_organization_of_lead()
    trigger update_document_collections_updated_at: CREATE TRIGGER update_document_collections_updated_at BEFORE UPDATE ON leads.document_collections FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table leads.documents
    column collection_id: uuid not null
    column file_name: character varying(255) not null
    column id: uuid not null default extensions.uuid_generate_v4()
    column metadata: jsonb default '{}'::jsonb
    column mime_type: character varying(255)
    column organization_id: uuid not null
    column organization_id comment: The organization of the collection; filled from it.
    column size_bytes: bigint
    column storage_url: text
    column storage_url comment: Where the file is; NULL while it is awaited.
    column uploaded_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid
    column user_id comment: Who uploaded it; NULL for the lead itself, or one who has left.
    columns: id, collection_id, organization_id, user_id, file_name, mime_type, size_bytes, storage_url, metadata, uploaded_at
    comment: A document of a collection. The file itself is stored elsewhere.
    constraint documents_collection_id_organization_id_fkey: FOREIGN KEY (collection_id, organization_id) REFERENCES leads.document_collections(id, organization_id) ON DELETE CASCADE
    constraint documents_pkey: PRIMARY KEY (id)
    constraint documents_size_bytes_not_negative_check: CHECK ((size_bytes >= 0))
    constraint documents_user_id_organization_id_fkey: FOREIGN KEY (user_id, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (user_id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index documents_collection_id_idx: CREATE INDEX documents_collection_id_idx ON leads.documents USING btree (collection_id)
    index documents_organization_id_idx: CREATE INDEX documents_organization_id_idx ON leads.documents USING btree (organization_id)
    index documents_user_id_idx: CREATE INDEX documents_user_id_idx ON leads.documents USING btree (user_id)
    owner: postgres
    policy documents_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_organization_of_document: CREATE TRIGGER fill_organization_of_document BEFORE INSERT ON leads.documents FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION leads.fill_organization_of_document()

table leads.lead_activities
    column activity_type: character varying(50) not null
    column activity_type comment: What it was, as the application names it: call, email, sms, meeting, note.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column id: uuid not null default extensions.uuid_generate_v4()
    column lead_id: uuid not null
    column metadata: jsonb default '{}'::jsonb
    column occurred_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column organization_id: uuid not null
    column organization_id comment: The organization of the lead; filled from it.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid
    column user_id comment: Who did it; NULL for the system, or one who has left.
    columns: id, lead_id, organization_id, user_id, activity_type, description, metadata, occurred_at, created_at, updated_at
    comment: A call, e-mail, meeting, note or other contact with a lead.
    constraint lead_activities_lead_id_organization_id_fkey: FOREIGN KEY (lead_id, organization_id) REFERENCES leads.leads(id, organization_id) ON DELETE CASCADE
    constraint lead_activities_pkey: PRIMARY KEY (id)
    constraint lead_activities_user_id_organization_id_fkey: FOREIGN KEY (user_id, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (user_id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index lead_activities_lead_id_occurred_at_idx: CREATE INDEX lead_activities_lead_id_occurred_at_idx ON leads.lead_activities USING btree (lead_id, occurred_at DESC)
    index lead_activities_organization_id_occurred_at_idx: CREATE INDEX lead_activities_organization_id_occurred_at_idx ON leads.lead_activities USING btree (organization_id, occurred_at)
    index lead_activities_user_id_idx: CREATE INDEX lead_activities_user_id_idx ON leads.lead_activities USING btree (user_id)
    owner: postgres
    policy lead_activities_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_organization_of_lead: CREATE TRIGGER fill_organization_of_lead BEFORE INSERT ON leads.lead_activities FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION leads.fill_organization_of_lead()
    trigger update_lead_activities_updated_at: CREATE TRIGGER update_lead_activities_updated_at BEFORE UPDATE ON leads.lead_activities FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table leads.lead_assignments
    column assigned_at: timestamp with time zone not null default clock_timestamp()
    column assigned_by: uuid
    column assigned_by comment: The user the session worked for (app.current_user_id); NULL without.
    column from_user_id: uuid
    column from_user_id comment: Who had it before; NULL for nobody.
    column id: uuid not null default extensions.uuid_generate_v4()
    column lead_id: uuid not null
    column organization_id: uuid not null
    column strategy: character varying(50) not null default 'manual'::character varying
    column strategy comment: How the user was chosen: app.assignment_strategy where it is set (round_robin, …), else manual.
    column to_user_id: uuid
    column to_user_id comment: Who has it from then on; NULL for nobody.
    columns: id, lead_id, organization_id, from_user_id, to_user_id, strategy, assigned_by, assigned_at
    comment: Who worked on a lead, from its first user on. Goes with the lead.
    constraint lead_assignments_lead_id_organization_id_fkey: FOREIGN KEY (lead_id, organization_id) REFERENCES leads.leads(id, organization_id) ON DELETE CASCADE
    constraint lead_assignments_pkey: PRIMARY KEY (id)
    grant to role crm_app: select
    grant to role crm_readonly: select
    index lead_assignments_lead_id_assigned_at_idx: CREATE INDEX lead_assignments_lead_id_assigned_at_idx ON leads.lead_assignments USING btree (lead_id, assigned_at DESC)
    index lead_assignments_organization_id_assigned_at_idx: CREATE INDEX lead_assignments_organization_id_assigned_at_idx ON leads.lead_assignments USING btree (organization_id, assigned_at)
    owner: postgres
    policy lead_assignments_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_organization_of_lead: CREATE TRIGGER fill_organization_of_lead BEFORE INSERT ON leads.lead_assignments FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION leads.fill_organization_of_lead()

table leads.lead_audit_log
    column changed_at: timestamp with time zone not null default clock_timestamp()
    column changed_by: uuid
    column changed_by comment: The user the session worked for (app.current_user_id); NULL without.
    column field_name: text not null
    column id: uuid not null default extensions.uuid_generate_v4()
    column lead_id: uuid not null
    column new_value: text
    column old_value: text
    column old_value comment: As text, arrays and objects as JSON; NULL for NULL.
    column organization_id: uuid not null
    columns: id, lead_id, organization_id, field_name, old_value, new_value, changed_by, changed_at
    comment: Each change of a column of a lead. Goes with the lead.
    constraint lead_audit_log_lead_id_organization_id_fkey: FOREIGN KEY (lead_id, organization_id) REFERENCES leads.leads(id, organization_id) ON DELETE CASCADE
    constraint lead_audit_log_pkey: PRIMARY KEY (id)
    grant to role crm_app: select
    grant to role crm_readonly: select
    index lead_audit_log_lead_id_changed_at_idx: CREATE INDEX lead_audit_log_lead_id_changed_at_idx ON leads.lead_audit_log USING btree (lead_id, changed_at DESC)
    index lead_audit_log_organization_id_changed_at_idx: CREATE INDEX lead_audit_log_organization_id_changed_at_idx ON leads.lead_audit_log USING btree (organization_id, changed_at)
    owner: postgres
    policy lead_audit_log_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_organization_of_lead: CREATE TRIGGER fill_organization_of_lead BEFORE INSERT ON leads.lead_audit_log FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION leads.fill_organization_of_lead()

table leads.lead_score_history
    column calculated_at: timestamp with time zone not null default clock_timestamp()
    column factors: jsonb
    column id: uuid not null default extensions.uuid_generate_v4()
    column lead_id: uuid not null
    column organization_id: uuid not null
    column score: integer
    column score comment: The score from then on; NULL where it was taken away.
    columns: id, lead_id, organization_id, score, factors, calculated_at
    comment: Each score of a lead with what it was made of. Goes with the lead.
    constraint lead_score_history_lead_id_organization_id_fkey: FOREIGN KEY (lead_id, organization_id) REFERENCES leads.leads(id, organization_id) ON DELETE CASCADE
    constraint lead_score_history_pkey: PRIMARY KEY (id)
    constraint lead_score_history_score_check: CHECK (((score >= 0) AND (score <= 100)))
    grant to role crm_app: select
    grant to role crm_readonly: select
    index lead_score_history_lead_id_calculated_at_idx: CREATE INDEX lead_score_history_lead_id_calculated_at_idx ON leads.lead_score_history USING btree (lead_id, calculated_at DESC)
    index lead_score_history_organization_id_calculated_at_idx: CREATE INDEX lead_score_history_organization_id_calculated_at_idx ON leads.lead_score_history USING btree (organization_id, calculated_at)
    owner: postgres
    policy lead_score_history_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_organization_of_lead: CREATE TRIGGER fill_organization_of_lead BEFORE INSERT ON leads.lead_score_history FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION leads.fill_organization_of_lead()

table leads.lead_sequence_enrollments
    column current_step: integer not null default 0
    column current_step comment: The last step that was done; 0 before the first one.
    column enrolled_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default extensions.uuid_generate_v4()
    column lead_id: uuid not null
    column next_step_scheduled_at: timestamp with time zone
    column next_step_scheduled_at comment: When the next step is due; NULL when there is none.
    column organization_id: uuid not null
    column organization_id comment: The organization of the lead, and so of the sequence; filled from the lead.
    column sequence_id: uuid not null
    column status: character varying(20) not null default 'active'::character varying
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, lead_id, sequence_id, organization_id, current_step, status, enrolled_at, next_step_scheduled_at, updated_at
    comment: How far a lead is in a sequence.
    constraint lead_sequence_enrollments_current_step_not_negative_check: CHECK ((current_step >= 0))
    constraint lead_sequence_enrollments_lead_id_organization_id_fkey: FOREIGN KEY (lead_id, organization_id) REFERENCES leads.leads(id, organization_id) ON DELETE CASCADE
    constraint lead_sequence_enrollments_pkey: PRIMARY KEY (id)
    constraint lead_sequence_enrollments_sequence_id_organization_id_fkey: FOREIGN KEY (sequence_id, organization_id) REFERENCES leads.nurture_sequences(id, organization_id) ON DELETE CASCADE
    constraint lead_sequence_enrollments_status_check: CHECK (((status)::text = ANY ((ARRAY['active'::character varying, 'paused'::character varying, 'completed'::character varying, 'cancelled'::character varying])::text[])))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index idx_enrollments_next_step: CREATE INDEX idx_enrollments_next_step ON leads.lead_sequence_enrollments USING btree (next_step_scheduled_at) WHERE ((status)::text = 'active'::text)
    index lead_sequence_enrollments_lead_id_idx: CREATE INDEX lead_sequence_enrollments_lead_id_idx ON leads.lead_sequence_enrollments USING btree (lead_id)
    index lead_sequence_enrollments_lead_id_sequence_id_active_key: CREATE UNIQUE INDEX lead_sequence_enrollments_lead_id_sequence_id_active_key ON leads.lead_sequence_enrollments USING btree (lead_id, sequence_id, organization_id) WHERE ((status)::text = 'active'::text)
    index lead_sequence_enrollments_organization_id_idx: CREATE INDEX lead_sequence_enrollments_organization_id_idx ON leads.lead_sequence_enrollments USING btree (organization_id)
    index lead_sequence_enrollments_sequence_id_idx: CREATE INDEX lead_sequence_enrollments_sequence_id_idx ON leads.lead_sequence_enrollments USING btree (sequence_id)
    owner: postgres
    policy lead_sequence_enrollments_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_organization_of_lead: CREATE TRIGGER fill_organization_of_lead BEFORE INSERT ON leads.lead_sequence_enrollments FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION leads.fill_organization_of_lead()
    trigger update_lead_sequence_enrollments_updated_at: CREATE TRIGGER update_lead_sequence_enrollments_updated_at BEFORE UPDATE ON leads.lead_sequence_enrollments FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table leads.lead_source_costs
    column cost_usd: numeric(10,2) not null
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default extensions.uuid_generate_v4()
    column organization_id: uuid not null
    column period: character varying(7) not null
    column period comment: The month, as YYYY-MM.
    column source: character varying(100) not null
    column source comment: As in leads.leads.source.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid not null
    columns: id, user_id, organization_id, source, period, cost_usd, created_at, updated_at
    comment: What a user paid for the leads of a source in a month.
    constraint lead_source_costs_cost_usd_not_negative_check: CHECK (((cost_usd >= (0)::numeric) AND (cost_usd < 'NaN'::numeric)))
    constraint lead_source_costs_period_month_check: CHECK (((period)::text ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text))
    constraint lead_source_costs_pkey: PRIMARY KEY (id)
    constraint lead_source_costs_user_id_organization_id_fkey: FOREIGN KEY (user_id, organization_id) REFERENCES users.users(id, organization_id) ON DELETE CASCADE
    constraint lead_source_costs_user_id_organization_id_source_period_key: UNIQUE (user_id, organization_id, source, period)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index lead_source_costs_organization_id_idx: CREATE INDEX lead_source_costs_organization_id_idx ON leads.lead_source_costs USING btree (organization_id)
    owner: postgres
    policy lead_source_costs_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_organization_of_user: CREATE TRIGGER fill_organization_of_user BEFORE INSERT ON leads.lead_source_costs FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION leads.fill_organization_of_user()
    trigger update_lead_source_costs_updated_at: CREATE TRIGGER update_lead_source_costs_updated_at BEFORE UPDATE ON leads.lead_source_costs FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table leads.lead_status_history
    column changed_at: timestamp with time zone not null default clock_timestamp()
    column changed_by: uuid
    column changed_by comment: The user the session worked for (app.current_user_id); NULL without.
    column from_status: character varying(20)
    column from_status comment: The status before; NULL for the first one.
    column id: uuid not null default extensions.uuid_generate_v4()
    column lead_id: uuid not null
    column organization_id: uuid not null
    column to_status: character varying(20) not null
    column trigger_type: character varying(50) not null default 'manual'::character varying
    column trigger_type comment: What brought it about: app.trigger_type where it is set (import, automation, …), else manual for a user and system for nobody.
    columns: id, lead_id, organization_id, from_status, to_status, trigger_type, changed_by, changed_at
    comment: Each status that a lead came to, from its first one on. Goes with the lead.
    constraint lead_status_history_lead_id_organization_id_fkey: FOREIGN KEY (lead_id, organization_id) REFERENCES leads.leads(id, organization_id) ON DELETE CASCADE
    constraint lead_status_history_pkey: PRIMARY KEY (id)
    grant to role crm_app: select
    grant to role crm_readonly: select
    index lead_status_history_lead_id_changed_at_idx: CREATE INDEX lead_status_history_lead_id_changed_at_idx ON leads.lead_status_history USING btree (lead_id, changed_at DESC)
    index lead_status_history_organization_id_changed_at_idx: CREATE INDEX lead_status_history_organization_id_changed_at_idx ON leads.lead_status_history USING btree (organization_id, changed_at)
    owner: postgres
    policy lead_status_history_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_organization_of_lead: CREATE TRIGGER fill_organization_of_lead BEFORE INSERT ON leads.lead_status_history FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION leads.fill_organization_of_lead()

table leads.lead_statuses
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column is_terminal: boolean not null default false
    column is_terminal comment: Whether a lead is done with once it is here.
    column label: character varying(100) not null
    column stage_order: integer
    column stage_order comment: The place in the funnel; NULL for a status beside it, such as cold.
    column status: character varying(20) not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: status, label, description, stage_order, is_terminal, created_at, updated_at
    comment: What the statuses of a lead mean, the same for all organizations. What a status may be is checked on leads.leads, with or without rows here.
    constraint lead_statuses_pkey: PRIMARY KEY (status)
    constraint lead_statuses_stage_order_key: UNIQUE (stage_order)
    constraint lead_statuses_status_check: CHECK (((status)::text = ANY ((ARRAY['new'::character varying, 'contacted'::character varying, 'qualified'::character varying, 'nurturing'::character varying, 'hot'::character varying, 'cold'::character varying, 'recruited'::character varying, 'dnc'::character varying])::text[])))
    grant to role crm_app: select
    grant to role crm_readonly: select
    owner: postgres
    trigger update_lead_statuses_updated_at: CREATE TRIGGER update_lead_statuses_updated_at BEFORE UPDATE ON leads.lead_statuses FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table leads.leads
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column deleted_at: timestamp with time zone
    column deleted_at comment: When the lead was put away; NULL while it is in use.
    column email: character varying(255)
    column first_name: character varying(100) not null default ''::character varying
    column id: uuid not null default extensions.uuid_generate_v4()
    column last_contact_date: timestamp with time zone
    column last_name: character varying(100) not null default ''::character varying
    column lead_score: integer
    column lead_score comment: From 0 to 100; NULL while it has not been scored.
    column lead_score_factors: jsonb
    column lead_score_factors comment: What the score is made of: {"qualification": 40, "engagement": 25, …, "total": 85}.
    column metadata: jsonb default '{}'::jsonb
    column metadata comment: Whatever else is known, as the application defines it.
    column organization_id: uuid not null
    column phone_number: character varying(20)
    column phone_number comment: E.164, such as +12125551234; among the leads not put away, one of it in an organization.
    column source: character varying(100)
    column status: character varying(20) not null default 'new'::character varying
    column tags: text[] default '{}'::text[]
    column tenant_id: uuid not null
    column tenant_id comment: The same as organization_id, and filled from it; each is when the other is given.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid
    column user_id comment: The user who works on the lead, of the same organization; NULL for nobody.
    columns: id, user_id, organization_id, tenant_id, first_name, last_name, phone_number, email, status, lead_score, lead_score_factors, tags, source, last_contact_date, metadata, deleted_at, created_at, updated_at
    comment: A person who may become a customer. Set deleted_at to put a lead away; deleting the row deletes all that is known about it, its history too.
    constraint leads_email_format_check: CHECK (utilities.is_valid_email((email)::text))
    constraint leads_id_organization_id_key: UNIQUE (id, organization_id)
    constraint leads_lead_score_check: CHECK (((lead_score >= 0) AND (lead_score <= 100)))
    constraint leads_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint leads_phone_number_e164_check: CHECK (utilities.is_e164((phone_number)::text))
    constraint leads_pkey: PRIMARY KEY (id)
    constraint leads_status_check: CHECK (((status)::text = ANY ((ARRAY['new'::character varying, 'contacted'::character varying, 'qualified'::character varying, 'nurturing'::character varying, 'hot'::character varying, 'cold'::character varying, 'recruited'::character varying, 'dnc'::character varying])::text[])))
    constraint leads_tenant_id_is_organization_check: CHECK ((tenant_id = organization_id))
    constraint leads_user_id_organization_id_fkey: FOREIGN KEY (user_id, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (user_id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index idx_leads_lead_score: CREATE INDEX idx_leads_lead_score ON leads.leads USING btree (lead_score DESC)
    index idx_leads_phone_number: CREATE INDEX idx_leads_phone_number ON leads.leads USING btree (phone_number)
    index idx_leads_phone_unique: CREATE UNIQUE INDEX idx_leads_phone_unique ON leads.leads USING btree (phone_number, organization_id) WHERE (deleted_at IS NULL)
    index idx_leads_search_name: CREATE INDEX idx_leads_search_name ON leads.leads USING gin (((((first_name)::text || ' '::text) || (last_name)::text)) extensions.gin_trgm_ops)
    index idx_leads_status: CREATE INDEX idx_leads_status ON leads.leads USING btree (status)
    index idx_leads_tags: CREATE INDEX idx_leads_tags ON leads.leads USING gin (tags)
    index idx_leads_user_id: CREATE INDEX idx_leads_user_id ON leads.leads USING btree (user_id)
    index leads_metadata_idx: CREATE INDEX leads_metadata_idx ON leads.leads USING gin (metadata jsonb_path_ops)
    index leads_organization_id_lead_score_idx: CREATE INDEX leads_organization_id_lead_score_idx ON leads.leads USING btree (organization_id, lead_score DESC)
    owner: postgres
    policy tenant_isolation_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_lead: CREATE TRIGGER fill_lead BEFORE INSERT OR UPDATE OF organization_id, tenant_id, first_name, last_name ON leads.leads FOR EACH ROW EXECUTE FUNCTION leads.fill_lead()
    trigger record_lead_changes: CREATE TRIGGER record_lead_changes AFTER UPDATE ON leads.leads REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION leads.record_lead_changes()
    trigger record_new_leads: CREATE TRIGGER record_new_leads AFTER INSERT ON leads.leads REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION leads.record_new_leads()
    trigger trigger_leads_updated_at: CREATE TRIGGER trigger_leads_updated_at BEFORE UPDATE ON leads.leads FOR EACH ROW EXECUTE FUNCTION leads.update_leads_updated_at()

table leads.nurture_sequences
    column active: boolean not null default true
    column active comment: Whether leads may be enrolled.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column id: uuid not null default extensions.uuid_generate_v4()
    column name: character varying(255) not null
    column organization_id: uuid not null default users.current_organization_id()
    column steps: jsonb not null default '[]'::jsonb
    column steps comment: In order: [{"step": 1, "delay_days": 0, "channel": "sms", "template_id": "…"}, …].
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, name, description, steps, active, created_at, updated_at
    comment: Messages that are sent to a lead one after the other until it is ready to buy.
    constraint nurture_sequences_id_organization_id_key: UNIQUE (id, organization_id)
    constraint nurture_sequences_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE CASCADE
    constraint nurture_sequences_pkey: PRIMARY KEY (id)
    constraint nurture_sequences_steps_array_check: CHECK ((jsonb_typeof(steps) = 'array'::text))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index nurture_sequences_organization_id_idx: CREATE INDEX nurture_sequences_organization_id_idx ON leads.nurture_sequences USING btree (organization_id)
    owner: postgres
    policy nurture_sequences_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_nurture_sequences_updated_at: CREATE TRIGGER update_nurture_sequences_updated_at BEFORE UPDATE ON leads.nurture_sequences FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table leads.segments
    column counted_at: timestamp with time zone
    column counted_at comment: When the leads were counted; NULL when they never were.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column filter: jsonb not null default '{}'::jsonb
    column filter comment: What segment_condition() understands: {"status": ["hot", "qualified"], "min_score": 70}.
    column id: uuid not null default extensions.uuid_generate_v4()
    column lead_count: integer not null default 0
    column lead_count comment: As of counted_at; refresh_segment() counts again.
    column name: character varying(255) not null
    column organization_id: uuid not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid not null
    columns: id, user_id, organization_id, name, filter, lead_count, counted_at, created_at, updated_at
    comment: A filter that a user has saved, and how many leads it found.
    constraint segments_filter_object_check: CHECK ((jsonb_typeof(filter) = 'object'::text))
    constraint segments_lead_count_not_negative_check: CHECK ((lead_count >= 0))
    constraint segments_pkey: PRIMARY KEY (id)
    constraint segments_user_id_organization_id_fkey: FOREIGN KEY (user_id, organization_id) REFERENCES users.users(id, organization_id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index segments_organization_id_idx: CREATE INDEX segments_organization_id_idx ON leads.segments USING btree (organization_id)
    index segments_user_id_idx: CREATE INDEX segments_user_id_idx ON leads.segments USING btree (user_id)
    owner: postgres
    policy segments_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_organization_of_user: CREATE TRIGGER fill_organization_of_user BEFORE INSERT ON leads.segments FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION leads.fill_organization_of_user()
    trigger update_segments_updated_at: CREATE TRIGGER update_segments_updated_at BEFORE UPDATE ON leads.segments FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table leads.system_config
    column config_key: character varying(100) not null
    column config_value: text
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default extensions.uuid_generate_v4()
    column organization_id: uuid not null default users.current_organization_id()
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, config_key, config_value, created_at, updated_at
    comment: Settings of an organization, by name. Not for passwords: whoever reads leads reads them.
    constraint system_config_organization_id_config_key_key: UNIQUE (organization_id, config_key)
    constraint system_config_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE CASCADE
    constraint system_config_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    owner: postgres
    policy system_config_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_system_config_updated_at: CREATE TRIGGER update_system_config_updated_at BEFORE UPDATE ON leads.system_config FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table marketing.achievements
    column achieved_on: date not null default CURRENT_DATE
    column achieved_value: numeric(15,2) not null
    column campaign_id: uuid not null
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default extensions.uuid_generate_v4()
    column metric: character varying(20) not null
    column metric comment: What was counted; see marketing.is_metric(). Money is in the currency of the campaign.
    column organization_id: uuid not null default users.current_organization_id()
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, campaign_id, metric, achieved_on, achieved_value, created_at, updated_at
    comment: What a campaign brought on a day. Leads that vendors log are counted by themselves, on days in UTC; other figures come from the application.
    constraint achievements_achieved_value_not_negative_check: CHECK (((achieved_value >= (0)::numeric) AND (achieved_value < 'NaN'::numeric)))
    constraint achievements_campaign_id_organization_id_fkey: FOREIGN KEY (campaign_id, organization_id) REFERENCES marketing.campaigns(id, organization_id) ON DELETE CASCADE
    constraint achievements_metric_check: CHECK (marketing.is_metric((metric)::text))
    constraint achievements_organization_id_campaign_id_metric_achieved_on_key: UNIQUE (organization_id, campaign_id, metric, achieved_on)
    constraint achievements_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    owner: postgres
    policy achievements_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_achievements_updated_at: CREATE TRIGGER update_achievements_updated_at BEFORE UPDATE ON marketing.achievements FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table marketing.budgets
    column campaign_id: uuid not null
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column ends_on: date not null
    column ends_on comment: The last day of the period.
    column id: uuid not null default extensions.uuid_generate_v4()
    column organization_id: uuid not null default users.current_organization_id()
    column overspend_allowed: boolean not null default false
    column overspend_allowed comment: Whether more may be spent than was planned; else the spending is refused.
    column planned: numeric(15,2) not null
    column spent: numeric(15,2) not null default 0
    column spent comment: Leads that vendors log are added by themselves; add other spending with SET spent = spent + …: then no two who do so at once lose anything.
    column starts_on: date not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, campaign_id, starts_on, ends_on, planned, spent, overspend_allowed, created_at, updated_at
    comment: What a campaign may cost in a period, and has cost; in the currency of the campaign. A day belongs to one budget at most.
    constraint budgets_campaign_id_organization_id_fkey: FOREIGN KEY (campaign_id, organization_id) REFERENCES marketing.campaigns(id, organization_id) ON DELETE CASCADE
    constraint budgets_period_excl: EXCLUDE USING gist (campaign_id WITH =, organization_id WITH =, daterange(starts_on, ends_on, '[]'::text) WITH &&)
    constraint budgets_period_order_check: CHECK ((ends_on >= starts_on))
    constraint budgets_pkey: PRIMARY KEY (id)
    constraint budgets_planned_not_negative_check: CHECK (((planned >= (0)::numeric) AND (planned < 'NaN'::numeric)))
    constraint budgets_spent_not_negative_check: CHECK (((spent >= (0)::numeric) AND (spent < 'NaN'::numeric)))
    constraint budgets_spent_within_planned_check: CHECK (((spent <= planned) OR overspend_allowed))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index budgets_organization_id_campaign_id_starts_on_idx: CREATE INDEX budgets_organization_id_campaign_id_starts_on_idx ON marketing.budgets USING btree (organization_id, campaign_id, starts_on)
    owner: postgres
    policy budgets_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_budgets_updated_at: CREATE TRIGGER update_budgets_updated_at BEFORE UPDATE ON marketing.budgets FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table marketing.campaigns
    column cost_per_lead: numeric(15,2) not null default 0
    column cost_per_lead comment: What each lead costs that is logged from now on.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_by: uuid
    column created_by comment: The user who created it; NULL when it was the vendor.
    column currency: character varying(3) not null default 'USD'::character varying
    column currency comment: ISO 4217, in capitals; of all money of the campaign.
    column description: text
    column ends_on: date
    column ends_on comment: Its last day; NULL: until it is finished.
    column id: uuid not null default extensions.uuid_generate_v4()
    column name: character varying(255) not null
    column organization_id: uuid not null default users.current_organization_id()
    column source_id: uuid
    column starts_on: date not null default CURRENT_DATE
    column status: character varying(20) not null default 'draft'::character varying
    column status comment: draft, active, paused, finished, or cancelled. Vendors log leads on active ones only.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column vendor_id: uuid
    column vendor_id comment: Who runs it; NULL: the organization itself.
    columns: id, organization_id, vendor_id, source_id, name, description, status, starts_on, ends_on, cost_per_lead, currency, created_by, created_at, updated_at
    comment: An effort to get leads, by a vendor or the organization itself.
    constraint campaigns_cost_per_lead_not_negative_check: CHECK (((cost_per_lead >= (0)::numeric) AND (cost_per_lead < 'NaN'::numeric)))
    constraint campaigns_created_by_organization_id_fkey: FOREIGN KEY (created_by, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (created_by)
    constraint campaigns_currency_iso_check: CHECK (((currency)::text ~ '^[A-Z]{3}$'::text))
    constraint campaigns_id_organization_id_key: UNIQUE (id, organization_id)
    constraint campaigns_name_not_blank_check: CHECK ((btrim((name)::text) <> ''::text))
    constraint campaigns_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint campaigns_period_order_check: CHECK ((ends_on >= starts_on))
    constraint campaigns_pkey: PRIMARY KEY (id)
    constraint campaigns_source_id_organization_id_fkey: FOREIGN KEY (source_id, organization_id) REFERENCES marketing.sources(id, organization_id) ON DELETE RESTRICT
    constraint campaigns_status_check: CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'active'::character varying, 'paused'::character varying, 'finished'::character varying, 'cancelled'::character varying])::text[])))
    constraint campaigns_vendor_id_organization_id_fkey: FOREIGN KEY (vendor_id, organization_id) REFERENCES marketing.vendors(id, organization_id) ON DELETE RESTRICT
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index campaigns_created_by_idx: CREATE INDEX campaigns_created_by_idx ON marketing.campaigns USING btree (created_by)
    index campaigns_organization_id_vendor_id_name_key: CREATE UNIQUE INDEX campaigns_organization_id_vendor_id_name_key ON marketing.campaigns USING btree (organization_id, vendor_id, lower((name)::text)) NULLS NOT DISTINCT
    index campaigns_source_id_idx: CREATE INDEX campaigns_source_id_idx ON marketing.campaigns USING btree (source_id)
    owner: postgres
    policy campaigns_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_campaigns_updated_at: CREATE TRIGGER update_campaigns_updated_at BEFORE UPDATE ON marketing.campaigns FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table marketing.retainer_fees
    column amount: numeric(15,2) not null
    column billing: character varying(20) not null default 'monthly'::character varying
    column billing comment: How often the amount is due: once, monthly, quarterly, or yearly.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column currency: character varying(3) not null default 'USD'::character varying
    column ends_on: date
    column ends_on comment: The last day it is agreed for; NULL: until further notice.
    column id: uuid not null default extensions.uuid_generate_v4()
    column organization_id: uuid not null default users.current_organization_id()
    column starts_on: date not null default CURRENT_DATE
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column vendor_id: uuid not null
    columns: id, organization_id, vendor_id, amount, currency, billing, starts_on, ends_on, created_at, updated_at
    comment: What a vendor is paid besides its leads: one fee at a time.
    constraint retainer_fees_amount_not_negative_check: CHECK (((amount >= (0)::numeric) AND (amount < 'NaN'::numeric)))
    constraint retainer_fees_billing_check: CHECK (((billing)::text = ANY ((ARRAY['once'::character varying, 'monthly'::character varying, 'quarterly'::character varying, 'yearly'::character varying])::text[])))
    constraint retainer_fees_currency_iso_check: CHECK (((currency)::text ~ '^[A-Z]{3}$'::text))
    constraint retainer_fees_period_excl: EXCLUDE USING gist (vendor_id WITH =, organization_id WITH =, daterange(starts_on, ends_on, '[]'::text) WITH &&)
    constraint retainer_fees_period_order_check: CHECK ((ends_on >= starts_on))
    constraint retainer_fees_pkey: PRIMARY KEY (id)
    constraint retainer_fees_vendor_id_organization_id_fkey: FOREIGN KEY (vendor_id, organization_id) REFERENCES marketing.vendors(id, organization_id) ON DELETE RESTRICT
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index retainer_fees_organization_id_vendor_id_idx: CREATE INDEX retainer_fees_organization_id_vendor_id_idx ON marketing.retainer_fees USING btree (organization_id, vendor_id)
    owner: postgres
    policy retainer_fees_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_retainer_fees_updated_at: CREATE TRIGGER update_retainer_fees_updated_at BEFORE UPDATE ON marketing.retainer_fees FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table marketing.sources
    column channel: character varying(20) not null default 'other'::character varying
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default extensions.uuid_generate_v4()
    column is_active: boolean not null default true
    column is_active comment: Whether new campaigns may name it.
    column name: character varying(100) not null
    column organization_id: uuid not null default users.current_organization_id()
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, name, channel, is_active, created_at, updated_at
    comment: Where leads come from, under the name that a lead carries as its source.
    constraint sources_channel_check: CHECK (((channel)::text = ANY ((ARRAY['search'::character varying, 'social'::character varying, 'display'::character varying, 'email'::character varying, 'sms'::character varying, 'phone'::character varying, 'print'::character varying, 'event'::character varying, 'referral'::character varying, 'organic'::character varying, 'list'::character varying, 'other'::character varying])::text[])))
    constraint sources_id_organization_id_key: UNIQUE (id, organization_id)
    constraint sources_name_not_blank_check: CHECK ((btrim((name)::text) <> ''::text))
    constraint sources_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint sources_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index sources_organization_id_name_key: CREATE UNIQUE INDEX sources_organization_id_name_key ON marketing.sources USING btree (organization_id, lower((name)::text))
    owner: postgres
    policy sources_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_sources_updated_at: CREATE TRIGGER update_sources_updated_at BEFORE UPDATE ON marketing.sources FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table marketing.targets
    column campaign_id: uuid not null
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column ends_on: date not null
    column ends_on comment: The last day of the period.
    column id: uuid not null default extensions.uuid_generate_v4()
    column metric: character varying(20) not null
    column metric comment: What is counted; see marketing.is_metric(). Money is in the currency of the campaign.
    column organization_id: uuid not null default users.current_organization_id()
    column starts_on: date not null
    column target_value: numeric(15,2) not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, campaign_id, metric, starts_on, ends_on, target_value, created_at, updated_at
    comment: What a campaign is to bring in a period. For one metric, periods do not overlap.
    constraint targets_campaign_id_organization_id_fkey: FOREIGN KEY (campaign_id, organization_id) REFERENCES marketing.campaigns(id, organization_id) ON DELETE CASCADE
    constraint targets_metric_check: CHECK (marketing.is_metric((metric)::text))
    constraint targets_period_excl: EXCLUDE USING gist (campaign_id WITH =, organization_id WITH =, metric WITH =, daterange(starts_on, ends_on, '[]'::text) WITH &&)
    constraint targets_period_order_check: CHECK ((ends_on >= starts_on))
    constraint targets_pkey: PRIMARY KEY (id)
    constraint targets_target_value_not_negative_check: CHECK (((target_value >= (0)::numeric) AND (target_value < 'NaN'::numeric)))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index targets_organization_id_campaign_id_idx: CREATE INDEX targets_organization_id_campaign_id_idx ON marketing.targets USING btree (organization_id, campaign_id)
    owner: postgres
    policy targets_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_targets_updated_at: CREATE TRIGGER update_targets_updated_at BEFORE UPDATE ON marketing.targets FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table marketing.vendors
    column contact_name: character varying(255)
    column contact_name grant to role crm_app: insert, update
    column cost_per_lead: numeric(15,2) not null default 0
    column cost_per_lead comment: The agreed price; campaigns that the vendor creates take it over.
    column cost_per_lead grant to role crm_app: insert, update
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_at grant to role crm_app: insert, update
    column currency: character varying(3) not null default 'USD'::character varying
    column currency comment: ISO 4217, in capitals.
    column currency grant to role crm_app: insert, update
    column email: character varying(255)
    column email grant to role crm_app: insert, update
    column id: uuid not null default extensions.uuid_generate_v4()
    column id grant to role crm_app: insert, update
    column login_role: name
    column login_role comment: The database login by which the vendor proves who it is (session_user), as a member of crm_vendor; NULL: it cannot call campaign_api. Only the owner of the table sets it.
    column name: character varying(255) not null
    column name grant to role crm_app: insert, update
    column organization_id: uuid not null default users.current_organization_id()
    column organization_id grant to role crm_app: insert, update
    column phone: character varying(20)
    column phone grant to role crm_app: insert, update
    column status: character varying(20) not null default 'active'::character varying
    column status comment: active, suspended, or ended. Only an active vendor may call campaign_api.
    column status grant to role crm_app: insert, update
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column updated_at grant to role crm_app: insert, update
    columns: id, organization_id, name, contact_name, email, phone, login_role, status, cost_per_lead, currency, created_at, updated_at
    comment: Who brings an organization leads for money.
    constraint vendors_cost_per_lead_not_negative_check: CHECK (((cost_per_lead >= (0)::numeric) AND (cost_per_lead < 'NaN'::numeric)))
    constraint vendors_currency_iso_check: CHECK (((currency)::text ~ '^[A-Z]{3}$'::text))
    constraint vendors_email_format_check: CHECK (utilities.is_valid_email((email)::text))
    constraint vendors_id_organization_id_key: UNIQUE (id, organization_id)
    constraint vendors_login_role_key: UNIQUE (login_role)
    constraint vendors_name_not_blank_check: CHECK ((btrim((name)::text) <> ''::text))
    constraint vendors_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint vendors_phone_e164_check: CHECK (utilities.is_e164((phone)::text))
    constraint vendors_pkey: PRIMARY KEY (id)
    constraint vendors_status_check: CHECK (((status)::text = ANY ((ARRAY['active'::character varying, 'suspended'::character varying, 'ended'::character varying])::text[])))
    grant to role crm_app: delete, select
    grant to role crm_readonly: select
    index vendors_organization_id_name_key: CREATE UNIQUE INDEX vendors_organization_id_name_key ON marketing.vendors USING btree (organization_id, lower((name)::text))
    owner: postgres
    policy vendors_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_vendors_updated_at: CREATE TRIGGER update_vendors_updated_at BEFORE UPDATE ON marketing.vendors FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table outreach.campaigns
    column config: jsonb
    column config comment: Sequences, settings and the like, as the application defines them.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_by: uuid
    column id: uuid not null default extensions.uuid_generate_v4()
    column name: character varying(255)
    column organization_id: uuid not null default users.current_organization_id()
    column status: character varying(50) not null default 'draft'::character varying
    column status comment: Its mails are sent while this is active.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, name, status, config, created_by, created_at, updated_at
    comment: A sequence of mails to a list of leads.
    constraint campaigns_created_by_organization_id_fkey: FOREIGN KEY (created_by, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (created_by)
    constraint campaigns_id_organization_id_key: UNIQUE (id, organization_id)
    constraint campaigns_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint campaigns_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index campaigns_created_by_idx: CREATE INDEX campaigns_created_by_idx ON outreach.campaigns USING btree (created_by)
    index campaigns_organization_id_status_idx: CREATE INDEX campaigns_organization_id_status_idx ON outreach.campaigns USING btree (organization_id, status)
    owner: postgres
    policy campaigns_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_campaigns_updated_at: CREATE TRIGGER update_campaigns_updated_at BEFORE UPDATE ON outreach.campaigns FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table outreach.email_accounts
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_at grant to role crm_readonly: select
    column credentials_encrypted: text
    column credentials_encrypted comment: What logs in to the provider, encrypted by the application with a key that is not in the database; see outreach.is_ciphertext() for the form.
    column current_sent_today: integer not null default 0
    column current_sent_today comment: How many mails were handed out for sending on the day sent_on. Attempts count, as they do for the provider.
    column current_sent_today grant to role crm_readonly: select
    column daily_limit: integer not null default 50
    column daily_limit comment: How many mails a day, in UTC, at most.
    column daily_limit grant to role crm_readonly: select
    column email: character varying(255) not null
    column email comment: In lower case.
    column email grant to role crm_readonly: select
    column health_score: integer not null default 100
    column health_score comment: The reputation of the mailbox, 0 to 100; below 50 it does not send.
    column health_score grant to role crm_readonly: select
    column id: uuid not null default extensions.uuid_generate_v4()
    column id grant to role crm_readonly: select
    column last_sent_at: timestamp with time zone
    column last_sent_at comment: When a mail was last handed out for sending.
    column last_sent_at grant to role crm_readonly: select
    column organization_id: uuid not null default users.current_organization_id()
    column organization_id grant to role crm_readonly: select
    column provider: character varying(50)
    column provider grant to role crm_readonly: select
    column sent_on: date not null default ((CURRENT_TIMESTAMP AT TIME ZONE 'UTC'::text))::date
    column sent_on comment: The day, in UTC, that current_sent_today counts.
    column sent_on grant to role crm_readonly: select
    column settings: jsonb default '{}'::jsonb
    column settings comment: The account's own settings, as the application defines them.
    column settings grant to role crm_readonly: select
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column updated_at grant to role crm_readonly: select
    column user_id: uuid
    column user_id comment: Whose mailbox it is; NULL for one of the organization as a whole.
    column user_id grant to role crm_readonly: select
    column warmup_status: character varying(50) not null default 'pending'::character varying
    column warmup_status comment: The mailbox sends while this is warming or completed.
    column warmup_status grant to role crm_readonly: select
    columns: id, user_id, organization_id, email, provider, credentials_encrypted, settings, health_score, warmup_status, daily_limit, current_sent_today, sent_on, last_sent_at, created_at, updated_at
    comment: A mailbox that mails are sent from.
    constraint email_accounts_credentials_ciphertext_check: CHECK (outreach.is_ciphertext(credentials_encrypted))
    constraint email_accounts_daily_limit_not_negative_check: CHECK ((daily_limit >= 0))
    constraint email_accounts_email_format_check: CHECK ((utilities.is_valid_email((email)::text) AND ((email)::text = lower(((email)::text COLLATE "C")))))
    constraint email_accounts_health_score_range_check: CHECK (((health_score >= 0) AND (health_score <= 100)))
    constraint email_accounts_id_organization_id_key: UNIQUE (id, organization_id)
    constraint email_accounts_organization_id_email_key: UNIQUE (organization_id, email)
    constraint email_accounts_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint email_accounts_pkey: PRIMARY KEY (id)
    constraint email_accounts_provider_check: CHECK (((provider)::text = ANY ((ARRAY['gmail'::character varying, 'outlook'::character varying, 'smtp'::character varying])::text[])))
    constraint email_accounts_sent_today_not_negative_check: CHECK ((current_sent_today >= 0))
    constraint email_accounts_user_id_organization_id_fkey: FOREIGN KEY (user_id, organization_id) REFERENCES users.users(id, organization_id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, select, update
    index email_accounts_user_id_idx: CREATE INDEX email_accounts_user_id_idx ON outreach.email_accounts USING btree (user_id)
    owner: postgres
    policy email_accounts_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger count_sent_today: CREATE TRIGGER count_sent_today BEFORE UPDATE OF current_sent_today ON outreach.email_accounts FOR EACH ROW WHEN ((new.current_sent_today > old.current_sent_today)) EXECUTE FUNCTION outreach.count_sent_today()
    trigger normalize_email_account_email: CREATE TRIGGER normalize_email_account_email BEFORE INSERT OR UPDATE OF email ON outreach.email_accounts FOR EACH ROW EXECUTE FUNCTION outreach.normalize_email_column()
    trigger update_email_accounts_updated_at: CREATE TRIGGER update_email_accounts_updated_at BEFORE UPDATE ON outreach.email_accounts FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table outreach.email_activities
    column "timestamp": timestamp with time zone not null default CURRENT_TIMESTAMP
    column "timestamp" comment: When it happened.
    column campaign_id: uuid
    column campaign_id comment: When it is not given, that of the mail, else of the lead.
    column email_queue_id: uuid
    column email_queue_id comment: The mail; NULL once it has been deleted.
    column event_type: character varying(50) not null
    column id: uuid not null default extensions.uuid_generate_v4()
    column ip_address: inet
    column lead_id: uuid not null
    column lead_id comment: When it is not given, that of the mail.
    column metadata: jsonb default '{}'::jsonb
    column metadata comment: What else the provider tells: the link that was clicked, why it bounced.
    column n8n_execution_id: character varying(255)
    column n8n_execution_id comment: The run of the workflow that noted it: n8n_executions.execution_id.
    column organization_id: uuid not null default users.current_organization_id()
    column organization_id comment: That of the lead.
    column user_agent: text
    columns: id, organization_id, email_queue_id, lead_id, campaign_id, event_type, "timestamp", metadata, n8n_execution_id, ip_address, user_agent
    comment: One row for each event of a mail. The application adds rows and changes none.
    constraint email_activities_campaign_id_organization_id_fkey: FOREIGN KEY (campaign_id, organization_id) REFERENCES outreach.campaigns(id, organization_id) ON DELETE SET NULL (campaign_id)
    constraint email_activities_email_queue_id_organization_id_fkey: FOREIGN KEY (email_queue_id, organization_id) REFERENCES outreach.email_queue(id, organization_id) ON DELETE SET NULL (email_queue_id)
    constraint email_activities_event_type_check: CHECK (((event_type)::text = ANY ((ARRAY['sent'::character varying, 'opened'::character varying, 'clicked'::character varying, 'replied'::character varying, 'bounced'::character varying])::text[])))
    constraint email_activities_lead_id_organization_id_fkey: FOREIGN KEY (lead_id, organization_id) REFERENCES outreach.leads(id, organization_id) ON DELETE CASCADE
    constraint email_activities_pkey: PRIMARY KEY (id)
    grant to role crm_app: insert, select
    grant to role crm_readonly: select
    index email_activities_campaign_id_timestamp_idx: CREATE INDEX email_activities_campaign_id_timestamp_idx ON outreach.email_activities USING btree (campaign_id, "timestamp")
    index email_activities_email_queue_id_idx: CREATE INDEX email_activities_email_queue_id_idx ON outreach.email_activities USING btree (email_queue_id)
    index email_activities_lead_id_timestamp_idx: CREATE INDEX email_activities_lead_id_timestamp_idx ON outreach.email_activities USING btree (lead_id, "timestamp")
    index email_activities_n8n_execution_id_idx: CREATE INDEX email_activities_n8n_execution_id_idx ON outreach.email_activities USING btree (n8n_execution_id) WHERE (n8n_execution_id IS NOT NULL)
    owner: postgres
    policy email_activities_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_email_activity: CREATE TRIGGER fill_email_activity BEFORE INSERT ON outreach.email_activities FOR EACH ROW WHEN (((new.organization_id IS NULL) OR (new.lead_id IS NULL) OR (new.campaign_id IS NULL))) EXECUTE FUNCTION outreach.fill_email_activity()
    trigger stop_sequence: CREATE TRIGGER stop_sequence AFTER INSERT ON outreach.email_activities FOR EACH ROW WHEN (((new.event_type)::text = ANY ((ARRAY['replied'::character varying, 'bounced'::character varying])::text[]))) EXECUTE FUNCTION outreach.stop_sequence()

table outreach.email_queue
    column attempts: integer not null default 0
    column attempts comment: How often it was handed out for sending.
    column body: text
    column campaign_id: uuid not null
    column campaign_id comment: When it is not given, that of the lead.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column email_account_id: uuid
    column email_account_id comment: The account to send from. NULL: any of the organization; the first that tries it keeps it.
    column error_message: text
    column id: uuid not null default extensions.uuid_generate_v4()
    column last_attempt_at: timestamp with time zone
    column lead_id: uuid not null
    column n8n_execution_id: character varying(255)
    column n8n_execution_id comment: The run of the workflow that queued or sent it: n8n_executions.execution_id.
    column organization_id: uuid not null default users.current_organization_id()
    column organization_id comment: That of the lead.
    column scheduled_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column scheduled_at comment: Not before this time; after a failure, when to try again.
    column sequence_step: integer not null default 1
    column status: character varying(50) not null default 'queued'::character varying
    column status comment: queued, sending (a worker has it), sent, failed (for good), or cancelled: the lead is not active or has unsubscribed; error_message says which.
    column subject: character varying(500)
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, campaign_id, lead_id, email_account_id, sequence_step, subject, body, scheduled_at, status, attempts, last_attempt_at, error_message, n8n_execution_id, created_at, updated_at
    comment: Mails to send, and what became of them. Workers take them with claim_next_email().
    constraint email_queue_attempts_not_negative_check: CHECK ((attempts >= 0))
    constraint email_queue_campaign_id_organization_id_fkey: FOREIGN KEY (campaign_id, organization_id) REFERENCES outreach.campaigns(id, organization_id) ON DELETE CASCADE
    constraint email_queue_email_account_id_organization_id_fkey: FOREIGN KEY (email_account_id, organization_id) REFERENCES outreach.email_accounts(id, organization_id) ON DELETE SET NULL (email_account_id)
    constraint email_queue_id_organization_id_key: UNIQUE (id, organization_id)
    constraint email_queue_lead_id_organization_id_fkey: FOREIGN KEY (lead_id, organization_id) REFERENCES outreach.leads(id, organization_id) ON DELETE CASCADE
    constraint email_queue_pkey: PRIMARY KEY (id)
    constraint email_queue_sequence_step_positive_check: CHECK ((sequence_step > 0))
    constraint email_queue_status_check: CHECK (((status)::text = ANY ((ARRAY['queued'::character varying, 'sending'::character varying, 'sent'::character varying, 'failed'::character varying, 'cancelled'::character varying])::text[])))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index email_queue_campaign_id_email_account_id_due_idx: CREATE INDEX email_queue_campaign_id_email_account_id_due_idx ON outreach.email_queue USING btree (campaign_id, email_account_id, scheduled_at, id) WHERE ((status)::text = 'queued'::text)
    index email_queue_campaign_id_status_idx: CREATE INDEX email_queue_campaign_id_status_idx ON outreach.email_queue USING btree (campaign_id, status)
    index email_queue_email_account_id_status_scheduled_at_idx: CREATE INDEX email_queue_email_account_id_status_scheduled_at_idx ON outreach.email_queue USING btree (email_account_id, status, scheduled_at) WHERE (email_account_id IS NOT NULL)
    index email_queue_last_attempt_at_sending_idx: CREATE INDEX email_queue_last_attempt_at_sending_idx ON outreach.email_queue USING btree (last_attempt_at) WHERE ((status)::text = 'sending'::text)
    index email_queue_lead_id_idx: CREATE INDEX email_queue_lead_id_idx ON outreach.email_queue USING btree (lead_id)
    index email_queue_n8n_execution_id_idx: CREATE INDEX email_queue_n8n_execution_id_idx ON outreach.email_queue USING btree (n8n_execution_id) WHERE (n8n_execution_id IS NOT NULL)
    owner: postgres
    policy email_queue_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_queued_email: CREATE TRIGGER fill_queued_email BEFORE INSERT ON outreach.email_queue FOR EACH ROW WHEN (((new.organization_id IS NULL) OR (new.campaign_id IS NULL))) EXECUTE FUNCTION outreach.fill_queued_email()
    trigger hold_back_queued_email: CREATE TRIGGER hold_back_queued_email BEFORE INSERT ON outreach.email_queue FOR EACH ROW WHEN (((new.status)::text = 'queued'::text)) EXECUTE FUNCTION outreach.cancel_hopeless_email()
    trigger hold_back_requeued_email: CREATE TRIGGER hold_back_requeued_email BEFORE UPDATE OF status, lead_id ON outreach.email_queue FOR EACH ROW WHEN ((((new.status)::text = 'queued'::text) AND (((old.status)::text <> 'queued'::text) OR (old.lead_id <> new.lead_id)))) EXECUTE FUNCTION outreach.cancel_hopeless_email()
    trigger update_email_queue_updated_at: CREATE TRIGGER update_email_queue_updated_at BEFORE UPDATE ON outreach.email_queue FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table outreach.leads
    column campaign_id: uuid
    column company: character varying(255)
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column data: jsonb default '{}'::jsonb
    column data comment: The organization's own fields.
    column email: character varying(255) not null
    column email comment: In lower case. The same address may be a lead of several campaigns.
    column first_name: character varying(100)
    column id: uuid not null default extensions.uuid_generate_v4()
    column last_name: character varying(100)
    column organization_id: uuid not null default users.current_organization_id()
    column status: character varying(50) not null default 'active'::character varying
    column status comment: Mails are sent while this is active. A reply makes it replied, a bounce bounced.
    column tags: text[]
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, campaign_id, email, first_name, last_name, company, data, status, tags, created_at, updated_at
    comment: A person who is written to in a campaign. Deleting one deletes its mails and activities; that its address unsubscribed stays known.
    constraint leads_campaign_id_organization_id_fkey: FOREIGN KEY (campaign_id, organization_id) REFERENCES outreach.campaigns(id, organization_id) ON DELETE SET NULL (campaign_id)
    constraint leads_email_format_check: CHECK ((utilities.is_valid_email((email)::text) AND ((email)::text = lower(((email)::text COLLATE "C")))))
    constraint leads_id_organization_id_key: UNIQUE (id, organization_id)
    constraint leads_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint leads_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index leads_campaign_id_status_idx: CREATE INDEX leads_campaign_id_status_idx ON outreach.leads USING btree (campaign_id, status)
    index leads_data_idx: CREATE INDEX leads_data_idx ON outreach.leads USING gin (data jsonb_path_ops)
    index leads_organization_id_email_idx: CREATE INDEX leads_organization_id_email_idx ON outreach.leads USING btree (organization_id, email)
    index leads_tags_idx: CREATE INDEX leads_tags_idx ON outreach.leads USING gin (tags)
    owner: postgres
    policy leads_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger cancel_emails_to_new_address: CREATE TRIGGER cancel_emails_to_new_address AFTER UPDATE OF email ON outreach.leads FOR EACH ROW WHEN (((new.email)::text <> (old.email)::text)) EXECUTE FUNCTION outreach.cancel_emails_to_new_address()
    trigger normalize_lead_email: CREATE TRIGGER normalize_lead_email BEFORE INSERT OR UPDATE OF email ON outreach.leads FOR EACH ROW WHEN ((((new.email)::text COLLATE "C") ~ '[^!-@[-~]'::text)) EXECUTE FUNCTION outreach.normalize_email_column()
    trigger update_leads_updated_at: CREATE TRIGGER update_leads_updated_at BEFORE UPDATE ON outreach.leads FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table outreach.n8n_executions
    column completed_at: timestamp with time zone
    column error_data: jsonb
    column error_data comment: What n8n tells about a failure; NULL without one.
    column execution_id: character varying(255) not null
    column execution_id comment: Its id in n8n; mails and activities name it in n8n_execution_id.
    column id: uuid not null default extensions.uuid_generate_v4()
    column metrics: jsonb default '{}'::jsonb
    column organization_id: uuid default users.current_organization_id()
    column organization_id comment: For whom it ran; NULL: for the platform, and then only the owner of the table sees it.
    column started_at: timestamp with time zone
    column status: character varying(50)
    column trigger_source: character varying(50)
    column trigger_source comment: What started it, such as a webhook or a schedule.
    column workflow_name: character varying(255)
    columns: id, organization_id, execution_id, workflow_name, trigger_source, status, started_at, completed_at, metrics, error_data
    comment: A run of a workflow in n8n.
    constraint n8n_executions_execution_id_key: UNIQUE (execution_id)
    constraint n8n_executions_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint n8n_executions_pkey: PRIMARY KEY (id)
    constraint n8n_executions_status_check: CHECK (((status)::text = ANY ((ARRAY['running'::character varying, 'success'::character varying, 'error'::character varying, 'cancelled'::character varying])::text[])))
    grant to role crm_app: insert, select, update
    grant to role crm_readonly: select
    index n8n_executions_organization_id_started_at_idx: CREATE INDEX n8n_executions_organization_id_started_at_idx ON outreach.n8n_executions USING btree (organization_id, started_at)
    index n8n_executions_workflow_name_started_at_idx: CREATE INDEX n8n_executions_workflow_name_started_at_idx ON outreach.n8n_executions USING btree (workflow_name, started_at)
    owner: postgres
    policy n8n_executions_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled

table outreach.templates
    column body: text
    column category: character varying(100)
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_by: uuid
    column id: uuid not null default extensions.uuid_generate_v4()
    column is_shared: boolean not null default false
    column is_shared comment: Whether the application offers it to the colleagues of who made it. Other organizations never see it.
    column name: character varying(255)
    column organization_id: uuid not null default users.current_organization_id()
    column subject: character varying(500)
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column variables: jsonb default '{}'::jsonb
    column variables comment: What the subject and the body leave open, with defaults, as the application defines them.
    columns: id, organization_id, name, category, subject, body, variables, is_shared, created_by, created_at, updated_at
    comment: A mail to write others from.
    constraint templates_created_by_organization_id_fkey: FOREIGN KEY (created_by, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (created_by)
    constraint templates_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint templates_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index templates_created_by_idx: CREATE INDEX templates_created_by_idx ON outreach.templates USING btree (created_by)
    index templates_organization_id_category_idx: CREATE INDEX templates_organization_id_category_idx ON outreach.templates USING btree (organization_id, category)
    owner: postgres
    policy templates_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_templates_updated_at: CREATE TRIGGER update_templates_updated_at BEFORE UPDATE ON outreach.templates FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table outreach.unsubscribes
    column campaign_id: uuid
    column campaign_id comment: The campaign whose mail it came from; NULL when unknown.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column email: character varying(255) not null
    column email comment: In lower case. An address may unsubscribe more than once.
    column id: uuid not null default extensions.uuid_generate_v4()
    column organization_id: uuid not null default users.current_organization_id()
    column reason: character varying(100)
    columns: id, organization_id, email, campaign_id, reason, created_at
    comment: Addresses that the organization may not write to, in no campaign. Deleting the rows of an address subscribes it again.
    constraint unsubscribes_campaign_id_organization_id_fkey: FOREIGN KEY (campaign_id, organization_id) REFERENCES outreach.campaigns(id, organization_id) ON DELETE SET NULL (campaign_id)
    constraint unsubscribes_email_normalized_check: CHECK (((email)::text = utilities.normalize_email((email)::text)))
    constraint unsubscribes_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint unsubscribes_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select
    grant to role crm_readonly: select
    index unsubscribes_campaign_id_idx: CREATE INDEX unsubscribes_campaign_id_idx ON outreach.unsubscribes USING btree (campaign_id)
    index unsubscribes_organization_id_email_idx: CREATE INDEX unsubscribes_organization_id_email_idx ON outreach.unsubscribes USING btree (organization_id, email)
    owner: postgres
    policy unsubscribes_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger cancel_emails_to_unsubscribed: CREATE TRIGGER cancel_emails_to_unsubscribed AFTER INSERT OR UPDATE OF organization_id, email ON outreach.unsubscribes FOR EACH ROW EXECUTE FUNCTION outreach.cancel_emails_to_unsubscribed()
    trigger normalize_unsubscribe_email: CREATE TRIGGER normalize_unsubscribe_email BEFORE INSERT OR UPDATE OF email ON outreach.unsubscribes FOR EACH ROW EXECUTE FUNCTION outreach.normalize_email_column()

table pipeline.lead_moves
    column from_stage_id: uuid
    column from_stage_id comment: NULL: the lead entered the pipeline.
    column id: bigint not null generated always as identity
    column moved_at: timestamp with time zone not null
    column moved_by: uuid
    column moved_by comment: The user whom the session had set; NULL without one, or when the user is gone.
    column note: text
    column organization_id: uuid not null
    column pipeline_id: uuid not null
    column position_id: uuid not null
    column time_in_stage: interval
    column time_in_stage comment: How long the lead had been in the stage that it left.
    column to_stage_id: uuid not null
    columns: id, organization_id, pipeline_id, position_id, from_stage_id, to_stage_id, moved_at, time_in_stage, moved_by, note
    comment: Every move of a lead, in the order of the id. Written by trigger alone.
    constraint lead_moves_entry_check: CHECK (((from_stage_id IS NULL) = (time_in_stage IS NULL)))
    constraint lead_moves_from_stage_id_pipeline_id_organization_id_fkey: FOREIGN KEY (from_stage_id, pipeline_id, organization_id) REFERENCES pipeline.stages(id, pipeline_id, organization_id) ON DELETE RESTRICT
    constraint lead_moves_moved_by_organization_id_fkey: FOREIGN KEY (moved_by, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (moved_by)
    constraint lead_moves_pkey: PRIMARY KEY (id)
    constraint lead_moves_position_id_pipeline_id_organization_id_fkey: FOREIGN KEY (position_id, pipeline_id, organization_id) REFERENCES pipeline.lead_positions(id, pipeline_id, organization_id) ON DELETE CASCADE
    constraint lead_moves_to_stage_id_pipeline_id_organization_id_fkey: FOREIGN KEY (to_stage_id, pipeline_id, organization_id) REFERENCES pipeline.stages(id, pipeline_id, organization_id) ON DELETE RESTRICT
    grant to role crm_app: select
    grant to role crm_readonly: select
    index lead_moves_from_stage_id_pipeline_id_idx: CREATE INDEX lead_moves_from_stage_id_pipeline_id_idx ON pipeline.lead_moves USING btree (from_stage_id, pipeline_id)
    index lead_moves_moved_by_idx: CREATE INDEX lead_moves_moved_by_idx ON pipeline.lead_moves USING btree (moved_by)
    index lead_moves_position_id_pipeline_id_idx: CREATE INDEX lead_moves_position_id_pipeline_id_idx ON pipeline.lead_moves USING btree (position_id, pipeline_id)
    index lead_moves_to_stage_id_pipeline_id_idx: CREATE INDEX lead_moves_to_stage_id_pipeline_id_idx ON pipeline.lead_moves USING btree (to_stage_id, pipeline_id)
    owner: postgres
    policy lead_moves_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled

table pipeline.lead_positions
    column closed_at: timestamp with time zone
    column closed_at comment: When it reached a terminal stage; NULL while it is on its way.
    column entered_at: timestamp with time zone not null default clock_timestamp()
    column id: uuid not null default extensions.uuid_generate_v4()
    column lead_id: uuid not null
    column lead_id grant to role crm_app: insert
    column note: text
    column note comment: Why it is in this stage; goes into the history with the move.
    column note grant to role crm_app: insert, update
    column organization_id: uuid not null default users.current_organization_id()
    column organization_id grant to role crm_app: insert
    column pipeline_id: uuid not null
    column pipeline_id grant to role crm_app: insert
    column stage_entered_at: timestamp with time zone not null
    column stage_id: uuid not null
    column stage_id comment: Not needed when a lead enters: it is the first stage.
    column stage_id grant to role crm_app: update
    columns: id, organization_id, lead_id, pipeline_id, stage_id, entered_at, stage_entered_at, closed_at, note
    comment: Where a lead stands in a pipeline: one open row for each, and those of earlier passes. Whatever writes here, triggers allow the first stage and the moves in transitions only.
    constraint lead_positions_id_pipeline_id_organization_id_key: UNIQUE (id, pipeline_id, organization_id)
    constraint lead_positions_lead_id_organization_id_fkey: FOREIGN KEY (lead_id, organization_id) REFERENCES leads.leads(id, organization_id) ON DELETE CASCADE
    constraint lead_positions_pkey: PRIMARY KEY (id)
    constraint lead_positions_stage_id_pipeline_id_organization_id_fkey: FOREIGN KEY (stage_id, pipeline_id, organization_id) REFERENCES pipeline.stages(id, pipeline_id, organization_id) ON DELETE RESTRICT
    constraint lead_positions_times_order_check: CHECK (((stage_entered_at >= entered_at) AND (closed_at >= stage_entered_at)))
    grant to role crm_app: select
    grant to role crm_readonly: select
    index lead_positions_lead_id_idx: CREATE INDEX lead_positions_lead_id_idx ON pipeline.lead_positions USING btree (lead_id)
    index lead_positions_lead_id_pipeline_id_open_key: CREATE UNIQUE INDEX lead_positions_lead_id_pipeline_id_open_key ON pipeline.lead_positions USING btree (lead_id, pipeline_id) WHERE (closed_at IS NULL)
    index lead_positions_stage_id_pipeline_id_idx: CREATE INDEX lead_positions_stage_id_pipeline_id_idx ON pipeline.lead_positions USING btree (stage_id, pipeline_id)
    owner: postgres
    policy lead_positions_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger check_position: CREATE TRIGGER check_position BEFORE INSERT OR UPDATE OF stage_id ON pipeline.lead_positions FOR EACH ROW EXECUTE FUNCTION pipeline.check_position()
    trigger record_move: CREATE TRIGGER record_move AFTER INSERT OR UPDATE OF stage_id ON pipeline.lead_positions FOR EACH ROW EXECUTE FUNCTION pipeline.record_move()

table pipeline.pipelines
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column id: uuid not null default extensions.uuid_generate_v4()
    column is_active: boolean not null default true
    column is_active comment: Whether leads may enter. Those in it go on.
    column name: character varying(100) not null
    column organization_id: uuid not null default users.current_organization_id()
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, name, description, is_active, created_at, updated_at
    comment: A way that leads go, stage by stage; each organization has its own.
    constraint pipelines_id_organization_id_key: UNIQUE (id, organization_id)
    constraint pipelines_name_not_blank_check: CHECK ((btrim((name)::text) <> ''::text))
    constraint pipelines_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint pipelines_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index pipelines_organization_id_name_key: CREATE UNIQUE INDEX pipelines_organization_id_name_key ON pipeline.pipelines USING btree (organization_id, lower((name)::text))
    owner: postgres
    policy pipelines_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_pipelines_updated_at: CREATE TRIGGER update_pipelines_updated_at BEFORE UPDATE ON pipeline.pipelines FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table pipeline.stages
    column "position": integer not null
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default extensions.uuid_generate_v4()
    column is_lost: boolean not null default false
    column is_lost comment: Whether the pipeline has failed with a lead that comes here.
    column is_terminal: boolean not null default false
    column is_terminal comment: Whether a lead that comes here has left the pipeline.
    column is_won: boolean not null default false
    column is_won comment: Whether the pipeline has reached its aim with a lead that comes here.
    column name: character varying(100) not null
    column organization_id: uuid not null default users.current_organization_id()
    column pipeline_id: uuid not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, pipeline_id, name, "position", is_terminal, is_won, is_lost, created_at, updated_at
    comment: The steps of a pipeline, in the order of their position. A lead enters at the first one.
    constraint stages_id_pipeline_id_organization_id_key: UNIQUE (id, pipeline_id, organization_id)
    constraint stages_name_not_blank_check: CHECK ((btrim((name)::text) <> ''::text))
    constraint stages_outcome_terminal_check: CHECK ((is_terminal OR (NOT (is_won OR is_lost))))
    constraint stages_pipeline_id_organization_id_fkey: FOREIGN KEY (pipeline_id, organization_id) REFERENCES pipeline.pipelines(id, organization_id) ON DELETE CASCADE
    constraint stages_pipeline_id_organization_id_position_key: UNIQUE (pipeline_id, organization_id, "position") DEFERRABLE
    constraint stages_pkey: PRIMARY KEY (id)
    constraint stages_position_positive_check: CHECK (("position" > 0))
    constraint stages_won_or_lost_check: CHECK ((NOT (is_won AND is_lost)))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index stages_pipeline_id_organization_id_name_key: CREATE UNIQUE INDEX stages_pipeline_id_organization_id_name_key ON pipeline.stages USING btree (pipeline_id, organization_id, lower((name)::text))
    owner: postgres
    policy stages_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger check_stage_change: CREATE TRIGGER check_stage_change BEFORE UPDATE OF is_terminal ON pipeline.stages FOR EACH ROW WHEN ((new.is_terminal <> old.is_terminal)) EXECUTE FUNCTION pipeline.check_stage_change()
    trigger update_stages_updated_at: CREATE TRIGGER update_stages_updated_at BEFORE UPDATE ON pipeline.stages FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table pipeline.transitions
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column from_stage_id: uuid not null
    column organization_id: uuid not null default users.current_organization_id()
    column pipeline_id: uuid not null
    column to_stage_id: uuid not null
    columns: organization_id, pipeline_id, from_stage_id, to_stage_id, created_at
    comment: The moves that are allowed, within one pipeline; what is not here is refused. Out of a terminal stage there is no move, even if it stands here.
    constraint transitions_from_stage_id_pipeline_id_organization_id_fkey: FOREIGN KEY (from_stage_id, pipeline_id, organization_id) REFERENCES pipeline.stages(id, pipeline_id, organization_id) ON DELETE CASCADE
    constraint transitions_pkey: PRIMARY KEY (pipeline_id, from_stage_id, to_stage_id, organization_id)
    constraint transitions_to_stage_id_pipeline_id_organization_id_fkey: FOREIGN KEY (to_stage_id, pipeline_id, organization_id) REFERENCES pipeline.stages(id, pipeline_id, organization_id) ON DELETE CASCADE
    constraint transitions_two_stages_check: CHECK ((from_stage_id <> to_stage_id))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    index transitions_to_stage_id_pipeline_id_idx: CREATE INDEX transitions_to_stage_id_pipeline_id_idx ON pipeline.transitions USING btree (to_stage_id, pipeline_id)
    owner: postgres
    policy transitions_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled

table telephony.accounts
    column accountcode: text not null
    column accountcode comment: As set in Asterisk for an endpoint, or by Set(CHANNEL(accountcode)=…).
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column organization_id: uuid not null
    column organization_id comment: Who sees the calls. Calls that are logged keep the organization that they were given.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: accountcode, organization_id, description, created_at, updated_at
    comment: The account codes that Asterisk writes to its call records, and whose they are.
    constraint accounts_accountcode_length_check: CHECK (((accountcode <> ''::text) AND (octet_length(accountcode) < 80)))
    constraint accounts_accountcode_organization_id_key: UNIQUE (accountcode, organization_id)
    constraint accounts_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint accounts_pkey: PRIMARY KEY (accountcode)
    grant to role crm_app: select
    grant to role crm_readonly: select
    index accounts_organization_id_idx: CREATE INDEX accounts_organization_id_idx ON telephony.accounts USING btree (organization_id)
    owner: postgres
    policy accounts_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_accounts_updated_at: CREATE TRIGGER update_accounts_updated_at BEFORE UPDATE ON telephony.accounts FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table telephony.call_logs
    column "end": timestamp with time zone
    column accountcode: text
    column amaflags: integer
    column amaflags comment: 1 omit, 2 billing, 3 documentation.
    column answer: timestamp with time zone
    column answer comment: When it was answered; NULL when it was not.
    column billsec: integer
    column billsec comment: Seconds from the answer to the end.
    column calldate: timestamp with time zone not null default now()
    column calldate comment: When the call began. The same as start, which not every backend writes.
    column channel: text
    column clid: text
    column clid comment: Caller ID with the name: "Ada" <1001>.
    column dcontext: text
    column dcontext comment: The context of the dialplan that the caller was in.
    column disposition: text
    column disposition comment: ANSWERED, NO ANSWER, BUSY, FAILED or CONGESTION. The numbers that cdr_odbc writes become these names.
    column dst: text
    column dst comment: The number called: the extension in the dialplan.
    column dstchannel: text
    column duration: integer
    column duration comment: Seconds from the beginning to the end.
    column id: bigint not null default nextval('telephony.call_logs_id_seq'::regclass)
    column lastapp: text
    column lastdata: text
    column linkedid: text
    column linkedid comment: The same in all records of a call.
    column organization_id: uuid
    column organization_id comment: From the account code, when the record is written. NULL where there is no such account: no tenant sees the call until assign_call_logs() finds one.
    column peeraccount: text
    column sequence: integer
    column sequence comment: Tells records with one uniqueid apart.
    column src: text
    column src comment: The number of the caller.
    column start: timestamp with time zone
    column uniqueid: text
    column uniqueid comment: Of the caller's channel. A call has a record for each pair of channels in it.
    column userfield: text
    column userfield comment: What the dialplan puts there.
    columns: id, organization_id, calldate, start, answer, "end", clid, src, dst, dcontext, channel, dstchannel, lastapp, lastdata, duration, billsec, disposition, amaflags, accountcode, uniqueid, linkedid, peeraccount, sequence, userfield
    comment: Call detail records, as Asterisk writes them; a partition for each month (UTC).
    constraint call_logs_pkey: PRIMARY KEY (id, calldate)
    grant to role crm_app: select
    grant to role crm_asterisk: insert
    grant to role crm_readonly: select
    index call_logs_accountcode_calldate_idx: CREATE INDEX call_logs_accountcode_calldate_idx ON ONLY telephony.call_logs USING btree (accountcode, calldate)
    index call_logs_accountcode_unknown_idx: CREATE INDEX call_logs_accountcode_unknown_idx ON ONLY telephony.call_logs USING btree (accountcode) WHERE ((organization_id IS NULL) AND (accountcode <> ''::text))
    index call_logs_calldate_idx: CREATE INDEX call_logs_calldate_idx ON ONLY telephony.call_logs USING brin (calldate)
    index call_logs_linkedid_idx: CREATE INDEX call_logs_linkedid_idx ON ONLY telephony.call_logs USING btree (linkedid)
    index call_logs_organization_id_calldate_idx: CREATE INDEX call_logs_organization_id_calldate_idx ON ONLY telephony.call_logs USING btree (organization_id, calldate)
    index call_logs_organization_id_dst_calldate_idx: CREATE INDEX call_logs_organization_id_dst_calldate_idx ON ONLY telephony.call_logs USING btree (organization_id, dst, calldate)
    index call_logs_organization_id_src_calldate_idx: CREATE INDEX call_logs_organization_id_src_calldate_idx ON ONLY telephony.call_logs USING btree (organization_id, src, calldate)
    index call_logs_uniqueid_idx: CREATE INDEX call_logs_uniqueid_idx ON ONLY telephony.call_logs USING btree (uniqueid)
    owner: postgres
    partition by: RANGE (calldate)
    policy call_logs_asterisk_policy: permissive for insert to crm_asterisk with check (true)
    policy call_logs_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_call_log: CREATE TRIGGER fill_call_log BEFORE INSERT ON telephony.call_logs FOR EACH ROW EXECUTE FUNCTION telephony.fill_call_log()

table telephony.extensions
    column accountcode: text
    column accountcode comment: The account that calls from the extension go to.
    column context: text not null default 'default'::text
    column context comment: The context of Asterisk's dialplan that the extension is in.
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default extensions.uuid_generate_v4()
    column is_active: boolean not null default true
    column name: text
    column number: text not null
    column number comment: Internal, such as 1001, or in E.164 form. Unique in the organization, in whatever context.
    column organization_id: uuid not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column user_id: uuid
    column user_id comment: Whose extension it is; NULL for that of a room, a queue, or nobody yet.
    columns: id, organization_id, user_id, number, context, name, accountcode, is_active, created_at, updated_at
    comment: The numbers that ring at somebody. A call is an extension's when it calls from its number or to it.
    constraint extensions_accountcode_organization_id_fkey: FOREIGN KEY (accountcode, organization_id) REFERENCES telephony.accounts(accountcode, organization_id) ON DELETE SET NULL (accountcode)
    constraint extensions_id_organization_id_key: UNIQUE (id, organization_id)
    constraint extensions_number_format_check: CHECK ((((number COLLATE "C") ~ '^[0-9*#]{1,15}$'::text) OR utilities.is_e164(number)))
    constraint extensions_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint extensions_organization_id_number_key: UNIQUE (organization_id, number)
    constraint extensions_pkey: PRIMARY KEY (id)
    constraint extensions_user_id_organization_id_fkey: FOREIGN KEY (user_id, organization_id) REFERENCES users.users(id, organization_id) ON DELETE SET NULL (user_id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_asterisk: select
    grant to role crm_readonly: select
    index extensions_accountcode_idx: CREATE INDEX extensions_accountcode_idx ON telephony.extensions USING btree (accountcode)
    index extensions_user_id_idx: CREATE INDEX extensions_user_id_idx ON telephony.extensions USING btree (user_id)
    owner: postgres
    policy extensions_asterisk_policy: permissive for select to crm_asterisk using (true)
    policy extensions_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_extensions_updated_at: CREATE TRIGGER update_extensions_updated_at BEFORE UPDATE ON telephony.extensions FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table telephony.ivr_menu_options
    column action: text not null
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column description: text
    column digit: text not null
    column digit comment: The key; t when none is pressed in time, i when one that the menu does not have.
    column extension_id: uuid
    column id: uuid not null default extensions.uuid_generate_v4()
    column ivr_menu_id: uuid not null
    column organization_id: uuid not null
    column target: text
    column target comment: Of external the number in E.164 form, of queue its name, of playback the sound file.
    column target_menu_id: uuid
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column voicemail_box_id: bigint
    columns: id, organization_id, ivr_menu_id, digit, description, action, extension_id, voicemail_box_id, target_menu_id, target, created_at, updated_at
    comment: What a key does in a menu. While a menu leads to an extension, box or menu, that cannot be deleted.
    constraint ivr_menu_options_action_check: CHECK ((action = ANY (ARRAY['extension'::text, 'voicemail'::text, 'menu'::text, 'external'::text, 'queue'::text, 'playback'::text, 'repeat'::text, 'hangup'::text])))
    constraint ivr_menu_options_digit_check: CHECK (((digit COLLATE "C") ~ '^[0-9*#ti]$'::text))
    constraint ivr_menu_options_extension_id_organization_id_fkey: FOREIGN KEY (extension_id, organization_id) REFERENCES telephony.extensions(id, organization_id) ON DELETE RESTRICT
    constraint ivr_menu_options_ivr_menu_id_digit_key: UNIQUE (ivr_menu_id, digit)
    constraint ivr_menu_options_ivr_menu_id_organization_id_fkey: FOREIGN KEY (ivr_menu_id, organization_id) REFERENCES telephony.ivr_menus(id, organization_id) ON DELETE CASCADE
    constraint ivr_menu_options_pkey: PRIMARY KEY (id)
    constraint ivr_menu_options_target_fits_check: CHECK ((((extension_id IS NOT NULL) = (action = 'extension'::text)) AND ((voicemail_box_id IS NOT NULL) = (action = 'voicemail'::text)) AND ((target_menu_id IS NOT NULL) = (action = 'menu'::text)) AND ((target IS NOT NULL) = (action = ANY (ARRAY['external'::text, 'queue'::text, 'playback'::text]))) AND (target <> ''::text) AND ((action <> 'external'::text) OR utilities.is_e164(target)) AND (target_menu_id <> ivr_menu_id)))
    constraint ivr_menu_options_target_menu_id_organization_id_fkey: FOREIGN KEY (target_menu_id, organization_id) REFERENCES telephony.ivr_menus(id, organization_id) ON DELETE RESTRICT
    constraint ivr_menu_options_voicemail_box_id_organization_id_fkey: FOREIGN KEY (voicemail_box_id, organization_id) REFERENCES telephony.voicemail_boxes(uniqueid, organization_id) ON DELETE RESTRICT
    grant to role crm_app: delete, insert, select, update
    grant to role crm_asterisk: select
    grant to role crm_readonly: select
    index ivr_menu_options_extension_id_idx: CREATE INDEX ivr_menu_options_extension_id_idx ON telephony.ivr_menu_options USING btree (extension_id)
    index ivr_menu_options_target_menu_id_idx: CREATE INDEX ivr_menu_options_target_menu_id_idx ON telephony.ivr_menu_options USING btree (target_menu_id)
    index ivr_menu_options_voicemail_box_id_idx: CREATE INDEX ivr_menu_options_voicemail_box_id_idx ON telephony.ivr_menu_options USING btree (voicemail_box_id)
    owner: postgres
    policy ivr_menu_options_asterisk_policy: permissive for select to crm_asterisk using (true)
    policy ivr_menu_options_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger refuse_endless_ivr: CREATE TRIGGER refuse_endless_ivr AFTER INSERT OR UPDATE OF ivr_menu_id, digit, target_menu_id ON telephony.ivr_menu_options FOR EACH ROW WHEN (((new.digit = 't'::text) AND (new.target_menu_id IS NOT NULL))) EXECUTE FUNCTION telephony.refuse_endless_ivr()
    trigger update_ivr_menu_options_updated_at: CREATE TRIGGER update_ivr_menu_options_updated_at BEFORE UPDATE ON telephony.ivr_menu_options FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table telephony.ivr_menus
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column greeting: text
    column greeting comment: The sound file that Asterisk plays, without its ending.
    column id: uuid not null default extensions.uuid_generate_v4()
    column is_active: boolean not null default true
    column max_attempts: integer not null default 3
    column max_attempts comment: How often the menu is played before it ends the call.
    column name: text not null
    column organization_id: uuid not null
    column timeout_seconds: integer not null default 5
    column timeout_seconds comment: How long to wait for a key, after the greeting.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, organization_id, name, greeting, timeout_seconds, max_attempts, is_active, created_at, updated_at
    comment: Menus that a caller goes through by keys.
    constraint ivr_menus_id_organization_id_key: UNIQUE (id, organization_id)
    constraint ivr_menus_max_attempts_check: CHECK (((max_attempts >= 1) AND (max_attempts <= 20)))
    constraint ivr_menus_name_not_blank_check: CHECK ((btrim(name) <> ''::text))
    constraint ivr_menus_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint ivr_menus_organization_id_name_key: UNIQUE (organization_id, name)
    constraint ivr_menus_pkey: PRIMARY KEY (id)
    constraint ivr_menus_timeout_seconds_check: CHECK (((timeout_seconds >= 1) AND (timeout_seconds <= 120)))
    grant to role crm_app: delete, insert, select, update
    grant to role crm_asterisk: select
    grant to role crm_readonly: select
    owner: postgres
    policy ivr_menus_asterisk_policy: permissive for select to crm_asterisk using (true)
    policy ivr_menus_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_ivr_menus_updated_at: CREATE TRIGGER update_ivr_menus_updated_at BEFORE UPDATE ON telephony.ivr_menus FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table telephony.voicemail_boxes
    column alias: character varying(80)
    column alias grant to role crm_app: select
    column alias grant to role crm_readonly: select
    column attach: character varying(3)
    column attach comment: Whether the recording goes along with the e-mail.
    column attach grant to role crm_app: select
    column attach grant to role crm_readonly: select
    column attachfmt: character varying(10)
    column attachfmt grant to role crm_app: select
    column attachfmt grant to role crm_readonly: select
    column callback: character varying(80)
    column callback grant to role crm_app: select
    column callback grant to role crm_readonly: select
    column context: character varying(80) not null
    column context comment: The voicemail context, one of the organization's.
    column context grant to role crm_app: select
    column context grant to role crm_readonly: select
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_at grant to role crm_app: select
    column created_at grant to role crm_readonly: select
    column deletevoicemail: character varying(3)
    column deletevoicemail comment: Whether a message is deleted once it is sent by e-mail.
    column deletevoicemail grant to role crm_app: select
    column deletevoicemail grant to role crm_readonly: select
    column dialout: character varying(80)
    column dialout grant to role crm_app: select
    column dialout grant to role crm_readonly: select
    column email: text
    column email comment: Where a new message is announced; several addresses are parted by a bar.
    column email grant to role crm_app: select
    column email grant to role crm_readonly: select
    column envelope: character varying(3)
    column envelope grant to role crm_app: select
    column envelope grant to role crm_readonly: select
    column exitcontext: character varying(80)
    column exitcontext grant to role crm_app: select
    column exitcontext grant to role crm_readonly: select
    column extension_id: uuid
    column extension_id comment: The extension whose calls end here; NULL for a box of its own.
    column extension_id grant to role crm_app: select
    column extension_id grant to role crm_readonly: select
    column forcegreetings: character varying(3)
    column forcegreetings grant to role crm_app: select
    column forcegreetings grant to role crm_readonly: select
    column forcename: character varying(3)
    column forcename grant to role crm_app: select
    column forcename grant to role crm_readonly: select
    column fullname: character varying(80)
    column fullname grant to role crm_app: select
    column fullname grant to role crm_readonly: select
    column language: character varying(20)
    column language grant to role crm_app: select
    column language grant to role crm_readonly: select
    column mailbox: character varying(80) not null
    column mailbox comment: The number of the box.
    column mailbox grant to role crm_app: select
    column mailbox grant to role crm_readonly: select
    column maxmsg: integer
    column maxmsg comment: How many messages a folder of the box takes.
    column maxmsg grant to role crm_app: select
    column maxmsg grant to role crm_readonly: select
    column operator: character varying(3)
    column operator grant to role crm_app: select
    column operator grant to role crm_readonly: select
    column organization_id: uuid not null
    column organization_id grant to role crm_app: select
    column organization_id grant to role crm_readonly: select
    column pager: text
    column pager grant to role crm_app: select
    column pager grant to role crm_readonly: select
    column password: character varying(80) not null
    column password comment: The PIN. Plain, since Asterisk compares it so; only Asterisk reads it. With a - in front the owner cannot change it.
    column password grant to role crm_asterisk: update
    column review: character varying(3)
    column review grant to role crm_app: select
    column review grant to role crm_readonly: select
    column saycid: character varying(3)
    column saycid grant to role crm_app: select
    column saycid grant to role crm_readonly: select
    column sayduration: integer
    column sayduration grant to role crm_app: select
    column sayduration grant to role crm_readonly: select
    column sendvoicemail: character varying(3)
    column sendvoicemail grant to role crm_app: select
    column sendvoicemail grant to role crm_readonly: select
    column serveremail: character varying(80)
    column serveremail grant to role crm_app: select
    column serveremail grant to role crm_readonly: select
    column tempgreetwarn: character varying(3)
    column tempgreetwarn grant to role crm_app: select
    column tempgreetwarn grant to role crm_readonly: select
    column tz: character varying(30)
    column tz comment: The zone of voicemail.conf in which times are read out.
    column tz grant to role crm_app: select
    column tz grant to role crm_readonly: select
    column uniqueid: bigint not null generated always as identity
    column uniqueid grant to role crm_app: select
    column uniqueid grant to role crm_readonly: select
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column updated_at grant to role crm_app: select
    column updated_at grant to role crm_readonly: select
    column volgain: numeric(5,2)
    column volgain comment: Gain of recordings that go by e-mail, in dB.
    column volgain grant to role crm_app: select
    column volgain grant to role crm_readonly: select
    columns: uniqueid, organization_id, extension_id, context, mailbox, password, fullname, alias, email, pager, attach, attachfmt, serveremail, language, tz, deletevoicemail, saycid, sendvoicemail, review, tempgreetwarn, operator, envelope, sayduration, forcename, forcegreetings, callback, dialout, exitcontext, maxmsg, volgain, created_at, updated_at
    comment: Voicemail boxes, as Asterisk's realtime reads them; NULL in a column is Asterisk's default.
    constraint voicemail_boxes_context_mailbox_organization_id_key: UNIQUE (context, mailbox, organization_id)
    constraint voicemail_boxes_context_organization_id_fkey: FOREIGN KEY (context, organization_id) REFERENCES telephony.voicemail_contexts(context, organization_id) ON DELETE RESTRICT
    constraint voicemail_boxes_extension_id_organization_id_fkey: FOREIGN KEY (extension_id, organization_id) REFERENCES telephony.extensions(id, organization_id) ON DELETE SET NULL (extension_id)
    constraint voicemail_boxes_mailbox_not_empty_check: CHECK (((mailbox)::text <> ''::text))
    constraint voicemail_boxes_maxmsg_check: CHECK (((maxmsg >= 0) AND (maxmsg <= 9999)))
    constraint voicemail_boxes_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint voicemail_boxes_password_pin_check: CHECK ((((password)::text COLLATE "C") ~ '^-?[0-9]+$'::text))
    constraint voicemail_boxes_pkey: PRIMARY KEY (uniqueid)
    constraint voicemail_boxes_uniqueid_organization_id_key: UNIQUE (uniqueid, organization_id)
    constraint voicemail_boxes_yes_or_no_check: CHECK ((array_remove(ARRAY[(attach)::text, (deletevoicemail)::text, (saycid)::text, (sendvoicemail)::text, (review)::text, (tempgreetwarn)::text, (operator)::text, (envelope)::text, (forcename)::text, (forcegreetings)::text], NULL::text) <@ ARRAY['yes'::text, 'no'::text]))
    grant to role crm_app: delete, insert, update
    grant to role crm_asterisk: select
    index voicemail_boxes_extension_id_idx: CREATE INDEX voicemail_boxes_extension_id_idx ON telephony.voicemail_boxes USING btree (extension_id)
    index voicemail_boxes_organization_id_idx: CREATE INDEX voicemail_boxes_organization_id_idx ON telephony.voicemail_boxes USING btree (organization_id)
    owner: postgres
    policy voicemail_boxes_asterisk_policy: permissive for all to crm_asterisk using (true)
    policy voicemail_boxes_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_voicemail_boxes_updated_at: CREATE TRIGGER update_voicemail_boxes_updated_at BEFORE UPDATE ON telephony.voicemail_boxes FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table telephony.voicemail_contexts
    column context: character varying(80) not null
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column organization_id: uuid not null
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: context, organization_id, created_at, updated_at
    comment: The voicemail contexts, and whose they are.
    constraint voicemail_contexts_context_not_empty_check: CHECK (((context)::text <> ''::text))
    constraint voicemail_contexts_context_organization_id_key: UNIQUE (context, organization_id)
    constraint voicemail_contexts_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint voicemail_contexts_pkey: PRIMARY KEY (context)
    grant to role crm_app: select
    grant to role crm_readonly: select
    index voicemail_contexts_organization_id_idx: CREATE INDEX voicemail_contexts_organization_id_idx ON telephony.voicemail_contexts USING btree (organization_id)
    owner: postgres
    policy voicemail_contexts_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_voicemail_contexts_updated_at: CREATE TRIGGER update_voicemail_contexts_updated_at BEFORE UPDATE ON telephony.voicemail_contexts FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table telephony.voicemails
    column callerid: text
    column callerid grant to role crm_readonly: select
    column category: text
    column category grant to role crm_readonly: select
    column context: text
    column context grant to role crm_readonly: select
    column dir: character varying(255) not null
    column dir comment: The folder, as the path that it has on disk: …/default/1001/INBOX.
    column dir grant to role crm_readonly: select
    column duration: text
    column duration comment: Seconds.
    column duration grant to role crm_readonly: select
    column flag: text
    column flag comment: Urgent, or empty.
    column flag grant to role crm_readonly: select
    column id: bigint not null generated always as identity
    column id grant to role crm_readonly: select
    column macrocontext: text
    column macrocontext grant to role crm_readonly: select
    column mailboxcontext: text
    column mailboxcontext grant to role crm_readonly: select
    column mailboxuser: text
    column mailboxuser comment: The number of the box.
    column mailboxuser grant to role crm_readonly: select
    column msg_id: text
    column msg_id comment: Of the message, wherever it is moved.
    column msg_id grant to role crm_readonly: select
    column msgnum: integer not null
    column msgnum comment: Which message of the folder, from 0; -1 for a greeting. Asterisk counts anew when one goes.
    column msgnum grant to role crm_readonly: select
    column organization_id: uuid
    column organization_id comment: That of the box. NULL while there is no such box: no tenant sees the message until assign_voicemails() finds one.
    column organization_id grant to role crm_readonly: select
    column origtime: text
    column origtime comment: When the message was left, in seconds since 1970; see received_at.
    column origtime grant to role crm_readonly: select
    column received_at:
        |timestamp with time zone generated always as (
        |CASE
        |    WHEN (origtime ~ '^[0-9]{1,10}$'::text) THEN to_timestamp((origtime)::double precision)
        |    ELSE NULL::timestamp with time zone
        |END) stored
    column received_at comment: When the message was left; NULL for a greeting.
    column received_at grant to role crm_readonly: select
    column recording: bytea
    column recording comment: The sound file. crm_readonly does not read it.
    column voicemail_box_id: bigint
    column voicemail_box_id comment: The box that mailboxuser and mailboxcontext name.
    column voicemail_box_id grant to role crm_readonly: select
    columns: id, organization_id, voicemail_box_id, msgnum, dir, context, macrocontext, callerid, origtime, duration, mailboxuser, mailboxcontext, recording, flag, category, msg_id, received_at
    comment: Voicemail messages and greetings, as Asterisk writes them. Deleting a box deletes its messages.
    constraint voicemails_dir_msgnum_key: UNIQUE (dir, msgnum)
    constraint voicemails_pkey: PRIMARY KEY (id)
    constraint voicemails_voicemail_box_id_organization_id_fkey: FOREIGN KEY (voicemail_box_id, organization_id) REFERENCES telephony.voicemail_boxes(uniqueid, organization_id) ON DELETE CASCADE
    grant to role crm_app: delete, select
    grant to role crm_asterisk: delete, insert, select, update
    index voicemails_organization_id_received_at_idx: CREATE INDEX voicemails_organization_id_received_at_idx ON telephony.voicemails USING btree (organization_id, received_at)
    index voicemails_voicemail_box_id_received_at_idx: CREATE INDEX voicemails_voicemail_box_id_received_at_idx ON telephony.voicemails USING btree (voicemail_box_id, received_at)
    owner: postgres
    policy voicemails_asterisk_policy: permissive for all to crm_asterisk using (true)
    policy voicemails_tenant_policy: permissive for all to public using ((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger fill_voicemail: CREATE TRIGGER fill_voicemail BEFORE INSERT OR UPDATE OF mailboxuser, mailboxcontext ON telephony.voicemails FOR EACH ROW EXECUTE FUNCTION telephony.fill_voicemail()

table users.login_attempts
    column attempted_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column email: character varying(255) not null
    column email comment: As typed: it need not be the address of a user, nor an address at all.
    column id: uuid not null default extensions.uuid_generate_v4()
    column ip_address: inet not null
    column success: boolean not null default false
    columns: id, email, ip_address, success, attempted_at
    comment: Every attempt to log in, of whoever it was. Kept for 90 days.
    constraint login_attempts_pkey: PRIMARY KEY (id)
    grant to role crm_app: insert, select
    grant to role crm_readonly: select
    index login_attempts_attempted_at_idx: CREATE INDEX login_attempts_attempted_at_idx ON users.login_attempts USING btree (attempted_at)
    index login_attempts_email_attempted_at_idx: CREATE INDEX login_attempts_email_attempted_at_idx ON users.login_attempts USING btree (lower((email)::text), attempted_at)
    index login_attempts_ip_address_attempted_at_idx: CREATE INDEX login_attempts_ip_address_attempted_at_idx ON users.login_attempts USING btree (ip_address, attempted_at)
    owner: postgres
    policy login_attempts_insert_policy: permissive for insert to public with check (true)
    policy login_attempts_tenant_policy:
        |permissive for select to public using ((EXISTS ( SELECT
        |   FROM users.users u
        |  WHERE (lower((u.email)::text) = lower((login_attempts.email)::text)))))
    row security: enabled

table users.organizations
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column id: uuid not null default extensions.uuid_generate_v4()
    column name: character varying(255)
    column plan_type: character varying(50) default 'free'::character varying
    column plan_type comment: The plan the organization has booked.
    column settings: jsonb default '{}'::jsonb
    column settings comment: The organization's own settings, as the application defines them.
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    columns: id, name, plan_type, settings, created_at, updated_at
    comment: A customer of the platform. What belongs to one is hidden from the others.
    constraint organizations_pkey: PRIMARY KEY (id)
    grant to role crm_app: delete, insert, select, update
    grant to role crm_readonly: select
    owner: postgres
    policy organizations_tenant_policy: permissive for all to public using ((id = ( SELECT users.current_organization_id() AS current_organization_id)))
    row security: enabled
    trigger update_organizations_updated_at: CREATE TRIGGER update_organizations_updated_at BEFORE UPDATE ON users.organizations FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

table users.refresh_tokens
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_at grant to role crm_app: select
    column created_at grant to role crm_readonly: select
    column expires_at: timestamp with time zone not null
    column expires_at grant to role crm_app: select
    column expires_at grant to role crm_readonly: select
    column family_id: uuid not null default extensions.uuid_generate_v4()
    column family_id comment: The login that the token descends from.
    column family_id grant to role crm_app: select
    column family_id grant to role crm_readonly: select
    column id: uuid not null default extensions.uuid_generate_v4()
    column id grant to role crm_app: select
    column id grant to role crm_readonly: select
    column ip_address: inet
    column ip_address grant to role crm_app: select
    column ip_address grant to role crm_readonly: select
    column revoked_at: timestamp with time zone
    column revoked_at comment: When it was withdrawn: log-out, or theft; NULL while it has not been.
    column revoked_at grant to role crm_app: select, update
    column revoked_at grant to role crm_readonly: select
    column token_hash: bytea not null
    column token_hash comment: SHA-256 of the token. The token itself is nowhere in the database.
    column used_at: timestamp with time zone
    column used_at comment: When it was exchanged for its successor; NULL while it has not been.
    column used_at grant to role crm_app: select
    column used_at grant to role crm_readonly: select
    column user_agent: text
    column user_agent grant to role crm_app: select
    column user_agent grant to role crm_readonly: select
    column user_id: uuid not null
    column user_id grant to role crm_app: select
    column user_id grant to role crm_readonly: select
    columns: id, user_id, family_id, token_hash, expires_at, used_at, revoked_at, ip_address, user_agent, created_at
    comment: Tokens that renew a login once. Used ones stay until they expire: one that is presented a second time was stolen, and its whole family is revoked.
    constraint refresh_tokens_expires_at_after_creation_check: CHECK ((expires_at > created_at))
    constraint refresh_tokens_pkey: PRIMARY KEY (id)
    constraint refresh_tokens_token_hash_key: UNIQUE (token_hash)
    constraint refresh_tokens_token_hash_sha256_check: CHECK ((octet_length(token_hash) = 32))
    constraint refresh_tokens_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert
    index refresh_tokens_expires_at_idx: CREATE INDEX refresh_tokens_expires_at_idx ON users.refresh_tokens USING btree (expires_at)
    index refresh_tokens_family_id_idx: CREATE INDEX refresh_tokens_family_id_idx ON users.refresh_tokens USING btree (family_id)
    index refresh_tokens_user_id_idx: CREATE INDEX refresh_tokens_user_id_idx ON users.refresh_tokens USING btree (user_id)
    owner: postgres
    policy refresh_tokens_tenant_policy:
        |permissive for all to public using ((EXISTS ( SELECT
        |   FROM users.users u
        |  WHERE (u.id = refresh_tokens.user_id))))
    row security: enabled

table users.user_sessions
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_at grant to role crm_app: select
    column created_at grant to role crm_readonly: select
    column expires_at: timestamp with time zone not null
    column expires_at grant to role crm_app: select
    column expires_at grant to role crm_readonly: select
    column id: uuid not null default extensions.uuid_generate_v4()
    column id grant to role crm_app: select
    column id grant to role crm_readonly: select
    column ip_address: inet
    column ip_address grant to role crm_app: select
    column ip_address grant to role crm_readonly: select
    column last_used_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column last_used_at comment: The last use, to the minute.
    column last_used_at grant to role crm_app: select
    column last_used_at grant to role crm_readonly: select
    column refresh_expires_at: timestamp with time zone
    column refresh_expires_at comment: Until when the session can be renewed; NULL: until expires_at.
    column refresh_expires_at grant to role crm_app: select
    column refresh_expires_at grant to role crm_readonly: select
    column refresh_token: character varying(500)
    column refresh_token comment: sha256: and the hash of the token that renews the session once, with users.renew_session(); NULL when it cannot be renewed.
    column token: character varying(500) not null
    column token comment: sha256: and the hash of the session token. A token written here is hashed before it is stored; users.touch_session() finds it.
    column user_agent: text
    column user_agent grant to role crm_app: select
    column user_agent grant to role crm_readonly: select
    column user_id: uuid not null
    column user_id grant to role crm_app: select
    column user_id grant to role crm_readonly: select
    columns: id, user_id, token, refresh_token, expires_at, refresh_expires_at, last_used_at, ip_address, user_agent, created_at
    comment: A user who is logged in at a device.
    constraint user_sessions_pkey: PRIMARY KEY (id)
    constraint user_sessions_refresh_token_key: UNIQUE (refresh_token)
    constraint user_sessions_refresh_token_sha256_check: CHECK (((refresh_token)::text ~ '^sha256:[0-9a-f]{64}$'::text))
    constraint user_sessions_token_key: UNIQUE (token)
    constraint user_sessions_token_sha256_check: CHECK (((token)::text ~ '^sha256:[0-9a-f]{64}$'::text))
    constraint user_sessions_user_id_fkey: FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE
    grant to role crm_app: delete, insert, update
    index user_sessions_expires_at_idx: CREATE INDEX user_sessions_expires_at_idx ON users.user_sessions USING btree (expires_at)
    index user_sessions_user_id_idx: CREATE INDEX user_sessions_user_id_idx ON users.user_sessions USING btree (user_id)
    owner: postgres
    policy user_sessions_tenant_policy:
        |permissive for all to public using ((EXISTS ( SELECT
        |   FROM users.users u
        |  WHERE (u.id = user_sessions.user_id))))
    row security: enabled
    trigger hash_session_tokens: CREATE TRIGGER hash_session_tokens BEFORE INSERT OR UPDATE OF token, refresh_token ON users.user_sessions FOR EACH ROW EXECUTE FUNCTION users.hash_session_tokens()
    trigger update_session_last_used: CREATE TRIGGER update_session_last_used BEFORE UPDATE ON users.user_sessions FOR EACH ROW EXECUTE FUNCTION users.update_session_last_used()

table users.users
    column auth_provider: character varying(50) not null default 'email'::character varying
    column auth_provider comment: Who vouches for the user: email is our own password, the rest are OAuth providers.
    column auth_provider grant to role crm_app: select
    column auth_provider grant to role crm_readonly: select
    column bio: text
    column bio grant to role crm_app: select
    column bio grant to role crm_readonly: select
    column company: character varying(255)
    column company grant to role crm_app: select
    column company grant to role crm_readonly: select
    column created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column created_at grant to role crm_app: select
    column created_at grant to role crm_readonly: select
    column credits: integer not null default 15
    column credits comment: Call credits left; each call takes some.
    column credits grant to role crm_app: select
    column credits grant to role crm_readonly: select
    column email: character varying(255) not null
    column email comment: The login name, as typed; two addresses that differ only in case are one.
    column email grant to role crm_app: select
    column email grant to role crm_readonly: select
    column email_verified: boolean not null default false
    column email_verified grant to role crm_app: select
    column email_verified grant to role crm_readonly: select
    column first_name: character varying(100)
    column first_name grant to role crm_app: select
    column first_name grant to role crm_readonly: select
    column id: uuid not null default extensions.uuid_generate_v4()
    column id grant to role crm_app: select
    column id grant to role crm_readonly: select
    column is_active: boolean not null default true
    column is_active grant to role crm_app: select
    column is_active grant to role crm_readonly: select
    column last_name: character varying(100)
    column last_name grant to role crm_app: select
    column last_name grant to role crm_readonly: select
    column location: character varying(255)
    column location comment: Where the user is, or a time zone name.
    column location grant to role crm_app: select
    column location grant to role crm_readonly: select
    column name: character varying(255) not null
    column name comment: Full name. When it is not given: first and last name, else what stands before the @.
    column name grant to role crm_app: select
    column name grant to role crm_readonly: select
    column organization_id: uuid
    column organization_id comment: The organization the user works in; NULL for one who works alone.
    column organization_id grant to role crm_app: select
    column organization_id grant to role crm_readonly: select
    column password_hash: character varying(255)
    column password_hash comment: Bcrypt. A plain password written here is hashed before it is stored; NULL: no password, and so no login with one.
    column phone: character varying(50)
    column phone grant to role crm_app: select
    column phone grant to role crm_readonly: select
    column role: character varying(50) not null default 'user'::character varying
    column role grant to role crm_app: select
    column role grant to role crm_readonly: select
    column settings: jsonb default '{}'::jsonb
    column settings comment: The user's own settings, as the application defines them.
    column settings grant to role crm_app: select
    column settings grant to role crm_readonly: select
    column stack_auth_user_id: character varying(255)
    column stack_auth_user_id comment: The user's id at Stack Auth; NULL without.
    column stack_auth_user_id grant to role crm_app: select
    column stack_auth_user_id grant to role crm_readonly: select
    column updated_at: timestamp with time zone not null default CURRENT_TIMESTAMP
    column updated_at grant to role crm_app: select
    column updated_at grant to role crm_readonly: select
    column website: character varying(255)
    column website grant to role crm_app: select
    column website grant to role crm_readonly: select
    columns: id, organization_id, email, name, first_name, last_name, role, credits, is_active, auth_provider, stack_auth_user_id, email_verified, password_hash, company, website, location, bio, phone, settings, created_at, updated_at
    comment: A person who works with the platform. Deleting one deletes what belongs to it.
    constraint users_auth_provider_check: CHECK (((auth_provider)::text = ANY ((ARRAY['email'::character varying, 'google'::character varying, 'linkedin'::character varying, 'github'::character varying])::text[])))
    constraint users_credits_not_negative_check: CHECK ((credits >= 0))
    constraint users_email_format_check: CHECK (utilities.is_valid_email((email)::text))
    constraint users_email_key: UNIQUE (email)
    constraint users_id_organization_id_key: UNIQUE (id, organization_id)
    constraint users_organization_id_fkey: FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT
    constraint users_password_hash_bcrypt_check: CHECK (triggers.is_bcrypt_hash((password_hash)::text))
    constraint users_pkey: PRIMARY KEY (id)
    constraint users_role_check: CHECK (((role)::text = ANY ((ARRAY['user'::character varying, 'admin'::character varying, 'super_admin'::character varying])::text[])))
    constraint users_stack_auth_user_id_key: UNIQUE (stack_auth_user_id)
    grant to role crm_app: delete, insert, update
    index users_email_lower_key: CREATE UNIQUE INDEX users_email_lower_key ON users.users USING btree (lower((email)::text))
    index users_organization_id_idx: CREATE INDEX users_organization_id_idx ON users.users USING btree (organization_id)
    owner: postgres
    policy users_tenant_policy: permissive for all to public using (((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)) OR (id = ( SELECT users.current_user_id() AS current_user_id)))) with check (((organization_id = ( SELECT users.current_organization_id() AS current_organization_id)) OR ((organization_id IS NULL) AND (id = ( SELECT users.current_user_id() AS current_user_id)))))
    row security: enabled
    trigger fill_user_name: CREATE TRIGGER fill_user_name BEFORE INSERT OR UPDATE OF name, first_name, last_name ON users.users FOR EACH ROW EXECUTE FUNCTION users.fill_user_name()
    trigger hash_user_password: CREATE TRIGGER hash_user_password BEFORE INSERT OR UPDATE OF password_hash ON users.users FOR EACH ROW EXECUTE FUNCTION triggers.hash_password()
    trigger refuse_direct_credit_change: CREATE TRIGGER refuse_direct_credit_change BEFORE UPDATE OF credits ON users.users FOR EACH ROW WHEN ((old.credits IS DISTINCT FROM new.credits)) EXECUTE FUNCTION dialer.refuse_direct_credit_change()
    trigger update_users_updated_at: CREATE TRIGGER update_users_updated_at BEFORE UPDATE ON users.users FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column()

type dialer.call_figures
    column agent_id: uuid
    column answered_calls: integer
    column credits_used: integer
    column date: date
    column failed_calls: integer
    column hour: integer
    column successful_calls: integer
    column total_calls: integer
    column total_duration_seconds: bigint
    column user_id: uuid
    columns: agent_id, user_id, date, hour, total_calls, successful_calls, failed_calls, answered_calls, total_duration_seconds, credits_used
    owner: postgres

type dialer.counted_call
    column agent_id: uuid
    column call_id: uuid
    column called_at: timestamp with time zone
    column credits_used: integer
    column duration_seconds: integer
    column status: text
    column user_id: uuid
    columns: call_id, agent_id, user_id, called_at, status, duration_seconds, credits_used
    owner: postgres

type dialer.counted_lead
    column agent_id: uuid
    column called_at: timestamp with time zone
    column cta_clicks: integer[]
    column is_qualified: boolean
    column scores: numeric[]
    column user_id: uuid
    columns: agent_id, user_id, called_at, is_qualified, scores, cta_clicks
    owner: postgres

type dialer.lead_figures
    column agent_id: uuid
    column budget_score_count: integer
    column budget_score_sum: numeric
    column cta_demo_clicks: integer
    column cta_followup_clicks: integer
    column cta_human_escalations: integer
    column cta_leads: integer
    column cta_pricing_clicks: integer
    column cta_sample_clicks: integer
    column date: date
    column engagement_score_count: integer
    column engagement_score_sum: numeric
    column fit_score_count: integer
    column fit_score_sum: numeric
    column hour: integer
    column intent_score_count: integer
    column intent_score_sum: numeric
    column leads_generated: integer
    column qualified_leads: integer
    column total_score_count: integer
    column total_score_sum: numeric
    column urgency_score_count: integer
    column urgency_score_sum: numeric
    column user_id: uuid
    columns: agent_id, user_id, date, hour, leads_generated, qualified_leads, engagement_score_sum, engagement_score_count, intent_score_sum, intent_score_count, urgency_score_sum, urgency_score_count, budget_score_sum, budget_score_count, fit_score_sum, fit_score_count, total_score_sum, total_score_count, cta_pricing_clicks, cta_demo_clicks, cta_followup_clicks, cta_sample_clicks, cta_human_escalations, cta_leads
    owner: postgres

type dialer.user_figures
    column credits_used: integer
    column date: date
    column qualified_leads: integer
    column successful_calls: integer
    column total_agents: integer
    column total_calls: integer
    column total_leads: integer
    column user_id: uuid
    columns: user_id, date, total_calls, successful_calls, total_agents, total_leads, qualified_leads, credits_used
    owner: postgres

view crm.activity_dashboard
    column activity_id: uuid
    column activity_type: character varying(20)
    column assigned_to: uuid
    column assigned_to_name: character varying(255)
    column completed_at: timestamp with time zone
    column contact_id: uuid
    column contact_name: text
    column contact_phone: character varying(20)
    column created_at: timestamp with time zone
    column deal_id: uuid
    column deal_title: character varying(255)
    column due: text
    column due_at: timestamp with time zone
    column organization_id: uuid
    column priority: character varying(10)
    column starts_at: timestamp with time zone
    column status: character varying
    column title: character varying(255)
    column updated_at: timestamp with time zone
    columns: activity_id, organization_id, activity_type, title, status, priority, starts_at, due_at, due, completed_at, contact_id, contact_name, contact_phone, deal_id, deal_title, assigned_to, assigned_to_name, created_at, updated_at
    comment: The activities with contact and deal. status and due follow the clock, and do not wait for mark_overdue_activities(); days are those of the session's time zone, this_week the next seven.
    definition:
        | SELECT a.id AS activity_id,
        |    a.organization_id,
        |    a.activity_type,
        |    a.title,
        |        CASE
        |            WHEN (((a.status)::text = ANY ((ARRAY['pending'::character varying, 'in_progress'::character varying])::text[])) AND (a.due_at < now())) THEN 'overdue'::character varying
        |            ELSE a.status
        |        END AS status,
        |    a.priority,
        |    a.starts_at,
        |    a.due_at,
        |        CASE
        |            WHEN ((a.status)::text = ANY ((ARRAY['completed'::character varying, 'cancelled'::character varying])::text[])) THEN 'done'::text
        |            WHEN (a.due_at IS NULL) THEN 'no_date'::text
        |            WHEN (a.due_at < now()) THEN 'overdue'::text
        |            WHEN (a.due_at < (CURRENT_DATE + 1)) THEN 'today'::text
        |            WHEN (a.due_at < (CURRENT_DATE + 7)) THEN 'this_week'::text
        |            ELSE 'later'::text
        |        END AS due,
        |    a.completed_at,
        |    a.contact_id,
        |    btrim(concat_ws(' '::text, c.first_name, c.last_name)) AS contact_name,
        |    c.phone AS contact_phone,
        |    a.deal_id,
        |    d.title AS deal_title,
        |    a.assigned_to,
        |    u.name AS assigned_to_name,
        |    a.created_at,
        |    a.updated_at
        |   FROM (((crm.activities a
        |     LEFT JOIN crm.contacts c ON ((c.id = a.contact_id)))
        |     LEFT JOIN crm.deals d ON ((d.id = a.deal_id)))
        |     LEFT JOIN users.users u ON ((u.id = a.assigned_to)));
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view crm.contact_summary
    column activity_count: bigint
    column assigned_to: uuid
    column call_count: bigint
    column company: character varying(255)
    column contact_id: uuid
    column contact_type: character varying(20)
    column created_at: timestamp with time zone
    column deal_count: bigint
    column email: character varying(255)
    column email_count: bigint
    column estimated_value: numeric(15,2)
    column first_name: character varying(100)
    column last_contacted_at: timestamp with time zone
    column last_name: character varying(100)
    column message_count: bigint
    column next_due_at: timestamp with time zone
    column open_deal_count: bigint
    column open_deal_value: numeric
    column organization_id: uuid
    column overdue_activity_count: bigint
    column pending_activity_count: bigint
    column phone: character varying(20)
    column property_address: character varying(255)
    column status: character varying(20)
    column tags: text[]
    column unread_count: bigint
    column updated_at: timestamp with time zone
    column won_deal_value: numeric
    columns: contact_id, organization_id, first_name, last_name, company, email, phone, contact_type, status, assigned_to, property_address, estimated_value, tags, message_count, call_count, email_count, unread_count, last_contacted_at, activity_count, pending_activity_count, overdue_activity_count, next_due_at, deal_count, open_deal_count, open_deal_value, won_deal_value, created_at, updated_at
    comment: The contacts not put away, each with its tags, what was exchanged with it, what is to be done, and its deals. pending_activity_count counts those overdue too; next_due_at may have passed; the values of deals are added whatever their currency.
    definition:
        | SELECT c.id AS contact_id,
        |    c.organization_id,
        |    c.first_name,
        |    c.last_name,
        |    c.company,
        |    c.email,
        |    c.phone,
        |    c.contact_type,
        |    c.status,
        |    c.assigned_to,
        |    c.property_address,
        |    c.estimated_value,
        |    ARRAY( SELECT (t.name)::text AS name
        |           FROM (crm.contact_tags ct
        |             JOIN crm.tags t ON ((t.id = ct.tag_id)))
        |          WHERE (ct.contact_id = c.id)
        |          ORDER BY t.name) AS tags,
        |    m.message_count,
        |    k.call_count,
        |    e.email_count,
        |    ((m.unread_count + k.unread_count) + e.unread_count) AS unread_count,
        |    GREATEST(m.last_at, k.last_at, e.last_at) AS last_contacted_at,
        |    a.activity_count,
        |    a.pending_activity_count,
        |    a.overdue_activity_count,
        |    a.next_due_at,
        |    d.deal_count,
        |    d.open_deal_count,
        |    d.open_deal_value,
        |    d.won_deal_value,
        |    c.created_at,
        |    c.updated_at
        |   FROM (((((crm.contacts c
        |     CROSS JOIN LATERAL ( SELECT count(*) AS message_count,
        |            count(*) FILTER (WHERE x.is_unread) AS unread_count,
        |            max(x.sent_at) AS last_at
        |           FROM crm.messages x
        |          WHERE (x.contact_id = c.id)) m)
        |     CROSS JOIN LATERAL ( SELECT count(*) AS call_count,
        |            count(*) FILTER (WHERE x.is_unread) AS unread_count,
        |            max(x.started_at) AS last_at
        |           FROM crm.calls x
        |          WHERE (x.contact_id = c.id)) k)
        |     CROSS JOIN LATERAL ( SELECT count(*) AS email_count,
        |            count(*) FILTER (WHERE x.is_unread) AS unread_count,
        |            max(x.sent_at) AS last_at
        |           FROM crm.emails x
        |          WHERE (x.contact_id = c.id)) e)
        |     CROSS JOIN LATERAL ( SELECT count(*) AS activity_count,
        |            count(*) FILTER (WHERE ((x.status)::text = ANY ((ARRAY['pending'::character varying, 'in_progress'::character varying, 'overdue'::character varying])::text[]))) AS pending_activity_count,
        |            count(*) FILTER (WHERE (((x.status)::text = ANY ((ARRAY['pending'::character varying, 'in_progress'::character varying, 'overdue'::character varying])::text[])) AND (x.due_at < now()))) AS overdue_activity_count,
        |            min(x.due_at) FILTER (WHERE ((x.status)::text = ANY ((ARRAY['pending'::character varying, 'in_progress'::character varying, 'overdue'::character varying])::text[]))) AS next_due_at
        |           FROM crm.activities x
        |          WHERE (x.contact_id = c.id)) a)
        |     CROSS JOIN LATERAL ( SELECT count(*) AS deal_count,
        |            count(*) FILTER (WHERE (x.closed_at IS NULL)) AS open_deal_count,
        |            COALESCE(sum(x.value) FILTER (WHERE (x.closed_at IS NULL)), (0)::numeric) AS open_deal_value,
        |            COALESCE(sum(x.value) FILTER (WHERE ((x.stage)::text = 'closed_won'::text)), (0)::numeric) AS won_deal_value
        |           FROM crm.deals x
        |          WHERE (x.contact_id = c.id)) d)
        |  WHERE (c.deleted_at IS NULL);
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view crm.deal_pipeline
    column assigned_to: uuid
    column assigned_to_name: character varying(255)
    column contact_company: character varying(255)
    column contact_email: character varying(255)
    column contact_id: uuid
    column contact_name: text
    column contact_phone: character varying(20)
    column created_at: timestamp with time zone
    column currency: character(3)
    column deal_id: uuid
    column expected_close_date: date
    column is_late: boolean
    column organization_id: uuid
    column priority: character varying(10)
    column probability: smallint
    column stage: character varying(20)
    column stage_changed_at: timestamp with time zone
    column stage_position: integer
    column tags: text[]
    column time_in_stage: interval
    column title: character varying(255)
    column updated_at: timestamp with time zone
    column value: numeric(15,2)
    column weighted_value: numeric
    columns: deal_id, organization_id, title, stage, stage_position, priority, value, currency, probability, weighted_value, expected_close_date, is_late, stage_changed_at, time_in_stage, contact_id, contact_name, contact_company, contact_email, contact_phone, assigned_to, assigned_to_name, tags, created_at, updated_at
    comment: The open deals with their contact. stage_position counts from 1; weighted_value is value times probability.
    definition:
        | SELECT d.id AS deal_id,
        |    d.organization_id,
        |    d.title,
        |    d.stage,
        |    array_position(ARRAY['lead'::text, 'qualified'::text, 'appointment'::text, 'offer'::text, 'negotiation'::text, 'under_contract'::text], (d.stage)::text) AS stage_position,
        |    d.priority,
        |    d.value,
        |    d.currency,
        |    d.probability,
        |    round(((d.value * (d.probability)::numeric) / (100)::numeric), 2) AS weighted_value,
        |    d.expected_close_date,
        |    (d.expected_close_date < CURRENT_DATE) AS is_late,
        |    d.stage_changed_at,
        |    GREATEST((now() - d.stage_changed_at), '00:00:00'::interval) AS time_in_stage,
        |    d.contact_id,
        |    btrim(concat_ws(' '::text, c.first_name, c.last_name)) AS contact_name,
        |    c.company AS contact_company,
        |    c.email AS contact_email,
        |    c.phone AS contact_phone,
        |    d.assigned_to,
        |    u.name AS assigned_to_name,
        |    ARRAY( SELECT (t.name)::text AS name
        |           FROM (crm.deal_tags dt
        |             JOIN crm.tags t ON ((t.id = dt.tag_id)))
        |          WHERE (dt.deal_id = d.id)
        |          ORDER BY t.name) AS tags,
        |    d.created_at,
        |    d.updated_at
        |   FROM ((crm.deals d
        |     JOIN crm.contacts c ON ((c.id = d.contact_id)))
        |     LEFT JOIN users.users u ON ((u.id = d.assigned_to)))
        |  WHERE (d.closed_at IS NULL);
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view dialer.call_source_analytics
    column call_source: character varying
    column failed_calls: bigint
    column qualified_leads: bigint
    column success_rate: numeric
    column successful_calls: bigint
    column total_calls: bigint
    column total_duration_seconds: bigint
    column total_leads: bigint
    column user_id: uuid
    columns: user_id, call_source, total_calls, successful_calls, failed_calls, success_rate, total_duration_seconds, total_leads, qualified_leads
    comment: Each user's calls by source: phone, internet, or unknown, also where none is given. Counts the calls themselves.
    definition:
        | SELECT c.user_id,
        |    COALESCE(c.call_source, 'unknown'::character varying) AS call_source,
        |    count(*) AS total_calls,
        |    count(*) FILTER (WHERE ((c.status)::text = 'completed'::text)) AS successful_calls,
        |    count(*) FILTER (WHERE ((c.status)::text = ANY ((ARRAY['failed'::character varying, 'busy'::character varying, 'no-answer'::character varying])::text[]))) AS failed_calls,
        |    dialer.percent(count(*) FILTER (WHERE ((c.status)::text = 'completed'::text)), count(*) FILTER (WHERE ((c.status)::text <> ALL ((ARRAY['initiated'::character varying, 'in-progress'::character varying])::text[])))) AS success_rate,
        |    COALESCE(sum(c.duration_seconds), (0)::bigint) AS total_duration_seconds,
        |    count(l.id) AS total_leads,
        |    count(*) FILTER (WHERE ((l.qualification_status)::text = 'qualified'::text)) AS qualified_leads
        |   FROM (dialer.calls c
        |     LEFT JOIN dialer.lead_analytics l ON ((l.call_id = c.id)))
        |  GROUP BY c.user_id, COALESCE(c.call_source, 'unknown'::character varying);
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view dialer.queue_status_by_type
    column call_type: character varying(20)
    column calls: bigint
    column status: character varying(20)
    columns: status, call_type, calls
    comment: How many rows of the queue have each status, direct calls and those of campaigns.
    definition:
        | SELECT q.status,
        |    q.call_type,
        |    count(*) AS calls
        |   FROM dialer.call_queue q
        |  GROUP BY q.status, q.call_type;
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view dialer.system_concurrency_overview
    column campaign_calls: integer
    column direct_calls: integer
    column total_active: integer
    columns: direct_calls, campaign_calls, total_active
    comment: How many calls of all users are under way: one row of numbers, the same for everyone.
    definition:
        | SELECT s.direct_calls,
        |    s.campaign_calls,
        |    s.total_active
        |   FROM dialer.system_active_calls() s(direct_calls, campaign_calls, total_active);
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view dialer.user_concurrency_status
    column active_calls: bigint
    column call_type: character varying(20)
    column user_id: uuid
    columns: user_id, call_type, active_calls
    comment: How many calls are under way, by user and type.
    definition:
        | SELECT a.user_id,
        |    a.call_type,
        |    count(*) AS active_calls
        |   FROM dialer.active_calls a
        |  GROUP BY a.user_id, a.call_type;
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view dialer.user_kpis
    column avg_scores: jsonb
    column avg_scores comment: Means over the leads: engagement, intent, urgency, budget, fit, total.
    column conversion_rate: numeric(5,2)
    column conversion_rate comment: Qualified leads, in percent of all calls.
    column credits_used: integer
    column date: date
    column qualified_leads: integer
    column success_rate: numeric(5,2)
    column success_rate comment: Successful calls, in percent of those that ended.
    column total_calls: integer
    column user_id: uuid
    columns: user_id, date, total_calls, success_rate, conversion_rate, avg_scores, qualified_leads, credits_used
    comment: Each user's days as they are now; dialer.user_kpi_summary is a copy.
    definition:
        | SELECT u.user_id,
        |    u.date,
        |    u.total_calls,
        |    (dialer.percent(a.successful_calls, (a.successful_calls + a.failed_calls)))::numeric(5,2) AS success_rate,
        |    (dialer.percent((u.qualified_leads)::bigint, (u.total_calls)::bigint))::numeric(5,2) AS conversion_rate,
        |    jsonb_build_object('engagement', dialer.mean(a.engagement_score_sum, a.engagement_score_count), 'intent', dialer.mean(a.intent_score_sum, a.intent_score_count), 'urgency', dialer.mean(a.urgency_score_sum, a.urgency_score_count), 'budget', dialer.mean(a.budget_score_sum, a.budget_score_count), 'fit', dialer.mean(a.fit_score_sum, a.fit_score_count), 'total', dialer.mean(a.total_score_sum, a.total_score_count)) AS avg_scores,
        |    u.qualified_leads,
        |    u.credits_used
        |   FROM (dialer.user_analytics u
        |     JOIN ( SELECT d.user_id,
        |            d.date,
        |            sum(d.successful_calls) AS successful_calls,
        |            sum(d.failed_calls) AS failed_calls,
        |            sum(d.engagement_score_sum) AS engagement_score_sum,
        |            sum(d.engagement_score_count) AS engagement_score_count,
        |            sum(d.intent_score_sum) AS intent_score_sum,
        |            sum(d.intent_score_count) AS intent_score_count,
        |            sum(d.urgency_score_sum) AS urgency_score_sum,
        |            sum(d.urgency_score_count) AS urgency_score_count,
        |            sum(d.budget_score_sum) AS budget_score_sum,
        |            sum(d.budget_score_count) AS budget_score_count,
        |            sum(d.fit_score_sum) AS fit_score_sum,
        |            sum(d.fit_score_count) AS fit_score_count,
        |            sum(d.total_score_sum) AS total_score_sum,
        |            sum(d.total_score_count) AS total_score_count
        |           FROM dialer.agent_analytics d
        |          WHERE (d.hour IS NULL)
        |          GROUP BY d.user_id, d.date) a ON (((a.user_id = u.user_id) AND (a.date = u.date))));
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view dialer.user_performance_summary
    column answer_rate: numeric
    column avg_budget_score: numeric
    column avg_engagement_score: numeric
    column avg_fit_score: numeric
    column avg_intent_score: numeric
    column avg_total_score: numeric
    column avg_urgency_score: numeric
    column conversion_rate: numeric
    column email: character varying(255)
    column name: character varying(255)
    column qualified_leads: bigint
    column success_rate: numeric
    column successful_calls: bigint
    column total_calls: bigint
    column total_leads: bigint
    column user_id: uuid
    columns: user_id, email, name, total_calls, successful_calls, total_leads, qualified_leads, success_rate, answer_rate, conversion_rate, avg_engagement_score, avg_intent_score, avg_urgency_score, avg_budget_score, avg_fit_score, avg_total_score
    comment: Each user's rates and mean scores over all days; the columns of dialer.agent_analytics tell what they mean.
    definition:
        | SELECT u.id AS user_id,
        |    u.email,
        |    u.name,
        |    COALESCE(f.total_calls, (0)::bigint) AS total_calls,
        |    COALESCE(f.successful_calls, (0)::bigint) AS successful_calls,
        |    COALESCE(f.total_leads, (0)::bigint) AS total_leads,
        |    COALESCE(f.qualified_leads, (0)::bigint) AS qualified_leads,
        |    dialer.percent(f.successful_calls, (f.successful_calls + f.failed_calls)) AS success_rate,
        |    dialer.percent(f.answered_calls, f.total_calls) AS answer_rate,
        |    dialer.percent(f.qualified_leads, f.total_calls) AS conversion_rate,
        |    dialer.mean(f.engagement_score_sum, f.engagement_score_count) AS avg_engagement_score,
        |    dialer.mean(f.intent_score_sum, f.intent_score_count) AS avg_intent_score,
        |    dialer.mean(f.urgency_score_sum, f.urgency_score_count) AS avg_urgency_score,
        |    dialer.mean(f.budget_score_sum, f.budget_score_count) AS avg_budget_score,
        |    dialer.mean(f.fit_score_sum, f.fit_score_count) AS avg_fit_score,
        |    dialer.mean(f.total_score_sum, f.total_score_count) AS avg_total_score
        |   FROM (users.users u
        |     LEFT JOIN ( SELECT d.user_id,
        |            sum(d.total_calls) AS total_calls,
        |            sum(d.successful_calls) AS successful_calls,
        |            sum(d.failed_calls) AS failed_calls,
        |            sum(d.answered_calls) AS answered_calls,
        |            sum(d.leads_generated) AS total_leads,
        |            sum(d.qualified_leads) AS qualified_leads,
        |            sum(d.engagement_score_sum) AS engagement_score_sum,
        |            sum(d.engagement_score_count) AS engagement_score_count,
        |            sum(d.intent_score_sum) AS intent_score_sum,
        |            sum(d.intent_score_count) AS intent_score_count,
        |            sum(d.urgency_score_sum) AS urgency_score_sum,
        |            sum(d.urgency_score_count) AS urgency_score_count,
        |            sum(d.budget_score_sum) AS budget_score_sum,
        |            sum(d.budget_score_count) AS budget_score_count,
        |            sum(d.fit_score_sum) AS fit_score_sum,
        |            sum(d.fit_score_count) AS fit_score_count,
        |            sum(d.total_score_sum) AS total_score_sum,
        |            sum(d.total_score_count) AS total_score_count
        |           FROM dialer.agent_analytics d
        |          WHERE (d.hour IS NULL)
        |          GROUP BY d.user_id) f ON ((f.user_id = u.id)));
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view dialer.user_stats
    column email: character varying(255)
    column name: character varying(255)
    column total_agents: bigint
    column total_calls: bigint
    column total_leads: bigint
    column user_id: uuid
    columns: user_id, email, name, total_calls, total_leads, total_agents
    comment: Each user's calls, leads and agents.
    definition:
        | SELECT u.id AS user_id,
        |    u.email,
        |    u.name,
        |    COALESCE(f.total_calls, (0)::bigint) AS total_calls,
        |    COALESCE(f.total_leads, (0)::bigint) AS total_leads,
        |    ( SELECT count(*) AS count
        |           FROM dialer.agents a
        |          WHERE (a.user_id = u.id)) AS total_agents
        |   FROM (users.users u
        |     LEFT JOIN ( SELECT d.user_id,
        |            sum(d.total_calls) AS total_calls,
        |            sum(d.total_leads) AS total_leads
        |           FROM dialer.user_analytics d
        |          GROUP BY d.user_id) f ON ((f.user_id = u.id)));
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view marketing.target_progress
    column achieved_value: numeric
    column campaign_id: uuid
    column campaign_name: character varying(255)
    column ends_on: date
    column metric: character varying(20)
    column organization_id: uuid
    column percent_achieved: numeric
    column percent_achieved comment: Of the target; NULL for a target of 0.
    column remaining_value: numeric
    column remaining_value comment: What is missing; negative when more was achieved.
    column starts_on: date
    column target_id: uuid
    column target_value: numeric(15,2)
    column vendor_id: uuid
    columns: target_id, organization_id, campaign_id, campaign_name, vendor_id, metric, starts_on, ends_on, target_value, achieved_value, remaining_value, percent_achieved
    comment: Each target with what was achieved in its period.
    definition:
        | SELECT t.id AS target_id,
        |    t.organization_id,
        |    t.campaign_id,
        |    c.name AS campaign_name,
        |    c.vendor_id,
        |    t.metric,
        |    t.starts_on,
        |    t.ends_on,
        |    t.target_value,
        |    a.achieved_value,
        |    (t.target_value - a.achieved_value) AS remaining_value,
        |    round((((100)::numeric * a.achieved_value) / NULLIF(t.target_value, (0)::numeric)), 2) AS percent_achieved
        |   FROM ((marketing.targets t
        |     JOIN marketing.campaigns c ON ((c.id = t.campaign_id)))
        |     CROSS JOIN LATERAL ( SELECT COALESCE(sum(d.achieved_value), (0)::numeric) AS achieved_value
        |           FROM marketing.achievements d
        |          WHERE ((d.organization_id = t.organization_id) AND (d.campaign_id = t.campaign_id) AND ((d.metric)::text = (t.metric)::text) AND ((d.achieved_on >= t.starts_on) AND (d.achieved_on <= t.ends_on)))) a);
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view outreach.campaign_statistics
    column bounce_rate: numeric
    column bounced: bigint
    column campaign_id: uuid
    column click_rate: numeric
    column clicked: bigint
    column name: character varying(255)
    column open_rate: numeric
    column opened: bigint
    column organization_id: uuid
    column replied: bigint
    column reply_rate: numeric
    column sent: bigint
    column status: character varying(50)
    columns: campaign_id, organization_id, name, status, sent, opened, clicked, replied, bounced, open_rate, click_rate, reply_rate, bounce_rate
    comment: For each campaign how many mails were sent, opened, clicked, replied to and bounced, each counted once, and the shares of those sent; NULL where none was. When a mail is deleted, its events count one by one: keep mails as long as the figures are of use.
    definition:
        | SELECT c.id AS campaign_id,
        |    c.organization_id,
        |    c.name,
        |    c.status,
        |    COALESCE(e.sent, (0)::bigint) AS sent,
        |    COALESCE(e.opened, (0)::bigint) AS opened,
        |    COALESCE(e.clicked, (0)::bigint) AS clicked,
        |    COALESCE(e.replied, (0)::bigint) AS replied,
        |    COALESCE(e.bounced, (0)::bigint) AS bounced,
        |    round(((e.opened)::numeric / (NULLIF(e.sent, 0))::numeric), 4) AS open_rate,
        |    round(((e.clicked)::numeric / (NULLIF(e.sent, 0))::numeric), 4) AS click_rate,
        |    round(((e.replied)::numeric / (NULLIF(e.sent, 0))::numeric), 4) AS reply_rate,
        |    round(((e.bounced)::numeric / (NULLIF(e.sent, 0))::numeric), 4) AS bounce_rate
        |   FROM (outreach.campaigns c
        |     LEFT JOIN ( SELECT a.campaign_id,
        |            count(*) FILTER (WHERE ((a.event_type)::text = 'sent'::text)) AS sent,
        |            count(*) FILTER (WHERE ((a.event_type)::text = 'opened'::text)) AS opened,
        |            count(*) FILTER (WHERE ((a.event_type)::text = 'clicked'::text)) AS clicked,
        |            count(*) FILTER (WHERE ((a.event_type)::text = 'replied'::text)) AS replied,
        |            count(*) FILTER (WHERE ((a.event_type)::text = 'bounced'::text)) AS bounced
        |           FROM ( SELECT DISTINCT t.campaign_id,
        |                    t.event_type,
        |                    COALESCE(t.email_queue_id, t.id) AS mail_id
        |                   FROM outreach.email_activities t) a
        |          GROUP BY a.campaign_id) e ON ((e.campaign_id = c.id)));
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view outreach.sendable_leads
    column campaign_id: uuid
    column company: character varying(255)
    column data: jsonb
    column email: character varying(255)
    column first_name: character varying(100)
    column id: uuid
    column last_name: character varying(100)
    column organization_id: uuid
    column tags: text[]
    columns: id, organization_id, campaign_id, email, first_name, last_name, company, data, tags
    comment: Active leads whose address has not unsubscribed: whom to queue mails for.
    definition:
        | SELECT l.id,
        |    l.organization_id,
        |    l.campaign_id,
        |    l.email,
        |    l.first_name,
        |    l.last_name,
        |    l.company,
        |    l.data,
        |    l.tags
        |   FROM outreach.leads l
        |  WHERE (((l.status)::text = 'active'::text) AND (NOT (EXISTS ( SELECT
        |           FROM outreach.unsubscribes u
        |          WHERE ((u.organization_id = l.organization_id) AND ((u.email)::text = (l.email)::text))))));
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view pipeline.funnel
    column "position": integer
    column average_time_in_stage: interval
    column average_time_in_stage comment: Of those that have left it; NULL while none has.
    column entry_count: bigint
    column entry_count comment: Passes through the pipeline that have come to the stage, however often.
    column entry_rate: numeric
    column entry_rate comment: Their share of all passes, from 0 to 1; NULL while no lead has entered.
    column is_lost: boolean
    column is_terminal: boolean
    column is_won: boolean
    column lead_count: bigint
    column lead_count comment: Leads that are in the stage; in a terminal one, that have ended there. Not those put away.
    column organization_id: uuid
    column pipeline_id: uuid
    column pipeline_name: character varying(100)
    column stage_id: uuid
    column stage_name: character varying(100)
    columns: organization_id, pipeline_id, pipeline_name, stage_id, stage_name, "position", is_terminal, is_won, is_lost, lead_count, entry_count, entry_rate, average_time_in_stage
    comment: Each stage of each pipeline, with the leads in it and those that have come through.
    definition:
        | SELECT s.organization_id,
        |    s.pipeline_id,
        |    p.name AS pipeline_name,
        |    s.id AS stage_id,
        |    s.name AS stage_name,
        |    s."position",
        |    s.is_terminal,
        |    s.is_won,
        |    s.is_lost,
        |    here.lead_count,
        |    came.entry_count,
        |    round(((came.entry_count)::numeric / NULLIF(sum(here.position_count) OVER (PARTITION BY s.pipeline_id), (0)::numeric)), 4) AS entry_rate,
        |    gone.average_time_in_stage
        |   FROM ((((pipeline.stages s
        |     JOIN pipeline.pipelines p ON ((p.id = s.pipeline_id)))
        |     CROSS JOIN LATERAL ( SELECT count(d.id) AS lead_count,
        |            count(*) AS position_count
        |           FROM (pipeline.lead_positions l
        |             LEFT JOIN leads.leads d ON (((d.id = l.lead_id) AND (d.deleted_at IS NULL))))
        |          WHERE (l.stage_id = s.id)) here)
        |     CROSS JOIN LATERAL ( SELECT count(DISTINCT m.position_id) AS entry_count
        |           FROM pipeline.lead_moves m
        |          WHERE (m.to_stage_id = s.id)) came)
        |     CROSS JOIN LATERAL ( SELECT avg(m.time_in_stage) AS average_time_in_stage
        |           FROM pipeline.lead_moves m
        |          WHERE (m.from_stage_id = s.id)) gone);
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view telephony.calls_per_extension_daily
    column answered: bigint
    column calls: bigint
    column day: date
    column extension_id: uuid
    column inbound: bigint
    column not_taken: bigint
    column not_taken comment: Inbound calls that this extension did not answer; another may have.
    column number: text
    column organization_id: uuid
    column outbound: bigint
    column talk_seconds: bigint
    columns: organization_id, extension_id, number, day, calls, inbound, outbound, answered, not_taken, talk_seconds
    comment: The calls of each extension by day, in the time zone of the session. Reads all months: for a few days of many, group extension_calls with a condition on calldate.
    definition:
        | SELECT x.organization_id,
        |    x.extension_id,
        |    x.number,
        |    (x.calldate)::date AS day,
        |    count(*) AS calls,
        |    count(*) FILTER (WHERE (x.direction = 'inbound'::text)) AS inbound,
        |    count(*) FILTER (WHERE (x.direction = 'outbound'::text)) AS outbound,
        |    count(*) FILTER (WHERE x.answered) AS answered,
        |    count(*) FILTER (WHERE ((x.direction = 'inbound'::text) AND (x.answered IS NOT TRUE))) AS not_taken,
        |    COALESCE(sum(x.billsec), (0)::bigint) AS talk_seconds
        |   FROM telephony.extension_calls x
        |  GROUP BY x.organization_id, x.extension_id, x.number, ((x.calldate)::date);
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view telephony.extension_calls
    column answered: boolean
    column billsec: integer
    column call_log_id: bigint
    column calldate: timestamp with time zone
    column clid: text
    column direction: text
    column duration: integer
    column extension_id: uuid
    column linkedid: text
    column linkedid comment: The same in all records of a call.
    column number: text
    column organization_id: uuid
    column other_number: text
    column other_number comment: Who was called, or who called.
    column uniqueid: text
    column user_id: uuid
    columns: organization_id, extension_id, user_id, number, direction, calldate, other_number, clid, answered, duration, billsec, uniqueid, linkedid, call_log_id
    comment: The calls from and to each extension. A call between two extensions is there for both. Ask with a condition on calldate: it leaves out the partitions of other months.
    definition:
        | SELECT e.organization_id,
        |    e.id AS extension_id,
        |    e.user_id,
        |    e.number,
        |    'outbound'::text AS direction,
        |    c.calldate,
        |    c.dst AS other_number,
        |    c.clid,
        |    (c.disposition = 'ANSWERED'::text) AS answered,
        |    c.duration,
        |    c.billsec,
        |    c.uniqueid,
        |    COALESCE(c.linkedid, c.uniqueid) AS linkedid,
        |    c.id AS call_log_id
        |   FROM (telephony.extensions e
        |     JOIN telephony.call_logs c ON (((c.organization_id = e.organization_id) AND (c.src = e.number))))
        |UNION ALL
        | SELECT e.organization_id,
        |    e.id AS extension_id,
        |    e.user_id,
        |    e.number,
        |    'inbound'::text AS direction,
        |    c.calldate,
        |    c.src AS other_number,
        |    c.clid,
        |    (c.disposition = 'ANSWERED'::text) AS answered,
        |    c.duration,
        |    c.billsec,
        |    c.uniqueid,
        |    COALESCE(c.linkedid, c.uniqueid) AS linkedid,
        |    c.id AS call_log_id
        |   FROM (telephony.extensions e
        |     JOIN telephony.call_logs c ON (((c.organization_id = e.organization_id) AND (c.dst = e.number))));
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view telephony.missed_calls
    column call_log_id: bigint
    column calldate: timestamp with time zone
    column caller_number: text
    column clid: text
    column extension_id: uuid
    column linkedid: text
    column number: text
    column organization_id: uuid
    column user_id: uuid
    column waited_seconds: integer
    columns: organization_id, extension_id, user_id, number, calldate, caller_number, clid, waited_seconds, linkedid, call_log_id
    comment: Calls to an extension that nobody answered, there or at another extension that rang.
    definition:
        | SELECT m.organization_id,
        |    m.extension_id,
        |    m.user_id,
        |    m.number,
        |    m.calldate,
        |    m.other_number AS caller_number,
        |    m.clid,
        |    m.duration AS waited_seconds,
        |    m.linkedid,
        |    m.call_log_id
        |   FROM telephony.extension_calls m
        |  WHERE ((m.direction = 'inbound'::text) AND (m.answered IS NOT TRUE) AND (NOT (EXISTS ( SELECT
        |           FROM telephony.call_logs c
        |          WHERE ((c.organization_id = m.organization_id) AND (c.linkedid = m.linkedid) AND (c.disposition = 'ANSWERED'::text) AND ((c.calldate >= (m.calldate - '1 day'::interval)) AND (c.calldate <= (m.calldate + '1 day'::interval))))))));
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres

view users.user_login_stats
    column email: character varying(255)
    column failed_count: bigint
    column last_failure: timestamp with time zone
    column last_login: timestamp with time zone
    column login_count: bigint
    column login_count_30_days: bigint
    column name: character varying(255)
    column user_id: uuid
    columns: user_id, email, name, login_count, login_count_30_days, failed_count, last_login, last_failure
    comment: Each user's log-ins and failed attempts, as far back as login_attempts goes (90 days).
    definition:
        | SELECT u.id AS user_id,
        |    u.email,
        |    u.name,
        |    COALESCE(a.login_count, (0)::bigint) AS login_count,
        |    COALESCE(a.login_count_30_days, (0)::bigint) AS login_count_30_days,
        |    COALESCE(a.failed_count, (0)::bigint) AS failed_count,
        |    a.last_login,
        |    a.last_failure
        |   FROM (users.users u
        |     LEFT JOIN ( SELECT lower((t.email)::text) AS email,
        |            count(*) FILTER (WHERE t.success) AS login_count,
        |            count(*) FILTER (WHERE (t.success AND (t.attempted_at > (now() - '30 days'::interval)))) AS login_count_30_days,
        |            count(*) FILTER (WHERE (NOT t.success)) AS failed_count,
        |            max(t.attempted_at) FILTER (WHERE t.success) AS last_login,
        |            max(t.attempted_at) FILTER (WHERE (NOT t.success)) AS last_failure
        |           FROM users.login_attempts t
        |          GROUP BY (lower((t.email)::text))) a ON ((a.email = lower((u.email)::text))));
    grant to role crm_app: select
    grant to role crm_readonly: select
    options: security_invoker=true
    owner: postgres
