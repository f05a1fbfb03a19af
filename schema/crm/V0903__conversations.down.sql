-- conversations, down: drops the table. DESTROYS every conversation.

DROP TABLE crm.conversations;  -- takes its trigger, indexes, policy, grants and comments along
