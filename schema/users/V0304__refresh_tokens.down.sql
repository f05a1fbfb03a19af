-- refresh_tokens, down: drops the table. DESTROYS every refresh token: all must log in again.

DROP TABLE users.refresh_tokens;  -- takes its indexes, policy, grants and comments along
