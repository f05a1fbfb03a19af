-- telephony: the schema, and the role that Asterisk logs in with.
--
-- Needs: utilities V0101 (roles); CREATEROLE, unless the role exists.
-- Locks: nothing; it may wait for another database of the cluster that creates the same role.

CREATE SCHEMA telephony;

COMMENT ON SCHEMA telephony IS
    'Asterisk: call logs, voicemail, IVR menus, extensions.';

-- Asterisk serves all organizations at once, knows none of them, and reads PINs: none of the
-- other roles may. As they do, this one belongs to the cluster and cannot log in.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'crm_asterisk') THEN
        CREATE ROLE crm_asterisk NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL;  -- created by another database in this very moment
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'role "crm_asterisk" does not exist and "%" may not create roles',
            current_user
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Have an administrator run: CREATE ROLE crm_asterisk;';
END;
$$;

GRANT USAGE ON SCHEMA telephony TO crm_app, crm_readonly, crm_maintenance, crm_asterisk;
