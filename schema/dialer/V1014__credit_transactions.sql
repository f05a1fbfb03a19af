-- dialer: credits. Every change of a balance is a row of the ledger, and there is no other way.
--
-- Needs: utilities V0102 (uuid_generate_v4), users V0303, V1004, V1013.
-- Locks: SHARE ROW EXCLUSIVE on users.users and dialer.calls, for foreign keys and a trigger.

CREATE TABLE dialer.credit_transactions (
    id            uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id       uuid        NOT NULL,
    amount        integer     NOT NULL,
    type          varchar(20) NOT NULL,
    description   text,
    call_id       uuid,
    balance_after integer     NOT NULL,
    entry_number  integer     NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT credit_transactions_pkey PRIMARY KEY (id),
    CONSTRAINT credit_transactions_user_id_entry_number_key UNIQUE (user_id, entry_number),
    CONSTRAINT credit_transactions_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT credit_transactions_call_id_user_id_fkey FOREIGN KEY (call_id, user_id)
        REFERENCES dialer.calls (id, user_id) ON DELETE SET NULL (call_id),
    CONSTRAINT credit_transactions_type_check
        CHECK (type IN ('purchase', 'usage', 'refund', 'adjustment')),
    CONSTRAINT credit_transactions_amount_sign_check CHECK (
        CASE type
            WHEN 'usage' THEN amount <= 0
            WHEN 'purchase' THEN amount >= 0
            WHEN 'refund' THEN amount >= 0
            ELSE true
        END
    ),
    CONSTRAINT credit_transactions_balance_after_not_negative_check CHECK (balance_after >= 0)
);

COMMENT ON TABLE dialer.credit_transactions IS
    'Every change of a user''s credits, in order. A new row changes users.credits; rows are '
    'neither changed nor deleted.';
COMMENT ON COLUMN dialer.credit_transactions.amount IS
    'What is added; negative for usage.';
COMMENT ON COLUMN dialer.credit_transactions.call_id IS
    'The call that it is for. A call is paid once, and refunded once.';
COMMENT ON COLUMN dialer.credit_transactions.balance_after IS
    'users.credits after it; computed, whatever is written.';
COMMENT ON COLUMN dialer.credit_transactions.entry_number IS
    'Counts a user''s rows from 1 without a gap: two of one moment have an order.';

CREATE UNIQUE INDEX credit_transactions_call_id_type_key
    ON dialer.credit_transactions (call_id, type)
    WHERE type IN ('usage', 'refund');
CREATE INDEX credit_transactions_call_id_idx ON dialer.credit_transactions (call_id)
    WHERE call_id IS NOT NULL;

-- With the caller's rights: of another user's balance nothing is to be learnt from the error.
CREATE FUNCTION dialer.compute_balance()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    balance integer;
    last_entry record;
BEGIN
    -- Whoever changes these credits waits here; then the ledger ends with the last of them.
    SELECT u.credits INTO balance
    FROM users.users AS u
    WHERE u.id = NEW.user_id
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        -- No such user, or not yours: the foreign key or the policy refuses the row.
        NEW.entry_number := 0;
        NEW.balance_after := 0;
        RETURN NEW;
    END IF;

    -- Not users.credits: with several rows in one statement it does not know the others yet.
    SELECT t.entry_number, t.balance_after INTO last_entry
    FROM dialer.credit_transactions AS t
    WHERE t.user_id = NEW.user_id
    ORDER BY t.entry_number DESC
    LIMIT 1;

    balance := coalesce(last_entry.balance_after, balance);
    IF balance + NEW.amount < 0 THEN
        RAISE EXCEPTION 'user "%" has % credits, not %', NEW.user_id, balance, -NEW.amount
            USING ERRCODE = 'check_violation',
                  TABLE = 'credit_transactions',
                  CONSTRAINT = 'credit_transactions_balance_after_not_negative_check',
                  HINT = 'Insert a purchase first.';
    END IF;

    NEW.entry_number := coalesce(last_entry.entry_number, 0) + 1;
    NEW.balance_after := balance + NEW.amount;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION dialer.compute_balance() IS
    'Trigger: numbers a row of the ledger and computes its balance; refuses one below zero.';

-- Afterwards, so that a row that ON CONFLICT DO NOTHING leaves out changes nothing; by then the
-- policy has seen to whose credits they are. SECURITY DEFINER: the policy on users lets a member of
-- an organization write its own row only while the organization is set. Of several rows in one
-- statement, only the last counts.
CREATE FUNCTION dialer.apply_credits()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE users.users AS u SET credits = NEW.balance_after
    WHERE u.id = NEW.user_id
        AND NOT EXISTS (
            SELECT
            FROM dialer.credit_transactions AS t
            WHERE t.user_id = NEW.user_id AND t.entry_number > NEW.entry_number
        );
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.apply_credits() IS
    'Trigger: the balance of the last row of the ledger becomes the user''s credits.';

-- It asks the ledger, and not how deep triggers are: anyone can make a temporary table with one.
CREATE FUNCTION dialer.refuse_direct_credit_change()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NEW.credits = (
        SELECT t.balance_after
        FROM dialer.credit_transactions AS t
        WHERE t.user_id = NEW.id
        ORDER BY t.entry_number DESC
        LIMIT 1
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'credits of user "%" cannot be changed directly', OLD.id
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Insert the change into dialer.credit_transactions.';
END;
$$;

COMMENT ON FUNCTION dialer.refuse_direct_credit_change() IS
    'Trigger: credits are the balance of dialer.credit_transactions, and nothing else.';

CREATE FUNCTION dialer.refuse_ledger_change()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Deeper, a foreign key acts: the user or the call was deleted.
    IF pg_trigger_depth() > 1 THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'rows of dialer.credit_transactions are neither changed nor deleted'
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Insert an adjustment.';
END;
$$;

COMMENT ON FUNCTION dialer.refuse_ledger_change() IS
    'Trigger: the ledger only grows, except that it goes with its user.';

REVOKE ALL ON FUNCTION
    dialer.compute_balance(),
    dialer.apply_credits(),
    dialer.refuse_direct_credit_change(),
    dialer.refuse_ledger_change()
FROM PUBLIC;

CREATE TRIGGER compute_balance
    BEFORE INSERT ON dialer.credit_transactions
    FOR EACH ROW EXECUTE FUNCTION dialer.compute_balance();

CREATE TRIGGER apply_credits
    AFTER INSERT ON dialer.credit_transactions
    FOR EACH ROW EXECUTE FUNCTION dialer.apply_credits();

CREATE TRIGGER refuse_ledger_change
    BEFORE UPDATE OR DELETE ON dialer.credit_transactions
    FOR EACH ROW EXECUTE FUNCTION dialer.refuse_ledger_change();

CREATE TRIGGER refuse_direct_credit_change
    BEFORE UPDATE OF credits ON users.users
    FOR EACH ROW WHEN (OLD.credits IS DISTINCT FROM NEW.credits)
    EXECUTE FUNCTION dialer.refuse_direct_credit_change();

ALTER TABLE dialer.credit_transactions ENABLE ROW LEVEL SECURITY;

CREATE POLICY credit_transactions_tenant_policy ON dialer.credit_transactions
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT ON dialer.credit_transactions TO crm_app;
GRANT SELECT ON dialer.credit_transactions TO crm_readonly;
