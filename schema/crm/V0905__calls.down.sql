-- calls, down: drops the table. DESTROYS every call.

DROP TABLE crm.calls;  -- takes its trigger, indexes, policy, grants and comments along
