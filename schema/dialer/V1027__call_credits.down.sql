-- call_credits, down: drops the triggers and their functions.

DROP TRIGGER count_call_credits ON dialer.credit_transactions;
DROP TRIGGER a_lock_figures ON dialer.credit_transactions;
DROP FUNCTION dialer.count_call_credits();
DROP FUNCTION dialer.lock_figures_for_ledger();
