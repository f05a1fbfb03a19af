-- templates, down: drops the table. DESTROYS every template.

DROP TABLE outreach.templates;  -- takes its trigger, indexes, policy, grants and comments along
