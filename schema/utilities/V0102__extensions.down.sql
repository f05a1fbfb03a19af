-- extensions, down: removes what the way up created, newest first. A schema `extensions` and
-- extensions that were there before stay; the roles only lose their right to the schema.

REVOKE USAGE ON SCHEMA extensions FROM crm_app, crm_readonly;

CALL utilities.remove_extension('pg_trgm');
CALL utilities.remove_extension('pgcrypto');
CALL utilities.remove_extension('uuid-ossp');

DROP PROCEDURE utilities.remove_extension(text);
DROP PROCEDURE utilities.install_extension(text);

DO $$
BEGIN
    IF EXISTS (
        SELECT
        FROM pg_namespace AS n
        WHERE n.nspname = 'extensions'
            AND obj_description(n.oid, 'pg_namespace') LIKE '%(created by crmdb)'
    ) THEN
        BEGIN
            DROP SCHEMA extensions;
        EXCEPTION WHEN dependent_objects_still_exist THEN
            -- Such as an extension that an administrator had to create.
            RAISE NOTICE 'schema "extensions" stays: there is more in it than crmdb created';
        END;
    END IF;
END;
$$;
