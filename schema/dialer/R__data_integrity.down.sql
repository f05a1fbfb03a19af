-- data integrity, down: drops the functions, newest first.

DROP FUNCTION dialer.audit_data_isolation();
DROP FUNCTION dialer.validate_user_data_consistency();
