-- activities, down: drops the table. DESTROYS every activity.

DROP TABLE crm.activities;  -- takes its trigger, indexes, policy, grants and comments along
