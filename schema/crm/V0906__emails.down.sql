-- emails, down: drops the table and its check function. DESTROYS every e-mail.

DROP TABLE crm.emails;  -- takes its trigger, indexes, policy, grants and comments along
DROP FUNCTION crm.are_valid_emails(text[]);
