-- users: is the password right, and are there too many attempts?
--
-- Needs: utilities V0102 (crypt), V0303, V0308.
--
-- Both are SECURITY DEFINER: who logs in has no organization yet, and hashes are not readable.

CREATE OR REPLACE FUNCTION users.verify_password(email text, password text)
    RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Of a password that nobody has: without a user the answer takes as long as with one.
    nobody CONSTANT text := '$2a$12$a9AWvHsp6bq0f6zTRjygoeACzBBmIlwVma02u0sASSb8TV7OtF.0y';
    candidate record;
    hash text;
    matches boolean;
BEGIN
    SELECT u.id, u.is_active, u.password_hash INTO candidate
    FROM users.users AS u
    WHERE lower(u.email) = lower(btrim(verify_password.email));

    -- pgcrypto knows the prefix 2a only; 2b and 2y name the same algorithm.
    hash := '$2a$' || substr(coalesce(candidate.password_hash, nobody), 5);
    -- Beyond 72 bytes crypt() would ignore the rest.
    matches := extensions.crypt(coalesce(password, ''), hash) = hash
        AND octet_length(password) <= 72;

    IF matches AND candidate.is_active AND candidate.password_hash IS NOT NULL THEN
        RETURN candidate.id;
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION users.verify_password(text, text) IS
    'The id of the active user with this address and password; NULL otherwise, without telling '
    'which of the two was wrong.';

CREATE OR REPLACE FUNCTION users.is_login_blocked(email text, ip_address inet)
    RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
-- The limit on the pair stops a guesser without locking the user out elsewhere; the limit on the
-- address alone stops guessers who share the work.
SELECT
    (
        SELECT
            count(*) FILTER (WHERE a.ip_address = is_login_blocked.ip_address) >= 5
            OR count(*) >= 50
        FROM users.login_attempts AS a
        WHERE lower(a.email) = lower(is_login_blocked.email)
            AND a.attempted_at > now() - interval '15 minutes'
            AND NOT a.success
    )
    OR (
        SELECT count(*) >= 20
        FROM users.login_attempts AS a
        WHERE a.ip_address = is_login_blocked.ip_address
            AND a.attempted_at > now() - interval '15 minutes'
            AND NOT a.success
    );
$$;

COMMENT ON FUNCTION users.is_login_blocked(text, inet) IS
    'Whether to refuse a log-in unseen. Failures in the last 15 minutes: 5 for the e-mail '
    'address from this IP address, 20 from the IP address, or 50 for the e-mail address.';

REVOKE ALL ON FUNCTION
    users.verify_password(text, text),
    users.is_login_blocked(text, inet)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    users.verify_password(text, text),
    users.is_login_blocked(text, inet)
TO crm_app;
