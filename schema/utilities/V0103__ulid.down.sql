-- ulid, down: drops the functions, newest first.

DROP FUNCTION utilities.generate_ulid();
DROP FUNCTION utilities.generate_ulid(timestamptz);
DROP FUNCTION utilities.ulid_timestamp(text);
DROP FUNCTION utilities.ulid_to_uuid(text);
DROP FUNCTION utilities.is_valid_ulid(text);
DROP FUNCTION utilities.uuid_to_ulid(uuid);
