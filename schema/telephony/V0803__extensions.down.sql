-- extensions, down: drops the table. DESTROYS every extension.

DROP TABLE telephony.extensions;  -- takes its trigger, indexes, policy, grants and comments along
