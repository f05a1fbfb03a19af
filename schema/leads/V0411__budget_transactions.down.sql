-- budget_transactions, down: drops the table and the function. DESTROYS every budget.

DROP TABLE leads.budget_transactions;  -- takes its triggers, indexes, policy and grants along
DROP FUNCTION leads.record_budget_transaction();
