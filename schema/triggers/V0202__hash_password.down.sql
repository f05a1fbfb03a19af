-- hash_password, down: drops the functions, newest first.

DROP FUNCTION triggers.hash_password();
DROP FUNCTION triggers.is_bcrypt_hash(text);
