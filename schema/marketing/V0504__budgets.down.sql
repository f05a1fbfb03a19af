-- budgets, down: drops the table. DESTROYS every budget.

DROP TABLE marketing.budgets;  -- takes its trigger, indexes, policy and grants along
