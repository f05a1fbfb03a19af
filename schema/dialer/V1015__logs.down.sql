-- logs, down: drops the tables. DESTROYS the audit log and the record of failures.

DROP TABLE dialer.failure_logs;  -- both take indexes, policy, grants and comments along
DROP TABLE dialer.admin_audit_log;
