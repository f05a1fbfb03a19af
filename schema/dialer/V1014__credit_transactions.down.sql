-- credit_transactions, down: drops the triggers, the ledger and its functions. DESTROYS the
-- record of credits; the balances stay in users.credits.

DROP TRIGGER refuse_direct_credit_change ON users.users;
DROP TABLE dialer.credit_transactions;  -- takes its triggers, indexes, policy, grants along
DROP FUNCTION dialer.refuse_ledger_change();
DROP FUNCTION dialer.refuse_direct_credit_change();
DROP FUNCTION dialer.apply_credits();
DROP FUNCTION dialer.compute_balance();
