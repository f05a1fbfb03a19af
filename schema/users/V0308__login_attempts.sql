-- users: login attempts, to slow down those who guess passwords.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0303.
-- Locks: nothing.

CREATE TABLE users.login_attempts (
    id           uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    email        varchar(255) NOT NULL,
    ip_address   inet         NOT NULL,
    success      boolean      NOT NULL DEFAULT false,
    attempted_at timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT login_attempts_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE users.login_attempts IS
    'Every attempt to log in, of whoever it was. Kept for 90 days.';
COMMENT ON COLUMN users.login_attempts.email IS
    'As typed: it need not be the address of a user, nor an address at all.';

-- By the lower case: writing an address in another way is no new set of attempts.
CREATE INDEX login_attempts_email_attempted_at_idx
    ON users.login_attempts (lower(email), attempted_at);
CREATE INDEX login_attempts_ip_address_attempted_at_idx
    ON users.login_attempts (ip_address, attempted_at);
CREATE INDEX login_attempts_attempted_at_idx ON users.login_attempts (attempted_at);

ALTER TABLE users.login_attempts ENABLE ROW LEVEL SECURITY;

-- Whoever tries to log in has no organization yet: anyone may add. Seen are the attempts on
-- users that are seen (the policy on users applies to the subquery).
CREATE POLICY login_attempts_insert_policy ON users.login_attempts
    FOR INSERT WITH CHECK (true);
CREATE POLICY login_attempts_tenant_policy ON users.login_attempts
    FOR SELECT USING (EXISTS (
        SELECT FROM users.users AS u WHERE lower(u.email) = lower(login_attempts.email)
    ));

GRANT SELECT, INSERT ON users.login_attempts TO crm_app;
GRANT SELECT ON users.login_attempts TO crm_readonly;

CREATE FUNCTION users.cleanup_old_login_attempts()
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    deleted integer;
BEGIN
    DELETE FROM users.login_attempts AS a WHERE a.attempted_at < now() - interval '90 days';
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END;
$$;

COMMENT ON FUNCTION users.cleanup_old_login_attempts() IS
    'Task, daily: deletes login attempts older than 90 days, returns how many.';

REVOKE ALL ON FUNCTION users.cleanup_old_login_attempts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.cleanup_old_login_attempts() TO crm_maintenance;
