-- users: finds a session by its token, renews it, removes those that are over.
--
-- Needs: V0306.
-- Locks: nothing.
--
-- The first two are SECURITY DEFINER: who presents a token has not yet said for whom the
-- session works. The token is the proof, and what comes back is what to set.

CREATE FUNCTION users.touch_session(token text)
    RETURNS TABLE (
        session_id uuid,
        user_id uuid,
        organization_id uuid,
        expires_at timestamptz
    )
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    presented CONSTANT text := users.hash_token(token);
BEGIN
    -- Once a minute is enough: a write for each request would cost more than it tells.
    UPDATE users.user_sessions AS s
    SET last_used_at = now()
    WHERE s.token = presented
        AND s.expires_at > now()
        AND s.last_used_at < now() - interval '1 minute';

    RETURN QUERY
    SELECT s.id, s.user_id, u.organization_id, s.expires_at
    FROM users.user_sessions AS s
    JOIN users.users AS u ON u.id = s.user_id
    WHERE s.token = presented AND s.expires_at > now() AND u.is_active;
END;
$$;

COMMENT ON FUNCTION users.touch_session(text) IS
    'The session of a token, and a note that it was used. No row when it is unknown or over, '
    'or the user is not active.';

CREATE FUNCTION users.renew_session(
    refresh_token text,
    new_token text,
    new_refresh_token text,
    new_expires_at timestamptz,
    new_refresh_expires_at timestamptz DEFAULT NULL
)
    RETURNS TABLE (
        session_id uuid,
        user_id uuid,
        organization_id uuid,
        expires_at timestamptz
    )
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Of two who present the same token the second finds it replaced.
    RETURN QUERY
    UPDATE users.user_sessions AS s
    SET token = new_token,
        refresh_token = new_refresh_token,
        expires_at = new_expires_at,
        refresh_expires_at = new_refresh_expires_at
    FROM users.users AS u
    WHERE u.id = s.user_id
        AND u.is_active
        AND s.refresh_token = users.hash_token(renew_session.refresh_token)
        AND coalesce(s.refresh_expires_at, s.expires_at) > now()
    RETURNING s.id, s.user_id, u.organization_id, s.expires_at;
END;
$$;

COMMENT ON FUNCTION users.renew_session(text, text, text, timestamptz, timestamptz) IS
    'Gives the session of a refresh token new tokens. No row when it is unknown or over, or '
    'the user is not active.';

CREATE FUNCTION users.cleanup_expired_sessions()
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    deleted integer;
BEGIN
    DELETE FROM users.user_sessions AS s
    WHERE s.expires_at <= now()
        AND (s.refresh_expires_at IS NULL OR s.refresh_expires_at <= now());
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END;
$$;

COMMENT ON FUNCTION users.cleanup_expired_sessions() IS
    'Task, hourly: deletes the sessions that are over and cannot be renewed, returns how many.';

REVOKE ALL ON FUNCTION
    users.touch_session(text),
    users.renew_session(text, text, text, timestamptz, timestamptz),
    users.cleanup_expired_sessions()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    users.touch_session(text),
    users.renew_session(text, text, text, timestamptz, timestamptz)
TO crm_app;

GRANT EXECUTE ON FUNCTION users.cleanup_expired_sessions() TO crm_maintenance;
