-- users: the schema, and who a session works for.
--
-- Needs: utilities V0101 (roles).
-- Locks: nothing.
--
-- The application sets these once it knows the user, inside its transaction:
-- SET LOCAL app.current_org_id = '…'; SET LOCAL app.current_user_id = '…';

CREATE SCHEMA users;

COMMENT ON SCHEMA users IS
    'Organizations and users, the identity that all modules share; tokens, sessions, logins.';

GRANT USAGE ON SCHEMA users TO crm_app, crm_readonly, crm_maintenance;

-- After the transaction of a SET LOCAL the setting is '' and not absent: hence nullif.
-- In a policy write (SELECT users.current_organization_id()): then it is asked once a query.
CREATE FUNCTION users.current_tenant_id()
    RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.current_tenant_id', true), '')::uuid;

COMMENT ON FUNCTION users.current_tenant_id() IS
    'The tenant the session works for (app.current_tenant_id); NULL when it is not set.';

-- A tenant is an organization: a session may name it by either setting. One that was left over
-- from other work must not open a second organization, so two have to agree.
CREATE FUNCTION users.current_organization_id()
    RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE
        WHEN (
            nullif(current_setting('app.current_org_id', true), '')::uuid
            = users.current_tenant_id()
        ) IS NOT FALSE
        THEN coalesce(
            nullif(current_setting('app.current_org_id', true), '')::uuid,
            users.current_tenant_id()
        )
    END;

COMMENT ON FUNCTION users.current_organization_id() IS
    'The organization the session works for: app.current_org_id or app.current_tenant_id. NULL '
    'when neither is set, or when they name different ones.';

CREATE FUNCTION users.current_user_id()
    RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.current_user_id', true), '')::uuid;

COMMENT ON FUNCTION users.current_user_id() IS
    'The user the session works for (app.current_user_id); NULL when it is not set.';

REVOKE ALL ON FUNCTION
    users.current_organization_id(),
    users.current_tenant_id(),
    users.current_user_id()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    users.current_organization_id(),
    users.current_tenant_id(),
    users.current_user_id()
TO crm_app, crm_readonly, crm_maintenance;
