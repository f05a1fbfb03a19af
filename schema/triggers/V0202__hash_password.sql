-- triggers: hashes the column `password_hash` with bcrypt before it is stored.
--
-- Needs: utilities V0102 (pgcrypto); V0201.
-- Locks: nothing.

CREATE FUNCTION triggers.is_bcrypt_hash(value text)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (value COLLATE "C") ~ '^\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$';

COMMENT ON FUNCTION triggers.is_bcrypt_hash(text) IS
    'Whether the text is a bcrypt hash with a cost from 4 to 14. For the check on a column that '
    'triggers.hash_password() fills: then no plain text is stored even while triggers are off.';

CREATE FUNCTION triggers.hash_password()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NEW.password_hash IS NULL THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND NEW.password_hash IS NOT DISTINCT FROM OLD.password_hash THEN
        RETURN NEW;
    ELSIF triggers.is_bcrypt_hash(NEW.password_hash) THEN
        RETURN NEW;  -- hashed by the application
    ELSIF NEW.password_hash ~ '^\$2[abxy]?\$[0-9][0-9]\$[./A-Za-z0-9]{53}$' THEN
        -- A higher cost would keep the server busy for seconds to days at each login.
        RAISE EXCEPTION 'bcrypt hash in %.%.password_hash is of a kind or cost not accepted',
            TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'check_violation',
                  HINT = 'Give a $2a$, $2b$ or $2y$ hash with a cost from 4 to 14.',
                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'password_hash';
    ELSIF char_length(NEW.password_hash) < 8 THEN
        RAISE EXCEPTION 'password is too short'
            USING ERRCODE = 'check_violation',
                  HINT = 'A password has at least 8 characters.',
                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'password_hash';
    ELSIF octet_length(NEW.password_hash) > 72 THEN
        -- bcrypt ignores what follows: two long passwords could be told apart no more.
        RAISE EXCEPTION 'password is too long'
            USING ERRCODE = 'check_violation',
                  HINT = 'A password has at most 72 bytes in UTF-8.',
                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'password_hash';
    END IF;

    NEW.password_hash := extensions.crypt(NEW.password_hash, extensions.gen_salt('bf', 12));
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION triggers.hash_password() IS
    'Trigger, BEFORE INSERT OR UPDATE OF password_hash FOR EACH ROW: replaces a plain password '
    'of 8 characters to 72 bytes by its bcrypt hash (cost 12). A value that is a bcrypt hash '
    'is kept, so nothing is hashed twice; a password of that very form cannot be used.';

REVOKE ALL ON FUNCTION triggers.is_bcrypt_hash(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION triggers.hash_password() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION triggers.is_bcrypt_hash(text) TO crm_app;
