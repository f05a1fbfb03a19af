-- login_attempts, down: drops the function and the table. DESTROYS the record of log-ins.

DROP FUNCTION users.cleanup_old_login_attempts();
DROP TABLE users.login_attempts;  -- takes its indexes, policies, grants and comments along
