-- user_sessions, down: drops the table and its functions. DESTROYS every session.

DROP TABLE users.user_sessions;  -- takes its triggers, indexes, policy, grants and comments along
DROP FUNCTION users.update_session_last_used();
DROP FUNCTION users.hash_session_tokens();
DROP FUNCTION users.hash_token(text);
