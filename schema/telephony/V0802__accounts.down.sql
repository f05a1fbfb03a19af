-- accounts, down: drops the table. DESTROYS every account code.

DROP TABLE telephony.accounts;  -- takes its trigger, index, policy, grants and comments along
