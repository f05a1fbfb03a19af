-- calls, down: drops the functions, newest first.

DROP FUNCTION dialer.charge_call(uuid, integer);
DROP FUNCTION dialer.get_user_timezone(uuid);
DROP FUNCTION dialer.determine_call_source(text, text);
