-- email_queue, down: drops the table and its trigger function. DESTROYS every queued mail.

DROP TABLE outreach.email_queue;  -- takes its triggers, indexes, policy and grants along
DROP FUNCTION outreach.fill_queued_email();
