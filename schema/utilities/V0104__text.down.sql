-- text, down: drops the functions, newest first.

DROP FUNCTION utilities.normalize_phone_e164(text, text);
DROP FUNCTION utilities.is_e164(text);
DROP FUNCTION utilities.is_valid_email(text);
DROP FUNCTION utilities.normalize_email(text);
DROP FUNCTION utilities.clean_text(text);
