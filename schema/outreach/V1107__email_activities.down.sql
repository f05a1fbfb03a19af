-- email_activities, down: drops the table and its functions. DESTROYS the log of what happened.

DROP TABLE outreach.email_activities;  -- takes its triggers, indexes, policy and grants along
DROP FUNCTION outreach.stop_sequence();
DROP FUNCTION outreach.fill_email_activity();
