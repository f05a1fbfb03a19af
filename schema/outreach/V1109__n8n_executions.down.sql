-- n8n_executions, down: drops the table. DESTROYS the record of runs.

DROP TABLE outreach.n8n_executions;  -- takes its indexes, policy, grants and comments along
