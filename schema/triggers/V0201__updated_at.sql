-- triggers: the schema, and the trigger function that keeps `updated_at`.
--
-- Needs: utilities V0101 (roles).
-- Locks: nothing.

CREATE SCHEMA triggers;

COMMENT ON SCHEMA triggers IS
    'Trigger functions that the tables of all modules share.';

-- A check on a column, and what a trigger function calls, run with the rights of the writer.
GRANT USAGE ON SCHEMA triggers TO crm_app;

CREATE FUNCTION triggers.update_updated_at_column()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.updated_at := CURRENT_TIMESTAMP;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION triggers.update_updated_at_column() IS
    'Trigger, BEFORE UPDATE FOR EACH ROW: sets updated_at to the time of the transaction.';

REVOKE ALL ON FUNCTION triggers.update_updated_at_column() FROM PUBLIC;
