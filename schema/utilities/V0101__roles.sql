-- utilities: the schema, and the roles that all modules grant to.
--
-- Needs: a database in UTF8; CREATEROLE, unless the four roles exist.
-- Locks: nothing; it may wait for another database of the cluster that creates the same role.

-- Names and addresses of people are in every script; clean_text() relies on it.
DO $$
BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the encoding of database "%" is %, not UTF8',
            current_database(), current_setting('server_encoding')
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Create the database with ENCODING ''UTF8'' TEMPLATE template0.';
    END IF;
END;
$$;

CREATE SCHEMA utilities;

COMMENT ON SCHEMA utilities IS
    'Shared functions: ULIDs, cleaning of text and of old rows, maintenance reports.';

-- Roles belong to the cluster: another database may have created them, or be about to. They
-- cannot log in; a login role becomes a member of one of them.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY[
        'crm_app', 'crm_readonly', 'crm_vendor', 'crm_maintenance'
    ] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = role_name);
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                NULL;  -- created by another database in this very moment
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'role "%" does not exist and "%" may not create roles',
                    role_name, current_user
                    USING ERRCODE = 'insufficient_privilege',
                          HINT = 'Have an administrator run: CREATE ROLE crm_app; '
                              'CREATE ROLE crm_readonly; CREATE ROLE crm_vendor; '
                              'CREATE ROLE crm_maintenance;';
        END;
    END LOOP;
END;
$$;

-- crm_vendor gets nothing here: the functions that vendors call run with their owner's rights.
GRANT USAGE ON SCHEMA utilities TO crm_app, crm_readonly, crm_maintenance;
