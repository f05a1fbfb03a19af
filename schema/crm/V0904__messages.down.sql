-- messages, down: drops the table and its check function. DESTROYS every message.

DROP TABLE crm.messages;  -- takes its trigger, indexes, policy, grants and comments along
DROP FUNCTION crm.is_phone_or_short_code(text);
