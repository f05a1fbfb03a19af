-- dialer: where a call comes from, which time zone a user is in, what a call costs.
--
-- Needs: V1003, V1004, V1013, V1014.

CREATE OR REPLACE FUNCTION dialer.determine_call_source(from_number text, to_number text)
    RETURNS varchar
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    numbers CONSTANT text[] := ARRAY[lower(btrim(from_number)), lower(btrim(to_number))];
    -- Addresses of SIP, and what Twilio and browsers call themselves.
    internet CONSTANT text := '^(sips?:|client:|web|internet|browser)|@';
    telephone CONSTANT text := '^\+?[0-9][0-9 ()./-]{2,24}$';
    address text;
    phones integer := 0;
    strange integer := 0;
BEGIN
    FOREACH address IN ARRAY numbers LOOP
        IF address ~ internet THEN
            RETURN 'internet';
        ELSIF address ~ telephone THEN
            phones := phones + 1;
        ELSIF address <> '' THEN
            strange := strange + 1;
        END IF;
    END LOOP;
    RETURN CASE WHEN phones > 0 AND strange = 0 THEN 'phone' ELSE 'unknown' END;
END;
$$;

COMMENT ON FUNCTION dialer.determine_call_source(text, text) IS
    'internet when either end is an address there (SIP, a browser), phone when what is known of '
    'both is a telephone number, else unknown.';

CREATE OR REPLACE FUNCTION dialer.get_user_timezone(user_id uuid)
    RETURNS varchar
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    zone text;
BEGIN
    SELECT u.location INTO zone FROM users.users AS u WHERE u.id = get_user_timezone.user_id;
    IF dialer.is_time_zone(zone) THEN
        RETURN zone;
    END IF;

    SELECT c.value INTO zone FROM dialer.system_config AS c WHERE c.key = 'default_timezone';
    RETURN CASE WHEN dialer.is_time_zone(zone) THEN zone ELSE 'UTC' END;
END;
$$;

COMMENT ON FUNCTION dialer.get_user_timezone(uuid) IS
    'The user''s location when it names a time zone, else default_timezone of '
    'dialer.system_config, else UTC.';

CREATE OR REPLACE FUNCTION dialer.charge_call(call_id uuid, credits integer DEFAULT NULL)
    RETURNS integer
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    ended record;
    price integer;
    balance integer;
BEGIN
    SELECT c.user_id, c.status, c.duration_seconds INTO ended
    FROM dialer.calls AS c
    WHERE c.id = charge_call.call_id
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'call "%" does not exist, or is not yours to see',
            coalesce(charge_call.call_id::text, 'NULL')
            USING ERRCODE = 'no_data_found';
    ELSIF ended.status IN ('initiated', 'in-progress') THEN
        RAISE EXCEPTION 'call "%" has not ended', charge_call.call_id
            USING ERRCODE = 'object_not_in_prerequisite_state';
    ELSIF charge_call.credits < 0 THEN
        RAISE EXCEPTION 'invalid price: % credits', charge_call.credits
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    price := coalesce(
        charge_call.credits,
        ceil(greatest(ended.duration_seconds, 0) / 60.0)
            * coalesce(dialer.config_integer('credits_per_minute'), 1)
    );
    IF price = 0 THEN
        RETURN 0;
    END IF;

    -- Nobody else takes credits between the look at the balance and the row of the ledger. The
    -- call, the figures, the balance: whoever changes a call and pays for it locks in this order.
    PERFORM dialer.lock_figures(ARRAY[ended.user_id]);
    SELECT u.credits INTO balance
    FROM users.users AS u
    WHERE u.id = ended.user_id
    FOR NO KEY UPDATE;

    INSERT INTO dialer.credit_transactions (user_id, amount, type, description, call_id)
    VALUES (
        ended.user_id,
        -least(price, balance),
        'usage',
        CASE WHEN price > balance THEN format('%s of %s credits', balance, price) END,
        charge_call.call_id
    )
    ON CONFLICT (call_id, type) WHERE type IN ('usage', 'refund') DO NOTHING;

    RETURN CASE WHEN FOUND THEN least(price, balance) ELSE 0 END;
END;
$$;

COMMENT ON FUNCTION dialer.charge_call(uuid, integer) IS
    'Takes the credits for a call that has ended, once however often it is called; returns how '
    'many it took. The price is the one given, or credits_per_minute (1) for each minute begun. '
    'A call that was made is not refused: what the user does not have is left out.';

REVOKE ALL ON FUNCTION
    dialer.determine_call_source(text, text),
    dialer.get_user_timezone(uuid),
    dialer.charge_call(uuid, integer)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    dialer.determine_call_source(text, text),
    dialer.get_user_timezone(uuid)
TO crm_app, crm_readonly;

GRANT EXECUTE ON FUNCTION dialer.charge_call(uuid, integer) TO crm_app;
