-- users: gives out, exchanges and withdraws refresh tokens.
--
-- Needs: utilities V0102 (gen_random_bytes), V0304.
-- Locks: nothing.
--
-- Each function that changes a user's tokens locks the row of the user first. Otherwise a token
-- exchanged in the moment of a revocation would leave a successor that nobody revoked.

CREATE FUNCTION users.token_or_random(token text)
    RETURNS text
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF token IS NULL THEN
        RETURN translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
    ELSIF octet_length(token) < 32 THEN
        RAISE EXCEPTION 'refresh token is too short'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a signed JWT, or NULL to have a random token made.';
    END IF;
    RETURN token;
END;
$$;

COMMENT ON FUNCTION users.token_or_random(text) IS
    'The token given (a JWT, say), or a new one of 256 random bits when it is NULL.';

CREATE FUNCTION users.issue_refresh_token(
    user_id uuid,
    lifetime interval DEFAULT '30 days',
    token text DEFAULT NULL,
    ip_address inet DEFAULT NULL,
    user_agent text DEFAULT NULL
)
    RETURNS text
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM
    FROM users.users AS u
    WHERE u.id = issue_refresh_token.user_id AND u.is_active
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'user "%" does not exist, is not active, or is not yours to see',
            coalesce(user_id::text, 'NULL')
            USING ERRCODE = 'no_data_found',
                  HINT = 'Set app.current_user_id after the password was verified.';
    END IF;

    token := users.token_or_random(token);
    INSERT INTO users.refresh_tokens (user_id, token_hash, expires_at, ip_address, user_agent)
    VALUES (
        user_id, sha256(convert_to(token, 'UTF8')), now() + lifetime, ip_address, user_agent
    );
    RETURN token;
END;
$$;

COMMENT ON FUNCTION users.issue_refresh_token(uuid, interval, text, inet, text) IS
    'Starts a login: stores the hash of a new refresh token, or of the one given, and returns '
    'the token. Runs with the caller''s rights: the user must be visible.';

-- SECURITY DEFINER: whoever presents a token has not yet said for whom the session works. The
-- outcome is a value, not an error: an error would roll the revocation back.
CREATE FUNCTION users.rotate_refresh_token(
    token text,
    lifetime interval DEFAULT '30 days',
    new_token text DEFAULT NULL,
    ip_address inet DEFAULT NULL,
    user_agent text DEFAULT NULL,
    OUT outcome text,
    OUT user_id uuid,
    OUT organization_id uuid,
    OUT refresh_token text,
    OUT expires_at timestamptz
)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    presented_hash CONSTANT bytea := sha256(convert_to(token, 'UTF8'));
    owner_id uuid;
    owner record;
    presented users.refresh_tokens;
BEGIN
    SELECT t.user_id INTO owner_id
    FROM users.refresh_tokens AS t
    WHERE t.token_hash = presented_hash;

    SELECT u.organization_id, u.is_active INTO owner
    FROM users.users AS u
    WHERE u.id = owner_id
    FOR NO KEY UPDATE;

    -- Read again: while we waited for the lock, somebody may have used or revoked it.
    SELECT t.* INTO presented
    FROM users.refresh_tokens AS t
    WHERE t.token_hash = presented_hash;

    IF NOT FOUND THEN
        outcome := 'unknown';
    ELSIF presented.used_at IS NOT NULL THEN
        outcome := 'reused';
        user_id := presented.user_id;
        UPDATE users.refresh_tokens AS t
        SET revoked_at = now()
        WHERE t.family_id = presented.family_id AND t.revoked_at IS NULL;
    ELSIF presented.revoked_at IS NOT NULL THEN
        outcome := 'revoked';
    ELSIF presented.expires_at <= now() THEN
        outcome := 'expired';
    ELSIF NOT owner.is_active THEN
        outcome := 'inactive';
    ELSE
        outcome := 'rotated';
        user_id := presented.user_id;
        organization_id := owner.organization_id;
        refresh_token := users.token_or_random(new_token);
        expires_at := now() + lifetime;

        UPDATE users.refresh_tokens AS t
        SET used_at = now()
        WHERE t.id = presented.id;

        INSERT INTO users.refresh_tokens (
            user_id, family_id, token_hash, expires_at, ip_address, user_agent
        )
        VALUES (
            presented.user_id,
            presented.family_id,
            sha256(convert_to(refresh_token, 'UTF8')),
            expires_at,
            ip_address,
            user_agent
        );
    END IF;
END;
$$;

COMMENT ON FUNCTION users.rotate_refresh_token(text, interval, text, inet, text) IS
    'Exchanges a refresh token for its successor. The outcome says what came of it: rotated '
    '(then the rest is filled in), unknown, expired, revoked, inactive (the user), or reused: '
    'the token had been exchanged before, and its whole family is now revoked.';

CREATE FUNCTION users.revoke_refresh_token(token text)
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    presented record;
BEGIN
    SELECT t.user_id, t.family_id INTO presented
    FROM users.refresh_tokens AS t
    WHERE t.token_hash = sha256(convert_to(token, 'UTF8'));

    PERFORM FROM users.users AS u WHERE u.id = presented.user_id FOR NO KEY UPDATE;

    UPDATE users.refresh_tokens AS t
    SET revoked_at = now()
    WHERE t.family_id = presented.family_id AND t.revoked_at IS NULL;
    RETURN FOUND;
END;
$$;

COMMENT ON FUNCTION users.revoke_refresh_token(text) IS
    'Log-out: revokes the login that the token belongs to. False when there was none.';

CREATE FUNCTION users.revoke_refresh_tokens(user_id uuid)
    RETURNS integer
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    revoked integer;
BEGIN
    PERFORM
    FROM users.users AS u
    WHERE u.id = revoke_refresh_tokens.user_id
    FOR NO KEY UPDATE;

    UPDATE users.refresh_tokens AS t
    SET revoked_at = now()
    WHERE t.user_id = revoke_refresh_tokens.user_id AND t.revoked_at IS NULL;
    GET DIAGNOSTICS revoked = ROW_COUNT;
    RETURN revoked;
END;
$$;

COMMENT ON FUNCTION users.revoke_refresh_tokens(uuid) IS
    'Log-out everywhere: revokes all refresh tokens of the user, returns how many. Runs with '
    'the caller''s rights: the user must be visible.';

CREATE FUNCTION users.cleanup_expired_refresh_tokens()
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    deleted integer;
BEGIN
    DELETE FROM users.refresh_tokens AS t WHERE t.expires_at <= now();
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END;
$$;

COMMENT ON FUNCTION users.cleanup_expired_refresh_tokens() IS
    'Task, hourly: deletes the refresh tokens that have expired, returns how many.';

REVOKE ALL ON FUNCTION
    users.token_or_random(text),
    users.issue_refresh_token(uuid, interval, text, inet, text),
    users.rotate_refresh_token(text, interval, text, inet, text),
    users.revoke_refresh_token(text),
    users.revoke_refresh_tokens(uuid),
    users.cleanup_expired_refresh_tokens()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    users.token_or_random(text),
    users.issue_refresh_token(uuid, interval, text, inet, text),
    users.rotate_refresh_token(text, interval, text, inet, text),
    users.revoke_refresh_token(text),
    users.revoke_refresh_tokens(uuid)
TO crm_app;

GRANT EXECUTE ON FUNCTION users.cleanup_expired_refresh_tokens() TO crm_maintenance;
