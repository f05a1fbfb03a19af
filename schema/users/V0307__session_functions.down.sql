-- session functions, down: drops the functions, newest first.

DROP FUNCTION users.cleanup_expired_sessions();
DROP FUNCTION users.renew_session(text, text, text, timestamptz, timestamptz);
DROP FUNCTION users.touch_session(text);
