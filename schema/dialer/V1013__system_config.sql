-- dialer: settings of the whole system, and who may change them.
--
-- Needs: triggers V0201, users V0303, V1001 (schema).
-- Locks: nothing.

CREATE TABLE dialer.system_config (
    key         varchar(255) NOT NULL,
    value       text         NOT NULL,
    description text,
    updated_at  timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT system_config_pkey PRIMARY KEY (key)
);

COMMENT ON TABLE dialer.system_config IS
    'Settings of the whole system. All users may read them: no secrets. The schema itself reads '
    'max_concurrent_calls, max_concurrent_calls_per_user, credits_per_minute, default_timezone.';

CREATE TRIGGER update_system_config_updated_at
    BEFORE UPDATE ON dialer.system_config
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE FUNCTION dialer.config_integer(key text)
    RETURNS integer
    LANGUAGE sql STABLE
    RETURN (
        SELECT c.value::integer
        FROM dialer.system_config AS c
        WHERE c.key = config_integer.key AND c.value ~ '^[0-9]{1,9}$'
    );

COMMENT ON FUNCTION dialer.config_integer(text) IS
    'The setting as a number; NULL when there is none, or it is no number.';

-- Under the row policies of users: everyone sees themselves.
CREATE FUNCTION dialer.is_super_admin()
    RETURNS boolean
    LANGUAGE sql STABLE
    RETURN EXISTS (
        SELECT FROM users.users AS u
        WHERE u.id = (SELECT users.current_user_id())
            AND u.role = 'super_admin'
            AND u.is_active
    );

COMMENT ON FUNCTION dialer.is_super_admin() IS
    'Whether the session works for an active super admin.';

REVOKE ALL ON FUNCTION
    dialer.config_integer(text),
    dialer.is_super_admin()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    dialer.config_integer(text),
    dialer.is_super_admin()
TO crm_app, crm_readonly;

ALTER TABLE dialer.system_config ENABLE ROW LEVEL SECURITY;

CREATE POLICY system_config_read_policy ON dialer.system_config
    FOR SELECT USING (true);
CREATE POLICY system_config_admin_policy ON dialer.system_config
    USING ((SELECT dialer.is_super_admin()));

GRANT SELECT, INSERT, UPDATE, DELETE ON dialer.system_config TO crm_app;
GRANT SELECT ON dialer.system_config TO crm_readonly;
