-- outreach: finds leads by their tags and by the organization's own fields.
--
-- Needs: users V0301, V1103.
--
-- SECURITY DEFINER: under a row policy the server uses no GIN index (@> is not leakproof) and
-- reads all leads of the organization. Hence the policy's condition stands here.

CREATE OR REPLACE FUNCTION outreach.leads_with_tags(tags text[])
    RETURNS SETOF outreach.leads
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT l.*
FROM outreach.leads AS l
WHERE l.organization_id = (SELECT users.current_organization_id())
    AND l.tags @> leads_with_tags.tags;
$$;

COMMENT ON FUNCTION outreach.leads_with_tags(text[]) IS
    'The leads of the organization that have all of these tags, by index.';

CREATE OR REPLACE FUNCTION outreach.leads_with_data(data jsonb)
    RETURNS SETOF outreach.leads
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT l.*
FROM outreach.leads AS l
WHERE l.organization_id = (SELECT users.current_organization_id())
    AND l.data @> leads_with_data.data;
$$;

COMMENT ON FUNCTION outreach.leads_with_data(jsonb) IS
    'The leads of the organization whose own fields contain these, by index.';

REVOKE ALL ON FUNCTION
    outreach.leads_with_tags(text[]),
    outreach.leads_with_data(jsonb)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    outreach.leads_with_tags(text[]),
    outreach.leads_with_data(jsonb)
TO crm_app, crm_readonly;
