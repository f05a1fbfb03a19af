-- leads: the budget of a user, as a ledger.
--
-- Needs: utilities V0102 (uuid_generate_v4); users V0303; V0401, V0409
--        (fill_organization_of_user).
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign key.

CREATE TABLE leads.budget_transactions (
    id                uuid          NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id           uuid          NOT NULL,
    organization_id   uuid          NOT NULL,
    entry_number      bigint        NOT NULL,
    transaction_type  varchar(20)   NOT NULL,
    amount_usd        numeric(12,2) NOT NULL,
    balance_after_usd numeric(12,2) NOT NULL,
    description       text,
    created_at        timestamptz   NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT budget_transactions_pkey PRIMARY KEY (id),
    -- Who did not see the last entry takes its number again, and fails here.
    CONSTRAINT budget_transactions_user_id_organization_id_entry_number_key
        UNIQUE (user_id, organization_id, entry_number),
    CONSTRAINT budget_transactions_user_id_organization_id_fkey
        FOREIGN KEY (user_id, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE RESTRICT,
    CONSTRAINT budget_transactions_transaction_type_check
        CHECK (transaction_type IN ('credit', 'debit', 'refund', 'adjustment')),
    CONSTRAINT budget_transactions_amount_usd_check CHECK (
        (amount_usd > 0 AND amount_usd < 'NaN')
        OR (transaction_type = 'adjustment' AND amount_usd < 0)
    ),
    CONSTRAINT budget_transactions_balance_after_usd_not_negative_check
        CHECK (balance_after_usd >= 0 AND balance_after_usd < 'NaN')
);

COMMENT ON TABLE leads.budget_transactions IS
    'What came into the budget of a user and went out of it. Entries are added, never changed; '
    'a mistake is put right by an adjustment.';
COMMENT ON COLUMN leads.budget_transactions.entry_number IS
    'Counts the entries of a user, from 1, without gaps; set by a trigger.';
COMMENT ON COLUMN leads.budget_transactions.transaction_type IS
    'credit and refund add the amount, debit takes it; an adjustment does as its sign says.';
COMMENT ON COLUMN leads.budget_transactions.balance_after_usd IS
    'What is left after this entry, never less than nothing; set by a trigger.';

CREATE INDEX budget_transactions_organization_id_created_at_idx
    ON leads.budget_transactions (organization_id, created_at);

CREATE FUNCTION leads.record_budget_transaction()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    last_number bigint;
    last_balance numeric;
BEGIN
    -- Entries of one user are made one after the other; the next one waits for the commit.
    PERFORM pg_advisory_xact_lock(
        hashtextextended('leads.budget_transactions ' || NEW.user_id, 0)
    );

    SELECT t.entry_number, t.balance_after_usd INTO last_number, last_balance
    FROM leads.budget_transactions AS t
    WHERE t.user_id = NEW.user_id AND t.organization_id = NEW.organization_id
    ORDER BY t.entry_number DESC
    LIMIT 1;

    NEW.entry_number := coalesce(last_number, 0) + 1;
    NEW.balance_after_usd := coalesce(last_balance, 0)
        + CASE NEW.transaction_type WHEN 'debit' THEN -NEW.amount_usd ELSE NEW.amount_usd END;

    IF NEW.balance_after_usd < 0 THEN
        RAISE EXCEPTION 'the budget of user "%" does not cover % USD',
            NEW.user_id, abs(NEW.amount_usd)
            USING ERRCODE = 'check_violation',
                  DETAIL = format('It is %s USD.', coalesce(last_balance, 0)),
                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                  COLUMN = 'balance_after_usd',
                  CONSTRAINT = 'budget_transactions_balance_after_usd_not_negative_check';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION leads.record_budget_transaction() IS
    'Trigger: numbers an entry of the ledger and sets the balance after it, whatever was given. '
    'Refuses what the budget does not cover.';

REVOKE ALL ON FUNCTION leads.record_budget_transaction() FROM PUBLIC;

CREATE TRIGGER fill_organization_of_user
    BEFORE INSERT ON leads.budget_transactions
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_user();

-- After the one above: triggers fire in the order of their names.
CREATE TRIGGER record_budget_transaction
    BEFORE INSERT ON leads.budget_transactions
    FOR EACH ROW EXECUTE FUNCTION leads.record_budget_transaction();

ALTER TABLE leads.budget_transactions ENABLE ROW LEVEL SECURITY;

CREATE POLICY budget_transactions_tenant_policy ON leads.budget_transactions
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT ON leads.budget_transactions TO crm_app;
GRANT SELECT ON leads.budget_transactions TO crm_readonly;
