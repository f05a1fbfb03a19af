-- refresh token functions, down: drops the functions, newest first.

DROP FUNCTION users.cleanup_expired_refresh_tokens();
DROP FUNCTION users.revoke_refresh_tokens(uuid);
DROP FUNCTION users.revoke_refresh_token(text);
DROP FUNCTION users.rotate_refresh_token(text, interval, text, inet, text);
DROP FUNCTION users.issue_refresh_token(uuid, interval, text, inet, text);
DROP FUNCTION users.token_or_random(text);
