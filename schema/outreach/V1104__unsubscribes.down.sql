-- unsubscribes, down: drops the functions and the table. DESTROYS every unsubscribe.

DROP FUNCTION outreach.lock_addresses(uuid, boolean);
DROP FUNCTION outreach.is_unsubscribed(text, uuid);
DROP TABLE outreach.unsubscribes;  -- takes its trigger, indexes, policy and grants along
