-- login checks, down: drops the functions, newest first.

DROP FUNCTION users.is_login_blocked(text, inet);
DROP FUNCTION users.verify_password(text, text);
