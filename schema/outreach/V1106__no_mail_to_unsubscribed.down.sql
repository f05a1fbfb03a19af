-- no mail to unsubscribed, down: drops the triggers and the functions, newest first.

DROP TRIGGER cancel_emails_to_new_address ON outreach.leads;
DROP TRIGGER cancel_emails_to_unsubscribed ON outreach.unsubscribes;
DROP TRIGGER hold_back_requeued_email ON outreach.email_queue;
DROP TRIGGER hold_back_queued_email ON outreach.email_queue;
DROP FUNCTION outreach.cancel_emails_to_new_address();
DROP FUNCTION outreach.cancel_emails_to_unsubscribed();
DROP FUNCTION outreach.cancel_hopeless_email();
DROP FUNCTION outreach.mail_obstacle(uuid);
