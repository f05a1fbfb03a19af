-- dialer: the triggers on the ledger that tell calls what they cost.
--
-- Needs: V1014, V1018, V1022.
-- Locks: SHARE ROW EXCLUSIVE on dialer.credit_transactions, for the triggers.

CREATE FUNCTION dialer.lock_figures_for_ledger()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM
    FROM dialer.calls AS c
    WHERE c.id = NEW.call_id AND c.user_id = NEW.user_id
    FOR NO KEY UPDATE;
    PERFORM dialer.lock_figures(ARRAY[NEW.user_id]);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION dialer.lock_figures_for_ledger() IS
    'Trigger: an entry for a call locks the call and the user''s figures, and after them the '
    'balance. Whoever changes a call and then pays for it takes them in this order too.';

CREATE FUNCTION dialer.count_call_credits()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    call_ids uuid[];
    amounts integer[];
BEGIN
    SELECT array_agg(t.call_id), array_agg(t.amount) INTO call_ids, amounts
    FROM new_rows AS t
    WHERE t.call_id IS NOT NULL AND t.type IN ('usage', 'refund');
    IF call_ids IS NOT NULL THEN
        UPDATE dialer.calls AS c SET credits_used = c.credits_used - t.amount
        FROM (
            SELECT u.call_id, sum(u.amount) AS amount
            FROM unnest(call_ids, amounts) AS u (call_id, amount)
            GROUP BY u.call_id
        ) AS t
        WHERE c.id = t.call_id;
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.count_call_credits() IS
    'Trigger, FOR EACH STATEMENT: adds what is paid for a call to its credits_used, and takes '
    'off what is refunded.';

REVOKE ALL ON FUNCTION dialer.lock_figures_for_ledger(), dialer.count_call_credits() FROM PUBLIC;

-- Its name comes before that of the trigger that locks the balance.
CREATE TRIGGER a_lock_figures
    BEFORE INSERT ON dialer.credit_transactions
    FOR EACH ROW WHEN (NEW.call_id IS NOT NULL)
    EXECUTE FUNCTION dialer.lock_figures_for_ledger();

CREATE TRIGGER count_call_credits
    AFTER INSERT ON dialer.credit_transactions
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.count_call_credits();
