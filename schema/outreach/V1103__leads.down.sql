-- leads, down: drops the table. DESTROYS every lead.

DROP TABLE outreach.leads;  -- takes its triggers, indexes, policy, grants and comments along
