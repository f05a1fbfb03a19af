-- contacts, down: drops the table. DESTROYS every contact.

DROP TABLE dialer.contacts;  -- takes its trigger, indexes, policy, grants and comments along
