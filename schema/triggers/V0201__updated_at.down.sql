-- updated_at, down: drops the function and the schema.

DROP FUNCTION triggers.update_updated_at_column();
DROP SCHEMA triggers;
