-- crm: full-text search on contacts, deals and activities.
--
-- Needs: V0901, V0908, V0910.
--
-- SECURITY DEFINER: under a row policy the server does not use a GIN index, since @@ is not
-- leakproof, and reads all rows of the organization. The functions check the tenant themselves.

CREATE OR REPLACE FUNCTION crm.search_contacts(query text, max_results integer DEFAULT 50)
    RETURNS SETOF crm.contacts
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT c.*
FROM crm.contacts AS c,
    websearch_to_tsquery('pg_catalog.english', search_contacts.query) AS q
WHERE c.search_vector @@ q
    AND c.organization_id = (SELECT users.current_organization_id())
    AND c.deleted_at IS NULL
ORDER BY ts_rank(c.search_vector, q) DESC, c.id
LIMIT max_results;
$$;

COMMENT ON FUNCTION crm.search_contacts(text, integer) IS
    'The contacts of the current organization, not put away, that have the words, the best '
    'first. Words as in a search engine: "quoted phrase", or, -not.';

CREATE OR REPLACE FUNCTION crm.search_deals(query text, max_results integer DEFAULT 50)
    RETURNS SETOF crm.deals
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT d.*
FROM crm.deals AS d,
    websearch_to_tsquery('pg_catalog.english', search_deals.query) AS q
WHERE d.search_vector @@ q
    AND d.organization_id = (SELECT users.current_organization_id())
ORDER BY ts_rank(d.search_vector, q) DESC, d.id
LIMIT max_results;
$$;

COMMENT ON FUNCTION crm.search_deals(text, integer) IS
    'The deals of the current organization that have the words, as search_contacts() finds '
    'contacts.';

CREATE OR REPLACE FUNCTION crm.search_activities(query text, max_results integer DEFAULT 50)
    RETURNS SETOF crm.activities
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT a.*
FROM crm.activities AS a,
    websearch_to_tsquery('pg_catalog.english', search_activities.query) AS q
WHERE a.search_vector @@ q
    AND a.organization_id = (SELECT users.current_organization_id())
ORDER BY ts_rank(a.search_vector, q) DESC, a.id
LIMIT max_results;
$$;

COMMENT ON FUNCTION crm.search_activities(text, integer) IS
    'The activities of the current organization that have the words, as search_contacts() finds '
    'contacts.';

REVOKE ALL ON FUNCTION
    crm.search_contacts(text, integer),
    crm.search_deals(text, integer),
    crm.search_activities(text, integer)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    crm.search_contacts(text, integer),
    crm.search_deals(text, integer),
    crm.search_activities(text, integer)
TO crm_app, crm_readonly;
