-- utilities: ULIDs, identifiers that sort by the time they were made.
--
-- Needs: V0101 (roles), V0102 (gen_random_bytes).
-- Locks: nothing.
--
-- 48 bits of milliseconds since 1970 and 80 random bits, as 26 characters of Crockford's
-- base 32 (no I, L, O, U). The same 128 bits fit a uuid column, which takes 16 bytes, not 27.

CREATE FUNCTION utilities.uuid_to_ulid(id uuid)
    RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    alphabet CONSTANT text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    hex CONSTANT text := replace(id::text, '-', '');
    milliseconds CONSTANT bigint := ('x' || substr(hex, 1, 12))::bit(48)::bigint;
    random_high CONSTANT bigint := ('x' || substr(hex, 13, 10))::bit(40)::bigint;
    random_low CONSTANT bigint := ('x' || substr(hex, 23, 10))::bit(40)::bigint;
    ulid text := '';
BEGIN
    FOR position IN REVERSE 9..0 LOOP
        ulid := ulid || substr(alphabet, ((milliseconds >> 5 * position) & 31)::integer + 1, 1);
    END LOOP;
    FOR position IN REVERSE 7..0 LOOP
        ulid := ulid || substr(alphabet, ((random_high >> 5 * position) & 31)::integer + 1, 1);
    END LOOP;
    FOR position IN REVERSE 7..0 LOOP
        ulid := ulid || substr(alphabet, ((random_low >> 5 * position) & 31)::integer + 1, 1);
    END LOOP;
    RETURN ulid;
END;
$$;

COMMENT ON FUNCTION utilities.uuid_to_ulid(uuid) IS
    'The 128 bits of a uuid written as a ULID of 26 characters.';

CREATE FUNCTION utilities.is_valid_ulid(ulid text)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (ulid COLLATE "C") ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$';

COMMENT ON FUNCTION utilities.is_valid_ulid(text) IS
    'Whether the text is a ULID in upper case, as generate_ulid() writes it.';

CREATE FUNCTION utilities.ulid_to_uuid(ulid text)
    RETURNS uuid
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    alphabet CONSTANT text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    milliseconds bigint := 0;
    random_high bigint := 0;
    random_low bigint := 0;
BEGIN
    IF NOT utilities.is_valid_ulid(upper(ulid COLLATE "C")) THEN
        RAISE EXCEPTION 'invalid ULID: "%"', left(ulid, 40)
            USING ERRCODE = 'invalid_text_representation',
                  HINT = 'A ULID has 26 characters of 0-9 and A-Z without I, L, O and U, '
                      'the first of them 0 to 7.';
    END IF;

    FOR position IN 1..26 LOOP
        IF position <= 10 THEN
            milliseconds := milliseconds << 5
                | strpos(alphabet, upper(substr(ulid, position, 1) COLLATE "C")) - 1;
        ELSIF position <= 18 THEN
            random_high := random_high << 5
                | strpos(alphabet, upper(substr(ulid, position, 1) COLLATE "C")) - 1;
        ELSE
            random_low := random_low << 5
                | strpos(alphabet, upper(substr(ulid, position, 1) COLLATE "C")) - 1;
        END IF;
    END LOOP;
    RETURN (
        lpad(to_hex(milliseconds), 12, '0')
        || lpad(to_hex(random_high), 10, '0')
        || lpad(to_hex(random_low), 10, '0')
    )::uuid;
END;
$$;

COMMENT ON FUNCTION utilities.ulid_to_uuid(text) IS
    'The 128 bits of a ULID (either case) as a uuid, which sorts the same way.';

CREATE FUNCTION utilities.ulid_timestamp(ulid text)
    RETURNS timestamptz
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    hex CONSTANT text := replace(utilities.ulid_to_uuid(ulid)::text, '-', '');
    milliseconds CONSTANT bigint := ('x' || substr(hex, 1, 12))::bit(48)::bigint;
BEGIN
    -- Whole seconds and the rest apart: a double would lose milliseconds of far times.
    RETURN timestamptz '1970-01-01 00:00:00+00'
        + milliseconds / 1000 * interval '1 second'
        + milliseconds % 1000 * interval '1 millisecond';
END;
$$;

COMMENT ON FUNCTION utilities.ulid_timestamp(text) IS
    'When the ULID was made, to the millisecond.';

CREATE FUNCTION utilities.generate_ulid(moment timestamptz)
    RETURNS text
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    milliseconds numeric;
BEGIN
    milliseconds := floor(extract(epoch FROM moment) * 1000);
    IF NOT isfinite(moment) OR milliseconds NOT BETWEEN 0 AND 281474976710655 THEN
        RAISE EXCEPTION 'time is out of range for a ULID: %', moment
            USING ERRCODE = 'datetime_field_overflow',
                  HINT = 'A ULID holds times from 1970-01-01 to 10889-08-02 (UTC).';
    END IF;
    RETURN utilities.uuid_to_ulid((
        lpad(to_hex(milliseconds::bigint), 12, '0')
        || encode(extensions.gen_random_bytes(10), 'hex')
    )::uuid);
END;
$$;

COMMENT ON FUNCTION utilities.generate_ulid(timestamptz) IS
    'A new ULID for a given moment, such as the creation time of an imported row.';

CREATE FUNCTION utilities.generate_ulid()
    RETURNS text
    LANGUAGE sql VOLATILE PARALLEL SAFE
    RETURN utilities.generate_ulid(clock_timestamp());

COMMENT ON FUNCTION utilities.generate_ulid() IS
    'A new ULID. Later milliseconds sort after earlier ones; within one the order is random.';

REVOKE ALL ON FUNCTION
    utilities.uuid_to_ulid(uuid),
    utilities.is_valid_ulid(text),
    utilities.ulid_to_uuid(text),
    utilities.ulid_timestamp(text),
    utilities.generate_ulid(timestamptz),
    utilities.generate_ulid()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    utilities.uuid_to_ulid(uuid),
    utilities.is_valid_ulid(text),
    utilities.ulid_to_uuid(text),
    utilities.ulid_timestamp(text)
TO crm_app, crm_readonly, crm_maintenance;

GRANT EXECUTE ON FUNCTION
    utilities.generate_ulid(timestamptz),
    utilities.generate_ulid()
TO crm_app;
