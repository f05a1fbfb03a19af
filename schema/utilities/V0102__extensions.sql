-- utilities: the schema `extensions`, and the extensions that every module uses.
--
-- Needs: V0101; the right to create trusted extensions (the owner of a database has it).
-- Locks: nothing that exists.

-- Managed providers bring a schema `extensions` with pgcrypto in it. What is there already is
-- used as it is; what these files create bears the mark "(created by crmdb)" in its comment,
-- and the way down removes what bears the mark, nothing else.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'extensions') THEN
        CREATE SCHEMA extensions;
        COMMENT ON SCHEMA extensions IS
            'The extensions that the modules use (created by crmdb)';
    END IF;
END;
$$;

CREATE PROCEDURE utilities.install_extension(extension_name text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    present_in name;
    meaning text;
BEGIN
    SELECT n.nspname INTO present_in
    FROM pg_extension AS e
    JOIN pg_namespace AS n ON n.oid = e.extnamespace
    WHERE e.extname = extension_name;

    IF present_in = 'extensions' THEN
        RETURN;
    ELSIF present_in IS NOT NULL THEN
        RAISE EXCEPTION 'extension "%" is in schema "%", not in "extensions"',
            extension_name, present_in
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format(
                      'Move it: ALTER EXTENSION %I SET SCHEMA extensions;', extension_name
                  );
    END IF;

    BEGIN
        EXECUTE format('CREATE EXTENSION %I SCHEMA extensions', extension_name);
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'permission denied to create extension "%"', extension_name
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format(
                      'Have an administrator run: CREATE EXTENSION %I SCHEMA extensions;',
                      extension_name
                  );
    END;

    SELECT obj_description(e.oid, 'pg_extension') INTO meaning
    FROM pg_extension AS e
    WHERE e.extname = extension_name;

    -- Some providers create the extension as their own superuser. Then it is theirs, it stays
    -- unmarked, and the way down leaves it alone.
    BEGIN
        EXECUTE format(
            'COMMENT ON EXTENSION %I IS %L',
            extension_name, concat_ws(' ', meaning, '(created by crmdb)')
        );
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'extension "%" belongs to another role and will stay on the way down',
            extension_name;
    END;
END;
$$;

COMMENT ON PROCEDURE utilities.install_extension(text) IS
    'Creates an extension in schema `extensions` and marks it as ours, unless it is there. '
    'For migrations: one file for each extension, remove_extension() in its way down.';

CREATE PROCEDURE utilities.remove_extension(extension_name text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (
        SELECT
        FROM pg_extension AS e
        WHERE e.extname = extension_name
            AND obj_description(e.oid, 'pg_extension') LIKE '%(created by crmdb)'
    ) THEN
        EXECUTE format('DROP EXTENSION %I', extension_name);
    END IF;
END;
$$;

COMMENT ON PROCEDURE utilities.remove_extension(text) IS
    'Drops an extension that install_extension() created; leaves one that was there before.';

REVOKE ALL ON PROCEDURE utilities.install_extension(text) FROM PUBLIC;
REVOKE ALL ON PROCEDURE utilities.remove_extension(text) FROM PUBLIC;

CALL utilities.install_extension('uuid-ossp');
CALL utilities.install_extension('pgcrypto');
CALL utilities.install_extension('pg_trgm');

-- Column defaults call uuid_generate_v4(), queries use the operators of pg_trgm.
GRANT USAGE ON SCHEMA extensions TO crm_app, crm_readonly;
