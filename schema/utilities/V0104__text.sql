-- utilities: cleaning and checking of names, e-mail addresses and phone numbers.
--
-- Needs: V0101 (roles).
-- Locks: nothing.
--
-- Cleaning functions return NULL for what they cannot make sense of; they do not guess. All are
-- immutable and independent of the database's locale, so that checks and indexes may use them.

CREATE FUNCTION utilities.clean_text(value text)
    RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN nullif(btrim(regexp_replace(
        -- Soft hyphen, zero-width space, word joiner, byte order mark, bidirectional overrides.
        regexp_replace(
            normalize(value, NFC),
            '[\u00AD\u200B\u202A-\u202E\u2060\u2066-\u2069\uFEFF]', '', 'g'
        ),
        -- Control characters and every kind of space.
        '[\u0001-\u0020\u007F-\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+', ' ', 'g'
    )), '');

COMMENT ON FUNCTION utilities.clean_text(text) IS
    'One line of text as a person would have typed it: composed (NFC), without control and '
    'invisible characters, single spaces, trimmed. NULL when nothing is left.';

CREATE FUNCTION utilities.normalize_email(address text)
    RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN nullif(lower(utilities.clean_text(address) COLLATE "C"), '');

COMMENT ON FUNCTION utilities.normalize_email(text) IS
    'The address cleaned and in lower case; see is_valid_email() for whether it is one.';

CREATE FUNCTION utilities.is_valid_email(address text)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN length(address) <= 254
        AND (address COLLATE "C") ~ (
            '^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*'
            '@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+'
            '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$'
        )
        AND strpos(address, '@') <= 65;

COMMENT ON FUNCTION utilities.is_valid_email(text) IS
    'Whether the text is an e-mail address as mailbox providers accept it: ASCII, no quotes or '
    'comments, a domain with a dot (internationalised domains in their xn-- form), at most 64 '
    'characters before the @ and 254 in all.';

CREATE FUNCTION utilities.is_e164(phone text)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (phone COLLATE "C") ~ '^\+[1-9][0-9]{6,14}$';

COMMENT ON FUNCTION utilities.is_e164(text) IS
    'Whether the text is a phone number in E.164 form: + and 7 to 15 digits.';

CREATE FUNCTION utilities.normalize_phone_e164(phone text, default_country_code text DEFAULT NULL)
    RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    country CONSTANT text := ltrim(default_country_code, '+');
    typed text := utilities.clean_text(phone);
    digits text;
BEGIN
    IF country !~ '^[1-9][0-9]{0,2}$' THEN
        RAISE EXCEPTION 'invalid country code: "%"', left(default_country_code, 40)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the calling code, such as 1, 44 or 49.';
    END IF;

    -- 00, and 011 in North America, are what is dialled for the +.
    typed := regexp_replace(typed, CASE country WHEN '1' THEN '^(00|011)' ELSE '^00' END, '+');
    IF typed LIKE '+%' THEN
        typed := replace(typed, '(0)', '');
    END IF;
    digits := regexp_replace(typed, '[ ./()\u2010-\u2015-]', '', 'g');

    IF digits !~ '^\+' AND digits !~ '^[0-9]+$' THEN
        RETURN NULL;  -- letters, an extension, more than one number
    ELSIF digits !~ '^\+' THEN
        -- A national number: without its country's trunk prefix. Where the leading zero belongs
        -- to the number (Italy, San Marino, Ivory Coast, Congo), it stays.
        digits := '+' || country || CASE
            WHEN country = '1' THEN substring(digits FROM '^1?([2-9][0-9]{2}[2-9][0-9]{6})$')
            WHEN country = '7' THEN substring(digits FROM '^[78]?([3-9][0-9]{9})$')
            WHEN country = '36' THEN regexp_replace(digits, '^06', '')
            WHEN country IN ('39', '378', '225', '242') THEN digits
            ELSE regexp_replace(digits, '^0', '')
        END;
    END IF;

    RETURN CASE WHEN utilities.is_e164(digits) THEN digits END;
END;
$$;

COMMENT ON FUNCTION utilities.normalize_phone_e164(text, text) IS
    'The phone number in E.164 form; NULL when it cannot be told. A number without + or 00 is '
    'taken as a national one of the default country (its calling code). A cleaner, not a '
    'numbering plan: it does not know which numbers are assigned.';

REVOKE ALL ON FUNCTION
    utilities.clean_text(text),
    utilities.normalize_email(text),
    utilities.is_valid_email(text),
    utilities.is_e164(text),
    utilities.normalize_phone_e164(text, text)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    utilities.clean_text(text),
    utilities.normalize_email(text),
    utilities.is_valid_email(text),
    utilities.is_e164(text),
    utilities.normalize_phone_e164(text, text)
TO crm_app, crm_readonly, crm_maintenance;
