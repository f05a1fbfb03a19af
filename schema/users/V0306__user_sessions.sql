-- users: sessions; their tokens are replaced by hashes before they are stored.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0303.
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign key.

CREATE FUNCTION users.hash_token(token text)
    RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN 'sha256:' || encode(sha256(convert_to(token, 'UTF8')), 'hex');

COMMENT ON FUNCTION users.hash_token(text) IS
    'What users.user_sessions stores for a token: look up WHERE token = users.hash_token($1).';

CREATE TABLE users.user_sessions (
    id                 uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id            uuid         NOT NULL,
    token              varchar(500) NOT NULL,
    refresh_token      varchar(500),
    expires_at         timestamptz  NOT NULL,
    refresh_expires_at timestamptz,
    last_used_at       timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ip_address         inet,
    user_agent         text,
    created_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT user_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT user_sessions_token_key UNIQUE (token),
    CONSTRAINT user_sessions_refresh_token_key UNIQUE (refresh_token),
    CONSTRAINT user_sessions_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    -- Not even while triggers are off is a token stored as it is.
    CONSTRAINT user_sessions_token_sha256_check CHECK (token ~ '^sha256:[0-9a-f]{64}$'),
    CONSTRAINT user_sessions_refresh_token_sha256_check
        CHECK (refresh_token ~ '^sha256:[0-9a-f]{64}$')
);

COMMENT ON TABLE users.user_sessions IS
    'A user who is logged in at a device.';
COMMENT ON COLUMN users.user_sessions.token IS
    'sha256: and the hash of the session token. A token written here is hashed before it is '
    'stored; users.touch_session() finds it.';
COMMENT ON COLUMN users.user_sessions.refresh_token IS
    'sha256: and the hash of the token that renews the session once, with '
    'users.renew_session(); NULL when it cannot be renewed.';
COMMENT ON COLUMN users.user_sessions.refresh_expires_at IS
    'Until when the session can be renewed; NULL: until expires_at.';
COMMENT ON COLUMN users.user_sessions.last_used_at IS
    'The last use, to the minute.';

CREATE INDEX user_sessions_user_id_idx ON users.user_sessions (user_id);
CREATE INDEX user_sessions_expires_at_idx ON users.user_sessions (expires_at);

CREATE FUNCTION users.hash_session_tokens()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- A hash is left as it is. It opens nothing: what is presented is hashed before it is sought.
    IF NEW.token !~ '^sha256:[0-9a-f]{64}$' THEN
        NEW.token := users.hash_token(NEW.token);
    END IF;
    IF NEW.refresh_token !~ '^sha256:[0-9a-f]{64}$' THEN
        NEW.refresh_token := users.hash_token(NEW.refresh_token);
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION users.hash_session_tokens() IS
    'Trigger: replaces the tokens of a session by their hashes.';

CREATE FUNCTION users.update_session_last_used()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NEW.last_used_at IS NOT DISTINCT FROM OLD.last_used_at THEN
        NEW.last_used_at := CURRENT_TIMESTAMP;
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION users.update_session_last_used() IS
    'Trigger: a change to a session is a use of it, unless the change says when it was used.';

REVOKE ALL ON FUNCTION
    users.hash_token(text),
    users.hash_session_tokens(),
    users.update_session_last_used()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION users.hash_token(text) TO crm_app;

CREATE TRIGGER hash_session_tokens
    BEFORE INSERT OR UPDATE OF token, refresh_token ON users.user_sessions
    FOR EACH ROW EXECUTE FUNCTION users.hash_session_tokens();

CREATE TRIGGER update_session_last_used
    BEFORE UPDATE ON users.user_sessions
    FOR EACH ROW EXECUTE FUNCTION users.update_session_last_used();

ALTER TABLE users.user_sessions ENABLE ROW LEVEL SECURITY;

-- The policy on users applies to the subquery: who sees the user sees its sessions.
CREATE POLICY user_sessions_tenant_policy ON users.user_sessions
    USING (EXISTS (SELECT FROM users.users AS u WHERE u.id = user_sessions.user_id));

GRANT SELECT (
    id, user_id, expires_at, refresh_expires_at, last_used_at, ip_address, user_agent, created_at
) ON users.user_sessions TO crm_app, crm_readonly;
GRANT INSERT, UPDATE, DELETE ON users.user_sessions TO crm_app;
