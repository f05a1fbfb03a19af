-- sending, down: drops the functions, newest first.

DROP FUNCTION outreach.mark_failed(uuid, integer, text, boolean, integer);
DROP FUNCTION outreach.mark_sent(uuid, integer, text);
DROP FUNCTION outreach.claim_next_email(uuid);
